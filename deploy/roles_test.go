package deploy_test

import (
	"encoding/xml"
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"bellwether/sql"
	"bellwether/warehouse/warehousetest"
)

var update = flag.Bool("update", false, "write the files that are made anew")

func TestMain(m *testing.M) { warehousetest.Main(m) }

const rolesFile = "clickhouse/roles.sql"

// rolesHead is what roles.sql says of the writer and of itself.
const rolesHead = `-- Roles on a ClickHouse server: what each may do, and limits that no query can raise.
-- Made from sql/access.csv and the limits of the embedded engine by
-- go test ./deploy -run Roles -update. An administrator runs it before the first
-- bellwether migrate and again after an upgrade; every statement can be repeated:
--
--   clickhouse-client --secure --user administrator --ask-password --queries-file roles.sql
--   create user bellwether  identified with sha256_password by '…' default role bellwether_writer;
--   create user analyst     identified with sha256_password by '…' default role bellwether_analyst;
--   create user auditor     identified with sha256_password by '…' default role bellwether_auditor;
--   create user reporter_health identified with sha256_password by '…' default role bellwether_reporter;
--
-- A reporter is named after its agency: reporter_ and the code in core_agency. On a cluster
-- whose users are not replicated, run it on every replica, with cluster and remote granted too.

create role if not exists bellwether_writer;
grant select, insert, alter, create, drop, truncate, optimize, backup on bellwether.* to bellwether_writer;
-- what-if, backtest and drill work beside the warehouse, and so do restore and rebuild
grant select, insert, alter, create, drop, truncate, optimize, backup on bellwether_scratch_*.* to bellwether_writer;
grant select, insert, alter, create, drop, truncate, optimize on bellwether_restoring.* to bellwether_writer;
grant select, insert, alter, create, drop, truncate, optimize on bellwether_rebuilding.* to bellwether_writer;
grant create function, drop function on *.* to bellwether_writer;
grant table engine on MergeTree to bellwether_writer;
grant table engine on ReplacingMergeTree to bellwether_writer;
grant table engine on ReplicatedMergeTree to bellwether_writer;
grant table engine on ReplicatedReplacingMergeTree to bellwether_writer;
grant table engine on Distributed to bellwether_writer;
grant select on system.tables to bellwether_writer;
grant select on system.columns to bellwether_writer;
grant select on system.databases to bellwether_writer;
grant select on system.functions to bellwether_writer;
grant select on system.macros to bellwether_writer;
grant select on system.backups to bellwether_writer;
`

// limit is a setting of the profile of readers, with what it may be changed to.
type limit struct{ name, value, constraint string }

// readerLimits reads them from the users of the embedded engine.
func readerLimits(t *testing.T) []limit {
	t.Helper()
	type setting struct {
		XMLName  xml.Name
		Value    string    `xml:",chardata"`
		Min      string    `xml:"min"`
		Max      string    `xml:"max"`
		ReadOnly *struct{} `xml:"readonly"`
	}
	text := string(readFile(t, "../warehouse/engine/users.xml.tmpl"))
	start, end := strings.Index(text, "<analyst>"), strings.Index(text, "</analyst>")
	var profile struct {
		Settings    []setting `xml:",any"`
		Constraints struct {
			Settings []setting `xml:",any"`
		} `xml:"constraints"`
	}
	if err := xml.Unmarshal([]byte(text[start:end]+"</analyst>"), &profile); err != nil {
		t.Fatal(err)
	}
	var all []limit
	for _, s := range profile.Settings {
		l := limit{name: s.XMLName.Local, value: s.Value}
		for _, c := range profile.Constraints.Settings {
			switch {
			case c.XMLName.Local != l.name:
			case c.ReadOnly != nil:
				l.constraint = " readonly"
			default:
				l.constraint = " min " + c.Min + " max " + c.Max
			}
		}
		if regexp.MustCompile(`^[a-z]`).MatchString(l.value) {
			l.value = "'" + l.value + "'"
		}
		all = append(all, l)
	}
	return all
}

func rolesText(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	b.WriteString(rolesHead)
	b.WriteString("\ncreate settings profile if not exists bellwether_reader;\nalter settings profile bellwether_reader settings")
	for i, l := range readerLimits(t) {
		if i > 0 {
			b.WriteString(",")
		}
		fmt.Fprintf(&b, "\n    %s = %s%s", l.name, l.value, l.constraint)
	}
	b.WriteString(";\n")
	list, err := sql.AccessList()
	if err != nil {
		t.Fatal(err)
	}
	var last sql.Reader
	for _, a := range list {
		role := "bellwether_" + string(a.Reader)
		if a.Reader != last {
			fmt.Fprintf(&b, "\ncreate role if not exists %[1]s;\nalter role %[1]s settings profile 'bellwether_reader';\nrevoke select on bellwether.* from %[1]s;\n", role)
			last = a.Reader
		}
		fmt.Fprintf(&b, "grant select on bellwether.%s to %s;\n", a.Object, role)
		if a.Rows != "" {
			fmt.Fprintf(&b, "create row policy or replace own_agency on bellwether.%s as permissive for select\n    using %s to %s;\n",
				a.Object, strings.ReplaceAll(a.Rows, "{database}", "bellwether"), role)
		}
	}
	return b.String()
}

func TestRolesOfAServerAreThoseOfTheEngine(t *testing.T) {
	want := rolesText(t)
	if *update {
		if err := os.WriteFile(rolesFile, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got := string(readFile(t, rolesFile)); got != want {
		t.Errorf("%s is not what sql/access.csv and the limits of the engine make; run go test ./deploy -run Roles -update", rolesFile)
	}
}

// TestEveryStatementOfTheRolesIsOneOfClickHouse has the real engine parse each; it has no
// place to keep roles in, so it does not run them.
func TestEveryStatementOfTheRolesIsOneOfClickHouse(t *testing.T) {
	connection := warehousetest.Conn(t, warehousetest.Database(t))
	parse := func(statement string) (formatted string, err error) {
		err = connection.QueryRow(t.Context(), "select formatQuerySingleLine($1)", statement).Scan(&formatted)
		return formatted, err
	}
	statements := statementsOf(string(readFile(t, rolesFile)))
	if len(statements) < 40 {
		t.Fatalf("there are %d statements", len(statements))
	}
	for _, s := range statements {
		formatted, err := parse(s)
		if err != nil {
			t.Errorf("%s: %v", s, err)
		} else if first, _, _ := strings.Cut(formatted, " "); !slices.Contains([]string{"CREATE", "GRANT", "REVOKE", "ALTER"}, first) {
			t.Errorf("%s is read as %s", s, formatted)
		}
	}
	if _, err := parse("grant selekt on bellwether.x to y"); err == nil {
		t.Error("anything is a statement")
	}
}

// statementsOf takes the comments away and cuts at semicolons, which no text here holds.
func statementsOf(text string) []string {
	text = regexp.MustCompile(`(?m)^--.*$`).ReplaceAllString(text, "")
	var all []string
	for s := range strings.SplitSeq(text, ";") {
		if s = strings.TrimSpace(s); s != "" {
			all = append(all, s)
		}
	}
	return all
}

// TestTheFilesOfAServerAreWellFormed reads the XML of the server, whose own program is
// not at hand, and holds what must not be missing.
func TestTheFilesOfAServerAreWellFormed(t *testing.T) {
	for name, wants := range map[string][]string{
		"clickhouse/config.xml": {`<http_port remove="remove">`, `<tcp_port remove="remove">`, "<allow_no_password>0</allow_no_password>", "<allowed_disk>backups</allowed_disk>"},
		"clickhouse/users.xml":  {`<default remove="remove">`, "<ip>127.0.0.1</ip>", "from_env="},
		"docker/clickhouse.xml": {"<allowed_disk>backups</allowed_disk>"},
	} {
		text := string(readFile(t, name))
		var root struct {
			XMLName xml.Name
			Any     []struct{ XMLName xml.Name } `xml:",any"`
		}
		if err := xml.Unmarshal([]byte(text), &root); err != nil {
			t.Errorf("%s: %v", name, err)
		} else if root.XMLName.Local != "clickhouse" || len(root.Any) == 0 {
			t.Errorf("%s holds %s with %d parts", name, root.XMLName.Local, len(root.Any))
		}
		for _, want := range wants {
			if !strings.Contains(strings.ReplaceAll(text, "/>", ">"), want) {
				t.Errorf("%s does not have %s", name, want)
			}
		}
	}
}
