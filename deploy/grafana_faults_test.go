package deploy_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// variableFaults says which variables cannot be filled when the dashboard is opened: they are
// asked for in their order, so that one may only use those before it.
func variableFaults(d dashboard, known map[string]string) (faults []string) {
	var before []string
	for _, v := range d.Templating.List {
		if known[v.Datasource.UID] != v.Datasource.Type || v.Datasource.Type == "" {
			faults = append(faults, fmt.Sprintf("the variable %s is asked of %+v, which is not provisioned", v.Name, v.Datasource))
		}
		for _, found := range grafanaVariable.FindAllStringSubmatch(v.Query, -1) {
			if name := found[1] + found[3]; !slices.Contains(before, name) {
				faults = append(faults, fmt.Sprintf("the variable %s uses %s, which is not known by then", v.Name, name))
			}
		}
		if slices.Contains(before, v.Name) {
			faults = append(faults, "two variables are called "+v.Name)
		}
		before = append(before, v.Name)
	}
	return faults
}

var (
	chinese = regexp.MustCompile(`\p{Han}`)
	english = regexp.MustCompile(`[A-Za-z]{2}`)
)

// readingFaults says what a person would read wrongly. Grafana colours a number red from 80
// on where a panel says nothing else, whatever the number is.
func readingFaults(d dashboard) (faults []string) {
	texts := map[string]string{"the title": d.Title, "the description": d.Description}
	for _, p := range d.Panels {
		texts[fmt.Sprintf("the title of panel %d", p.ID)] = p.Title
		texts[fmt.Sprintf("the description of panel %d", p.ID)] = p.Description
		if p.Type == "stat" && len(p.FieldConfig.Defaults.Thresholds.Steps) == 0 {
			faults = append(faults, fmt.Sprintf("panel %d has no thresholds", p.ID))
		}
		var letters []string
		for _, q := range p.Targets {
			if q.RefID == "" || slices.Contains(letters, q.RefID) {
				faults = append(faults, fmt.Sprintf("panel %d asks twice as %q", p.ID, q.RefID))
			}
			if q.Datasource != p.Datasource {
				faults = append(faults, fmt.Sprintf("panel %d is of %+v and asks %+v", p.ID, p.Datasource, q.Datasource))
			}
			letters = append(letters, q.RefID)
		}
	}
	for of, text := range texts {
		if !chinese.MatchString(text) || !english.MatchString(text) {
			faults = append(faults, fmt.Sprintf("%s is not in both languages: %q", of, text))
		}
	}
	return faults
}

func TestGrafanaFaultsOfVariablesAndWordsAreFound(t *testing.T) {
	const text = `{"title": "运行 · Operations", "description": "only English", "templating": {"list": [
		{"name": "area", "query": "select ${plan:sqlstring}", "datasource": {"type": "prometheus", "uid": "p"}},
		{"name": "area", "query": "select 1", "datasource": {"type": "prometheus", "uid": "q"}}]},
		"panels": [{"id": 1, "type": "stat", "title": "备份", "description": "备份 backups", "datasource": {"type": "prometheus", "uid": "p"}, "targets": [
			{"refId": "A", "datasource": {"type": "prometheus", "uid": "p"}}, {"refId": "A", "datasource": {"type": "prometheus", "uid": "q"}}]}]}`
	var d dashboard
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		t.Fatal(err)
	}
	known := map[string]string{"p": "prometheus"}
	got := strings.Join(slices.Concat(variableFaults(d, known), readingFaults(d)), "\n")
	for _, want := range []string{
		"area uses plan, which is not known by then", "two variables are called area", "which is not provisioned",
		"the description is not in both", "the title of panel 1 is not in both", "no thresholds", `asks twice as "A"`, "panel 1 is of",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not found in\n%s", want, got)
		}
	}
}
