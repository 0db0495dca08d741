package warehouse

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// The columns of a figure. The key says which figure it is; a new version is
// written when any of the compared columns differs.
const (
	figureKey  = "area_code, indicator_code, sex, age_group, residence, category, source_code, period_year, period_start, period_end"
	historyKey = figureKey + ", version"
	figureRest = "freq, numerator, denominator, value, reported_value, lower_bound, upper_bound, unit_code, obs_status, conf_status, note, form_code, sheet, cell"

	historyColumns = figureKey + ", " + figureRest + ", version, is_withdrawn, recorded_at"
)

// comparedNumbers may be null, comparedCodes may not.
func comparedNumbers() []string {
	return []string{"numerator", "denominator", "value", "reported_value", "lower_bound", "upper_bound"}
}

func comparedCodes() []string { return []string{"unit_code", "obs_status", "conf_status"} }

// touched is what a batch touches.
type touched struct {
	years   []touchedYear
	sources []string
}

// touchedYear is one statistical year of a batch.
type touchedYear struct {
	Year      uint16   `ch:"period_year"`
	Rows      uint64   `ch:"rows"`
	Sources   []string `ch:"sources"`
	TakenBack uint64   `ch:"taken_back"` // figures that the payload itself takes back
	IsNew     bool     // no figure of these sources is known for it
	IsDone    bool     // the history holds the whole year already
	IsCurrent bool     // the current table holds the year
}

func (s touched) list(keep func(touchedYear) bool) []uint16 {
	years := []uint16{} // a parameter must not be nil
	for _, y := range s.years {
		if keep(y) {
			years = append(years, y.Year)
		}
	}
	return years
}

func (s touched) all() []uint16 { return s.list(func(touchedYear) bool { return true }) }

// scope finds the years and sources of the staged figures, and which of the
// years hold nothing of these sources yet.
func (w *Warehouse) scope(ctx context.Context, b batchRecord) (touched, error) {
	var s touched
	err := w.choose(ctx, &s.years, `select period_year, count() as rows, groupUniqArray(toString(source_code)) as sources, countIf(is_withdrawn = 1) as taken_back
		from `+b.stage()+" group by period_year order by period_year")
	if err != nil || len(s.years) == 0 {
		return s, err
	}
	for _, y := range s.years {
		s.sources = append(s.sources, y.Sources...)
	}
	slices.Sort(s.sources)
	s.sources = slices.Compact(s.sources)
	var current []touchedYear
	if err := w.choose(ctx, &current, "select distinct period_year from raw_current_year"); err != nil {
		return s, err
	}
	var held []struct {
		Year   uint16 `ch:"period_year"`
		Rows   uint64 `ch:"rows"`   // of this batch
		Before uint64 `ch:"before"` // of these sources, from before it
	}
	err = w.choose(ctx, &held, `
		select
			period_year,
			countIf(version = {version:UInt64}) as rows,
			countIf(version < {version:UInt64} and source_code in {sources:Array(String)}) as before
		from fct_observation
		where period_year in {years:Array(UInt16)}
		group by period_year`, s.arguments(b)...)
	for i := range s.years {
		y := &s.years[i]
		y.IsNew = true
		y.IsCurrent = slices.ContainsFunc(current, func(c touchedYear) bool { return c.Year == y.Year })
		for _, h := range held {
			if h.Year == y.Year {
				y.IsNew, y.IsDone = h.Before == 0, h.Rows >= y.Rows
			}
		}
	}
	if err != nil {
		return s, fmt.Errorf("look for what is known: %w", err)
	}
	return s, nil
}

func (s touched) arguments(b batchRecord) []any {
	return []any{
		clickhouse.Named("years", s.all()), clickhouse.Named("sources", s.sources), clickhouse.Named("version", b.Version),
		clickhouse.Named("form", b.FormCode),
	}
}

// recordYears writes down which years the batch may change, before any figure of
// it leaves the staging table: until the commit, views read these years from the
// history, where the batch hides nothing.
func (w *Warehouse) recordYears(ctx context.Context, b batchRecord, s touched) error {
	return w.execute(ctx, "insert into raw_batch_year (version, period_year) select {version:UInt64}, arrayJoin({years:Array(UInt16)})",
		clickhouse.Named("version", b.Version), clickhouse.Named("years", s.all()))
}

// gatherYears brings years that are revised for the first time into the current
// table, as they stood before the batch. Most figures are never revised, and are
// not written twice.
func (w *Warehouse) gatherYears(ctx context.Context, b batchRecord, s touched) error {
	years := s.list(func(y touchedYear) bool { return !w.isHandedOver(y) && !y.IsCurrent })
	if len(years) == 0 {
		return nil
	}
	if err := w.copyYears(ctx, "version < {version:UInt64}", b, s.halves(years)); err != nil {
		return err
	}
	return w.execute(ctx, "insert into raw_current_year (period_year, version) select arrayJoin({years:Array(UInt16)}), {version:UInt64}",
		clickhouse.Named("version", b.Version), clickhouse.Named("years", years))
}

// appendHistory appends the staged figures that are new or differ. A year of
// which nothing is known yet is handed over as it lies, without being written
// again; the others are compared.
func (w *Warehouse) appendHistory(ctx context.Context, b batchRecord, s touched) error {
	var handed []string
	for _, y := range s.years {
		if w.isHandedOver(y) && !y.IsDone {
			handed = append(handed, fmt.Sprintf("attach partition %d from %s", y.Year, b.stage()))
		}
	}
	if len(handed) > 0 {
		if err := w.execute(ctx, "alter table fct_observation "+strings.Join(handed, ", ")); err != nil {
			return fmt.Errorf("hand over years: %w", err)
		}
	}
	var rest []touchedYear
	for _, y := range s.years {
		if !w.isHandedOver(y) {
			rest = append(rest, y)
		}
	}
	for _, group := range inGroups(rest) {
		if err := w.appendDifferences(ctx, b, s, group); err != nil {
			return fmt.Errorf("years %v: %w", group, err)
		}
	}
	return nil
}

// isHandedOver reports whether the staged part of a year becomes a part of the
// history as it lies. Tables of a cluster cannot do that, and what takes figures
// back is no part of it.
func (w *Warehouse) isHandedOver(y touchedYear) bool {
	return y.IsNew && y.TakenBack == 0 && w.cluster == ""
}

// compareRows bounds the memory of one comparison: years are compared together
// up to this number of staged figures.
const compareRows = 1_000_000

func inGroups(years []touchedYear) [][]uint16 {
	var groups [][]uint16
	var rows uint64
	for _, y := range years {
		if len(groups) == 0 || rows+y.Rows > compareRows {
			groups, rows = append(groups, nil), 0
		}
		groups[len(groups)-1] = append(groups[len(groups)-1], y.Year)
		rows += y.Rows
	}
	return groups
}

// appendDifferences joins on a hash of the key, which takes a third of the time
// that ten columns take. Should two keys ever share a hash, the comparison of
// the keys themselves makes the staged figure a new one.
func (w *Warehouse) appendDifferences(ctx context.Context, b batchRecord, s touched, years []uint16) error {
	compared := append(comparedNumbers(), comparedCodes()...)
	statement := `
		insert into fct_observation (` + historyColumns + `)
		select ` + prefixed("s.", historyColumns) + `
		from ` + b.stage() + ` as s
		left join (
			select ` + keyHash("") + ` as key_hash, ` + figureKey + ", " + strings.Join(compared, ", ") + `, 1 as is_known
			from fct_observation_current final
			where period_year in {years:Array(UInt16)} and source_code in {sources:Array(String)}
		) as c on ` + keyHash("s.") + ` = c.key_hash
		where s.period_year in {years:Array(UInt16)} and s.is_withdrawn = 0 and (c.is_known = 0 or ` + differs() + `)`
	return w.execute(ctx, statement, clickhouse.Named("years", years), clickhouse.Named("sources", s.sources))
}

// keyHash hashes the key of a figure. Each column of codes is hashed by itself first,
// which the engine does once for each code and not for each row.
func keyHash(prefix string) string {
	var columns []string
	for _, c := range strings.Split(figureKey, ", ") {
		if strings.HasPrefix(c, "period_") {
			columns = append(columns, prefix+c)
		} else {
			columns = append(columns, "cityHash64("+prefix+c+")")
		}
	}
	return "cityHash64(" + strings.Join(columns, ", ") + ")"
}

func prefixed(prefix, columns string) string {
	return prefix + strings.ReplaceAll(columns, ", ", ", "+prefix)
}

// differs is the condition that a staged figure s is not the known figure c.
// Null equals null, and nothing else.
func differs() string {
	var conditions []string
	for _, c := range comparedNumbers() {
		conditions = append(conditions, fmt.Sprintf("isNull(s.%[1]s) != isNull(c.%[1]s) or ifNull(s.%[1]s, 0) != ifNull(c.%[1]s, 0)", c))
	}
	for _, c := range append(strings.Split(figureKey, ", "), comparedCodes()...) {
		conditions = append(conditions, fmt.Sprintf("s.%[1]s != c.%[1]s", c))
	}
	return strings.Join(conditions, " or ")
}

// appendWithdrawals appends a withdrawal for each figure that the payload takes
// back, and for each figure of the same form, sources and years that a complete
// payload no longer holds. Of these a payload with rejects withdraws none, because a
// reject may be the figure that is missed, and one that was loaded for an area
// withdraws none of other areas.
func (w *Warehouse) appendWithdrawals(ctx context.Context, b batchRecord, s touched) error {
	if err := w.appendTakenBack(ctx, b, s); err != nil {
		return fmt.Errorf("figures taken back: %w", err)
	}
	if b.IsComplete == 0 || b.RejectedCount > 0 || len(s.years) == 0 {
		return nil
	}
	area := ""
	if b.area() != "" {
		area = " and area_code in (select area_code from " + b.stage() + ")"
	}
	return w.execute(ctx, `
		insert into fct_observation (`+historyColumns+`)
		select `+prefixed("c.", figureKey+", "+figureRest)+`, {version:UInt64}, 1, toDateTime64({at:String}, 3, 'UTC')
		from (
			select `+figureKey+", "+figureRest+`
			from fct_observation_current final
			where period_year in {years:Array(UInt16)} and source_code in {sources:Array(String)} and form_code = {form:String}`+area+`
		) as c
		left anti join `+b.stage()+` as s using (`+figureKey+`)`,
		append(s.arguments(b), clickhouse.Named("at", b.OpenedAt.Format(instantLayout)))...)
}

// appendTakenBack withdraws what the payload names and the warehouse holds; of a
// figure that it never held nothing is written. The version says where the
// withdrawal stands, and keeps the numbers that were withdrawn.
func (w *Warehouse) appendTakenBack(ctx context.Context, b batchRecord, s touched) error {
	years := s.list(func(y touchedYear) bool { return y.TakenBack > 0 })
	if len(years) == 0 {
		return nil
	}
	const held = "freq, numerator, denominator, value, reported_value, lower_bound, upper_bound, unit_code, obs_status, conf_status, note"
	const place = "form_code, sheet, cell, version, is_withdrawn, recorded_at"
	return w.execute(ctx, `
		insert into fct_observation (`+historyColumns+`)
		select `+prefixed("c.", figureKey+", "+held)+", "+prefixed("s.", place)+`
		from `+b.stage()+` as s
		inner join (
			select `+figureKey+", "+held+`
			from fct_observation_current final
			where period_year in {years:Array(UInt16)} and source_code in {sources:Array(String)}
		) as c using (`+figureKey+`)
		where s.is_withdrawn = 1`,
		clickhouse.Named("years", years), clickhouse.Named("sources", s.sources))
}

// copyToCurrent brings the versions of the batch from the history, which is the
// only source of the current table. Years that were never revised are not there.
func (w *Warehouse) copyToCurrent(ctx context.Context, b batchRecord, s touched) error {
	years := s.list(func(y touchedYear) bool { return y.IsCurrent || !w.isHandedOver(y) })
	return w.copyYears(ctx, "version = {version:UInt64}", b, s.halves(years))
}

// copyYears copies from the history to the current table. A statement uses one
// core, so the years go in two statements. Rows are not collapsed on the way,
// which would double the time; the only rows to collapse are those of a
// repetition, and reading does that.
func (w *Warehouse) copyYears(ctx context.Context, which string, b batchRecord, halves [2][]uint16) error {
	statement := `
		insert into fct_observation_current (` + figureKey + ", " + figureRest + `, version, is_deleted, recorded_at)
		settings optimize_on_insert = 0
		select ` + figureKey + ", " + figureRest + `, version, is_withdrawn, recorded_at
		from fct_observation
		where period_year in {years:Array(UInt16)} and ` + which
	failed := make([]error, len(halves))
	var both sync.WaitGroup
	for i, years := range halves {
		if len(years) == 0 {
			continue
		}
		both.Go(func() {
			failed[i] = w.execute(ctx, statement, clickhouse.Named("years", years), clickhouse.Named("version", b.Version))
		})
	}
	both.Wait()
	return errors.Join(failed...)
}

// halves splits years so that both halves hold about as many staged rows.
func (s touched) halves(list []uint16) [2][]uint16 {
	var halves [2][]uint16
	var rows [2]uint64
	for _, y := range s.years {
		if !slices.Contains(list, y.Year) {
			continue
		}
		i := 0
		if rows[1] < rows[0] {
			i = 1
		}
		halves[i] = append(halves[i], y.Year)
		rows[i] += y.Rows
	}
	return halves
}
