package sql_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestEveryTableViewAndColumnIsCommented(t *testing.T) {
	for _, v := range views(t) {
		if !regexp.MustCompile(`\ncomment '.+';\n$`).MatchString(v.text) {
			t.Errorf("%s: the view has no comment", v.name)
		}
		if len(v.columns()) == 0 {
			t.Errorf("%s declares no columns", v.name)
		}
		_, list, _ := strings.Cut(v.body(), "\n(\n")
		list, _, _ = strings.Cut(list, "\n)\nas\n")
		if columns, comments := topLevelItems(list), strings.Count(list, " comment '"); columns != comments {
			t.Errorf("%s: %d columns, %d comments", v.name, columns, comments)
		}
	}
	err := fs.WalkDir(os.DirFS("migrations"), ".", func(name string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(name, ".sql") {
			return err
		}
		text, err := os.ReadFile(filepath.Join("migrations", name))
		if err != nil {
			return err
		}
		if strings.HasPrefix(string(text), "insert into ") {
			return nil // fills a table of an earlier migration
		}
		if alters.Match(text) {
			checkAddition(t, name, string(text))
			return nil
		}
		_, list, _ := strings.Cut(string(text), "\n(\n")
		list, rest, _ := strings.Cut(list, "\n)\nengine")
		if !strings.Contains(rest, "\ncomment '") {
			t.Errorf("%s: the table has no comment", name)
		}
		for _, line := range strings.Split(list, "\n") {
			if !strings.Contains(line, " comment '") && !strings.HasPrefix(strings.TrimSpace(line), "index ") {
				t.Errorf("%s: no comment on %q", name, line)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// alters finds the migrations that change a table that is there.
var alters = regexp.MustCompile(`(?m)^alter table \w+$`)

// checkAddition: an alteration adds commented columns, one a line, and says why
// in its first line. Nothing else can be rendered for a cluster and repeated.
func checkAddition(t *testing.T, name, text string) {
	t.Helper()
	if !strings.HasPrefix(text, "-- ") {
		t.Errorf("%s does not say why the table changes", name)
	}
	_, list, _ := strings.Cut(text, "\nalter table ")
	_, list, _ = strings.Cut(list, "\n")
	added := regexp.MustCompile(`^    add column \w+ .* comment '.+'( after \w+)?[,;]$`)
	for _, line := range strings.Split(strings.TrimSuffix(list, "\n"), "\n") {
		if !added.MatchString(line) {
			t.Errorf("%s: %q is not one commented column to add", name, line)
		}
	}
}

// topLevelItems counts the comma-separated items of a column list, leaving out
// commas inside brackets and strings.
func topLevelItems(list string) int {
	list = stringPattern.ReplaceAllString(list, "''")
	depth, items := 0, 1
	for _, r := range list {
		switch {
		case r == '(':
			depth++
		case r == ')':
			depth--
		case r == ',' && depth == 0:
			items++
		}
	}
	return items
}
