// Package etl turns the bytes of a publisher into Arrow record batches.
//
// A Form is a file of YAML that says how one kind of payload is laid out; FORMS.md
// explains it key by key. Form.Read walks one payload from left to right:
//
//	decode ──▶ find the header ──▶ bind the form to its columns      header.go layout.go bind.go
//	  └▶ records ──▶ codes, period, unit ──▶ figures, rules 1 to 5   resolve.go figure.go evaluate.go compute.go
//	       ├▶ survey: figures that contradict each other             survey.go sums.go, rules 6, 7 and 9
//	       └▶ observations and rejects, Arrow                        emit.go
//
// A figure is one potential observation: a record of a long table, a value cell of
// a wide one. It ends as exactly one of three: loaded, rejected with sheet, cell,
// reason and the clerk's words for it, or skipped because it holds nothing.
//
// # One pass, or more
//
// Rules 6, 7 and 9 compare figures that may stand anywhere in the payload, and
// refuse all of those that contradict each other, for nobody can tell from the
// outside which of them is right. So figures are handed on while hashes and sums
// of them are kept, never the figures themselves. Where these raise a suspicion,
// a second pass judges the figures concerned, and if any of them does not stand,
// the sink is told to forget what it has and a third pass hands on the rest.
//
// # What etl does not do
//
// It does not know the warehouse, reads no clock and writes no log. Decoders
// (etl/decode) know nothing of figures, connectors (etl/connect) nothing of
// forms, and the forms of each sector are data beside a test.
package etl
