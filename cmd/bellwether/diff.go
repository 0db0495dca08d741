package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"bellwether/cmd/bellwether/sheet"
	"bellwether/warehouse"
)

type diffOptions struct {
	limit      int
	failIfDiff bool
}

func newDiffCommand(a *app) *cobra.Command {
	var o diffOptions
	command := &cobra.Command{
		Use:   "diff PAYLOAD PAYLOAD",
		Short: "两次报送之间有何不同 What changed between two submissions",
		Long: `Compares the figures of an agency as they stood after the first submission with
those after the second: added, removed, changed, or the same with another status.
A submission is named by the beginning of its SHA-256, by its version, or by the
run that loaded it, as trace and runs print them. A form that does not take
submissions as complete removes nothing that the second leaves out.`,
		Example: "  bellwether diff 3f5a9c0b12 88ab0d91e4 --limit 50",
		Args:    cobra.ExactArgs(2),
	}
	flags := command.Flags()
	flags.IntVar(&o.limit, "limit", 20, "figures of each kind; 0 is all")
	flags.BoolVar(&o.failIfDiff, "fail-if-diff", false, "end with 3 when anything differs")
	command.RunE = func(c *cobra.Command, args []string) error {
		return a.atSite(func(ctx context.Context, s *site) error { return a.diff(ctx, s, args[0], args[1], o) })(c, args)
	}
	return command
}

// load is a submission as the ledger of commits has it.
type load struct {
	version                            uint64
	sha256, source, form, file, readAt string
	years                              []uint16
}

func (a *app) diff(ctx context.Context, s *site, first, second string, o diffOptions) error {
	before, err := a.findLoad(ctx, s, first)
	if err != nil {
		return err
	}
	after, err := a.findLoad(ctx, s, second)
	if err != nil {
		return err
	}
	if before.source != after.source {
		return usagef(a.text("两次报送来自不同部门：%s、%s", "the submissions are those of two agencies, %s and %s"), before.source, after.source)
	}
	limit := strconv.Itoa(o.limit)
	if o.limit <= 0 {
		limit = strconv.FormatUint(1<<63, 10)
	}
	rows, err := s.askAs(ctx, warehouse.Writer, "diff", map[string]string{
		"old": fmt.Sprint(before.version), "new": fmt.Sprint(after.version), "source": before.source, "limit": limit,
		"years": arrayText(slices.Concat(before.years, after.years)), "forms": fmt.Sprintf("['%s','%s']", before.form, after.form),
	})
	if err != nil {
		return err
	}
	counts := rows.countKinds()
	if a.format() == sheet.Table {
		a.sayDiff(before, after, counts)
	}
	if len(rows.rows) > 0 || a.format() != sheet.Table {
		if err := a.write(a.diffSheet(rows)); err != nil {
			return err
		}
	}
	differing := uint64(0)
	for kind, n := range counts {
		if kind != "unchanged" {
			differing += n
		}
	}
	if hidden := differing - uint64(len(rows.rows)); hidden > 0 {
		a.say("另有 %d 项未列出；--limit 0 列出全部", "%d more are not listed; --limit 0 lists all", hidden)
	}
	if o.failIfDiff && differing > 0 {
		return withFindings()
	}
	return nil
}

// countKinds reads how many figures there are of each kind, and drops the row that
// stands for the unchanged ones.
func (r *answer) countKinds() map[string]uint64 {
	counts := map[string]uint64{}
	rows := r.rows[:0]
	for i := range r.rows {
		kind := r.text(i, "kind")
		counts[kind], _ = r.get(i, "kind_count").(uint64)
		if kind != "unchanged" {
			rows = append(rows, r.rows[i])
		}
	}
	r.rows = rows
	return counts
}

func (a *app) sayDiff(before, after load, counts map[string]uint64) {
	for _, side := range []load{before, after} {
		fmt.Fprintf(a.out, "%s  %s  %s  %s  %s\n", side.sha256[:10], side.readAt, fmt.Sprintf(a.text("第 %d 版", "batch %d"), side.version), side.form, side.file)
	}
	a.say("新增 %d，减少 %d，改变 %d，仅状态改变 %d，不变 %d",
		"%d added, %d removed, %d changed, %d with another status, %d unchanged",
		counts["added"], counts["removed"], counts["changed"], counts["status_changed"], counts["unchanged"])
}

func (a *app) diffSheet(rows answer) sheet.Sheet {
	kinds := map[string][2]string{
		"added": {"新增", "added"}, "removed": {"减少", "removed"}, "changed": {"改变", "changed"}, "status_changed": {"状态", "status"},
	}
	return rows.sheet(
		sheet.Column{Key: "kind", Zh: "类别", En: "Kind", Show: func(v any) string {
			words := kinds[fmt.Sprint(v)]
			return a.text(words[0], words[1])
		}},
		sheet.Column{Key: a.inLanguage("name"), Zh: "指标", En: "Indicator", Flex: true, Wrap: true},
		sheet.Column{Key: "area_code", Zh: "地区", En: "Area"},
		sheet.Column{Key: "period_year", Zh: "年份", En: "Year", Number: true, Show: sheet.Plain},
		sheet.Column{Key: "sex", Zh: "性别", En: "Sex"},
		sheet.Column{Key: "old_value", Zh: "原值", En: "Before", Number: true, Show: sheet.Rounded(4)},
		sheet.Column{Key: "new_value", Zh: "新值", En: "After", Number: true, Show: sheet.Rounded(4)},
		sheet.Column{Key: "change_percent", Zh: "变化%", En: "Change %", Number: true, Show: sheet.Rounded(2)},
		sheet.Column{Key: "old_obs_status", Zh: "原状态", En: "Status"},
		sheet.Column{Key: "new_obs_status", Zh: "新状态", En: "Status"},
		sheet.Column{Key: "old_cell", Zh: "原单元格", En: "Cell before"},
		sheet.Column{Key: "new_cell", Zh: "新单元格", En: "Cell after"},
	)
}

// findLoad finds the load that a person means: the newest of a payload that was
// loaded more than once. Several payloads are a wrong usage, and are listed.
func (a *app) findLoad(ctx context.Context, s *site, given string) (load, error) {
	parameters := map[string]string{"version": "0", "run": "", "sha256": ""}
	_, err := strconv.ParseUint(given, 10, 32)
	switch {
	case strings.Contains(given, "-"):
		parameters["run"] = given
	case err == nil && len(given) < shortestHash:
		parameters["version"] = given
	case len(given) < shortestHash:
		return load{}, usagef(a.text("%q 太短：至少给出 SHA-256 的前 %d 位", "%q is too short: give at least the first %d letters of the SHA-256"), given, shortestHash)
	default:
		parameters["sha256"] = strings.ToLower(given)
	}
	found, err := s.askAs(ctx, warehouse.Writer, "payload", parameters)
	if err != nil {
		return load{}, err
	}
	var choices []string
	for i := range found.rows {
		choice := found.text(i, "payload_sha256")[:shortestHash*2] + " " + found.text(i, "file_name")
		if !slices.Contains(choices, choice) {
			choices = append(choices, choice)
		}
	}
	switch len(choices) {
	case 0:
		return load{}, notFoundf(a.text("没有装入过 %q；见 bellwether trace、bellwether runs", "nothing was loaded as %q; see bellwether trace and bellwether runs"), given)
	case 1:
		return a.loadOf(found, len(found.rows)-1), nil
	default:
		return load{}, usagef(a.text("%q 不止一份：%s", "%q is more than one: %s"), given, strings.Join(choices, "; "))
	}
}

// shortestHash is how much of a SHA-256 has to be given: shorter numbers are versions.
const shortestHash = 6

func (a *app) loadOf(found answer, row int) load {
	version, _ := found.get(row, "version").(uint64)
	years, _ := found.get(row, "period_years").([]uint16)
	at, _ := found.get(row, "committed_at").(time.Time)
	return load{
		version: version, years: years, sha256: found.text(row, "payload_sha256"), source: found.text(row, "source_code"),
		form: found.text(row, "form_code"), file: found.text(row, "file_name"), readAt: a.localTime(at),
	}
}

// arrayText writes years as ClickHouse reads an array.
func arrayText(years []uint16) string {
	texts := make([]string, len(years))
	for i, year := range years {
		texts[i] = fmt.Sprint(year)
	}
	return "[" + strings.Join(texts, ",") + "]"
}
