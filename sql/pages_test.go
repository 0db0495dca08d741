package sql_test

import (
	"context"
	"encoding/csv"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"bellwether/sql"
)

// page is one case of a view: what the tables hold and which rows the view then
// has. Its text is the claim it makes.
//
//	A maintain target that failed once stays broken.
//	-- given/observation.csv --
//	indicator_code,period_year,numerator,denominator,value
//	…
//	-- where --
//	period_year = 2025
//	-- as_of --
//	2025-03-01 00:00:00
//	-- want.csv --
//	target_code,verdict
//	…
//
// Columns that a page does not name take the defaults of fillIn. The rows of
// testdata/base.txtar are there in every page.
type page struct {
	claim string
	given []table
	where string
	asOf  string
	want  [][]string // header first
}

type table struct {
	name string
	rows [][]string // header first
}

func readPage(t *testing.T, file string) page {
	t.Helper()
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	p := page{claim: strings.TrimSpace(string(archive.Comment))}
	for _, part := range archive.Files {
		name, given := strings.CutPrefix(part.Name, "given/")
		switch {
		case given:
			p.given = append(p.given, table{strings.TrimSuffix(name, ".csv"), readCSV(t, file, part.Data)})
		case part.Name == "want.csv":
			p.want = readCSV(t, file, part.Data)
		case part.Name == "where":
			p.where = strings.TrimSpace(string(part.Data))
		case part.Name == "as_of":
			p.asOf = strings.TrimSpace(string(part.Data))
		default:
			t.Fatalf("%s: unknown part %q", file, part.Name)
		}
	}
	return p
}

func readCSV(t *testing.T, file string, data []byte) [][]string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(string(data))).ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return rows
}

func TestViewsGiveWhatTheirPagesSay(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "*", "*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatalf("find pages: %d, %v", len(files), err)
	}
	base := readPage(t, filepath.Join("testdata", "base.txtar"))
	w, conn := open(t)
	settled := readingSettled(t)
	for _, file := range files {
		name := filepath.Base(filepath.Dir(file))
		t.Run(name+"/"+strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			p := readPage(t, file)
			if p.claim == "" || len(p.want) == 0 {
				t.Fatal("a page needs a claim and a want.csv, with a header at least")
			}
			empty(t, conn)
			fill(t, conn, slices.Concat(base.given, p.given))
			if settled[name] {
				if _, err := w.Settle(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			got, faulty := ask(t, conn, name, p)
			want := slices.Clone(p.want[1:])
			slices.SortFunc(want, slices.Compare)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s\n%s has other rows (-want +got):\n%s", p.claim, name, diff)
			}
			if len(faulty) > 0 {
				t.Errorf("alerts without a cause, or whose evidence is no JSON: %q", faulty)
			}
		})
	}
}

// readingSettled are the views that read what is settled after a load, directly or
// through others.
func readingSettled(t *testing.T) map[string]bool {
	t.Helper()
	ordered, err := sql.Views()
	if err != nil {
		t.Fatal(err)
	}
	settled := map[string]bool{}
	for _, v := range ordered {
		settled[v.Name] = slices.ContainsFunc(v.Reads, func(name string) bool {
			return settled[name] || name == "fct_target_yearly" || name == "fct_cause_yearly"
		})
	}
	return settled
}

// empty removes the rows of every table that has some: the pages share one database
// because creating sixty objects for each would take most of the time.
func empty(t *testing.T, conn driver.Conn) {
	t.Helper()
	rows, err := conn.Query(context.Background(), "select name from system.tables where database = currentDatabase() and engine like '%MergeTree' and name not like 'schema_%' and total_rows > 0")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		if err := conn.Exec(context.Background(), "truncate table "+name); err != nil {
			t.Fatal(err)
		}
	}
}

func fill(t *testing.T, conn driver.Conn, tables []table) {
	t.Helper()
	for _, given := range merged(tables) {
		targets := []string{given.name}
		if given.name == "observation" { // both tables hold it, as after a commit
			targets = []string{"fct_observation", "fct_observation_current"}
		}
		for _, target := range targets {
			header, values := fillIn(given)
			text := fmt.Sprintf("insert into %s (%s) values %s", target, strings.Join(header, ", "), strings.Join(values, ", "))
			if err := conn.Exec(context.Background(), text); err != nil {
				t.Fatalf("fill %s: %v\n%s", target, err, text)
			}
		}
	}
}

// merged leaves one-row defaults of the base out where the page brings its own.
func merged(tables []table) []table {
	var kept []table
	for i, given := range tables {
		own := slices.ContainsFunc(tables[i+1:], func(later table) bool { return later.name == given.name })
		if own && (given.name == "raw_commit" || given.name == "raw_evaluation") {
			continue
		}
		kept = append(kept, given)
	}
	return kept
}

// fillIn adds the columns that a page need not write.
func fillIn(given table) (header, values []string) {
	header = slices.Clone(given.rows[0])
	added := map[string]string{}
	add := func(column, value string) {
		if !slices.Contains(given.rows[0], column) {
			header = append(header, column)
			added[column] = value
		}
	}
	switch {
	case strings.HasPrefix(given.name, "dim_"):
		add("recorded_at", "2021-01-01 00:00:00")
	case given.name == "observation":
		for column, value := range map[string]string{
			"area_code": "450302", "sex": "_T", "age_group": "_T", "residence": "_T", "category": "_T",
			"source_code": "health", "freq": "A", "obs_status": "A", "conf_status": "F", "version": "1",
		} {
			add(column, value)
		}
		add("period_start", "")
		add("period_end", "")
	}
	if given.name == "dim_target" {
		for column, value := range map[string]string{
			"plan_code": "women", "section": "goal", "sex": "_T", "age_group": "_T", "residence": "_T", "category": "_T", "area_level": "district",
			"reference_sex": "_T", "reference_category": "_T", "baseline_year": "2020", "deadline_year": "2030", "mode": "reach", "value_origin": "printed", "name_zh": "指标", "name_en": "Indicator",
		} {
			add(column, value)
		}
	}
	if given.name == "dim_indicator" {
		for column, value := range map[string]string{
			"agency_code": "health", "data_kind": "administrative", "decimals": "2", "name_zh": "指标", "name_en": "Indicator", "multiplier": "100", "measure": "proportion",
		} {
			add(column, value)
		}
	}
	year := slices.Index(given.rows[0], "period_year")
	for _, row := range given.rows[1:] {
		var cells []string
		for i, column := range header {
			cell := added[column]
			if i < len(row) {
				cell = row[i]
			}
			switch {
			case column == "period_start" && cell == "":
				cell = row[year] + "-01-01"
			case column == "period_end" && cell == "":
				cell = row[year] + "-12-31"
			}
			cells = append(cells, literal(cell))
		}
		values = append(values, "("+strings.Join(cells, ", ")+")")
	}
	return header, values
}

// literal quotes a cell; the engine converts text to the type of the column. An
// empty cell is null, which becomes the default where a column takes no null.
func literal(cell string) string {
	switch {
	case cell == "":
		return "null"
	case strings.HasPrefix(cell, "["):
		return cell
	}
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(cell) + "'"
}

// ask returns the rows that the page is about, sorted, and of all rows of a view of
// alerts those that say no cause or whose evidence cannot be read. One question brings
// both: what a view costs is its planning.
func ask(t *testing.T, conn driver.Conn, view string, p page) (got, faulty [][]string) {
	t.Helper()
	isMeant, isFaulty := "1", "0"
	if p.where != "" {
		isMeant = p.where
	}
	if strings.HasPrefix(view, "alert_") {
		isFaulty = "cause_zh = '' or cause_en = '' or not isValidJSON(evidence)"
	}
	var columns []string
	for i, column := range p.want[0] {
		columns = append(columns, fmt.Sprintf("ifNull(toString(%s), '') as wanted_%d", column, i))
	}
	text := fmt.Sprintf("select %s, toUInt8(ifNull(%s, 0)) as is_meant, toUInt8(%s) as is_faulty from %s where is_meant or is_faulty",
		strings.Join(columns, ", "), isMeant, isFaulty, view)
	if p.asOf != "" {
		text += " settings log_comment = 'as_of=" + p.asOf + "'"
	}
	rows, err := conn.Query(context.Background(), text)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	defer rows.Close()
	got = [][]string{}
	for rows.Next() {
		row := make([]string, len(columns))
		var meant, fault uint8
		into := make([]any, 0, len(columns)+2)
		for i := range row {
			into = append(into, &row[i])
		}
		if err := rows.Scan(append(into, &meant, &fault)...); err != nil {
			t.Fatal(err)
		}
		if meant == 1 {
			got = append(got, row)
		}
		if fault == 1 {
			faulty = append(faulty, row)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	slices.SortFunc(got, slices.Compare)
	return got, faulty
}

func TestEveryViewCanBeAsked(t *testing.T) {
	conn := migrated(t)
	for _, v := range views(t) {
		if err := conn.Exec(context.Background(), "select * from "+v.name+" limit 0 settings log_comment = 'as_of=2024-01-01 00:00:00'"); err != nil {
			t.Errorf("%s: %v", v.name, err)
		}
	}
}
