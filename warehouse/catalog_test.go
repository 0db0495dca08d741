package warehouse

import (
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
)

// areas makes the record of dim_area: code and name in turn.
func areas(pairs ...string) map[string]arrow.Record {
	text := arrow.BinaryTypes.String
	b := array.NewRecordBuilder(memory.DefaultAllocator, arrow.NewSchema([]arrow.Field{
		{Name: "area_code", Type: text}, {Name: "parent_code", Type: text}, {Name: "level", Type: text},
		{Name: "name_zh", Type: text}, {Name: "name_en", Type: text}, {Name: "is_monitored", Type: arrow.PrimitiveTypes.Uint8},
	}, nil))
	defer b.Release()
	for i := 0; i < len(pairs); i += 2 {
		for c, value := range []string{pairs[i], "", "street", pairs[i+1], ""} {
			b.Field(c).(*array.StringBuilder).Append(value)
		}
		b.Field(5).(*array.Uint8Builder).Append(1)
	}
	return map[string]arrow.Record{"dim_area": b.NewRecord()}
}

func TestOnlyWhatChangedInTheCatalogIsWritten(t *testing.T) {
	w := open(t)
	steps := []struct {
		name    string
		hash    string
		areas   map[string]arrow.Record
		changed int
		shown   string
	}{
		{"the first sync writes everything", "h1", areas("450302001", "秀峰", "450302002", "丽君", "450302003", "甲山"), 3, "450302001秀峰 450302002丽君 450302003甲山"},
		{"the same catalog writes nothing", "h1", areas("450302001", "秀峰", "450302002", "丽君", "450302003", "甲山"), 0, "450302001秀峰 450302002丽君 450302003甲山"},
		{"a new name, a new area, and one that is gone", "h2", areas("450302001", "秀峰街道", "450302002", "丽君", "450302004", "新"), 3, "450302001秀峰街道 450302002丽君 450302004新"},
		{"one that comes back", "h3", areas("450302001", "秀峰街道", "450302002", "丽君", "450302003", "甲山", "450302004", "新"), 1, "450302001秀峰街道 450302002丽君 450302003甲山 450302004新"},
	}
	for _, s := range steps {
		changed, err := w.SyncCatalog(t.Context(), s.hash, s.areas)
		if err != nil {
			t.Fatalf("%s: %v", s.name, err)
		}
		if changed != s.changed {
			t.Errorf("%s: %d entries are written, want %d", s.name, changed, s.changed)
		}
		got := ask[string](t, w, "select arrayStringConcat(arraySort(groupArray(concat(area_code, name_zh))), ' ') from core_area")
		if got != s.shown {
			t.Errorf("%s: view shows %s, want %s", s.name, got, s.shown)
		}
	}
}

func TestASyncThatWasCutShortShowsNothingAndIsDoneAgain(t *testing.T) {
	w := open(t)
	if _, err := w.SyncCatalog(t.Context(), "h1", areas("450302001", "秀峰")); err != nil {
		t.Fatal(err)
	}
	bad := areas("450302001", "changed", "450302002", "丽君")
	bad["dim_zzz"] = bad["dim_area"] // there is no such table: the sync ends after dim_area
	if _, err := w.SyncCatalog(t.Context(), "h2", bad); err == nil {
		t.Fatal("a table that is not there is synced")
	}
	if got := ask[string](t, w, "select arrayStringConcat(groupArray(name_zh)) from core_area"); got != "秀峰" {
		t.Errorf("view shows %s of a sync that failed", got)
	}
	if _, err := w.SyncCatalog(t.Context(), "h3", areas("450302001", "秀峰街道")); err != nil {
		t.Fatal(err)
	}
	if got := ask[string](t, w, "select arrayStringConcat(groupArray(name_zh)) from core_area"); got != "秀峰街道" {
		t.Errorf("view shows %s", got)
	}
}
