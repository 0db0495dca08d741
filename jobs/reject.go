package jobs

import (
	"fmt"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"bellwether/etl"
)

// Reject is a figure that was read but not believed, as a person reads it.
type Reject struct {
	Sheet, Cell          string
	Line                 uint64 // record of the file, from 1; 0 when it has none
	Column               string
	Reason               string
	Rule                 uint8 // 0 when the figure could not be read at all
	Value, Row           string
	MessageZh, MessageEn string
	Cause                uint64 // first reject of the same cause, from 1
	Expected             string // what would be right, empty when nobody can say
}

// tally stands between a form and the warehouse: it passes every batch on,
// keeps the first rejects for people, and tells how far the reading has come.
type tally struct {
	next    etl.Sink // nil when nothing is to be written
	keep    int      // rejects to keep
	rejects []Reject
	figures int64
	report  func(figures int64)
}

// Observations passes a batch of figures on.
func (t *tally) Observations(r arrow.Record) error {
	t.count(r)
	if t.next == nil {
		return nil
	}
	return t.next.Observations(r)
}

// Rejects keeps the first rejects and passes the batch on.
func (t *tally) Rejects(r arrow.Record) error {
	t.count(r)
	for row := 0; row < int(r.NumRows()) && len(t.rejects) < t.keep; row++ {
		reject, err := rejectAt(r, row)
		if err != nil {
			return err
		}
		t.rejects = append(t.rejects, reject)
	}
	if t.next == nil {
		return nil
	}
	return t.next.Rejects(r)
}

// Restart forgets what was counted and kept, and tells the warehouse to.
func (t *tally) Restart() error {
	t.figures, t.rejects = 0, nil
	if t.next == nil {
		return nil
	}
	return t.next.Restart()
}

func (t *tally) count(r arrow.Record) {
	t.figures += r.NumRows()
	t.report(t.figures)
}

// rejectAt copies one row out of a batch, so that the batch can be released.
func rejectAt(r arrow.Record, row int) (Reject, error) {
	var reject Reject
	texts := map[string]*string{
		"sheet": &reject.Sheet, "cell": &reject.Cell, "column_name": &reject.Column,
		"reason_code": &reject.Reason, "value_text": &reject.Value, "row_text": &reject.Row,
		"message_zh": &reject.MessageZh, "message_en": &reject.MessageEn, "expected_text": &reject.Expected,
	}
	counts := map[string]*uint64{"line": &reject.Line, "cause_number": &reject.Cause}
	for i, field := range r.Schema().Fields() {
		switch column := r.Column(i).(type) {
		case *array.String:
			if target, ok := texts[field.Name]; ok {
				*target = string([]byte(column.Value(row)))
			}
		case *array.Uint64:
			if target, ok := counts[field.Name]; ok {
				*target = column.Value(row)
			}
		case *array.Uint8:
			reject.Rule = column.Value(row)
		default:
			return reject, fmt.Errorf("read reject: column %s is a %s", field.Name, column.DataType())
		}
	}
	return reject, nil
}
