package main

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"bellwether/cmd/bellwether/sheet"
	"bellwether/etl"
	"bellwether/jobs"
	"bellwether/warehouse"
	"bellwether/warehouse/engine"
)

//go:embed bench/*.yaml
var benchForms embed.FS

func newBenchCommand(a *app) *cobra.Command {
	command := &cobra.Command{
		Use:   "bench",
		Short: "测速 Speed tests",
	}
	var rows, rounds int
	load := &cobra.Command{
		Use:   "load",
		Short: "与引擎自身的装载速度对比 Our load against the engine's own",
		Long: `Loads one CSV file of made-up figures through the whole path (decode, normalise,
check, archive, stage, commit) and, in the same run and in turns, lets the engine
read the same file alone with file(). Everything happens in a directory of its
own, which is removed.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.benchLoad(c.Context(), rows, rounds) },
	}
	load.Flags().IntVar(&rows, "rows", 1_000_000, "figures of the file")
	load.Flags().IntVar(&rounds, "rounds", 3, "times that each way is timed; the median counts")
	command.AddCommand(load)
	return command
}

func (a *app) benchLoad(ctx context.Context, rows, rounds int) (err error) {
	if rows < 1 || rounds < 1 {
		return usagef("want at least one row and one round")
	}
	dir, err := os.MkdirTemp("", "bellwether-bench-")
	if err != nil {
		return fmt.Errorf("make directory: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	m, err := a.loadMaterial()
	if err != nil {
		return err
	}
	file := filepath.Join(dir, "long.csv")
	if err := writeBenchFile(file, m.catalog, rows); err != nil {
		return fmt.Errorf("write test file: %w", err)
	}
	a.config.DataDir, a.config.Warehouse = filepath.Join(dir, "data"), WarehouseConfig{Database: "bellwether"}
	e, err := a.openEngine(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, (&site{engine: e}).close(ctx)) }()

	var engineTimes, ourTimes []time.Duration
	for round := range rounds {
		b := benchRound{app: a, material: m, file: file, rows: rows}
		if err := b.run(ctx, &site{engine: e}, fmt.Sprintf("bench_%d", round)); err != nil {
			return err
		}
		engineTimes, ourTimes = append(engineTimes, b.engineTime), append(ourTimes, b.ourTime)
	}
	return a.write(benchSheet(rows, engineTimes, ourTimes))
}

// benchRound is one round in a database of its own, so that every load is of
// new figures.
type benchRound struct {
	app      *app
	material material
	file     string
	rows     int

	engineTime, ourTime time.Duration
}

func (b *benchRound) run(ctx context.Context, s *site, database string) (err error) {
	s.warehouse, err = warehouse.Open(warehouse.Config{Engine: s.engine, Database: database, Logger: b.app.logger})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.warehouse.Close()) }()
	if _, err := b.app.prepareSite(ctx, s); err != nil {
		return err
	}
	if b.engineTime, err = b.engineLoad(ctx, s.engine, database); err != nil {
		return err
	}
	if b.ourTime, err = b.ourLoad(ctx, s); err != nil {
		return err
	}
	counts, err := s.askAs(ctx, warehouse.Writer, "bench_count", nil)
	if err != nil {
		return err
	}
	if counts.text(0, "engine_rows") != counts.text(0, "our_rows") || counts.text(0, "engine_sum") != counts.text(0, "our_sum") {
		return fmt.Errorf("the two ways differ: %v", counts.rows[0])
	}
	return nil
}

// engineLoad times the engine alone, over a connection that is open already.
func (b *benchRound) engineLoad(ctx context.Context, e *engine.Engine, database string) (took time.Duration, err error) {
	address := e.Address(engine.RoleWriter)
	connection, err := clickhouse.Open(&clickhouse.Options{
		Addr: []string{address.Native},
		Auth: clickhouse.Auth{Database: database, Username: address.User, Password: address.Password},
	})
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, connection.Close()) }()
	for _, name := range []string{"bench_table", "bench_engine"} {
		text, err := query(name)
		if err != nil {
			return 0, err
		}
		began := time.Now()
		if err := connection.Exec(ctx, text, clickhouse.Named("path", b.file)); err != nil {
			return 0, fmt.Errorf("%s: %w", name, err)
		}
		took = time.Since(began)
	}
	return took, nil
}

// ourLoad times the whole path, the SHA-256 of the file included.
func (b *benchRound) ourLoad(ctx context.Context, s *site) (time.Duration, error) {
	forms, err := etl.LoadForms(benchForms)
	if err != nil {
		return 0, err
	}
	form, _ := forms.Form("bench/long_csv")
	pipeline := &jobs.Pipeline{Warehouse: s.warehouse, Catalog: b.material.catalog}
	began := time.Now()
	payload, err := readPayload(ctx, b.file, form, b.material)
	if err != nil {
		return 0, err
	}
	report, err := pipeline.Load(ctx, "bench", jobs.Submission{Payload: payload, Form: form})
	took := time.Since(began)
	if err == nil && report.Commit.VersionCount != uint64(b.rows) {
		err = fmt.Errorf("%d figures were loaded of %d, %d rejected", report.Summary.Loaded, b.rows, report.Summary.Rejected)
	}
	return took, err
}

func benchSheet(rows int, engineTimes, ourTimes []time.Duration) sheet.Sheet {
	speed := func(times []time.Duration) (float64, float64) {
		slices.Sort(times)
		median := times[len(times)/2].Seconds()
		return median, float64(rows) / median
	}
	engineSeconds, engineSpeed := speed(engineTimes)
	ourSeconds, ourSpeed := speed(ourTimes)
	return sheet.Sheet{
		Columns: []sheet.Column{
			{Key: "path", Zh: "方式", En: "Path"},
			{Key: "rows", Zh: "行数", En: "Rows", Number: true},
			{Key: "seconds", Zh: "秒（中位数）", En: "Seconds (median)", Number: true, Show: sheet.Fixed(2)},
			{Key: "rows_per_second", Zh: "行/秒", En: "Rows/s", Number: true, Show: sheet.Fixed(0)},
			{Key: "ratio", Zh: "与引擎之比", En: "Ratio", Number: true, Show: sheet.Fixed(2)},
			{Key: "peak_memory_mib", Zh: "本进程内存峰值 MiB", En: "Our peak MiB", Number: true, Show: sheet.Fixed(0)},
		},
		Rows: [][]any{
			{"engine file()", int64(rows), engineSeconds, engineSpeed, 1.0, nil},
			{"bellwether load", int64(rows), ourSeconds, ourSpeed, ourSpeed / engineSpeed, peakMiB()},
		},
	}
}

// peakMiB is the largest memory this process ever had resident; the engine is
// another process and not counted.
func peakMiB() any {
	var usage unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &usage); err != nil {
		return nil
	}
	return float64(usage.Maxrss) / 1024
}
