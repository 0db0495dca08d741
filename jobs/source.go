package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/robfig/cron/v3"

	"bellwether/etl"
	"bellwether/etl/template"
)

// Fetcher brings the payloads that a source has now.
type Fetcher interface {
	// Fetch returns the payloads in the order in which they are to be loaded.
	// Files that it made for them are removed by done.
	Fetch(ctx context.Context) (payloads []etl.Payload, done func(), err error)
}

// Source is one feed of a publisher: where its payloads come from, how they are
// read, and when they are asked for.
type Source struct {
	Name      string
	Fetcher   Fetcher
	Form      *etl.Form
	Forms     *etl.Forms // those that a filled template may name
	Params    etl.Params
	Timetable cron.Schedule // nil: only by command
	TimeLimit time.Duration
	Jitter    time.Duration
}

// Job makes the load of the source a job, followed by another one, such as the
// evaluation, when it brought something new.
func (s *Source) Job(p *Pipeline, then *Job, logger *slog.Logger) *Job {
	return &Job{
		Code: "load", Source: s.Name, Timetable: s.Timetable, TimeLimit: s.TimeLimit, Jitter: s.Jitter, Then: then,
		Do: func(ctx context.Context, runID string) (Outcome, error) {
			payloads, done, err := s.Fetcher.Fetch(ctx)
			if err != nil {
				return Outcome{}, fmt.Errorf("fetch %s: %w", s.Name, err)
			}
			defer done()
			_, outcome, err := p.LoadAll(ctx, runID, s.Submissions(payloads, false), logger)
			return outcome, err
		},
	}
}

// Submissions says how payloads of the source are read; force loads them although
// the same bytes were loaded the same way before.
func (s *Source) Submissions(payloads []etl.Payload, force bool) []Submission {
	submissions := make([]Submission, len(payloads))
	for i, payload := range payloads {
		submissions[i] = s.submission(payload)
		submissions[i].Force = force
	}
	return submissions
}

// submission says how a payload is read: a filled template of the same agency as
// the form that it names, anything else as the form of the source.
func (s *Source) submission(payload etl.Payload) Submission {
	own := Submission{Payload: payload, Form: s.Form, Params: s.Params}
	if s.Forms == nil || s.Form.AgencyCode == "" {
		return own
	}
	named, ok, err := Recognize(s.Forms, payload)
	if err != nil || !ok || named.Form.AgencyCode != s.Form.AgencyCode {
		return own // when it is a template all the same, the check before reading says what is wrong with it
	}
	return named
}

// Recognize makes the submission of a filled template, which names its form and
// its area itself; ok is false when the payload is none. It returns a
// *etl.FormatError when the template does not say what it is, or names a form that
// there is not.
func Recognize(forms *etl.Forms, payload etl.Payload) (s Submission, ok bool, err error) {
	stamp, ok, err := template.ReadStamp(payload.Path)
	if err != nil || !ok {
		return Submission{}, ok, err
	}
	form, ok := forms.Form(stamp.Form)
	if !ok {
		return Submission{}, false, &etl.FormatError{File: payload.FileName, At: stamp.FormCell(),
			WantZh: "模板所属的表单不存在，请重新生成模板再填", Want: "want a form that there is; make the template anew", Got: stamp.Form}
	}
	payload.SourceCode = form.SourceCode
	return Submission{Payload: payload, Form: form, Params: etl.Params{Area: stamp.Area}}, true, nil
}

// LoadAll loads submissions in their order and settles the verdicts when they
// brought something new. One whose layout is not that of its form is left out,
// logged and remembered in the outcome; the others go on. Any other error ends
// the run; what was loaded by then is settled before the next evaluation.
func (p *Pipeline) LoadAll(ctx context.Context, runID string, submissions []Submission, logger *slog.Logger) ([]Report, Outcome, error) {
	var reports []Report
	var outcome Outcome
	for i, s := range submissions {
		p.tell(StepLoad, int64(i), int64(len(submissions)))
		report, err := p.Load(ctx, runID, s)
		var format *etl.FormatError
		switch {
		case errors.As(err, &format):
			logger.Error("payload left out", "run_id", runID, "file", s.Payload.FileName, "error", err)
			report.Fault = format
			outcome.IsPartial, outcome.Message = true, oneLine(format)
		case err != nil:
			return reports, outcome, err
		default:
			outcome.add(report)
		}
		reports = append(reports, report)
	}
	if outcome.Versions > 0 {
		p.tell(StepSettle, 0, 0)
		if _, err := p.Warehouse.Settle(ctx); err != nil {
			return reports, outcome, err
		}
	}
	return reports, outcome, nil
}

// add counts a report. A payload that was known already counts as fetched and
// as nothing else.
func (o *Outcome) add(r Report) {
	o.Payloads++
	if r.IsKnown {
		return
	}
	o.Read += r.Summary.Read
	o.Loaded += r.Summary.Loaded
	o.Rejected += r.Summary.Rejected
	o.Skipped += r.Summary.Skipped
	o.Versions += int64(r.Commit.VersionCount)
}
