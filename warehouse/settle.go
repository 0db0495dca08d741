package warehouse

import (
	"context"
	"fmt"
	"maps"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// Settlement says for which state the verdicts were worked out, a row of
// raw_settlement.
type Settlement struct {
	Settlement  uint64    `ch:"settlement"`
	DataVersion uint64    `ch:"data_version"`
	CommittedAt time.Time `ch:"committed_at"`
	CatalogAt   time.Time `ch:"catalog_at"`
	MethodHash  string    `ch:"method_hash"`
	RowCount    uint64    `ch:"row_count"` // verdicts
	SettledAt   time.Time `ch:"settled_at"`
}

// stands reports whether the verdicts of s are those of the state now.
func (s Settlement) stands(now Settlement) bool {
	return s.DataVersion == now.DataVersion && s.CatalogAt.Equal(now.CatalogAt) && s.MethodHash == now.MethodHash
}

// moment is the first instant at which views show the state.
func (s Settlement) moment() time.Time {
	if s.CatalogAt.After(s.CommittedAt) {
		return s.CatalogAt
	}
	return s.CommittedAt
}

// Settle works out the yearly verdicts, and the causes of changes, for the newest
// state of figures, catalog and method, and keeps them: mart_target_yearly and
// mart_cause_yearly read what is kept. It costs
// one question when nothing has changed, and no work when only figures outside
// the monitored areas have. The row of raw_settlement goes in last, so one that
// is cut short shows nothing and is done again by the next. It reports whether
// verdicts were worked out.
func (w *Warehouse) Settle(ctx context.Context) (bool, error) {
	return w.settle(ctx, false)
}

// settle works them out again also when the same state was settled before, if told so.
func (w *Warehouse) settle(ctx context.Context, isForced bool) (bool, error) {
	now, last, err := w.settlementStates(ctx)
	if err != nil {
		return false, fmt.Errorf("settle: %w", err)
	}
	if now.DataVersion == 0 || last.stands(now) && !isForced {
		return false, nil
	}
	isTouched, err := w.isTouched(ctx, last, now)
	if err != nil {
		return false, fmt.Errorf("settle: %w", err)
	}
	isTouched = isTouched || isForced
	if isTouched {
		now.RowCount, err = w.appendSettled(ctx, now)
	} else {
		now.Settlement, now.RowCount = last.Settlement, last.RowCount
	}
	if err != nil {
		return false, fmt.Errorf("settle: %w", err)
	}
	w.atStep("verdicts")
	if now.SettledAt, err = w.laterThan(ctx, last.SettledAt); err != nil {
		return false, fmt.Errorf("settle: %w", err)
	}
	if err := appendRows(ctx, w, "raw_settlement", []Settlement{now}); err != nil {
		return false, fmt.Errorf("settle: record: %w", err)
	}
	return isTouched, nil
}

// settlementStates reads the state that there is now, with a number for it, and
// the one that was settled last.
func (w *Warehouse) settlementStates(ctx context.Context) (now, last Settlement, err error) {
	s, err := loadSchema(w.database, w.cluster)
	if err != nil {
		return now, last, err
	}
	const newest = `
		select
			(select max(version) from raw_commit) as data_version,
			(select max(committed_at) from raw_commit) as committed_at,
			(select max(recorded_at) from dim_catalog) as catalog_at,
			greatest(
				toUInt64(toUnixTimestamp64Milli(now64(3))),
				(select max(settlement) from fct_target_yearly) + 1,
				(select max(settlement) from fct_cause_yearly) + 1,
				(select max(settlement) from raw_settlement) + 1
			) as settlement`
	const settled = "select settlement, data_version, committed_at, catalog_at, method_hash, row_count, settled_at from raw_settlement order by settled_at desc limit 1"
	var found []Settlement
	if err = w.choose(ctx, &found, newest); err != nil {
		return now, last, err
	}
	now, found = found[0], nil
	now.MethodHash = s.fingerprint
	if err = w.choose(ctx, &found, settled); err == nil && len(found) > 0 {
		last = found[0]
	}
	return now, last, err
}

// isTouched reports whether verdicts can differ between two states: another
// catalog, another method, or a figure of a monitored area.
func (w *Warehouse) isTouched(ctx context.Context, last, now Settlement) (bool, error) {
	if last.Settlement == 0 || !last.CatalogAt.Equal(now.CatalogAt) || last.MethodHash != now.MethodHash {
		return true, nil
	}
	var touched bool
	err := w.again(ctx, "look for figures of monitored areas", func() error {
		return w.writer.QueryRow(ctx, `
			select count() > 0 from fct_observation
			where version > {from:UInt64} and version <= {to:UInt64} and area_code in (select area_code from core_area where is_monitored = 1)`,
			clickhouse.Named("from", last.DataVersion), clickhouse.Named("to", now.DataVersion)).Scan(&touched)
	})
	return touched, err
}

// settled are the views that are worked out, each with the table that keeps its
// rows; the first are the verdicts.
func settled() []struct{ view, table string } {
	return []struct{ view, table string }{
		{"core_target_yearly", "fct_target_yearly"},
		{"core_cause", "fct_cause_yearly"},
	}
}

// appendSettled writes the rows of a settlement, as views show that state: a load
// that is committed meanwhile is left to the next settlement. It returns how many
// verdicts there are.
func (w *Warehouse) appendSettled(ctx context.Context, now Settlement) (uint64, error) {
	settings := clickhouse.Settings{"log_comment": "as_of=" + now.moment().UTC().Format(instantLayout)}
	maps.Copy(settings, spilling())
	then := clickhouse.Context(ctx, clickhouse.WithSettings(settings))
	number := clickhouse.Named("settlement", now.Settlement)
	for _, s := range settled() {
		columns, err := w.columnsOf(ctx, s.view)
		if err != nil {
			return 0, err
		}
		// Not tried again under the same number: what a failed try has left would
		// be counted twice. The next settlement has another number.
		err = w.writer.Exec(then, fmt.Sprintf("insert into %s (settlement, %[2]s) select {settlement:UInt64}, %[2]s from %[3]s", s.table, columns, s.view), number)
		if err != nil {
			return 0, fmt.Errorf("work out %s: %w", s.view, readable(err))
		}
	}
	var rows uint64
	err := w.again(ctx, "count verdicts", func() error {
		return w.writer.QueryRow(ctx, "select count() from fct_target_yearly where settlement = {settlement:UInt64}", number).Scan(&rows)
	})
	return rows, err
}

// spilling are the settings that keep the verdicts of thousands of areas within a
// few gigabytes: what groups and joins gather goes to disk beyond one of them.
func spilling() clickhouse.Settings {
	return clickhouse.Settings{
		"max_bytes_before_external_group_by": 1_000_000_000,
		"join_algorithm":                     "grace_hash,hash",
		"max_bytes_in_join":                  1_000_000_000,
	}
}

// columnsOf lists the columns of a table or view in their order, for a statement.
func (w *Warehouse) columnsOf(ctx context.Context, name string) (string, error) {
	var columns string
	err := w.again(ctx, "read columns", func() error {
		return w.writer.QueryRow(ctx, `
			select arrayStringConcat(arrayMap(c -> c.2, arraySort(groupArray((position, name)))), ', ')
			from system.columns where database = currentDatabase() and table = {table:String}`,
			clickhouse.Named("table", name)).Scan(&columns)
	})
	if err == nil && columns == "" {
		err = fmt.Errorf("there is no %s", name)
	}
	return columns, err
}
