package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"bellwether/etl"
	"bellwether/jobs/channel"
)

func TestEveryAlertRuleAndEveryReasonHasAHeadingInTheRunbook(t *testing.T) {
	headings := runbookHeadings(t)
	rules, err := filepath.Glob("../../sql/alerts/alert_*.sql")
	if err != nil || len(rules) == 0 {
		t.Fatalf("found no rules: %v", err)
	}
	var known []string
	for _, path := range rules {
		known = append(known, strings.TrimSuffix(strings.TrimPrefix(filepath.Base(path), "alert_"), ".sql"))
	}
	for _, reason := range etl.Reasons() {
		known = append(known, reason.Code)
	}
	for _, reason := range etl.PullReasons() {
		known = append(known, string(reason))
	}
	for _, reason := range channel.Reasons() {
		known = append(known, string(reason))
	}
	for _, code := range known {
		if !slices.Contains(headings, code) {
			t.Errorf("deploy/runbook.md has no heading for %s", code)
		}
	}
	for _, code := range headings {
		if !slices.Contains(known, code) && !strings.HasPrefix(code, "Bellwether") { // rules of Prometheus are looked at in deploy
			t.Errorf("deploy/runbook.md has a heading for %s, which is neither rule nor reason", code)
		}
	}
}

func runbookHeadings(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile("../../deploy/runbook.md")
	if err != nil {
		t.Fatal(err)
	}
	var codes []string
	for _, m := range regexp.MustCompile(`(?m)^## (\w+)`).FindAllSubmatch(text, -1) {
		codes = append(codes, string(m[1]))
	}
	return codes
}

func TestTheReadmesNameTheTestCommandOfCI(t *testing.T) {
	ci := readText(t, "../../.ci/run")
	for _, name := range []string{"../../README.md", "../../README.zh-CN.md"} {
		if command := "go test ./..."; !strings.Contains(readText(t, name), command) || !strings.Contains(ci, command) {
			t.Errorf("%s and .ci/run do not share %q", name, command)
		}
	}
}

// pathInDocs finds what the documents quote as a path of the checkout.
var pathInDocs = regexp.MustCompile("`((?:cmd|jobs|etl|warehouse|sql|deploy)/[A-Za-z0-9_./-]+)`")

func TestEveryPathTheDocumentsNameExists(t *testing.T) {
	for _, name := range []string{"../../README.md", "../../README.zh-CN.md", "../../deploy/runbook.md"} {
		for _, m := range pathInDocs.FindAllStringSubmatch(readText(t, name), -1) {
			if _, err := os.Stat(filepath.Join("../..", m[1])); err != nil {
				t.Errorf("%s names %s: %v", name, m[1], err)
			}
		}
	}
}

func TestEveryCommandIsInTheReadme(t *testing.T) {
	readme := readText(t, "../../README.md")
	for _, command := range newRootCommand(&app{env: processEnvironment()}).Commands() {
		if name := command.Name(); name != "help" && !strings.Contains(readme, name) {
			t.Errorf("README.md does not name the command %s", name)
		}
	}
}

func readText(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
