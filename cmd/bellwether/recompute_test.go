package main

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"pgregory.net/rapid"
)

// TestAPersonWhoRecomputesGetsWhatIsPrinted makes verdicts of any numbers, as the
// view defines its columns, and works every printed formula out anew.
func TestAPersonWhoRecomputesGetsWhatIsPrinted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := func(name string) float64 {
			return float64(rapid.IntRange(-200_000, 200_000).Draw(t, name)) / 100
		}
		v, b, target, previous := number("value"), number("baseline"), number("target"), number("previous")
		n := float64(rapid.IntRange(1, 5_000_000).Draw(t, "n"))
		tolerance := float64(rapid.IntRange(0, 500).Draw(t, "tolerance")) / 100
		d, y0 := rapid.Uint16Range(2021, 2029).Draw(t, "data year"), uint16(2020)
		facts := answer{columns: []string{"kind", "progress_form", "forecast_scale", "goal_side"}, rows: [][]any{{
			"at_least", rapid.SampledFrom([]string{"linear", "about", "areas", "held"}).Draw(t, "form"), "", "1",
		}}}
		set := func(column string, value any) {
			facts.columns, facts.rows[0] = append(facts.columns, column), append(facts.rows[0], value)
		}
		progress := (v - b) / (target - b)
		switch facts.text(0, "progress_form") {
		case "about":
			progress = 1 - (math.Abs(v-target)-tolerance)/(math.Abs(b-target)-tolerance)
		case "areas":
			progress = (7. - 2) / 7
		}
		if math.IsNaN(progress) || math.IsInf(progress, 0) {
			t.Skip("no way to go")
		}
		elapsed := float64(d-y0) / float64(2030-y0)
		for column, value := range map[string]any{
			"value": v, "baseline_value": b, "target_number": target, "previous_value": previous, "tolerance": tolerance,
			"data_year": d, "baseline_year": y0, "deadline_year": uint16(2030), "multiplier": 100., "denominator": n, "numerator": v / 100 * n,
			"change_value": v - previous, "gap_value": target - v, "progress": progress, "elapsed": elapsed, "relative_progress": progress / elapsed,
			"required_change": (target - v) / float64(2030-d), "area_count": uint64(7), "failing_area_codes": []string{"a", "b"}, "missing_area_codes": []string{},
		} {
			set(column, value)
		}
		all := formulas(facts)
		if len(all) < 6 {
			t.Fatalf("only %v", all)
		}
		for _, f := range all {
			if err := recompute(f.Formula); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// recompute works out what stands before the last equal sign of a formula and
// holds it against the result behind it.
func recompute(text string) error {
	parts := strings.Split(text, " = ")
	if !strings.ContainsAny(parts[len(parts)-2], "0123456789") {
		return nil // T = b = 45.7 is named and not worked out
	}
	want, err := strconv.ParseFloat(parts[len(parts)-1], 64)
	if err != nil {
		return fmt.Errorf("%s: %w", text, err)
	}
	e := expression{rest: parts[len(parts)-2]}
	got := e.sum()
	if e.err != nil || strings.TrimSpace(e.rest) != "" {
		return fmt.Errorf("%s: cannot read %q: %v", text, e.rest, e.err)
	}
	if math.Abs(got-want) > 1e-5*math.Max(1, math.Abs(want)) {
		return fmt.Errorf("%s: it gives %v", text, got)
	}
	return nil
}

// expression reads what a person would put into a calculator.
type expression struct {
	rest string
	err  error
}

func (e *expression) next(signs ...string) string {
	e.rest = strings.TrimLeft(e.rest, " ")
	for _, s := range signs {
		if rest, ok := strings.CutPrefix(e.rest, s); ok {
			e.rest = rest
			return s
		}
	}
	return ""
}

func (e *expression) sum() float64 {
	v := e.product()
	for {
		switch e.next("+", "-") {
		case "+":
			v += e.product()
		case "-":
			v -= e.product()
		default:
			return v
		}
	}
}

func (e *expression) product() float64 {
	v := e.power()
	for {
		switch e.next("×", "/") {
		case "×":
			v *= e.power()
		case "/":
			v /= e.power()
		default:
			return v
		}
	}
}

func (e *expression) power() float64 {
	v := e.factor()
	if e.next("^") != "" {
		return math.Pow(v, e.factor())
	}
	return v
}

func (e *expression) factor() float64 {
	switch word := e.next("(", "|", "ln(", "exp(", "ceil(", "-"); word {
	case "-":
		return -e.factor()
	case "":
		end := strings.IndexFunc(e.rest, func(r rune) bool { return !strings.ContainsRune("0123456789.", r) })
		if end < 0 {
			end = len(e.rest)
		}
		v, err := strconv.ParseFloat(e.rest[:end], 64)
		if err != nil {
			e.err = err
		}
		e.rest = e.rest[end:]
		return v
	default:
		v := e.sum()
		if e.next(")", "|") == "" {
			e.err = fmt.Errorf("%s is not closed", word)
		}
		return map[string]func(float64) float64{
			"(": func(v float64) float64 { return v }, "|": math.Abs, "ln(": math.Log, "exp(": math.Exp,
			"ceil(": func(v float64) float64 { return math.Ceil(v - 1e-6) },
		}[word](v)
	}
}

// recomputes is a command of scripts: every formula of an explanation in JSON
// gives its result, and the result is that of the column it is named for.
func recomputes(ts *testscript.TestScript, _ bool, args []string) {
	var rows []map[string]any
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &rows))
	text, err := json.Marshal(rows[0]["formulas"])
	ts.Check(err)
	var all []formula
	ts.Check(json.Unmarshal(text, &all))
	for _, f := range all {
		ts.Check(recompute(f.Formula))
		parts := strings.Split(f.Formula, " = ")
		printed, err := strconv.ParseFloat(parts[len(parts)-1], 64)
		if column, ok := rows[0][f.Key].(float64); ok && parts[len(parts)-1] != "b" && (err != nil || math.Abs(printed-column) > 1e-6*math.Max(1, math.Abs(column))) {
			ts.Fatalf("%s: the column %s is %v", f.Formula, f.Key, column)
		}
	}
	ts.Logf("%d formulas", len(all))
}
