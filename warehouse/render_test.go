package warehouse

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The text of a comment may speak of adding columns too.
const addition = `-- Why the ledger needs two more columns.
alter table fct_alert
    add column cause_zh String comment 'Says what to add column by column' after message_en,
    add column cause_en String comment 'The same in English' after cause_zh;
`

func TestAddingColumnsIsRepeatable(t *testing.T) {
	want := []string{`-- Why the ledger needs two more columns.
alter table fct_alert
    add column if not exists cause_zh String comment 'Says what to add column by column' after message_en,
    add column if not exists cause_en String comment 'The same in English' after cause_zh`}
	if diff := cmp.Diff(want, renderer{database: "bellwether"}.migration(addition)); diff != "" {
		t.Error(diff)
	}
}

func TestAClusterAddsColumnsToTheRowsFirst(t *testing.T) {
	got := renderer{database: "bellwether", cluster: "prefecture"}.migration("alter table fct_alert add column muted_by String comment 'Alert that mutes it';\n")
	want := []string{
		"alter table fct_alert_local on cluster 'prefecture' add column if not exists muted_by String comment 'Alert that mutes it'",
		"alter table fct_alert on cluster 'prefecture' add column if not exists muted_by String comment 'Alert that mutes it'",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// A database that holds rows keeps them, and the statement can run again after
// it was cut short.
func TestARowFromBeforeHasTheDefaultOfANewColumn(t *testing.T) {
	w := openEmpty(t)
	for _, statement := range append(
		w.statements("create table raw_early\n(\n    number UInt8 comment 'Number'\n)\nengine = MergeTree\norder by number\ncomment 'Early.';\n"),
		"insert into raw_early values (7)") {
		if err := w.writer.Exec(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		for _, statement := range w.statements("alter table raw_early add column remark String comment 'Remark' after number;\n") {
			if err := w.writer.Exec(t.Context(), statement); err != nil {
				t.Fatal(err)
			}
		}
	}
	if got := ask[string](t, w, "select concat(toString(number), remark, '.') from raw_early"); got != "7." {
		t.Errorf("the row reads %q", got)
	}
}

func (w *Warehouse) statements(migration string) []string {
	return renderer{database: w.database, cluster: w.cluster}.migration(migration)
}
