// Package etl turns the bytes of a publisher into Arrow record batches.
//
// A Form is a file of YAML that says how one kind of payload is laid out; FORMS.md
// explains it key by key. Form.Read walks one payload from left to right:
//
//	decode ──▶ find the header ──▶ bind the form to its columns      header.go layout.go bind.go
//	  └▶ records ──▶ codes, period, unit ──▶ figures, rules 1 to 5   resolve.go figure.go evaluate.go compute.go
//	       └▶ survey: figures that contradict each other             survey.go sums.go, rules 6, 7 and 9
//	            └▶ second pass ──▶ observations and rejects, Arrow   emit.go
//
// A figure is one potential observation: a record of a long table, a value cell of
// a wide one. It ends as exactly one of three: loaded, rejected with sheet, cell,
// reason and the clerk's words for it, or skipped because it holds nothing.
//
// # Two passes
//
// Rules 6, 7 and 9 compare figures that may stand anywhere in the payload, and
// refuse all of those that contradict each other, for nobody can tell from the
// outside which of them is right. So the payload is read once to find them and
// once more to hand the rest on; memory holds hashes and sums, never figures. A
// layout that is not the form's is found in the first pass, before anything was
// handed on. The second pass knows every code, so all batches share the same
// dictionaries and a figure carries small integers.
//
// # What etl does not do
//
// It does not know the warehouse, reads no clock and writes no log. Decoders
// (etl/decode) know nothing of figures, connectors (etl/connect) nothing of
// forms, and the forms of each sector are data beside a test.
package etl
