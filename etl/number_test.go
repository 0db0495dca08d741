package etl

import (
	"math"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

func TestNumbersAreReadAsTheyArePrinted(t *testing.T) {
	for text, want := range map[string]number{
		"0":                       {},
		"1.5":                     {value: 1.5, decimals: 1},
		"-3":                      {value: -3},
		"+3":                      {value: 3},
		"−3":                      {value: -3},
		".5":                      {value: 0.5, decimals: 1},
		"98.50":                   {value: 98.5, decimals: 2},
		"123456789012345678":      {value: 123456789012345678},
		"14206.490766":            {value: 14206.490766, decimals: 6},
		"1e5":                     {value: 100000},
		"1.2E-3":                  {value: 0.0012, decimals: 1},
		"１２３．５":                   {value: 123.5, decimals: 1},
		"1,234,567":               {value: 1234567},
		"1，234":                   {value: 1234},
		"1 610":                   {value: 1610},
		"1\u00A0610.5":            {value: 1610.5, decimals: 1},
		"1\u2009610":              {value: 1610},
		" 396 ":                   {value: 396},
		"98.5%":                   {value: 98.5, decimals: 1, more: &printed{unit: "%"}},
		"98.5 ％":                  {value: 98.5, decimals: 1, more: &printed{unit: "%"}},
		"5.2‰":                    {value: 5.2, decimals: 1, more: &printed{unit: "‰"}},
		"0.3/万":                   {value: 0.3, decimals: 1, more: &printed{unit: "/万"}},
		"12/10万":                  {value: 12, more: &printed{unit: "/10万"}},
		"12/100000":               {value: 12, more: &printed{unit: "/100000"}},
		"56 [47-67]":              {value: 56, more: &printed{hasRange: true, lower: 47, upper: 67}},
		"1 610 [ 1 290 - 2 020 ]": {value: 1610, more: &printed{hasRange: true, lower: 1290, upper: 2020}},
		"4.9 [3.9–6.0]":           {value: 4.9, decimals: 1, more: &printed{hasRange: true, lower: 3.9, upper: 6}},
		"-0.5 [-1.5 - 0.5]":       {value: -0.5, decimals: 1, more: &printed{hasRange: true, lower: -1.5, upper: 0.5}},
		"98.5*":                   {value: 98.5, decimals: 1, more: &printed{marker: "*"}},
		"98.5①":                   {value: 98.5, decimals: 1, more: &printed{marker: "①"}},
		"98.5 [1]":                {value: 98.5, decimals: 1, more: &printed{marker: "[1]"}},
	} {
		got, ok := parseNumber([]byte(text), false)
		isSame := got.value == want.value && got.decimals == want.decimals && (got.more == nil) == (want.more == nil) &&
			(got.more == nil || *got.more == *want.more)
		if !ok || !isSame {
			t.Errorf("%q: got %+v %+v, %v", text, got, got.more, ok)
		}
	}
}

func TestTextsThatAreNoNumberOrTwoAreRefused(t *testing.T) {
	for _, text := range []string{"", " ", "-", "—", "–", "…", "..", "N/A", "No data", "#", "*", "abc", "约12", "12人", "1.2.3", "1,23", "1,2345",
		"12,4", "1 23", "1,234 567", "--1", "1-2", "2020-01", "1/2", "<5", ">95", "(5)", "NaN", "Inf", "-inf", "0x10", "1_000", "1e999", "1e",
		"56 [47", "56 [47]-", "56 [a-b]", "%", "1.", "1..2", "—5", "10^2", "\xFF1", "1\x00"} {
		if got, ok := parseNumber([]byte(text), false); ok {
			t.Errorf("%q was read as %+v %+v", text, got, got.more)
		}
	}
}

func TestDecimalCommaIsReadOnlyWhereTheFileHasIt(t *testing.T) {
	for text, want := range map[string]float64{"12,4": 12.4, "1.234,5": 1234.5, "7": 7, "1 234,5": 1234.5} {
		if got, ok := parseNumber([]byte(text), true); !ok || got.value != want {
			t.Errorf("%q: got %+v, %v", text, got, ok)
		}
	}
	if _, ok := parseNumber([]byte("1,234,567"), true); ok {
		t.Error("thousands separated by the decimal mark were read")
	}
}

func TestPlainNumbersAreRoundedAsTheStandardLibraryDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.Float64Range(-1e12, 1e12).Draw(t, "value")
		text := strconv.FormatFloat(value, 'f', rapid.IntRange(0, 9).Draw(t, "decimals"), 64)
		want, err := strconv.ParseFloat(text, 64)
		if err != nil {
			t.Fatal(err)
		}
		got, ok := parseNumber([]byte(text), false)
		if !ok || got.value != want {
			t.Fatalf("%s: got %v, want %v", text, got.value, want)
		}
	})
}

func TestEveryWayOfWritingANumberGivesTheSameNumber(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		whole := rapid.Int64Range(0, 999_999_999).Draw(t, "whole")
		plain := strconv.FormatInt(whole, 10)
		grouped, wide := "", ""
		for i, digit := range plain {
			if i > 0 && (len(plain)-i)%3 == 0 {
				grouped += ","
			}
			grouped += string(digit)
			wide += string(digit - '0' + '０')
		}
		for _, text := range []string{grouped, wide, " " + plain + "　", plain + "%", plain + "*"} {
			if got, ok := parseNumber([]byte(text), false); !ok || got.value != float64(whole) {
				t.Fatalf("%q: got %v, %v", text, got.value, ok)
			}
		}
	})
}

// FuzzNumber holds that reading never panics, never gives an infinity, and that
// what is read again from its own print is the same.
func FuzzNumber(f *testing.F) {
	for _, seed := range []string{"1 610 [ 1 290 - 2 020 ]", "98.5%", "１２", "1,234.5*", "-.5e-3", "12/10万"} {
		f.Add(seed, false)
		f.Add(seed, true)
	}
	f.Fuzz(func(t *testing.T, text string, comma bool) {
		got, ok := parseNumber([]byte(text), comma)
		if !ok {
			return
		}
		if math.IsInf(got.value, 0) || math.IsNaN(got.value) || got.decimals < 0 {
			t.Fatalf("%q: got %+v", text, got)
		}
		again, ok := parseNumber([]byte(strconv.FormatFloat(got.value, 'f', -1, 64)), false)
		if math.Abs(got.value) < 1e100 && math.Abs(got.value) > 1e-100 && (!ok || again.value != got.value) {
			t.Fatalf("%q: got %v, then %v", text, got.value, again.value)
		}
	})
}
