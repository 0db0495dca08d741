package sql_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"bellwether/warehouse/warehousetest"
)

func testMain(m *testing.M, _ func(int)) { warehousetest.Main(m) }

func migrated(t *testing.T) driver.Conn {
	t.Helper()
	conn := warehousetest.Conn(t, warehousetest.Database(t))
	for _, pattern := range []string{"migrations/*.sql", "functions/*.sql"} {
		files, _ := filepath.Glob(pattern)
		for _, f := range files {
			text, _ := os.ReadFile(f)
			if err := conn.Exec(context.Background(), string(text)); err != nil {
				t.Fatal(f, err)
			}
		}
	}
	all := views(t)
	done := map[string]bool{}
	for len(done) < len(all) {
		for _, v := range all {
			ready := !slices.ContainsFunc(v.reads(), func(n string) bool {
				return slices.ContainsFunc(all, func(o view) bool { return o.name == n }) && !done[n]
			})
			if ready && !done[v.name] {
				if err := conn.Exec(context.Background(), v.text); err != nil {
					t.Fatal(v.name, err)
				}
				done[v.name] = true
			}
		}
	}
	return conn
}
