package sql_test

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// layerOf says where the objects of a prefix stand in the walk of the data: a
// view reads its own layer or an earlier one, never a later one.
var layerOf = map[string]int{"raw": 0, "dim": 0, "fct": 0, "core": 1, "mart": 2, "alert": 3}

// folderPrefix is the prefix that the objects of a folder carry.
var folderPrefix = map[string]string{"core": "core", "marts": "mart", "alerts": "alert"}

var (
	objectPattern  = regexp.MustCompile(`(?i)\bcreate (?:or replace )?(table|view|function) (\w+)`)
	sourcePattern  = regexp.MustCompile(`(?i)\b(?:from|join)\s+((?:raw|dim|fct|core|mart|alert)_\w+)`)
	columnPattern  = regexp.MustCompile(`(?m)^    (\w+)\s+\S.*$`)
	clockPattern   = regexp.MustCompile(`(?i)\b(now|now64|today|yesterday|current_timestamp|currentTimestamp)\s*\(`)
	starPattern    = regexp.MustCompile(`(?is)select\s+\*(?:,[^;]*?)?\s+from\s+(\w+|\()`)
	ctePattern     = regexp.MustCompile(`(?m)^(\w+) as \(`)
	finalPattern   = regexp.MustCompile(`(?i)\b(final|argMax)\b`)
	commentPattern = regexp.MustCompile(`(?m)--.*$`)
	stringPattern  = regexp.MustCompile(`'(?:[^']|'')*'`)
)

// view is one file under core, marts or alerts.
type view struct {
	folder, name, text string
}

func views(t testing.TB) []view {
	t.Helper()
	var all []view
	for folder := range folderPrefix {
		files, err := filepath.Glob(filepath.Join(folder, "*.sql"))
		if err != nil || len(files) == 0 {
			t.Fatalf("list %s: %v files, %v", folder, len(files), err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, view{folder, strings.TrimSuffix(path.Base(file), ".sql"), string(text)})
		}
	}
	return all
}

// header is the leading comment; body the statement without comments.
func (v view) header() string {
	var lines []string
	for _, line := range strings.Split(v.text, "\n") {
		if !strings.HasPrefix(line, "--") {
			break
		}
		lines = append(lines, strings.TrimSpace(strings.TrimPrefix(line, "--")))
	}
	return strings.Join(lines, "\n")
}

func (v view) body() string { return commentPattern.ReplaceAllString(v.text, "") }

// reads are the tables and views that the statement really reads.
func (v view) reads() []string {
	var names []string
	for _, match := range sourcePattern.FindAllStringSubmatch(v.body(), -1) {
		names = append(names, match[1])
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// columns are the declared columns, each line as written.
func (v view) columns() []string {
	_, list, _ := strings.Cut(v.body(), "\n(\n")
	list, _, _ = strings.Cut(list, "\n)\nas\n")
	return columnPattern.FindAllString(list, -1)
}

func TestEveryViewIsNamedLikeItsFileAndItsFolder(t *testing.T) {
	for _, v := range views(t) {
		objects := objectPattern.FindAllStringSubmatch(v.body(), -1)
		if len(objects) != 1 {
			t.Errorf("%s: %d objects in one file, want 1", v.name, len(objects))
			continue
		}
		if objects[0][2] != v.name || !strings.HasPrefix(v.name, folderPrefix[v.folder]+"_") {
			t.Errorf("%s/%s.sql creates %s", v.folder, v.name, objects[0][2])
		}
		if !strings.HasPrefix(v.header(), v.name+"\n") {
			t.Errorf("%s: the header names %q", v.name, strings.SplitN(v.header(), "\n", 2)[0])
		}
	}
}

func TestEveryViewSaysItsGrainAndWhatItReads(t *testing.T) {
	for _, v := range views(t) {
		header := v.header()
		if !strings.Contains(header, "One row") {
			t.Errorf("%s: the header does not say what one row is", v.name)
		}
		_, said, ok := strings.Cut(header, "Reads ")
		if !ok {
			t.Errorf("%s: the header does not say what it reads", v.name)
			continue
		}
		said, _, _ = strings.Cut(said, "\nMethod")
		said, _, _ = strings.Cut(said, "\nRule")
		var names []string
		for _, name := range strings.FieldsFunc(said, func(r rune) bool { return r == ',' || r == ' ' || r == '\n' }) {
			names = append(names, name)
		}
		slices.Sort(names)
		if !slices.Equal(names, v.reads()) {
			t.Errorf("%s: the header says it reads %v, the statement reads %v", v.name, names, v.reads())
		}
	}
}

func TestAViewReadsOnlyItsOwnLayerOrAnEarlierOne(t *testing.T) {
	for _, v := range views(t) {
		for _, name := range v.reads() {
			prefix, _, _ := strings.Cut(name, "_")
			if layerOf[prefix] > layerOf[folderPrefix[v.folder]] {
				t.Errorf("%s reads %s of a later layer", v.name, name)
			}
		}
	}
}

// The newest truth is chosen once, in core; a mart that reads another table than
// the ledger of alerts and what is settled would show uncommitted rows.
func TestOnlyCoreReadsTables(t *testing.T) {
	for _, v := range views(t) {
		for _, name := range v.reads() {
			prefix, _, _ := strings.Cut(name, "_")
			if layerOf[prefix] == 0 && v.folder != "core" && !slices.Contains([]string{"fct_alert", "fct_target_yearly", "fct_cause_yearly"}, name) {
				t.Errorf("%s reads the table %s; read its core view", v.name, name)
			}
		}
	}
}

func TestNoViewReadsTheClock(t *testing.T) {
	for _, v := range views(t) {
		if match := clockPattern.FindString(stringPattern.ReplaceAllString(v.body(), "''")); match != "" {
			t.Errorf("%s calls %s", v.name, match)
		}
	}
}

// A star is allowed over a named step of the same file, where the columns can be
// seen, never over a table or another view.
func TestNoStarOverTablesOrOtherViews(t *testing.T) {
	for _, v := range views(t) {
		var steps []string
		for _, match := range ctePattern.FindAllStringSubmatch(v.body(), -1) {
			steps = append(steps, match[1])
		}
		for _, match := range starPattern.FindAllStringSubmatch(v.body(), -1) {
			if !slices.Contains(steps, match[1]) {
				t.Errorf("%s selects * from %s", v.name, match[1])
			}
		}
	}
}

func TestNewestVersionsAreChosenOnlyInCore(t *testing.T) {
	for _, v := range views(t) {
		body := stringPattern.ReplaceAllString(v.body(), "''")
		if v.folder != "core" && v.name != "mart_alert" && strings.Contains(strings.ToLower(finalPattern.FindString(body)), "final") {
			t.Errorf("%s uses final", v.name)
		}
	}
}

func TestEveryAlertDeclaresTheColumnsOfAnAlert(t *testing.T) {
	var want []string
	for _, v := range views(t) {
		if v.folder != "alerts" {
			continue
		}
		if want == nil {
			want = v.columns()
		}
		if got := v.columns(); !slices.Equal(trimmed(got), trimmed(want)) {
			t.Errorf("%s declares\n%s\nwant\n%s", v.name, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		for _, part := range []string{"\nRule ", "\nWhy ", "\nOwner "} {
			if !strings.Contains(v.header(), part) {
				t.Errorf("%s: the header has no %s", v.name, strings.TrimSpace(part))
			}
		}
	}
}

func trimmed(lines []string) []string {
	var all []string
	for _, line := range lines {
		all = append(all, strings.TrimSuffix(strings.Join(strings.Fields(line), " "), ","))
	}
	return all
}

func TestEveryRuleHasACaseThatFiresAndOneThatIsSilent(t *testing.T) {
	for _, v := range views(t) {
		if v.folder != "alerts" {
			continue
		}
		cases, err := filepath.Glob(filepath.Join("testdata", v.name, "*.txtar"))
		if err != nil {
			t.Fatal(err)
		}
		fires, silent := false, false
		for _, file := range cases {
			if len(readPage(t, file).want) > 1 {
				fires = true
			} else {
				silent = true
			}
		}
		if !fires || !silent {
			t.Errorf("%s: fires %v, silent %v; want a case of each under testdata/%s", v.name, fires, silent, v.name)
		}
	}
}

func TestEveryRuleHasAHeadingInTheRunbook(t *testing.T) {
	runbook, err := os.ReadFile(filepath.Join("..", "deploy", "runbook.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range views(t) {
		if v.folder != "alerts" {
			continue
		}
		rule := strings.TrimPrefix(v.name, "alert_")
		if !regexp.MustCompile("(?m)^#+ .*`?" + rule + "`?").Match(runbook) {
			t.Errorf("deploy/runbook.md has no heading for %s", rule)
		}
	}
}

// What is worked out, kept and shown are three declarations of the same columns.
func TestWhatIsSettledIsKeptAndShownAsItIsWorkedOut(t *testing.T) {
	columns := map[string][]string{}
	for _, v := range views(t) {
		columns[v.name] = trimmed(v.columns())
	}
	for _, settled := range []struct{ worked, kept, shown string }{
		{"core_target_yearly", "0039_fct_target_yearly.sql", "mart_target_yearly"},
		{"core_cause", "0043_fct_cause_yearly.sql", "mart_cause_yearly"},
	} {
		table, err := os.ReadFile(filepath.Join("migrations", settled.kept))
		if err != nil {
			t.Fatal(err)
		}
		_, list, _ := strings.Cut(string(table), "\n(\n")
		list, _, _ = strings.Cut(list, "\n)\nengine")
		worked, shown, kept := columns[settled.worked], columns[settled.shown], trimmed(columnPattern.FindAllString(list, -1))
		// Which batch loaded a value is kept, and shown by mart_target_vintage.
		worked, kept = slices.DeleteFunc(worked, isBatch), slices.DeleteFunc(kept, isBatch)
		if len(worked) == 0 || !slices.Equal(worked, shown) || !slices.Equal(worked, kept[1:]) {
			t.Errorf("worked out\n%s\nkept\n%s\nshown\n%s", strings.Join(worked, "\n"), strings.Join(kept, "\n"), strings.Join(shown, "\n"))
		}
	}
}

func isBatch(column string) bool { return strings.HasPrefix(column, "data_version ") }

func TestEveryRuleHasARowInTheCatalog(t *testing.T) {
	rules, err := os.ReadFile(filepath.Join("catalog", "rules.csv"))
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range views(t) {
		if v.folder == "alerts" && !strings.Contains(string(rules), "\n"+strings.TrimPrefix(v.name, "alert_")+",") {
			t.Errorf("catalog/rules.csv has no row for %s", v.name)
		}
	}
}

// A bound that the catalog does not have would read as zero and decide all the same.
func TestEveryBoundOfAViewIsARowOfTheCatalog(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("catalog", "thresholds.csv"))
	if err != nil {
		t.Fatal(err)
	}
	bound := regexp.MustCompile(`threshold_code (?:=|in) \(?((?:'\w+'(?:, )?)+)`)
	found := 0
	for _, v := range views(t) {
		for _, match := range bound.FindAllStringSubmatch(v.body(), -1) {
			for _, code := range strings.Split(match[1], ", ") {
				found++
				if !strings.Contains(string(text), "\n"+strings.Trim(code, "'")+",") {
					t.Errorf("%s asks for %s, which catalog/thresholds.csv does not have", v.name, code)
				}
			}
		}
	}
	inMap := regexp.MustCompile(`bounds\['(\w+)'\]`)
	for _, v := range views(t) {
		for _, match := range inMap.FindAllStringSubmatch(v.body(), -1) {
			found++
			if !strings.Contains(string(text), "\n"+match[1]+",") {
				t.Errorf("%s asks for %s, which catalog/thresholds.csv does not have", v.name, match[1])
			}
		}
	}
	if found < 20 {
		t.Errorf("found only %d bounds", found)
	}
}

// checkText is the text of a rule without remarks and blanks: what decides.
func checkText(v view) string {
	sum := sha256.Sum256([]byte(strings.Join(strings.Fields(v.body()), " ")))
	return hex.EncodeToString(sum[:])[:16]
}

// A finding is kept with the version of its rule, so another text is another
// version. The file is appended to and never changed.
func TestEveryValidationRuleHasARowInTheCatalogAndAFrozenVersion(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("catalog", "checks.csv"))
	if err != nil {
		t.Fatal(err)
	}
	frozen, err := os.ReadFile(filepath.Join("testdata", "check_versions.txt"))
	if err != nil {
		t.Fatal(err)
	}
	held := map[string]bool{"mart_check_entry": true, "mart_check_yearly": true} // all rules together
	for _, v := range views(t) {
		if code, ok := strings.CutPrefix(v.name, "mart_check_"); ok && !held[v.name] {
			held[v.name] = true
			row := regexp.MustCompile(`(?m)^`+code+`,\d+,(\d+),.*,view,`).FindAllSubmatch(text, -1)
			if row == nil {
				t.Errorf("catalog/checks.csv has no rule %s that is held by a view", code)
				continue
			}
			line := code + " " + string(row[len(row)-1][1]) + " " + checkText(v)
			if !strings.Contains(string(frozen), line+"\n") {
				t.Errorf("%s is not the text of its version: raise the version in catalog/checks.csv and append to testdata/check_versions.txt\n%s", v.name, line)
			}
		}
	}
	for _, row := range regexp.MustCompile(`(?m)^(\w+),\d+,\d+,.*,view,`).FindAllSubmatch(text, -1) {
		if !held["mart_check_"+string(row[1])] {
			t.Errorf("there is no view mart_check_%s", row[1])
		}
	}
}
