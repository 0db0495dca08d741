package decode

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
)

// Options says what is known of a file before it is opened.
type Options struct {
	Name      string   // name of the file as it was received, for messages
	Encoding  string   // declared encoding, empty to detect it
	Delimiter byte     // declared delimiter, 0 to detect it
	Records   string   // JSON: dotted path of the array of records, empty to find it
	Fields    []string // JSON: dotted paths of the fields that are wanted
	AllFields bool     // JSON: further fields that records have are wanted too
	Limits    Limits
}

// Kinds of files, as KindOf tells them apart.
const (
	KindText    = "text"
	KindXLSX    = "xlsx"
	KindXLS     = "xls"
	KindJSON    = "json"
	KindMarkup  = "xml"
	KindSDMX    = "sdmx" // an SDMX message in XML or JSON, once it is opened
	KindParquet = "parquet"
	KindArrow   = "arrow"
)

// KindOf recognises a file by its first bytes, never by its name.
func KindOf(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	opening := make([]byte, 512)
	n, err := io.ReadFull(file, opening)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return "", fmt.Errorf("read %s: %w", path, err)
	}
	opening = opening[:n]
	switch {
	case bytes.HasPrefix(opening, []byte("PK\x03\x04")):
		return KindXLSX, nil
	case bytes.HasPrefix(opening, []byte("PAR1")):
		return KindParquet, nil
	case bytes.HasPrefix(opening, []byte("ARROW1")), bytes.HasPrefix(opening, []byte("\xFF\xFF\xFF\xFF")):
		return KindArrow, nil // the stream format begins with the mark of its first message
	case bytes.HasPrefix(opening, []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")):
		return KindXLS, nil
	}
	switch start := firstCharacters(opening); {
	case start[0] == '{' || start[0] == '[':
		return KindJSON, nil
	case start[0] == '<' && (start[1] == '?' || start[1] == '!' || start[1]|0x20 >= 'a' && start[1]|0x20 <= 'z'):
		return KindMarkup, nil
	}
	return KindText, nil
}

// firstCharacters gives the first two characters that are no blanks, in any
// encoding: a byte order mark and the zero bytes of UTF-16 are passed over.
func firstCharacters(opening []byte) (two [2]byte) {
	for _, mark := range []string{"\xEF\xBB\xBF", "\xFF\xFE", "\xFE\xFF"} {
		opening = bytes.TrimPrefix(opening, []byte(mark))
	}
	opening = bytes.TrimLeft(opening, " \t\r\n\x00")
	copy(two[:], bytes.ReplaceAll(opening[:min(len(opening), 4)], []byte{0}, nil))
	return two
}

// Open opens the file at path as what its first bytes say it is. It returns a
// *FormatError for an empty file, for one that is damaged, and for a legacy
// .xls workbook, with the way to save it so that it can be read.
func Open(path string, options Options) (Document, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() == 0 {
		return nil, &FormatError{File: options.Name, WantZh: "文件是空的，请重新导出后再报送",
			Want: "want a file with data; this one is empty"}
	}
	kind, err := KindOf(path)
	if err != nil {
		return nil, err
	}
	switch kind {
	case KindXLS:
		return nil, &FormatError{File: options.Name,
			WantZh: "旧版 .xls 文件不能读取，请在 Excel 或 WPS 中“另存为”Excel 工作簿（*.xlsx）后再报送",
			Want:   "legacy .xls workbooks are not read; open it in Excel or WPS and save it as Excel Workbook (*.xlsx)"}
	case KindXLSX:
		return openXLSX(path, options.Name, options.Limits)
	case KindJSON:
		return openJSON(path, options)
	case KindMarkup:
		return openMarkup(path, options)
	case KindParquet:
		return openParquet(path, options)
	case KindArrow:
		return openArrow(path, options)
	}
	return openCSV(path, options.Name, options.Encoding, options.Delimiter, options.Limits)
}
