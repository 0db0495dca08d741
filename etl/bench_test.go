package etl_test

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"github.com/apache/arrow/go/v15/arrow"

	"bellwether/etl"
	"bellwether/etl/catalog"
	"bellwether/etl/etltest"
)

// longForm reads a long table: one figure in each record.
const longForm = `
form: test/long
title: {zh: 长表, en: Long table}
source: test
statistical_year: calendar
rows:
  indicator: {columns: [indicator]}
  area: {columns: [area]}
  sex: {columns: [sex]}
  age_group: {columns: [age]}
  period: {columns: [year]}
figures:
  - value: [value]
    numerator: [numerator]
    denominator: [denominator]
`

// counting only counts what it is given.
type counting struct{ observations, rejects int64 }

func (c *counting) Observations(r arrow.Record) error { c.observations += r.NumRows(); return nil }
func (c *counting) Rejects(r arrow.Record) error      { c.rejects += r.NumRows(); return nil }
func (c *counting) Restart() error                    { *c = counting{}; return nil }

// writeLong writes a long table of about 62 bytes a record, every tenth area by
// its Chinese name and every fiftieth record without a figure.
func writeLong(b *testing.B, rows int) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), "long.csv")
	file, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	defer file.Close()
	w := bufio.NewWriter(file)
	fmt.Fprintln(w, "indicator,area,year,sex,age,value,numerator,denominator")
	sexes := []string{"F", "M", "_T"}
	for i := range rows {
		group := i / 3
		area := fmt.Sprintf("4503%05d", group%500)
		if group%10 == 0 {
			area = fmt.Sprintf("街道%d", group%500)
		}
		f, m := 1000+group%700, 900+group%800
		counts := []int{f, m, f + m}
		fmt.Fprintf(w, "health_indicator_%02d_percent,%s,%d,%s,Y%dT%d,", group/500%40, area, 2015+group/20000%10, sexes[i%3], group/200000*5, group/200000*5+4)
		if group%50 == 7 {
			fmt.Fprintln(w, ",,")
			continue
		}
		n, d := counts[i%3], 2*counts[i%3]
		fmt.Fprintf(w, "%.4f,%d,%d\n", float64(n)/float64(d)*100, n, d)
	}
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	return path
}

func benchCatalog() *etltest.Catalog {
	c := &etltest.Catalog{Indicators: map[string]catalog.Indicator{}, Aliases: map[string]map[string]string{"AREA": {}}}
	limit := 100.0
	for i := range 40 {
		c.Indicators[fmt.Sprintf("health_indicator_%02d_percent", i)] = catalog.Indicator{UnitCode: "percent", Multiplier: 100, Measure: "proportion", ValidMax: &limit}
	}
	for i := range 500 {
		c.Aliases["AREA"][fmt.Sprintf("街道%d", i)] = fmt.Sprintf("4503%05d", i)
	}
	return c
}

// BenchmarkRead reads a million records to Arrow: detection of the encoding,
// survey, second pass, every rule. Figures per second are reported for one
// processor.
func BenchmarkRead(b *testing.B) {
	const rows = 1_000_000
	path := writeLong(b, rows)
	forms, err := etl.LoadForms(fstest.MapFS{"long.yaml": {Data: []byte(longForm)}})
	if err != nil {
		b.Fatal(err)
	}
	form, _ := forms.Form("test/long")
	known := benchCatalog()
	info, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(info.Size())
	b.ReportAllocs()
	peak, began := watchHeap(b), processorTime(b)
	for b.Loop() {
		sink := &counting{}
		summary, err := form.Read(b.Context(), known, etl.Payload{FileName: "long.csv", Path: path}, etl.Params{}, sink)
		if err != nil || summary.Read != rows || summary.Rejected != 0 {
			b.Fatalf("%+v, %v", summary, err)
		}
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "figures/s")
	b.ReportMetric(float64(rows)*float64(b.N)/(processorTime(b)-began).Seconds(), "figures/cpu-s")
	b.ReportMetric(float64(peak())/(1<<20), "heap-MB")
}

// processorTime is what the process has used of all processors, collection of
// garbage included. On a machine shared with others it says more than the clock.
func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// watchHeap samples the heap in use while the benchmark runs and gives the
// largest size seen.
func watchHeap(b *testing.B) func() uint64 {
	done, result := make(chan struct{}), make(chan uint64)
	go func() {
		var largest uint64
		var stats runtime.MemStats
		for {
			select {
			case <-done:
				result <- largest
				return
			default:
				runtime.ReadMemStats(&stats)
				largest = max(largest, stats.HeapInuse)
				time.Sleep(20 * time.Millisecond)
			}
		}
	}()
	return func() uint64 { close(done); return <-result }
}
