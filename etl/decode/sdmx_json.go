package decode

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
)

// jsonStructure is the structure of SDMX-JSON 1.0 and 2.0 as far as it is needed:
// the components and their values, to which the observations refer by number.
type jsonStructure struct {
	Links      []jsonLink    `json:"links"`
	Dimensions jsonParts     `json:"dimensions"`
	Attributes jsonParts     `json:"attributes"`
	Measures   jsonParts     `json:"measures"`
	DataSets   []json.Number `json:"dataSets"`
}

type jsonLink struct {
	Relation string `json:"rel"`
	URN      string `json:"urn"`
	Address  string `json:"href"`
}

// jsonParts lists components by what they are attached to.
type jsonParts struct {
	DataSet     []jsonComponent `json:"dataSet"`
	Group       []jsonComponent `json:"dimensionGroup"`
	Series      []jsonComponent `json:"series"`
	Observation []jsonComponent `json:"observation"`
}

type jsonComponent struct {
	ID     string          `json:"id"`
	Role   json.RawMessage `json:"role"` // a text or a list of texts
	Values []jsonValue     `json:"values"`
}

type jsonValue struct {
	ID    json.RawMessage `json:"id"`
	Value json.RawMessage `json:"value"`
	Name  string          `json:"name"`
}

// name gives the id of a component; a dimension whose role is time is the period,
// whatever it is called.
func (c *jsonComponent) name() string {
	if strings.Contains(string(c.Role), `"`+timeColumn+`"`) {
		return timeColumn
	}
	return c.ID
}

// text gives the value that stands behind what an observation holds: the number
// of a value in the list, or the value itself.
func (c *jsonComponent) text(held any) string {
	number, ok := held.(json.Number)
	if !ok || len(c.Values) == 0 {
		return localText(held)
	}
	i, err := strconv.Atoi(number.String())
	if err != nil || i < 0 || i >= len(c.Values) {
		return ""
	}
	return c.Values[i].text()
}

func (v *jsonValue) text() string {
	for _, raw := range []json.RawMessage{v.ID, v.Value} {
		if len(raw) == 0 || string(raw) == "null" {
			continue
		}
		var text string
		if json.Unmarshal(raw, &text) == nil {
			return text
		}
		return string(raw)
	}
	return v.Name
}

// localText gives a single value, the first of a list, or the English one of a
// text in several languages.
func localText(held any) string {
	switch held := held.(type) {
	case []any:
		if len(held) > 0 {
			return localText(held[0])
		}
	case map[string]any:
		return scalarText(held["en"])
	}
	return scalarText(held)
}

// reference gives AGENCY:ID(VERSION) of the dataflow, else of the structure.
func (s *jsonStructure) reference() string {
	for _, relation := range []string{"dataflow", "datastructure"} {
		for _, link := range s.Links {
			if link.Relation != relation {
				continue
			}
			if urn := structureOfURN(link.URN); urn != "" {
				return urn
			}
			if _, path, ok := strings.Cut(link.Address, "/"+relation+"/"); ok {
				parts := append(strings.SplitN(path, "/", 4), "", "", "")
				return structureID(parts[0], parts[1], parts[2])
			}
		}
	}
	return ""
}

// jsonDataSet is what is said of a data set beside its observations.
type jsonDataSet struct {
	structure  int
	action     string
	attributes []any
	groups     map[string][]any // attributes by the key of the group, such as 0:: or ::1
}

// jsonMessage is what is known of a message once it was read to its end.
type jsonMessage struct {
	path, name   string
	charset      charset
	sets         string // dotted path of the data sets
	structures   []jsonStructure
	dataSets     []jsonDataSet
	observations int
	limits       Limits
}

// errNotSDMX says that JSON is none of SDMX.
var errNotSDMX = errors.New("not SDMX-JSON")

// openSDMXJSON reads a message of SDMX-JSON once to its end. It returns errNotSDMX
// for other JSON, as soon as it sees what it is.
func openSDMXJSON(path string, options Options, found charset) (Document, error) {
	m := &jsonMessage{path: path, name: options.Name, charset: found, limits: options.Limits}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	decoder := newJSONDecoder(file, found)
	if err := m.read(decoder); errors.Is(err, errNotSDMX) {
		return nil, err
	} else if err != nil {
		return nil, damagedSDMX(m.name, fmt.Sprintf("byte %d", decoder.InputOffset()), err)
	}
	if m.observations == 0 || len(m.structures) == 0 {
		return nil, noObservations(m.name, "")
	}
	columns, err := m.columns()
	if err != nil {
		return nil, err
	}
	return &sdmxDocument{name: m.name, charset: found, limits: m.limits, columns: columns, start: m.start, notes: m.notes()}, nil
}

// read takes in everything but the observations, which it counts.
func (m *jsonMessage) read(decoder *json.Decoder) error {
	if token, err := decoder.Token(); err != nil || token != json.Delim('{') {
		return errNotSDMX
	}
	err := eachKey(decoder, func(key string) error {
		switch key {
		case "$schema", "meta", "header", "errors", "links":
			return skipJSON(decoder)
		case "structure", "dataSets":
			return m.readData(decoder, key, "")
		case "data":
			return m.readInner(decoder)
		}
		if len(m.structures)+len(m.dataSets) > 0 {
			return skipJSON(decoder)
		}
		return errNotSDMX
	})
	if err != nil {
		return err
	}
	if m.sets == "" && len(m.structures) == 0 {
		return errNotSDMX
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("text after the end")
	}
	return nil
}

// readInner reads what newer messages keep under "data".
func (m *jsonMessage) readInner(decoder *json.Decoder) error {
	token, err := decoder.Token()
	if err != nil {
		return err
	}
	if token != json.Delim('{') {
		return errNotSDMX
	}
	return eachKey(decoder, func(key string) error { return m.readData(decoder, key, "data.") })
}

func (m *jsonMessage) readData(decoder *json.Decoder, key, above string) error {
	switch key {
	case "structure":
		var structure jsonStructure
		if err := decoder.Decode(&structure); err != nil {
			return notOfSDMX(err)
		}
		m.structures = append(m.structures, structure)
		return nil
	case "structures":
		return notOfSDMX(decoder.Decode(&m.structures))
	case "dataSets":
		m.sets = above + key
		return m.readDataSets(decoder)
	case "dataStructures", "codelists", "dataflows", "conceptSchemes", "categorySchemes", "agencySchemes", "contentConstraints":
		return noObservations(m.name, key)
	}
	return skipJSON(decoder)
}

// notOfSDMX takes a structure of another shape for that of other JSON.
func notOfSDMX(err error) error {
	var shape *json.UnmarshalTypeError
	if errors.As(err, &shape) {
		return errNotSDMX
	}
	return err
}

func (m *jsonMessage) readDataSets(decoder *json.Decoder) error {
	if token, err := decoder.Token(); err != nil || token != json.Delim('[') {
		return errNotSDMX
	}
	for decoder.More() {
		if token, err := decoder.Token(); err != nil || token != json.Delim('{') {
			return errNotSDMX
		}
		set := jsonDataSet{}
		err := eachKey(decoder, func(key string) error {
			switch key {
			case "structure":
				return decoder.Decode(&set.structure)
			case "action":
				return decoder.Decode(&set.action)
			case "attributes":
				return decoder.Decode(&set.attributes)
			case "dimensionGroupAttributes":
				return decoder.Decode(&set.groups)
			case "observations":
				return m.count(decoder)
			case "series":
				return m.countSeries(decoder)
			}
			return skipJSON(decoder)
		})
		if err != nil {
			return err
		}
		m.dataSets = append(m.dataSets, set)
	}
	_, err := decoder.Token()
	return err
}

// count passes over an object of observations.
func (m *jsonMessage) count(decoder *json.Decoder) error {
	return inObject(decoder, func(string) error {
		m.observations++
		return skipJSON(decoder)
	})
}

func (m *jsonMessage) countSeries(decoder *json.Decoder) error {
	return inObject(decoder, func(string) error {
		return inObject(decoder, func(key string) error {
			if key == "observations" {
				return m.count(decoder)
			}
			return skipJSON(decoder)
		})
	})
}

// columns gives the header: the components of all structures.
func (m *jsonMessage) columns() ([]string, error) {
	var list componentList
	for i := range m.structures {
		s := &m.structures[i]
		for _, one := range [][]jsonComponent{s.Dimensions.DataSet, s.Dimensions.Series, s.Dimensions.Observation} {
			for j := range one {
				list.add(one[j].name(), true)
			}
		}
		if len(s.furtherMeasures()) > 0 {
			list.add(measureColumn, true)
		}
	}
	for i := range m.structures {
		s := &m.structures[i]
		var measures []jsonComponent
		for _, one := range s.Measures.Observation {
			if isBound(one.name()) {
				measures = append(measures, one)
			}
		}
		for _, one := range [][]jsonComponent{measures, s.Attributes.DataSet, s.Attributes.Group, s.Attributes.Series, s.Attributes.Observation} {
			for j := range one {
				list.add(one[j].name(), false)
			}
		}
	}
	columns := list.columns()
	if len(columns) > m.limits.Columns {
		return nil, &FormatError{File: m.name, WantZh: fmt.Sprintf("报文最多 %d 个组成部分", m.limits.Columns),
			Want: fmt.Sprintf("want at most %d components in a message", m.limits.Columns)}
	}
	return columns, nil
}

// notes says how figures of several measures are told apart.
func (m *jsonMessage) notes() []string {
	for i := range m.structures {
		if n := len(m.structures[i].furtherMeasures()); n > 0 {
			return []string{fmt.Sprintf("报文有 %[1]d 个度量，第一个以外的以 %[2]s 分组装入 / the message has %[1]d measures; those after the first are told apart by %[2]s",
				n+1, measureColumn)}
		}
	}
	return nil
}

func (m *jsonMessage) start() (observations, error) {
	file, err := os.Open(m.path)
	if err != nil {
		return nil, err
	}
	r := &jsonObservations{jsonMessage: m, file: file, decoder: newJSONDecoder(file, m.charset), set: -1}
	if err := seekArray(r.decoder, m.sets); err != nil {
		file.Close()
		return nil, damagedSDMX(m.name, m.sets, err)
	}
	return r, nil
}
