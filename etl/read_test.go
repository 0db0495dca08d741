package etl_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"golang.org/x/text/encoding/simplifiedchinese"

	"bellwether/etl"
	"bellwether/etl/etltest"
)

func TestSchemasAreThoseOfTheTables(t *testing.T) {
	kinds := map[string]string{"uint16": "UInt16", "date32": "Date32", "float64": "Nullable(Float64)", "utf8": "String", "uint64": "UInt64", "uint8": "UInt8"}
	for table, schema := range map[string]*arrow.Schema{"fct_observation": etl.ObservationSchema(), "raw_reject": etl.RejectSchema()} {
		ddl := migrationsOf(t, table)
		for _, field := range schema.Fields() {
			match := regexp.MustCompile(`(?m)^ +(?:add column )?` + field.Name + ` +(\S+(?:\(.*?\))?)`).FindSubmatch(ddl)
			if match == nil {
				t.Errorf("%s has no column %s", table, field.Name)
				continue
			}
			kind := string(match[1])
			isCode := field.Type.ID() == arrow.DICTIONARY && (strings.HasPrefix(kind, "LowCardinality") || strings.HasPrefix(kind, "Enum8"))
			isText := field.Type.ID() == arrow.STRING && strings.Contains(kind, "String")
			if !isCode && !isText && kinds[field.Type.Name()] != kind {
				t.Errorf("%s.%s is %s, the schema says %s", table, field.Name, kind, field.Type)
			}
		}
	}
}

// migrationsOf gives the texts that make a table what it is.
func migrationsOf(t *testing.T, table string) []byte {
	t.Helper()
	files, err := filepath.Glob("../sql/migrations/*_" + table + "*.sql")
	if err != nil || len(files) == 0 {
		t.Fatalf("find migrations of %s: %v", table, err)
	}
	var all []byte
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if regexp.MustCompile(`(?m)^(create|alter) table ` + table + `$`).Match(text) {
			all = append(all, text...)
		}
	}
	return all
}

// TestHardFilesLoadRightOrAreRefusedAloud are the files that another loader
// takes silently: etl-practice calls them its acceptance tests.
func TestHardFilesLoadRightOrAreRefusedAloud(t *testing.T) {
	form := parse(t, "test/agency", agencyForm)
	gb18030 := func(text string) string {
		encoded, err := simplifiedchinese.GB18030.NewEncoder().String(text)
		if err != nil {
			t.Fatal(err)
		}
		return encoded
	}
	header := "指标,地区,年份,分子,分母,数值\n"
	for name, one := range map[string]struct {
		text            string
		loaded, refused []string
		err             string
	}{
		"GBK without a word about it": {gb18030(header + "share,秀峰区,2024,1,2,\n"), []string{"450302 50 A"}, nil, ""},
		"marks in the value column": {header + "share,秀峰区,2024,,,1.5\nshare,秀峰区,2023,,,—\nshare,秀峰区,2022,,,N/A\nshare,秀峰区,2021,,,…\nshare,秀峰区,2020,,,无\n",
			[]string{"450302 1.5 A", "450302  M", "450302  O", "450302  O"}, []string{"6 bad_number"}, ""},
		"short and long record": {header + "share,秀峰区,2024,1,2\nshare,秀峰区,2023,1,2,50,7\nshare,秀峰区,2022,1,2,50\n",
			[]string{"450302 50 A"}, []string{"2 short_row", "3 long_row"}, ""},
		"bytes that are no characters": {gb18030(header) + "share,\xA6\xD9,2024,1,2,50\n" + gb18030("share,秀峰区,2023,1,2,50\n"),
			[]string{"450302 50 A"}, []string{"2 bad_encoding"}, ""},
		"header only":            {header, nil, nil, "there is no data"},
		"header and remarks":     {header + "注：无\n", nil, nil, "there is no data"},
		"column not there":       {"指标,地区,年度,分子,分母,数值\nshare,秀峰区,2024,1,2,50\n", nil, nil, "missing 年份"},
		"column there twice":     {"指标,地区,年份,分子,分母,数值,数值\nshare,秀峰区,2024,1,2,50,60\n", nil, nil, "stands over two columns"},
		"something else":         {"<html><body>请登录</body></html>\n", nil, nil, "web page"},
		"empty file":             {"", nil, nil, "empty"},
		"quotation mark open":    {header + "share,\"秀峰区,2024,1,2,50\n", nil, nil, "every quotation mark closed"},
		"lines before the table": {"年报,,,,,\n单位：某局,,,,,\n" + header + "share,秀峰区,2024,1,2,50\n", []string{"450302 50 A"}, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			sink := &etltest.Collector{}
			s, err := form.Read(t.Context(), ruleCatalog(), etltest.Write(t, "return.csv", one.text), etl.Params{}, sink)
			if one.err != "" {
				var format *etl.FormatError
				if !errors.As(err, &format) || !strings.Contains(err.Error(), one.err) || !strings.Contains(err.Error(), "return.csv") || strings.Contains(err.Error(), "\n") {
					t.Errorf("got %v, want one line with %q", err, one.err)
				}
				if len(sink.Loaded.Rows)+len(sink.Refused.Rows) > 0 {
					t.Error("figures of a refused file were handed on")
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := pick(&sink.Loaded, "area_code", "value", "obs_status"); !slices.Equal(got, one.loaded) {
				t.Errorf("loaded %q, want %q", got, one.loaded)
			}
			if got := pick(&sink.Refused, "line", "reason_code"); !slices.Equal(got, one.refused) {
				t.Errorf("refused %q, want %q", got, one.refused)
			}
			if s.Read != s.Loaded+s.Rejected+s.Skipped {
				t.Errorf("%+v does not add up", s)
			}
		})
	}
}

func TestOneBadRecordInAHundredThousandIsOneReject(t *testing.T) {
	var b bytes.Buffer
	b.WriteString("指标,地区,年份,分子,分母,数值\n")
	for i := range 100_000 {
		value := fmt.Sprint(i % 100)
		if i == 54_321 {
			value = "九十"
		}
		fmt.Fprintf(&b, "share,%06d,%d,,,%s\n", i/200, 1900+i%200, value)
	}
	known := ruleCatalog()
	known.Codes["AREA"] = nil
	c, s := etltest.Read(t, parse(t, "test/agency", agencyForm), known, etltest.Write(t, "a.csv", b.String()), etl.Params{})
	if s.Loaded != 99_999 || s.Rejected != 1 {
		t.Errorf("got %+v", s)
	}
	if got := pick(&c.Refused, "line", "column_name", "reason_code", "value_text"); !slices.Equal(got, []string{"54323 数值 bad_number 九十"}) {
		t.Errorf("got %q", got)
	}
}

// batches keeps the sizes of batches and the areas by their numbers.
type batches struct {
	sizes []int64
	areas []string
}

func (b *batches) Observations(r arrow.Record) error {
	b.sizes = append(b.sizes, r.NumRows())
	areas := r.Column(0).(*array.Dictionary).Dictionary().(*array.String)
	for i := range areas.Len() {
		if i < len(b.areas) && b.areas[i] != areas.Value(i) {
			return fmt.Errorf("number %d was %s and is %s", i, b.areas[i], areas.Value(i))
		}
		if i >= len(b.areas) {
			b.areas = append(b.areas, strings.Clone(areas.Value(i)))
		}
	}
	return nil
}

func (b *batches) Rejects(arrow.Record) error { return nil }
func (b *batches) Restart() error             { return errors.New("nothing contradicts here") }

func TestBatchesAreBoundedAndACodeKeepsItsNumber(t *testing.T) {
	var text strings.Builder
	text.WriteString("指标,地区,年份,分子,分母,数值\n")
	for i := range 2*etl.BatchRows + 1 {
		fmt.Fprintf(&text, "share,%06d,%d,,,5\n", i/200, 1900+i%200)
	}
	known := ruleCatalog()
	known.Codes["AREA"] = nil
	sink := &batches{}
	mem := memory.NewCheckedAllocator(memory.NewGoAllocator())
	defer mem.AssertSize(t, 0)
	_, err := parse(t, "test/agency", agencyForm).ReadWith(t.Context(), mem, known, etltest.Write(t, "a.csv", text.String()), etl.Params{}, sink)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(sink.sizes, []int64{etl.BatchRows, etl.BatchRows, 1}) {
		t.Errorf("got batches of %d", sink.sizes)
	}
	if want := (2*etl.BatchRows)/200 + 1; len(sink.areas) != want {
		t.Errorf("got %d areas, want %d", len(sink.areas), want)
	}
}

// marriageForm reads the wide tables of the National Bureau of Statistics: years
// down, indicators across, no units in the header.
const marriageForm = `
form: test/marriage
title: {zh: 婚姻服务, en: Marriage services}
source: nbs
statistical_year: calendar
rows:
  area: {value: CHN}
  period: {columns: [""]}
figures:
  - {indicator: 结婚登记, unit: 万对, value: [结婚登记]}
  - {indicator: 离婚登记, unit: 万对, value: [离婚登记]}
  - {indicator: 粗离婚率, unit: ‰, value: [粗离婚率]}
`

func TestGB18030AndUTF8CopiesGiveTheSameObservations(t *testing.T) {
	shared := etltest.Shared(t)
	form := parse(t, "test/marriage", marriageForm)
	var copies [2]*etltest.Collector
	for i, name := range []string{"社会服务__婚姻服务.csv", "社会服务__婚姻服务_gb18030.csv"} {
		payload := etltest.Payload(t, filepath.Join(shared, "civil_affairs/china_nbs", name))
		var s etl.Summary
		copies[i], s = etltest.Read(t, form, etltest.RealCatalog(t), payload, etl.Params{AcceptNew: true})
		if want := []string{"utf-8", "gb18030"}[i]; s.Encoding != want || s.Rejected != 0 || s.Loaded == 0 {
			t.Errorf("%s: %+v", name, s)
		}
	}
	if copies[0].Loaded.CSV() != copies[1].Loaded.CSV() {
		t.Error("the copies give different observations")
	}
	for code, want := range map[string]string{"结婚登记": "1306.7426", "离婚登记": "295.7295", "粗离婚率": "2.6657582443"} {
		if got, _ := copies[1].Loaded.Value("value", map[string]string{"indicator_code": "nbs:" + code, "period_year": "2014"}); got != want {
			t.Errorf("%s 2014 is %s, want %s", code, got, want)
		}
	}
}

func TestParametersArePrintedTheSameWhateverTheirOrder(t *testing.T) {
	a := etl.Params{Year: 2024, AcceptNew: true, Extra: map[string]string{"b": "2", "a": "1"}}
	if got := a.String(); got != `{"year":2024,"accept_new":true,"extra":{"a":"1","b":"2"}}` {
		t.Errorf("got %s", got)
	}
	if got := (etl.Params{}).String(); got != "{}" {
		t.Errorf("got %s", got)
	}
}
