package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"bellwether/cmd/bellwether/sheet"
	"bellwether/jobs"
)

func newRebuildCommand(a *app) *cobra.Command {
	var isReplaced, isAll bool
	command := &cobra.Command{
		Use:   "rebuild",
		Short: "用存档的原始文件重做全部装入并比对 Do every load once more from the archive and compare",
		Long: `Does every load once more from the bytes in the archive, in a database beside the
warehouse, with the version and the moments that it had, and compares what every
view shows there with what it shows here. What differs is listed, and the exit
code is 3. With --replace the figures made anew take the place of the old: for a
warehouse whose tables are damaged. That is refused when a load would give another
account today than it gave then, because it would rewrite what was known. No other
load runs meanwhile. Catalog, ledgers and words of people come from no file; they
are in backups.`,
		Example: "  bellwether rebuild\n  bellwether rebuild --replace",
		Args:    cobra.NoArgs,
	}
	command.Flags().BoolVar(&isReplaced, "replace", false, "put the figures made anew in the place of the old")
	command.Flags().BoolVar(&isAll, "all", false, "list what is the same too")
	command.RunE = a.atSite(func(ctx context.Context, s *site) error { return a.rebuild(ctx, s, isReplaced, isAll) })
	return command
}

func (a *app) rebuild(ctx context.Context, s *site, isReplaced, isAll bool) error {
	m, err := a.loadMaterial()
	if err != nil {
		return err
	}
	p := a.newProgress()
	r := jobs.Rebuilder{Pipeline: jobs.Pipeline{Warehouse: s.warehouse, Catalog: m.catalog, Progress: p.of(2)}, Forms: m.forms}
	report, err := r.Run(ctx, isReplaced)
	p.close()
	if err != nil && !errors.Is(err, jobs.ErrOtherHistory) {
		return err
	}
	isRefused := err != nil
	if err := a.writeRebuild(report, isAll || a.format() != sheet.Table); err != nil {
		return err
	}
	switch {
	case isRefused:
		a.say("有的装入今天会得出别的结果，没有替换任何数据", "some loads would give something else today; nothing was replaced")
	case report.IsReplaced:
		a.say("已用存档重做的数据替换", "the figures made anew from the archive are in place")
	}
	if isRefused || !report.IsSame() && !report.IsReplaced {
		return withFindings()
	}
	return nil
}

func (a *app) writeRebuild(report jobs.RebuildReport, isAll bool) error {
	answer := sheet.Sheet{Columns: []sheet.Column{
		{Key: "kind", Zh: "类别", En: "Kind"},
		{Key: "name", Zh: "名称", En: "Name"},
		{Key: "before", Zh: "原有", En: "Before", Number: true, Show: sheet.Plain},
		{Key: "after", Zh: "重做", En: "Rebuilt", Number: true, Show: sheet.Plain},
		{Key: "is_same", Zh: "一致", En: "Same"},
		{Key: "note", Zh: "说明", En: "Note", Flex: true, Wrap: true},
	}}
	add := func(kind, name string, before, after uint64, isSame bool, note string) {
		if isAll || !isSame || note != "" {
			answer.Rows = append(answer.Rows, []any{kind, name, before, after, isSame, note})
		}
	}
	for _, l := range report.Loads {
		name := fmt.Sprintf("%d %s", l.Load.Version, l.Load.FormCode)
		add("load", name, l.Load.LoadedCount, l.Now.LoadedCount, l.IsSame(), a.rebuildNote(l))
	}
	for _, v := range report.Views {
		add("view", v.View, v.Before.Rows, v.After.Rows, v.IsSame(), "")
	}
	if len(answer.Rows) > 0 || a.format() != sheet.Table {
		if err := a.write(answer); err != nil {
			return err
		}
	}
	loads, views := 0, 0
	for _, l := range report.Loads {
		if l.IsSame() {
			loads++
		}
	}
	for _, v := range report.Views {
		if v.IsSame() {
			views++
		}
	}
	a.say("重做 %d 次装入，%d 次结果相同；%d 个视图，%d 个逐行一致",
		"%d loads done once more, %d with the same account; %d views, %d the same row by row", len(report.Loads), loads, len(report.Views), views)
	return nil
}

func (a *app) rebuildNote(l jobs.Redone) string {
	var notes []string
	for _, reason := range l.Reasons {
		zh, en := rebuildWords(reason)
		notes = append(notes, a.text(zh, en))
	}
	note := strings.Join(notes, a.text("；", "; "))
	if l.Fault != nil {
		note += a.text("：", ": ") + strings.ReplaceAll(l.Fault.Error(), "\n", " ")
	}
	return note
}

func rebuildWords(reason string) (zh, en string) {
	switch reason {
	case jobs.RebuildFormGone:
		return "表单已不存在", "the form is gone"
	case jobs.RebuildFormChanged:
		return "表单已改动", "the form has changed"
	case jobs.RebuildNoPayload:
		return "存档里没有原始字节或已损坏", "the archive does not hold the bytes as they were"
	case jobs.RebuildRefused:
		return "今天整份不予装入", "the payload is refused as a whole today"
	default:
		return "读取、装入、拒收或改变的个数不同", "other numbers were read, loaded, rejected or changed"
	}
}
