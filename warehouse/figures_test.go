package warehouse

import (
	"fmt"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
)

// figure is an observation as tests write it down; what is left out takes the
// value of an ordinary figure.
type figure struct {
	area, indicator, sex string
	year                 uint16
	numerator, value     float64
	isMissing            bool // value and numerator are null, the status says O
	note                 string
}

func observationSchema() *arrow.Schema {
	code, number := &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int32, ValueType: arrow.BinaryTypes.String}, arrow.PrimitiveTypes.Float64
	fields := []arrow.Field{}
	for _, name := range []string{"area_code", "indicator_code", "sex", "age_group", "residence", "category", "source_code"} {
		fields = append(fields, arrow.Field{Name: name, Type: code})
	}
	fields = append(fields, arrow.Field{Name: "period_year", Type: arrow.PrimitiveTypes.Uint16},
		arrow.Field{Name: "period_start", Type: arrow.FixedWidthTypes.Date32}, arrow.Field{Name: "period_end", Type: arrow.FixedWidthTypes.Date32},
		arrow.Field{Name: "freq", Type: code})
	for _, name := range []string{"numerator", "denominator", "value", "reported_value", "lower_bound", "upper_bound"} {
		fields = append(fields, arrow.Field{Name: name, Type: number, Nullable: true})
	}
	for _, name := range []string{"unit_code", "obs_status", "conf_status"} {
		fields = append(fields, arrow.Field{Name: name, Type: code})
	}
	return arrow.NewSchema(append(fields, arrow.Field{Name: "note", Type: arrow.BinaryTypes.String},
		arrow.Field{Name: "sheet", Type: code}, arrow.Field{Name: "cell", Type: arrow.BinaryTypes.String}), nil)
}

// observations makes a record of figures that stand one below the other from
// the second row of a sheet. The caller releases it.
func observations(tb testing.TB, figures []figure) arrow.Record {
	tb.Helper()
	return observationsFrom(tb, 2, figures)
}

func observationsFrom(tb testing.TB, row int, figures []figure) arrow.Record {
	tb.Helper()
	b := array.NewRecordBuilder(memory.DefaultAllocator, observationSchema())
	defer b.Release()
	for i, f := range figures {
		codes := map[string]string{
			"area_code": or(f.area, "450302"), "indicator_code": or(f.indicator, "health_ill_percent"), "sex": or(f.sex, "_T"), "age_group": "_T",
			"residence": "_T", "category": "_T", "source_code": "health", "freq": "A", "unit_code": "percent", "obs_status": "A", "conf_status": "F", "sheet": "",
			"note": f.note, "cell": fmt.Sprintf("C%d", row+i),
		}
		numbers := map[string]float64{"numerator": f.numerator, "denominator": 1000, "value": f.value, "reported_value": f.value}
		if f.isMissing {
			codes["obs_status"], numbers = "O", nil
		}
		day := arrow.Date32((int(f.year)-1970)*365 + 100)
		for c, field := range observationSchema().Fields() {
			switch column := b.Field(c).(type) {
			case *array.BinaryDictionaryBuilder:
				if err := column.AppendString(codes[field.Name]); err != nil {
					tb.Fatal(err)
				}
			case *array.StringBuilder:
				column.Append(codes[field.Name])
			case *array.Uint16Builder:
				column.Append(f.year)
			case *array.Date32Builder:
				column.Append(day)
			case *array.Float64Builder:
				if value, ok := numbers[field.Name]; ok {
					column.Append(value)
				} else {
					column.AppendNull()
				}
			}
		}
	}
	return b.NewRecord()
}

func or(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

// load carries figures through a whole batch.
func load(tb testing.TB, w *Warehouse, info BatchInfo, figures []figure) Commit {
	tb.Helper()
	commit, err := tryLoad(tb, w, info, figures)
	if err != nil {
		tb.Fatal(err)
	}
	return commit
}

func tryLoad(tb testing.TB, w *Warehouse, info BatchInfo, figures []figure) (Commit, error) {
	tb.Helper()
	b, err := w.Begin(tb.Context(), info)
	if err != nil {
		return Commit{}, err
	}
	defer func() {
		if err := b.Abandon(tb.Context()); err != nil {
			tb.Error(err)
		}
	}()
	r := observations(tb, figures)
	defer r.Release()
	if err := b.Observations(r); err != nil {
		return Commit{}, err
	}
	return b.Commit(tb.Context(), Counts{Read: r.NumRows(), Loaded: r.NumRows()})
}

func info(form string) BatchInfo {
	return BatchInfo{RunID: "run-1", PayloadSHA256: "ab", SourceCode: "health", FormCode: form, FormHash: "h1", Parameters: "{}"}
}

// series are figures of one indicator in every year given.
func series(area string, values map[uint16]float64) []figure {
	var all []figure
	for year, value := range values {
		all = append(all, figure{area: area, year: year, numerator: value * 10, value: value})
	}
	return all
}
