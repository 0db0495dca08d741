package etl

import (
	"regexp"
	"slices"
	"strings"
)

// Form says how one kind of payload is laid out: where its header is, which
// columns carry which indicator, sex, area, numerator and denominator, how the
// period is found, what its marks mean. FORMS.md explains every key.
type Form struct {
	Code            string                        `yaml:"form"`             // folder and file name, such as public/sdmx
	FormerCodes     []string                      `yaml:"former_codes"`     // codes it had before, by which it is still found
	Title           Label                         `yaml:"title"`            // for people
	SourceCode      string                        `yaml:"source"`           // agency or publisher of the figures; empty when the payload says
	Publishers      map[string]string             `yaml:"publishers"`       // start of an indicator code -> publisher, where a payload does not name it
	AgencyCode      string                        `yaml:"agency"`           // agency that owes the form, empty for public series
	ForEach         string                        `yaml:"for_each"`         // agency: one form for each agency that answers for figures no other form brings
	Like            string                        `yaml:"like"`             // form that says everything this one does not
	IsComplete      bool                          `yaml:"complete"`         // a later submission withdraws the figures it no longer holds
	Schedule        string                        `yaml:"schedule"`         // five-field cron expression in Asia/Shanghai, may be empty
	StatisticalYear string                        `yaml:"statistical_year"` // calendar, health or school
	Shape           string                        `yaml:"shape"`            // table or sdmx
	Sheets          string                        `yaml:"sheets"`           // pattern of the sheets to read; every sheet with the header when empty
	Records         string                        `yaml:"records"`          // JSON: dotted path of the array of records
	Header          Header                        `yaml:"header"`
	Rows            Fields                        `yaml:"rows"`    // what a record is about
	Figures         []Figure                      `yaml:"figures"` // the figures of a record
	Labels          map[string]map[string]string  `yaml:"labels"`  // sex -> code -> the word that {sex} stands for in column names
	Missing         map[string]string             `yaml:"missing"` // mark -> observation status, or "skip"
	Flags           map[string]string             `yaml:"flags"`   // letter behind a figure -> observation status
	Numbers         map[string]map[string]float64 `yaml:"numbers"` // unit -> word -> the number it stands for
	Footnotes       []string                      `yaml:"footnotes"`
	Only            map[string][]string           `yaml:"only"`   // column -> accepted texts; other records are refused
	Ignore          []string                      `yaml:"ignore"` // columns that are no breakdown, where other columns are; * stands for any text
	Sums            []Sum                         `yaml:"sums"`
	Pairs           []Pair                        `yaml:"pairs"`
	Expected        []Expected                    `yaml:"expected"`
	English         map[string]string             `yaml:"english"` // column -> its name in English, for templates and messages
	Hash            string                        `yaml:"-"`       // SHA-256 of the form file, lower-case hexadecimal

	footnotes []*regexp.Regexp
	sheets    *regexp.Regexp
	ignored   []*regexp.Regexp
}

// Label is a text in both languages.
type Label struct {
	Zh string `yaml:"zh"`
	En string `yaml:"en"`
}

// Header says where the header is. It is found by its texts, so lines before it
// may come and go.
type Header struct {
	Rows     int    `yaml:"rows"`     // rows it spans, 1 when not given
	Within   int    `yaml:"within"`   // records among which it is looked for, 30 when not given
	Case     bool   `yaml:"case"`     // letter case tells headings apart
	Fill     bool   `yaml:"fill"`     // an empty cell of an upper row continues the one to its left
	Open     bool   `yaml:"open"`     // it goes on to the first record with a figure, however many rows that are
	Blocks   bool   `yaml:"blocks"`   // the same columns may stand again to the right, or the header again below
	Language string `yaml:"language"` // zh: what stands beside it in English is no part of names and headings
}

// Fields says what a record, or one figure of it, is about.
type Fields struct {
	Indicator       *Field     `yaml:"indicator"`
	Area            *Field     `yaml:"area"`
	Sex             *Field     `yaml:"sex"`
	AgeGroup        *Field     `yaml:"age_group"`
	Residence       *Field     `yaml:"residence"`
	Period          *Field     `yaml:"period"`
	PeriodStart     *Field     `yaml:"period_start"`
	PeriodEnd       *Field     `yaml:"period_end"`
	Unit            *Field     `yaml:"unit"`
	Scale           *Field     `yaml:"scale"` // power of ten the figure is given in, as SDMX UNIT_MULT
	Status          *Field     `yaml:"status"`
	Confidentiality *Field     `yaml:"confidentiality"`
	Note            *Field     `yaml:"note"`
	Category        []Category `yaml:"category"`
	OtherColumns    bool       `yaml:"other_columns"` // every column not named elsewhere is a further breakdown
}

// Field says where one fact about a record is found. Exactly one of Columns,
// Value, Parameter, Preamble, FileName and InBrackets is given.
type Field struct {
	Columns    []string          `yaml:"columns"`     // the first of these columns that is not empty
	Value      string            `yaml:"value"`       // a constant code
	Parameter  bool              `yaml:"parameter"`   // the parameter of the load
	Preamble   string            `yaml:"preamble"`    // pattern over the lines before the header, group 1
	FileName   string            `yaml:"file_name"`   // pattern over the file name, group 1
	InBrackets bool              `yaml:"in_brackets"` // the unit: in brackets behind the name of the indicator
	Blank      string            `yaml:"blank"`       // code of an empty cell; without it an empty cell is refused
	Optional   bool              `yaml:"optional"`    // the columns may be absent
	Aliases    map[string]string `yaml:"aliases"`     // text of this form -> code

	OnlyAliases bool `yaml:"only_aliases"` // no other text is known
	InNames     bool `yaml:"in_names"`     // the sex: it is a part of the name or heading of the indicator
	Sections    bool `yaml:"sections"`     // the sex: a record that is named for a sex begins the part of the table about it
	Outline     bool `yaml:"outline"`      // the indicator: blanks before a name put it below the one above
}

// Category is a further breakdown. Dimension names it, or TypeColumn is a
// column that does, record by record.
type Category struct {
	Dimension  string            `yaml:"dimension"`
	TypeColumn string            `yaml:"type_column"`
	Columns    []string          `yaml:"columns"`
	Value      string            `yaml:"value"`
	Optional   bool              `yaml:"optional"`
	Aliases    map[string]string `yaml:"aliases"`
}

// Figure says which cells of a record make one figure. Sexes and the like
// multiply it: the placeholder {sex} in its columns stands for each in turn.
type Figure struct {
	Indicator   string   `yaml:"indicator"`
	Area        string   `yaml:"area"`
	Sex         []string `yaml:"sex"`
	AgeGroup    string   `yaml:"age_group"`
	Residence   []string `yaml:"residence"`
	Category    string   `yaml:"category"`
	Unit        string   `yaml:"unit"`
	Value       []string `yaml:"value"`
	Text        []string `yaml:"text"` // printed form of the value, read when the value is empty
	Numerator   []string `yaml:"numerator"`
	Denominator []string `yaml:"denominator"`
	Lower       []string `yaml:"lower"`
	Upper       []string `yaml:"upper"`
	Years       string   `yaml:"years"`      // pattern of headings, group 1 is the period: one figure for each
	Title       string   `yaml:"title"`      // with indicators: pattern over the lines before the header, group 1 goes before each
	Indicators  string   `yaml:"indicators"` // the same, group 1 is the indicator
	Optional    bool     `yaml:"optional"`
}

// Sum is a rule between indicators of one payload: the parts add up to the
// whole, or, with Subset, each part is at most the whole.
type Sum struct {
	Whole  string   `yaml:"whole"`
	Parts  []string `yaml:"parts"`
	Subset bool     `yaml:"subset"`
}

// Pair is a rule between indicators of one payload about what may be missing, for
// each area, sex, residence and period by itself.
type Pair struct {
	Indicators []string `yaml:"indicators"`
	Only       string   `yaml:"only"` // together (compulsory: all of them or none) or alone (exclusive: at most one)
}

// Expected lists figures that every submission brings: by name, or all that the
// catalog asks of the agency in the statistical year of the form and that no
// form lists by name.
type Expected struct {
	OfAgency   bool     `yaml:"of_agency"`
	Topics     []string `yaml:"topics"` // of_agency: only indicators of these files of the catalog
	Indicators []string `yaml:"indicators"`
	Sex        []string `yaml:"sex"`
	AgeGroup   []string `yaml:"age_group"`
	Residence  []string `yaml:"residence"`
	Category   []string `yaml:"category"`
	AreaLevels []string `yaml:"area_levels"`

	cells []ExpectedCell // of_agency, once the catalog was asked
}

// Shapes of a form.
const (
	shapeTable = "table"
	shapeSDMX  = "sdmx"

	shapeSDMXCSV = "sdmx_csv" // former name of sdmx
)

// Forms is a set of forms by code.
type Forms struct {
	byCode map[string]*Form
}

// Form gives the form of a code, or the one that had it before.
func (f *Forms) Form(code string) (*Form, bool) {
	if form, ok := f.byCode[code]; ok {
		return form, true
	}
	for _, form := range f.byCode {
		if slices.Contains(form.FormerCodes, code) {
			return form, true
		}
	}
	return nil, false
}

// All gives every form, ordered by code.
func (f *Forms) All() []*Form {
	all := make([]*Form, 0, len(f.byCode))
	for _, form := range f.byCode {
		all = append(all, form)
	}
	slices.SortFunc(all, func(a, b *Form) int { return strings.Compare(a.Code, b.Code) })
	return all
}

func (f *Form) applyDefaults() {
	switch f.Shape {
	case "":
		f.Shape = shapeTable
	case shapeSDMXCSV:
		f.Shape = shapeSDMX
	}
	if f.Header.Rows == 0 {
		f.Header.Rows = 1
	}
	if f.Header.Within == 0 {
		f.Header.Within = 30
	}
	for _, name := range f.Ignore {
		parts := strings.Split(key(name), "*")
		for i, part := range parts {
			parts[i] = regexp.QuoteMeta(part)
		}
		f.ignored = append(f.ignored, regexp.MustCompile("^"+strings.Join(parts, ".*")+"$"))
	}
}

// ignores says whether the form passes a column over.
func (f *Form) ignores(column string) bool {
	return slices.ContainsFunc(f.ignored, func(pattern *regexp.Regexp) bool { return pattern.MatchString(key(column)) })
}
