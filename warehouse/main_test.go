package warehouse

import (
	"os"
	"testing"

	"bellwether/warehouse/warehousetest"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(loaderDir); dir != "" {
		runLoader(dir)
		return
	}
	warehousetest.Main(m)
}

// open returns a warehouse on a private database, migrated.
func open(tb testing.TB) *Warehouse {
	tb.Helper()
	w := openEmpty(tb)
	if _, err := w.Migrate(tb.Context()); err != nil {
		tb.Fatal(err)
	}
	return w
}

func openEmpty(tb testing.TB) *Warehouse {
	tb.Helper()
	return openOn(tb, warehousetest.Database(tb))
}

func openOn(tb testing.TB, database string) *Warehouse {
	tb.Helper()
	config := Config{Database: database, DSN: os.Getenv("BELLWETHER_TEST_DSN")}
	if config.DSN == "" {
		config.Engine = warehousetest.Engine(tb)
	}
	return openWith(tb, config)
}

func openWith(tb testing.TB, config Config) *Warehouse {
	tb.Helper()
	w, err := Open(config)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := w.Close(); err != nil {
			tb.Error(err)
		}
	})
	return w
}

// ask returns the only value of an answer.
func ask[T any](tb testing.TB, w *Warehouse, question string) T {
	tb.Helper()
	var value T
	if err := w.writer.QueryRow(tb.Context(), question).Scan(&value); err != nil {
		tb.Fatalf("%s: %v", question, err)
	}
	return value
}
