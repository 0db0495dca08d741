package warehouse

import (
	"errors"
	"fmt"
	"testing"
	"time"
)

func rows(tb testing.TB, w *Warehouse, q Question) [][]any {
	tb.Helper()
	result, err := w.Query(tb.Context(), q)
	if err != nil {
		tb.Fatalf("%s: %v", q.SQL, err)
	}
	var all [][]any
	for row, err := range result.Rows() {
		if err != nil {
			tb.Fatalf("%s: %v", q.SQL, err)
		}
		all = append(all, row)
	}
	return all
}

func TestAnalystReadsViewsAndNoTables(t *testing.T) {
	w := open(t)
	load(t, w, info("health/annual"), series("450302", map[uint16]float64{2024: 1.5}))
	got := rows(t, w, Question{SQL: "select area_code, period_year, value, lower_bound, sex, period_start from core_observation where period_year = {year:UInt16}", Parameters: map[string]string{"year": "2024"}})
	want := []any{"450302", uint16(2024), 1.5, nil, "_T", time.Date(2024, 4, 1, 0, 0, 0, 0, time.UTC)}
	if len(got) != 1 {
		t.Fatalf("got %v", got)
	}
	for i := range want[:5] {
		if got[0][i] != want[i] {
			t.Errorf("column %d is %#v, want %#v", i, got[0][i], want[i])
		}
	}
	_, err := w.Query(t.Context(), Question{SQL: "select count() from raw_commit"})
	var refused *QueryError
	if !errors.As(err, &refused) || refused.Code != 497 || refused.Name != "ACCESS_DENIED" {
		t.Errorf("analyst reads raw_commit: %v", err)
	}
}

func TestAnAnswerMayHoldTuples(t *testing.T) {
	w := openEmpty(t)
	got := rows(t, w, Question{SQL: "select (select (1, 'a')) as t, cast((2, 'b'), 'Tuple(x UInt8, y String)') as named, [(3, 'c')] as list"})
	if said := fmt.Sprint(got); said != "[[[1 a] [2 b] [[3 c]]]]" {
		t.Errorf("got %s", said)
	}
}

func TestAViewAnswersAsOfAMoment(t *testing.T) {
	w := open(t)
	first := load(t, w, info("health/annual"), series("450302", map[uint16]float64{2024: 1.5}))
	time.Sleep(5 * time.Millisecond)
	load(t, w, info("health/annual"), series("450302", map[uint16]float64{2024: 1.75}))
	question := Question{SQL: "select value from core_observation"}
	if got := rows(t, w, question); got[0][0] != 1.75 {
		t.Errorf("now it is %v", got)
	}
	question.AsOf = first.CommittedAt
	if got := rows(t, w, question); len(got) != 1 || got[0][0] != 1.5 {
		t.Errorf("as of the first commit it is %v", got)
	}
}

func TestALimitSaysWhetherThereWasMore(t *testing.T) {
	w := open(t)
	for limit, want := range map[int]bool{3: true, 5: false} {
		result, err := w.Query(t.Context(), Question{SQL: "select number from system.numbers limit 5", Role: Writer, Limit: limit})
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, err := range result.Rows() {
			if err != nil {
				t.Fatal(err)
			}
			n++
		}
		if n != limit || result.IsTruncated() != want {
			t.Errorf("limit %d gives %d rows, truncated %v", limit, n, result.IsTruncated())
		}
	}
}
