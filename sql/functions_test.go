package sql_test

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"bellwether/sql"
)

var functionPattern = regexp.MustCompile(`(?m)^create or replace function (\w+) as \(([^)]*)\) ->$`)

// function is one file under functions.
type function struct {
	name       string
	parameters []string
	text       string
}

func functions(tb testing.TB) []function {
	tb.Helper()
	objects, err := sql.Functions()
	if err != nil {
		tb.Fatal(err)
	}
	var all []function
	for _, o := range objects {
		match := functionPattern.FindAllStringSubmatch(o.Text, -1)
		if len(match) != 1 || match[0][1] != o.Name {
			tb.Fatalf("%s does not create exactly %s", o.Path, o.Name)
		}
		f := function{name: o.Name, text: o.Text}
		if match[0][2] != "" {
			f.parameters = strings.Split(match[0][2], ", ")
		}
		all = append(all, f)
	}
	return all
}

func TestEveryFunctionSaysHowItIsCalledAndWhereItComesFrom(t *testing.T) {
	for _, f := range functions(t) {
		header := view{text: f.text}.header()
		if call := f.name + "(" + strings.Join(f.parameters, ", ") + ")\n"; !strings.HasPrefix(header, call) {
			t.Errorf("%s: the header does not start with %s", f.name, call)
		}
		if len(f.parameters) > 0 && !strings.Contains(header, "\nMethod  ") {
			t.Errorf("%s: the header names no method", f.name)
		}
		if !strings.HasPrefix(f.name, "bw_") {
			t.Errorf("%s: a function of this program starts with bw_", f.name)
		}
	}
}

// A function is a macro: its arguments are put in as text. Inside a lambda an
// argument such as x would be taken for the lambda's own x.
func TestArgumentsOfFunctionsStandOutsideLambdas(t *testing.T) {
	for _, f := range functions(t) {
		_, body, _ := strings.Cut(f.text, ") ->\n")
		tokens := sql.Tokens(body)
		for i := 1; i < len(tokens); i++ {
			if tokens[i-1].Text != "-" || tokens[i].Text != ">" || tokens[i-1].End != tokens[i].Start {
				continue
			}
			for _, token := range tokens[i+1:] {
				if token.Depth < tokens[i].Depth || token.Text == "," && token.Depth == tokens[i].Depth {
					break
				}
				if slices.Contains(f.parameters, token.Text) && body[token.Start-1] != '.' {
					t.Errorf("%s: the argument %s stands inside a lambda", f.name, token.Text)
				}
			}
		}
	}
}

// hostile are values that a column may hold and a formula may choke on, by the
// name of the parameter; other parameters take numbers.
var hostile = map[string][]string{
	"numbers":    {"null", "-1", "0", "0.5", "1", "3", "12", "1e9"},
	"arrays":     {"[]", "[null]", "[2020]", "[0, 0, 0]", "[1, null, 3, 3, 2000]", "[2020, 2021, 2022, 2023, 2024, 2025]", "[-1e9, 0, 1e-6, 1, 5, 1e9, 2]"},
	"scale":      {"'logit'", "'ln'", "'identity'", "''"},
	"forecast":   {"bw_forecast([1, 2, 3, 4], [5, 6, 8, 7], 'ln', 9)", "bw_forecast([1], [5], 'logit', 9)", "bw_forecast([1, 2, 3], [5, 5, 5], 'identity', 9)"},
	"decimals":   {"null", "0", "1", "3"},
	"confidence": {"null", "0", "0.95", "0.998", "1"},
}

var arrayParameters = []string{"years", "values", "weights", "events", "denominators", "numerators", "scores", "parts", "lowers", "uppers"}

// Wrong and missing inputs give null and a reason, never infinity, no number or
// an error, in whichever rows they stand.
func TestFunctionsNeverGiveInfinityOrNoNumber(t *testing.T) {
	conn := migrated(t)
	for _, f := range functions(t) {
		if len(f.parameters) == 0 {
			continue
		}
		t.Run(f.name, func(t *testing.T) {
			text := fmt.Sprintf("select countIf(match(answer, 'nan|inf')), anyIf(answer, match(answer, 'nan|inf')), anyIf(question, match(answer, 'nan|inf')), count() from (select toJSONString(tuple(%s(%s))) as answer, toString(tuple(%s)) as question from (%s)) settings output_format_json_quote_denormals = 1, max_block_size = 1000",
				f.name, strings.Join(f.parameters, ", "), strings.Join(f.parameters, ", "), everyCombination(f.parameters))
			var bad, all uint64
			var answer, question string
			if err := conn.QueryRow(context.Background(), text).Scan(&bad, &answer, &question, &all); err != nil {
				t.Fatalf("%v\n%s", err, text)
			}
			if bad > 0 || all < 4 {
				t.Errorf("%d of %d rows give infinity or no number: %s%s gives %s", bad, all, f.name, question, answer)
			}
		})
	}
}

// Decimals divide by cutting off: 96/98 of Decimal(18, 6) is 0.979591. A function
// has to turn its arguments into doubles before.
func TestFunctionsGiveTheSameForDecimals(t *testing.T) {
	conn := migrated(t)
	for _, f := range functions(t) {
		var doubles, decimals []string
		for _, p := range f.parameters {
			double, decimal := "`"+p+"`", "`"+p+"`"
			if hostile[p] == nil && p != "years" {
				kind := "Decimal(18, 6)"
				if slices.Contains(arrayParameters, p) {
					kind = "Array(Nullable(" + kind + "))"
				} else {
					kind = "Nullable(" + kind + ")"
				}
				decimal = "cast(`" + p + "`, '" + kind + "')"
			}
			doubles, decimals = append(doubles, double), append(decimals, decimal)
		}
		if doubles == nil {
			continue
		}
		ofDoubles, ofDecimals := f.name+"("+strings.Join(doubles, ", ")+")", f.name+"("+strings.Join(decimals, ", ")+")"
		text := "select any(toString(tuple(" + strings.Join(doubles, ", ") + "))), any(toJSONString(" + ofDoubles + ")), any(toJSONString(" + ofDecimals + ")) from (" +
			everyCombination(f.parameters) + ") where replaceAll(toJSONString(tuple(" + ofDoubles + ")), '-0,', '0,') != replaceAll(toJSONString(tuple(" + ofDecimals + ")), '-0,', '0,')"
		var question, want, got *string
		if err := conn.QueryRow(context.Background(), text).Scan(&question, &want, &got); err != nil {
			t.Errorf("%s: %v\n%s", f.name, err, text)
		} else if question != nil && *question != "" {
			t.Errorf("%s%s of decimals is %v, of doubles %v", f.name, *question, deref(got), deref(want))
		}
	}
}

func deref(s *string) string {
	if s == nil {
		return "null"
	}
	return *s
}

// everyCombination crosses the hostile values. Arrays of one call have one
// length, so they are cut to that of the first.
func everyCombination(parameters []string) string {
	var columns, sources []string
	first := ""
	for _, p := range parameters {
		values, column := hostile[p], "c_"+p
		switch {
		case slices.Contains(arrayParameters, p):
			values = hostile["arrays"]
			if first == "" {
				first = column
			} else {
				column = "arrayResize(" + column + ", length(" + first + "), 1)"
			}
		case values == nil:
			values = hostile["numbers"]
			if len(parameters) > 4 { // a thousandth of the rows says the same
				values = values[:5]
			}
		}
		columns = append(columns, column+" as `"+p+"`")
		list := "[" + strings.Join(values, ", ") + "]"
		if strings.HasPrefix(values[0], "[") {
			list = "cast(" + list + ", 'Array(Array(Nullable(Float64)))')"
		}
		sources = append(sources, "(select arrayJoin("+list+") as c_"+p+") as s_"+p)
	}
	return "select " + strings.Join(columns, ", ") + " from " + strings.Join(sources, " cross join ")
}
