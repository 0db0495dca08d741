package decode

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"unicode/utf8"
)

// csvDocument is delimited text: CSV, TSV and their relatives.
type csvDocument struct {
	path      string
	name      string
	charset   charset
	delimiter byte
	ending    byte
	limits    Limits
}

// openCSV detects encoding and delimiter where they are not declared.
func openCSV(path, name, encoding string, delimiter byte, limits Limits) (*csvDocument, error) {
	found, err := detect(path)
	if err != nil {
		return nil, fmt.Errorf("detect encoding: %w", err)
	}
	if encoding != "" {
		declared, err := parseEncoding(encoding)
		if err != nil {
			return nil, err
		}
		if declared != found.name {
			found = charset{name: declared}
		}
	}
	d := &csvDocument{path: path, name: name, charset: found, delimiter: delimiter, ending: '\n', limits: limits}
	if err := d.sniff(); err != nil {
		return nil, err
	}
	return d, nil
}

// sniff reads the opening of the file for its line ending and delimiter.
func (d *csvDocument) sniff() error {
	file, err := os.Open(d.path)
	if err != nil {
		return err
	}
	defer file.Close()
	opening := make([]byte, 64<<10)
	n, err := io.ReadFull(utf8Reader(file, d.charset.name), opening)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("read opening: %w", err)
	}
	opening = opening[:n]
	if bytes.IndexByte(opening, '\n') < 0 && bytes.IndexByte(opening, '\r') >= 0 {
		d.ending = '\r'
	}
	if d.delimiter == 0 {
		d.delimiter = findDelimiter(opening, d.ending)
	}
	return nil
}

func (d *csvDocument) Kind() string     { return KindText }
func (d *csvDocument) Encoding() string { return d.charset.name }
func (d *csvDocument) Delimiter() byte  { return d.delimiter }
func (d *csvDocument) Tables() []string { return []string{""} }
func (d *csvDocument) Notes() []string  { return nil }
func (d *csvDocument) Close() error     { return nil }

func (d *csvDocument) Open(string) (Table, error) {
	file, err := os.Open(d.path)
	if err != nil {
		return nil, err
	}
	return &csvTable{
		csvDocument: d,
		file:        file,
		source:      utf8Reader(file, d.charset.name),
		buffer:      make([]byte, 256<<10),
	}, nil
}

// csvTable splits records without copying them: cells lie in the buffer until
// the next record is asked for.
type csvTable struct {
	*csvDocument
	file       *os.File
	source     io.Reader
	buffer     []byte
	start, end int
	isDrained  bool
	row        Row
}

func (t *csvTable) Close() error { return t.file.Close() }

func (t *csvTable) AppendAddress(dst []byte, row *Row, column int) []byte {
	return appendA1(dst, row.Number, column)
}

func (t *csvTable) Next() (*Row, error) {
	record, isQuoted, err := t.record()
	if err != nil {
		return nil, err
	}
	t.row.Number++
	t.row.Fault = t.inspect(record)
	t.row.Cells = t.row.Cells[:0]
	switch {
	case t.delimiter == blanks:
		t.row.Cells = splitBlanks(t.row.Cells, record)
	case isQuoted:
		t.splitQuoted(record)
	default:
		t.split(record)
	}
	return &t.row, t.checkSize()
}

// checkSize refuses a record whose shape no statistical return has.
func (t *csvTable) checkSize() error {
	if len(t.row.Cells) > t.limits.Columns {
		return t.fail("", fmt.Sprintf("一行最多 %d 列", t.limits.Columns),
			fmt.Sprintf("want at most %d columns in a record", t.limits.Columns), fmt.Sprint(len(t.row.Cells)))
	}
	for i, cell := range t.row.Cells {
		if len(cell) > t.limits.CellBytes {
			return cellTooLong(t.name, string(appendA1(nil, t.row.Number, i)), t.limits.CellBytes, len(cell))
		}
	}
	return nil
}

// fail builds the error of this file; at is the current record when empty.
func (t *csvTable) fail(at, zh, en, got string) error {
	if at == "" {
		at = fmt.Sprintf("record %d", t.row.Number)
	}
	return &FormatError{File: t.name, At: at, WantZh: zh, Want: en, Got: got}
}

// inspect finds bytes that are no characters. A replacement character that
// stands in a UTF-8 file is text; one that our own decoding made is damage.
func (t *csvTable) inspect(record []byte) Fault {
	switch {
	case t.charset.isSound:
		return NoFault
	case t.charset.name == UTF8:
		if !utf8.Valid(record) {
			return BadEncoding
		}
	case bytes.Contains(record, []byte("\uFFFD")):
		return BadEncoding
	}
	return NoFault
}

// record gives the next record without its line ending and says whether any
// cell of it is quoted.
func (t *csvTable) record() (record []byte, isQuoted bool, err error) {
	for {
		pending := t.buffer[t.start:t.end]
		length, next, isQuoted := t.findEnd(pending)
		if length >= 0 {
			t.start += next
			return trimReturn(pending[:length]), isQuoted, nil
		}
		if t.isDrained {
			if len(pending) == 0 {
				return nil, false, io.EOF
			}
			if length == unclosed {
				t.row.Number++
				return nil, false, t.fail("", "引号没有成对，文件可能不完整", "want every quotation mark closed; the file may be cut short", "")
			}
			t.start = t.end
			return trimReturn(pending), isQuoted, nil
		}
		if err := t.fill(); err != nil {
			return nil, false, err
		}
	}
}

// Results of findEnd when no end of a record was found.
const (
	noEnd    = -1 // the text ends within a record
	unclosed = -2 // the text ends within a quoted cell
)

// findEnd gives the length of the first record of text and the place where the
// next one begins. A quotation mark opens a quoted cell only as its first byte.
func (t *csvTable) findEnd(text []byte) (length, next int, isQuoted bool) {
	end := bytes.IndexByte(text, t.ending)
	line := text
	if end >= 0 {
		line = text[:end]
	}
	if bytes.IndexByte(line, '"') < 0 {
		if end < 0 {
			return noEnd, 0, false
		}
		return end, end + 1, false
	}
	isInside, atStart, closedAt := false, true, -2
	for i := 0; i < len(text); i++ {
		b := text[i]
		switch {
		case isInside:
			if b == '"' {
				isInside, closedAt = false, i
			}
		case b == '"' && (atStart || i == closedAt+1): // a doubled mark opens the cell again
			isInside, isQuoted, atStart = true, true, false
		case b == t.delimiter:
			atStart = true
		case b == t.ending:
			return i, i + 1, isQuoted
		default:
			atStart = false
		}
	}
	if isInside {
		return unclosed, 0, true
	}
	return noEnd, 0, isQuoted
}

// fill reads more bytes behind the pending ones, making room first.
func (t *csvTable) fill() error {
	if t.start > 0 {
		t.end = copy(t.buffer, t.buffer[t.start:t.end])
		t.start = 0
	}
	if t.end == len(t.buffer) {
		if len(t.buffer) >= t.limits.RecordBytes {
			t.row.Number++
			return t.fail("", "一行过长，可能有引号没有成对",
				fmt.Sprintf("want records of at most %d bytes; a quotation mark may not be closed", t.limits.RecordBytes), "")
		}
		grown := make([]byte, min(2*len(t.buffer), t.limits.RecordBytes))
		copy(grown, t.buffer)
		t.buffer = grown
	}
	n, err := t.source.Read(t.buffer[t.end:])
	t.end += n
	if errors.Is(err, io.EOF) {
		t.isDrained = true
		return nil
	}
	return err
}
