package sample_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"bellwether/etl"
	"bellwether/etl/etltest"
	"bellwether/etl/sample"
	"bellwether/jobs"
	"bellwether/warehouse"
)

func TestTheOrderOfLoadingAndOfLinesMakesNoVerdictDifferent(t *testing.T) {
	dir, manifest := write(t, seed)
	d := newDemonstration(t, dir)
	d.load(manifest)
	want := d.verdictHash()

	d.reload(manifest)
	if got := d.verdictHash(); got != want {
		t.Error("loading everything again changes the verdicts")
	}

	turned := manifest
	turned.Payloads = slices.Clone(manifest.Payloads)
	// A revision stays behind what it revises: both are of one year, and the sort is stable.
	slices.SortStableFunc(turned.Payloads, func(a, b sample.Payload) int { return b.Year - a.Year })
	if slices.EqualFunc(turned.Payloads, manifest.Payloads, func(a, b sample.Payload) bool { return a.File == b.File }) {
		t.Fatal("the other order is the same order")
	}
	for _, p := range turned.Payloads {
		if strings.HasSuffix(p.File, ".csv") && p.Agency == "health" {
			turnLines(t, filepath.Join(dir, filepath.FromSlash(p.File)))
		}
	}
	other := newDemonstration(t, dir)
	other.load(turned)
	if got := other.verdictHash(); got != want {
		t.Error("another order of files and lines changes the verdicts")
	}
}

// turnLines puts the lines below the header, the third, into the other order.
func turnLines(t *testing.T, file string) {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.SplitAfter(bytes.TrimSuffix(content, []byte("\n")), []byte("\n"))
	last := len(lines) - 1
	lines[last] = append(lines[last], '\n')
	slices.Reverse(lines[3:])
	if err := os.WriteFile(file, bytes.Join(lines, nil), 0o600); err != nil {
		t.Fatal(err)
	}
}

// reload loads every payload again although it is known.
func (d *demonstration) reload(manifest sample.Manifest) {
	d.t.Helper()
	for _, p := range manifest.Payloads {
		payload := etltest.Payload(d.t, filepath.Join(d.dir, filepath.FromSlash(p.File)))
		payload.SourceCode = p.Agency
		_, err := d.pipeline.Load(d.t.Context(), "again", jobs.Submission{
			Payload: payload, Form: etltest.Form(d.t, d.forms, p.Form), Params: etl.Params{AcceptNew: p.AcceptNew}, Force: true,
		})
		if err != nil {
			d.t.Fatalf("load %s: %v", p.File, err)
		}
	}
}

// verdictHash settles and hashes every value of the verdicts as it is printed.
func (d *demonstration) verdictHash() string {
	d.t.Helper()
	if _, err := d.warehouse.Settle(d.t.Context()); err != nil {
		d.t.Fatal(err)
	}
	result, err := d.warehouse.Query(d.t.Context(), warehouse.Question{
		SQL: "select * from mart_target_yearly order by target_code, area_code, period_year", Role: warehouse.Analyst,
	})
	if err != nil {
		d.t.Fatal(err)
	}
	sum, rows := sha256.New(), 0
	for values, err := range result.Rows() {
		if err != nil {
			d.t.Fatal(err)
		}
		fmt.Fprintln(sum, values...)
		rows++
	}
	if rows < 1000 {
		d.t.Fatalf("only %d verdicts", rows)
	}
	return hex.EncodeToString(sum.Sum(nil))
}
