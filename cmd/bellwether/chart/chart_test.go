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
		drawing := Line(points, rapid.SampledFrom([]float64{math.NaN(), 0, 95}).Draw(t, "reference"), 80, 8)
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
