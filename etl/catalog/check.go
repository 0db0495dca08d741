package catalog

import (
	"cmp"
	"fmt"
	"slices"
)

// Check proves the catalog by itself and against the plan text it ships with.
// No finding means that every code resolves, every goal and strategy is there
// with its words and each goal with a target, every quotation is exact, units
// and kinds agree and no number of a rule is missing. Findings come in the order
// of files and lines.
func (c *Catalog) Check() []Finding {
	k := &checker{Catalog: c, wordings: wordings()}
	k.checkPlans()
	k.checkItems()
	k.checkTargets()
	k.checkIndicators()
	k.checkUnits()
	k.checkAgencies()
	k.checkAreas()
	k.checkAgeGroups()
	k.checkCodes()
	k.checkAliases()
	k.checkThresholds()
	k.checkHolidays()
	k.checkBreaks()
	k.checkRules()
	k.checkChecks()
	k.checkComparisons()
	k.checkSubmissions()
	sortFindings(k.findings)
	return k.findings
}

func sortFindings(findings []Finding) {
	slices.SortStableFunc(findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.File, b.File), a.Line-b.Line)
	})
}

// checker collects findings.
type checker struct {
	*Catalog
	wordings map[string]wording
	findings []Finding
}

func (k *checker) report(at position, rule, code string, details ...any) {
	w := k.wordings[rule]
	k.findings = append(k.findings, Finding{at.file, at.line, rule, code, fmt.Sprintf(w.zh, details...), fmt.Sprintf(w.en, details...)})
}

// unique reports codes that are used twice.
func unique[T any](k *checker, entries []T, identify func(T) (string, position)) {
	seen := map[string]bool{}
	for _, e := range entries {
		code, at := identify(e)
		if seen[code] {
			k.report(at, "duplicate_code", code)
		}
		seen[code] = true
	}
}

// need reports texts that are empty; pairs of what it is and the text.
func (k *checker) need(at position, code string, pairs ...string) {
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] == "" {
			k.report(at, "text_missing", code, pairs[i])
		}
	}
}

// word reports a value that its code list does not hold.
func (k *checker) word(at position, code, what, list, value string) {
	if !k.HasCode(list, value) {
		k.report(at, "unknown_word", code, what, value)
	}
}

// resolve reports a code that its list does not hold.
func (k *checker) resolve(at position, code, what, list, value string) {
	if !k.HasCode(list, value) {
		k.report(at, "unknown_code", code, what, value)
	}
}
