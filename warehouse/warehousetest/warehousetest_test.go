package warehousetest

import "testing"

func TestMain(m *testing.M) { Main(m) }

func TestATestHasItsOwnDatabase(t *testing.T) {
	first, second := Database(t), Database(t)
	if first == second {
		t.Fatalf("both databases are %s", first)
	}
	conn := Conn(t, first)
	if err := conn.Exec(t.Context(), "create table core_x (a Int32) engine = MergeTree order by a"); err != nil {
		t.Fatal(err)
	}
	var rows uint64
	if err := AnalystConn(t, first).QueryRow(t.Context(), "select count() from core_x").Scan(&rows); err != nil {
		t.Errorf("analyst reads core_x: %v", err)
	}
	if err := Conn(t, second).QueryRow(t.Context(), "select count() from core_x").Scan(&rows); err == nil {
		t.Error("the second database sees the table of the first")
	}
}
