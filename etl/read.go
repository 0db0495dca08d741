package etl

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/apache/arrow/go/v15/arrow/memory"

	"bellwether/etl/decode"
)

// reading is one run of a form over a payload. The figures are handed on while a
// survey looks for those that contradict each other. Only when it finds some is
// the file read again and handed on anew without them. So a contradiction between
// the first and the last record refuses both, memory never holds the figures
// themselves, and a file without fault is read once.
type reading struct {
	form      *Form
	catalog   Catalog
	payload   Payload
	params    Params
	publisher string
	document  decode.Document

	dictionaries *dictionaries
	facts        []facts // by number of the indicator
	units        []unit
	suffixes     map[string]resolution
	missing      map[string]int32             // mark -> number of the status, -1 to skip
	flags        []flag                       // longest first
	numbers      map[int32]map[string]float64 // number of the unit -> word -> number
	hasComma     bool                         // the decimal mark is a comma

	hasSexes, hasResidences bool // figures by sex or residence may occur

	source, annual, normal, notStated, notApplicable int32 // numbers of constant codes

	layouts   []*layout
	cells     cells    // of the figure being read
	parts     []string // scratch of category
	converted int64
	footnotes int64
	notes     []string
}

// Read reads a payload as the form says and hands observations and rejects to
// the sink. It returns a *FormatError when the payload is not laid out as the
// form says; what was handed on is void then, as after any error. Every figure
// ends as loaded, rejected or skipped, and the summary counts them.
func (f *Form) Read(ctx context.Context, catalog Catalog, payload Payload, params Params, sink Sink) (Summary, error) {
	return f.ReadWith(ctx, memory.DefaultAllocator, catalog, payload, params, sink)
}

// ReadWith is Read with an allocator for the Arrow memory.
func (f *Form) ReadWith(ctx context.Context, mem memory.Allocator, catalog Catalog, payload Payload, params Params, sink Sink) (Summary, error) {
	r := newReading(f, catalog, payload, params)
	recycled := newRecycler(mem)
	defer recycled.close()
	document, err := decode.Open(payload.Path, decode.Options{
		Name: payload.FileName, Encoding: params.Encoding, Records: f.Records,
		Fields: f.fieldNames(), AllFields: f.Rows.OtherColumns, Limits: decode.DefaultLimits(),
	})
	if err != nil {
		return Summary{}, r.explain(err)
	}
	defer document.Close()
	r.document = document
	r.hasComma = document.Delimiter() == ';'
	if err := r.findTables(); err != nil {
		return Summary{}, r.explain(err)
	}
	survey := newSurvey(r)
	defer survey.close()
	summary, err := r.handOn(ctx, newEmitter(mem, recycled, r, nil, sink), survey.figure)
	if err != nil {
		return Summary{}, r.explain(err)
	}
	known := len(r.notes)
	judged, err := survey.judge(ctx)
	if err != nil {
		return Summary{}, r.explain(err)
	}
	if len(judged) == 0 {
		summary.Notes = append(summary.Notes, r.notes[known:]...)
		return summary, nil
	}
	if err := sink.Restart(); err != nil {
		return Summary{}, fmt.Errorf("begin anew: %w", err)
	}
	summary, err = r.handOn(ctx, newEmitter(mem, recycled, r, judged, sink), nil)
	if err != nil {
		return Summary{}, r.explain(err)
	}
	return summary, nil
}

// handOn reads the payload once into the sink, and shows every figure to watch,
// which may be nil.
func (r *reading) handOn(ctx context.Context, emit *emitter, watch visit) (Summary, error) {
	defer emit.release()
	each := emit.figure
	if watch != nil {
		each = func(l *layout, rec *record, fl *figureLayout, f *figure, what outcome, why *refusal) error {
			if err := watch(l, rec, fl, f, what, why); err != nil {
				return err
			}
			return emit.figure(l, rec, fl, f, what, why)
		}
	}
	if err := r.walk(ctx, each); err != nil {
		return Summary{}, err
	}
	if err := emit.finish(); err != nil {
		return Summary{}, err
	}
	return r.summary(emit), nil
}

func newReading(f *Form, catalog Catalog, payload Payload, params Params) *reading {
	r := &reading{form: f, catalog: catalog, payload: payload, params: params,
		dictionaries: newDictionaries(), suffixes: map[string]resolution{}}
	r.publisher = f.SourceCode
	if r.publisher == "" {
		r.publisher = payload.SourceCode
	}
	r.annual = r.dictionaries[freqDictionary].number("A")
	r.normal = r.dictionaries[statusDictionary].number(statusNormal)
	r.notStated = r.dictionaries[statusDictionary].number(statusNotStated)
	r.notApplicable = r.dictionaries[statusDictionary].number("M")
	r.dictionaries[confidentialityDictionary].number("F")
	for _, code := range []string{total, "F", "M", "_U"} {
		r.dictionaries[sexDictionary].number(code)
	}
	for _, code := range []string{total, "U", "R", "_U"} {
		r.dictionaries[residenceDictionary].number(code)
	}
	r.dictionaries[ageDictionary].number(total)
	r.missing = r.statuses(defaultMissing(), f.Missing)
	r.flags = r.flagList(f.Flags)
	r.numbers = map[int32]map[string]float64{}
	for _, unit := range sortedKeys(f.Numbers) {
		r.numbers[r.dictionaries[unitDictionary].number(unit)] = f.Numbers[unit]
	}
	return r
}

// explain puts form and file into a FormatError.
func (r *reading) explain(err error) error {
	var format *FormatError
	if errors.As(err, &format) {
		format.Form, format.File = r.form.Code, r.payload.FileName
		return format
	}
	return fmt.Errorf("read %s as %s: %w", r.payload.FileName, r.form.Code, err)
}

// findTables finds the header of every table and binds the form to it. The
// publisher is known only after the first of them, for SDMX files may name it.
func (r *reading) findTables() error {
	wanted := r.form.wanted()
	var missing error
	for _, name := range r.document.Tables() {
		if r.form.sheets != nil && !r.form.sheets.MatchString(name) {
			r.note("工作表“%s”不属于本表，未读取 / sheet %q is not part of the form and was not read", name)
			continue
		}
		table, err := r.document.Open(name)
		if err != nil {
			return err
		}
		headings, err := r.findHeadingsOf(table, wanted, name)
		table.Close()
		var format *FormatError
		if errors.As(err, &format) {
			if missing == nil {
				missing = format
			}
			if len(r.document.Tables()) > 1 {
				r.note("工作表“%s”没有本表的表头，未读取 / sheet %q has no header of the form and was not read", name)
			}
			continue
		}
		if err != nil {
			return err
		}
		for _, heading := range headings {
			if err := r.findPublisher(heading, name); err != nil {
				return err
			}
			bound, err := r.bind(heading, name)
			if err != nil {
				return err
			}
			r.layouts = append(r.layouts, bound)
		}
	}
	if len(r.layouts) > 0 {
		return nil
	}
	if missing == nil {
		missing = &FormatError{WantZh: "工作簿中没有本表的工作表", Want: "want a sheet of the form", Got: fmt.Sprint(r.document.Tables())}
	}
	return missing
}

func (r *reading) findHeadingsOf(table decode.Table, wanted []wantedColumn, sheet string) ([]*heading, error) {
	if r.form.Shape == shapeSDMX {
		h, err := r.findSDMXHeading(table, sheet)
		return []*heading{h}, err
	}
	return r.form.findHeadings(table, wanted, sheet)
}

func (r *reading) note(format, name string) {
	r.notes = append(r.notes, fmt.Sprintf(format, name, name))
}

// visit is called for each figure: loaded and skipped ones with their codes,
// rejected ones with the reason.
type visit func(l *layout, rec *record, fl *figureLayout, f *figure, what outcome, why *refusal) error

// walk reads every figure of every table in order.
func (r *reading) walk(ctx context.Context, each visit) error {
	r.converted, r.footnotes = 0, 0
	for _, l := range r.layouts {
		if err := r.walkTable(ctx, l, each); err != nil {
			return err
		}
	}
	return nil
}

func (r *reading) walkTable(ctx context.Context, l *layout, each visit) error {
	table, err := r.document.Open(l.sheetName)
	if err != nil {
		return err
	}
	defer table.Close()
	l.table = table
	for _, field := range l.fields {
		field.resolver.restart()
	}
	var rec record
	var f figure
	for n, count := 1, 0; ; n++ {
		row, err := table.Next()
		if errors.Is(err, io.EOF) || err == nil && l.heading.last > 0 && n > l.heading.last {
			if count == 0 {
				return &FormatError{At: l.heading.at, WantZh: "表头以下没有数据", Want: "want data below the header; there is no data"}
			}
			return nil
		}
		if err != nil {
			return err
		}
		if n <= l.heading.first || row.IsBlank() || r.isFootnote(row) {
			continue
		}
		if count++; count%4096 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		r.readRecord(l, row, &rec)
		for i := range l.figures {
			fl := &l.figures[i]
			what, why := r.evaluate(&rec, fl, &f)
			if err := each(l, &rec, fl, &f, what, why); err != nil {
				return err
			}
		}
	}
}

// isFootnote says whether a record is a remark below the table: its first text
// matches a pattern of the form and nothing else stands in it.
func (r *reading) isFootnote(row *decode.Row) bool {
	if len(r.form.footnotes) == 0 {
		return false
	}
	var text []byte
	for i, cell := range row.Cells {
		if cell = trimBlanks(cell); len(cell) == 0 || row.IsFilled(i) {
			continue
		}
		if text != nil {
			return false
		}
		text = cell
	}
	for _, pattern := range r.form.footnotes {
		if pattern.Match(text) {
			r.footnotes++
			return true
		}
	}
	return false
}

// summary accounts for the figures.
func (r *reading) summary(e *emitter) Summary {
	s := Summary{Read: e.read, Loaded: e.loaded, Rejected: e.rejected, Skipped: e.skipped,
		Encoding: r.document.Encoding(), Notes: append(r.document.Notes(), r.notes...)}
	for year := range e.years {
		s.Years = append(s.Years, year)
	}
	slices.Sort(s.Years)
	if r.footnotes > 0 {
		s.Notes = append(s.Notes, fmt.Sprintf("表下注释 %d 行未读取 / %d footnote lines were not read", r.footnotes, r.footnotes))
	}
	if r.converted > 0 {
		s.Notes = append(s.Notes, fmt.Sprintf("%d 个数换算了计量单位 / %d figures were converted to the unit of their indicator", r.converted, r.converted))
	}
	return s
}
