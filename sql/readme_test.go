package sql_test

import (
	"context"
	"os"
	"regexp"
	"strings"
	"testing"
)

// The README promises that its queries run.
func TestTheQueriesOfTheReadmeRun(t *testing.T) {
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	queries := regexp.MustCompile("(?s)```sql\n(.*?)```").FindAllStringSubmatch(string(text), -1)
	if len(queries) != 20 {
		t.Errorf("README.md holds %d queries, and promises twenty", len(queries))
	}
	conn := migrated(t)
	for _, query := range queries {
		if err := conn.Exec(context.Background(), query[1]+" format Null"); err != nil {
			t.Errorf("%v\n%s", err, query[1])
		}
	}
}

// A view or table that the README names exists.
func TestTheReadmeNamesOnlyWhatExists(t *testing.T) {
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, v := range views(t) {
		known[v.name] = true
	}
	for _, name := range regexp.MustCompile(`\b(?:core|mart|alert)_[a-z_]+\w`).FindAllString(string(text), -1) {
		if !known[name] && !strings.HasSuffix(name, "_") {
			t.Errorf("README.md names %s, which no file declares", name)
		}
	}
}

// Every function stands in the README as it is called, with an example that gives
// what the README says.
func TestTheReadmeShowsEveryFunctionWithAnExampleThatHolds(t *testing.T) {
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	shown := map[string][]string{} // call: example, answer
	for _, row := range regexp.MustCompile("(?m)^\\| `(bw_[^`]+)` \\| [^|]+ \\| `([^`]+)` → `([^`]*)` \\|$").FindAllStringSubmatch(string(text), -1) {
		shown[row[1]] = row[2:]
	}
	conn := migrated(t)
	for _, f := range functions(t) {
		call := f.name + "(" + strings.Join(f.parameters, ", ") + ")"
		example := shown[call]
		if example == nil || !strings.Contains(example[0], f.name+"(") {
			t.Errorf("README.md does not show %s with an example", call)
			continue
		}
		var answer string
		if err := conn.QueryRow(context.Background(), "select ifNull(toString("+example[0]+"), 'null')").Scan(&answer); err != nil {
			t.Fatalf("%s: %v", example[0], err)
		}
		if answer != example[1] {
			t.Errorf("%s gives %s, and README.md says %s", example[0], answer, example[1])
		}
		delete(shown, call)
	}
	for call := range shown {
		t.Errorf("README.md shows %s, which no file declares", call)
	}
}
