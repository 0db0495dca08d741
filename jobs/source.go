package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/robfig/cron/v3"

	"bellwether/etl"
	"bellwether/etl/template"
	"bellwether/warehouse"
)

// Fetcher brings the payloads that a source has now.
type Fetcher interface {
	// Fetch returns what is there beyond the bookmark of the last pull. The caller
	// closes the pull. An error that is a *etl.PullError has a reason.
	Fetch(ctx context.Context, last etl.Bookmark) (etl.Pull, error)
}

// Source is one feed of a publisher: where its payloads come from, how they are
// read, and when they are asked for.
type Source struct {
	Name      string
	Question  string // identifies what is asked for and how it is read; bookmarks of another question are not used
	Fetcher   Fetcher
	Form      *etl.Form
	Forms     *etl.Forms // those that a filled template may name
	Params    etl.Params
	Timetable cron.Schedule // nil: only by command
	TimeLimit time.Duration
	Jitter    time.Duration
	Retry     Retry
}

// Job makes the load of the source a job, followed by another one, such as the
// evaluation, when it brought something new.
func (s *Source) Job(p *Pipeline, then *Job, logger *slog.Logger) *Job {
	return &Job{
		Code: "load", Source: s.Name, Timetable: s.Timetable, TimeLimit: s.TimeLimit, Jitter: s.Jitter, Retry: s.Retry, Then: then,
		Do: func(ctx context.Context, runID string) (Outcome, error) {
			_, _, outcome, err := s.Load(ctx, runID, p, false, logger)
			return outcome, err
		},
	}
}

// Load pulls the source and loads what it brought; force asks for everything, not
// only beyond the bookmark, and loads also what was loaded the same way before. The
// bookmark moves on last, and only when every
// payload was loaded and no file had to be left out for a fault: whatever happens
// before, the next pull brings the same again. The pull that is returned is closed.
func (s *Source) Load(ctx context.Context, runID string, p *Pipeline, force bool, logger *slog.Logger) (pull etl.Pull, reports []Report, outcome Outcome, err error) {
	last, err := p.Warehouse.FindBookmark(ctx, s.Name, s.Question)
	if err != nil {
		return pull, nil, outcome, err
	}
	pull, err = s.fetch(ctx, last, force)
	if err != nil {
		return pull, nil, outcome, err
	}
	defer func() { err = errors.Join(err, pull.Close()) }()
	for _, left := range pull.LeftOut {
		level := slog.LevelInfo
		if left.Reason.IsFault() {
			level = slog.LevelWarn
		}
		logger.Log(ctx, level, "file left out", "run_id", runID, "file", left.FileName, "reason", left.Reason, "detail", left.Detail)
	}
	reports, outcome, err = p.LoadAll(ctx, runID, s.submissions(pull, force), logger)
	outcome.leave(pull)
	if err == nil && !outcome.IsPartial && !s.Params.IsWindow() {
		err = s.moveOn(ctx, runID, p, last, pull.Bookmark)
	}
	return pull, reports, outcome, err
}

// Within is the source for a window of statistical years. It takes no other year,
// and moves no bookmark: what lies outside the window is still to come.
func (s *Source) Within(from, to int) *Source {
	one := *s
	one.Params.FromYear, one.Params.ToYear = from, to
	return &one
}

// fetch asks the publisher for what is there beyond the bookmark, or for all of it.
func (s *Source) fetch(ctx context.Context, last warehouse.Bookmark, all bool) (etl.Pull, error) {
	from := bookmarkOf(last)
	if all {
		from = etl.Bookmark{}
	}
	pull, err := s.Fetcher.Fetch(ctx, from)
	if err != nil {
		return etl.Pull{}, fmt.Errorf("fetch %s: %w", s.Name, err)
	}
	return pull, nil
}

// Check reads what the source has beyond the bookmark and writes nothing. The
// account and the rejects are those that Load would give.
func (s *Source) Check(ctx context.Context, p *Pipeline, last warehouse.Bookmark, force bool) (pull etl.Pull, reports []Report, outcome Outcome, err error) {
	if pull, err = s.fetch(ctx, last, force); err != nil {
		return pull, nil, outcome, err
	}
	defer func() { err = errors.Join(err, pull.Close()) }()
	reports, outcome, err = p.CheckAll(ctx, s.submissions(pull, force))
	outcome.leave(pull)
	return pull, reports, outcome, err
}

func (s *Source) submissions(pull etl.Pull, force bool) []Submission {
	submissions := make([]Submission, len(pull.Payloads))
	for i, payload := range pull.Payloads {
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
	named.Params.FromYear, named.Params.ToYear = s.Params.FromYear, s.Params.ToYear
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

func bookmarkOf(b warehouse.Bookmark) etl.Bookmark {
	return etl.Bookmark{ETag: b.ETag, LastModified: b.LastModified, Watermark: b.Watermark}
}

// moveOn records the bookmark when it is another one.
func (s *Source) moveOn(ctx context.Context, runID string, p *Pipeline, last warehouse.Bookmark, next etl.Bookmark) error {
	if next == bookmarkOf(last) {
		return nil
	}
	return p.Warehouse.AppendBookmark(ctx, warehouse.Bookmark{
		SourceName: s.Name, Question: s.Question, RunID: runID, RecordedAt: time.Now(),
		ETag: next.ETag, LastModified: next.LastModified, Watermark: next.Watermark,
	})
}

// leave remembers the files that a pull left out. One that is not finished is no
// fault; one that cannot be read makes the run partial.
func (o *Outcome) leave(pull etl.Pull) {
	if o.Message == "" {
		o.Message = pull.Remark
	}
	for _, left := range pull.LeftOut {
		if left.Reason.IsFault() {
			o.IsPartial, o.Reason = true, left.Reason
		}
		o.Message = oneLine(strings.TrimPrefix(o.Message+"; "+left.String(), "; "))
	}
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
			outcome.IsPartial, outcome.Message = true, oneLine(format.Error())
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

// CheckAll reads submissions as LoadAll does, and writes nothing.
func (p *Pipeline) CheckAll(ctx context.Context, submissions []Submission) ([]Report, Outcome, error) {
	var reports []Report
	var outcome Outcome
	for i, s := range submissions {
		p.tell(StepLoad, int64(i), int64(len(submissions)))
		report, err := p.Check(ctx, s)
		switch {
		case errors.As(err, &report.Fault):
			outcome.IsPartial, outcome.Message = true, oneLine(err.Error())
		case err != nil:
			return reports, outcome, err
		default:
			outcome.add(report)
		}
		reports = append(reports, report)
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
