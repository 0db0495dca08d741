package etl

import (
	"encoding/json"
	"time"

	"github.com/apache/arrow/go/v15/arrow"

	"bellwether/etl/decode"
)

// Payload is one delivery of a publisher: the bytes as received and what is
// known about them. The bytes lie in a local file, so that they can be read
// more than once without being held in memory.
type Payload struct {
	SHA256      string    // of the bytes, lower-case hexadecimal; the key of the payload
	SourceCode  string    // agency or publisher, empty when the form or the file says
	FileName    string    // name of the file as it was received
	Location    string    // path or address it was fetched from
	MediaType   string    // as the publisher declared it, may be empty
	Submitter   string    // who handed it in, may be empty
	Licence     string    // licence of the data, may be empty
	Attribution string    // how the publisher wants to be named, may be empty
	Size        int64     // number of bytes
	RetrievedAt time.Time // when it was fetched, UTC
	Path        string    // local file that holds the bytes
}

// Params is what the person who starts a load may add to what the file says.
type Params struct {
	Year      int               `json:"year,omitempty"`       // statistical year, for forms that do not hold it
	Area      string            `json:"area,omitempty"`       // area code, for forms that do not hold it
	Encoding  string            `json:"encoding,omitempty"`   // declared character encoding; detected when empty
	AcceptNew bool              `json:"accept_new,omitempty"` // load codes outside the catalog as publisher:code
	FromYear  int               `json:"from_year,omitempty"`  // first statistical year to take, 0 for all
	ToYear    int               `json:"to_year,omitempty"`    // last statistical year to take
	Extra     map[string]string `json:"extra,omitempty"`      // parameters that only one form knows
}

// IsWindow reports whether only some years are taken.
func (p Params) IsWindow() bool { return p.FromYear != 0 }

func (p Params) takes(year uint16) bool {
	return !p.IsWindow() || p.FromYear <= int(year) && int(year) <= p.ToYear
}

// String gives the parameters as canonical JSON: keys in fixed order, nothing
// that is not set. Equal parameters give equal text.
func (p Params) String() string {
	text, err := json.Marshal(p)
	if err != nil {
		return "{}" // cannot happen: strings, numbers and flags always marshal
	}
	return string(text)
}

// Sink takes what a form reads out of a payload, batch by batch. Batches hold
// at most BatchRows rows; a Sink that keeps one after it returned must Retain
// it. An error stops the reading and is returned by Read.
type Sink interface {
	Observations(arrow.Record) error
	Rejects(arrow.Record) error

	// Restart voids everything handed on so far: figures contradict each other
	// that were handed on before this was known, and the payload is handed on
	// anew. It is called at most once.
	Restart() error
}

// Summary accounts for every figure of a payload: Read is always the sum of
// Loaded, Rejected and Skipped.
type Summary struct {
	Read     int64    // figures the payload could hold: rows of a long table, value cells of a wide one
	Loaded   int64    // figures that passed every hard rule
	Rejected int64    // figures refused, each with its reject
	Skipped  int64    // empty cells that the form does not require, exact repetitions, and years that were not asked for
	Encoding string   // character encoding declared or detected
	Years    []int    // statistical years of the loaded figures, ascending
	Notes    []string // what was passed over or converted, in both languages
}

// FormatError reports that a payload is not laid out as its form says; nothing
// of it is loaded.
type FormatError = decode.FormatError
