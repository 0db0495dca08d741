package decode

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/apache/arrow/go/v15/arrow/memory"
)

// columnarDocument is a file that holds typed columns, Parquet or Arrow, seen as a
// table of texts whose first record names the columns.
type columnarDocument struct {
	kind    string
	columns []string
	notes   []string
	start   func() (columnarRows, error)
}

// columnarRows yields the rows of a file in their order.
type columnarRows interface {
	// next appends the texts of the next row to the cells it is given, one each, and
	// gives errNoMoreRows after the last. It never gives io.EOF, which the libraries
	// wrap where a file breaks off.
	next(cells [][]byte) error
	// place says which row group or batch the row was in and which row of it it was,
	// both from 0.
	place() (group, row int)
	Close() error
}

func (d *columnarDocument) Kind() string     { return d.kind }
func (d *columnarDocument) Encoding() string { return UTF8 }
func (d *columnarDocument) Delimiter() byte  { return 0 }
func (d *columnarDocument) Tables() []string { return []string{""} }
func (d *columnarDocument) Notes() []string  { return d.notes }
func (d *columnarDocument) Close() error     { return nil }

func (d *columnarDocument) Open(string) (Table, error) {
	rows, err := d.start()
	if err != nil {
		return nil, err
	}
	return &columnarTable{document: d, rows: rows, row: Row{Cells: make([][]byte, len(d.columns))}}, nil
}

type columnarTable struct {
	document *columnarDocument
	rows     columnarRows
	isBegun  bool
	row      Row
}

func (t *columnarTable) Next() (*Row, error) {
	for i := range t.row.Cells {
		t.row.Cells[i] = t.row.Cells[i][:0]
	}
	if t.isBegun {
		err := t.rows.next(t.row.Cells)
		if errors.Is(err, errNoMoreRows) {
			return nil, io.EOF
		}
		return &t.row, err
	}
	t.isBegun = true
	for i, name := range t.document.columns {
		t.row.Cells[i] = append(t.row.Cells[i], name...)
	}
	return &t.row, nil
}

// AppendAddress names row group, row and column: group[0].row[17].SEX.
func (t *columnarTable) AppendAddress(dst []byte, _ *Row, column int) []byte {
	group, row := t.rows.place()
	dst = append(strconv.AppendInt(append(dst, "group["...), int64(group), 10), "].row["...)
	dst = append(strconv.AppendInt(dst, int64(row), 10), ']')
	if column >= 0 && column < len(t.document.columns) {
		dst = append(append(dst, '.'), t.document.columns[column]...)
	}
	return dst
}

func (t *columnarTable) Close() error { return t.rows.Close() }

// errNoMoreRows says that a file came to its end as it should.
var errNoMoreRows = errors.New("no more rows")

// errMemory is what a boundedMemory panics with.
var errMemory = errors.New("a block would be larger than is allowed")

// boundedMemory is an allocator that gives at most so many bytes at a time: the
// sizes in a damaged or hostile file are only numbers. Allocators cannot fail, so
// it panics, and guard turns that into a FormatError.
type boundedMemory struct {
	memory.Allocator
	limit int64
	used  *atomic.Int64
}

func newBoundedMemory(limit int64) *boundedMemory {
	return &boundedMemory{memory.NewGoAllocator(), limit, &atomic.Int64{}}
}

func (b *boundedMemory) take(size int) {
	if b.used.Add(int64(size)) > b.limit {
		panic(errMemory)
	}
}

func (b *boundedMemory) Allocate(size int) []byte {
	b.take(size)
	return b.Allocator.Allocate(size)
}

func (b *boundedMemory) Reallocate(size int, block []byte) []byte {
	b.take(size - len(block))
	return b.Allocator.Reallocate(size, block)
}

func (b *boundedMemory) Free(block []byte) {
	b.used.Add(-int64(len(block)))
	b.Allocator.Free(block)
}

// guard runs a step of a library that panics on some damaged files.
func guard(name, kind string, step func() error) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = damagedColumns(name, kind, fmt.Errorf("%v", cause))
		}
	}()
	if err = step(); err == nil || errors.Is(err, errNoMoreRows) {
		return err
	}
	return damagedColumns(name, kind, err)
}

func damagedColumns(name, kind string, err error) error {
	var format *FormatError
	if errors.As(err, &format) {
		return err
	}
	return &FormatError{File: name, WantZh: kind + " 文件已损坏、不完整或过大，请重新导出",
		Want: "the " + kind + " file is damaged, cut short or too large; export it again", Got: cutText(err.Error(), 200)}
}

// tooManyColumns refuses a file with more columns than a statistical table has.
func tooManyColumns(name string, limit, got int) error {
	return &FormatError{File: name, WantZh: fmt.Sprintf("一行最多 %d 列", limit),
		Want: fmt.Sprintf("want at most %d columns in a record", limit), Got: fmt.Sprint(got)}
}

// appendFloat prints a number with as many digits as tell it from others.
func appendFloat(dst []byte, value float64, bits int) []byte {
	return strconv.AppendFloat(dst, value, 'g', -1, bits)
}

// appendDecimal prints a whole number with the last digits behind the point.
func appendDecimal(dst []byte, digits string, scale int) []byte {
	if digits != "" && digits[0] == '-' {
		dst, digits = append(dst, '-'), digits[1:]
	}
	scale = max(scale, 0)
	if short := scale + 1 - len(digits); short > 0 {
		digits = strings.Repeat("0", min(short, 100)) + digits
	}
	dst = append(dst, digits[:len(digits)-scale]...)
	if scale > 0 {
		dst = append(append(dst, '.'), digits[len(digits)-scale:]...)
	}
	return dst
}
