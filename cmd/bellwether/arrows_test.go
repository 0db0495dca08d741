package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// arrows are the imports that the architecture forbids, by the folder of the
// importing package. A rule covers the folders below it too; the README draws
// the picture that they keep.
var arrows = map[string][]string{
	"cmd/bellwether":       {"etl/etltest", "warehouse/warehousetest"},
	"cmd/bellwether/sheet": {"cmd", "jobs", "etl", "warehouse", "sql"},
	"jobs":                 {"cmd", "sql", "etl/connect", "etl/decode", "etl/public", "etl/health", "etl/education", "etl/civilaffairs", "etl/department", "etl/etltest", "warehouse/warehousetest"},
	"jobs/channel":         {"cmd", "jobs", "etl", "warehouse", "sql"},
	"etl":                  {"cmd", "jobs", "warehouse", "sql"},
	"etl/catalog":          {"etl/connect", "etl/decode"},
	"etl/health":           {"etl/education", "etl/civilaffairs", "etl/department", "etl/public"},
	"etl/education":        {"etl/health", "etl/civilaffairs", "etl/department", "etl/public"},
	"etl/civilaffairs":     {"etl/health", "etl/education", "etl/department", "etl/public"},
	"etl/department":       {"etl/health", "etl/education", "etl/civilaffairs", "etl/public"},
	"etl/template":         {"etl/health", "etl/education", "etl/civilaffairs", "etl/department", "etl/public", "etl/connect", "etl/decode"},
	"warehouse":            {"cmd", "jobs", "etl"},
	"warehouse/engine":     {"cmd", "jobs", "etl", "sql"},
	"sql":                  {"cmd", "jobs", "etl", "warehouse"},
}

func TestImportsKeepTheArrowsOfTheArchitecture(t *testing.T) {
	root := filepath.Join("..", "..")
	files := 0
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && (entry.Name() == "testdata" || (strings.HasPrefix(entry.Name(), ".") && name != root)) {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil // tests may bring any two parts together
		}
		files++
		relative, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		checkArrows(t, name, path.Dir(filepath.ToSlash(relative)))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 20 {
		t.Errorf("only %d files were looked at", files)
	}
}

func checkArrows(t *testing.T, file, folder string) {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range parsed.Imports {
		imported, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		inner, ok := strings.CutPrefix(imported, "bellwether/")
		if !ok {
			continue
		}
		for from, forbidden := range arrows {
			if !within(folder, from) {
				continue
			}
			for _, f := range forbidden {
				if within(inner, f) && !within(folder, f) {
					t.Errorf("%s imports %s: %s may not know %s", file, imported, from, f)
				}
			}
		}
	}
}

// within reports whether a folder is another one or lies below it.
func within(folder, parent string) bool {
	return folder == parent || strings.HasPrefix(folder, parent+"/")
}
