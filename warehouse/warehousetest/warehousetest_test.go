package warehousetest

import (
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2"
)

func TestMain(m *testing.M) { Main(m) }

func TestEachDatabaseIsPrivate(t *testing.T) {
	first, second := Database(t), Database(t)
	if first == second {
		t.Fatalf("both databases are %s", first)
	}
	if err := Conn(t, first).Exec(t.Context(), "create table core_x (a Int32) engine = MergeTree order by a"); err != nil {
		t.Fatal(err)
	}
	var rows uint64
	if err := Conn(t, second).QueryRow(t.Context(), "select count() from core_x").Scan(&rows); err == nil {
		t.Error("the second database sees the table of the first")
	}
}

func TestADatabaseIsDroppedWithItsTest(t *testing.T) {
	var name string
	t.Run("a test", func(t *testing.T) { name = Database(t) })
	var found uint64
	row := Conn(t, "system").QueryRow(t.Context(), "select count() from databases where name = {name:String}",
		clickhouse.Named("name", name))
	if err := row.Scan(&found); err != nil || found != 0 {
		t.Errorf("want %s gone, found %d, error %v", name, found, err)
	}
}

func TestTheAnalystReadsTheViewsOfAPrivateDatabase(t *testing.T) {
	database := Database(t)
	for _, statement := range []string{
		"create table raw_x (a Int32) engine = MergeTree order by a",
		"create view core_x definer = bellwether_writer sql security definer as select a from raw_x",
	} {
		if err := Conn(t, database).Exec(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	analyst := AnalystConn(t, database)
	var rows uint64
	if err := analyst.QueryRow(t.Context(), "select count() from core_x").Scan(&rows); err != nil {
		t.Errorf("core_x: %v", err)
	}
	if err := analyst.QueryRow(t.Context(), "select count() from raw_x").Scan(&rows); err == nil {
		t.Error("the analyst reads raw_x")
	}
}
