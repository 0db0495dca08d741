package warehouse

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
)

// manyFigures makes n figures with distinct keys as a decoder would: batches of
// 65,536 rows that share their dictionaries, in the order of a file that is
// sorted by indicator.
func manyFigures(tb testing.TB, n, years, areas int) []arrow.Record {
	tb.Helper()
	const perBatch = 65_536
	schema := observationSchema()
	sexes, ages := []string{"_T", "F", "M"}, []string{"_T", "Y0T4", "Y5T9", "Y_GE65"}
	words := map[string][]string{"sex": sexes, "age_group": ages, "area_code": names("area%05d", areas), "indicator_code": names("indicator_%03d_percent", 1+n/(years*areas*12))}
	codes := map[string]arrow.Array{}
	for _, field := range schema.Fields() {
		if field.Type.ID() == arrow.DICTIONARY {
			list := words[field.Name]
			if list == nil {
				list = []string{"_T"}
			}
			b := array.NewStringBuilder(memory.DefaultAllocator)
			b.AppendValues(list, nil)
			codes[field.Name] = b.NewArray()
		}
	}
	random := rand.New(rand.NewPCG(1, 2))
	var records []arrow.Record
	for start := 0; start < n; start += perBatch {
		rows := min(perBatch, n-start)
		columns := make([]arrow.Array, len(schema.Fields()))
		for c, field := range schema.Fields() {
			columns[c] = manyValues(field, codes[field.Name], start, rows, years, areas, random)
		}
		records = append(records, array.NewRecord(schema, columns, int64(rows)))
	}
	return records
}

func names(format string, n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf(format, i)
	}
	return list
}

func manyValues(field arrow.Field, words arrow.Array, start, rows, years, areas int, random *rand.Rand) arrow.Array {
	b := array.NewBuilder(memory.DefaultAllocator, field.Type)
	indices := array.NewInt32Builder(memory.DefaultAllocator)
	for i := start; i < start+rows; i++ {
		// indicator, year, area, sex, age: the last turns fastest
		age, sex, area, year, indicator := i%4, i/4%3, i/12%areas, i/(12*areas)%years, i/(12*areas*years)
		switch field.Name {
		case "area_code":
			indices.Append(int32(area))
		case "indicator_code":
			indices.Append(int32(indicator))
		case "sex":
			indices.Append(int32(sex))
		case "age_group":
			indices.Append(int32(age))
		case "period_year":
			b.(*array.Uint16Builder).Append(uint16(2011 + year))
		case "period_start":
			b.(*array.Date32Builder).Append(arrow.Date32(14975 + 365*year))
		case "period_end":
			b.(*array.Date32Builder).Append(arrow.Date32(14975 + 365*year + 364))
		case "numerator", "denominator", "value", "reported_value":
			b.(*array.Float64Builder).Append(float64(random.IntN(1_000_000)) / 100)
		case "lower_bound", "upper_bound":
			b.AppendNull()
		case "note":
			b.(*array.StringBuilder).Append("")
		case "cell":
			b.(*array.StringBuilder).Append(fmt.Sprintf("F%d", i+2))
		default:
			indices.Append(0)
		}
	}
	if words != nil {
		return array.NewDictionaryArray(field.Type, indices.NewArray(), words)
	}
	return b.NewArray()
}

// stopwatch notes how long the steps of a load take.
type stopwatch struct {
	last  time.Time
	order []string
	took  map[string]time.Duration
}

func watch(w *Warehouse) *stopwatch {
	s := &stopwatch{last: time.Now(), took: map[string]time.Duration{}}
	w.atStep = func(step string) {
		if _, ok := s.took[step]; !ok {
			s.order = append(s.order, step)
		}
		s.took[step] += time.Since(s.last)
		s.last = time.Now()
	}
	return s
}

func loadRecords(tb testing.TB, w *Warehouse, i BatchInfo, records []arrow.Record) Commit {
	tb.Helper()
	b, err := w.Begin(tb.Context(), i)
	if err != nil {
		tb.Fatal(err)
	}
	n := int64(0)
	for _, r := range records {
		n += r.NumRows()
		if err := b.Observations(r); err != nil {
			tb.Fatal(err)
		}
	}
	commit, err := b.Commit(tb.Context(), Counts{Read: n, Loaded: n})
	if err != nil {
		tb.Fatal(err)
	}
	return commit
}

func BenchmarkLoad(b *testing.B) {
	const n = 1_000_000
	for _, shape := range []struct {
		name         string
		years, areas int
	}{{"15years", 15, 500}, {"60years", 60, 200}} {
		records := manyFigures(b, n, shape.years, shape.areas)
		b.Run("new/"+shape.name, func(b *testing.B) {
			benchmarkLoad(b, n, func(w *Warehouse) { loadRecords(b, w, info("bench/new"), records) }, func(*Warehouse) {})
		})
		b.Run("unchanged/"+shape.name, func(b *testing.B) {
			again := func(w *Warehouse) { loadRecords(b, w, info("bench/again"), records) }
			benchmarkLoad(b, n, again, again)
		})
	}
}

// benchmarkLoad times a load into a fresh warehouse that has been prepared, and
// reports its steps.
func benchmarkLoad(b *testing.B, n int, load, prepare func(*Warehouse)) {
	took := map[string]time.Duration{}
	for b.Loop() {
		b.StopTimer()
		w := open(b)
		prepare(w)
		clock := watch(w)
		b.StartTimer()
		load(w)
		for step, d := range clock.took {
			took[step] += d
		}
	}
	for step, d := range took {
		b.ReportMetric(float64(d.Milliseconds())/float64(b.N), "ms/"+step)
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "figures/s")
}
