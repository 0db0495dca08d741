package sample_test

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"bellwether/etl/etltest"
	"bellwether/etl/sample"
)

func content(t *testing.T, dir, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// text gives what a person sees of a file.
func text(t *testing.T, name string, data []byte) string {
	t.Helper()
	switch filepath.Ext(name) {
	case ".csv":
		decoded, err := simplifiedchinese.GB18030.NewDecoder().Bytes(data)
		if err != nil {
			t.Fatal(err)
		}
		return string(decoded)
	case ".xlsx":
		book, err := excelize.OpenReader(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		defer book.Close()
		rows, err := book.GetRows("教育年报")
		if err != nil {
			t.Fatal(err)
		}
		var all strings.Builder
		for _, row := range rows {
			all.WriteString(strings.Join(row, ","))
		}
		return all.String()
	}
	return string(data)
}

func TestEverySimulatedFileSaysSo(t *testing.T) {
	dir, manifest := write(t, seed)
	for _, p := range manifest.Payloads {
		if !p.IsSimulated {
			continue
		}
		seen := text(t, p.File, content(t, dir, p.File))
		for _, word := range []string{"模拟数据", "Simulated"} {
			if !strings.Contains(seen, word) {
				t.Errorf("%s does not say %s", p.File, word)
			}
		}
	}
}

func TestTheRevisionChangesOneCell(t *testing.T) {
	dir, manifest := write(t, seed)
	records := func(name string) [][]string {
		all, err := csv.NewReader(strings.NewReader(text(t, name, content(t, dir, name)))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	before, after := records("health/health_2024.csv"), records("health/health_2024_revised.csv")
	var changed []string
	for i, record := range before {
		for j, value := range record {
			if after[i][j] != value {
				name, err := excelize.CoordinatesToCellName(j+1, i+1)
				if err != nil {
					t.Fatal(err)
				}
				changed = append(changed, name)
			}
		}
	}
	if len(before) != len(after) || len(changed) != 1 {
		t.Fatalf("%d and %d records differ in %v", len(before), len(after), changed)
	}
	for _, fault := range manifest.Faults {
		if fault.Code == "revision" && fault.Cell != changed[0] {
			t.Errorf("the manifest names cell %s, %s was changed", fault.Cell, changed[0])
		}
	}
}

// TestTheSeriesAreAsPublished holds every line of an extract against the file it
// was cut from.
func TestTheSeriesAreAsPublished(t *testing.T) {
	shared := etltest.Shared(t)
	dir, manifest := write(t, seed)
	for _, p := range manifest.Payloads {
		if p.IsSimulated {
			continue
		}
		found, err := filepath.Glob(filepath.Join(shared, "*", "worldbank_csv", filepath.Base(p.File)))
		if err != nil || len(found) != 1 {
			t.Fatalf("%s: %v, %v", p.File, found, err)
		}
		original, err := os.ReadFile(found[0])
		if err != nil {
			t.Fatal(err)
		}
		lines := map[string]bool{}
		for line := range bytes.Lines(original) {
			lines[string(line)] = true
		}
		for line := range bytes.Lines(content(t, dir, p.File)) {
			if !lines[string(line)] {
				t.Errorf("%s: not in the file: %q", p.File, line)
			}
		}
	}
}

func TestTheSeriesAreSmallAndAttributed(t *testing.T) {
	dir, manifest := write(t, seed)
	attribution, err := os.ReadFile("testdata/ATTRIBUTION.md")
	if err != nil {
		t.Fatal(err)
	}
	size := 0
	for _, p := range manifest.Payloads {
		if p.IsSimulated {
			continue
		}
		size += len(content(t, dir, p.File))
		for _, word := range []string{filepath.Base(p.File), p.Licence} {
			if !bytes.Contains(attribution, []byte(word)) {
				t.Errorf("%s: ATTRIBUTION.md does not say %q", p.File, word)
			}
		}
	}
	if size == 0 || size > 60_000 {
		t.Errorf("the series have %d bytes", size)
	}
}

func TestADirectoryThatCannotBeWrittenIsAnError(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := sample.Write(file, seed); err == nil || !strings.Contains(err.Error(), "write sample data: health/health_2018.csv") {
		t.Errorf("got %v", err)
	}
}
