package template

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"

	"bellwether/etl"
	"bellwether/etl/catalog"
)

// Words that stand in place of a number everywhere.
const (
	notApplicable = "不适用"
	notCollected  = "未统计"
)

// input is what a cell to be filled in accepts.
type input struct {
	part       etl.Part
	isEntered  bool // a number
	indicators []catalog.Indicator
	atMost     []int    // columns of the row whose numbers it may not exceed
	atLeast    []int    // columns of the row whose numbers it may not fall below
	choices    []string // for a drop-down; any text when empty and no number
	words      []string // that stand for numbers
	prompt     string
}

// statusWords are the statuses that a clerk may have reason to give.
func (b *builder) statusWords() []string {
	var words []string
	for _, code := range []string{"P", "E", "D", "B", "M", "L", "O"} {
		words = append(words, b.name("OBS_STATUS", code))
	}
	return words
}

// numberWords are the words of the form that stand for numbers of an indicator,
// largest first.
func (b *builder) numberWords(i catalog.Indicator) []string {
	if i.DataKind != "assessment" && i.DataKind != "milestone" {
		return nil
	}
	numbers := b.form.Numbers[i.UnitCode]
	words := slices.Sorted(maps.Keys(numbers))
	slices.SortStableFunc(words, func(a, b string) int { return int(numbers[b]) - int(numbers[a]) })
	return words
}

// prompt tells the clerk who stands on a cell what belongs there.
func (b *builder) prompt(i catalog.Indicator, part etl.Part) string {
	switch {
	case part == etl.NumeratorPart:
		return i.NumeratorZh
	case part == etl.DenominatorPart && i.DenominatorAgencyCode != "" && i.DenominatorAgencyCode != b.form.AgencyCode:
		agency, _ := b.catalog.Agency(i.DenominatorAgencyCode)
		return i.DenominatorZh + "（由" + agency.NameZh + "提供）"
	case part == etl.DenominatorPart:
		return i.DenominatorZh
	case i.DenominatorZh != "":
		return "有分子、分母的可不填；" + i.DefinitionZh
	}
	return i.DefinitionZh
}

// widePrompt says for which indicators a column is read.
func (b *builder) widePrompt(c wideColumn) string {
	var texts []string
	for _, read := range c.reads {
		indicator, _ := b.catalog.Indicator(read.Figure.Indicator)
		text := indicator.NameZh
		switch read.Part {
		case etl.NumeratorPart:
			text += "的分子：" + indicator.NumeratorZh
		case etl.DenominatorPart:
			text += "的分母：" + indicator.DenominatorZh
		}
		texts = append(texts, text)
	}
	return strings.Join(texts, "；")
}

// bounds are the smallest and the largest number a cell takes, nil where there
// is none. Parts of a quotient are counts.
func (in *input) bounds() (low, high *float64) {
	if in.part != etl.ValuePart {
		zero := 0.0
		return &zero, nil
	}
	i := in.indicators[0]
	return i.ValidMin, i.ValidMax
}

// formula is the check of a cell in the language of spreadsheets: a number within
// its bounds that keeps to the other part of its quotient, or one of the words.
func (in *input) formula(row, column int) string {
	own := address(row, column)
	conditions := []string{"ISNUMBER(" + own + ")"}
	low, high := in.bounds()
	if low != nil {
		conditions = append(conditions, own+">="+plain(*low))
	}
	if high != nil {
		conditions = append(conditions, own+"<="+plain(*high))
	}
	for _, other := range in.atMost {
		conditions = append(conditions, keeps(address(row, other), own+"<="))
	}
	for _, other := range in.atLeast {
		conditions = append(conditions, keeps(address(row, other), own+">="))
	}
	var words []string
	for _, word := range in.allWords() {
		words = append(words, own+`="`+word+`"`)
	}
	formula := "OR(" + strings.Join(words, ",") + ",AND(" + strings.Join(conditions, ",") + "))"
	if length(formula) > 255 {
		formula = "OR(" + strings.Join(words, ",") + "," + "ISNUMBER(" + own + "))"
	}
	return formula
}

// keeps is a comparison that counts only once the other cell holds a number.
func keeps(other, comparison string) string {
	return "OR(NOT(ISNUMBER(" + other + "))," + comparison + other + ")"
}

func (in *input) allWords() []string {
	return append(slices.Clone(in.words), notApplicable, notCollected)
}

// refusal is what the clerk reads when the check fails.
func (in *input) refusal() string {
	var kept []string
	low, high := in.bounds()
	switch {
	case low != nil && high != nil:
		kept = append(kept, "在 "+plain(*low)+" 和 "+plain(*high)+" 之间")
	case low != nil:
		kept = append(kept, "不小于 "+plain(*low))
	}
	if len(in.atMost) > 0 {
		kept = append(kept, "不大于分母")
	}
	if len(in.atLeast) > 0 {
		kept = append(kept, "不小于分子")
	}
	text := "请填数字"
	if len(kept) > 0 {
		text += "（" + strings.Join(kept, "，") + "）"
	}
	return text + "，或填“" + strings.Join(in.allWords(), "”“") + "”"
}

// address writes a cell as spreadsheets do; row and column count from 0.
func address(row, column int) string {
	letters := ""
	for n := column + 1; n > 0; n = (n - 1) / 26 {
		letters = string(rune('A'+(n-1)%26)) + letters
	}
	return letters + strconv.Itoa(row+1)
}

func plain(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

// length counts the way spreadsheets do.
func length(text string) int { return len(utf16.Encode([]rune(text))) }

// fit cuts a text to what a prompt holds.
func fit(text string, most int) string {
	letters := []rune(text)
	for length(string(letters)) > most {
		letters = append(letters[:len(letters)-2], '…')
	}
	return string(letters)
}
