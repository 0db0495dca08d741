package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"bellwether/sql"
	"bellwether/warehouse/access"
	"bellwether/warehouse/engine"
)

// TestMain lets the test program play three parts: the tests, the bellwether
// command that scripts run, and the engine child of either.
func TestMain(m *testing.M) {
	engine.RunChild()
	testscript.Main(suite{m}, map[string]func(){"bellwether": main})
}

// suite starts one engine that all scripts share, each with a database of its
// own, so that a command takes no longer than it does beside a daemon.
type suite struct{ m *testing.M }

// scriptEngine is what the scripts of this process share.
type scriptEngine struct {
	dir    string
	engine *engine.Engine
	err    error
}

const engineDirVariable = "BELLWETHER_SCRIPT_ENGINE"

// Run starts the engine, runs the tests and stops it.
func (s suite) Run() int {
	shared := startScriptEngine()
	if shared.err == nil {
		os.Setenv(engineDirVariable, shared.dir)
	} else {
		fmt.Fprintln(os.Stderr, "scripts have no engine:", shared.err)
	}
	code := s.m.Run()
	if shared.engine != nil {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		if err := shared.engine.Close(ctx); err != nil {
			fmt.Fprintln(os.Stderr, "stop engine:", err)
			code = max(code, 1)
		}
	}
	os.RemoveAll(shared.dir)
	return code
}

func startScriptEngine() (shared scriptEngine) {
	if shared.dir, shared.err = os.MkdirTemp("", "bellwether-script-"); shared.err != nil {
		return shared
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	var names []string
	for _, script := range scripts() {
		names = append(names, databaseOf(script))
	}
	allowed, err := access.List("health", "education")
	if err != nil {
		shared.err = err
		return shared
	}
	shared.engine, shared.err = engine.Start(ctx, engine.Config{
		Dir: shared.dir, Library: os.Getenv("BELLWETHER_ENGINE_LIB"), MoreDatabases: names, Access: allowed,
	})
	return shared
}

func scripts() []string {
	names, _ := filepath.Glob("testdata/script/*.txtar") // the pattern is sound
	return names
}

// databaseOf names the database of a script.
func databaseOf(script string) string {
	return "bw_script_" + strings.TrimSuffix(filepath.Base(script), ".txtar")
}

// needEngine is the data directory of the engine that scripts share.
func needEngine(t *testing.T) string {
	t.Helper()
	dir := os.Getenv(engineDirVariable)
	if dir == "" {
		if os.Getenv("BELLWETHER_REQUIRE") == "all" {
			t.Fatal("there is no engine, and BELLWETHER_REQUIRE=all")
		}
		t.Skip("there is no engine; see above")
	}
	return dir
}

func TestCommandsDoWhatTheScriptsType(t *testing.T) {
	dir := needEngine(t)
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	catalog, err := filepath.Abs("../../sql/catalog")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			config := filepath.Join(env.WorkDir, "config.yaml")
			env.Setenv("XDG_CACHE_HOME", cache)
			env.Setenv("BELLWETHER_CONFIG", config)
			env.Setenv("ENGINE_DIR", dir)
			env.Setenv("CATALOG", catalog)
			env.Setenv("BELLWETHER_ENGINE_LIB", os.Getenv("BELLWETHER_ENGINE_LIB"))
			listen, err := freeAddress()
			if err != nil {
				return err
			}
			env.Setenv("LISTEN", listen)
			database := databaseOf(strings.TrimPrefix(filepath.Base(env.WorkDir), "script-"))
			text := fmt.Sprintf("data_dir: %s\nwarehouse: {database: %s}\nlog: {level: error}\n", dir, database)
			return os.WriteFile(config, []byte(text), 0o600)
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"exits":        exits,
			"gb18030":      toGB18030,
			"fetch":        fetch,
			"rows":         manyRows,
			"recomputes":   recomputes,
			"hashes":       hashes,
			"publisher":    publisher,
			"samefindings": sameFindings,
			"fill":         fill,
			"shows":        shows,
			"ownrows":      ownRows,
		},
	})
}

// ownRows compares what a reporter sees of each object with what the auditor sees of it
// under the condition that the list of access states: ownrows health.
func ownRows(ts *testscript.TestScript, _ bool, arguments []string) {
	list, err := sql.AccessList()
	ts.Check(err)
	reporter := string(access.Reporter(arguments[0]))
	var seen, due []string
	for _, a := range list {
		if a.Reader != sql.ReporterReader {
			continue
		}
		question := fmt.Sprintf("select '%[1]s' as object, count() as rows from %[1]s", a.Object)
		seen = append(seen, question)
		if a.Rows != "" {
			condition := strings.NewReplacer("currentUser()", "'"+reporter+"'", "{database}.", "").Replace(a.Rows)
			question += " where " + condition
		}
		due = append(due, question)
	}
	ask := func(user string, questions []string) string {
		ts.Check(ts.Exec("bellwether", "sql", "--user", user, "-o", "csv", "select * from ("+strings.Join(questions, " union all ")+") order by object"))
		return ts.ReadFile("stdout")
	}
	if got, want := ask(reporter, seen), ask(string(access.Auditor), due); got != want {
		ts.Fatalf("%s sees\n%s\nwant\n%s", reporter, got, want)
	}
}

// freeAddress is a loopback address that nobody listens on.
func freeAddress() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return listener.Addr().String(), listener.Close()
}

// exits runs a command and compares its exit code: exits 3 bellwether load ….
func exits(ts *testscript.TestScript, _ bool, args []string) {
	err := ts.Exec(args[1], args[2:]...)
	code := 0
	var failed interface{ ExitCode() int }
	if errors.As(err, &failed) {
		code = failed.ExitCode()
	} else if err != nil {
		ts.Fatalf("run %s: %v", args[1], err)
	}
	if want := args[0]; fmt.Sprint(code) != want {
		ts.Fatalf("exit code %d, want %s", code, want)
	}
}

// hashes puts the first letters of two SHA-256 of the last answer into FIRST and
// SECOND.
func hashes(ts *testscript.TestScript, _ bool, _ []string) {
	lines := strings.Fields(ts.ReadFile("stdout"))
	if len(lines) != 3 { // below the heading
		ts.Fatalf("got %q, want two hashes", lines)
	}
	ts.Setenv("FIRST", lines[1][:10])
	ts.Setenv("SECOND", lines[2][:10])
}

// toGB18030 writes a text file anew in the encoding of the bureaus.
func toGB18030(ts *testscript.TestScript, _ bool, args []string) {
	text, err := simplifiedchinese.GB18030.NewEncoder().String(ts.ReadFile(args[0]))
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(text), 0o600))
}

// fetch gets an address, waiting until somebody answers, and prints the answer.
func fetch(ts *testscript.TestScript, _ bool, args []string) {
	var last error
	for range 100 {
		response, err := http.Get(args[0])
		if err == nil && response.StatusCode == http.StatusOK {
			_, err := io.Copy(ts.Stdout(), response.Body)
			response.Body.Close()
			ts.Check(err)
			return
		}
		last = err
		time.Sleep(200 * time.Millisecond)
	}
	ts.Fatalf("fetch %s: %v", args[0], last)
}

// manyRows writes a SDMX-CSV file of so many figures, one of which is no number:
// rows 100000 77777 file.csv.
func manyRows(ts *testscript.TestScript, _ bool, args []string) {
	count, err := strconv.Atoi(args[0])
	ts.Check(err)
	bad, err := strconv.Atoi(args[1])
	ts.Check(err)
	var b strings.Builder
	b.WriteString("DATAFLOW,REF_AREA,INDICATOR,SEX,TIME_PERIOD,OBS_VALUE\n")
	for i := range count {
		value := strconv.Itoa(i % 1000)
		if i+2 == bad { // the header is line 1
			value = "about 7"
		}
		fmt.Fprintf(&b, "TEST:FLOW(1.0),A%04d,NEW,_T,%d,%s\n", i/100, 1950+i%100, value)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), []byte(b.String()), 0o600))
}

// fill writes into cells of a workbook: fill FILE SHEET H7=98 I7=. What reads as a
// number is one.
func fill(ts *testscript.TestScript, _ bool, args []string) {
	book, err := excelize.OpenFile(ts.MkAbs(args[0]))
	ts.Check(err)
	defer book.Close()
	for _, entry := range args[2:] {
		at, text, _ := strings.Cut(entry, "=")
		if number, err := strconv.ParseFloat(text, 64); err == nil && args[1] != "_bellwether" {
			ts.Check(book.SetCellValue(args[1], at, number))
			continue
		}
		ts.Check(book.SetCellValue(args[1], at, text))
	}
	ts.Check(book.Save())
}

// shows compares cells of a workbook: shows FILE SHEET A7=text.
func shows(ts *testscript.TestScript, _ bool, args []string) {
	book, err := excelize.OpenFile(ts.MkAbs(args[0]))
	ts.Check(err)
	defer book.Close()
	for _, entry := range args[2:] {
		at, want, _ := strings.Cut(entry, "=")
		got, err := book.GetCellValue(args[1], at)
		ts.Check(err)
		if got != want {
			ts.Fatalf("%s of %s is %q, want %q", at, args[0], got, want)
		}
	}
}
