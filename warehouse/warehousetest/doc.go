// Package warehousetest gives tests a real ClickHouse: one embedded engine per
// test process, started when the first test asks for it, and a private database
// per test. A package that uses it has, in one file,
//
//	func TestMain(m *testing.M) { warehousetest.Main(m) }
//
// With BELLWETHER_TEST_DSN=clickhouse://user:password@host:9000 the tests run
// against that server instead. Where there is no engine the tests skip aloud,
// unless BELLWETHER_REQUIRE=all makes them fail.
package warehousetest
