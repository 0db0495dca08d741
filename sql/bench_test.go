package sql_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"bellwether/etl/catalog"
	"bellwether/warehouse"
)

// What people ask of the yearly verdicts, on the catalog as it ships and eight
// years of verdicts for the district and its three streets.
func BenchmarkMartTargetYearly(b *testing.B) {
	conn := district(b)
	for _, question := range []struct{ name, text string }{
		{"every_row_and_column", "select * from mart_target_yearly"},
		{"newest_year_of_the_district", "select target_code, value, target_number, verdict, certainty, reason_zh from mart_target_yearly where area_code = '450302' and is_latest = 1"},
		{"verdicts_counted", "select plan_code, period_year, verdict, count() from mart_target_yearly where area_code = '450302' group by all"},
		{"explained", "explain select target_code, verdict from mart_target_yearly"},
	} {
		b.Run(question.name, func(b *testing.B) {
			rows := 0
			for b.Loop() {
				rows = drain(b, conn, question.text)
			}
			b.ReportMetric(float64(rows), "rows")
		})
	}
}

// The verdicts of the whole country in one settlement: every target in 2,800
// areas and eight years. It takes minutes; run it by name, with -benchtime 1x.
// What it needs of memory is bounded by the settings of Settle.
func BenchmarkSettlingTheNation(b *testing.B) {
	w, conn := withCatalog(b)
	execute(b, conn, `
		insert into dim_area (area_code, level, is_monitored, recorded_at)
		select toString(600000 + number), 'district', 1, '2021-01-01 00:00:00' from numbers(2796)`)
	totals := strings.Replace(fmt.Sprintf(figures, "fct_observation"), "arrayJoin(['_T', 'F', 'M']) as sex", "sex", 1)
	execute(b, conn, totals)
	for b.Loop() {
		execute(b, conn, "insert into raw_commit (version, committed_at) select max(version) + 1, now64(3) from raw_commit")
		execute(b, conn, "insert into fct_observation select * replace ((select max(version) from raw_commit) as version) from fct_observation where area_code = '450302' limit 1")
		if _, err := w.Settle(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(drain(b, conn, "select area_code from mart_target_yearly")), "rows")
}

// The steps below the verdicts, to see which of them a change has made dearer.
func BenchmarkStepsBelowTheVerdicts(b *testing.B) {
	conn := district(b)
	for _, view := range []string{"core_target", "core_indicator", "core_commit", "core_observation", "core_series", "core_cause", "core_moment", "core_target_series", "core_target_yearly"} {
		b.Run(view, func(b *testing.B) {
			for b.Loop() {
				drain(b, conn, "select * from "+view)
			}
		})
	}
}

// The marts of changes and gaps, and what the rules ask of them.
func BenchmarkGapsAndChanges(b *testing.B) {
	conn := district(b)
	for _, view := range []string{
		"mart_sex_gap_yearly", "mart_area_compare_yearly", "mart_area_gap_yearly", "mart_change_yearly",
		"alert_volatile", "alert_gap_widening", "alert_township_outlier",
	} {
		b.Run(view, func(b *testing.B) {
			rows := 0
			for b.Loop() {
				rows = drain(b, conn, "select * from "+view)
			}
			b.ReportMetric(float64(rows), "rows")
		})
	}
}

// district fills a warehouse with the whole catalog and a figure for every series
// that a target speaks of, by sex, in every monitored area, 2018 to 2027: eight years
// are judged, from the baseline of 2020 on. The figures come from a hash and not from chance, so that every run reads the
// same: most series lean the good way, some the bad one; one in eleven was
// never submitted; surveys come every third year and only for the district.
func district(b *testing.B) driver.Conn {
	b.Helper()
	w, conn := withCatalog(b)
	for _, table := range []string{"fct_observation", "fct_observation_current"} {
		execute(b, conn, fmt.Sprintf(figures, table))
		execute(b, conn, "optimize table "+table+" final")
	}
	execute(b, conn, "insert into raw_commit (version, committed_at) values (1, '2026-02-01 00:00:00')")
	if _, err := w.Settle(b.Context()); err != nil {
		b.Fatal(err)
	}
	return conn
}

// withCatalog is a warehouse that holds the catalog as it ships, and no figure.
func withCatalog(b *testing.B) (*warehouse.Warehouse, driver.Conn) {
	b.Helper()
	w, conn := open(b)
	c, err := catalog.Load(os.DirFS("catalog"))
	if err != nil {
		b.Fatal(err)
	}
	tables, err := c.Records(memory.DefaultAllocator, catalog.FormFacts{})
	if err != nil {
		b.Fatal(err)
	}
	if _, err := w.SyncCatalog(b.Context(), c.Hash(catalog.FormFacts{}), tables); err != nil {
		b.Fatal(err)
	}
	for _, record := range tables {
		record.Release()
	}
	return w, conn
}

func execute(b *testing.B, conn driver.Conn, statement string) {
	b.Helper()
	if err := conn.Exec(context.Background(), statement); err != nil {
		b.Fatalf("%v\n%s", err, statement)
	}
}

// drain reads an answer to its end and returns the number of its rows.
func drain(b *testing.B, conn driver.Conn, question string) int {
	b.Helper()
	rows, err := conn.Query(context.Background(), question)
	if err != nil {
		b.Fatalf("%v\n%s", err, question)
	}
	defer rows.Close()
	n := 0
	for rows.Next() {
		n++
	}
	if err := rows.Err(); err != nil {
		b.Fatalf("%v\n%s", err, question)
	}
	return n
}

const figures = `
insert into %s
(
    area_code, indicator_code, sex, age_group, residence, category, source_code, period_year, period_start, period_end,
    freq, numerator, denominator, value, reported_value, unit_code, obs_status, conf_status, version, recorded_at
)
with
needed as (
    select indicator_code, arrayJoin(['_T', 'F', 'M']) as sex, age_group, residence, category from core_target
    union distinct
    select reference_indicator_code, reference_sex, age_group, residence, reference_category from core_target
    where reference_indicator_code != ''
),
drawn as (
    select
        a.area_code as area_code,
        n.indicator_code as indicator_code,
        n.sex as sex,
        n.age_group as age_group,
        n.residence as residence,
        n.category as category,
        i.agency_code as agency_code,
        i.unit_code as unit_code,
        i.multiplier as multiplier,
        arrayJoin(range(2018, 2028)) as year,
        cityHash64(n.indicator_code, n.sex, n.age_group, n.residence, n.category, a.area_code) as series,
        cityHash64(series, year) as point,
        toFloat64(20 + bitAnd(bitShiftRight(series, 8), 63)) as level,
        (toFloat64(bitAnd(series, 127)) / 127 - 0.3) * 2 * if(i.polarity = 0, 1, i.polarity) as yearly_change,
        greatest(0, level + yearly_change * (year - 2018) + toFloat64(bitAnd(point, 1023)) / 512 - 1) as drawn_value,
        if(i.measure = 'rate', 2000., 500.) + bitAnd(series, 1023) as base,
        if(i.measure = 'rate', toFloat64(bitAnd(point, 3)), round(base * least(drawn_value, 100) / 100)) as events,
        multiIf(series %% 61 = 0 and year > 2025, 'O', series %% 67 = 0 and year = 2027, 'M', point %% 97 = 0, 'L', 'A') as status
    from needed as n
    inner join core_indicator as i on i.indicator_code = n.indicator_code
    cross join core_area as a
    where
        a.is_monitored = 1
        and series %% 11 != 0
        and (i.data_kind != 'survey' or year %% 3 = 0)
        and (a.level = 'district' or i.data_kind not in ('survey', 'term'))
)
select
    area_code, indicator_code, sex, age_group, residence, category, agency_code, year, makeDate32(year, 1, 1), makeDate32(year, 12, 31),
    'A',
    if(status = 'A' and multiplier > 0, events, null),
    if(status = 'A' and multiplier > 0, base, null),
    multiIf(status != 'A', null, multiplier > 0, events / base * multiplier, drawn_value) as value,
    value, unit_code, status, 'F', 1, toDateTime64('2026-01-01 00:00:00', 3, 'UTC')
from drawn`

// What the analysis of a query costs for one call of each function: a function is
// a macro, and views call it in queries that are analysed each time.
func BenchmarkAnalysisOfFunctions(b *testing.B) {
	conn := migrated(b)
	ask := func(b *testing.B, call string, columns []string) {
		for b.Loop() {
			drain(b, conn, "select "+call+" from (select "+strings.Join(columns, ", ")+") limit 0")
		}
	}
	b.Run("none", func(b *testing.B) { ask(b, "x", []string{"materialize(1) as x"}) })
	for _, f := range functions(b) {
		var columns []string
		for _, p := range f.parameters {
			column := "materialize(toNullable(1.5))"
			switch {
			case slices.Contains(arrayParameters, p):
				column = "materialize([1.5, 2.5])"
			case hostile[p] != nil:
				column = "materialize(" + hostile[p][len(hostile[p])-1] + ")"
			}
			columns = append(columns, column+" as `"+p+"`")
		}
		if columns != nil {
			b.Run(f.name, func(b *testing.B) { ask(b, f.name+"("+strings.Join(f.parameters, ", ")+")", columns) })
		}
	}
}
