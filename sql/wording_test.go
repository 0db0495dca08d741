package sql_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The number of the first condition that holds picks its words by position.
func TestConditionsOfTheVerdictStandInTheOrderOfTheirWords(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("core", "core_target_yearly.sql"))
	if err != nil {
		t.Fatal(err)
	}
	var words, conditions []string
	for _, match := range regexp.MustCompile(`(?m)^    \('(\w+)', '\w+', '`).FindAllSubmatch(text, -1) {
		words = append(words, string(match[1]))
	}
	for _, match := range regexp.MustCompile(`(?m)^ {16}\S.* -- (\w+)$`).FindAllSubmatch(text, -1) {
		conditions = append(conditions, string(match[1]))
	}
	if len(words) < 20 {
		t.Fatalf("found only %d reasons", len(words))
	}
	if diff := cmp.Diff(words, conditions); diff != "" {
		t.Errorf("wording and conditions differ (-wording +conditions):\n%s", diff)
	}
}
