package sample

import (
	"embed"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// series are the extracts of real public series; ATTRIBUTION.md beside them says
// where they come from and what was cut.
//
//go:embed testdata/worldbank/*.csv
var series embed.FS

// LabelsFile names the file of what the rules should say, beside the returns.
const LabelsFile = "labels.csv"

// Write writes the returns of the simulated district, the public series and the
// labels of the faults below a directory, which it makes, and says what it wrote and which faults are
// in there. The same seed gives the same bytes; files that are there already are
// replaced.
func Write(dir string, seed uint64) (Manifest, error) {
	w := &writer{dir: dir}
	district := newDistrict(seed)
	for year := FirstYear; year <= LastYear; year++ {
		w.year(district, year)
	}
	w.manifest.Faults = slices.Concat(standing(), w.manifest.Faults)
	slices.SortStableFunc(w.manifest.Payloads, func(a, b Payload) int { return a.Received.Compare(b.Received) })
	w.publicSeries()
	w.labels()
	w.manifest.OnDate = date(2026, 5, 6)
	if w.err != nil {
		return Manifest{}, fmt.Errorf("write sample data: %w", w.err)
	}
	return w.manifest, nil
}

// writer puts files into a directory and their payloads into the manifest. After
// the first error it does nothing.
type writer struct {
	dir      string
	manifest Manifest
	err      error
}

// year writes the returns of a year. The civil affairs bureau owes the last one.
func (w *writer) year(d *district, year int) {
	w.health(d.health(year), year)
	book, err := d.education(year).file()
	w.submission("education", year, date(year+1, 3, 12), book, err)
	if year == LastYear {
		return
	}
	welfare := d.civilAffairs(year)
	if year == slipYear {
		w.plant(welfare.plantSlip(fileName("civil_affairs", year)))
	}
	document, err := welfare.file()
	w.submission("civil_affairs", year, date(year+1, 3, 20), document, err)
}

// health writes the return of the health bureau, and in one year its revision.
func (w *writer) health(r *healthReturn, year int) {
	if year == LastYear {
		w.plant(r.plantExcess(fileName("health", year)))
	}
	table, err := r.file(year)
	w.submission("health", year, date(year+1, 2, 26), table, err)
	if year != revisionYear {
		return
	}
	name := fmt.Sprintf("health/health_%d_revised.csv", year)
	w.plant(r.plantRevision(name))
	table, err = r.file(year)
	w.put(submission("health", name, year, date(year+1, 9, 17)), table, err)
}

func (w *writer) plant(f Fault) { w.manifest.Faults = append(w.manifest.Faults, f) }

func (w *writer) submission(agency string, year int, received time.Time, data []byte, err error) {
	w.put(submission(agency, fileName(agency, year), year, received), data, err)
}

// submission describes a return of an agency.
func submission(agency, file string, year int, received time.Time) Payload {
	p := Payload{File: file, Agency: agency, Year: year, Received: received, IsSimulated: true}
	switch agency {
	case "health":
		p.Form, p.Submitter = "health/mch_annual", "秀峰区卫生健康局（模拟）"
	case "education":
		p.Form, p.Submitter = "education/school_annual", "秀峰区教育局（模拟）"
	case "civil_affairs":
		p.Form, p.Submitter = "civil_affairs/welfare_annual", "秀峰区民政局（模拟）"
	}
	return p
}

// fileName names the return of an agency for a year.
func fileName(agency string, year int) string {
	extension := map[string]string{"health": "csv", "education": "xlsx", "civil_affairs": "json"}[agency]
	return fmt.Sprintf("%s/%s_%d.%s", agency, agency, year, extension)
}

// publicSeries writes the extracts as they are embedded.
func (w *writer) publicSeries() {
	names, err := fs.Glob(series, "testdata/worldbank/*.csv")
	if err != nil {
		w.err = err
		return
	}
	for _, name := range names {
		data, err := series.ReadFile(name)
		w.put(Payload{
			File: "worldbank/" + path.Base(name), Form: "public/worldbank_csv", Agency: "worldbank",
			Submitter: "World Bank", AcceptNew: true, Licence: "CC BY 4.0",
			Attribution: "World Bank, World Development Indicators (extract)",
		}, data, err)
	}
}

// labels writes what the rules should say about the faults, for backtest. It is
// no payload.
func (w *writer) labels() {
	var b strings.Builder
	b.WriteString("rule_code,target_code,indicator_code,area_code,period_year\n")
	for _, l := range w.manifest.Labels() {
		fmt.Fprintf(&b, "%s,%s,%s,%s,%d\n", l.Rule, l.Target, l.Indicator, l.Area, l.Year)
	}
	w.file(LabelsFile, []byte(b.String()), nil)
}

// put writes one payload; err is what went wrong when it was made.
func (w *writer) put(p Payload, data []byte, err error) {
	if w.file(p.File, data, err); w.err == nil {
		w.manifest.Payloads = append(w.manifest.Payloads, p)
	}
}

func (w *writer) file(name string, data []byte, err error) {
	if w.err != nil {
		return
	}
	file := filepath.Join(w.dir, filepath.FromSlash(name))
	if err == nil {
		err = os.MkdirAll(filepath.Dir(file), 0o755)
	}
	if err == nil {
		err = os.WriteFile(file, data, 0o644)
	}
	if err != nil {
		w.err = fmt.Errorf("%s: %w", name, err)
	}
}

func date(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}
