package public_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/apache/arrow/go/v15/parquet"
	"github.com/apache/arrow/go/v15/parquet/pqarrow"

	"bellwether/etl"
	"bellwether/etl/etltest"
)

func TestAFormReadsParquetAsItReadsCSV(t *testing.T) {
	b := array.NewRecordBuilder(memory.NewGoAllocator(), arrow.NewSchema([]arrow.Field{
		{Name: "Entity", Type: arrow.BinaryTypes.String}, {Name: "Code", Type: arrow.BinaryTypes.String},
		{Name: "Year", Type: arrow.PrimitiveTypes.Int32}, {Name: "rate", Type: arrow.PrimitiveTypes.Float64, Nullable: true},
	}, nil))
	for year, code := range []string{"CHN", "XYZ;"} {
		b.Field(0).(*array.StringBuilder).Append("made up")
		b.Field(1).(*array.StringBuilder).Append(code)
		b.Field(2).(*array.Int32Builder).Append(int32(2020 + year))
		b.Field(3).(*array.Float64Builder).Append(1.5)
	}
	path := filepath.Join(t.TempDir(), "a.parquet")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	record := b.NewRecord()
	w, err := pqarrow.NewFileWriter(record.Schema(), file, parquet.NewWriterProperties(), pqarrow.DefaultWriterProps())
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write(record); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	c, _ := etltest.Read(t, form(t, "public/owid_csv"), etltest.RealCatalog(t), etltest.Payload(t, path), etl.Params{AcceptNew: true})
	if got := lines(&c.Loaded, "area_code", "indicator_code", "period_year", "value", "cell"); !slices.Equal(got, []string{"CHN owid:rate 2020 1.5 group[0].row[0].rate"}) {
		t.Errorf("loaded %q", got)
	}
	if got := lines(&c.Refused, "cell", "reason_code"); !slices.Equal(got, []string{"group[0].row[1].Code unknown_area"}) {
		t.Errorf("refused %q", got)
	}
}
