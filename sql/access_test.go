package sql_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"bellwether/sql"
)

// publicToReporters are views with an agency in them that is no secret of the agency.
var publicToReporters = []string{"core_agency", "core_indicator"}

// TestTheListOfAccessNamesWhatIsThere holds the list against the views, and what a
// reporter sees against the columns that name an agency.
func TestTheListOfAccessNamesWhatIsThere(t *testing.T) {
	list, err := sql.AccessList()
	if err != nil {
		t.Fatal(err)
	}
	views, err := sql.Views()
	if err != nil {
		t.Fatal(err)
	}
	readers := map[sql.Reader]int{}
	for _, a := range list {
		readers[a.Reader]++
		if prefix, isPattern := strings.CutSuffix(a.Object, "*"); isPattern {
			if prefix != "dim_" && !slices.ContainsFunc(views, func(v sql.Object) bool { return strings.HasPrefix(v.Name, prefix) }) {
				t.Errorf("%s may read %s, and nothing is named so", a.Reader, a.Object)
			}
			continue
		}
		i := slices.IndexFunc(views, func(v sql.Object) bool { return v.Name == a.Object })
		if i < 0 {
			t.Errorf("%s may read %s, which is no view", a.Reader, a.Object)
			continue
		}
		if fault := openToOthers(a, views[i].Text); fault != "" {
			t.Error(fault)
		}
	}
	for _, r := range []sql.Reader{sql.AnalystReader, sql.AuditorReader, sql.ReporterReader} {
		if readers[r] == 0 {
			t.Errorf("%s may read nothing", r)
		}
	}
}

var agencyColumn = regexp.MustCompile(`(?m)^ +(agency_code|source_code) `)

// openToOthers says how a reporter would see the rows of other agencies, or nothing.
func openToOthers(a sql.Access, view string) string {
	columns, _, _ := strings.Cut(view, "\n)\nas")
	found := agencyColumn.FindStringSubmatch(columns)
	switch {
	case found == nil || slices.Contains(publicToReporters, a.Object):
		return ""
	case !strings.HasPrefix(a.Rows, found[1]+" = "):
		return a.Object + " has " + found[1] + ", and reporters see the rows of every agency"
	}
	return ""
}

func TestAViewWithAnAgencyIsNotOpenToReporters(t *testing.T) {
	const view = "create view mart_x\n(\n    agency_code String,\n    n UInt8\n)\nas\nselect 1"
	for rows, isOpen := range map[string]bool{"": true, "n = 1": true, "agency_code = substring(currentUser(), 10)": false} {
		if fault := openToOthers(sql.Access{Object: "mart_x", Rows: rows}, view); (fault != "") != isOpen {
			t.Errorf("rows %q: got %q", rows, fault)
		}
	}
}
