package decode_test

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/decimal128"
	"github.com/apache/arrow/go/v15/arrow/ipc"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/apache/arrow/go/v15/parquet"
	"github.com/apache/arrow/go/v15/parquet/compress"
	"github.com/apache/arrow/go/v15/parquet/pqarrow"

	"bellwether/etl/decode"
)

// figures builds two batches of made-up figures with a column of every kind that
// statistics are kept in.
func figures(t testing.TB) []arrow.Record {
	t.Helper()
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "地区", Type: arrow.BinaryTypes.String, Nullable: true}, {Name: "year", Type: arrow.PrimitiveTypes.Int32},
		{Name: "value", Type: arrow.PrimitiveTypes.Float64, Nullable: true}, {Name: "small", Type: arrow.PrimitiveTypes.Float32},
		{Name: "exact", Type: &arrow.Decimal128Type{Precision: 10, Scale: 2}}, {Name: "day", Type: arrow.FixedWidthTypes.Date32},
		{Name: "at", Type: arrow.FixedWidthTypes.Timestamp_ms}, {Name: "final", Type: arrow.FixedWidthTypes.Boolean},
	}, nil)
	var records []arrow.Record
	for batch := range 2 {
		b := array.NewRecordBuilder(memory.NewGoAllocator(), schema)
		for row := range 2 {
			b.Field(0).(*array.StringBuilder).Append([]string{"塘㙍镇", "秀峰区"}[row])
			b.Field(1).(*array.Int32Builder).Append(int32(2020 + batch))
			if row == 1 {
				b.Field(2).(*array.Float64Builder).AppendNull()
			} else {
				b.Field(2).(*array.Float64Builder).Append(98.76543210123)
			}
			b.Field(3).(*array.Float32Builder).Append(0.1)
			b.Field(4).(*array.Decimal128Builder).Append(decimal128.FromI64(-5))
			b.Field(5).(*array.Date32Builder).Append(arrow.Date32FromTime(time.Date(2020, 5, 31, 0, 0, 0, 0, time.UTC)))
			b.Field(6).(*array.TimestampBuilder).Append(arrow.Timestamp(time.Date(2020, 5, 31, 1, 2, 3, 0, time.UTC).UnixMilli()))
			b.Field(7).(*array.BooleanBuilder).Append(row == 0)
		}
		records = append(records, b.NewRecord())
	}
	return records
}

// columnarFiles writes the figures as Parquet and in both formats of Arrow.
func columnarFiles(t testing.TB) map[string][]byte {
	t.Helper()
	records := figures(t)
	var stream bytes.Buffer
	s := ipc.NewWriter(&stream, ipc.WithSchema(records[0].Schema()))
	path := write(t, "a.arrow", nil)
	for _, record := range records {
		if err := s.Write(record); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	pq := parquetFile(t, records, parquet.WithCompression(compress.Codecs.Zstd))
	return map[string][]byte{"parquet": pq, "arrow stream": stream.Bytes(), "arrow file": arrowFile(t, path, records)}
}

func parquetFile(t testing.TB, records []arrow.Record, options ...parquet.WriterProperty) []byte {
	t.Helper()
	var content bytes.Buffer
	w, err := pqarrow.NewFileWriter(records[0].Schema(), &content, parquet.NewWriterProperties(options...), pqarrow.DefaultWriterProps())
	if err != nil {
		t.Fatal(err)
	}
	for _, record := range records {
		if err := w.Write(record); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return content.Bytes()
}

// deltaFiles are Parquet files of encodings that writers use where they are told to.
func deltaFiles(t testing.TB, texts parquet.Encoding) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	for name, version := range map[string]parquet.DataPageVersion{"page 1": parquet.DataPageV1, "page 2": parquet.DataPageV2} {
		files[name] = parquetFile(t, figures(t), parquet.WithDictionaryDefault(false), parquet.WithDataPageVersion(version),
			parquet.WithEncodingFor("地区", texts), parquet.WithEncodingFor("year", parquet.Encodings.DeltaBinaryPacked))
	}
	return files
}

func TestParquetOfOtherEncodingsIsReadOrRefused(t *testing.T) {
	for name, content := range deltaFiles(t, parquet.Encodings.DeltaLengthByteArray) {
		records, _, err := read(t, write(t, "a", content), decode.Options{})
		if got := strings.Join(records, "\n"); err != nil || got != figuresAsText {
			t.Errorf("%s: got %q, %v\nwant %q", name, got, err, figuresAsText)
		}
	}
	for name, content := range deltaFiles(t, parquet.Encodings.DeltaByteArray) {
		_, _, err := read(t, write(t, "a", content), decode.Options{Name: "a"})
		if err == nil || !strings.Contains(err.Error(), "DELTA_BYTE_ARRAY is not read; write the file with dictionary or plain encoding") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

const figuresAsText = "地区|year|value|small|exact|day|at|final\n" +
	"塘㙍镇|2020|98.76543210123|0.1|-0.05|2020-05-31|2020-05-31T01:02:03Z|true\n秀峰区|2020||0.1|-0.05|2020-05-31|2020-05-31T01:02:03Z|false\n" +
	"塘㙍镇|2021|98.76543210123|0.1|-0.05|2020-05-31|2020-05-31T01:02:03Z|true\n秀峰区|2021||0.1|-0.05|2020-05-31|2020-05-31T01:02:03Z|false"

func TestColumnsOfParquetAndArrowAreReadAsText(t *testing.T) {
	for name, content := range columnarFiles(t) {
		t.Run(name, func(t *testing.T) {
			path := write(t, "a", content)
			records, document, err := read(t, path, decode.Options{})
			if got := strings.Join(records, "\n"); err != nil || got != figuresAsText {
				t.Fatalf("got %q, %v\nwant %q", got, err, figuresAsText)
			}
			table, err := document.Open("")
			if err != nil {
				t.Fatal(err)
			}
			defer table.Close()
			var row *decode.Row
			for range 5 {
				if row, err = table.Next(); err != nil {
					t.Fatal(err)
				}
			}
			if got := string(table.AppendAddress(nil, row, 1)); got != "group[1].row[1].year" {
				t.Errorf("the last figure is at %s", got)
			}
		})
	}
}

func TestColumnsCutShortAreRefused(t *testing.T) {
	for name, content := range columnarFiles(t) {
		for length := 8; length < len(content)-1; length += 97 {
			_, _, err := read(t, write(t, "a", content[:length]), decode.Options{Name: name})
			var format *decode.FormatError
			if !errors.As(err, &format) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%s cut at byte %d: got %v, want a *FormatError in one line", name, length, err)
			}
		}
	}
}

// arrowFile writes the file format, which needs a file to seek in.
func arrowFile(t testing.TB, path string, records []arrow.Record) []byte {
	t.Helper()
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w, err := ipc.NewFileWriter(file, ipc.WithSchema(records[0].Schema()))
	if err != nil {
		t.Fatal(err)
	}
	for _, record := range records {
		if err := w.Write(record); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(), file.Close()); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}
