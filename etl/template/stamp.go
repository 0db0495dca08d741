package template

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"os"
	"strconv"

	"github.com/xuri/excelize/v2"

	"bellwether/etl"
)

// Stamp is what a template says of itself on its hidden sheet.
type Stamp struct {
	Form    string // code
	Version string // of form, catalog and layout together
	Year    int    // statistical year
	Area    string
}

// stampSheet is the hidden sheet; no office program offers to show it.
const stampSheet = "_bellwether"

// Keys of the hidden sheet, in the order of its rows.
const (
	formKey    = "form"
	versionKey = "version"
	yearKey    = "year"
	areaKey    = "area"
)

func (s Stamp) rows() [][2]string {
	return [][2]string{{formKey, s.Form}, {versionKey, s.Version}, {yearKey, strconv.Itoa(s.Year)}, {areaKey, s.Area}}
}

// FormCell is where the template names its form.
func (s Stamp) FormCell() string { return stampSheet + "!B1" }

// ReadStamp reads what a file says of itself; ok is false when it is no template.
// It returns a *etl.FormatError when the hidden sheet is there and does not say
// enough. A file that is no workbook, or a damaged one, is no template.
func ReadStamp(path string) (stamp Stamp, ok bool, err error) {
	if !hasStampSheet(path) {
		return Stamp{}, false, nil
	}
	book, err := excelize.OpenFile(path, excelize.Options{UnzipSizeLimit: maxUnzipBytes})
	if err != nil {
		return Stamp{}, false, nil
	}
	defer book.Close()
	return stampOf(book)
}

// maxUnzipBytes is far above any template.
const maxUnzipBytes = 64 << 20

// maxBookBytes is the most of the list of sheets that is looked at.
const maxBookBytes = 1 << 20

// hasStampSheet looks at the list of sheets alone, so that no large workbook is
// read for nothing.
func hasStampSheet(path string) bool {
	info, err := os.Stat(path)
	if err != nil || info.Size() > maxUnzipBytes {
		return false
	}
	archive, err := zip.OpenReader(path)
	if err != nil {
		return false
	}
	defer archive.Close()
	list, err := archive.Open("xl/workbook.xml")
	if err != nil {
		return false
	}
	defer list.Close()
	text, err := io.ReadAll(io.LimitReader(list, maxBookBytes))
	return err == nil && bytes.Contains(text, []byte(`"`+stampSheet+`"`))
}

func stampOf(book *excelize.File) (Stamp, bool, error) {
	rows, err := book.GetRows(stampSheet)
	if err != nil {
		return Stamp{}, false, nil
	}
	said := map[string]string{}
	for _, row := range rows {
		if len(row) > 1 {
			said[row[0]] = row[1]
		}
	}
	for i, row := range (Stamp{}).rows() {
		if said[row[0]] == "" {
			return Stamp{}, false, &etl.FormatError{At: fmt.Sprintf("%s!B%d", stampSheet, 1+i),
				WantZh: "模板的标识不全，不知道这是哪张表，请重新生成模板再填",
				Want:   "want the " + row[0] + " of the template, so that it is known what was filled in; make the template anew"}
		}
	}
	year, err := strconv.Atoi(said[yearKey])
	if err != nil {
		return Stamp{}, false, &etl.FormatError{At: stampSheet + "!B3", WantZh: "模板标识中的年度不是数字，请重新生成模板再填",
			Want: "want a year; make the template anew", Got: said[yearKey]}
	}
	return Stamp{Form: said[formKey], Version: said[versionKey], Year: year, Area: said[areaKey]}, true, nil
}
