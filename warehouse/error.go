package warehouse

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/ClickHouse/ch-go"
	"github.com/ClickHouse/clickhouse-go/v2"
)

// QueryError is what ClickHouse says is wrong with a statement.
type QueryError struct {
	Code    int    // of ClickHouse, such as 60
	Name    string // of the code, such as UNKNOWN_TABLE; empty when it was not given
	Message string // one line, without stack trace and version
}

// Error gives the message with code and name.
func (e *QueryError) Error() string {
	if e.Name == "" {
		return fmt.Sprintf("%s (code %d)", e.Message, e.Code)
	}
	return fmt.Sprintf("%s (code %d, %s)", e.Message, e.Code, e.Name)
}

// The codes of ClickHouse that this package acts upon.
const (
	codeUnknownTable    = 60
	codeUnknownDatabase = 81
)

// transientCodes may pass when the same statement is tried again: lost
// connections, timeouts, too much at once, a server that starts or stops.
var transientCodes = []int{3, 202, 203, 209, 210, 241, 242, 252, 279, 285, 319, 425, 999}

var (
	codePattern = regexp.MustCompile(`(?s)Code: (\d+)\. (?:DB::Exception: )?(.*)`)
	tailPattern = regexp.MustCompile(`(?s)(?:,? Stack trace.*|\s*\(version .*)$`)
	namePattern = regexp.MustCompile(`^(?s)(.*?)\.?\s*\(([A-Z][A-Z0-9_]+)\)\s*$`)
)

// queryError finds ClickHouse's own words in an error of any of the drivers;
// nil when the error is not ClickHouse's.
func queryError(err error) *QueryError {
	var own *QueryError
	var native *clickhouse.Exception
	var columnar *ch.Exception
	switch {
	case err == nil:
		return nil
	case errors.As(err, &own):
		return own
	case errors.As(err, &native):
		return clean(int(native.Code), native.Message)
	case errors.As(err, &columnar):
		return clean(int(columnar.Code), columnar.Message)
	}
	match := codePattern.FindStringSubmatch(err.Error()) // the HTTP interface answers with text
	if match == nil {
		return nil
	}
	code, convErr := strconv.Atoi(match[1])
	if convErr != nil {
		return nil
	}
	return clean(code, match[2])
}

func clean(code int, message string) *QueryError {
	message = strings.TrimPrefix(message, "DB::Exception: ")
	message = strings.TrimSpace(tailPattern.ReplaceAllString(message, ""))
	e := &QueryError{Code: code, Message: message}
	if match := namePattern.FindStringSubmatch(message); match != nil {
		e.Message, e.Name = match[1], match[2]
	}
	e.Message = strings.Join(strings.Fields(e.Message), " ")
	return e
}

// readable puts ClickHouse's words, without what surrounds them, in the place
// of a driver's error.
func readable(err error) error {
	if e := queryError(err); e != nil {
		return e
	}
	return err
}

func isCode(err error, codes ...int) bool {
	e := queryError(err)
	if e == nil {
		return false
	}
	for _, code := range codes {
		if e.Code == code {
			return true
		}
	}
	return false
}

// isTransient reports whether the same statement may succeed a little later.
func isTransient(err error) bool {
	if e := queryError(err); e != nil {
		return isCode(err, transientCodes...)
	}
	var network net.Error
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &network)
}

// Waits between two attempts: the embedded engine is back within a second or
// two, a server that restarts within half a minute.
const (
	firstWait   = 500 * time.Millisecond
	longestWait = 8 * time.Second
	attempts    = 7
)

// again does something that can be repeated without harm until it succeeds,
// fails for good, or has failed too often.
func (w *Warehouse) again(ctx context.Context, what string, do func() error) error {
	wait := firstWait
	for attempt := 1; ; attempt++ {
		err := do()
		if err == nil || !isTransient(err) || attempt == attempts || ctx.Err() != nil {
			return readable(err)
		}
		w.logger.Warn("trying again", "what", what, "attempt", attempt, "error", err)
		select {
		case <-time.After(wait/2 + rand.N(wait/2)):
		case <-ctx.Done():
			return errors.Join(readable(err), context.Cause(ctx))
		}
		wait = min(2*wait, longestWait)
	}
}
