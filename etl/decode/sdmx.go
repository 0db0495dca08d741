package decode

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Columns of an SDMX message that are no components of its structure. The others
// have the ids of the components.
const (
	structureColumn = "STRUCTURE_ID"
	actionColumn    = "ACTION"
	measureColumn   = "MEASURE" // of a message with several, on whose observations each comes by itself
	timeColumn      = "TIME_PERIOD"
	valueColumn     = "OBS_VALUE"
)

// sdmxDocument is a data message of SDMX, in XML or JSON, seen as the table that
// SDMX-CSV 2.0 would be: the structure, the action, every dimension, the period,
// the value, every attribute. One record is one observation.
type sdmxDocument struct {
	name    string
	charset charset
	limits  Limits
	columns []string
	notes   []string
	start   func() (observations, error)
}

// observations yields the observations of a message in their order.
type observations interface {
	// next hands each component of the next observation to set, those of the data
	// set before those of the series before its own. It gives io.EOF after the last.
	next(set func(component, value string)) error
	appendPlace(dst []byte) []byte
	Close() error
}

func (d *sdmxDocument) Kind() string     { return KindSDMX }
func (d *sdmxDocument) Encoding() string { return d.charset.name }
func (d *sdmxDocument) Delimiter() byte  { return 0 }
func (d *sdmxDocument) Tables() []string { return []string{""} }
func (d *sdmxDocument) Notes() []string  { return d.notes }
func (d *sdmxDocument) Close() error     { return nil }

func (d *sdmxDocument) Open(string) (Table, error) {
	source, err := d.start()
	if err != nil {
		return nil, err
	}
	t := &sdmxTable{document: d, source: source, index: map[string]int{}}
	for i, name := range d.columns {
		t.index[name] = i
	}
	t.row.Cells = make([][]byte, len(d.columns))
	return t, nil
}

// sdmxTable lays each observation into the columns of the message.
type sdmxTable struct {
	document *sdmxDocument
	source   observations
	index    map[string]int
	isBegun  bool
	row      Row
}

func (t *sdmxTable) Next() (*Row, error) {
	for i := range t.row.Cells {
		t.row.Cells[i] = t.row.Cells[i][:0]
	}
	if !t.isBegun {
		t.isBegun = true
		for i, name := range t.document.columns {
			t.row.Cells[i] = append(t.row.Cells[i], name...)
		}
		return &t.row, nil
	}
	t.row.Fault = NoFault
	longest := 0
	err := t.source.next(func(component, value string) {
		i, ok := t.index[component]
		if !ok {
			return
		}
		longest = max(longest, len(value))
		t.row.Cells[i] = append(t.row.Cells[i][:0], value...)
		if !t.document.charset.isSound && strings.Contains(value, "\uFFFD") {
			t.row.Fault = BadEncoding
		}
	})
	if err != nil {
		return nil, err
	}
	if longest > t.document.limits.CellBytes {
		return nil, cellTooLong(t.document.name, string(t.source.appendPlace(nil)), t.document.limits.CellBytes, longest)
	}
	return &t.row, nil
}

// AppendAddress names the observation and the component: Series[3]/Obs[2]/SEX.
func (t *sdmxTable) AppendAddress(dst []byte, _ *Row, column int) []byte {
	dst = t.source.appendPlace(dst)
	if column >= 0 && column < len(t.document.columns) {
		dst = append(append(dst, '/'), t.document.columns[column]...)
	}
	return dst
}

func (t *sdmxTable) Close() error { return t.source.Close() }

// componentList collects the components of a message in the order they appear.
type componentList struct {
	dimensions, attributes []string
}

// add keeps a component once; a dimension of one data set stays one although
// another has an attribute of that name.
func (l *componentList) add(name string, isDimension bool) {
	if name == "" || slices.Contains([]string{timeColumn, valueColumn, actionColumn, structureColumn}, name) || slices.Contains(l.dimensions, name) {
		return
	}
	i := slices.Index(l.attributes, name)
	switch {
	case isDimension:
		if i >= 0 {
			l.attributes = slices.Delete(l.attributes, i, i+1)
		}
		l.dimensions = append(l.dimensions, name)
	case i < 0:
		l.attributes = append(l.attributes, name)
	}
}

// columns gives the header in the order that SDMX-CSV prescribes.
func (l *componentList) columns() []string {
	return slices.Concat([]string{structureColumn, actionColumn}, l.dimensions, []string{timeColumn, valueColumn}, l.attributes)
}

// actionCode turns the action of a message into that of SDMX-CSV.
func actionCode(text string) string {
	switch strings.ToLower(text) {
	case "append", "a":
		return "A"
	case "replace", "r":
		return "R"
	case "delete", "d":
		return "D"
	case "merge", "m":
		return "M"
	case "information", "i", "":
		return "I"
	}
	return text
}

// structureID writes the reference of a structure as SDMX-CSV does.
func structureID(agency, id, version string) string {
	switch {
	case id == "":
		return ""
	case agency == "":
		return id
	case version == "":
		return agency + ":" + id
	}
	return agency + ":" + id + "(" + version + ")"
}

// structureOfURN takes AGENCY:ID(VERSION) from the end of a name such as
// urn:sdmx:org.sdmx.infomodel.datastructure.Dataflow=ECB:EXR(1.0).
func structureOfURN(urn string) string {
	_, reference, ok := strings.Cut(strings.TrimSpace(urn), "=")
	if !ok {
		return ""
	}
	if end := strings.IndexByte(reference, ')'); end >= 0 {
		reference = reference[:end+1]
	}
	return reference
}

// noObservations refuses a message that holds structures, an error or nothing.
func noObservations(name, got string) error {
	return &FormatError{File: name, WantZh: "SDMX 报文中没有观测值：它只含结构、代码表或提示信息，不是数据",
		Want: "want an SDMX data message; this one holds structures, code lists or a notice, and no observation", Got: got}
}

// damagedSDMX refuses a message that cannot be read to its end.
func damagedSDMX(name, at string, err error) error {
	var format *FormatError
	if errors.As(err, &format) {
		return err
	}
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return &FormatError{File: name, At: at, WantZh: "SDMX 报文不完整或有语法错误，请重新下载",
		Want: "the SDMX message is cut short or malformed; fetch it again", Got: fmt.Sprint(err)}
}
