package catalog

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strconv"
	"strings"
	"time"
)

// row is one record of a CSV file, read by the names of its columns. It
// remembers the first cell it could not read.
type row struct {
	file   string
	line   int
	cells  []string
	column map[string]int
	used   map[string]bool
	err    error
}

// loadTable reads a CSV file with a header; lines that begin with # are
// remarks. Every column of the header must be asked for by read, and the other
// way round.
func loadTable[T any](fsys fs.FS, name string, out *[]T, read func(*row) T) error {
	file, err := fsys.Open(name)
	if err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	defer file.Close()
	reader := csv.NewReader(file)
	reader.Comment = '#'
	header, err := reader.Read()
	if err != nil {
		return fmt.Errorf("read %s: header: %w", name, err)
	}
	column := map[string]int{}
	for i, title := range header {
		column[title] = i
	}
	var faults []error
	for {
		cells, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return errors.Join(faults...)
		}
		if err != nil {
			return errors.Join(append(faults, fmt.Errorf("read %s: %w", name, err))...)
		}
		line, _ := reader.FieldPos(0)
		r := &row{file: name, line: line, cells: cells, column: column, used: map[string]bool{}}
		*out = append(*out, read(r))
		if err := r.fault(header); err != nil {
			faults = append(faults, fmt.Errorf("read %s: line %d: %w", name, line, err))
		}
	}
}

// fault is what is wrong with the row once it was read.
func (r *row) fault(header []string) error {
	for _, title := range header {
		if r.err == nil && !r.used[title] {
			return fmt.Errorf("column %s is not known", title)
		}
	}
	return r.err
}

func (r *row) position() position { return position{r.file, r.line} }

func (r *row) text(column string) string {
	i, ok := r.column[column]
	if !ok {
		r.fail(column, errors.New("column is missing"))
		return ""
	}
	r.used[column] = true
	return r.cells[i]
}

func (r *row) number(column string, bits int) uint64 {
	n, err := strconv.ParseUint(r.text(column), 10, bits)
	r.fail(column, err)
	return n
}

func (r *row) float(column string) float64 {
	x, err := strconv.ParseFloat(r.text(column), 64)
	r.fail(column, err)
	return x
}

// optionalFloat is nil for an empty cell.
func (r *row) optionalFloat(column string) *float64 {
	if strings.TrimSpace(r.text(column)) == "" {
		return nil
	}
	x := r.float(column)
	return &x
}

func (r *row) date(column string) time.Time {
	day, err := time.Parse(time.DateOnly, r.text(column))
	r.fail(column, err)
	return day
}

// list splits a cell at its semicolons; an empty cell is an empty list.
func (r *row) list(column string) []string {
	text := r.text(column)
	if text == "" {
		return []string{}
	}
	return strings.Split(text, ";")
}

func (r *row) fail(column string, err error) {
	if err != nil && r.err == nil {
		r.err = fmt.Errorf("%s: %w", column, err)
	}
}
