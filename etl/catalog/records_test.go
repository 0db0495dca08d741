package catalog_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"bellwether/etl/catalog"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/google/go-cmp/cmp"
)

// declared reads the columns of a table off its migration, each as "name Type",
// without those that the warehouse adds.
func declared(t *testing.T, table string) []string {
	t.Helper()
	names, err := filepath.Glob("../../sql/migrations/*_" + table + ".sql")
	if err != nil || len(names) != 1 {
		t.Fatalf("migration of %s: %v, %v", table, names, err)
	}
	text, err := os.ReadFile(names[0])
	if err != nil {
		t.Fatal(err)
	}
	var columns []string
	for _, match := range regexp.MustCompile(`(?m)^    (\w+)\s+(\S+(?: '[A-Z]+'\))?)`).FindAllStringSubmatch(string(text), -1) {
		if match[1] != "entry_hash" && match[1] != "is_removed" && match[1] != "recorded_at" {
			columns = append(columns, match[1]+" "+match[2])
		}
	}
	return columns
}

// clickhouseType is the type of a column that holds an Arrow field.
func clickhouseType(field arrow.Field) string {
	name := map[arrow.Type]string{
		arrow.STRING: "String", arrow.UINT8: "UInt8", arrow.INT8: "Int8", arrow.UINT16: "UInt16",
		arrow.UINT32: "UInt32", arrow.FLOAT64: "Float64", arrow.DATE32: "Date32", arrow.LIST: "Array(String)",
	}[field.Type.ID()]
	if field.Nullable {
		return "Nullable(" + name + ")"
	}
	return name
}

func TestRecordsFitTheTablesTheyAreFor(t *testing.T) {
	mem := memory.NewCheckedAllocator(memory.DefaultAllocator)
	defer mem.AssertSize(t, 0)
	records, err := load(t).Records(mem, catalog.FormFacts{})
	if err != nil {
		t.Fatal(err)
	}
	tables, err := filepath.Glob("../../sql/migrations/*_dim_*.sql")
	if err != nil {
		t.Fatal(err)
	}
	if len(records) != len(tables)-1 { // dim_catalog is the warehouse's own
		t.Errorf("%d records for %d tables", len(records), len(tables)-1)
	}
	for table, record := range records {
		var got []string
		for _, field := range record.Schema().Fields() {
			got = append(got, field.Name+" "+clickhouseType(field))
		}
		want := declared(t, table)
		for i, column := range want {
			want[i] = strings.Replace(column, " LowCardinality(String)", " String", 1)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", table, diff)
		}
		record.Release()
	}
}

func TestRecordsHoldEveryEntry(t *testing.T) {
	c := load(t)
	cell := catalog.ExpectedCell{FormCode: "health/mch_annual", IndicatorCode: "maternal_mortality_per_100000", Sex: "_T", AgeGroup: "_T", Residence: "_T", Category: "_T", AreaLevel: "district"}
	records, err := c.Records(memory.DefaultAllocator, catalog.FormFacts{Expected: []catalog.ExpectedCell{cell}})
	if err != nil {
		t.Fatal(err)
	}
	for table, want := range map[string]int64{
		"dim_plan": 2, "dim_domain": 15, "dim_plan_item": 234, "dim_target": 437, "dim_expected_cell": 1,
		"dim_indicator": int64(len(c.Indicators)), "dim_submission": 3*13 + 43*5,
	} {
		if got := records[table].NumRows(); got != want {
			t.Errorf("%s: %d rows, want %d", table, got, want)
		}
	}
	targets := records["dim_target"]
	row := -1
	for i := range int(targets.NumRows()) {
		if column(targets, "target_code").(*array.String).Value(i) == "C-2-G01-a" {
			row = i
		}
	}
	if got := column(targets, "target_value").(*array.Float64).Value(row); got != -20 {
		t.Errorf("C-2-G01-a asks for %v %%", got)
	}
	if !column(targets, "tolerance").IsNull(row) {
		t.Error("C-2-G01-a has a tolerance")
	}
	issued := column(records["dim_plan"], "issued_on").(*array.Date32).Value(0)
	if got := issued.FormattedString(); got != "2023-03-27" {
		t.Errorf("issued on %s", got)
	}
}

func column(record arrow.Record, name string) arrow.Array {
	return record.Column(record.Schema().FieldIndices(name)[0])
}

func TestTheHashChangesWithTheMeaningOnly(t *testing.T) {
	base := files(t)
	hash := func(c *catalog.Catalog, err error) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return c.Hash(catalog.FormFacts{})
	}
	first := hash(catalog.Load(base))
	if again := hash(catalog.Load(with(t, base, "thresholds.csv", "# Every number", "# Each number"))); again != first {
		t.Error("a remark changes the hash")
	}
	if other := hash(catalog.Load(with(t, base, "thresholds.csv", "verdict_stale_years,2,", "verdict_stale_years,3,"))); other == first {
		t.Error("another threshold leaves the hash as it was")
	}
	c := load(t)
	if c.Hash(catalog.FormFacts{Expected: []catalog.ExpectedCell{{FormCode: "x"}}}) == first {
		t.Error("an expected cell leaves the hash as it was")
	}
}
