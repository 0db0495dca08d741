package jobs

import (
	"context"
	"fmt"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"bellwether/etl"
	"bellwether/warehouse"
)

// assumed is a figure that somebody supposes, under the key that a real one has
// or would have. Numerator and denominator are not known.
type assumed struct {
	codes      map[string]string // of the columns that hold codes
	source     string
	year       int
	start, end time.Time
	value      float64
}

// figures finds, for each year, the key of the figure that the verdict uses now,
// so that the assumed one replaces it. A year without one takes the key of the
// nearest year with one, moved by the years between.
func (w *WhatIf) figures(ctx context.Context, scratch *warehouse.Warehouse, years []int) ([]assumed, error) {
	evaluator := &Evaluator{Warehouse: scratch}
	parameters := map[string]string{"target": w.Target, "area": w.Area}
	base := map[string]string{}
	err := evaluator.rowsOf(ctx, `
		select
			t.indicator_code as indicator_code, t.sex as sex, t.age_group as age_group, t.residence as residence, t.category as category,
			i.agency_code as source_code, i.unit_code as unit_code
		from core_target as t
		left join core_indicator as i on i.indicator_code = t.indicator_code
		where t.target_code = {target:String}`, parameters, func(row map[string]any) {
		for name := range row {
			base[name] = text(row, name)
		}
	})
	if err != nil {
		return nil, err
	}
	if len(base) == 0 {
		return nil, fmt.Errorf("there is no target %s", w.Target)
	}
	known, err := w.known(ctx, evaluator, base)
	if err != nil {
		return nil, err
	}
	var figures []assumed
	for _, year := range years {
		f := keyOf(year, base, known)
		f.value = w.Set[year]
		f.codes["area_code"], f.codes["freq"], f.codes["conf_status"], f.codes["sheet"] = w.Area, "A", "F", ""
		figures = append(figures, f)
	}
	return figures, nil
}

// known are the figures of the series, one for each year: the one that is
// believed where there are several.
func (w *WhatIf) known(ctx context.Context, evaluator *Evaluator, base map[string]string) ([]assumed, error) {
	parameters := map[string]string{"area": w.Area}
	for name, value := range base {
		parameters[name] = value
	}
	var known []assumed
	err := evaluator.rowsOf(ctx, `
		select toUInt64(period_year) as year, toString(source_code) as source, toString(unit_code) as unit, toString(obs_status) as status,
			period_start, period_end
		from core_observation
		where indicator_code = {indicator_code:String} and area_code = {area:String} and toString(sex) = {sex:String}
			and age_group = {age_group:String} and toString(residence) = {residence:String} and category = {category:String} and freq = 'A'
		order by period_year, source_code != {source_code:String}, source_code, period_end desc
		limit 1 by period_year`, parameters, func(row map[string]any) {
		start, _ := row["period_start"].(time.Time)
		end, _ := row["period_end"].(time.Time)
		known = append(known, assumed{
			codes: map[string]string{"obs_status": text(row, "status"), "unit_code": text(row, "unit")}, source: text(row, "source"),
			year: int(whole(row, "year")), start: start, end: end,
		})
	})
	return known, err
}

// keyOf is the key of a year.
func keyOf(year int, base map[string]string, known []assumed) assumed {
	f := assumed{
		codes: map[string]string{}, year: year, source: base["source_code"],
		start: time.Date(year, time.January, 1, 0, 0, 0, 0, time.UTC), end: time.Date(year, time.December, 31, 0, 0, 0, 0, time.UTC),
	}
	for name, code := range base {
		f.codes[name] = code
	}
	f.codes["obs_status"] = "F" // SDMX: forecast value
	var nearest *assumed
	for i := range known {
		if nearest == nil || abs(known[i].year-year) <= abs(nearest.year-year) {
			nearest = &known[i]
		}
	}
	if nearest == nil {
		return f
	}
	f.source = nearest.source
	f.codes["source_code"], f.codes["unit_code"] = nearest.source, nearest.codes["unit_code"]
	f.start, f.end = nearest.start.AddDate(year-nearest.year, 0, 0), nearest.end.AddDate(year-nearest.year, 0, 0)
	if nearest.year == year && nearest.codes["obs_status"] == "B" {
		f.codes["obs_status"] = "B" // another value, and still not comparable with those before
	}
	return f
}

func abs(n int) int { return max(n, -n) }

// assumedRecord lays figures out as a load does. The caller releases it.
func assumedRecord(figures []assumed) (arrow.Record, error) {
	schema := etl.ObservationSchema()
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	defer b.Release()
	for _, f := range figures {
		for i, field := range schema.Fields() {
			switch column := b.Field(i).(type) {
			case *array.BinaryDictionaryBuilder:
				if err := column.AppendString(f.codes[field.Name]); err != nil {
					return nil, fmt.Errorf("lay out %s: %w", field.Name, err)
				}
			case *array.StringBuilder:
				column.Append(map[string]string{"note": "assumed 假设"}[field.Name])
			case *array.Uint8Builder:
				column.Append(0) // not withdrawn
			case *array.Uint16Builder:
				column.Append(uint16(f.year))
			case *array.Date32Builder:
				column.Append(arrow.Date32FromTime(map[string]time.Time{"period_start": f.start, "period_end": f.end}[field.Name]))
			case *array.Float64Builder:
				if field.Name == "value" || field.Name == "reported_value" {
					column.Append(f.value)
				} else {
					column.AppendNull()
				}
			}
		}
	}
	return b.NewRecord(), nil
}
