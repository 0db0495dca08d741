package warehouse

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// Commit is the account of a finished load.
type Commit struct {
	Version        uint64    `ch:"version"`
	RunID          string    `ch:"run_id"`
	PayloadSHA256  string    `ch:"payload_sha256"`
	SourceCode     string    `ch:"source_code"`
	FormCode       string    `ch:"form_code"`
	FormHash       string    `ch:"form_hash"`
	Parameters     string    `ch:"parameters"`
	PeriodYears    []uint16  `ch:"period_years"` // of the payload, ascending
	Encoding       string    `ch:"encoding"`
	ReadCount      uint64    `ch:"read_count"` // loaded + rejected + skipped
	LoadedCount    uint64    `ch:"loaded_count"`
	RejectedCount  uint64    `ch:"rejected_count"`
	SkippedCount   uint64    `ch:"skipped_count"`
	VersionCount   uint64    `ch:"version_count"`   // figures that were new or changed, withdrawals included
	WithdrawnCount uint64    `ch:"withdrawn_count"` // figures that the payload no longer holds
	CommittedAt    time.Time `ch:"committed_at"`    // from then on views show it
}

const commitColumns = `version, run_id, payload_sha256, source_code, form_code, form_hash, parameters, period_years, encoding,
	read_count, loaded_count, rejected_count, skipped_count, version_count, withdrawn_count, committed_at`

// The columns of a figure. The key says which figure it is; a new version is
// written when any of the compared columns differs.
const (
	figureKey  = "area_code, indicator_code, sex, age_group, residence, category, source_code, period_year, period_start, period_end"
	historyKey = figureKey + ", version"
	figureRest = "freq, numerator, denominator, value, reported_value, lower_bound, upper_bound, unit_code, obs_status, conf_status, note, form_code, sheet, cell"
)

// comparedNumbers may be null, comparedCodes may not.
func comparedNumbers() []string {
	return []string{"numerator", "denominator", "value", "reported_value", "lower_bound", "upper_bound"}
}

func comparedCodes() []string { return []string{"unit_code", "obs_status", "conf_status"} }

// checkStage makes sure that the staging table holds what the payload was said
// to hold, and no figure twice.
func (w *Warehouse) checkStage(ctx context.Context, b batchRecord, rejects uint64) error {
	var staged, distinct uint64
	err := w.again(ctx, "count staged figures", func() error {
		return w.writer.QueryRow(ctx, "select count(), uniqExact(cityHash64("+figureKey+")) from "+b.stage()).Scan(&staged, &distinct)
	})
	switch {
	case err != nil:
		return fmt.Errorf("count staged figures: %w", err)
	case staged != b.LoadedCount:
		return fmt.Errorf("%d figures arrived of %d", staged, b.LoadedCount)
	case distinct != staged:
		return fmt.Errorf("%d figures of the payload have the key of another", staged-distinct)
	case rejects != b.RejectedCount:
		return fmt.Errorf("%d rejects arrived of %d", rejects, b.RejectedCount)
	}
	return nil
}

// finish carries a staged batch through to its commit. Every step can be
// repeated: recovery calls it again without asking how far it had come. The
// lease may be nil when the caller holds it for longer.
func (w *Warehouse) finish(ctx context.Context, b batchRecord, lease *Lease) (Commit, error) {
	scope, err := w.scope(ctx, b)
	if err != nil {
		return Commit{}, fmt.Errorf("look at staged figures: %w", err)
	}
	steps := []struct {
		name string
		do   func(context.Context, batchRecord, touched) error
	}{
		{"history", w.appendHistory},
		{"withdraw", w.appendWithdrawals},
		{"current", w.copyToCurrent},
		{"commit", w.writeCommit},
	}
	for _, s := range steps {
		if lease != nil && lease.lost.Err() != nil {
			return Commit{}, fmt.Errorf("%s: %w", s.name, context.Cause(lease.lost))
		}
		if err := s.do(ctx, b, scope); err != nil {
			return Commit{}, fmt.Errorf("%s: %w", s.name, err)
		}
		w.atStep(s.name)
	}
	commit, err := w.readCommit(ctx, b.Version)
	if err != nil {
		return Commit{}, err
	}
	if err := w.dropStage(ctx, b.stage()); err != nil {
		w.logger.Warn("staging table is left for the next load to drop", "table", b.stage(), "error", err)
	}
	w.atStep("drop")
	return commit, nil
}

// touched is what a batch touches.
type touched struct {
	years   []touchedYear
	sources []string
}

// touchedYear is one statistical year of a batch.
type touchedYear struct {
	Year   uint16 `ch:"period_year"`
	Rows   uint64 `ch:"rows"`
	IsNew  bool   // no figure of these sources is known for it
	IsDone bool   // the history holds the whole year already
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
	err := w.choose(ctx, &s.years, "select period_year, count() as rows from "+b.stage()+" group by period_year order by period_year")
	if err != nil || len(s.years) == 0 {
		return s, err
	}
	err = w.again(ctx, "read staged sources", func() error {
		return w.writer.QueryRow(ctx, "select groupUniqArray(toString(source_code)) from "+b.stage()).Scan(&s.sources)
	})
	if err != nil {
		return s, err
	}
	var known []struct {
		Year uint16 `ch:"period_year"`
	}
	err = w.choose(ctx, &known, `select distinct period_year from fct_observation_current
		where period_year in {years:Array(UInt16)} and source_code in {sources:Array(String)} and version < {version:UInt64}`,
		s.arguments(b)...)
	if err != nil {
		return s, err
	}
	var done []touchedYear
	err = w.choose(ctx, &done, `select period_year, count() as rows from fct_observation
		where period_year in {years:Array(UInt16)} and version = {version:UInt64} group by period_year`, s.arguments(b)...)
	for i := range s.years {
		y := &s.years[i]
		y.IsNew = !slices.ContainsFunc(known, func(k struct {
			Year uint16 `ch:"period_year"`
		}) bool {
			return k.Year == y.Year
		})
		y.IsDone = slices.ContainsFunc(done, func(d touchedYear) bool { return d.Year == y.Year && d.Rows >= y.Rows })
	}
	return s, err
}

func (s touched) arguments(b batchRecord) []any {
	return []any{
		clickhouse.Named("years", s.all()), clickhouse.Named("sources", s.sources), clickhouse.Named("version", b.Version),
		clickhouse.Named("form", b.FormCode),
	}
}

// appendHistory appends the staged figures that are new or differ. A year of
// which nothing is known yet is handed over as it lies, without being written
// again; the others are compared.
func (w *Warehouse) appendHistory(ctx context.Context, b batchRecord, s touched) error {
	for _, y := range s.years {
		if w.isHandedOver(y) && !y.IsDone {
			err := w.execute(ctx, fmt.Sprintf("alter table fct_observation attach partition %d from %s", y.Year, b.stage()))
			if err != nil {
				return fmt.Errorf("year %d: %w", y.Year, err)
			}
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
// history as it lies. Tables of a cluster cannot do that.
func (w *Warehouse) isHandedOver(y touchedYear) bool { return y.IsNew && w.cluster == "" }

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
			select cityHash64(` + figureKey + `) as key_hash, ` + figureKey + ", " + strings.Join(compared, ", ") + `, 1 as is_known
			from fct_observation_current final
			where period_year in {years:Array(UInt16)} and source_code in {sources:Array(String)}
		) as c on cityHash64(` + prefixed("s.", figureKey) + `) = c.key_hash
		where s.period_year in {years:Array(UInt16)} and (c.is_known = 0 or ` + differs() + `)`
	return w.execute(ctx, statement, clickhouse.Named("years", years), clickhouse.Named("sources", s.sources))
}

const historyColumns = figureKey + ", " + figureRest + ", version, is_withdrawn, recorded_at"

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

// appendWithdrawals appends a withdrawal for each figure of the same form,
// sources and years that a complete payload no longer holds. A payload with
// rejects withdraws nothing, because a reject may be the figure that is missed,
// and one that was loaded for an area withdraws nothing of other areas.
func (w *Warehouse) appendWithdrawals(ctx context.Context, b batchRecord, s touched) error {
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

// copyToCurrent brings the versions of the batch from the history, which is the
// only source of the current table. Rows are not collapsed on the way, which
// would double the time; the only rows to collapse are those of a repetition,
// and reading does that.
func (w *Warehouse) copyToCurrent(ctx context.Context, b batchRecord, s touched) error {
	if len(s.years) == 0 {
		return nil
	}
	return w.execute(ctx, `
		insert into fct_observation_current (`+figureKey+", "+figureRest+`, version, is_deleted, recorded_at)
		settings optimize_on_insert = 0
		select `+figureKey+", "+figureRest+`, version, is_withdrawn, recorded_at
		from fct_observation
		where period_year in {years:Array(UInt16)} and version = {version:UInt64}`, s.arguments(b)...)
}

// writeCommit writes the record from which on views show the batch. Of a year
// that was handed over every figure is new; in the others the versions of the
// batch are counted.
func (w *Warehouse) writeCommit(ctx context.Context, b batchRecord, s touched) error {
	_, err := w.readCommit(ctx, b.Version)
	if err == nil || !errors.Is(err, errNoCommit) {
		return err
	}
	handedOver := uint64(0)
	for _, y := range s.years {
		if w.isHandedOver(y) {
			handedOver += y.Rows
		}
	}
	compared := s.list(func(y touchedYear) bool { return !w.isHandedOver(y) })
	return w.execute(ctx, `
		insert into raw_commit (`+commitColumns+`)
		select {version:UInt64}, {run:String}, {sha256:String}, {source:String}, {form:String}, {hash:String}, {parameters:String},
			{years:Array(UInt16)}, {encoding:String}, {read:UInt64}, {loaded:UInt64}, {rejected:UInt64}, {skipped:UInt64},
			{handedOver:UInt64} + count(), countIf(is_withdrawn = 1), now64(3)
		from fct_observation final
		where period_year in {compared:Array(UInt16)} and version = {version:UInt64}`,
		clickhouse.Named("version", b.Version), clickhouse.Named("run", b.RunID), clickhouse.Named("sha256", b.PayloadSHA256),
		clickhouse.Named("source", b.SourceCode), clickhouse.Named("form", b.FormCode), clickhouse.Named("hash", b.FormHash),
		clickhouse.Named("parameters", b.Parameters), clickhouse.Named("years", s.all()), clickhouse.Named("encoding", b.Encoding),
		clickhouse.Named("read", b.ReadCount), clickhouse.Named("loaded", b.LoadedCount),
		clickhouse.Named("rejected", b.RejectedCount), clickhouse.Named("skipped", b.SkippedCount),
		clickhouse.Named("handedOver", handedOver), clickhouse.Named("compared", compared))
}

var errNoCommit = errors.New("there is no commit")

func (w *Warehouse) readCommit(ctx context.Context, version uint64) (Commit, error) {
	var found []Commit
	err := w.choose(ctx, &found, "select "+commitColumns+" from raw_commit final where version = {version:UInt64}", clickhouse.Named("version", version))
	if err != nil {
		return Commit{}, fmt.Errorf("read commit: %w", err)
	}
	if len(found) == 0 {
		return Commit{}, fmt.Errorf("version %d: %w", version, errNoCommit)
	}
	return found[0], nil
}
