package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// checkChoices refuses codes that a flag cannot take, before an empty answer
// is mistaken for one about the world. The given codes are by flag; empty ones
// are not given.
func (a *app) checkChoices(ctx context.Context, s *site, given map[string]string) error {
	if !slices.ContainsFunc(keysOf(given), func(flag string) bool { return given[flag] != "" }) {
		return nil
	}
	rows, err := s.ask(ctx, "choices", nil)
	if err != nil {
		return err
	}
	codes := map[string][]string{}
	for r := range rows.rows {
		codes[rows.text(r, "list")] = append(codes[rows.text(r, "list")], rows.text(r, "code"))
	}
	for _, flag := range keysOf(given) {
		code := given[flag]
		if code == "" || slices.Contains(codes[flag], code) {
			continue
		}
		return notFoundf(a.text("--%s：没有代码 %q%s", "--%s: there is no code %q%s"), flag, code, a.choices(code, codes[flag]))
	}
	return nil
}

// choices says which codes there are, when they are few, or which is near.
func (a *app) choices(code string, codes []string) string {
	if len(codes) <= 20 {
		return fmt.Sprintf(a.text("；可用：%s", "; there are %s"), strings.Join(codes, " "))
	}
	return didYouMean(code, codes)
}

// findIndicator takes the code of an indicator, or its name as the catalog has
// it, and returns the code.
func (a *app) findIndicator(ctx context.Context, s *site, given string) (string, error) {
	rows, err := s.ask(ctx, "indicator_names", nil)
	if err != nil {
		return "", err
	}
	return a.pick(rows, "indicator_code", given, "指标", "indicator")
}

// explainNothing says why there is no figure: never submitted at all, not for
// this area, not for this year, or not in this breakdown.
func (a *app) explainNothing(ctx context.Context, s *site, indicator, area string, year int) error {
	rows, err := s.ask(ctx, "indicator_extent", map[string]string{"indicator": indicator})
	if err != nil {
		return err
	}
	count, _ := rows.number(0, "figure_count")
	first, _ := rows.number(0, "first_year")
	last, _ := rows.number(0, "last_year")
	areas, _ := rows.get(0, "areas").([]string)
	switch {
	case count == 0:
		return notFoundf(a.text("指标 %s 在目录中，但从未报送数据；bellwether gaps 列出缺项",
			"%s is in the catalog, but no figure was ever submitted; see bellwether gaps"), indicator)
	case area != "*" && !slices.Contains(areas, area):
		return notFoundf(a.text("指标 %s 没有地区 %s 的数据%s", "%s has no figure for area %s%s"),
			indicator, area, a.choices(area, areas))
	case year != 0 && (float64(year) < first || float64(year) > last):
		return notFoundf(a.text("指标 %s 的数据为 %v–%v 年，没有 %d 年", "%s has figures for %v to %v, not for %d"),
			indicator, first, last, year)
	default:
		return notFoundf(a.text("指标 %s 有数据，但不是这个年份或分组", "%s has figures, but not for this year or breakdown"), indicator)
	}
}
