package sql_test

import (
	"os"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"bellwether/warehouse"
	"bellwether/warehouse/warehousetest"
)

func TestMain(m *testing.M) { warehousetest.Main(m) }

// migrated returns a connection to a private database that holds everything
// this package declares.
func migrated(tb testing.TB) driver.Conn {
	tb.Helper()
	_, conn := open(tb)
	return conn
}

// open returns the warehouse too, for what only it does: settling the verdicts.
func open(tb testing.TB) (*warehouse.Warehouse, driver.Conn) {
	tb.Helper()
	database := warehousetest.Database(tb)
	config := warehouse.Config{Database: database, DSN: os.Getenv("BELLWETHER_TEST_DSN")}
	if config.DSN == "" {
		config.Engine = warehousetest.Engine(tb)
	}
	w, err := warehouse.Open(config)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { w.Close() })
	if _, err := w.Migrate(tb.Context()); err != nil {
		tb.Fatal(err)
	}
	return w, warehousetest.Conn(tb, database)
}
