package warehouse

import (
	"testing"
	"time"
)

// withTarget puts a plan with one target over the figures of these tests: at
// least 5 by 2030, in the district alone.
func withTarget(t *testing.T) *Warehouse {
	t.Helper()
	w := open(t)
	for _, statement := range []string{
		`insert into dim_plan (plan_code, area_code, baseline_year, start_year, midterm_year, deadline_year, recorded_at)
			values ('women', '450302', 2020, 2021, 2025, 2030, '2021-01-01 00:00:00')`,
		`insert into dim_area (area_code, level, is_monitored, recorded_at) values ('450302', 'district', 1, '2021-01-01 00:00:00')`,
		`insert into dim_indicator (indicator_code, agency_code, data_kind, multiplier, measure, polarity, decimals, recorded_at)
			values ('health_ill_percent', 'health', 'administrative', 100, 'proportion', 1, 2, '2021-01-01 00:00:00')`,
		`insert into dim_target (target_code, plan_code, indicator_code, kind, mode, target_value, polarity, sex, age_group, residence, category,
				area_level, baseline_year, deadline_year, recorded_at)
			values ('W-1', 'women', 'health_ill_percent', 'at_least', 'reach', 5, 1, '_T', '_T', '_T', '_T', 'district', 2020, 2030, '2021-01-01 00:00:00')`,
		`insert into dim_threshold (threshold_code, value, valid_from, valid_to, recorded_at)
			values ('verdict_stale_years', 2, '2018-01-01', '2099-12-31', '2021-01-01 00:00:00'), ('break_min_ratio', 8, '2018-01-01', '2099-12-31', '2021-01-01 00:00:00')`,
		`insert into dim_catalog (catalog_hash, recorded_at) values ('first', '2021-01-01 00:00:00')`,
	} {
		if err := w.execute(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

// settle settles and says whether verdicts were worked out.
func settle(t *testing.T, w *Warehouse) bool {
	t.Helper()
	isNew, err := w.Settle(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return isNew
}

const verdictOf2024 = "select any(verdict) from mart_target_yearly where period_year = 2024"

func TestVerdictsAreSettledOnceForAState(t *testing.T) {
	w := withTarget(t)
	if settle(t, w) {
		t.Error("verdicts were worked out without a figure")
	}
	load(t, w, info("health/annual"), []figure{{year: 2023, value: 1}, {year: 2024, value: 6}})
	if !settle(t, w) || ask[string](t, w, verdictOf2024) != "achieved" {
		t.Errorf("the verdict is %q", ask[string](t, w, verdictOf2024))
	}
	if settle(t, w) {
		t.Error("the same state was worked out twice")
	}
	load(t, w, info("health/annual"), []figure{{year: 2024, value: 2}})
	if ask[string](t, w, verdictOf2024) != "achieved" {
		t.Error("a verdict moved before it was settled")
	}
	if !settle(t, w) || ask[string](t, w, verdictOf2024) == "achieved" {
		t.Error("a changed figure left its verdict")
	}
}

func TestFiguresOfOtherAreasMoveTheStateAndNoVerdict(t *testing.T) {
	w := withTarget(t)
	load(t, w, info("health/annual"), []figure{{year: 2024, value: 6}})
	settle(t, w)
	load(t, w, info("health/annual"), []figure{{area: "CHN", year: 2024, value: 1}})
	if settle(t, w) {
		t.Error("verdicts were worked out for a country that nobody monitors")
	}
	if n := ask[uint64](t, w, "select data_version from core_settlement where rank = 1"); n != 2 {
		t.Errorf("the settlement stands for version %d, want 2", n)
	}
	if ask[string](t, w, verdictOf2024) != "achieved" {
		t.Error("the verdict is gone")
	}
}

func TestANewCatalogAndANewMethodAreSettledAgain(t *testing.T) {
	w := withTarget(t)
	load(t, w, info("health/annual"), []figure{{year: 2024, value: 6}})
	settle(t, w)
	for _, statement := range []string{
		`insert into dim_target select * replace (7 as target_value, now64(3) as recorded_at) from dim_target`,
		`insert into dim_threshold (threshold_code, value, valid_from, valid_to, recorded_at)
			values ('verdict_stale_years', 2, '2018-01-01', '2099-12-31', '2021-01-01 00:00:00'), ('break_min_ratio', 8, '2018-01-01', '2099-12-31', '2021-01-01 00:00:00')`,
		`insert into dim_catalog (catalog_hash, recorded_at) select 'second', max(recorded_at) from dim_target`,
	} {
		if err := w.execute(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	if !settle(t, w) || ask[string](t, w, verdictOf2024) == "achieved" {
		t.Error("a changed target left its verdict")
	}
	if err := w.execute(t.Context(), "insert into raw_settlement select * replace ('older program' as method_hash, settled_at + 1 as settled_at) from raw_settlement order by settled_at desc limit 1"); err != nil {
		t.Fatal(err)
	}
	if !settle(t, w) {
		t.Error("verdicts of an older program were left")
	}
}

func TestAnEarlierMomentShowsTheVerdictOfThen(t *testing.T) {
	w := withTarget(t)
	asOf := func(at time.Time) string {
		return ask[string](t, w, verdictOf2024+" settings log_comment = 'as_of="+at.UTC().Format(instantLayout)+"'")
	}
	load(t, w, info("health/annual"), []figure{{year: 2024, value: 6}})
	settle(t, w)
	between := ask[time.Time](t, w, "select now64(3, 'UTC')")
	time.Sleep(2 * time.Millisecond)
	load(t, w, info("health/annual"), []figure{{year: 2024, value: 2}})
	settle(t, w)
	if before, after := asOf(between), asOf(between.Add(time.Hour)); before != "achieved" || after == "achieved" {
		t.Errorf("the verdict was %q and is %q", before, after)
	}
	// A later method settles the same state again, and what had been said stays.
	later := ask[time.Time](t, w, "select now64(3, 'UTC')")
	time.Sleep(2 * time.Millisecond)
	for _, statement := range []string{
		"insert into fct_target_yearly select * replace (settlement + 1 as settlement, 'not_applicable' as verdict) from fct_target_yearly order by settlement desc limit 1 by area_code, target_code, period_year",
		"insert into raw_settlement select * replace (settlement + 1 as settlement, now64(3) as settled_at) from raw_settlement order by settled_at desc limit 1",
	} {
		if err := w.execute(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	if then, now := asOf(later), ask[string](t, w, verdictOf2024); then == "not_applicable" || now != "not_applicable" {
		t.Errorf("the verdict was %q and is %q", then, now)
	}
}

func TestASettlementThatWasCutShortShowsNothingAndIsDoneAgain(t *testing.T) {
	w := withTarget(t)
	load(t, w, info("health/annual"), []figure{{year: 2024, value: 6}})
	settle(t, w)
	load(t, w, info("health/annual"), []figure{{year: 2024, value: 2}})
	w.atStep = func(step string) {
		if step == "verdicts" {
			panic("the world ends here")
		}
	}
	func() {
		defer func() { _ = recover() }()
		settle(t, w)
		t.Error("the world did not end")
	}()
	w.atStep = func(string) {}
	if rows := ask[uint64](t, w, "select count() from mart_target_yearly where period_year = 2024"); rows != 1 || ask[string](t, w, verdictOf2024) != "achieved" {
		t.Errorf("%d rows with verdict %q show", rows, ask[string](t, w, verdictOf2024))
	}
	if !settle(t, w) || ask[string](t, w, verdictOf2024) == "achieved" {
		t.Error("what was cut short was not done again")
	}
	if rows := ask[uint64](t, w, "select count() from mart_target_yearly where period_year = 2024"); rows != 1 {
		t.Errorf("%d rows show, want 1", rows)
	}
}
