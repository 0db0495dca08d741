package decode

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
)

// jsonDocument is JSON with an array of records: at the top, under "value" as
// OData writes it, or at a given path. Single values beside the array, such as
// the year of the return, come before the records as rows of name and value.
type jsonDocument struct {
	path, name string
	charset    charset
	records    string // dotted path of the array, empty at the top
	fields     []string
	headings   []string // the fields, empty for those that no record has
	beside     [][2]string
	notes      []string
	limits     Limits
}

// openJSON reads the file once to its end, so that one cut short is refused
// before any of it is used.
func openJSON(path string, options Options) (Document, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > options.Limits.MemoryBytes {
		return nil, &FormatError{File: options.Name, WantZh: fmt.Sprintf("JSON 文件超过 %d MB，请分页或改报 CSV", options.Limits.MemoryBytes>>20),
			Want: fmt.Sprintf("want JSON of at most %d MB; page it or send CSV", options.Limits.MemoryBytes>>20)}
	}
	found, err := detect(path)
	if err != nil {
		return nil, fmt.Errorf("detect encoding: %w", err)
	}
	message, err := openSDMXJSON(path, options, found)
	if !errors.Is(err, errNotSDMX) {
		return message, err
	}
	d := &jsonDocument{path: path, name: options.Name, charset: found, fields: options.Fields, limits: options.Limits}
	walk := &jsonWalk{arrays: map[string]int{}}
	file, decoder, err := d.decoder()
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if err := walk.value(decoder, ""); err != nil {
		return nil, d.damaged(decoder, err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, d.damaged(decoder, errors.New("text after the end"))
	}
	d.records, err = walk.choose(options.Records)
	if err != nil {
		return nil, &FormatError{File: d.name, At: "$", WantZh: "JSON 中找不到记录数组（如 value、data）",
			Want: "want an array of records at the top or under value, data or the path the form names", Got: options.Records}
	}
	if err := d.findFields(options.AllFields); err != nil {
		return nil, err
	}
	d.beside = walk.beside
	for _, pair := range d.beside {
		if strings.HasSuffix(pair[0], "nextLink") {
			d.notes = append(d.notes, "这是多页结果中的一页（有 nextLink） / this is one page of several (nextLink is set)")
		}
	}
	return d, nil
}

// findFields blanks the fields that no record has, so that a publisher who renames
// one is noticed instead of read as empty. Where all fields are wanted it adds
// those that the records have beyond them.
func (d *jsonDocument) findFields(all bool) error {
	table, err := d.Open("")
	if err != nil {
		return err
	}
	defer table.Close()
	isThere, missing := make([]bool, len(d.fields)), len(d.fields)
	records := table.(*jsonTable).decoder
	d.headings = slices.Clone(d.fields)
	if !records.More() {
		return nil // that there is no data is for the form to say
	}
	known := map[string]bool{}
	for _, field := range d.fields {
		known[field] = true
	}
	var further []string
	for (missing > 0 || all) && records.More() {
		var record any
		if err := records.Decode(&record); err != nil {
			return d.damaged(records, err)
		}
		for i, field := range d.headings {
			if !isThere[i] {
				if _, ok := lookUp(record, field); ok {
					isThere[i] = true
					missing--
				}
			}
		}
		if all && len(further) < d.limits.Columns {
			further = appendFields(further, known, record, "", 0)
		}
	}
	for i := range d.headings {
		if !isThere[i] {
			d.headings[i] = ""
		}
	}
	slices.Sort(further)
	d.fields, d.headings = slices.Concat(d.fields, further), slices.Concat(d.headings, further)
	return nil
}

// appendFields appends the paths of the single values of a record that are not
// known yet.
func appendFields(fields []string, known map[string]bool, value any, path string, depth int) []string {
	object, ok := value.(map[string]any)
	if !ok {
		if _, isList := value.([]any); path == "" || isList || known[path] {
			return fields
		}
		known[path] = true
		return append(fields, path)
	}
	for name, inner := range object {
		if path != "" {
			name = path + "." + name
		}
		if depth < maxDepth {
			fields = appendFields(fields, known, inner, name, depth+1)
		}
	}
	return fields
}

func (d *jsonDocument) decoder() (*os.File, *json.Decoder, error) {
	file, err := os.Open(d.path)
	if err != nil {
		return nil, nil, err
	}
	return file, newJSONDecoder(file, d.charset), nil
}

func (d *jsonDocument) damaged(decoder *json.Decoder, err error) error {
	return &FormatError{File: d.name, At: fmt.Sprintf("byte %d", decoder.InputOffset()),
		WantZh: "JSON 不完整或有语法错误，请重新导出", Want: "the JSON is cut short or malformed; export it again", Got: cutText(err.Error(), 200)}
}

func (d *jsonDocument) Kind() string     { return KindJSON }
func (d *jsonDocument) Encoding() string { return d.charset.name }
func (d *jsonDocument) Delimiter() byte  { return 0 }
func (d *jsonDocument) Tables() []string { return []string{""} }
func (d *jsonDocument) Notes() []string  { return d.notes }
func (d *jsonDocument) Close() error     { return nil }

// Open starts at the first record, behind one row for each single value and a
// row with the names of the fields.
func (d *jsonDocument) Open(string) (Table, error) {
	file, decoder, err := d.decoder()
	if err != nil {
		return nil, err
	}
	if err := seekArray(decoder, d.records); err != nil {
		file.Close()
		return nil, d.damaged(decoder, err)
	}
	return &jsonTable{jsonDocument: d, file: file, decoder: decoder, next: -1 - len(d.beside)}, nil
}

// jsonTable flattens each record to the wanted fields.
type jsonTable struct {
	*jsonDocument
	file    *os.File
	decoder *json.Decoder
	next    int // index of the next record; below 0 the rows before the records
	row     Row
}

func (t *jsonTable) Close() error { return t.file.Close() }

func (t *jsonTable) AppendAddress(dst []byte, row *Row, column int) []byte {
	dst = append(dst, '$')
	if t.records != "" {
		dst = append(append(dst, '.'), t.records...)
	}
	dst = append(dst, '[')
	dst = strconv.AppendInt(dst, int64(row.index), 10)
	dst = append(dst, ']')
	if column < len(t.fields) {
		dst = append(append(dst, '.'), t.fields[column]...)
	}
	return dst
}

func (t *jsonTable) Next() (*Row, error) {
	index := t.next
	t.next++
	t.row.Cells, t.row.index = t.row.Cells[:0], max(index, 0)
	switch {
	case index < -1:
		pair := t.beside[index+1+len(t.beside)]
		t.row.Cells = append(t.row.Cells, []byte(pair[0]), []byte(pair[1]))
		return &t.row, nil
	case index == -1:
		for _, heading := range t.headings {
			t.row.Cells = append(t.row.Cells, []byte(heading))
		}
		return &t.row, nil
	case !t.decoder.More():
		return nil, io.EOF
	}
	var record any
	if err := t.decoder.Decode(&record); err != nil {
		return nil, t.damaged(t.decoder, err)
	}
	t.row.Fault = NoFault
	for _, field := range t.fields {
		value, _ := lookUp(record, field)
		text := scalarText(value)
		if strings.Contains(text, "\uFFFD") && !t.charset.isSound {
			t.row.Fault = BadEncoding
		}
		t.row.Cells = append(t.row.Cells, []byte(text))
		if len(text) > t.limits.CellBytes {
			return nil, cellTooLong(t.name, string(t.AppendAddress(nil, &t.row, len(t.row.Cells)-1)), t.limits.CellBytes, len(text))
		}
	}
	return &t.row, nil
}

// lookUp follows a dotted path into a record and says whether anything, be it
// null, stands there. A name that itself holds dots, such as @odata.type, is tried
// whole first.
func lookUp(value any, path string) (any, bool) {
	object, ok := value.(map[string]any)
	if !ok {
		return nil, false
	}
	if found, ok := object[path]; ok {
		return found, true
	}
	head, rest, ok := strings.Cut(path, ".")
	if !ok {
		return nil, false
	}
	return lookUp(object[head], rest)
}

// scalarText gives the text of a single value; null and anything nested are
// empty.
func scalarText(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}
