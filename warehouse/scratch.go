package warehouse

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// Extent says what of a warehouse is copied into a scratch one.
type Extent struct {
	// Through is the last statistical year that is copied; 0 is all of them.
	Through uint16
	// Indicators are patterns as like takes them, such as who:%. When given,
	// figures of these indicators are copied whatever their area; otherwise those
	// of the monitored areas.
	Indicators []string
	// Whole copies everything but the bytes of payloads: also runs, verdicts, the
	// ledger of alerts, and figures of every area.
	Whole bool
}

// scratchMark stands between the name of a database and the second in which its
// scratch copy was made.
const scratchMark = "_scratch_"

// scratchLife is how long a scratch database can be in use. What a killed process
// has left is dropped after it.
const scratchLife = 6 * time.Hour

// Scratch makes a warehouse beside w that holds the same catalog and a part of
// its figures, in which anything can be tried with the real views and rules: w
// itself is not touched. Drop removes it. It is an error when the user may not
// create databases.
func (w *Warehouse) Scratch(ctx context.Context, extent Extent) (scratch *Warehouse, drop func(context.Context) error, err error) {
	if err := w.dropOldScratches(ctx); err != nil {
		return nil, nil, fmt.Errorf("make scratch: %w", err)
	}
	config := w.config
	config.Database = w.database + scratchMark + strconv.FormatInt(time.Now().UnixNano(), 10)
	if scratch, err = Open(config); err != nil {
		return nil, nil, fmt.Errorf("make scratch: %w", err)
	}
	drop = func(ctx context.Context) error {
		return errors.Join(scratch.Close(), w.dropDatabase(ctx, config.Database))
	}
	if _, err = scratch.Migrate(ctx); err == nil {
		err = scratch.copyFrom(ctx, w, extent)
	}
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("make scratch: %w", err), drop(context.WithoutCancel(ctx)))
	}
	return scratch, drop, nil
}

// copyFrom copies the catalog, the commits with their rejects, the evaluations,
// what people have said about submissions, and the figures of the extent. Runs,
// payloads, verdicts and the ledger of alerts stay behind, unless the extent is the
// whole.
func (w *Warehouse) copyFrom(ctx context.Context, from *Warehouse, extent Extent) error {
	var tables []struct {
		Name string `ch:"name"`
	}
	err := w.choose(ctx, &tables, `
		select name from system.tables
		where database = currentDatabase() and not endsWith(name, '_local')
			and (startsWith(name, 'dim_') or startsWith(name, 'fct_observation')
				or name in ('raw_batch_year', 'raw_commit', 'raw_current_year', 'raw_reject', 'raw_evaluation',
					'fct_explanation', 'fct_submission_event')
				or {whole:Bool} and (startsWith(name, 'fct_') or startsWith(name, 'raw_'))
					and not startsWith(name, {stage:String}) and name not in ('raw_payload_chunk', 'raw_lease'))
		order by name`, clickhouse.Named("whole", extent.Whole), clickhouse.Named("stage", stagePrefix))
	if err != nil {
		return err
	}
	for _, t := range tables {
		where, arguments := "", []any(nil)
		if strings.HasPrefix(t.Name, "fct_observation") && !extent.Whole {
			where, arguments = extent.condition(from.database)
		}
		statement := fmt.Sprintf("insert into %[1]s select * from %[2]s.%[1]s%[3]s", t.Name, from.database, where)
		if err := w.execute(ctx, statement, arguments...); err != nil {
			return fmt.Errorf("copy %s: %w", t.Name, err)
		}
	}
	return nil
}

// condition is the part of a statement that picks the figures of the extent.
func (e Extent) condition(database string) (string, []any) {
	where := " where area_code in (select area_code from " + database + ".core_area where is_monitored = 1)"
	arguments := []any{}
	if len(e.Indicators) > 0 {
		where = " where arrayExists(pattern -> indicator_code like pattern, {patterns:Array(String)})"
		arguments = append(arguments, clickhouse.Named("patterns", e.Indicators))
	}
	if e.Through > 0 {
		where += " and period_year <= {through:UInt16}"
		arguments = append(arguments, clickhouse.Named("through", e.Through))
	}
	return where, arguments
}

func (w *Warehouse) dropOldScratches(ctx context.Context) error {
	var databases []struct {
		Name string `ch:"name"`
	}
	err := w.choose(ctx, &databases, "select name from system.databases where startsWith(name, {prefix:String})",
		clickhouse.Named("prefix", w.database+scratchMark))
	if err != nil {
		return err
	}
	for _, d := range databases {
		made, err := strconv.ParseInt(strings.TrimPrefix(d.Name, w.database+scratchMark), 10, 64)
		if err != nil || time.Since(time.Unix(0, made)) < scratchLife {
			continue // not ours, or in use
		}
		if err := w.dropDatabase(ctx, d.Name); err != nil {
			return err
		}
	}
	return nil
}

func (w *Warehouse) dropDatabase(ctx context.Context, name string) error {
	onCluster := renderer{cluster: w.cluster}.onCluster()
	if err := w.execute(ctx, "drop database if exists "+name+onCluster+" sync"); err != nil {
		return fmt.Errorf("drop %s: %w", name, err)
	}
	return nil
}
