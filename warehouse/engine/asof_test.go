package engine

import "testing"

// An as-of moment has to travel with a query through definer views. The
// embedded engine knows no settings of our own, so the one free-text setting of
// every ClickHouse carries it.
func TestDefinerViewsSeeTheLogCommentOfTheQuery(t *testing.T) {
	e := start(t, Config{})
	do(t, e,
		"create database bellwether",
		"create view bellwether.core_inner definer = bellwether_writer sql security definer as select getSetting('log_comment') as moment",
		"create view bellwether.core_outer definer = bellwether_writer sql security definer as select moment from bellwether.core_inner",
	)
	const moment = "2025-01-01 00:00:00"
	analyst := e.Address(RoleAnalyst)
	got, err := ask(t, analyst, "select moment from bellwether.core_outer settings log_comment = '"+moment+"'")
	if err != nil || got != moment {
		t.Errorf("want %q, got %q, error %v", moment, got, err)
	}
	if got, err := ask(t, analyst, "select moment from bellwether.core_outer"); err != nil || got != "" {
		t.Errorf("without it: want nothing, got %q, error %v", got, err)
	}
	if _, err := ask(t, analyst, "select '1' settings SQL_as_of = '"+moment+"'"); exceptionCode(err) != 115 {
		t.Errorf("a setting of our own: want exception 115, got %v", err)
	}
}

func TestAViewFiltersByTheMomentOfTheQuery(t *testing.T) {
	e := start(t, Config{})
	do(t, e,
		"create database bellwether",
		"create table bellwether.raw_commit (version UInt64, committed_at DateTime64(3, 'UTC')) engine = MergeTree order by version",
		"insert into bellwether.raw_commit values (1, '2024-01-01 00:00:00'), (2, '2025-01-01 00:00:00'), (3, '2026-01-01 00:00:00')",
		"create table bellwether.fct_x (version UInt64) engine = MergeTree order by version",
		"insert into bellwether.fct_x values (1), (2), (3)",
		"create function moment as () -> parseDateTime64BestEffort("+
			"if(getSetting('log_comment') = '', '2299-12-31 00:00:00', getSetting('log_comment')), 3, 'UTC')",
		`create view bellwether.core_x definer = bellwether_writer sql security definer as
			select version from bellwether.fct_x
			where version <= (select max(version) from bellwether.raw_commit where committed_at <= moment())`,
	)
	const count = "select toString(count()) from bellwether.core_x"
	for query, want := range map[string]string{
		count: "3",
		count + " settings log_comment = '2025-06-01 00:00:00'": "2",
		count + " settings log_comment = '2023-01-01 00:00:00'": "0",
	} {
		if got, err := ask(t, e.Address(RoleAnalyst), query); err != nil || got != want {
			t.Errorf("%s: want %s, got %s, error %v", query, want, got, err)
		}
	}
}

func TestParameterisedViewsNest(t *testing.T) {
	e := start(t, Config{})
	do(t, e,
		"create database bellwether",
		"create view bellwether.inner_x as select number from numbers(10) where number < {below:UInt64}",
		"create view bellwether.core_x definer = bellwether_writer sql security definer as select number from bellwether.inner_x(below = {below:UInt64})",
	)
	if got, err := ask(t, e.Address(RoleAnalyst), "select toString(count()) from bellwether.core_x(below = 4)"); err != nil || got != "4" {
		t.Errorf("want 4, got %s, error %v", got, err)
	}
}
