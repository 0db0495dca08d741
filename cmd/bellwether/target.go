package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// targetScope is a target, and where and for which years it is judged.
type targetScope struct {
	target, area string
	year         int // 0 is the newest
	first, last  int // years that are judged; 0 when nothing was ever settled
	names        answer
	areas        answer
}

// findTarget looks a target up by its code or name, the area by code or name,
// and the year. What is not there is told apart: no such target, no such area,
// no such year.
func (a *app) findTarget(ctx context.Context, s *site, target, area string, year int) (targetScope, error) {
	scope := targetScope{year: year}
	var err error
	if scope.names, err = s.ask(ctx, "target_names", nil); err != nil {
		return scope, err
	}
	if len(scope.names.rows) == 0 {
		return scope, notFoundf("%s", a.text("目录还没有装入：先运行 bellwether demo、migrate 或 load", "the catalog is not loaded yet: run bellwether demo, migrate or load first"))
	}
	if scope.target, err = a.pick(scope.names, "target_code", target, "监测目标", "target"); err != nil {
		return scope, err
	}
	if scope.areas, err = s.ask(ctx, "target_extent", map[string]string{"target": scope.target}); err != nil {
		return scope, err
	}
	if len(scope.areas.rows) == 0 {
		return scope, notFoundf("%s", a.text("目录中没有监测地区", "the catalog has no monitored area"))
	}
	first, _ := scope.areas.number(0, "first_year")
	last, _ := scope.areas.number(0, "last_year")
	scope.first, scope.last = int(first), int(last)
	if scope.area, err = a.pickArea(scope.areas, area); err != nil {
		return scope, err
	}
	if scope.year == 0 {
		scope.year = scope.last
	}
	return scope, nil
}

// pick finds a code by itself or by the name it has; what is unknown is told
// apart from what is near.
func (a *app) pick(rows answer, column, given, zh, en string) (string, error) {
	var codes, sharing []string
	for r := range rows.rows {
		code, name := rows.text(r, column), rows.text(r, "name_zh")
		if strings.EqualFold(code, given) {
			return code, nil
		}
		codes = append(codes, code)
		if strings.Contains(strings.ToLower(code), strings.ToLower(given)) || strings.Contains(name, given) {
			sharing = append(sharing, strings.TrimSpace(code+" "+name))
		}
	}
	if i := slices.IndexFunc(rows.rows, func(row []any) bool { return row[rows.column("name_zh")] == given }); i >= 0 {
		return rows.text(i, column), nil
	}
	near := sharing
	if len(near) == 0 {
		near = nearest(given, codes, 5)
	}
	if len(near) == 0 {
		return "", notFoundf(a.text("没有%s %q", "there is no %s %q"), a.text(zh, en), given)
	}
	return "", notFoundf(a.text("没有%s %q；是否想找：\n  %s", "there is no %s %q; did you mean:\n  %s"),
		a.text(zh, en), given, strings.Join(near[:min(len(near), 10)], "\n  "))
}

// pickArea finds a monitored area by code or name; none given is that of the
// plans.
func (a *app) pickArea(areas answer, given string) (string, error) {
	var known []string
	for r := range areas.rows {
		code, name := areas.text(r, "area_code"), areas.text(r, "name_zh")
		if code == given || name == given || (given == "" && areas.text(r, "is_of_plan") == "1") {
			return code, nil
		}
		known = append(known, code+" "+areas.text(r, a.inLanguage("name")))
	}
	if given == "" {
		return "", usagef("--area: %s", a.text("规划没有对应的监测地区，请指明", "no monitored area is that of a plan; name one"))
	}
	return "", notFoundf(a.text("没有监测地区 %q；可用：\n  %s", "there is no monitored area %q; there are:\n  %s"), given, strings.Join(known, "\n  "))
}

// noSuchYear says which years there are, when the one asked for is not judged.
func (a *app) noSuchYear(scope targetScope) error {
	if scope.last == 0 {
		return notFoundf("%s", a.text("还没有任何监测数据，先装入一份报表（bellwether load）或运行 bellwether demo",
			"there are no figures at all yet; load a return (bellwether load) or run bellwether demo"))
	}
	return notFoundf(a.text("目标 %s 的判定为 %d–%d 年，没有 %d 年", "target %s is judged for %d to %d, not for %d"),
		scope.target, scope.first, scope.last, scope.year)
}

// parameters are those of the questions about one verdict.
func (t targetScope) parameters() map[string]string {
	return map[string]string{"target": t.target, "area": t.area, "year": strconv.Itoa(t.year)}
}

// areaFact is a column of an area, empty for one that is not monitored.
func (t targetScope) areaFact(area, name string) string {
	for r := range t.areas.rows {
		if t.areas.text(r, "area_code") == area {
			return t.areas.text(r, name)
		}
	}
	return ""
}

// nothingToExplain tells apart why a verdict has no figure behind it.
func (a *app) nothingToExplain(facts answer) error {
	indicator := fmt.Sprintf("%s（%s）", facts.text(0, "indicator_zh"), facts.text(0, "indicator_code"))
	if a.config.Language == "en" {
		indicator = fmt.Sprintf("%s (%s)", facts.text(0, "indicator_en"), facts.text(0, "indicator_code"))
	}
	switch facts.text(0, "verdict_reason") {
	case "never_submitted":
		return notFoundf(a.text("从未报送：%s，责任部门 %s；没有可解释的数值", "never submitted: %s, by %s; there is no figure to explain"),
			indicator, facts.text(0, "agency_code"))
	case "not_collected_here":
		return notFoundf(a.text("该指标不按街道收集：%s；不加 --area 查看全区", "not collected by street: %s; leave --area out for the district"), indicator)
	default:
		return nil
	}
}
