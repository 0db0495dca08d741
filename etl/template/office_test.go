package template

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bellwether/etl/etltest"
)

// office runs LibreOffice over files, without a window and with a profile of its
// own, and gives the directory of what it made of them.
func office(t *testing.T, format string, paths []string) string {
	t.Helper()
	program, err := exec.LookPath("soffice")
	if err != nil {
		if os.Getenv("BELLWETHER_REQUIRE") == "all" {
			t.Fatal("there is no LibreOffice (Debian package libreoffice-calc), and BELLWETHER_REQUIRE=all")
		}
		t.Skip("there is no LibreOffice (Debian package libreoffice-calc) to open the templates with")
	}
	out := t.TempDir()
	arguments := []string{"-env:UserInstallation=file://" + t.TempDir(), "--headless", "--convert-to", format, "--outdir", out}
	command := exec.CommandContext(t.Context(), program, append(arguments, paths...)...)
	if said, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	return out
}

// TestAnOfficeProgramKeepsEveryFigureOfATemplate fills in a template of each sector
// and of the form for departments, lets LibreOffice open and save them, and reads
// the same figures from both.
func TestAnOfficeProgramKeepsEveryFigureOfATemplate(t *testing.T) {
	b, dir := newBureau(t), t.TempDir()
	forms := []string{"health/mch_annual", "education/school_annual", "civil_affairs/service_annual", "department/womens_federation_annual"}
	var paths []string
	wants := map[string]*etltest.Collector{}
	for _, code := range forms {
		form, page := etltest.Form(t, b.forms, code), b.page(t, code, "")
		book := workbook(t, page, nil)
		filled := b.fillIn(t, page, book)
		path := filepath.Join(dir, strings.ReplaceAll(code, "/", "_")+".xlsx")
		if err := book.SaveAs(path); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
		payload := etltest.Payload(t, path)
		payload.SourceCode = form.SourceCode
		wants[path] = b.read(t, form, payload)
		wantWhole(t, page, wants[path], filled)
	}
	saved := office(t, "xlsx", paths)
	for i, path := range paths {
		form := etltest.Form(t, b.forms, forms[i])
		payload := etltest.Payload(t, filepath.Join(saved, filepath.Base(path)))
		payload.SourceCode = form.SourceCode
		if diff := cmp.Diff(wants[path], b.read(t, form, payload)); diff != "" {
			t.Errorf("%s: %s", forms[i], diff)
		}
	}
	printed := office(t, "pdf", paths)
	for _, path := range paths {
		name := strings.TrimSuffix(filepath.Base(path), ".xlsx") + ".pdf"
		text, err := os.ReadFile(filepath.Join(printed, name))
		if err != nil || !bytes.HasPrefix(text, []byte("%PDF")) {
			t.Errorf("%s was not printed: %v", name, err)
		}
	}
}
