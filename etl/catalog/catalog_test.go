package catalog_test

import (
	"os"
	"testing"

	"bellwether/etl/catalog"
)

func load(t *testing.T) *catalog.Catalog {
	t.Helper()
	c, err := catalog.Load(os.DirFS("../../sql/catalog"))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTheCatalogHoldsBothPlans(t *testing.T) {
	c := load(t)
	counts := map[string][2]int{
		"plans":   {len(c.Plans), 2},
		"domains": {len(c.Domains), 15},
		"items":   {len(c.Items), 114 + 120},
		"targets": {len(c.Targets), 437},
	}
	for what, n := range counts {
		if n[0] != n[1] {
			t.Errorf("%d %s, want %d", n[0], what, n[1])
		}
	}
}
