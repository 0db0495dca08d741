package etl

import (
	"fmt"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"bellwether/etl/decode"
)

// emitter builds the record batches and hands them to the sink. The dictionaries
// grow while the payload is read; a batch carries those that it needs.
type emitter struct {
	reading  *reading
	judged   verdicts
	sink     Sink
	mem      memory.Allocator
	schema   *arrow.Schema
	values   [dictionaryCount]arrow.Array
	codes    [dictionaryCount]*array.Int32Builder
	year     *array.Uint16Builder
	taken    *array.Uint8Builder
	start    *array.Date32Builder
	end      *array.Date32Builder
	numbers  [6]*array.Float64Builder // numerator, denominator, value, reported, lower, upper
	note     *array.StringBuilder
	cell     *array.StringBuilder
	rejects  *array.RecordBuilder
	address  []byte
	years    map[int]bool
	lastYear uint16
	rows     int

	read, loaded, rejected, skipped int64

	causes    map[*refusal]int64 // reject that a cause met first, for causes of several records
	lastWhy   *refusal           // of the reject before: the figures of a record share what is wrong with it
	lastCause int64
}

// newEmitter builds columns of numbers in recycled memory and texts in fresh one:
// a string taken from a record lives on in its bytes.
func newEmitter(mem memory.Allocator, recycled *recycler, r *reading, judged verdicts, sink Sink) *emitter {
	e := &emitter{reading: r, judged: judged, sink: sink, mem: mem, schema: ObservationSchema(), years: map[int]bool{}, causes: map[*refusal]int64{},
		year: array.NewUint16Builder(recycled), taken: array.NewUint8Builder(recycled), start: array.NewDate32Builder(recycled), end: array.NewDate32Builder(recycled),
		note: array.NewStringBuilder(mem), cell: array.NewStringBuilder(mem),
		rejects: array.NewRecordBuilder(mem, RejectSchema())}
	for i := range e.codes {
		e.codes[i] = array.NewInt32Builder(recycled)
	}
	for i := range e.numbers {
		e.numbers[i] = array.NewFloat64Builder(recycled)
	}
	return e
}

// release gives back all Arrow memory that is still held.
func (e *emitter) release() {
	for i := range e.codes {
		if e.values[i] != nil {
			e.values[i].Release()
		}
		e.codes[i].Release()
	}
	for i := range e.numbers {
		e.numbers[i].Release()
	}
	for _, builder := range []array.Builder{e.year, e.start, e.end, e.note, e.cell, e.taken} {
		builder.Release()
	}
	e.rejects.Release()
}

// figure is the visit of a pass that hands figures on.
func (e *emitter) figure(l *layout, rec *record, fl *figureLayout, f *figure, what outcome, why *refusal) error {
	place := e.read
	e.read++
	isShared := why == fl.refused // with other records
	if what == loaded && len(e.judged) > 0 {
		if verdict, ok := e.judged[place]; ok {
			if verdict.isRepetition {
				what = skipped
			} else {
				what, why, isShared = rejected, verdict.why, true
			}
		}
	}
	switch what {
	case skipped:
		e.skipped++
		return nil
	case rejected:
		e.rejected++
		e.appendReject(l, rec, fl, why, e.cause(why, isShared))
		if e.rejects.Field(0).Len() == BatchRows {
			return e.flushRejects()
		}
		return nil
	}
	e.loaded++
	e.append(l, rec, f)
	if e.rows == BatchRows {
		return e.flush()
	}
	return nil
}

// append adds an observation to the batch under way.
func (e *emitter) append(l *layout, rec *record, f *figure) {
	if e.rows == 0 {
		e.reserve()
	}
	e.rows++
	if f.year != e.lastYear {
		e.lastYear = f.year
		e.years[int(f.year)] = true
	}
	e.codes[areaDictionary].UnsafeAppend(f.area)
	e.codes[indicatorDictionary].UnsafeAppend(f.indicator)
	e.codes[sexDictionary].UnsafeAppend(f.sex)
	e.codes[ageDictionary].UnsafeAppend(f.age)
	e.codes[residenceDictionary].UnsafeAppend(f.residence)
	e.codes[categoryDictionary].UnsafeAppend(f.category)
	e.codes[sourceDictionary].UnsafeAppend(f.source)
	e.codes[freqDictionary].UnsafeAppend(f.freq)
	e.codes[unitDictionary].UnsafeAppend(f.unit)
	e.codes[statusDictionary].UnsafeAppend(f.status)
	e.codes[confidentialityDictionary].UnsafeAppend(f.conf)
	e.codes[sheetDictionary].UnsafeAppend(f.sheet)
	e.year.UnsafeAppend(f.year)
	e.start.UnsafeAppend(arrow.Date32(f.start))
	e.end.UnsafeAppend(arrow.Date32(f.end))
	for i, value := range [...]float64{f.numerator, f.denominator, f.value, f.reported, f.lower, f.upper} {
		if f.has&(1<<i) != 0 {
			e.numbers[i].UnsafeAppend(value)
		} else {
			e.numbers[i].UnsafeAppendBoolToBitmap(false)
		}
	}
	if f.isWithdrawn {
		e.taken.UnsafeAppend(1)
	} else {
		e.taken.UnsafeAppend(0)
	}
	e.note.Append(f.note)
	e.address = l.table.AppendAddress(e.address[:0], rec.row, f.column)
	e.cell.BinaryBuilder.Append(e.address)
}

// reserve makes room for a whole batch, so that appending needs no checks.
func (e *emitter) reserve() {
	for _, builder := range e.codes {
		builder.Reserve(BatchRows)
	}
	for _, builder := range e.numbers {
		builder.Reserve(BatchRows)
	}
	for _, builder := range []array.Builder{e.year, e.start, e.end, e.note, e.cell, e.taken} {
		builder.Reserve(BatchRows)
	}
}

// flush hands the batch under way to the sink.
func (e *emitter) flush() error {
	if e.rows == 0 {
		return nil
	}
	columns := []arrow.Array{
		e.coded(areaDictionary), e.coded(indicatorDictionary), e.coded(sexDictionary), e.coded(ageDictionary),
		e.coded(residenceDictionary), e.coded(categoryDictionary), e.coded(sourceDictionary),
		e.year.NewArray(), e.start.NewArray(), e.end.NewArray(), e.coded(freqDictionary),
		e.numbers[0].NewArray(), e.numbers[1].NewArray(), e.numbers[2].NewArray(),
		e.numbers[3].NewArray(), e.numbers[4].NewArray(), e.numbers[5].NewArray(),
		e.coded(unitDictionary), e.coded(statusDictionary), e.coded(confidentialityDictionary),
		e.note.NewArray(), e.coded(sheetDictionary), e.cell.NewArray(), e.taken.NewArray(),
	}
	record := array.NewRecord(e.schema, columns, int64(e.rows))
	for _, column := range columns {
		column.Release()
	}
	defer record.Release()
	e.rows = 0
	if err := e.sink.Observations(record); err != nil {
		return fmt.Errorf("hand on observations: %w", err)
	}
	return nil
}

// coded joins the numbers of a column with its dictionary, which is built anew
// when codes have come since the batch before.
func (e *emitter) coded(column place) arrow.Array {
	texts := &e.reading.dictionaries[column]
	if known := e.values[column]; known == nil || known.Len() != len(texts.list) {
		if known != nil {
			known.Release()
		}
		e.values[column] = texts.values(e.mem)
	}
	numbers := e.codes[column].NewArray()
	defer numbers.Release()
	return array.NewDictionaryArray(dictionary(), numbers, e.values[column])
}

// appendReject adds a reject to the batch under way; cause is the first reject
// of the same cause.
func (e *emitter) appendReject(l *layout, rec *record, fl *figureLayout, why *refusal, cause int64) {
	column := why.column
	if column < 0 {
		column = fl.address
	}
	reason := reasonTable()[why.reason]
	zh, en := why.zh, why.en
	if zh == "" {
		zh, en = reason.Zh, reason.En
	}
	value := toValid(rec.row.Cell(column))
	e.address = l.table.AppendAddress(e.address[:0], rec.row, column)
	for i, text := range []string{l.sheetName, string(e.address), l.heading.name(column), reason.Code, value, rowText(rec.row), zh, en, why.expected} {
		e.rejects.Field([]int{0, 1, 3, 4, 6, 7, 8, 9, 11}[i]).(*array.StringBuilder).Append(text)
	}
	e.rejects.Field(2).(*array.Uint64Builder).Append(uint64(rec.row.Number))
	e.rejects.Field(5).(*array.Uint8Builder).Append(reason.Rule)
	e.rejects.Field(10).(*array.Uint64Builder).Append(uint64(cause))
}

// cause gives the number of the first reject of one cause, from 1. Only causes
// that may come back in another record are remembered.
func (e *emitter) cause(why *refusal, isShared bool) int64 {
	if why == e.lastWhy {
		return e.lastCause
	}
	number, ok := e.causes[why.cause()]
	if !ok {
		number = e.rejected
		if isShared {
			e.causes[why.cause()] = number
		}
	}
	e.lastWhy, e.lastCause = why, number
	return number
}

// maxRowText leaves room for the mark of a cut within 1,000 characters.
const maxRowText = 999

// rowText gives the whole record, shortened to 1,000 characters.
func rowText(row *decode.Row) string {
	var b strings.Builder
	for i, cell := range row.Cells {
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(cell)
		if b.Len() > 4000 {
			break
		}
	}
	return cut(strings.ToValidUTF8(b.String(), "�"), maxRowText)
}

func (e *emitter) flushRejects() error {
	if e.rejects.Field(0).Len() == 0 {
		return nil
	}
	record := e.rejects.NewRecord()
	defer record.Release()
	if err := e.sink.Rejects(record); err != nil {
		return fmt.Errorf("hand on rejects: %w", err)
	}
	return nil
}

// finish hands on what is left.
func (e *emitter) finish() error {
	if err := e.flush(); err != nil {
		return err
	}
	return e.flushRejects()
}
