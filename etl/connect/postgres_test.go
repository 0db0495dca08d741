package connect_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"bellwether/etl"
	"bellwether/etl/connect"
)

// query is a source on the real server, asked as a role that may only read.
func query(t *testing.T, text string) connect.Postgres {
	t.Helper()
	return connect.Postgres{
		DSN: fmt.Sprintf("postgres://reader@127.0.0.1:%d/postgres", postgres(t).port), Password: connect.NewSecret("", secret(t, readerPassword)),
		Query: text, Name: "births.csv", SourceCode: "health", Spool: t.TempDir(), MaxBytes: 1 << 20,
		TimeLimit: 20 * time.Second, Retry: connect.Retry{Attempts: 2, FirstWait: time.Millisecond}, Now: time.Now,
	}
}

// asked is the pull of a query, and the text of its only payload.
func asked(t *testing.T, p connect.Postgres, last etl.Bookmark) (etl.Pull, string) {
	t.Helper()
	pull, err := p.Fetch(t.Context(), last)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { pull.Close() })
	if len(pull.Payloads) == 0 {
		return pull, ""
	}
	text, err := os.ReadFile(pull.Payloads[0].Path)
	if err != nil {
		t.Fatal(err)
	}
	return pull, string(text)
}

// refusedFor is the reason that a query fails for.
func refusedFor(t *testing.T, p connect.Postgres) etl.PullReason {
	t.Helper()
	_, err := p.Fetch(t.Context(), etl.Bookmark{})
	var failed *etl.PullError
	if !errors.As(err, &failed) {
		t.Fatalf("got %v, want a PullError", err)
	}
	if strings.Contains(err.Error(), readerPassword) {
		t.Errorf("the error shows the password: %v", err)
	}
	if files, err := os.ReadDir(p.Spool); err != nil || len(files) != 0 {
		t.Errorf("%d files are left in the spool directory (%v)", len(files), err)
	}
	return failed.Reason
}

// TestRowsAreWrittenInOneWay holds every kind of value
// against its text. The server of the test is set to write dates, moments, intervals
// and floats otherwise; see its command line.
func TestRowsAreWrittenInOneWay(t *testing.T) {
	postgres(t).run(t, `
		create table births (area text, note text, born numeric(12,2), rate float8, big int8, day date, at timestamptz, span interval, is_final bool, raw bytea);
		insert into births values
			('450302', 'a "quoted", text', 12.40, 0.1, 9007199254740993, '2024-01-31', '2024-01-31 08:00:00+08', '1 day 2 hours', true, '\x00ff'),
			('450302', '', null, 'NaN', null, null, null, null, null, null),
			('450302', null, 0, 1e300, -1, '0044-03-15 BC', 'infinity', null, false, ''),
			('秀峰区', E'two\nlines', 1e9, null, 0, '2024-02-29', '2024-01-01 00:00:00.5+00', null, null, null);
		grant select on births to reader`)
	const want = `area,note,born,rate,big,day,at,span,is_final,raw
450302,"",,NaN,,,,,,
450302,"a ""quoted"", text",12.40,0.1,9007199254740993,2024-01-31,2024-01-31 00:00:00+00,P1DT2H,t,\x00ff
450302,,0.00,1e+300,-1,0044-03-15 BC,infinity,,f,\x
秀峰区,"two
lines",1000000000.00,,0,2024-02-29,2024-01-01 00:00:00.5+00,,,
`
	p := query(t, "select * from births;\n")
	pull, got := asked(t, p, etl.Bookmark{})
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	payload := pull.Payloads[0]
	if payload.FileName != "births.csv" || payload.SourceCode != "health" || payload.Size != int64(len(want)) ||
		!strings.HasSuffix(payload.Location, "/postgres") || strings.Contains(payload.Location, "reader") {
		t.Errorf("got %+v", payload)
	}
	p.Query = "select * from births order by rate desc, big -- in another order"
	again, _ := asked(t, p, etl.Bookmark{})
	if again.Payloads[0].SHA256 != payload.SHA256 {
		t.Error("the same rows in another order are another payload")
	}
}

func TestAWatermarkBringsOnlyWhatIsNew(t *testing.T) {
	postgres(t).run(t, `
		create table visits (id int, changed timestamptz);
		insert into visits values (1, '2024-01-01 00:00+00'), (2, '2024-01-02 00:00+00');
		grant select on visits to reader`)
	p := query(t, "select id, changed from visits where changed > $1")
	p.Watermark, p.FirstWatermark = "changed", "-infinity"
	first, text := asked(t, p, etl.Bookmark{})
	if strings.Count(text, "\n") != 3 || first.Bookmark.Watermark != "2024-01-02 00:00:00+00" {
		t.Fatalf("got %+v with\n%s", first.Bookmark, text)
	}
	nothing, text := asked(t, p, first.Bookmark)
	if text != "" || nothing.Bookmark != first.Bookmark || nothing.Remark == "" {
		t.Errorf("got %+v with %q, want nothing and the same bookmark", nothing, text)
	}
	postgres(t).run(t, "insert into visits values (9, '2024-01-10 00:00+00'), (10, '2024-01-09 00:00+00')")
	second, text := asked(t, p, first.Bookmark)
	if text != "id,changed\n10,2024-01-09 00:00:00+00\n9,2024-01-10 00:00:00+00\n" || second.Bookmark.Watermark != "2024-01-10 00:00:00+00" {
		t.Errorf("got %+v with\n%s", second.Bookmark, text)
	}
}

// TestANumericWatermarkIsComparedAsANumber because 9 is after 10 as text.
func TestANumericWatermarkIsComparedAsANumber(t *testing.T) {
	p := query(t, "select n from generate_series(1, 10) as n where n > $1")
	p.Watermark, p.FirstWatermark = "n", "0"
	if pull, _ := asked(t, p, etl.Bookmark{}); pull.Bookmark.Watermark != "10" {
		t.Errorf("got %+v", pull.Bookmark)
	}
}

func TestAQueryCanOnlyRead(t *testing.T) {
	postgres(t).run(t, `
		create table kept (n int);
		insert into kept values (1);
		grant all on kept to reader;
		create function spoil() returns int language sql as 'delete from kept; select 1'`)
	for _, text := range []string{
		"select spoil()",
		"delete from kept returning n",
		"with gone as (delete from kept returning n) select n from gone",
		"select 1; delete from kept",
		"select 1) as a; delete from kept; select * from (select 1",
		"select set_config('transaction_read_only', 'off', false), spoil()",
	} {
		if got := refusedFor(t, query(t, text)); got != etl.QueryFailed {
			t.Errorf("%s: got %s", text, got)
		}
	}
	if _, text := asked(t, query(t, "select n from kept"), etl.Bookmark{}); text != "n\n1\n" {
		t.Errorf("the table now holds %q", text)
	}
}

func TestEveryFailureOfADatabaseHasItsReason(t *testing.T) {
	postgres(t).run(t, "create table hidden (n int)")
	good := query(t, "select 1 as n")
	for name, one := range map[string]struct {
		change func(p *connect.Postgres)
		want   etl.PullReason
	}{
		"another password":    {func(p *connect.Postgres) { p.Password = connect.NewSecret("wrong", "") }, etl.AccessDenied},
		"no such database":    {func(p *connect.Postgres) { p.DSN = strings.Replace(p.DSN, "/postgres", "/nowhere", 2) }, etl.NotThere},
		"nobody listens":      {func(p *connect.Postgres) { p.DSN = "postgres://reader@127.0.0.1:1/postgres" }, etl.Unreachable},
		"no right to read":    {func(p *connect.Postgres) { p.Query = "select * from hidden" }, etl.AccessDenied},
		"no such table":       {func(p *connect.Postgres) { p.Query = "select * from nothing" }, etl.QueryFailed},
		"no such watermark":   {func(p *connect.Postgres) { p.Watermark = "other" }, etl.QueryFailed},
		"two columns alike":   {func(p *connect.Postgres) { p.Query = "select 1 as n, 2 as n" }, etl.QueryFailed},
		"too slow":            {func(p *connect.Postgres) { p.Query, p.TimeLimit = "select pg_sleep(60)", 500*time.Millisecond }, etl.TimeLimit},
		"too large":           {func(p *connect.Postgres) { p.Query = "select repeat('x', 1000) from generate_series(1, 2000)" }, etl.TooLarge},
		"password file gone":  {func(p *connect.Postgres) { p.Password = connect.NewSecret("", "/nowhere/password") }, etl.SecretMissing},
		"unknown certificate": {func(p *connect.Postgres) { p.DSN += "?sslmode=verify-full" }, etl.CertificateUntrusted},
	} {
		t.Run(name, func(t *testing.T) {
			p := good
			one.change(&p)
			if got := refusedFor(t, p); got != one.want {
				t.Errorf("got %s, want %s", got, one.want)
			}
		})
	}
}

func TestTheCertificateOfADatabaseIsVerified(t *testing.T) {
	p := query(t, "select ssl from pg_stat_ssl where pid = pg_backend_pid()")
	p.DSN, p.CAFile = strings.Replace(p.DSN, "127.0.0.1", "localhost", 1)+"?sslmode=verify-full", copied(t, postgres(t).certificate())
	if _, text := asked(t, p, etl.Bookmark{}); text != "ssl\nt\n" {
		t.Errorf("got %q, want an encrypted connection", text)
	}
}

func copied(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return secret(t, string(text))
}

func TestTheCheckOfADatabasePlansTheQueryAndDoesNotAskIt(t *testing.T) {
	p := query(t, "select pg_sleep(60), 1 as n")
	p.TimeLimit = 10 * time.Second
	if found, err := p.Check(t.Context()); err != nil || !strings.Contains(found, "columns: 2") {
		t.Errorf("got %q, %v", found, err)
	}
	p.Query = "select nothing"
	if _, err := p.Check(t.Context()); err == nil || !strings.HasPrefix(err.Error(), string(etl.QueryFailed)) {
		t.Errorf("got %v", err)
	}
}
