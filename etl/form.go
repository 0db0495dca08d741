package etl

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Form says how one kind of payload is laid out: where its header is, which
// columns carry which indicator, sex, area, numerator and denominator, how the
// period is found, what its marks mean. FORMS.md explains every key.
type Form struct {
	Code            string                       `yaml:"form"`             // folder and file name, such as public/sdmx_csv
	Title           Label                        `yaml:"title"`            // for people
	SourceCode      string                       `yaml:"source"`           // agency or publisher of the figures; empty when the payload says
	Publishers      map[string]string            `yaml:"publishers"`       // start of an indicator code -> publisher, where a payload does not name it
	AgencyCode      string                       `yaml:"agency"`           // agency that owes the form, empty for public series
	IsComplete      bool                         `yaml:"complete"`         // a later submission withdraws the figures it no longer holds
	Schedule        string                       `yaml:"schedule"`         // five-field cron expression in Asia/Shanghai, may be empty
	StatisticalYear string                       `yaml:"statistical_year"` // calendar, health or school
	Shape           string                       `yaml:"shape"`            // table or sdmx_csv
	Sheets          string                       `yaml:"sheets"`           // pattern of the sheets to read; every sheet with the header when empty
	Records         string                       `yaml:"records"`          // JSON: dotted path of the array of records
	Header          Header                       `yaml:"header"`
	Rows            Fields                       `yaml:"rows"`    // what a record is about
	Figures         []Figure                     `yaml:"figures"` // the figures of a record
	Labels          map[string]map[string]string `yaml:"labels"`  // sex -> code -> the word that {sex} stands for in column names
	Missing         map[string]string            `yaml:"missing"` // mark -> observation status, or "skip"
	Flags           map[string]string            `yaml:"flags"`   // letter behind a figure -> observation status
	Footnotes       []string                     `yaml:"footnotes"`
	Only            map[string][]string          `yaml:"only"`   // column -> accepted texts; other records are refused
	Ignore          []string                     `yaml:"ignore"` // columns that are no breakdown, where other columns are
	Sums            []Sum                        `yaml:"sums"`
	Pairs           []Pair                       `yaml:"pairs"`
	Expected        []Expected                   `yaml:"expected"`
	English         map[string]string            `yaml:"english"` // column -> its name in English, for templates and messages
	Hash            string                       `yaml:"-"`       // SHA-256 of the form file, lower-case hexadecimal

	footnotes []*regexp.Regexp
	sheets    *regexp.Regexp
}

// Label is a text in both languages.
type Label struct {
	Zh string `yaml:"zh"`
	En string `yaml:"en"`
}

// Header says where the header is. It is found by its texts, so lines before it
// may come and go.
type Header struct {
	Rows   int  `yaml:"rows"`   // rows it spans, 1 when not given
	Within int  `yaml:"within"` // records among which it is looked for, 30 when not given
	Fill   bool `yaml:"fill"`   // an empty cell of an upper row continues the one to its left
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

// Expected lists figures that every submission brings.
type Expected struct {
	Indicators []string `yaml:"indicators"`
	Sex        []string `yaml:"sex"`
	AgeGroup   []string `yaml:"age_group"`
	Residence  []string `yaml:"residence"`
	Category   []string `yaml:"category"`
	AreaLevels []string `yaml:"area_levels"`
}

// Shapes of a form.
const (
	shapeTable = "table"
	shapeSDMX  = "sdmx_csv"
)

// Forms is a set of forms by code.
type Forms struct {
	byCode map[string]*Form
}

// LoadForms reads every .yaml file of the file systems. A form in a later file
// system replaces the one of the same code before it. All faults of all files
// are returned together, each with its file and, where it is known, its line.
func LoadForms(systems ...fs.FS) (*Forms, error) {
	forms := &Forms{byCode: map[string]*Form{}}
	var faults []error
	for _, system := range systems {
		err := fs.WalkDir(system, ".", func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || path.Ext(name) != ".yaml" || strings.Contains(name, "testdata/") {
				return err
			}
			text, err := fs.ReadFile(system, name)
			if err != nil {
				return err
			}
			form, err := parseForm(name, text)
			if err != nil {
				faults = append(faults, err)
				return nil
			}
			forms.byCode[form.Code] = form
			return nil
		})
		if err != nil {
			faults = append(faults, fmt.Errorf("read forms: %w", err))
		}
	}
	return forms, errors.Join(faults...)
}

// Form gives the form of a code.
func (f *Forms) Form(code string) (*Form, bool) {
	form, ok := f.byCode[code]
	return form, ok
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

// parseForm reads one form file. Unknown keys are errors.
func parseForm(name string, text []byte) (*Form, error) {
	form := &Form{}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(form); err != nil {
		if errors.Is(err, io.EOF) {
			err = errors.New("the file is empty")
		}
		return nil, fmt.Errorf("read form %s: %w", name, err)
	}
	sum := sha256.Sum256(text)
	form.Hash = hex.EncodeToString(sum[:])
	form.applyDefaults()
	var tree yaml.Node
	if err := yaml.Unmarshal(text, &tree); err != nil {
		return nil, fmt.Errorf("read form %s: %w", name, err)
	}
	var faults []error
	for _, fault := range form.validate(name) {
		faults = append(faults, fmt.Errorf("read form %s: line %d: %w", name, lineOf(&tree, fault.at), fault))
	}
	return form, errors.Join(faults...)
}

// lineOf gives the line of a key such as figures[0].years, or of the last part
// of it that is in the file.
func lineOf(tree *yaml.Node, at string) int {
	node := tree.Content[0]
	line := node.Line
	for _, step := range strings.FieldsFunc(at, func(r rune) bool { return r == '.' || r == '[' || r == ']' }) {
		var next *yaml.Node
		if place, err := strconv.Atoi(step); err == nil && node.Kind == yaml.SequenceNode && place < len(node.Content) {
			next = node.Content[place]
			line = next.Line
		}
		for i := 0; node.Kind == yaml.MappingNode && i+1 < len(node.Content); i += 2 {
			if node.Content[i].Value == step {
				next, line = node.Content[i+1], node.Content[i].Line
			}
		}
		if next == nil {
			break
		}
		node = next
	}
	return line
}

func (f *Form) applyDefaults() {
	if f.Shape == "" {
		f.Shape = shapeTable
	}
	if f.Header.Rows == 0 {
		f.Header.Rows = 1
	}
	if f.Header.Within == 0 {
		f.Header.Within = 30
	}
}
