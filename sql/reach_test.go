package sql_test

import (
	"strings"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// A question about one area reads that area and not the country: the filter goes
// through the views down to the primary keys of the tables.
func TestAFilterOnAreaReachesTheBaseTable(t *testing.T) {
	conn := migrated(t)
	for _, statement := range []string{
		"insert into raw_commit (version, committed_at) values (1, '2026-02-01 00:00:00')",
		"insert into raw_settlement (settlement, data_version, committed_at, settled_at) values (1, 1, '2026-02-01 00:00:00', '2026-02-01 00:00:00')",
		"insert into raw_current_year (period_year) values (2025)",
		"insert into fct_observation (version, area_code, period_year) select 1, toString(number), 2024 from numbers(10)",
		"insert into fct_observation_current (version, area_code, period_year) select 1, toString(number), 2025 from numbers(10)",
		"insert into fct_target_yearly (settlement, area_code, period_year) select 1, toString(number), 2025 from numbers(10)",
		"insert into fct_cause_yearly (settlement, area_code, period_year) select 1, toString(number), 2025 from numbers(10)",
	} {
		if err := conn.Exec(t.Context(), statement); err != nil {
			t.Fatalf("%v\n%s", err, statement)
		}
	}
	for _, reach := range []struct {
		view   string
		tables []string
	}{
		{"mart_target_yearly", []string{"fct_target_yearly"}},
		{"mart_cause_yearly", []string{"fct_cause_yearly"}},
		{"core_observation", []string{"fct_observation", "fct_observation_current"}},
		{"mart_indicator_yearly", []string{"fct_observation", "fct_observation_current"}},
	} {
		plan := explained(t, conn, "select * from "+reach.view+" where area_code = '450302'")
		for _, table := range reach.tables {
			if !readsByArea(plan, table) {
				t.Errorf("%s: the filter on area_code does not reach the index of %s:\n%s", reach.view, table, plan)
			}
		}
	}
}

// readsByArea reports whether the plan reads parts of a table, and each time by a
// condition of the index on area_code. A read without parts is never executed.
func readsByArea(plan, table string) bool {
	found := false
	for _, read := range strings.Split(plan, "ReadFromMergeTree (")[1:] {
		name, rest, _ := strings.Cut(read, ")")
		if !strings.HasSuffix(name, "."+table) || !strings.Contains(rest, "Parts: 1") {
			continue
		}
		if !strings.Contains(rest, "(area_code in ['450302', '450302'])") {
			return false
		}
		found = true
	}
	return found
}

func explained(t *testing.T, conn driver.Conn, question string) string {
	t.Helper()
	var lines []struct {
		Line string `ch:"explain"`
	}
	if err := conn.Select(t.Context(), &lines, "explain indexes = 1 "+question); err != nil {
		t.Fatalf("%v\n%s", err, question)
	}
	var plan strings.Builder
	for _, l := range lines {
		plan.WriteString(l.Line + "\n")
	}
	return plan.String()
}
