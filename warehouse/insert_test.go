package warehouse

import (
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"pgregory.net/rapid"

	"bellwether/warehouse/engine"
	"bellwether/warehouse/warehousetest"
)

// overHTTP opens the same database through the HTTP interface.
func overHTTP(tb testing.TB, w *Warehouse) *Warehouse {
	tb.Helper()
	if os.Getenv("BELLWETHER_TEST_DSN") != "" && w.options.Protocol != clickhouse.HTTP {
		skipOrFail(tb, "the server of BELLWETHER_TEST_DSN is known by its native address only")
	}
	address := warehousetest.Engine(tb).Address(engine.RoleWriter)
	dsn := strings.Replace(address.HTTP, "http://", "http://"+address.User+"@", 1)
	return openWith(tb, Config{DSN: dsn, Password: address.Password, Database: w.database})
}

func skipOrFail(tb testing.TB, why string) {
	tb.Helper()
	if os.Getenv("BELLWETHER_REQUIRE") == "all" {
		tb.Fatal(why)
	}
	tb.Skip(why)
}

// everyType has a column of each type that a table of this warehouse has.
const everyType = `create table arrived (batch UInt64, code LowCardinality(String), sex Enum8('_T' = 0, 'F' = 1, 'M' = 2), word String,
	number Nullable(Float64), plain Float64, u8 UInt8, u16 UInt16, u32 UInt32, u64 UInt64, i8 Int8, day Date32, at DateTime64(3, 'UTC'), list Array(String))
	engine = Memory`

func everyTypeSchema() *arrow.Schema {
	code := &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int32, ValueType: arrow.BinaryTypes.String}
	return arrow.NewSchema([]arrow.Field{
		{Name: "batch", Type: arrow.PrimitiveTypes.Uint64}, {Name: "code", Type: code}, {Name: "sex", Type: code}, {Name: "word", Type: arrow.BinaryTypes.String},
		{Name: "number", Type: arrow.PrimitiveTypes.Float64, Nullable: true}, {Name: "plain", Type: arrow.PrimitiveTypes.Float64},
		{Name: "u8", Type: arrow.PrimitiveTypes.Uint8}, {Name: "u16", Type: arrow.PrimitiveTypes.Uint16}, {Name: "u32", Type: arrow.PrimitiveTypes.Uint32},
		{Name: "u64", Type: arrow.PrimitiveTypes.Uint64}, {Name: "i8", Type: arrow.PrimitiveTypes.Int8}, {Name: "day", Type: arrow.FixedWidthTypes.Date32},
		{Name: "at", Type: millisecond}, {Name: "list", Type: arrow.ListOf(arrow.BinaryTypes.String)},
	}, nil)
}

// anyRecord draws a record, sometimes a slice of one.
func anyRecord(t *rapid.T, batch uint64) arrow.Record {
	b := array.NewRecordBuilder(memory.DefaultAllocator, everyTypeSchema())
	defer b.Release()
	words := rapid.SampledFrom([]string{"", "_T", "450302", "秀峰区", "a'b\\c\n\t", strings.Repeat("长", 100)})
	rows := rapid.IntRange(0, 40).Draw(t, "rows")
	for range rows {
		b.Field(0).(*array.Uint64Builder).Append(batch)
		b.Field(1).(*array.BinaryDictionaryBuilder).AppendString(words.Draw(t, "code"))
		b.Field(2).(*array.BinaryDictionaryBuilder).AppendString(rapid.SampledFrom([]string{"_T", "F", "M"}).Draw(t, "sex"))
		b.Field(3).(*array.StringBuilder).Append(words.Draw(t, "word"))
		if rapid.Bool().Draw(t, "is null") {
			b.Field(4).AppendNull()
		} else {
			b.Field(4).(*array.Float64Builder).Append(rapid.Float64().Draw(t, "number"))
		}
		b.Field(5).(*array.Float64Builder).Append(rapid.Float64().Draw(t, "plain"))
		b.Field(6).(*array.Uint8Builder).Append(rapid.Uint8().Draw(t, "u8"))
		b.Field(7).(*array.Uint16Builder).Append(rapid.Uint16().Draw(t, "u16"))
		b.Field(8).(*array.Uint32Builder).Append(rapid.Uint32().Draw(t, "u32"))
		b.Field(9).(*array.Uint64Builder).Append(rapid.Uint64().Draw(t, "u64"))
		b.Field(10).(*array.Int8Builder).Append(rapid.Int8().Draw(t, "i8"))
		b.Field(11).(*array.Date32Builder).Append(arrow.Date32(rapid.Int32Range(-25567, 47000).Draw(t, "day"))) // 1900 to 2098
		b.Field(12).(*array.TimestampBuilder).Append(arrow.Timestamp(rapid.Int64Range(0, 4e12).Draw(t, "at")))
		list := b.Field(13).(*array.ListBuilder)
		list.Append(true)
		list.ValueBuilder().(*array.StringBuilder).AppendValues(rapid.SliceOfN(words, 0, 3).Draw(t, "list"), nil)
	}
	r := b.NewRecord()
	if rows > 3 && rapid.Bool().Draw(t, "is slice") {
		defer r.Release()
		return r.NewSlice(2, int64(rows-1))
	}
	return r
}

func TestTheThreeWaysInAreEqual(t *testing.T) {
	w := openEmpty(t)
	web := overHTTP(t, w)
	if err := w.writer.Exec(t.Context(), everyType); err != nil {
		t.Fatal(err)
	}
	ways := []struct {
		name   string
		w      *Warehouse
		insert inserter
	}{{"native", w, w.insertNative}, {"arrow", web, web.insertArrow}, {"columns", w, w.insertColumns}, {"columns over http", web, web.insertColumns}}
	batch := uint64(0)
	rapid.Check(t, func(rt *rapid.T) {
		records := []arrow.Record{anyRecord(rt, 0), anyRecord(rt, 0), anyRecord(rt, 0)}
		var first string
		for _, way := range ways {
			batch++
			if err := way.w.insert(t.Context(), way.insert, "arrived", numbered(records, batch)); err != nil {
				rt.Fatalf("%s: %v", way.name, err)
			}
			got := ask[string](t, w, fmt.Sprintf(`select concat(toString(count()), ' ', toString(groupArray(
				(code, sex, word, number, reinterpretAsUInt64(plain), u8, u16, u32, u64, i8, day, at, list))))
				from (select * from arrived where batch = %d order by all)`, batch))
			if way.name == "native" {
				first = got
			} else if got != first {
				rt.Fatalf("%s gives\n%s\nnative gives\n%s", way.name, got, first)
			}
		}
		want := int64(0)
		for _, r := range records {
			want += r.NumRows()
		}
		if !strings.HasPrefix(first, fmt.Sprint(want, " ")) {
			rt.Fatalf("%d rows were sent, and %s arrived", want, first)
		}
	})
}

// numbered gives the records with another batch number.
func numbered(records []arrow.Record, batch uint64) source {
	return func() (arrow.Record, error) {
		if len(records) == 0 {
			return nil, io.EOF
		}
		r := records[0]
		records = records[1:]
		b := array.NewUint64Builder(memory.DefaultAllocator)
		for range r.NumRows() {
			b.Append(batch)
		}
		return array.NewRecord(r.Schema(), append([]arrow.Array{b.NewArray()}, r.Columns()[1:]...), r.NumRows()), nil
	}
}

func TestValuesThatDoNotFitAreRefused(t *testing.T) {
	columns := func(declared string) []column { return []column{{"c", declared}} }
	tests := []struct {
		name     string
		array    func() arrow.Array
		declared string
		want     string // part of the error, empty when it fits
	}{
		{"70000 is no UInt16", int64s(70000), "UInt16", "row 0: 70000 does not lie within 0 to 65535"},
		{"-1 is no UInt64", int64s(1, -1), "UInt64", "row 1: -1 does not lie within 0 to 18446744073709551615"},
		{"-129 is no Int8", int64s(-129), "Int8", "does not lie within -128 to 127"},
		{"what fits is converted", int64s(0, 65535), "UInt16", ""},
		{"the widest fits", int64s(math.MinInt64, math.MaxInt64), "Int64", ""},
		{"null is not 0", nullFloat, "Float64", "takes none"},
		{"null is null", nullFloat, "Nullable(Float64)", ""},
		{"a number is no text", int64s(1), "String", "int64 does not go into String"},
		{"a text is no number", someText, "UInt16", "utf8 does not go into UInt16"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a := test.array()
			r := array.NewRecord(arrow.NewSchema([]arrow.Field{{Name: "c", Type: a.DataType(), Nullable: true}}, nil), []arrow.Array{a}, int64(a.Len()))
			got, err := exact(r, columns(test.declared))
			switch {
			case test.want == "" && err != nil:
				t.Error(err)
			case test.want == "" && got.NumRows() != r.NumRows():
				t.Errorf("%d rows became %d", r.NumRows(), got.NumRows())
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

func int64s(values ...int64) func() arrow.Array {
	return func() arrow.Array {
		b := array.NewInt64Builder(memory.DefaultAllocator)
		b.AppendValues(values, nil)
		return b.NewArray()
	}
}

func nullFloat() arrow.Array {
	b := array.NewFloat64Builder(memory.DefaultAllocator)
	b.AppendNull()
	return b.NewArray()
}

func someText() arrow.Array {
	b := array.NewStringBuilder(memory.DefaultAllocator)
	b.Append("1")
	return b.NewArray()
}

func TestAnUnknownCodeOfAClosedListIsRefused(t *testing.T) {
	w := open(t)
	for name, w := range map[string]*Warehouse{"native": w, "http": overHTTP(t, w)} {
		_, err := tryLoad(t, w, info("health/annual"), []figure{{year: 2024, value: 1}, {year: 2024, sex: "X", value: 1}})
		if err == nil || !strings.Contains(err.Error(), "X") {
			t.Errorf("%s: sex X is loaded: %v", name, err)
		}
	}
	if n := ask[uint64](t, w, "select count() from core_observation"); n != 0 {
		t.Errorf("%d figures are visible", n)
	}
}

func TestALoadOverHTTPIsALoad(t *testing.T) {
	w := open(t)
	commit := load(t, overHTTP(t, w), info("health/annual"), firstSubmission())
	if commit.VersionCount != 5 {
		t.Errorf("commit is %+v", commit)
	}
	known, isKnown, err := w.FindCommit(t.Context(), "ab", "health/annual", "h1", "{}")
	if err != nil || !isKnown || !slices.Equal(known.PeriodYears, []uint16{2023, 2024}) {
		t.Errorf("found %v, %v, %v", known, isKnown, err)
	}
}

func TestADictionaryOfAnySizeArrives(t *testing.T) {
	w := openEmpty(t)
	if err := w.writer.Exec(t.Context(), "create table arrived (code LowCardinality(String)) engine = Memory"); err != nil {
		t.Fatal(err)
	}
	code := &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int32, ValueType: arrow.BinaryTypes.String}
	schema := arrow.NewSchema([]arrow.Field{{Name: "code", Type: code}}, nil)
	for _, size := range []int{1, 1 << 8, 1<<8 + 1, 1 << 16, 1<<16 + 1} { // the numbers take one byte, two and four
		texts, numbers := array.NewStringBuilder(memory.DefaultAllocator), array.NewInt32Builder(memory.DefaultAllocator)
		texts.AppendValues(names("code%06d", size), nil)
		for i := range size {
			numbers.Append(int32(i))
		}
		column := array.NewDictionaryArray(code, numbers.NewArray(), texts.NewArray())
		r := array.NewRecord(schema, []arrow.Array{column}, int64(size))
		sent := false
		err := w.insert(t.Context(), w.insertNative, "arrived", func() (arrow.Record, error) {
			if sent {
				return nil, io.EOF
			}
			sent = true
			return r, nil
		})
		if err != nil {
			t.Fatalf("%d codes: %v", size, err)
		}
		got := ask[string](t, w, "select concat(toString(count()), ' ', toString(uniqExact(code)), ' ', min(code), ' ', max(code)) from arrived")
		if want := fmt.Sprintf("%[1]d %[1]d code000000 code%06[2]d", size, size-1); got != want {
			t.Errorf("%d codes: want %s, got %s", size, want, got)
		}
		if err := w.writer.Exec(t.Context(), "truncate table arrived"); err != nil {
			t.Fatal(err)
		}
	}
}
