package decode

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/xuri/excelize/v2"
)

// sheetMarks are what a sheet says of its cells beside their texts. The library
// would hold the whole sheet in memory to tell it.
type sheetMarks struct {
	merges     [][4]int          // left, top, right, bottom, from 1
	formulas   map[[2]int]string // row, column from 0 -> formula whose result was never stored
	hasFormats bool              // cells that may be shown otherwise than they are stored: numbers with a format, truths
}

// readMarks reads the merged ranges and the formulas without result of a sheet.
func (d *xlsxDocument) readMarks(sheet string) (sheetMarks, error) {
	marks := sheetMarks{formulas: map[[2]int]string{}}
	archive, err := zip.OpenReader(d.path)
	if err != nil {
		return marks, err
	}
	defer archive.Close()
	part, err := findSheetPart(&archive.Reader, sheet)
	if err != nil {
		return marks, err
	}
	err = eachElement(part, func(r *xmlReader, element xml.StartElement) error {
		switch element.Name.Local {
		case "mergeCell":
			if len(marks.merges) >= d.limits.Merges {
				return &FormatError{File: d.name, At: sheet, WantZh: fmt.Sprintf("合并单元格最多 %d 处", d.limits.Merges),
					Want: fmt.Sprintf("want at most %d merged ranges", d.limits.Merges)}
			}
			return marks.addMerge(attribute(element, "ref"))
		case "c":
			if len(marks.formulas) > d.limits.Cells {
				return d.tooLarge(sheet)
			}
			return marks.addCell(r, element)
		}
		return nil
	})
	return marks, err
}

func (m *sheetMarks) addMerge(ref string) error {
	from, to, _ := strings.Cut(ref, ":")
	left, top, err := excelize.CellNameToCoordinates(from)
	if err != nil {
		return err
	}
	right, bottom := left, top
	if to != "" {
		if right, bottom, err = excelize.CellNameToCoordinates(to); err != nil {
			return err
		}
	}
	m.merges = append(m.merges, [4]int{min(left, right), min(top, bottom), max(left, right), max(top, bottom)})
	return nil
}

// addCell notes a cell that has a formula and no value.
func (m *sheetMarks) addCell(r *xmlReader, cell xml.StartElement) error {
	kind, style := attribute(cell, "t"), attribute(cell, "s")
	m.hasFormats = m.hasFormats || kind == "b" || kind == "d" || (kind == "" || kind == "n") && style != "" && style != "0"
	formula, hasFormula, hasValue := "", false, false
	for depth := r.depth; r.depth >= depth; {
		token, err := r.token()
		if err != nil {
			return err
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		switch start.Name.Local {
		case "f":
			hasFormula = true
			if formula, err = r.text(); err != nil {
				return err
			}
		case "v":
			text, err := r.text()
			if err != nil {
				return err
			}
			hasValue = hasValue || text != ""
		}
	}
	if !hasFormula || hasValue {
		return nil
	}
	column, row, err := excelize.CellNameToCoordinates(attribute(cell, "r"))
	if err != nil {
		return nil // a cell that does not say where it stands; its text is empty anyway
	}
	m.formulas[[2]int{row - 1, column - 1}] = "=" + first(strings.TrimPrefix(formula, "="), "?")
	return nil
}

// findSheetPart finds the file within the archive that holds a sheet: the workbook
// names its relation, the relations name the file.
func findSheetPart(archive *zip.Reader, sheet string) (*zip.File, error) {
	relation, target := "", ""
	workbook, err := findPart(archive, "xl/workbook.xml")
	if err != nil {
		return nil, err
	}
	err = eachElement(workbook, func(_ *xmlReader, element xml.StartElement) error {
		if element.Name.Local == "sheet" && attribute(element, "name") == sheet {
			for _, a := range element.Attr {
				if a.Name.Local == "id" && a.Name.Space != "" {
					relation = a.Value
				}
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	relations, err := findPart(archive, "xl/_rels/workbook.xml.rels")
	if err != nil {
		return nil, err
	}
	err = eachElement(relations, func(_ *xmlReader, element xml.StartElement) error {
		if element.Name.Local == "Relationship" && attribute(element, "Id") == relation {
			target = attribute(element, "Target")
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if !strings.HasPrefix(target, "/") {
		target = path.Join("xl", target)
	}
	return findPart(archive, strings.TrimPrefix(target, "/"))
}

// unpackedBytes are the sizes that the parts of an archive say they have unpacked:
// all of them, and those that are not sheets, which are read as a whole. A part
// that lies about it fails when it is read. What is no archive has none.
func unpackedBytes(path string) (all, whole int64) {
	archive, err := zip.OpenReader(path)
	if err != nil {
		return 0, 0
	}
	defer archive.Close()
	for _, file := range archive.File {
		size := int64(min(file.UncompressedSize64, 1<<40))
		if all += size; !strings.HasPrefix(file.Name, "xl/worksheets/") {
			whole += size
		}
	}
	return all, whole
}

func findPart(archive *zip.Reader, name string) (*zip.File, error) {
	for _, file := range archive.File {
		if strings.EqualFold(strings.TrimPrefix(strings.ReplaceAll(file.Name, `\`, "/"), "/"), name) {
			return file, nil
		}
	}
	return nil, fmt.Errorf("the workbook has no %s", name)
}

// eachElement visits the beginning of every element of a part.
func eachElement(part *zip.File, visit func(r *xmlReader, element xml.StartElement) error) error {
	source, err := part.Open()
	if err != nil {
		return err
	}
	defer source.Close()
	r := newXMLReader(source, charset{name: UTF8})
	for {
		token, err := r.token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if start, ok := token.(xml.StartElement); ok {
			if err := visit(r, start); err != nil {
				return err
			}
		}
	}
}
