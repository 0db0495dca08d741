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
