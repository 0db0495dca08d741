package main

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// TestTheKeysOfAnswersDoNotChange holds the columns of every query against a
// golden file: they are the keys of JSON and CSV, and other programs read them.
// Adding one at the end is fine; renaming one is not.
func TestTheKeysOfAnswersDoNotChange(t *testing.T) {
	files, err := filepath.Glob("query/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatalf("found no queries: %v", err)
	}
	var keys bytes.Buffer
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".sql")
		text, err := query(name)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&keys, "%s\n", name)
		for _, column := range selectedColumns(text) {
			fmt.Fprintf(&keys, "    %s\n", column)
		}
	}
	golden(t, "keys.txt", keys.Bytes())
}

// selectedColumns are the names after the first select of a query that is
// written as ours are: one column a line, four blanks in.
func selectedColumns(text string) []string {
	var columns []string
	isWithin := false
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		switch {
		case strings.HasPrefix(line, "select"):
			isWithin = true
		case isWithin && (strings.HasPrefix(line, "from") || line == ")"):
			return columns
		case isWithin && strings.HasPrefix(line, "    ") && !strings.HasPrefix(line, "     "):
			words := strings.Fields(strings.TrimSuffix(line, ","))
			columns = append(columns, words[len(words)-1])
		}
	}
	return columns
}

func TestEveryQueryBeginsWithWhatItAsks(t *testing.T) {
	files, err := filepath.Glob("query/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text := readText(t, file)
		if !strings.HasPrefix(text, "-- ") {
			t.Errorf("%s does not say what it asks", file)
		}
		if strings.Contains(text, "now()") {
			t.Errorf("%s reads the clock", file)
		}
	}
}
