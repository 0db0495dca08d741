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

// jsonObservations walks over the observations of a message. It stands before a
// data set, or in one of the objects within it.
type jsonObservations struct {
	*jsonMessage
	file        *os.File
	decoder     *json.Decoder
	set         int // of the data set being read
	depth       jsonDepth
	series      string // key of the series, empty outside one
	seriesHeld  []any  // its attributes
	observation string
	found       []any // measures and attributes of the observation
	measure     int   // that was handed on last
}

// jsonDepth says where in a data set the reader stands.
type jsonDepth uint8

const (
	amongSets jsonDepth = iota
	inSet
	amongSeries
	inOneSeries
	amongObservations
)

func (r *jsonObservations) Close() error { return r.file.Close() }

// next reads up to the next observation, which comes once for each of its measures.
func (r *jsonObservations) next(set func(component, value string)) error {
	if measures := r.furtherMeasures(); r.measure < len(measures) {
		r.measure++
		return r.handOn(r.found, set)
	}
	r.measure = 0
	for {
		found, err := r.step()
		if errors.Is(err, io.EOF) && r.depth == amongSets {
			return io.EOF
		}
		if err != nil {
			return damagedSDMX(r.name, fmt.Sprintf("byte %d", r.decoder.InputOffset()), err)
		}
		if found != nil {
			r.found = found
			return r.handOn(found, set)
		}
	}
}

// step reads one key, or the end of an object; it gives the observation when the
// key was that of one.
func (r *jsonObservations) step() ([]any, error) {
	if !r.decoder.More() {
		return nil, r.leave()
	}
	if r.depth == amongSets {
		r.set, r.depth = r.set+1, inSet
		_, err := r.decoder.Token()
		return nil, err
	}
	token, err := r.decoder.Token()
	if err != nil {
		return nil, err
	}
	key, _ := token.(string)
	switch r.depth {
	case inSet:
		return nil, r.enter(map[string]jsonDepth{"series": amongSeries, "observations": amongObservations}[key])
	case amongSeries:
		r.series, r.seriesHeld = key, nil
		return nil, r.enter(inOneSeries)
	case inOneSeries:
		if key == "attributes" {
			return nil, r.decoder.Decode(&r.seriesHeld)
		}
		return nil, r.enter(map[string]jsonDepth{"observations": amongObservations}[key])
	}
	r.observation = key
	found := []any{}
	if err := r.decoder.Decode(&found); err != nil {
		return nil, err
	}
	return found, nil
}

// enter goes into the object that follows, or passes over a value of no concern.
func (r *jsonObservations) enter(depth jsonDepth) error {
	if depth == amongSets {
		return skipJSON(r.decoder)
	}
	r.depth = depth
	_, err := r.decoder.Token()
	return err
}

// leave goes out of the object that ends here.
func (r *jsonObservations) leave() error {
	switch r.depth {
	case amongSets:
		return io.EOF
	case inSet:
		r.depth = amongSets
	case amongSeries:
		r.depth, r.series, r.seriesHeld = inSet, "", nil
	case inOneSeries:
		r.depth = amongSeries
	case amongObservations:
		r.depth = inSet
		if r.series != "" {
			r.depth = inOneSeries
		}
	}
	_, err := r.decoder.Token()
	return err
}

// handOn gives the components of one observation.
func (r *jsonObservations) handOn(found []any, set func(component, value string)) error {
	if r.set >= len(r.dataSets) {
		return damagedSDMX(r.name, r.sets, fmt.Errorf("data set %d is not there", r.set))
	}
	said := &r.dataSets[r.set]
	if said.structure < 0 || said.structure >= len(r.structures) {
		return damagedSDMX(r.name, r.sets, fmt.Errorf("structure %d is not there", said.structure))
	}
	s := &r.structures[said.structure]
	set(structureColumn, s.reference())
	set(actionColumn, actionCode(said.action))
	for i := range s.Dimensions.DataSet {
		set(s.Dimensions.DataSet[i].name(), s.Dimensions.DataSet[i].text(json.Number("0")))
	}
	setHeld(s.Attributes.DataSet, said.attributes, set)
	if len(said.groups) > 0 {
		r.setGroups(s, said.groups, set)
	}
	if err := r.setKey(s.Dimensions.Series, r.series, set); err != nil {
		return err
	}
	setHeld(s.Attributes.Series, r.seriesHeld, set)
	if err := r.setKey(s.Dimensions.Observation, r.observation, set); err != nil {
		return err
	}
	r.setMeasures(s, found, set)
	setHeld(s.Attributes.Observation, found[min(max(1, len(s.Measures.Observation)), len(found)):], set)
	return nil
}

// setMeasures gives the measure whose turn it is as the value, with its name as
// dimension where it is not the first, and the bounds that go with the first.
func (r *jsonObservations) setMeasures(s *jsonStructure, found []any, set func(component, value string)) {
	measures := s.Measures.Observation
	if len(measures) == 0 {
		measures = []jsonComponent{{ID: valueColumn}}
	}
	if r.measure > 0 {
		i := s.furtherMeasures()[r.measure-1]
		set(measureColumn, measures[i].name())
		if i < len(found) {
			set(valueColumn, measures[i].text(found[i]))
		}
		return
	}
	for i := range min(len(measures), len(found)) {
		switch name := measures[i].name(); {
		case i == 0:
			set(valueColumn, measures[i].text(found[i]))
		case isBound(name):
			set(name, measures[i].text(found[i]))
		}
	}
}

// furtherMeasures gives those of the observation at hand.
func (r *jsonObservations) furtherMeasures() []int {
	if r.found == nil || r.set < 0 || r.set >= len(r.dataSets) {
		return nil
	}
	if at := r.dataSets[r.set].structure; at >= 0 && at < len(r.structures) {
		return r.structures[at].furtherMeasures()
	}
	return nil
}

// furtherMeasures gives the places of the measures that are figures of their own
// beside the first; the bounds of an interval belong to that.
func (s *jsonStructure) furtherMeasures() (places []int) {
	for i, one := range s.Measures.Observation {
		if i > 0 && !isBound(one.name()) {
			places = append(places, i)
		}
	}
	return places
}

func isBound(measure string) bool { return measure == "LOWER_BOUND" || measure == "UPPER_BOUND" }

// setKey gives the dimensions that a key such as 0:3 stands for.
func (r *jsonObservations) setKey(dimensions []jsonComponent, key string, set func(component, value string)) error {
	if key == "" {
		return nil
	}
	parts := strings.Split(key, ":")
	if len(parts) != len(dimensions) {
		return damagedSDMX(r.name, string(r.appendPlace(nil)), fmt.Errorf("key %q for %d dimensions", cutText(key, 40), len(dimensions)))
	}
	for i, part := range parts {
		number, err := strconv.Atoi(part)
		if err != nil || number < 0 || number >= len(dimensions[i].Values) {
			return damagedSDMX(r.name, string(r.appendPlace(nil)), fmt.Errorf("key %q of %s is not in its list", cutText(part, 40), dimensions[i].ID))
		}
		set(dimensions[i].name(), dimensions[i].Values[number].text())
	}
	return nil
}

// setGroups gives the attributes of the groups that the observation belongs to: a
// group's key has a number for the dimensions it names and nothing for the others.
func (r *jsonObservations) setGroups(s *jsonStructure, groups map[string][]any, set func(component, value string)) {
	own := strings.Split(r.series, ":")
	if r.series == "" {
		own = strings.Split(r.observation, ":")
	}
	for key, held := range groups {
		parts, fits := strings.Split(key, ":"), true
		for i, part := range parts {
			fits = fits && (part == "" || i < len(own) && own[i] == part)
		}
		if fits {
			setHeld(s.Attributes.Group, held, set)
		}
	}
}

// setHeld gives the attributes that are there.
func setHeld(attributes []jsonComponent, held []any, set func(component, value string)) {
	for i := range min(len(attributes), len(held)) {
		if text := attributes[i].text(held[i]); text != "" {
			set(attributes[i].name(), text)
		}
	}
}

// appendPlace gives the path of the observation.
func (r *jsonObservations) appendPlace(dst []byte) []byte {
	dst = append(append(dst, "$."...), r.sets...)
	dst = append(strconv.AppendInt(append(dst, '['), int64(r.set), 10), ']')
	if r.series != "" {
		dst = append(append(append(dst, ".series["...), r.series...), ']')
	}
	dst = append(append(append(dst, ".observations["...), r.observation...), ']')
	if r.measure > 0 {
		dst = append(strconv.AppendInt(append(dst, '['), int64(r.furtherMeasures()[r.measure-1]), 10), ']')
	}
	return dst
}

func newJSONDecoder(file io.Reader, found charset) *json.Decoder {
	decoder := json.NewDecoder(utf8Reader(file, found.name))
	decoder.UseNumber()
	return decoder
}

// inObject enters an object and visits its keys.
func inObject(decoder *json.Decoder, visit func(key string) error) error {
	token, err := decoder.Token()
	if err != nil {
		return err
	}
	if token != json.Delim('{') {
		return fmt.Errorf("want an object, got %v", token)
	}
	return eachKey(decoder, visit)
}

// eachKey visits the keys of the object that was entered; visit takes in the
// value.
func eachKey(decoder *json.Decoder, visit func(key string) error) error {
	for decoder.More() {
		token, err := decoder.Token()
		if err != nil {
			return err
		}
		key, _ := token.(string)
		if err := visit(key); err != nil {
			return err
		}
	}
	_, err := decoder.Token()
	return err
}

// skipJSON passes over a value without keeping it.
func skipJSON(decoder *json.Decoder) error {
	for depth := 0; ; {
		token, err := decoder.Token()
		if err != nil {
			return eofIsDamage(err)
		}
		switch token {
		case json.Delim('{'), json.Delim('['):
			if depth++; depth > maxDepth {
				return errTooDeep
			}
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		if depth == 0 {
			return nil
		}
	}
}
