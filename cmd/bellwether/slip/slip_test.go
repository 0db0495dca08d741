package slip

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

func example() Slip {
	return Slip{
		Language:   "zh",
		Submission: strings.Repeat("0123456789abcdef", 4),
		Facts:      []Fact{{"报送部门", "区卫生健康局"}, {"报表", "妇幼健康年报"}},
		Account:    Account{Read: 40, Loaded: 36, Rejected: 3, Skipped: 1},
		Findings: []Finding{
			{ID: "aaaaaaaaaaaaaaaa", Place: "H2", More: "H3、H4", Rule: "7 分组之和", IsHard: true, Observed: "16", Expected: "∑ = 15",
				Message: "各项之和不等于合计：10(H2) + 5(H3) ≠ 16(H4)，请核对", Ask: "更正后重新报送"},
			{ID: "bbbbbbbbbbbbbbbb", Place: "C7", Rule: "11 年度跳变", Observed: "<125>", Expected: "≈ 100", Message: "比上年变动25%", Ask: "4月15日前说明", Answer: "提标"},
		},
		Missing: []Missing{{"秀峰街道", "疫苗接种率", "合计", "2025"}},
	}
}

func writers() map[string]func(Slip, *bytes.Buffer) error {
	return map[string]func(Slip, *bytes.Buffer) error{
		"xlsx": func(s Slip, b *bytes.Buffer) error { return s.WriteXLSX(b) },
		"html": func(s Slip, b *bytes.Buffer) error { return s.WriteHTML(b) },
	}
}

func TestTheSameSlipGivesTheSameBytes(t *testing.T) {
	for name, write := range writers() {
		var first, second bytes.Buffer
		if err := errors.Join(write(example(), &first), write(example(), &second)); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(first.Bytes(), second.Bytes()) || first.Len() == 0 {
			t.Errorf("%s: %d and %d bytes that differ", name, first.Len(), second.Len())
		}
		other := example()
		other.Findings[0].Observed = "17"
		second.Reset()
		if err := write(other, &second); err != nil {
			t.Fatal(err)
		}
		if bytes.Equal(first.Bytes(), second.Bytes()) {
			t.Errorf("%s: another figure gives the same bytes", name)
		}
	}
}

func TestAnswersComeBack(t *testing.T) {
	var file bytes.Buffer
	if err := example().WriteXLSX(&file); err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(&file)
	if err != nil {
		t.Fatal(err)
	}
	name := book.GetSheetName(0)
	rows, err := book.GetRows(name)
	if err != nil {
		t.Fatal(err)
	}
	row := 0
	for i, cells := range rows {
		if len(cells) >= idColumn && cells[idColumn-1] == "aaaaaaaaaaaaaaaa" {
			row = i + 1
		}
	}
	cell, err := excelize.CoordinatesToCellName(answerColumn, row)
	if err != nil {
		t.Fatal(err)
	}
	if err := book.SetCellStr(name, cell, " 已更正\n见新表 "); err != nil {
		t.Fatal(err)
	}
	if err := book.InsertRows(name, 2, 1); err != nil { // the agency adds a line at the top
		t.Fatal(err)
	}
	filled, err := book.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	answers, err := ReadAnswers(filled)
	if err != nil {
		t.Fatal(err)
	}
	want := []Answer{{"aaaaaaaaaaaaaaaa", "已更正\n见新表", ""}, {"bbbbbbbbbbbbbbbb", "提标", ""}}
	if len(answers) != len(want) {
		t.Fatalf("got %q", answers)
	}
	for i, a := range answers {
		if a.FindingID != want[i].FindingID || a.Text != want[i].Text || !strings.HasPrefix(a.Cell, "I") {
			t.Errorf("got %q, want %q", a, want[i])
		}
	}
}

func TestOnlyTheAnswersCanBeTypedInto(t *testing.T) {
	var file bytes.Buffer
	if err := example().WriteXLSX(&file); err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(&file)
	if err != nil {
		t.Fatal(err)
	}
	name := book.GetSheetName(0)
	rows, err := book.GetRows(name)
	if err != nil {
		t.Fatal(err)
	}
	unlocked := 0
	for r := range rows {
		for c := 1; c <= idColumn; c++ {
			cell, err := excelize.CoordinatesToCellName(c, r+1)
			if err != nil {
				t.Fatal(err)
			}
			number, err := book.GetCellStyle(name, cell)
			if err != nil {
				t.Fatal(err)
			}
			style, err := book.GetStyle(number)
			if err != nil {
				t.Fatal(err)
			}
			if style.Protection != nil && !style.Protection.Locked {
				unlocked++
				if c != answerColumn {
					t.Errorf("%s can be typed into", cell)
				}
			}
		}
	}
	if unlocked != len(example().Findings) {
		t.Errorf("%d cells can be typed into, want %d", unlocked, len(example().Findings))
	}
}

func TestAnotherWorkbookIsNoSlip(t *testing.T) {
	book := excelize.NewFile()
	defer book.Close()
	file, err := book.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ReadAnswers(file); !errors.Is(err, ErrNoSlip) {
		t.Errorf("got %v", err)
	}
	if _, err := ReadAnswers(strings.NewReader("no zip")); err == nil {
		t.Error("text was read as a workbook")
	}
}

func TestThePageNeedsNothingElseAndEscapesFigures(t *testing.T) {
	var page bytes.Buffer
	if err := example().WriteHTML(&page); err != nil {
		t.Fatal(err)
	}
	text := page.String()
	for _, foreign := range []string{"http://", "https://", "<script", "<125>"} {
		if strings.Contains(text, foreign) {
			t.Errorf("the page holds %s", foreign)
		}
	}
	for _, wanted := range []string{"&lt;125&gt;", "读取 40 = 装入 36 &#43; 拒收 3 &#43; 空格 1", "秀峰街道", "size: A4"} {
		if !strings.Contains(text, wanted) {
			t.Errorf("the page does not hold %s", wanted)
		}
	}
}
