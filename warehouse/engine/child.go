package engine

import (
	"fmt"
	"os"
	"runtime"
	"unsafe"

	"github.com/ebitengine/purego"
)

// childLibrary is the environment variable that turns a re-executed program
// into the engine: it holds the path of libchdb.so, and the program's
// arguments are the engine's.
const childLibrary = "BELLWETHER_ENGINE_CHILD"

// RunChild runs the engine and exits if this process was re-executed as the
// engine child; otherwise it returns at once. Every program that calls Start
// must call it first thing in main, and in TestMain, before it parses flags.
func RunChild() {
	library, isChild := os.LookupEnv(childLibrary)
	if !isChild {
		return
	}
	if err := runLibrary(library, os.Args); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// localResult is struct local_result_v2 of chdb.h.
type localResult struct {
	buf          *byte
	len          uintptr
	vec          unsafe.Pointer
	elapsed      float64
	rows         uint64
	bytes        uint64
	errorMessage *byte
}

// runLibrary returns when the engine has ended, which is when it read "exit"
// from its terminal or lost it.
func runLibrary(path string, args []string) error {
	library, err := purego.Dlopen(path, purego.RTLD_NOW|purego.RTLD_GLOBAL)
	if err != nil {
		return fmt.Errorf("load %s: %w", path, err)
	}
	entry, err := purego.Dlsym(library, "query_stable_v2")
	if err != nil {
		return fmt.Errorf("find entry point of %s: %w", path, err)
	}
	var query func(argc int32, argv unsafe.Pointer) *localResult
	purego.RegisterFunc(&query, entry)

	var pin runtime.Pinner
	defer pin.Unpin()
	argv := make([]*byte, len(args)+1) // C expects a nil behind the last one
	for i, arg := range args {
		argv[i] = &append([]byte(arg), 0)[0]
		pin.Pin(argv[i])
	}
	pin.Pin(&argv[0])

	result := query(int32(len(args)), unsafe.Pointer(&argv[0]))
	if result != nil && result.errorMessage != nil {
		return fmt.Errorf("run engine: %s", goString(result.errorMessage))
	}
	return nil
}

func goString(text *byte) string {
	length := 0
	for *(*byte)(unsafe.Add(unsafe.Pointer(text), length)) != 0 {
		length++
	}
	return string(unsafe.Slice(text, length))
}
