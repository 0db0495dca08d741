package template

import (
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"bellwether/etl/etltest"
)

func TestAStreetWithoutVillagesTakesNotApplicable(t *testing.T) {
	b := newBureau(t)
	form := etltest.Form(t, b.forms, "health/mch_supplement")
	page := b.page(t, form.Code, "450302001")
	book := workbook(t, page, nil)
	filled := b.fillIn(t, page, book)
	got := b.read(t, form, save(t, book, form))
	wantWhole(t, page, got, filled)
	villages := map[string]string{"area_code": "450302001", "residence": "R", "obs_status": "M"}
	if got.Loaded.Count(villages) == 0 || got.Loaded.Count(map[string]string{"residence": "R"}) != got.Loaded.Count(villages) {
		t.Errorf("%d figures of villages are not applicable", got.Loaded.Count(villages))
	}
	if got.Loaded.Count(map[string]string{"area_code": "450302001"}) != len(got.Loaded.Rows) {
		t.Error("the return of a street speaks of other areas")
	}
}

func TestTheYearBeforeStandsBesideAndChangesNothing(t *testing.T) {
	b := newBureau(t)
	number := func(x float64) *float64 { return &x }
	known := map[Key]Past{
		{"450302", "maternal_mortality_per_100000", "_T", "_T", "_T", "_T"}:       {Value: number(91.07)},
		{"450302", "education_preschool_gross_percent", "F", "_T", "_T", "_T"}:    {Numerator: number(3512), Denominator: number(3600)},
		{"450302001", "education_preschool_gross_percent", "M", "_T", "_T", "_T"}: {Numerator: number(612)},
	}
	for form, wants := range map[string][]string{"health/mch_annual": {"91.07"}, "education/school_annual": {"3512", "3600", "612"}} {
		page := b.page(t, form, "")
		book := workbook(t, page, known)
		var texts []string
		for _, sheet := range book.GetSheetList() {
			rows, err := book.GetRows(sheet)
			if err != nil {
				t.Fatal(err)
			}
			texts = append(texts, slices.Concat(rows...)...)
		}
		for _, want := range wants {
			if !slices.Contains(texts, want) {
				t.Errorf("%s does not show %s", form, want)
			}
		}
		if checks, err := book.GetDataValidations(page.Sheet); form == "education/school_annual" && (err != nil ||
			!slices.ContainsFunc(checks, func(v *excelize.DataValidation) bool { return strings.HasPrefix(*v.Prompt, "上年 3512。") })) {
			t.Errorf("no cell says what it was the year before: %v", err)
		}
		payload := save(t, book, etltest.Form(t, b.forms, form))
		if _, err := Check(b.catalog, etltest.Form(t, b.forms, form), payload); err != nil {
			t.Error(err)
		}
	}
}

func TestOnlyCellsToBeFilledInAreOpenAndEachHasItsCheck(t *testing.T) {
	b := newBureau(t)
	for _, form := range []string{"health/mch_annual", "education/school_annual", "civil_affairs/service_annual", "department/justice_annual"} {
		page := b.page(t, form, "")
		book := workbook(t, page, nil)
		checks, err := book.GetDataValidations(page.Sheet)
		if err != nil {
			t.Fatal(err)
		}
		checked := map[string]*excelize.DataValidation{}
		for _, check := range checks {
			checked[check.Sqref] = check
			for _, text := range []struct {
				text string
				most int
			}{{check.Formula1, 257}, {*check.Prompt, 255}, {*check.PromptTitle, 32}} {
				if length(text.text) > text.most {
					t.Errorf("%s %s: %d characters: %s", form, check.Sqref, length(text.text), text.text)
				}
			}
		}
		for row, cells := range page.rows {
			for column, c := range cells {
				at := address(row, column)
				style, err := book.GetCellStyle(page.Sheet, at)
				if err != nil {
					t.Fatal(err)
				}
				format, err := book.GetStyle(style)
				if err != nil {
					t.Fatal(err)
				}
				isOpen := format.Protection != nil && !format.Protection.Locked
				if isOpen != (c.input != nil || c.kind == footer) {
					t.Errorf("%s %s: open is %v", form, at, isOpen)
				}
				if (checked[at] != nil) != (c.input != nil) {
					t.Errorf("%s %s: a check is %v", form, at, checked[at] != nil)
				}
			}
		}
	}
}

// TestTheCheckOfACellStopsWhatWouldBeRefused asks the formula of the check itself.
func TestTheCheckOfACellStopsWhatWouldBeRefused(t *testing.T) {
	page := newBureau(t).page(t, "health/child_annual", "")
	book := workbook(t, page, nil)
	row, column := -1, -1
	for r, cells := range page.rows {
		for i, c := range cells {
			if row < 0 && c.input != nil && len(c.input.atMost) == 1 {
				row, column = r, i
			}
		}
	}
	in := page.rows[row][column].input
	for _, c := range []struct {
		entered, denominator any
		passes               string
	}{
		{7, 8, "TRUE"}, {8, 8, "TRUE"}, {9, 8, "FALSE"}, {9, nil, "TRUE"}, {9, "未统计", "TRUE"},
		{-1, 8, "FALSE"}, {"不适用", 8, "TRUE"}, {"未统计", nil, "TRUE"}, {"约7", 8, "FALSE"},
	} {
		for at, value := range map[string]any{address(row, column): c.entered, address(row, in.atMost[0]): c.denominator} {
			if err := book.SetCellValue(page.Sheet, at, value); err != nil {
				t.Fatal(err)
			}
		}
		if err := book.SetCellFormula(page.Sheet, "AZ1", in.formula(row, column)); err != nil {
			t.Fatal(err)
		}
		if got, err := book.CalcCellValue(page.Sheet, "AZ1"); err != nil || got != c.passes {
			t.Errorf("%v of %v: passing is %s, want %s (%v)", c.entered, c.denominator, got, c.passes, err)
		}
	}
}
