package sql_test

import "testing"

// What one evaluation reads, rule by rule, and the causes that it joins, on the
// same figures as the yearly verdicts.
func BenchmarkAlerts(b *testing.B) {
	conn := district(b)
	execute(b, conn, "insert into raw_evaluation (evaluation_id, on_date, evaluated_at) values ('bench', '2026-05-06', '2026-05-06 00:00:00')")
	names := []string{"core_cause", "core_revision"}
	for _, v := range views(b) {
		if v.folder == "alerts" {
			names = append(names, v.name)
		}
	}
	for _, name := range names {
		b.Run(name, func(b *testing.B) {
			rows := 0
			for b.Loop() {
				rows = drain(b, conn, "select * from "+name)
			}
			b.ReportMetric(float64(rows), "rows")
		})
	}
}
