package jobs

import (
	"slices"
	"testing"
	"time"

	"bellwether/etl/catalog"
	"bellwether/sql"
	"bellwether/warehouse"
)

// The alerts of the table, each as its rule writes it.
func verdictAlert(rule, target, indicator string) warehouse.AlertEvent {
	return warehouse.AlertEvent{RuleCode: rule, TargetCode: target, IndicatorCode: indicator, AreaCode: "450302", PeriodYear: 2025, Evidence: `{"forecast_value":null}`}
}

func seriesAlert(rule, indicator, area string) warehouse.AlertEvent {
	return warehouse.AlertEvent{RuleCode: rule, IndicatorCode: indicator, AreaCode: area, Breakdown: "sex=F", PeriodYear: 2025, Evidence: `{}`}
}

func returnAlert(rule, form, agency string, year uint16) warehouse.AlertEvent {
	breakdown := "form=" + form + ";year=2025"
	if year == 2024 {
		breakdown = "form=" + form + ";year=2024"
	}
	return warehouse.AlertEvent{RuleCode: rule, AreaCode: "450302", Breakdown: breakdown, PeriodYear: year,
		Evidence: `{"form_code":"` + form + `","agency_code":"` + agency + `"}`}
}

func staleAlert(forms, agencies string) warehouse.AlertEvent {
	return warehouse.AlertEvent{RuleCode: "stale", AreaCode: "450302", Breakdown: "source=share", PeriodYear: 2026,
		Evidence: `{"form_code":"` + forms + `","agency_code":"` + agencies + `"}`}
}

// mutingTable is the table of the design: each row with an alert, one that
// mutes it and one of the same rule that does not.
func mutingTable() []struct {
	muted, by    string
	alert        warehouse.AlertEvent
	cause, apart warehouse.AlertEvent
} {
	const form, other = "health/mch_annual", "education/school_annual"
	type row = struct {
		muted, by    string
		alert        warehouse.AlertEvent
		cause, apart warehouse.AlertEvent
	}
	offTrack := verdictAlert("off_track", "W-1", "screening")
	return []row{
		{"off_track", "definition_break", offTrack, seriesAlert("definition_break", "screening", "450302"), seriesAlert("definition_break", "births", "450302")},
		{"off_track", "late_submission", offTrack, returnAlert("late_submission", form, "health", 2025), returnAlert("late_submission", other, "education", 2025)},
		{"at_risk", "off_track", verdictAlert("at_risk", "C-9", "screening"), offTrack, verdictAlert("off_track", "W-2", "births")},
		{"volatile", "definition_break", seriesAlert("volatile", "screening", "450302"), seriesAlert("definition_break", "screening", "450302"), seriesAlert("definition_break", "screening", "450303")},
		{"volatile", "revision_large", seriesAlert("volatile", "screening", "450302"), seriesAlert("revision_large", "screening", "450302"), seriesAlert("revision_large", "births", "450302")},
		{"reversal", "off_track", verdictAlert("reversal", "W-1", "screening"), offTrack, verdictAlert("off_track", "W-2", "births")},
		{"gap_widening", "volatile", seriesAlert("gap_widening", "screening", "450302"), seriesAlert("volatile", "screening", "450302"), seriesAlert("volatile", "births", "450302")},
		{"township_outlier", "late_submission", seriesAlert("township_outlier", "screening", "450302001"), returnAlert("late_submission", form, "health", 2025), returnAlert("late_submission", form, "health", 2024)},
		{"late_submission", "stale", returnAlert("late_submission", form, "health", 2025), staleAlert(form+",x", "health"), staleAlert(other, "education")},
		{"late_submission", "stale", returnAlert("late_submission", form, "health", 2025), staleAlert("", "health"), staleAlert("", "education")},
		{"missing_cell", "late_submission", returnAlert("missing_cell", form, "health", 2025), returnAlert("late_submission", form, "health", 2025), returnAlert("late_submission", form, "health", 2024)},
		{"missing_cell", "validation", returnAlert("missing_cell", form, "health", 2025), returnAlert("validation", form, "health", 2025), returnAlert("validation", form, "education", 2025)},
		{"missing_cell", "stale", returnAlert("missing_cell", form, "health", 2025), staleAlert(form, "health"), staleAlert("", "")},
		{"missing_breakdown", "late_submission", seriesAlert("missing_breakdown", "screening", "450302"), returnAlert("late_submission", form, "health", 2025), returnAlert("late_submission", form, "health", 2024)},
		{"missing_breakdown", "stale", seriesAlert("missing_breakdown", "screening", "450302"), staleAlert(form, "health"), staleAlert(other, "education")},
		{"validation", "stale", returnAlert("validation", form, "health", 2025), staleAlert(form, "health"), staleAlert(other, "education")},
		{"source_conflict", "definition_break", seriesAlert("source_conflict", "screening", "450302"), seriesAlert("definition_break", "screening", "450302"), seriesAlert("definition_break", "births", "450302")},
	}
}

func TestEachRowOfTheMutingTable(t *testing.T) {
	for _, row := range mutingTable() {
		t.Run(row.muted+" by "+row.by, func(t *testing.T) {
			m := muting{
				mutedBy: map[string][]string{row.muted: {row.by}},
				forms:   map[string][]string{"screening": {"health/mch_annual"}},
				parents: map[string]string{"450302001": "450302"},
			}
			mutedBy := func(cause warehouse.AlertEvent) string {
				now := oneForEach([]warehouse.AlertEvent{row.alert, cause})
				m.apply(now, nil)
				return now[identify(row.alert)].MutedBy
			}
			if got := mutedBy(row.cause); got != identify(row.cause) {
				t.Errorf("muted by %q", got)
			}
			if got := mutedBy(row.apart); got != "" {
				t.Errorf("muted by %q, which is about something else", got)
			}
		})
	}
}

// Every row about rules that exist is in the catalog, and the catalog mutes by
// nothing that is not tested.
func TestTheCatalogMutesAsTheTableSays(t *testing.T) {
	source, err := sql.Catalog()
	if err != nil {
		t.Fatal(err)
	}
	c, err := catalog.Load(source)
	if err != nil {
		t.Fatal(err)
	}
	mutedBy := map[string][]string{}
	for _, r := range c.Rules {
		mutedBy[r.Code] = append(mutedBy[r.Code], r.MutedBy...)
	}
	tested := map[string][]string{}
	for _, row := range mutingTable() {
		tested[row.muted] = append(tested[row.muted], row.by)
		_, isThere := mutedBy[row.muted]
		if _, ok := mutedBy[row.by]; ok && isThere && !slices.Contains(mutedBy[row.muted], row.by) {
			t.Errorf("rules.csv does not mute %s by %s", row.muted, row.by)
		}
	}
	for rule, others := range mutedBy {
		for _, other := range others {
			if !slices.Contains(tested[rule], other) {
				t.Errorf("rules.csv mutes %s by %s, which no row tests", rule, other)
			}
		}
	}
}

func TestAnAlertOfARuleThatCouldNotBeReadStillMutes(t *testing.T) {
	cause, alert := verdictAlert("off_track", "W-1", "screening"), verdictAlert("at_risk", "C-9", "screening")
	known := map[string]warehouse.AlertEvent{identify(cause): cause}
	m := muting{mutedBy: map[string][]string{"at_risk": {"off_track"}}}
	now := oneForEach([]warehouse.AlertEvent{alert})
	m.apply(now, unread(known, map[string]bool{"at_risk": true}))
	if got := now[identify(alert)].MutedBy; got != identify(cause) {
		t.Errorf("muted by %q", got)
	}
	m.apply(now, unread(known, map[string]bool{"at_risk": true, "off_track": true}))
	if got := now[identify(alert)].MutedBy; got != "" {
		t.Errorf("muted by %q, which fires no more", got)
	}
}

// A refused figure is a missing cell as well: one alert speaks, the other waits
// and opens when the return comes without faults and still without the cell.
func TestAMutedAlertIsKeptAndOpensWhenItsCauseIsGone(t *testing.T) {
	b := newBench(t)
	b.must(b.admin.Exec(t.Context(), `insert into dim_expected_cell
		(form_code, indicator_code, sex, age_group, residence, category, area_level, recorded_at)
		values ('health/mch_annual', 'maternal_caesarean_percent', '_T', '_T', '_T', '_T', 'district', '2020-01-01 00:00:00')`))
	evaluator := Evaluator{Warehouse: b.warehouse}
	evaluate := func() Evaluation {
		t.Helper()
		evaluation, err := evaluator.Evaluate(t.Context(), "run", time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC))
		b.must(err)
		return evaluation
	}
	load := func(name string, lines ...string) {
		t.Helper()
		_, err := b.pipeline.Load(t.Context(), "run", b.submission(name, lines...))
		b.must(err)
	}
	state := func(rule, condition string) uint64 {
		t.Helper()
		return b.count("mart_alert where period_year = 2025 and rule_code = '" + rule + "' and " + condition)
	}
	load("a.csv", soundLine, rejectedLine)
	first := evaluate()
	if first.Muted != 1 || state("validation", "state = 'open'") != 1 ||
		state("missing_cell", "state = 'muted' and muted_by = (select alert_id from mart_alert where rule_code = 'validation')") != 1 {
		t.Errorf("a refused figure: %+v", first)
	}
	if again := evaluate(); len(again.Events) != 0 || again.Muted != 1 || again.Open != first.Open {
		t.Errorf("nothing changed: %+v", again)
	}
	load("b.csv", soundLine)
	if third := evaluate(); third.Muted != 0 || state("validation", "state = 'resolved'") != 1 || state("missing_cell", "state = 'open' and muted_by = ''") != 1 {
		t.Errorf("after a return without faults: %+v", third)
	}
}

func TestARuleThatIsSwitchedOffResolvesItsAlerts(t *testing.T) {
	b := newBench(t)
	b.evaluateOnly("rare_event", "late_submission")
	evaluator := Evaluator{Warehouse: b.warehouse}
	day := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	_, err := b.pipeline.Load(t.Context(), "run", b.submission("a.csv", soundLine, deathLine))
	b.must(err)
	_, err = evaluator.Evaluate(t.Context(), "run", day)
	b.must(err)
	b.evaluateOnly("late_submission")
	_, err = evaluator.Evaluate(t.Context(), "run", day)
	b.must(err)
	if n := b.count("mart_alert where rule_code = 'rare_event' and state = 'resolved'"); n != 1 {
		t.Errorf("%d alerts of the rule are resolved, want 1", n)
	}
}
