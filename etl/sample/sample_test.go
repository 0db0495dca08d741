package sample_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bellwether/etl"
	"bellwether/etl/civilaffairs"
	"bellwether/etl/department"
	"bellwether/etl/education"
	"bellwether/etl/etltest"
	"bellwether/etl/health"
	"bellwether/etl/public"
	"bellwether/etl/sample"
)

// seed is that of the demonstration.
const seed = 1

func write(t *testing.T, seed uint64) (string, sample.Manifest) {
	t.Helper()
	dir := t.TempDir()
	manifest, err := sample.Write(dir, seed)
	if err != nil {
		t.Fatal(err)
	}
	return dir, manifest
}

func forms(t *testing.T) *etl.Forms {
	t.Helper()
	all, err := etl.LoadForms(public.Files, health.Files, education.Files, civilaffairs.Files, department.Files)
	if err != nil {
		t.Fatal(err)
	}
	all.Complete(etltest.RealCatalog(t))
	return all
}

// files lists the files below a directory with slashes, in order.
func files(t *testing.T, dir string) []string {
	t.Helper()
	var names []string
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func TestTheSameSeedGivesTheSameBytesOnEveryMachine(t *testing.T) {
	var sums strings.Builder
	first, one := write(t, seed)
	second, other := write(t, seed)
	if diff := cmp.Diff(one, other); diff != "" {
		t.Error(diff)
	}
	for _, name := range files(t, first) {
		sum := etltest.Payload(t, filepath.Join(first, name)).SHA256
		fmt.Fprintf(&sums, "%s  %s\n", sum, name)
		if again := etltest.Payload(t, filepath.Join(second, name)).SHA256; again != sum {
			t.Errorf("%s has other bytes the second time", name)
		}
	}
	etltest.Golden(t, "testdata/sha256.txt", sums.String())
}

func TestTheManifestIsComplete(t *testing.T) {
	dir, manifest := write(t, seed)
	known := forms(t)
	listed := []string{sample.LabelsFile}
	for i, p := range manifest.Payloads {
		listed = append(listed, p.File)
		if _, ok := known.Form(p.Form); !ok {
			t.Errorf("%s: there is no form %s", p.File, p.Form)
		}
		if p.IsSimulated == p.Received.IsZero() || p.IsSimulated == (p.Licence != "") || p.IsSimulated == p.AcceptNew {
			t.Errorf("%s is neither a return nor a licensed series: %+v", p.File, p)
		}
		if !p.IsSimulated {
			continue
		}
		if base := filepath.Base(p.File); !strings.HasPrefix(base, p.Agency+"_"+strconv.Itoa(p.Year)) {
			t.Errorf("%s does not carry agency and year", p.File)
		}
		if i > 0 && p.Received.Before(manifest.Payloads[i-1].Received) {
			t.Errorf("%s comes before the payload listed above it", p.File)
		}
	}
	slices.Sort(listed)
	if diff := cmp.Diff(files(t, dir), listed); diff != "" {
		t.Errorf("files and payloads differ: %s", diff)
	}
	for _, fault := range manifest.Faults {
		if isThere := slices.Contains(listed, fault.File); isThere == (fault.Code == "late_agency") {
			t.Errorf("fault %s lies in %s, which is there: %v", fault.Code, fault.File, isThere)
		}
		if fault.TextZh == "" || fault.TextEn == "" {
			t.Errorf("fault %s is not explained", fault.Code)
		}
	}
	if n := len(manifest.Payloads); n != 3*(sample.LastYear-sample.FirstYear+1)-1+1+3 {
		t.Errorf("got %d payloads: want a return of each agency and year but one, a revision and 3 series", n)
	}
}

// TestEveryAlertThatIsOpenIsLabelled: what the demonstration has to find, a
// backtest has to find as well.
func TestEveryAlertThatIsOpenIsLabelled(t *testing.T) {
	_, manifest := write(t, seed)
	for _, alert := range manifest.Alerts() {
		isLabelled := slices.ContainsFunc(manifest.Labels(), func(l sample.Label) bool {
			return l.Rule == alert.Rule && l.Target == alert.Target && l.Indicator == alert.Indicator
		})
		if !isLabelled {
			t.Errorf("%+v has no label", alert)
		}
	}
}

// refusal is what a test compares of a reject.
type refusal struct{ File, Cell, Reason, Rule string }

// TestEveryFileReadsWithExactlyThePlantedRejects also tries other seeds: they
// change the figures and none of the faults.
func TestEveryFileReadsWithExactlyThePlantedRejects(t *testing.T) {
	rules := map[string]string{}
	for _, reason := range etl.Reasons() {
		rules[reason.Code] = strconv.Itoa(int(reason.Rule))
	}
	r := newReader(t, "")
	var manifest sample.Manifest
	for _, seed := range []uint64{0, seed, 2, 3, 1 << 63} {
		r.dir, manifest = write(t, seed)
		var got, want []refusal
		for _, fault := range manifest.Faults {
			if fault.Reason != "" {
				want = append(want, refusal{fault.File, fault.Cell, fault.Reason, rules[fault.Reason]})
			}
		}
		for _, p := range manifest.Payloads {
			read, summary := r.read(p)
			if summary.Loaded == 0 {
				t.Errorf("seed %d: %s: nothing was loaded", seed, p.File)
			}
			for _, row := range read.Refused.Rows {
				column := func(name string) string { return row[slices.Index(read.Refused.Header, name)] }
				got = append(got, refusal{p.File, column("cell"), column("reason_code"), column("rule_number")})
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("seed %d: %s", seed, diff)
		}
	}
}

// reader reads payloads by their forms.
type reader struct {
	t       *testing.T
	dir     string
	forms   *etl.Forms
	catalog etl.Catalog
}

func newReader(t *testing.T, dir string) reader {
	return reader{t: t, dir: dir, forms: forms(t), catalog: etltest.RealCatalog(t)}
}

func (r reader) read(p sample.Payload) (*etltest.Collector, etl.Summary) {
	r.t.Helper()
	payload := etltest.Payload(r.t, filepath.Join(r.dir, filepath.FromSlash(p.File)))
	payload.SourceCode = p.Agency
	return etltest.Read(r.t, etltest.Form(r.t, r.forms, p.Form), r.catalog, payload, etl.Params{AcceptNew: p.AcceptNew})
}
