package decode

import (
	"errors"
	"fmt"
	"io"
	"math/big"
	"os"
	"strconv"
	"time"

	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/apache/arrow/go/v15/parquet"
	"github.com/apache/arrow/go/v15/parquet/file"
	"github.com/apache/arrow/go/v15/parquet/schema"
)

const parquetName = "Parquet"

// openParquet reads the columns of a Parquet file that hold single values; lists
// and maps are passed over aloud.
func openParquet(path string, options Options) (Document, error) {
	d := &columnarDocument{kind: KindParquet}
	source := &parquetSource{path: path, name: options.Name, limits: options.Limits}
	err := guard(options.Name, parquetName, func() error {
		reader, err := source.open(newBoundedMemory(options.Limits.MemoryBytes))
		if err != nil {
			return err
		}
		defer reader.Close()
		columns := reader.MetaData().Schema
		if columns.NumColumns() > options.Limits.Columns {
			return tooManyColumns(options.Name, options.Limits.Columns, columns.NumColumns())
		}
		for i := range columns.NumColumns() {
			column := columns.Column(i)
			if column.MaxRepetitionLevel() > 0 {
				d.notes = append(d.notes, fmt.Sprintf("列“%s”是列表，未读取 / column %q holds lists and was not read", column.Path(), column.Path()))
				continue
			}
			d.columns = append(d.columns, column.Path())
			source.columns = append(source.columns, i)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	d.start = source.start
	return d, nil
}

// parquetSource opens a file as often as it is read.
type parquetSource struct {
	path, name string
	limits     Limits
	columns    []int // of the schema, those that are read
}

func (s *parquetSource) open(mem memory.Allocator) (*file.Reader, error) {
	source, err := os.Open(s.path)
	if err != nil {
		return nil, err
	}
	properties := parquet.NewReaderProperties(mem)
	properties.BufferedStreamEnabled = true
	reader, err := file.NewParquetReader(source, file.WithReadProps(properties))
	if err != nil {
		source.Close()
		return nil, err
	}
	return reader, nil
}

func (s *parquetSource) start() (columnarRows, error) {
	rows := &parquetRows{parquetSource: s, memory: newBoundedMemory(s.limits.MemoryBytes), group: -1}
	err := guard(s.name, parquetName, func() (err error) {
		rows.reader, err = s.open(rows.memory)
		return err
	})
	return rows, err
}

// parquetRows walks over the rows of one row group after the other.
type parquetRows struct {
	*parquetSource
	memory     memory.Allocator
	reader     *file.Reader
	chunks     []parquetColumn
	group, row int
	rows       int // of the group
}

func (r *parquetRows) place() (group, row int) { return r.group, r.row - 1 }

func (r *parquetRows) Close() error { return r.reader.Close() }

func (r *parquetRows) next(cells [][]byte) error {
	return guard(r.name, parquetName, func() error {
		for r.row == r.rows {
			if err := r.nextGroup(); err != nil {
				return err
			}
		}
		for i := range r.chunks {
			var err error
			if cells[i], err = r.chunks[i].appendNext(cells[i]); err != nil {
				return err
			}
			if len(cells[i]) > r.limits.CellBytes {
				return fmt.Errorf("a cell of %d bytes", len(cells[i]))
			}
		}
		r.row++
		return nil
	})
}

func (r *parquetRows) nextGroup() error {
	if r.group++; r.group >= r.reader.NumRowGroups() {
		return errNoMoreRows
	}
	group := r.reader.RowGroup(r.group)
	r.chunks, r.row, r.rows = r.chunks[:0], 0, int(group.NumRows())
	if r.rows < 0 {
		return fmt.Errorf("row group of %d rows", r.rows)
	}
	for _, i := range r.columns {
		chunk, err := openPages(group, r.reader.MetaData().Schema.Column(i), i, r.memory)
		if err != nil {
			return err
		}
		r.chunks = append(r.chunks, parquetColumn{reader: chunk, logical: chunk.Descriptor().LogicalType()})
	}
	return nil
}

// parquetColumn reads the values of one column of a row group, one at a time: the
// library gives texts that lie in its buffer until the next page.
type parquetColumn struct {
	reader  file.ColumnChunkReader
	logical schema.LogicalType
	level   [1]int16
}

// appendNext appends the text of the next value, nothing for null.
func (c *parquetColumn) appendNext(dst []byte) ([]byte, error) {
	switch reader := c.reader.(type) {
	case *file.BooleanColumnChunkReader:
		return appendOne(c, dst, reader.ReadBatch, strconv.AppendBool)
	case *file.Int32ColumnChunkReader:
		return appendOne(c, dst, reader.ReadBatch, func(dst []byte, v int32) []byte { return c.appendInt(dst, int64(v)) })
	case *file.Int64ColumnChunkReader:
		return appendOne(c, dst, reader.ReadBatch, c.appendInt)
	case *file.Int96ColumnChunkReader:
		return appendOne(c, dst, reader.ReadBatch, func(dst []byte, v parquet.Int96) []byte {
			return v.ToTime().UTC().AppendFormat(dst, time.RFC3339)
		})
	case *file.Float32ColumnChunkReader:
		return appendOne(c, dst, reader.ReadBatch, func(dst []byte, v float32) []byte { return appendFloat(dst, float64(v), 32) })
	case *file.Float64ColumnChunkReader:
		return appendOne(c, dst, reader.ReadBatch, func(dst []byte, v float64) []byte { return appendFloat(dst, v, 64) })
	case *file.ByteArrayColumnChunkReader:
		return appendOne(c, dst, reader.ReadBatch, func(dst []byte, v parquet.ByteArray) []byte { return c.appendBytes(dst, v) })
	case *file.FixedLenByteArrayColumnChunkReader:
		return appendOne(c, dst, reader.ReadBatch, func(dst []byte, v parquet.FixedLenByteArray) []byte { return c.appendBytes(dst, v) })
	}
	return dst, fmt.Errorf("column of type %T", c.reader)
}

// appendOne reads one value with read and prints it.
func appendOne[V any](c *parquetColumn, dst []byte, read func(int64, []V, []int16, []int16) (int64, int, error),
	print func([]byte, V) []byte) ([]byte, error) {
	var value [1]V
	levels, count, err := read(1, value[:], c.level[:], nil)
	switch {
	case err != nil:
		return dst, err
	case levels == 0:
		return dst, errors.Join(io.ErrUnexpectedEOF, c.reader.Err())
	case count == 0:
		return dst, nil
	}
	return print(dst, value[0]), nil
}

// appendInt prints a whole number as what its column says it is.
func (c *parquetColumn) appendInt(dst []byte, value int64) []byte {
	switch logical := c.logical.(type) {
	case schema.DateLogicalType:
		return time.Unix(value*86400, 0).UTC().AppendFormat(dst, time.DateOnly)
	case *schema.TimestampLogicalType:
		return appendInstant(dst, value, int64(map[schema.TimeUnitType]time.Duration{
			schema.TimeUnitMillis: time.Millisecond, schema.TimeUnitMicros: time.Microsecond}[logical.TimeUnit()]))
	case *schema.DecimalLogicalType:
		return appendDecimal(dst, strconv.FormatInt(value, 10), int(logical.Scale()))
	}
	return strconv.AppendInt(dst, value, 10)
}

// appendInstant prints a moment counted in a unit of so many nanoseconds; midnight
// is a date.
func appendInstant(dst []byte, value, unit int64) []byte {
	perSecond := int64(time.Second) / max(unit, 1)
	at := time.Unix(value/perSecond, value%perSecond*max(unit, 1)).UTC()
	if at.Truncate(24 * time.Hour).Equal(at) {
		return at.AppendFormat(dst, time.DateOnly)
	}
	return at.AppendFormat(dst, time.RFC3339)
}

// appendBytes prints a text, or a decimal number of big-endian bytes.
func (c *parquetColumn) appendBytes(dst, value []byte) []byte {
	logical, ok := c.logical.(*schema.DecimalLogicalType)
	if !ok {
		return append(dst, value...)
	}
	number := new(big.Int).SetBytes(value)
	if len(value) > 0 && value[0]&0x80 != 0 {
		number.Sub(number, new(big.Int).Lsh(big.NewInt(1), uint(8*len(value))))
	}
	return appendDecimal(dst, number.String(), int(logical.Scale()))
}
