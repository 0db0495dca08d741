package jobs

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"
)

// withHospitalBirths loads five years of a rate that is at its target of 98.
func withHospitalBirths(t *testing.T) *bench {
	t.Helper()
	b := newBench(t)
	for year := 2020; year <= 2025; year++ {
		text := fmt.Sprintf("妇幼健康年报（%d年度）\n指标名称,地区,性别,城乡,分子,分母,数值,单位,备注\n婚前医学检查率,秀峰区,合计,合计,%d,1000,,%%,\n", year, 940+5*(year-2020))
		_, err := b.pipeline.Load(t.Context(), "run", b.file(fmt.Sprintf("%d.csv", year), text))
		b.must(err)
	}
	evaluator := Evaluator{Warehouse: b.warehouse}
	_, err := evaluator.Evaluate(t.Context(), "run", time.Date(2026, 5, 6, 0, 0, 0, 0, time.UTC))
	b.must(err)
	return b
}

// content is a hash of every row of every table, and the scratches there are.
func (b *bench) content() (hash string, scratches int) {
	b.t.Helper()
	rows, err := b.admin.Query(b.t.Context(), "select name from system.tables where database = currentDatabase() and engine like '%MergeTree' order by name")
	b.must(err)
	defer rows.Close()
	var parts []string
	for rows.Next() {
		var name string
		b.must(rows.Scan(&name))
		var sum uint64
		b.must(b.admin.QueryRow(b.t.Context(), "select sum(sipHash64(formatRow('TSV', *))) from "+name).Scan(&sum))
		parts = append(parts, fmt.Sprint(name, " ", sum))
	}
	b.must(rows.Err())
	var count uint64
	b.must(b.admin.QueryRow(b.t.Context(), "select count() from system.databases where startsWith(name, concat(currentDatabase(), '_scratch_'))").Scan(&count))
	return strings.Join(parts, "\n"), int(count)
}

func TestAWhatIfAnswersForYearsToComeAndStoresNothing(t *testing.T) {
	b := withHospitalBirths(t)
	before, _ := b.content()
	w := WhatIf{Warehouse: b.warehouse, Target: "W-1-G03-a", Area: "450302", Set: map[int]float64{2025: 90, 2026: 99.5}}
	answers, err := w.Run(t.Context())
	b.must(err)
	if len(answers) != 2 {
		t.Fatalf("%d years are answered, want 2025 and 2026: %+v", len(answers), answers)
	}
	now, later := answers[0], answers[1]
	if !now.IsReal || *now.Real.Value != 96.5 || *now.Assumed.Value != 90 || now.Assumed.Verdict != "off_track" {
		t.Errorf("2025 is %+v beside %+v", now.Assumed, now.Real)
	}
	if fmt.Sprint(now.Assumed.Alerts) != "[off_track]" {
		t.Errorf("the alerts of 2025 would be %v", now.Assumed.Alerts)
	}
	if later.IsReal || *later.Assumed.Value != 99.5 || later.Assumed.Verdict != "achieved" || later.Assumed.Certainty != "full_count" {
		t.Errorf("2026 is %+v", later)
	}
	if after, scratches := b.content(); after != before || scratches != 0 {
		t.Errorf("%d scratches are left; the content was\n%s\nand is\n%s", scratches, before, after)
	}
}

func TestAWhatIfThatFailsLeavesNothingBehind(t *testing.T) {
	b := withHospitalBirths(t)
	before, _ := b.content()
	ctx, cancel := context.WithCancel(t.Context())
	w := WhatIf{Warehouse: b.warehouse, Target: "W-1-G03-a", Area: "450302", Set: map[int]float64{2026: 91.5}}
	w.Progress = func(int, int) { cancel() } // when the scratch is there and nothing else is done
	if _, err := w.Run(ctx); err == nil {
		t.Error("a canceled question gave an answer")
	}
	if after, scratches := b.content(); after != before || scratches != 0 {
		t.Errorf("%d scratches are left", scratches)
	}
}
