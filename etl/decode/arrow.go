package decode

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/ipc"
)

const arrowName = "Arrow"

// openArrow reads the file or the stream format of Arrow IPC.
func openArrow(path string, options Options) (Document, error) {
	d := &columnarDocument{kind: KindArrow}
	start := func() (columnarRows, error) {
		rows := &arrowRows{name: options.Name, limits: options.Limits, batch: -1}
		err := guard(options.Name, arrowName, func() error { return rows.open(path) })
		if err != nil {
			rows.Close()
		}
		return rows, err
	}
	rows, err := start()
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	fields := rows.(*arrowRows).schema.Fields()
	if len(fields) > options.Limits.Columns {
		return nil, tooManyColumns(options.Name, options.Limits.Columns, len(fields))
	}
	for _, field := range fields {
		d.columns = append(d.columns, field.Name)
	}
	d.start = start
	return d, nil
}

// arrowRows walks over the rows of one record batch after the other.
type arrowRows struct {
	name       string
	limits     Limits
	file       *os.File
	schema     *arrow.Schema
	read       func() (arrow.Record, error)
	release    func()
	record     arrow.Record // nil before the first
	batch, row int
}

// open finds out which of the two formats it is: a stream has no mark of its own.
func (r *arrowRows) open(path string) (err error) {
	if r.file, err = os.Open(path); err != nil {
		return err
	}
	mark := make([]byte, len(ipc.Magic))
	if _, err := io.ReadFull(r.file, mark); err != nil {
		return err
	}
	if _, err := r.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	isFile := string(mark) == string(ipc.Magic)
	if err := checkArrow(r.file, isFile); err != nil {
		return err
	}
	mem := newBoundedMemory(r.limits.MemoryBytes)
	if isFile {
		reader, err := ipc.NewFileReader(r.file, ipc.WithAllocator(mem))
		if err != nil {
			return err
		}
		r.schema, r.release, r.read = reader.Schema(), func() { _ = reader.Close() }, reader.Read
		return nil
	}
	if err := r.checkEnd(); err != nil {
		return err
	}
	reader, err := ipc.NewReader(r.file, ipc.WithAllocator(mem))
	if err != nil {
		return err
	}
	r.schema, r.release, r.read = reader.Schema(), reader.Release, reader.Read
	return nil
}

// checkEnd wants the mark that every writer puts at the end of a stream: the library
// takes a stream that breaks off for one that ends.
func (r *arrowRows) checkEnd() error {
	end := make([]byte, 8)
	if _, err := r.file.Seek(-int64(len(end)), io.SeekEnd); err != nil {
		return err
	}
	if _, err := io.ReadFull(r.file, end); err != nil {
		return err
	}
	if string(end) != "\xFF\xFF\xFF\xFF\x00\x00\x00\x00" {
		return errors.New("the stream has no end")
	}
	_, err := r.file.Seek(0, io.SeekStart)
	return err
}

func (r *arrowRows) Close() error {
	_ = guard(r.name, arrowName, func() error {
		if r.release != nil {
			r.release()
		}
		return nil
	})
	if r.file == nil {
		return nil
	}
	return r.file.Close()
}

func (r *arrowRows) place() (group, row int) { return r.batch, r.row - 1 }

func (r *arrowRows) next(cells [][]byte) error {
	return guard(r.name, arrowName, func() error {
		for r.record == nil || r.row >= int(r.record.NumRows()) {
			record, err := r.read()
			if errors.Is(err, io.EOF) {
				return errNoMoreRows
			}
			if err != nil {
				return err
			}
			r.record, r.row, r.batch = record, 0, r.batch+1
			if int(record.NumCols()) != len(cells) {
				return fmt.Errorf("batch %d has %d columns, the schema %d", r.batch, record.NumCols(), len(cells))
			}
		}
		for i := range cells {
			if cells[i] = appendValue(cells[i], r.record.Column(i), r.row); len(cells[i]) > r.limits.CellBytes {
				return fmt.Errorf("a cell of %d bytes", len(cells[i]))
			}
		}
		r.row++
		return nil
	})
}

// appendValue prints one value of a column, nothing for null.
func appendValue(dst []byte, column arrow.Array, i int) []byte {
	if column.IsNull(i) {
		return dst
	}
	switch column := column.(type) {
	case *array.Dictionary:
		return appendValue(dst, column.Dictionary(), column.GetValueIndex(i))
	case *array.String:
		return append(dst, column.Value(i)...)
	case *array.LargeString:
		return append(dst, column.Value(i)...)
	case *array.Binary:
		return append(dst, column.Value(i)...)
	case *array.Float32:
		return appendFloat(dst, float64(column.Value(i)), 32)
	case *array.Float64:
		return appendFloat(dst, column.Value(i), 64)
	case *array.Int64:
		return strconv.AppendInt(dst, column.Value(i), 10)
	case *array.Date32:
		return column.Value(i).ToTime().AppendFormat(dst, time.DateOnly)
	case *array.Date64:
		return column.Value(i).ToTime().AppendFormat(dst, time.DateOnly)
	case *array.Timestamp:
		unit := column.DataType().(*arrow.TimestampType).Unit
		return appendInstant(dst, int64(column.Value(i)), int64(unit.Multiplier()))
	}
	return append(dst, column.ValueStr(i)...)
}
