package engine

import (
	"context"
	"io"
	"io/fs"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestBadLoginsAndGarbageDoNotEndTheEngine(t *testing.T) {
	e := start(t, Config{})
	before := e.State()
	writer := e.Address(RoleWriter)
	httpHost := strings.TrimPrefix(writer.HTTP, "http://")

	wrongPassword := Address{Native: writer.Native, HTTP: writer.HTTP, User: writer.User, Password: "wrong"}
	unknownUser := Address{Native: writer.Native, HTTP: writer.HTTP, User: "nobody", Password: "wrong"}
	for _, intruder := range []Address{wrongPassword, unknownUser, wrongPassword} {
		if _, _, err := askNative(t.Context(), intruder); err == nil {
			t.Errorf("%s logged in over the native protocol", intruder.User)
		}
		if answer, err := askHTTP(t.Context(), intruder); err == nil && !strings.Contains(answer, "Authentication failed") {
			t.Errorf("%s logged in over HTTP: %s", intruder.User, answer)
		}
	}

	garbage := make([]byte, 200)
	random := rand.NewChaCha8([32]byte{1})
	random.Read(garbage)
	hello := append([]byte{0, 4}, "test"...) // the start of a client's hello, then nothing
	for _, host := range []string{writer.Native, httpHost} {
		for _, bytes := range [][]byte{garbage, hello, []byte("GET / HTTP/1.1\r\n\r\n"), {}, {0xff}} {
			sendBytes(t, host, bytes)
		}
	}

	wantAnswer(t, e, "select 'alive'", "alive")
	if after := e.State(); after.EnginePID != before.EnginePID || after.Restarts != 0 {
		t.Errorf("the engine was restarted: before %+v, after %+v", before, after)
	}
}

// sendBytes writes bytes, hangs up its half and reads until the engine does too.
func sendBytes(t *testing.T, host string, bytes []byte) {
	t.Helper()
	connection, err := net.Dial("tcp", host)
	if err != nil {
		t.Fatalf("dial %s: %v", host, err)
	}
	defer connection.Close()
	connection.Write(bytes)
	connection.(*net.TCPConn).CloseWrite()
	connection.SetReadDeadline(time.Now().Add(3 * time.Second))
	io.Copy(io.Discard, connection)
}

func TestUserDefaultCanNeitherReadNorWrite(t *testing.T) {
	e := start(t, Config{})
	do(t, e,
		"create database bellwether",
		"create table bellwether.core_x (a Int32) engine = MergeTree order by a",
		"insert into bellwether.core_x values (1)",
	)
	statements := []string{
		"select a from bellwether.core_x",
		"select count() from bellwether.core_x",
		"insert into bellwether.core_x values (2)",
		"create database other",
		"create table default.t (a Int32) engine = Memory",
		"create temporary table t (a Int32)",
		"drop database bellwether",
		"select name from system.tables",
		"select name from system.users",
		"select * from numbers(3)",
		"select * from file('/etc/passwd', 'LineAsString')",
		"select * from url('http://127.0.0.1:1/', 'LineAsString')",
		"system stop listen tcp",
		"system shutdown",
		"show tables from bellwether",
	}
	for _, statement := range statements {
		t.Run(statement, func(t *testing.T) {
			intruder := e.Address("default")
			if err := connect(t, intruder).Exec(t.Context(), statement); exceptionCode(err) == 0 {
				t.Errorf("native: want an exception of the engine, got %v", err)
			}
			if status, answer := post(t, intruder, statement); status == http.StatusOK {
				t.Errorf("HTTP: got %q", answer)
			}
		})
	}
	wantAnswer(t, e, "select toString(count()) from bellwether.core_x", "1")
}

func post(t *testing.T, a Address, statement string) (status int, answer string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, a.HTTP, strings.NewReader(statement))
	if err != nil {
		t.Fatal(err)
	}
	request.SetBasicAuth(a.User, a.Password)
	request.Close = true
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(text)
}

func TestAnalystReadsViewsAndNothingElse(t *testing.T) {
	e := start(t, Config{MoreDatabases: []string{"second"}})
	do(t, e,
		"create database bellwether", "create database second", "create database third",
		"create table bellwether.raw_x (a Int32) engine = MergeTree order by a",
		"insert into bellwether.raw_x values (1)",
		"create table second.dim_x (a Int32) engine = MergeTree order by a",
		"create table third.core_x (a Int32) engine = MergeTree order by a",
		"create view bellwether.core_x definer = bellwether_writer sql security definer as select a from bellwether.raw_x",
		"create view bellwether.mart_x definer = bellwether_writer sql security definer as select a from bellwether.core_x",
		"create view bellwether.alert_x definer = bellwether_writer sql security definer as select a from bellwether.mart_x",
	)
	cases := []struct {
		statement string
		code      int32 // 0: allowed
	}{
		{"select toString(a) from bellwether.core_x", 0},
		{"select toString(a) from bellwether.mart_x", 0},
		{"select toString(a) from bellwether.alert_x", 0},
		{"select toString(count()) from second.dim_x", 0},
		{"select name from system.columns where database = 'bellwether' and table = 'core_x'", 0},
		{"select toString(a) from bellwether.core_x settings max_execution_time = 10", 0},
		{"select toString(a) from bellwether.raw_x", 497},
		{"select toString(count()) from third.core_x", 497},
		{"select toString(count()) from merge('bellwether', '^raw_')", 636}, // it sees no such table,
		{"insert into second.dim_x values (2)", 497},
		{"insert into bellwether.raw_x values (2)", 497},
		{"create view bellwether.core_y as select 1 as a", 497},
		{"create table second.dim_y (a Int32) engine = Memory", 497},
		{"create temporary table t (a Int32)", 497},
		{"create function f as x -> x", 497},
		{"drop table second.dim_x", 497},
		{"truncate table second.dim_x", 497},
		{"alter table second.dim_x delete where 1", 497},
		{"grant select on bellwether.raw_x to analyst", 497},
		{"system flush logs", 497},
		{"kill query where 1", 497},
		{"backup database bellwether to File('x')", 497},
		{"select toString(count()) from file('/etc/passwd', 'LineAsString')", 497},
		{"select toString(count()) from url('http://127.0.0.1:1/', 'LineAsString')", 497},
		{"select toString(count()) from remote('127.0.0.1:1', 'system.one')", 497},
		{"select name from system.users", 497},
		{"select query from system.processes", 497},
		{"select substitution from system.macros", 497},
		{"set readonly = 0", 164},
		{"select '1' settings allow_ddl = 1", 392},
		{"select '1' settings max_execution_time = 31", 452},
		{"select '1' settings max_memory_usage = 1000000001", 452},
		{"select '1' settings max_rows_to_read = 200000001", 452},
		{"select '1' settings max_result_rows = 1000001", 452},
		{"select '1' settings max_threads = 3", 452},
		{"select '1' settings max_execution_time = 0", 452}, // 0 is no limit
		{"select '1' settings max_memory_usage = 0", 452},
		{"select '1' settings max_rows_to_read = 0", 452},
		{"select '1' settings max_result_rows = 0", 452},
		{"select '1' settings max_memory_usage_for_user = 0", 452},
		{"select '1' settings max_concurrent_queries_for_user = 100", 452},
		{"select '1' settings max_temporary_data_on_disk_size_for_user = 0", 452},
		{"select toString(count()) from numbers(300000000)", 158},
	}
	for _, c := range cases {
		t.Run(c.statement, func(t *testing.T) {
			if _, err := ask(t, e.Address(RoleAnalyst), c.statement); exceptionCode(err) != c.code || (err != nil) != (c.code != 0) {
				t.Errorf("want exception %d, got %v", c.code, err)
			}
		})
	}
	wantAnswer(t, e, "select toString(count()) from bellwether.raw_x", "1")
}

func TestAReporterSeesTheRowsOfItsAgency(t *testing.T) {
	own := "agency_code = substring(currentUser(), 10)"
	of := Role("reporter_health")
	e := start(t, Config{MoreDatabases: []string{"second"}, Access: []Access{
		{Role: of, Object: "core_x", Rows: own},
		{Role: of, Object: "mart_x", Rows: "a in (select a from {database}.core_x where " + own + ")"},
		{Role: of, Object: "core_all"},
		{Role: "auditor", Object: "*"},
	}})
	do(t, e, "create database bellwether", "create database second")
	for _, database := range []string{"bellwether", "second"} {
		do(t, e,
			"create table "+database+".raw_x (a Int32, agency_code LowCardinality(String)) engine = MergeTree order by a",
			"insert into "+database+".raw_x values (1, 'health'), (2, 'education'), (3, 'health')",
			"create view "+database+".core_x definer = bellwether_writer sql security definer as select a, agency_code from "+database+".raw_x",
			"create view "+database+".mart_x definer = bellwether_writer sql security definer as select a from "+database+".core_x",
			"create view "+database+".core_all definer = bellwether_writer sql security definer as select a from "+database+".core_x",
		)
	}
	cases := []struct {
		role            Role
		statement, want string
		code            int32 // 0: allowed
	}{
		{of, "select toString(groupArray(a)) from bellwether.core_x", "[1,3]", 0},
		{of, "select toString(groupArray(a)) from second.mart_x", "[1,3]", 0},
		{of, "select toString(groupArray(a)) from bellwether.core_all", "[1,2,3]", 0},
		{of, "select toString(count()) from bellwether.core_x", "2", 0},
		{of, "select toString(groupArray(a)) from merge('bellwether', '^core_x')", "[1,3]", 0},
		{of, "select toString(count()) from bellwether.raw_x", "", 497},
		{of, "insert into bellwether.raw_x values (4, 'health')", "", 497},
		{of, "set readonly = 0", "", 164},
		{"auditor", "select toString(groupArray(a)) from bellwether.core_x", "[1,2,3]", 0},
		{"auditor", "select toString(count()) from second.raw_x", "3", 0},
		{"auditor", "select toString(count()) from system.users", "", 497},
		{"auditor", "insert into bellwether.raw_x values (4, 'health')", "", 497},
		{"auditor", "drop table bellwether.raw_x", "", 497},
		{RoleAnalyst, "select '1'", "", 516}, // nothing is allowed to it, so there is no such user
	}
	for _, c := range cases {
		t.Run(string(c.role)+" "+c.statement, func(t *testing.T) {
			got, err := ask(t, e.Address(c.role), c.statement)
			if exceptionCode(err) != c.code || (err != nil) != (c.code != 0) || err == nil && got != c.want {
				t.Errorf("want %q or exception %d, got %q and %v", c.want, c.code, got, err)
			}
		})
	}
	if e.Has(RoleAnalyst) || !e.Has(of) {
		t.Error("the engine does not know its users")
	}
}

func TestWhatTheDirectoryHoldsIsPrivate(t *testing.T) {
	e := start(t, Config{})
	err := filepath.WalkDir(string(e.dir), func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if path == e.dir.data() {
			return fs.SkipDir // behind a directory of mode 0700
		}
		info, err := entry.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(e.dir.data()); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("data: want mode 0700, got %v, error %v", info.Mode(), err)
	}
}

func TestPasswordsOutliveTheEngineAndDifferByRole(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "engine")
	first := start(t, Config{Dir: dir})
	writer, analyst := first.Address(RoleWriter).Password, first.Address(RoleAnalyst).Password
	stop(t, first)
	second := start(t, Config{Dir: dir})
	if second.Address(RoleWriter).Password != writer || second.Address(RoleAnalyst).Password != analyst {
		t.Error("passwords changed from one start to the next")
	}
	if writer == analyst || len(writer) != 64 {
		t.Errorf("want two different passwords of 32 bytes in hex, got lengths %d and %d", len(writer), len(analyst))
	}
}

func TestTheEngineRunsInUTC(t *testing.T) {
	t.Setenv("TZ", "Asia/Shanghai")
	e := start(t, Config{})
	wantAnswer(t, e, "select toString(toDateTime(0))", "1970-01-01 00:00:00")
}

func TestMemoryOfTheWholeEngineIsBounded(t *testing.T) {
	e := start(t, Config{MaxMemoryBytes: 600 << 20})
	var size uint64
	err := connect(t, e.Address(RoleWriter)).QueryRow(context.Background(),
		"select length(groupArray(number)) from numbers(200000000)").Scan(&size)
	if exceptionCode(err) != 241 {
		t.Errorf("want exception 241, got %v", err)
	}
	wantAnswer(t, e, "select 'alive'", "alive")
}
