package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"bellwether/warehouse/engine"
)

// softMemoryLimit is where the collector begins to work harder. Loads stream, so
// what lives at once is small; without a limit the garbage of a million figures
// would take the process past the 128 MB it promises. GOMEMLIMIT overrides it.
const softMemoryLimit = 78 << 20

func main() {
	engine.RunChild()
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(softMemoryLimit)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// The exit codes of every command.
const (
	exitDone        = 0
	exitFailed      = 1
	exitUsage       = 2
	exitFindings    = 3 // done, with rejects or findings
	exitNotFound    = 4
	exitInterrupted = 130
)

// run is the program without its process: arguments in, exit code out.
func run(ctx context.Context, args []string, in io.Reader, out, errOut io.Writer) int {
	a := &app{in: in, out: out, errOut: errOut, env: processEnvironment()}
	root := newRootCommand(a)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	code := exitCode(ctx, a, err)
	var e *exitError
	if err != nil && !(errors.As(err, &e) && e.err == nil) {
		fmt.Fprintf(errOut, "bellwether: %v\n", err)
	}
	if code == exitUsage && !a.isReady {
		fmt.Fprintln(errOut, a.text("用法见 bellwether help", "See bellwether help"))
	}
	return code
}

func exitCode(ctx context.Context, a *app, err error) int {
	var e *exitError
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &e):
		return e.code
	case ctx.Err() != nil:
		return exitInterrupted
	case !a.isReady: // flags, arguments or the configuration were wrong
		return exitUsage
	default:
		return exitFailed
	}
}

// exitError ends the program with a code of its own. An exitError without err
// prints nothing: the result has said it already.
type exitError struct {
	code int
	err  error
}

// Error is what the person is told.
func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit code %d", e.code)
	}
	return e.err.Error()
}

// Unwrap gives the cause.
func (e *exitError) Unwrap() error { return e.err }

// withFindings is the end of a command that did its work and has something to
// say about the data.
func withFindings() error { return &exitError{code: exitFindings} }

func usagef(format string, args ...any) error {
	return &exitError{exitUsage, fmt.Errorf(format, args...)}
}

func notFoundf(format string, args ...any) error {
	return &exitError{exitNotFound, fmt.Errorf(format, args...)}
}
