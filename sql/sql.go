// Package sql holds the meaning of the warehouse, in SQL that an analyst can
// read: the tables as migrations, the statistics as functions, the views of the
// three layers, and the catalog. This file embeds them and says in which order
// they are created; it changes nothing in them.
//
// A file holds one object and carries its name. Tables change by a new
// migration only, and a migration that was released is frozen by its checksum.
// Functions and views are declared: they are replaced whenever their text has
// changed.
package sql

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

//go:embed migrations functions core marts alerts all:catalog access.csv
var files embed.FS

// The layers of views, in the order in which they are created. A view reads
// tables, its own layer and earlier ones.
const (
	CoreLayer   = "core"
	MartsLayer  = "marts"
	AlertsLayer = "alerts"
)

// Migration is one step of the tables, forward only.
type Migration struct {
	Number   uint32 // leading digits of the file name
	Name     string // file name without .sql
	Path     string
	Text     string
	Checksum string // SHA-256 of the text, lower-case hexadecimal
}

// Object is a function or a view, declared by its file.
type Object struct {
	Layer string // functions, core, marts or alerts
	Name  string
	Path  string
	Text  string
	Reads []string // the tables and views behind from and join, sorted
}

// Migrations returns the migrations by number. It is an error when two share a
// number or a name has none.
func Migrations() ([]Migration, error) {
	names, err := fs.Glob(files, "migrations/*.sql")
	if err != nil {
		return nil, fmt.Errorf("list migrations: %w", err)
	}
	var all []Migration
	for _, name := range names { // Glob sorts, and numbers have leading zeros
		text, err := files.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read migration: %w", err)
		}
		stem := strings.TrimSuffix(path.Base(name), ".sql")
		digits, _, _ := strings.Cut(stem, "_")
		number, err := strconv.ParseUint(digits, 10, 32)
		if err != nil {
			return nil, fmt.Errorf("%s: want a name such as 0001_raw_payload.sql", name)
		}
		if n := len(all); n > 0 && all[n-1].Number >= uint32(number) {
			return nil, fmt.Errorf("%s: number %d is taken by %s", name, number, all[n-1].Path)
		}
		sum := sha256.Sum256(text)
		all = append(all, Migration{uint32(number), stem, name, string(text), hex.EncodeToString(sum[:])})
	}
	return all, nil
}

// Checksums returns the frozen checksum of each released migration by file name.
func Checksums() (map[string]string, error) {
	text, err := files.ReadFile("migrations/checksums.txt")
	if err != nil {
		return nil, fmt.Errorf("read checksums: %w", err)
	}
	frozen := map[string]string{}
	lines := bufio.NewScanner(bytes.NewReader(text))
	for lines.Scan() {
		sum, name, ok := strings.Cut(lines.Text(), "  ")
		if !ok {
			return nil, fmt.Errorf("migrations/checksums.txt: want checksum and file name, got %q", lines.Text())
		}
		frozen[name] = sum
	}
	return frozen, lines.Err()
}

// Functions returns the user-defined functions by name. They read no view.
func Functions() ([]Object, error) { return objects("functions") }

// Views returns the views of all layers in an order in which each finds what
// it reads. It is an error when views read one another in a circle, or one
// reads a later layer.
func Views() ([]Object, error) {
	var ordered []Object
	known := map[string]bool{}
	for _, layer := range []string{CoreLayer, MartsLayer, AlertsLayer} {
		waiting, err := objects(layer)
		if err != nil {
			return nil, err
		}
		for len(waiting) > 0 {
			ready := slices.IndexFunc(waiting, func(v Object) bool {
				return !slices.ContainsFunc(v.Reads, func(name string) bool { return isView(name) && !known[name] })
			})
			if ready < 0 {
				return nil, stuck(waiting, known)
			}
			ordered = append(ordered, waiting[ready])
			known[waiting[ready].Name] = true
			waiting = slices.Delete(waiting, ready, ready+1)
		}
	}
	return ordered, nil
}

// stuck explains why none of the waiting views can be created.
func stuck(waiting []Object, known map[string]bool) error {
	var lines []string
	for _, v := range waiting {
		missing := slices.DeleteFunc(slices.Clone(v.Reads), func(name string) bool { return !isView(name) || known[name] })
		lines = append(lines, v.Path+" reads "+strings.Join(missing, ", "))
	}
	return fmt.Errorf("order views: each reads one that is later, in a circle or missing: %s", strings.Join(lines, "; "))
}

func isView(name string) bool {
	prefix, _, _ := strings.Cut(name, "_")
	return slices.Contains([]string{"core", "mart", "alert"}, prefix)
}

// Catalog returns the catalog that ships with the program, as a directory.
func Catalog() (fs.FS, error) {
	catalog, err := fs.Sub(files, "catalog")
	if err != nil {
		return nil, fmt.Errorf("open catalog: %w", err)
	}
	return catalog, nil
}

func objects(layer string) ([]Object, error) {
	names, err := fs.Glob(files, layer+"/*.sql")
	if err != nil {
		return nil, fmt.Errorf("list %s: %w", layer, err)
	}
	var all []Object
	for _, name := range names {
		text, err := files.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", layer, err)
		}
		o := Object{Layer: layer, Name: strings.TrimSuffix(path.Base(name), ".sql"), Path: name, Text: string(text)}
		o.Reads = reads(o.Text)
		all = append(all, o)
	}
	return all, nil
}

// reads lists the names behind from and join that carry the prefix of a layer.
func reads(text string) []string {
	var names []string
	after := ""
	for _, token := range Tokens(text) {
		if after == "from" || after == "join" {
			prefix, _, ok := strings.Cut(token.Text, "_")
			if ok && slices.Contains([]string{"raw", "dim", "fct", "core", "mart", "alert"}, prefix) {
				names = append(names, token.Text)
			}
		}
		after = token.Text
	}
	slices.Sort(names)
	return slices.Compact(names)
}
