package decode

import (
	"encoding/binary"
	"errors"
	"fmt"
	"sync"

	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/apache/arrow/go/v15/parquet"
	"github.com/apache/arrow/go/v15/parquet/file"
	"github.com/apache/arrow/go/v15/parquet/schema"
)

// checkedPages looks at each page of a column before the library does. Its decoders
// believe the counts that a page states and make room for as many values, outside of the
// bounded memory: a few damaged bytes would end the process.
type checkedPages struct {
	file.PageReader
	column *schema.Column
	rows   int64 // of the row group
	fault  error
}

// openPages reads a column of a row group by checked pages.
func openPages(group *file.RowGroupReader, column *schema.Column, index int, mem memory.Allocator) (file.ColumnChunkReader, error) {
	pages, err := group.GetColumnPageReader(index)
	if err != nil {
		return nil, err
	}
	scratch := &sync.Pool{New: func() any { return memory.NewResizableBuffer(mem) }}
	return file.NewColumnReader(column, &checkedPages{PageReader: pages, column: column, rows: group.NumRows()}, mem, scratch), nil
}

// Next moves on to the next page, and stops at one that cannot be.
func (p *checkedPages) Next() bool {
	if p.fault != nil || !p.PageReader.Next() {
		return false
	}
	p.fault = p.check(p.Page())
	return p.fault == nil
}

// Err is what was wrong with the page at which reading stopped, nil at the end.
func (p *checkedPages) Err() error {
	if p.fault != nil {
		return p.fault
	}
	return p.PageReader.Err()
}

func (p *checkedPages) check(page file.Page) error {
	switch page := page.(type) {
	case *file.DictionaryPage:
		if count := int64(page.NumValues()); count < 0 || count*p.leastBits() > 8*int64(len(page.Data())) {
			return fmt.Errorf("dictionary of %d values in %d bytes", count, len(page.Data()))
		}
	case *file.DataPageV1:
		return p.checkValues(page, func() ([]byte, error) { return p.afterLevels(page.Data()) })
	case *file.DataPageV2:
		return p.checkValues(page, func() ([]byte, error) {
			levels := int64(page.DefinitionLevelByteLen()) + int64(page.RepetitionLevelByteLen())
			if levels < 0 || levels > int64(len(page.Data())) {
				return nil, errors.New("levels longer than their page")
			}
			return page.Data()[levels:], nil
		})
	}
	return nil
}

// leastBits is the room that a value takes at least in a dictionary, which is plain.
func (p *checkedPages) leastBits() int64 {
	switch p.column.PhysicalType() {
	case parquet.Types.Boolean:
		return 1
	case parquet.Types.Int64, parquet.Types.Double:
		return 64
	case parquet.Types.Int96:
		return 96
	case parquet.Types.FixedLenByteArray:
		return max(8*int64(p.column.TypeLength()), 8)
	default: // also a text, whose length comes first
		return 32
	}
}

func (p *checkedPages) checkValues(page file.Page, values func() ([]byte, error)) error {
	if count := int64(page.NumValues()); count < 0 || count > p.rows {
		return fmt.Errorf("page of %d values in a row group of %d rows", count, p.rows)
	}
	switch encoding := parquet.Encoding(page.Encoding()); encoding {
	case parquet.Encodings.DeltaByteArray:
		return fmt.Errorf("不读取 %s 编码的列，请用字典或普通编码另存 / the encoding %[1]s is not read; write the file with dictionary or plain encoding", encoding)
	case parquet.Encodings.DeltaBinaryPacked, parquet.Encodings.DeltaLengthByteArray:
		bytes, err := values()
		if err != nil || page.NumValues() == 0 {
			return err
		}
		return checkDelta(bytes, uint64(page.NumValues()))
	}
	return nil
}

// afterLevels cuts off the definition levels, which begin with their length; a column
// without repetition has no others.
func (p *checkedPages) afterLevels(data []byte) ([]byte, error) {
	if p.column.MaxDefinitionLevel() == 0 {
		return data, nil
	}
	if len(data) < 4 {
		return nil, errors.New("page without levels")
	}
	length := int64(binary.LittleEndian.Uint32(data)) + 4
	if length > int64(len(data)) {
		return nil, errors.New("levels longer than their page")
	}
	return data[length:], nil
}

// mostInBlock bounds a block of differences; writers use 128 to 1024.
const mostInBlock = 1 << 16

// checkDelta reads the head of delta encoded numbers: values in a block, parts of a
// block, values in all.
func checkDelta(data []byte, count uint64) error {
	var head [3]uint64
	for i := range head {
		value, size := binary.Uvarint(data)
		if size <= 0 {
			return errors.New("differences without a head")
		}
		head[i], data = value, data[size:]
	}
	if head[0] > mostInBlock || head[1] == 0 || head[1] > head[0] || head[2] > count {
		return fmt.Errorf("differences in blocks of %d in %d parts, %d of %d values", head[0], head[1], head[2], count)
	}
	return nil
}
