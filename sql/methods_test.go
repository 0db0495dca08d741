package sql_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// example is one worked example of testdata/methods.csv: published numbers, or
// rules, or our own arithmetic, as its origin says. Each names its source.
type example struct {
	id, method string
	inputs     map[string]any
	expected   map[string]any
	tolerance  float64 // absolute; 0 for exact
}

func examples(t *testing.T) []example {
	t.Helper()
	text, err := os.ReadFile("testdata/methods.csv")
	if err != nil {
		t.Fatal(err)
	}
	rows := readCSV(t, "testdata/methods.csv", text)
	if want := "id,method,inputs,expected,tolerance,origin,source,check"; strings.Join(rows[0], ",") != want {
		t.Fatalf("header is %q, want %q", rows[0], want)
	}
	var all []example
	for _, row := range rows[1:] {
		e := example{id: row[0], method: row[1]}
		for text, into := range map[string]*map[string]any{row[2]: &e.inputs, row[3]: &e.expected} {
			if err := json.Unmarshal([]byte(text), into); err != nil {
				t.Fatalf("%s: %v", e.id, err)
			}
		}
		if row[4] != "exact" {
			if e.tolerance, err = strconv.ParseFloat(row[4], 64); err != nil {
				t.Fatalf("%s: %v", e.id, err)
			}
		}
		if row[6] == "" {
			t.Errorf("%s names no source", e.id)
		}
		all = append(all, e)
	}
	return all
}

// family is the part of an id before its number.
func (e example) family() string {
	name, _, _ := strings.Cut(e.id, "-")
	return name
}

// Every worked example runs on the engine through the functions as they ship. A
// row without an expression has a reason, and a reason without a row is stale.
func TestFunctionsGiveTheWorkedExamples(t *testing.T) {
	conn := migrated(t)
	all := examples(t)
	counts, left := map[string]int{}, map[string]int{}
	known := map[string]bool{}
	for _, e := range all {
		known[e.id], known[e.family()] = true, true
		columns, mapped := expressionsOf[e.id]
		if !mapped {
			columns, mapped = expressionsOf[e.family()]
		}
		reason := cmpOr(notInSQL[e.id], notInSQL[e.family()])
		switch {
		case mapped && notInSQL[e.id] == "":
			counts[e.family()]++
			t.Run(e.id, func(t *testing.T) { check(t, conn, withInputsOf(all, e), columns) })
		case reason != "":
			left[e.family()]++
		default:
			t.Errorf("%s (%s) has no expression and no reason to be left out", e.id, e.method)
		}
	}
	for _, id := range slices.Concat(slices.Collect(maps.Keys(expressionsOf)), slices.Collect(maps.Keys(notInSQL))) {
		if !known[id] {
			t.Errorf("%s is no example of testdata/methods.csv", id)
		}
	}
	for _, family := range slices.Sorted(maps.Keys(known)) {
		if counts[family]+left[family] > 0 {
			t.Logf("%-8s %3d evaluated, %3d not in SQL", family, counts[family], left[family])
		}
	}
}

func cmpOr(words ...string) string {
	for _, word := range words {
		if word != "" {
			return word
		}
	}
	return ""
}

// withInputsOf resolves the inputs {"same": "FC-01"}.
func withInputsOf(all []example, e example) example {
	name, _ := e.inputs["same"].(string)
	i := slices.IndexFunc(all, func(other example) bool { return other.id == name })
	if i < 0 {
		return e
	}
	inputs := maps.Clone(all[i].inputs)
	maps.Copy(inputs, e.inputs)
	e.inputs = inputs
	return e
}

// check evaluates the expressions, by expected name, with the inputs as columns:
// constants would be folded and never see a block.
func check(t *testing.T, conn driver.Conn, e example, columns map[string]string) {
	t.Helper()
	var given, asked, names []string
	for _, name := range slices.Sorted(maps.Keys(e.inputs)) {
		given = append(given, fmt.Sprintf("materialize(%s) as `%s`", sqlLiteral(e.inputs[name]), name))
	}
	for _, name := range slices.Sorted(maps.Keys(e.expected)) {
		if columns[name] == "" {
			t.Fatalf("%s expects %q, which has no expression", e.id, name)
		}
		names = append(names, name)
		asked = append(asked, "ifNull(toJSONString("+columns[name]+"), 'null')")
	}
	text := fmt.Sprintf("select array(%s) from (select %s) settings output_format_json_quote_denormals = 1",
		strings.Join(asked, ", "), strings.Join(given, ", "))
	var got []string
	if err := conn.QueryRow(context.Background(), text).Scan(&got); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	for i, name := range names {
		var value any
		if err := json.Unmarshal([]byte(got[i]), &value); err != nil {
			t.Fatalf("%s: %v in %q", name, err, got[i])
		}
		if !near(value, e.expected[name], e.tolerance) {
			t.Errorf("%s is %v, want %v within %v", name, got[i], e.expected[name], e.tolerance)
		}
	}
}

// near compares as JSON does, with truth as 1 and 0 and words by their letters.
func near(got, want any, tolerance float64) bool {
	switch want := want.(type) {
	case bool:
		return got == map[bool]float64{true: 1}[want]
	case float64:
		got, ok := got.(float64)
		// the last digits of a double are no part of an exact example
		return ok && math.Abs(got-want) <= max(tolerance, 1e-12*math.Abs(want))
	case []any:
		list, ok := got.([]any)
		return ok && slices.EqualFunc(list, want, func(g, w any) bool { return near(g, w, tolerance) })
	}
	return got == want
}

func sqlLiteral(value any) string {
	switch value := value.(type) {
	case nil:
		return "cast(null, 'Nullable(Float64)')"
	case string:
		return literal(value)
	case []any:
		var parts []string
		for _, part := range value {
			parts = append(parts, sqlLiteral(part))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case map[string]any:
		return literal(fmt.Sprint(value)) // named cases; their expression spells them out
	}
	text, _ := json.Marshal(value)
	return string(text)
}
