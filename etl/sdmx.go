package etl

import (
	"errors"
	"io"
	"slices"
	"strings"

	"bellwether/etl/decode"
)

// Columns of SDMX-CSV that say what a record belongs to or does. They are
// neither dimensions nor attributes.
func sdmxStructure() []string {
	return []string{"DATAFLOW", "STRUCTURE", "STRUCTURE_ID", "STRUCTURE_NAME", "ACTION", "SERIES_KEY", "OBS_KEY"}
}

// findSDMXHeading reads the header of SDMX-CSV 1.0 and 2.0, or of a message in XML
// or JSON, which is always the first record. The three styles of labels of SDMX-CSV
// become one: the id of each column, and nothing for a column that only holds labels.
func (r *reading) findSDMXHeading(table decode.Table, sheet string) (*heading, error) {
	row, err := table.Next()
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	h := &heading{first: 1, at: at(sheet, "record 1")}
	if row != nil {
		h.set([][]string{rowTexts(row)}, false)
	}
	if r.document.Kind() != decode.KindSDMX {
		h.dropLabels()
	}
	if h.find("OBS_VALUE") >= 0 && h.find("TIME_PERIOD") < 0 {
		if err := r.findTime(h, sheet); err != nil {
			return nil, err
		}
	}
	for _, name := range []string{"TIME_PERIOD", "OBS_VALUE"} {
		if h.find(name) < 0 {
			return nil, &FormatError{At: h.at, WantZh: "不是含观测值的 SDMX 数据：应有 OBS_VALUE 列和一列时间（TIME_PERIOD）",
				Want: "this is not SDMX with observations: want columns TIME_PERIOD and OBS_VALUE", Got: cut(strings.Join(h.paths, ","), 120)}
		}
	}
	return h, nil
}

// dropLabels leaves the ids in the header.
func (h *heading) dropLabels() {
	written := slices.Clone(h.paths)
	for i, text := range written {
		id, label, isLabelled := strings.Cut(text, ": ")
		h.isLabelled = h.isLabelled || isLabelled && label != ""
		id, _, _ = strings.Cut(id, "[")
		if i > 0 && isLabel(id) && !isLabel(written[i-1]) {
			id = ""
		}
		h.paths[i], h.keys[i] = id, key(id)
	}
}

// findTime finds the dimension of time of a structure that calls it by another
// name: the one column before the value in which every cell is a period.
func (r *reading) findTime(h *heading, sheet string) error {
	var candidates []int
	taken := append(r.form.fieldNames(), sdmxStructure()...)
	for column, id := range h.paths[:h.find("OBS_VALUE")] {
		isTaken := slices.ContainsFunc(taken, func(name string) bool { return key(name) == h.keys[column] })
		if id != "" && !isTaken && !r.form.ignores(id) {
			candidates = append(candidates, column)
		}
	}
	table, err := r.document.Open(sheet)
	if err != nil {
		return err
	}
	defer table.Close()
	for n := 0; len(candidates) > 0; n++ {
		row, err := table.Next()
		if errors.Is(err, io.EOF) && n > 1 {
			break
		}
		if errors.Is(err, io.EOF) {
			return nil // that there is no data is for others to say
		}
		if err != nil {
			return err
		}
		if n > 0 {
			candidates = slices.DeleteFunc(candidates, func(column int) bool { return !r.isPeriod(h, row.Cell(column)) })
		}
	}
	if len(candidates) == 1 {
		r.note("以 %s 列为时间 / column %s is taken for the time", h.paths[candidates[0]])
		h.paths[candidates[0]], h.keys[candidates[0]] = "TIME_PERIOD", key("TIME_PERIOD")
	}
	return nil
}

func (r *reading) isPeriod(h *heading, cell []byte) bool {
	text := string(trimBlanks(cell))
	if h.isLabelled {
		text, _, _ = strings.Cut(text, ": ")
	}
	_, ok := parsePeriod(text, r.form.StatisticalYear)
	return ok
}

// isLabel tells the heading of a label column, such as "Geographic area" or
// "Sex", from the id of a component, such as REF_AREA.
func isLabel(heading string) bool {
	if strings.Contains(heading, ": ") {
		return false
	}
	return strings.Contains(heading, " ") || heading != strings.ToUpper(heading) && !strings.Contains(heading, "_")
}

// findPublisher settles whose figures these are: the form says it, or the
// payload, or the agency of the SDMX dataflow.
func (r *reading) findPublisher(h *heading, sheet string) error {
	if r.publisher == "" {
		r.publisher = r.params.Extra["source"]
	}
	if r.publisher == "" && r.form.Shape == shapeSDMX {
		agency, err := r.dataflowAgency(h, sheet)
		if err != nil {
			return err
		}
		r.publisher = agency
	}
	if r.publisher == "" && len(r.form.Publishers) > 0 {
		publisher, err := r.publisherOfIndicator(h, sheet)
		if err != nil {
			return err
		}
		r.publisher = publisher
	}
	if r.publisher == "" {
		return &FormatError{WantZh: "文件没有写明数据发布方，请在装载时指定来源（source）",
			Want: "the file does not name its publisher; give the source when loading"}
	}
	r.source = r.dictionaries[sourceDictionary].number(r.publisher)
	return nil
}

// dataflowAgency reads the agency of the first record, as in BIS:BIS_DER(1.0).
func (r *reading) dataflowAgency(h *heading, sheet string) (string, error) {
	cell, err := r.firstCell(sheet, max(h.find("DATAFLOW"), h.find("STRUCTURE_ID")))
	if err != nil {
		return "", err
	}
	agency, _, ok := strings.Cut(cell, ":")
	if !ok || !isUsableCode(agency) {
		return "", nil
	}
	return strings.ToLower(agency), nil
}

// publisherOfIndicator knows the publisher by the indicator of the first record:
// SDMX-CSV need not name its dataflow, but publishers have their own prefixes.
// The longest prefix of the form that fits decides; the empty one fits all.
func (r *reading) publisherOfIndicator(h *heading, sheet string) (string, error) {
	cell, err := r.firstCell(sheet, max(h.find("INDICATOR"), h.find("SERIES")))
	if err != nil {
		return "", err
	}
	best, publisher := -1, ""
	for prefix, code := range r.form.Publishers {
		if strings.HasPrefix(cell, prefix) && len(prefix) > best {
			best, publisher = len(prefix), code
		}
	}
	if best == 0 {
		r.note("文件没有写明数据发布方，按 %s 装入 / the file does not name its publisher; loaded as %s", publisher)
	}
	return publisher, nil
}

// firstCell reads a cell of the first record below the heading, empty when the
// sheet has none.
func (r *reading) firstCell(sheet string, column int) (string, error) {
	table, err := r.document.Open(sheet)
	if err != nil {
		return "", err
	}
	defer table.Close()
	if _, err := table.Next(); err != nil {
		return "", err
	}
	row, err := table.Next()
	if errors.Is(err, io.EOF) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return string(row.Cell(column)), nil
}

// bindSDMX completes the layout of SDMX-CSV: the dimensions that are further
// breakdowns, the dataflow as indicator where no dimension is one, the action.
func (r *reading) bindSDMX(l *layout) error {
	l.action = l.heading.find("ACTION")
	if !l.states(indicatorKind) {
		flow := max(l.heading.find("DATAFLOW"), l.heading.find("STRUCTURE_ID"))
		if flow < 0 {
			return &FormatError{At: l.heading.at, WantZh: "没有哪一列说明指标（INDICATOR 或 DATAFLOW）",
				Want: "no column says which indicator it is (INDICATOR or DATAFLOW)"}
		}
		identify := r.identifier(indicatorKind, nil)
		l.fields = append(l.fields, boundField{indicatorKind, &resolver{columns: []int{flow}, known: map[string]resolution{},
			blank: resolution{reason: missingCode}, identify: func(text string) resolution { return identify(flowID(text)) }}})
	}
	if !l.states(areaKind) {
		if r.params.Area == "" {
			return &FormatError{At: l.heading.at, WantZh: "没有哪一列说明地区（REF_AREA），请在装载时给出地区参数",
				Want: "no column says which area it is (REF_AREA); give the area when loading"}
		}
		area, err := r.constant(l, areaKind, r.params.Area, nil)
		if err != nil {
			return err
		}
		l.fields = append(l.fields, boundField{areaKind, area})
	}
	r.bindDimensions(l)
	if l.heading.isLabelled {
		for _, field := range l.fields {
			field.resolver.labelled = true
		}
		l.period.labelled = true
		for i := range l.categories {
			l.categories[i].labelled = true
		}
	}
	return nil
}

// states says whether a record states a fact of the kind.
func (l *layout) states(k kind) bool {
	return slices.ContainsFunc(l.fields, func(field boundField) bool { return field.kind == k })
}

// bindDimensions takes every column before the period and the value that is
// neither named by the form nor a known attribute for a further breakdown. That
// is the order SDMX-CSV prescribes; a dimension that stands elsewhere is left out
// of the key, and its figures are then refused as contradictions, not mixed.
func (r *reading) bindDimensions(l *layout) {
	used := map[int]bool{}
	for _, name := range append(r.form.fieldNames(), sdmxStructure()...) {
		used[l.heading.find(name)] = true
	}
	end := min(l.heading.find("TIME_PERIOD"), l.heading.find("OBS_VALUE"))
	for column, id := range l.heading.paths[:end] {
		if id != "" && !used[column] && !r.form.ignores(id) {
			l.categories = append(l.categories, categoryColumn{dimension: id, typeColumn: -1, columns: []int{column}})
		}
	}
}

// flowID takes agency and version off a dataflow: BIS:BIS_DER(1.0) is BIS_DER.
func flowID(text string) string {
	if _, after, ok := strings.Cut(text, ":"); ok {
		text = after
	}
	text, _, _ = strings.Cut(text, "(")
	return strings.TrimSpace(text)
}
