package decode

import (
	"strconv"
)

// Row is one record of a table. Its cells are UTF-8 and are overwritten by the
// next call of Next.
type Row struct {
	Number int      // place in the table as a spreadsheet numbers it, from 1; 0 when the format has no rows
	Cells  [][]byte // text of each cell, empty for an empty one
	Filled []bool   // cells whose text is that of the merged range they lie in; nil when there are none
	Fault  Fault    // why the record cannot be trusted

	index int // place within a JSON array
}

// IsFilled says whether cell i only repeats the text of a merged range.
func (r *Row) IsFilled(i int) bool { return i >= 0 && i < len(r.Filled) && r.Filled[i] }

// Cell gives the text of cell i, nil when the record has no such cell.
func (r *Row) Cell(i int) []byte {
	if i >= 0 && i < len(r.Cells) {
		return r.Cells[i]
	}
	return nil
}

// IsBlank says whether every cell is empty or white space.
func (r *Row) IsBlank() bool {
	for _, cell := range r.Cells {
		for _, b := range cell {
			if b != ' ' && b != '\t' {
				return false
			}
		}
	}
	return true
}

// Table yields the records of one table in order.
type Table interface {
	// Next gives the next record, io.EOF after the last one, or a *FormatError
	// when the file breaks off or exceeds a limit.
	Next() (*Row, error)
	// AppendAddress appends the address of a cell of the row: C7 for tables,
	// $.value[3].v for JSON.
	AppendAddress(dst []byte, row *Row, column int) []byte
	Close() error
}

// Document is one opened file.
type Document interface {
	// Kind names the format, one of the kinds of KindOf or KindSDMX.
	Kind() string
	// Encoding names the character encoding: utf-8, gb18030, utf-16le, utf-16be.
	Encoding() string
	// Delimiter is the character between cells, 0 for formats that have none; a
	// blank stands for two or more of them.
	Delimiter() byte
	// Tables names the tables to be read: the visible sheets of a workbook, one
	// empty name for every other format.
	Tables() []string
	// Notes tells what was passed over on purpose, in both languages.
	Notes() []string
	// Open starts a table from its first record.
	Open(table string) (Table, error)
	Close() error
}

// Limits keeps a hostile or mistaken file from filling the memory.
type Limits struct {
	RecordBytes int   // longest record of a text file
	CellBytes   int   // longest cell
	Columns     int   // most columns of a record
	FileBytes   int64 // largest workbook, packed
	UnzipBytes  int64 // largest workbook, unpacked; its large sheets are unpacked to disk
	MemoryBytes int64 // largest JSON file, and most memory for reading Parquet and Arrow
	Cells       int   // most cells of a sheet
	Merges      int   // most merged ranges of a sheet
}

// DefaultLimits are far above any return an agency sends.
func DefaultLimits() Limits {
	return Limits{
		RecordBytes: 1 << 20,
		CellBytes:   1 << 14,
		Columns:     5_000,
		FileBytes:   64 << 20,
		UnzipBytes:  1 << 30,
		MemoryBytes: 256 << 20,
		Cells:       2_000_000,
		Merges:      20_000,
	}
}

// AppendColumn appends the letters of a spreadsheet column, counted from 0.
func AppendColumn(dst []byte, column int) []byte {
	if column >= 26 {
		dst = AppendColumn(dst, column/26-1)
	}
	return append(dst, byte('A'+column%26))
}

// appendA1 appends a spreadsheet address; column counts from 0, row from 1.
func appendA1(dst []byte, row, column int) []byte {
	return strconv.AppendInt(AppendColumn(dst, column), int64(row), 10)
}
