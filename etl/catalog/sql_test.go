package catalog_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// statements reads every view of the warehouse.
func statements(t *testing.T) string {
	t.Helper()
	names, err := filepath.Glob("../../sql/*/*.sql")
	if err != nil || len(names) == 0 {
		t.Fatalf("list views: %d files, %v", len(names), err)
	}
	var text []byte
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		text = append(text, data...)
	}
	return string(text)
}

func TestEveryNumberThatAViewAsksForIsInTheCatalog(t *testing.T) {
	known := map[string]bool{}
	for _, threshold := range load(t).Thresholds {
		known[threshold.Code] = true
	}
	asked := regexp.MustCompile(`(?:threshold_code = |bounds\[)'(\w+)'`).FindAllStringSubmatch(statements(t), -1)
	if len(asked) == 0 {
		t.Fatal("no view asks for a threshold")
	}
	for _, match := range asked {
		if !known[match[1]] {
			t.Errorf("a view asks for %s", match[1])
		}
	}
}

// The verdict view words each reason as ('reason', 'verdict', 'zh', 'en').
func TestEveryVerdictAndReasonHasAName(t *testing.T) {
	c := load(t)
	worded := regexp.MustCompile(`(?m)^\s*\('(\w+)', '(\w+)', '[^']+', '[^']+'\),?$`).FindAllStringSubmatch(statements(t), -1)
	if len(worded) == 0 {
		t.Fatal("no view words a verdict")
	}
	reasons := map[string]bool{}
	for _, match := range worded {
		reasons[match[1]] = true
		if !c.HasCode("REASON", match[1]) || !c.HasCode("VERDICT", match[2]) {
			t.Errorf("reason %s or verdict %s has no name", match[1], match[2])
		}
	}
	for _, code := range c.Codes {
		if code.List == "REASON" && !reasons[code.Code] {
			t.Errorf("no view gives the reason %s", code.Code)
		}
	}
}
