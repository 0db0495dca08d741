package main

import (
	"embed"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"

	"bellwether/cmd/bellwether/sheet"
)

//go:embed query/*.sql
var queries embed.FS

// query reads one of the questions that the commands ask. Each is a file of its
// own, with its parameters in braces as ClickHouse takes them.
func query(name string) (string, error) {
	text, err := queries.ReadFile("query/" + name + ".sql")
	if err != nil {
		return "", fmt.Errorf("read query: %w", err)
	}
	return string(text), nil
}

// answer is the result of a query, read as a whole: the tables a person looks
// at are small.
type answer struct {
	columns []string
	rows    [][]any
}

// keep leaves only the rows that a condition holds for.
func (r *answer) keep(holds func(row int) bool) {
	var kept [][]any
	for i := range r.rows {
		if holds(i) {
			kept = append(kept, r.rows[i])
		}
	}
	r.rows = kept
}

// column is the place of a column in every row, or -1.
func (r answer) column(name string) int { return slices.Index(r.columns, name) }

// get is a value of a row by the name of its column; nil when there is none.
func (r answer) get(row int, name string) any {
	if i := r.column(name); i >= 0 {
		return r.rows[row][i]
	}
	return nil
}

// text is a value as text, empty when it is missing.
func (r answer) text(row int, name string) string {
	v := r.get(row, name)
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}

// number is a value as a float, and whether it is there.
func (r answer) number(row int, name string) (float64, bool) {
	switch v := r.get(row, name).(type) {
	case float64:
		return v, !math.IsNaN(v)
	case uint64:
		return float64(v), true
	case uint16:
		return float64(v), true
	case uint8:
		return float64(v), true
	default:
		return 0, false
	}
}

// sheet lays the answer out. Its columns and their order are those of the
// query; the headings say which of them a table shows. A heading for tables
// only takes the column of the other language with it.
func (r answer) sheet(headings ...sheet.Column) sheet.Sheet {
	s := sheet.Sheet{Rows: r.rows, Columns: make([]sheet.Column, len(r.columns))}
	for i, name := range r.columns {
		s.Columns[i].Key = name
		for _, h := range headings {
			switch {
			case h.Key == name:
				s.Columns[i] = h
			case h.TableOnly && name != stem(name) && stem(h.Key) == stem(name):
				s.Columns[i].TableOnly = true
			}
		}
	}
	return s
}

// stem is the name of a column without its language.
func stem(name string) string {
	return strings.TrimSuffix(strings.TrimSuffix(name, "_zh"), "_en")
}

// parseJSON makes a column of JSON texts JSON, so that it is not written as a
// text within JSON.
func (r answer) parseJSON(column string) {
	i := r.column(column)
	for _, row := range r.rows {
		if text, ok := row[i].(string); ok {
			row[i] = json.RawMessage(text)
		}
	}
}

// inLanguage names the column that holds a text in the language of the person:
// name_zh or name_en.
func (a *app) inLanguage(name string) string { return name + "_" + a.config.Language }

// objects are the rows as JSON writes them, each with its keys.
func (r answer) objects() []map[string]any {
	all := make([]map[string]any, 0, len(r.rows))
	for _, row := range r.rows {
		object := make(map[string]any, len(row))
		for i, name := range r.columns {
			object[name] = row[i]
		}
		all = append(all, object)
	}
	return all
}
