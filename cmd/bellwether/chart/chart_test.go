package chart

import (
	"flag"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/mattn/go-runewidth"
	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "write the golden files of testdata anew")

func TestASeriesIsDrawnWithItsTargetAndItsGap(t *testing.T) {
	points := []Point{{2018, 93.1}, {2019, 92.4}, {2020, 94}, {2022, 95.2}, {2023, 96.8}, {2024, 97.1}, {2025, 98}}
	got := Line(points, 95, 70, 8)
	path := filepath.Join("testdata", "line.txt")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAForecastIsDrawnWithItsInterval(t *testing.T) {
	points := []Point{{2018, 52.3}, {2019, 51.9}, {2020, 50.5}, {2021, 50}, {2022, 48.8}, {2023, 47.8}, {2024, 46.8}, {2025, 46}}
	got := Plot{Points: points, Reference: 55, Forecast: &Forecast{2030, 42.1, 39.8, 44.5}}.Draw(70, 10)
	path := filepath.Join("testdata", "forecast.txt")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestOnePointDrawsNothing(t *testing.T) {
	if got := Line([]Point{{2020, 1}}, math.NaN(), 80, 8); got != "" {
		t.Errorf("got %q", got)
	}
}

func TestNoSeriesLeavesItsFrame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var points []Point
		year := 1990
		for range rapid.IntRange(2, 40).Draw(t, "points") {
			year += rapid.IntRange(1, 3).Draw(t, "step")
			points = append(points, Point{year, rapid.Float64Range(-1e12, 1e12).Draw(t, "value")})
		}
		plot := Plot{Points: points, Reference: rapid.SampledFrom([]float64{math.NaN(), 0, 95}).Draw(t, "reference")}
		if rapid.Bool().Draw(t, "has forecast") {
			value := rapid.Float64Range(-1e12, 1e12).Draw(t, "forecast")
			plot.Forecast = &Forecast{Year: year + rapid.IntRange(1, 20).Draw(t, "horizon"), Value: value, Lower: value - 1, Upper: value + 1}
		}
		drawing := plot.Draw(80, 8)
		lines := strings.Split(strings.TrimSuffix(drawing, "\n"), "\n")
		if len(lines) != 9 {
			t.Fatalf("%d lines", len(lines))
		}
		for _, line := range lines {
			if runewidth.StringWidth(line) > 80 {
				t.Fatalf("%q is wider than 80", line)
			}
		}
	})
}
