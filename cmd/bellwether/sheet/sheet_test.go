package sheet

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"flag"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "write the golden files of testdata anew")

func example() Sheet {
	return Sheet{
		Columns: []Column{
			{Key: "target_code", Zh: "编号", En: "Code"},
			{Key: "name_zh", Zh: "指标", En: "Indicator", Flex: true},
			{Key: "value", Zh: "数值", En: "Value", Number: true, Show: Fixed(2)},
			{Key: "verdict", Zh: "结论", En: "Verdict"},
			{Key: "sentence_zh", Zh: "规划原文", En: "Words of the plan", Flex: true, Wrap: true},
			{Key: "evidence"},
		},
		Rows: [][]any{
			{"W-1-G03-a", "孕产妇死亡率", 12.0, "已达标", "孕产妇死亡率控制在12/10万以下，城乡、区域差距缩小。", json.RawMessage(`{"n":5}`)},
			{"C-5-G02-b", "学前教育毛入园率（含普惠性幼儿园在园幼儿占比）", nil, "无数据", "学前教育毛入园率达到93%以上。", nil},
			{"W-2-S01-c", "plain English name", 1234567.891, "off_track", "a sentence with blanks that is long enough to be wrapped somewhere", json.RawMessage(`{`)},
		},
	}
}

func TestSheetsAreWrittenAsTheGoldenFilesShow(t *testing.T) {
	for _, c := range []struct {
		name    string
		format  Format
		options Options
	}{
		{"table_zh_100.txt", Table, Options{Language: "zh"}},
		{"table_en_80.txt", Table, Options{Language: "en", Width: 80}},
		{"sheet.json", JSON, Options{}},
		{"sheet.csv", CSV, Options{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out bytes.Buffer
			if err := example().Write(&out, c.format, c.options); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join("testdata", c.name)
			if *update {
				if err := os.WriteFile(path, out.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), out.String()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestJSONAndCSVHoldTheSameRows(t *testing.T) {
	s := Sheet{
		Columns: []Column{{Key: "a"}, {Key: "note", Zh: "只在表中", TableOnly: true}, {Key: "b"}},
		Rows:    [][]any{{math.NaN(), "hidden", time.Date(2025, 1, 2, 3, 4, 5, 0, time.UTC)}, {uint64(1 << 60), "", []string{"x", "y"}}},
	}
	var out bytes.Buffer
	if err := s.Write(&out, JSON, Options{}); err != nil {
		t.Fatal(err)
	}
	var objects []map[string]any
	if err := json.Unmarshal(out.Bytes(), &objects); err != nil {
		t.Fatal(err)
	}
	if objects[0]["a"] != nil || objects[0]["b"] != "2025-01-02T03:04:05Z" || len(objects[0]) != 2 {
		t.Errorf("got %v", objects[0])
	}
	out.Reset()
	if err := s.Write(&out, CSV, Options{}); err != nil {
		t.Fatal(err)
	}
	records, err := csv.NewReader(&out).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{{"a", "b"}, {"", "2025-01-02T03:04:05Z"}, {"1152921504606846976", `["x","y"]`}}
	if diff := cmp.Diff(want, records); diff != "" {
		t.Error(diff)
	}
}

func TestAnEmptySheetIsAnEmptyArray(t *testing.T) {
	var out bytes.Buffer
	if err := (Sheet{Columns: []Column{{Key: "a"}}}).Write(&out, JSON, Options{}); err != nil {
		t.Fatal(err)
	}
	if out.String() != "[]\n" {
		t.Errorf("got %q", out.String())
	}
}

func TestACellCannotSteerTheTerminal(t *testing.T) {
	if got := clean("a\x1b[2Jb\r\nc\u202ed"); got != "a[2Jb  cd" {
		t.Errorf("got %q", got)
	}
}

func TestNumbersReadAsPeopleWriteThem(t *testing.T) {
	for _, c := range []struct {
		value any
		want  string
	}{
		{nil, "—"}, {0.0, "0"}, {12.0, "12"}, {-1234.5, "-1,234.5"}, {0.1 + 0.2, "0.3"},
		{99.6666666667, "99.6667"}, {1e6, "1,000,000"}, {math.Inf(1), "—"}, {uint64(4180000), "4,180,000"},
	} {
		if got := Text(c.value); got != c.want {
			t.Errorf("Text(%v) = %q, want %q", c.value, got, c.want)
		}
	}
}

func TestListsAndTuplesOfAQueryAreShownAsJSON(t *testing.T) {
	figure := 55.7
	for want, value := range map[string]any{
		`[[2000,55.7],[2001,null]]`: []any{[]any{uint16(2000), &figure}, []any{uint16(2001), (*float64)(nil)}},
		`{"<5":[1,2]}`:              map[string][]float64{"<5": {1, 2}},
		`["x","y"]`:                 []string{"x", "y"},
	} {
		if got := plain(value); got != want {
			t.Errorf("CSV: got %s, want %s", got, want)
		}
		if got := Plain(value); got != want {
			t.Errorf("table: got %s, want %s", got, want)
		}
	}
}

func TestRoundingLeavesNoTrailingZeros(t *testing.T) {
	for value, want := range map[float64]string{46.04041: "46.0404", 95: "95", 0.1: "0.1", 1234.50001: "1,234.5"} {
		if got := Rounded(4)(value); got != want {
			t.Errorf("Rounded(4)(%v) = %q, want %q", value, got, want)
		}
	}
}

func TestAColumnWithNothingInItIsLeftOutOfTables(t *testing.T) {
	s := Sheet{Columns: []Column{{Key: "a", Zh: "甲"}, {Key: "b", Zh: "乙"}}, Rows: [][]any{{"x", ""}, {"y", ""}}}
	var out bytes.Buffer
	if err := s.Write(&out, Table, Options{}); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out.String(), "乙") {
		t.Errorf("got\n%s", out.String())
	}
}

func TestLinesBreakWhereAReaderExpects(t *testing.T) {
	for text, want := range map[string]string{
		"报送2025年数据（civil_affairs/welfare_annual）": "报送2025年数据|（civil_affairs/|welfare_annual）",
		"civil_affairs/welfare_annual":            "civil_affairs/|welfare_annual",
		"孕产妇死亡率高于12/10万的目标":                       "孕产妇死亡率高于|12/10万的目标",
	} {
		if got := strings.Join(newMeasure().wrap(text, 18), "|"); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestNoLineIsWiderThanAskedAndNothingIsLost(t *testing.T) {
	m := newMeasure()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[a-z0-9 率达到九十五，。（）%]{0,60}`).Draw(t, "text")
		width := rapid.IntRange(2, 30).Draw(t, "width")
		lines := m.wrap(text, width)
		for _, line := range lines {
			if m.width(line) > width {
				t.Fatalf("%q is wider than %d", line, width)
			}
		}
		strip := func(s string) string { return strings.ReplaceAll(s, " ", "") }
		if strip(strings.Join(lines, "")) != strip(text) {
			t.Fatalf("%q became %q", text, lines)
		}
		if m.width(m.cut(text, width)) > width {
			t.Fatalf("cut %q is too wide", m.cut(text, width))
		}
	})
}
