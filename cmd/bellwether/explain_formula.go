package main

import (
	"fmt"
	"math"
	"strconv"
)

// formula is a line such as A = (85 - 80) / (90 - 80) = 0.5: a letter, what is
// put in, and what the warehouse has worked out. Nothing is worked out here.
type formula struct {
	Key     string `json:"key"` // column of the result
	Formula string `json:"formula"`
}

// digits writes a number in at most eight significant digits, so that a person
// who puts it into the next formula gets the printed result.
func digits(v float64) string {
	if v == 0 || math.IsInf(v, 0) || math.IsNaN(v) {
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 8, 64), 64)
	if err != nil {
		rounded = v
	}
	return strconv.FormatFloat(rounded, 'f', -1, 64)
}

// term is a number within a formula: a negative one stands in parentheses.
func term(v float64) string {
	if v < 0 {
		return "(" + digits(v) + ")"
	}
	return digits(v)
}

// formulas gives those that hold for a verdict, in the order in which a person
// works them out. One that misses a number is left out.
func formulas(facts answer) []formula {
	f := formulary{facts: facts}
	f.add("value", "y = %s / %s × %s", "numerator", "denominator", "multiplier")
	f.add("change_value", "y - y1 = %s - %s", "value", "previous_value")
	f.target()
	f.add("gap_value", "T - y = %s - %s", "target_number", "value")
	if f.number("missing_count") > 0 { // of a target that is met nobody is missing
		f.add("missing_count", "ceil(T / %s × n - x) = ceil(%s / %[1]s × %[3]s - %[4]s)", "multiplier", "target_number", "denominator", "numerator")
	}
	f.progress()
	f.add("elapsed", "E = (%s - %s) / (%s - %[2]s)", "data_year", "baseline_year", "deadline_year")
	f.add("relative_progress", "L = A / E = %s / %s", "progress", "elapsed")
	f.add("required_change", "(T - y) / (Y - d) = (%s - %s) / (%s - %s)", "target_number", "value", "deadline_year", "data_year")
	f.add("best_change", "(%s - %s) / (%s - %s)", "best_to_value", "best_from_value", "best_to_year", "best_from_year")
	f.add("pooled_value", "%s / %s × %s", "pooled_events", "pooled_base", "multiplier")
	f.forecast()
	return f.all
}

// formulary gathers formulas about the first row of an answer.
type formulary struct {
	facts answer
	all   []formula
}

// add appends a formula when all its numbers are there. The numbers fill the
// places of the text; the result, the column of the key, follows it.
func (f *formulary) add(key, text string, columns ...string) {
	var numbers []any
	for _, c := range append(columns, key) {
		v, ok := f.facts.number(0, c)
		if !ok {
			return
		}
		numbers = append(numbers, term(v))
	}
	result := digits(f.number(key))
	f.all = append(f.all, formula{key, fmt.Sprintf(text, numbers[:len(columns)]...) + " = " + result})
}

func (f *formulary) number(column string) float64 {
	v, _ := f.facts.number(0, column)
	return v
}

// target is how the number to be met follows from the words.
func (f *formulary) target() {
	switch kind := f.facts.text(0, "kind"); {
	case kind == "baseline_relative" && f.facts.text(0, "trend_rule") == "yoy":
		f.add("target_number", "T = y1 + p = %s + %s", "previous_value", "printed_value")
	case kind == "baseline_relative":
		f.add("target_number", "T = b × (1 + p / 100) = %s × (1 + %s / 100)", "baseline_value", "printed_value")
	case kind == "rise" || kind == "fall":
		f.add("target_number", "T = b")
	}
}

// progress is A, in the form in which it was worked out.
func (f *formulary) progress() {
	switch f.facts.text(0, "progress_form") {
	case "linear":
		f.add("progress", "A = (y - b) / (T - b) = (%s - %s) / (%s - %[2]s)", "value", "baseline_value", "target_number")
	case "about":
		f.add("progress", "A = 1 - (|y - T| - d) / (|b - T| - d) = 1 - (|%s - %s| - %s) / (|%s - %[2]s| - %[3]s)",
			"value", "target_number", "tolerance", "baseline_value")
	case "areas":
		if n := f.number("area_count"); n > 0 {
			f.all = append(f.all, formula{"progress", fmt.Sprintf("A = (%[1]s - %[2]d - %[3]d) / %[1]s = %[4]s",
				digits(n), f.count("failing_area_codes"), f.count("missing_area_codes"), digits(f.number("progress")))})
		}
	}
}

func (f *formulary) count(column string) int {
	codes, _ := f.facts.get(0, column).([]string)
	return len(codes)
}

// forecast is the way from the newest value to the probability, on the scale
// that the trend is fitted on: g is the newest value there, G the number to be met.
func (f *formulary) forecast() {
	if f.facts.get(0, "forecast_value") == nil {
		return
	}
	scale := f.facts.text(0, "forecast_scale")
	f.onScale("forecast_last", "g", scale, "value")
	f.add("forecast_centre", "c = g + m × 19 × (1 - 0.95 ^ h) = %s + %s × 19 × (1 - 0.95 ^ %s)", "forecast_last", "forecast_slope", "forecast_horizon")
	switch scale {
	case "logit":
		f.add("forecast_value", "100 / (1 + exp(-c)) = 100 / (1 + exp(-%s))", "forecast_centre")
	case "ln":
		f.add("forecast_value", "exp(c) = exp(%s)", "forecast_centre")
	}
	f.onScale("goal_on_scale", "G", scale, "goal_value")
	if f.facts.text(0, "goal_side") == "-1" {
		f.add("goal_t", "t = (G - c) / s = (%s - %s) / %s", "goal_on_scale", "forecast_centre", "forecast_se")
		return
	}
	f.add("goal_t", "t = (c - G) / s = (%s - %s) / %s", "forecast_centre", "goal_on_scale", "forecast_se")
}

// onScale is a value on a scale. A percentage at the very ends is moved inwards
// there, so that no formula gives its place.
func (f *formulary) onScale(key, letter, scale, column string) {
	switch v := f.number(column); {
	case scale == "logit" && v >= 0.05 && v <= 99.95:
		f.add(key, letter+" = ln(%s / (100 - %[1]s))", column)
	case scale == "ln":
		f.add(key, letter+" = ln(%s)", column)
	}
}

// formulaOf is the one of a key, empty when there is none.
func formulaOf(all []formula, key string) string {
	for _, f := range all {
		if f.Key == key {
			return f.Formula
		}
	}
	return ""
}
