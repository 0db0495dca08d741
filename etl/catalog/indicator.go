package catalog

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// Indicator is one fact that is counted, whichever plans judge it.
type Indicator struct {
	Code                  string // <domain>_<what>_<unit>; never changes
	NameZh                string
	NameEn                string
	DefinitionZh          string
	NumeratorZh           string // what the numerator counts, empty when it is no quotient
	DenominatorZh         string
	UnitCode              string
	Multiplier            float64  // value = numerator / denominator x multiplier; 0 when it is no quotient
	Measure               string   // proportion, rate, ratio, count, amount, years or index
	Polarity              int8     // 1 higher is better, -1 lower is better, 0 neither
	ValidMin              *float64 // smallest credible value in UnitCode, nil when there is none
	ValidMax              *float64 // largest credible value in UnitCode, nil when there is none
	Decimals              uint8    // decimals in print
	AgencyCode            string   // agency that answers for the figure
	DenominatorAgencyCode string   // agency of the denominator when it is another one
	DataKind              string   // administrative, survey, term, milestone or assessment
	StatisticalYear       string   // calendar, health or school
	RequiresSex           bool
	RequiresResidence     bool
	RequiresArea          bool
	RequiredAgeGroups     []string
	IsRareEvent           bool
	IsSmallNumber         bool
	IsReportingSensitive  bool
	Topic                 string // name of the file it stands in
	EvidenceCode          string // series that the agency's assessment rests on, empty when none
	Note                  string

	at position
}

type indicatorEntry struct {
	Code              string    `yaml:"code"`
	NameZh            string    `yaml:"name_zh"`
	NameEn            string    `yaml:"name_en"`
	Unit              string    `yaml:"unit"`
	Definition        string    `yaml:"definition"`
	Numerator         string    `yaml:"numerator"`
	Denominator       string    `yaml:"denominator"`
	Measure           string    `yaml:"measure"`
	Polarity          int8      `yaml:"polarity"`
	Agency            string    `yaml:"agency"`
	DenominatorAgency string    `yaml:"denominator_agency"`
	DataKind          string    `yaml:"data_kind"`
	StatisticalYear   string    `yaml:"statistical_year"`
	Requires          []string  `yaml:"requires"`
	Ages              []string  `yaml:"ages"`
	Valid             []float64 `yaml:"valid"`
	Decimals          *uint8    `yaml:"decimals"`
	Marks             []string  `yaml:"marks"`
	Evidence          string    `yaml:"evidence"`
	Note              string    `yaml:"note"`
}

func (c *Catalog) loadIndicators(fsys fs.FS) error {
	names, err := glob(fsys, indicatorFiles)
	if err != nil {
		return err
	}
	var faults []error
	for _, name := range names {
		var entries []indicatorEntry
		where, err := readYAML(fsys, name, &entries)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		topic := strings.TrimSuffix(path.Base(name), path.Ext(name))
		for _, e := range entries {
			indicator, err := e.indicator(topic, where[e.Code])
			if err != nil {
				faults = append(faults, fmt.Errorf("read %s: line %d: %s: %w", name, where[e.Code].line, e.Code, err))
			}
			c.Indicators = append(c.Indicators, indicator)
		}
	}
	return errors.Join(faults...)
}

func (e indicatorEntry) indicator(topic string, at position) (Indicator, error) {
	i := Indicator{
		Code: e.Code, NameZh: e.NameZh, NameEn: e.NameEn, DefinitionZh: e.Definition,
		NumeratorZh: e.Numerator, DenominatorZh: e.Denominator, UnitCode: e.Unit,
		Measure: e.Measure, Polarity: e.Polarity, AgencyCode: e.Agency,
		DenominatorAgencyCode: e.DenominatorAgency, DataKind: cmp.Or(e.DataKind, "administrative"),
		StatisticalYear: cmp.Or(e.StatisticalYear, "calendar"), RequiredAgeGroups: e.Ages,
		Topic: topic, EvidenceCode: e.Evidence, Note: e.Note, at: at,
	}
	for name, set := range map[string]*bool{"sex": &i.RequiresSex, "residence": &i.RequiresResidence, "area": &i.RequiresArea} {
		*set = slices.Contains(e.Requires, name)
	}
	for name, set := range map[string]*bool{"rare_event": &i.IsRareEvent, "small_number": &i.IsSmallNumber, "reporting_sensitive": &i.IsReportingSensitive} {
		*set = slices.Contains(e.Marks, name)
	}
	if e.Decimals != nil {
		i.Decimals = *e.Decimals
	} else {
		i.Decimals = decimalsOfUnit
	}
	switch len(e.Valid) {
	case 0:
	case 2:
		i.ValidMin, i.ValidMax = &e.Valid[0], &e.Valid[1]
	default:
		return i, errors.New("valid: give the smallest and the largest value")
	}
	return i, knownWords(map[string][]string{
		"requires": remove(e.Requires, "sex", "residence", "area"),
		"marks":    remove(e.Marks, "rare_event", "small_number", "reporting_sensitive"),
	})
}

// assessmentZh opens the definition of every assessment; the entry says what it
// is about and what speaks for it.
const assessmentZh = "由责任部门每年评估并附佐证材料，1为已实现，0为未实现。"

// decimalsOfUnit marks an entry without decimals of its own until the units
// are known.
const decimalsOfUnit = 255

func remove(words []string, known ...string) []string {
	return slices.DeleteFunc(slices.Clone(words), func(w string) bool { return slices.Contains(known, w) })
}

func knownWords(left map[string][]string) error {
	for _, key := range []string{"requires", "marks"} {
		if len(left[key]) > 0 {
			return fmt.Errorf("%s: %s is not known", key, left[key][0])
		}
	}
	return nil
}

// fillIndicators takes from the unit what an indicator does not say itself, and
// writes out the definitions of plain quotients and of assessments.
func (c *Catalog) fillIndicators() {
	for n := range c.Indicators {
		i := &c.Indicators[n]
		unit, ok := c.Unit(i.UnitCode)
		if !ok {
			continue
		}
		if i.DenominatorZh != "" {
			i.Multiplier = unit.multiplier()
		}
		if i.Decimals == decimalsOfUnit {
			i.Decimals = unit.Decimals
		}
		if i.ValidMin == nil && i.ValidMax == nil {
			i.ValidMin, i.ValidMax = unit.ValidMin, unit.ValidMax
		}
		if i.DataKind == "assessment" {
			i.DefinitionZh = assessmentZh + i.DefinitionZh
		}
		if i.DefinitionZh == "" && i.DenominatorZh != "" {
			i.DefinitionZh = i.NumeratorZh + "÷" + i.DenominatorZh
			if i.Multiplier != 1 {
				i.DefinitionZh += fmt.Sprintf("×%.0f", i.Multiplier)
			}
		}
	}
}

// fullNote is the note with the series that an assessment rests on.
func (i Indicator) fullNote() string {
	if i.EvidenceCode == "" {
		return i.Note
	}
	evidence := "Evidence: " + i.EvidenceCode
	if i.Note == "" {
		return evidence
	}
	return i.Note + "; " + evidence
}
