package decode

import (
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
)

// openSDMXML reads a message of SDMX-ML once to its end: generic or specific to
// its structure, of versions 2.0, 2.1 and 3.0, ordered by time series, by another
// dimension, or flat.
//
// A message that is specific to its structure does not say which of its components
// are dimensions. Those are taken for dimensions that every series has and whose
// values are all codes; known attributes among them are for the form to name.
func openSDMXML(path string, options Options, found charset, root string) (Document, error) {
	if !slices.Contains([]string{"GenericData", "GenericTimeSeriesData", "StructureSpecificData",
		"StructureSpecificTimeSeriesData", "CompactData", "MessageGroup"}, root) {
		return nil, noObservations(options.Name, "<"+root+">")
	}
	survey := &mlSurvey{known: map[string]*mlComponent{}, limit: options.Limits.Columns}
	message, err := newMLMessage(path, options.Name, found)
	if err != nil {
		return nil, err
	}
	defer message.Close()
	message.watch = survey.note
	for {
		err := message.next(func(string, string) {})
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		survey.observations++
	}
	if survey.observations == 0 {
		return nil, noObservations(options.Name, message.notice)
	}
	survey.series = message.seriesCount
	keys := survey.keys()
	return &sdmxDocument{name: options.Name, charset: found, limits: options.Limits, columns: survey.columns(),
		start: func() (observations, error) {
			message, err := newMLMessage(path, options.Name, found)
			if err == nil {
				message.keys = keys
			}
			return message, err
		}}, nil
}

// mlLevel is the part of a message that a component belongs to.
type mlLevel uint8

const (
	inDataSet mlLevel = iota
	inGroup
	inSeries
	inObservation
	mlLevels
)

// mlRole is what the message says of a component.
type mlRole uint8

const (
	unsaid mlRole = iota // an attribute of an XML element, which may be either
	isKey
	isAttribute
)

type component struct{ name, value string }

// mlMessage is an SDMX-ML message being read.
type mlMessage struct {
	*xmlReader
	name  string
	watch func(level mlLevel, role mlRole, c component, isFlat bool) error // nil when nobody wants to know
	keys  map[string]bool                                                  // dimensions, which tell the key of a group from its attributes

	structures         map[string]string // id within the message -> AGENCY:ID(VERSION)
	observed           map[string]string // id within the message -> dimension that observations are ordered by
	structure, atObs   string            // of the data set being read
	headAction, action string
	notice             string
	level              mlLevel
	role               mlRole
	values             [mlLevels][]component
	groups             groupIndex
	setCount           int
	seriesCount        int // of the whole message
	setSeries          int // of this data set, complete ones
	observation        int // within its series
	inSeries           bool
}

func newMLMessage(path, name string, found charset) (*mlMessage, error) {
	reader, err := openXML(path, found)
	if err != nil {
		return nil, err
	}
	return &mlMessage{xmlReader: reader, name: name, structures: map[string]string{}, observed: map[string]string{},
		groups: groupIndex{}}, nil
}

// next reads up to the end of the next observation.
func (m *mlMessage) next(set func(component, value string)) error {
	for {
		token, err := m.token()
		if errors.Is(err, io.EOF) && m.depth == 0 {
			return io.EOF
		}
		if err != nil {
			return damagedXML(m.name, m.xmlReader, err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			if err := m.begin(token); err != nil {
				var format *FormatError
				if errors.As(err, &format) {
					return err
				}
				return damagedXML(m.name, m.xmlReader, err)
			}
		case xml.EndElement:
			if m.end(token.Name.Local) {
				m.handOn(set)
				return nil
			}
		}
	}
}

// begin takes in what an element says at its beginning.
func (m *mlMessage) begin(element xml.StartElement) error {
	switch element.Name.Local {
	case "Structure", "KeyFamilyRef", "DataSetAction", "Action", "Text":
		return m.beginHeader(element)
	case "DataSet":
		m.beginDataSet(element)
		return m.takeAttributes(element)
	case "Group", "Series":
		m.level = map[string]mlLevel{"Group": inGroup, "Series": inSeries}[element.Name.Local]
		m.values[m.level] = m.values[m.level][:0]
		if m.level == inSeries {
			m.seriesCount++
			m.observation, m.inSeries = 0, true
		}
		return m.takeAttributes(element)
	case "Obs":
		m.level = inObservation
		m.values[inObservation] = m.values[inObservation][:0]
		m.observation++
		return m.takeAttributes(element)
	case "SeriesKey", "ObsKey", "GroupKey":
		m.role = isKey
	case "Attributes":
		m.role = isAttribute
	case "Value":
		if m.setCount > 0 && m.role != unsaid {
			return m.take(m.role, component{first(attribute(element, "id"), attribute(element, "concept")), attribute(element, "value")})
		}
	case "ObsDimension":
		return m.take(isKey, component{first(attribute(element, "id"), m.atObs), attribute(element, "value")})
	case "Time":
		text, err := m.text()
		if err != nil {
			return err
		}
		return m.take(isKey, component{timeColumn, text})
	case "ObsValue":
		return m.take(isAttribute, component{valueColumn, attribute(element, "value")})
	}
	return nil
}

// beginHeader takes in the structures and the action that the header names.
func (m *mlMessage) beginHeader(element xml.StartElement) error {
	if element.Name.Local == "Structure" {
		return m.readStructure(element)
	}
	text, err := m.text()
	if err != nil {
		return err
	}
	switch element.Name.Local {
	case "KeyFamilyRef": // version 2.0: in the header or in the data set
		m.structure = text
	case "Text":
		m.notice = first(m.notice, text)
	default:
		m.headAction = text
	}
	return nil
}

// readStructure reads which structure an id of the header stands for.
func (m *mlMessage) readStructure(element xml.StartElement) error {
	id := attribute(element, "structureID")
	if id == "" {
		return nil // an element within another, which says nothing of its own
	}
	m.observed[id] = attribute(element, "dimensionAtObservation")
	for depth := m.depth; m.depth >= depth; {
		token, err := m.token()
		if err != nil {
			return err
		}
		switch token := token.(type) {
		case xml.StartElement:
			if token.Name.Local == "Ref" {
				m.structures[id] = structureID(attribute(token, "agencyID"), attribute(token, "id"), attribute(token, "version"))
			}
		case xml.CharData:
			if urn := structureOfURN(string(token)); urn != "" && m.structures[id] == "" {
				m.structures[id] = urn
			}
		}
	}
	return nil
}

// beginDataSet forgets the data set before and finds the structure of this one.
func (m *mlMessage) beginDataSet(element xml.StartElement) {
	m.setCount++
	m.level, m.role, m.inSeries, m.setSeries, m.observation = inDataSet, unsaid, false, 0, 0
	m.groups = groupIndex{}
	for level := range m.values {
		m.values[level] = m.values[level][:0]
	}
	id := attribute(element, "structureRef")
	m.atObs = m.observed[id]
	if known, ok := m.structures[id]; ok {
		m.structure = known
	}
	m.action = actionCode(first(attribute(element, "action"), m.headAction))
}

// takeAttributes takes the XML attributes of an element for components; those in
// a name space belong to the format.
func (m *mlMessage) takeAttributes(element xml.StartElement) error {
	for _, a := range element.Attr {
		switch {
		case m.setCount == 0 || a.Name.Space != "" || a.Name.Local == "xmlns" || ofFormat[a.Name.Local]:
			continue
		}
		if err := m.take(unsaid, component{a.Name.Local, a.Value}); err != nil {
			return err
		}
	}
	if element.Name.Local == "Obs" {
		return m.takeMeasure(element)
	}
	return nil
}

// ofFormat are XML attributes that are no components.
var ofFormat = map[string]bool{"structureRef": true, "action": true, "dataScope": true, "setID": true, "type": true,
	"validFromDate": true, "validToDate": true, "publicationYear": true, "publicationPeriod": true,
	"reportingBeginDate": true, "reportingEndDate": true, "keyFamilyURI": true, "datasetID": true}

// takeMeasure takes the type of an observation for its measure, where each measure
// has an element type of its own: xsi:type="demo:LEXPNSIT".
func (m *mlMessage) takeMeasure(element xml.StartElement) error {
	if m.atObs == "" || m.atObs == timeColumn || m.atObs == "AllDimensions" {
		return nil
	}
	for _, a := range element.Attr {
		if _, measure, ok := strings.Cut(a.Value, ":"); ok && a.Name.Local == "type" && a.Name.Space != "" {
			return m.take(isKey, component{m.atObs, measure})
		}
	}
	return nil
}

// take keeps a component for the observations that it holds for.
func (m *mlMessage) take(role mlRole, c component) error {
	m.values[m.level] = append(m.values[m.level], c)
	if m.watch == nil {
		return nil
	}
	return m.watch(m.level, role, c, !m.inSeries)
}

// end closes an element and says whether it was an observation.
func (m *mlMessage) end(name string) bool {
	switch name {
	case "SeriesKey", "ObsKey", "GroupKey", "Attributes":
		m.role = unsaid
	case "Group":
		m.groups.add(m.values[inGroup], m.keys)
		m.level, m.values[inGroup] = inDataSet, m.values[inGroup][:0]
	case "Series":
		m.level, m.inSeries = inDataSet, false
		m.setSeries++
		m.values[inSeries] = m.values[inSeries][:0]
	case "Obs":
		m.level = inDataSet
		if m.inSeries {
			m.level = inSeries
		}
		return true
	}
	return false
}

// handOn gives the components of the observation that was just read.
func (m *mlMessage) handOn(set func(component, value string)) {
	set(structureColumn, m.structure)
	set(actionColumn, m.action)
	for _, c := range m.values[inDataSet] {
		set(c.name, c.value)
	}
	m.groups.match(m.values[inSeries], m.values[inObservation], set)
	for _, level := range []mlLevel{inSeries, inObservation} {
		for _, c := range m.values[level] {
			set(c.name, c.value)
		}
	}
}

// appendPlace names the observation as XPath does: Series[3]/Obs[2].
func (m *mlMessage) appendPlace(dst []byte) []byte {
	if m.setCount > 1 {
		dst = append(strconv.AppendInt(append(dst, "DataSet["...), int64(m.setCount), 10), "]/"...)
	}
	if m.inSeries {
		dst = append(strconv.AppendInt(append(dst, "Series["...), int64(m.setSeries+1), 10), "]/"...)
	}
	return append(strconv.AppendInt(append(dst, "Obs["...), int64(m.observation), 10), ']')
}
