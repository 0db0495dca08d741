package jobs

import (
	"context"
	"errors"
	"fmt"
	"os"

	"bellwether/etl"
	"bellwether/etl/catalog"
	"bellwether/etl/template"
	"bellwether/warehouse"
)

// Pipeline carries payloads from the hands of a publisher into the warehouse.
type Pipeline struct {
	Warehouse   *warehouse.Warehouse
	Catalog     *catalog.Catalog
	KeepRejects int // rejects kept in a report, for people
	// Progress is told how far a step has come; the total is 0 where nobody
	// knows it. May be nil.
	Progress func(step string, done, total int64)
}

// The steps that Progress is told of.
const (
	StepRead   = "read"   // figures of a payload
	StepLoad   = "load"   // payloads of a run
	StepSettle = "settle" // the verdicts, once for a run
)

func (p *Pipeline) tell(step string, done, total int64) {
	if p.Progress != nil {
		p.Progress(step, done, total)
	}
}

// Submission is a payload and how it is to be read.
type Submission struct {
	Payload etl.Payload
	Form    *etl.Form
	Params  etl.Params
	Force   bool // load it although the same bytes were loaded the same way before
}

// Report accounts for one submission.
type Report struct {
	Submission Submission
	Summary    etl.Summary
	Commit     warehouse.Commit // zero after a check
	IsKnown    bool             // it was loaded the same way before, and nothing was done; Commit is the earlier one
	Rejects    []Reject         // the first ones
	Fault      *etl.FormatError // why nothing was read, nil otherwise; set by LoadAll
}

// Load carries one submission through every step: what one gives the next
// takes, and until the commit views see nothing. It returns a *etl.FormatError
// when the payload is not laid out as its form says; nothing of it is loaded
// then, and its bytes stay in the archive.
func (p *Pipeline) Load(ctx context.Context, runID string, s Submission) (Report, error) {
	report := Report{Submission: s}
	earlier, isKnown, err := p.findCommit(ctx, s)
	if err != nil {
		return report, err
	}
	if isKnown {
		report.Commit, report.IsKnown = earlier, true
		return report, nil
	}
	// The archive and the form read the same file, and neither needs the other:
	// they go side by side, and the commit waits for both.
	archived := make(chan error, 1)
	go func() { archived <- p.archive(ctx, s.Payload) }()

	batch, err := p.Warehouse.Begin(ctx, batchInfo(runID, s))
	if err != nil {
		return report, fmt.Errorf("load %s: %w", s.Payload.FileName, errors.Join(err, <-archived))
	}
	if batch.HasFinished() { // perhaps it was this one that was cut short
		if report.Commit, report.IsKnown, err = p.findCommit(ctx, s); err != nil || report.IsKnown {
			return report, errors.Join(err, <-archived, batch.Abandon(context.WithoutCancel(ctx)))
		}
	}
	return report, p.carry(ctx, batch, &report, archived)
}

// carry reads a submission into its batch and commits it once it is archived too.
func (p *Pipeline) carry(ctx context.Context, batch *warehouse.Batch, report *Report, archived <-chan error) (err error) {
	s := report.Submission
	report.Summary, report.Rejects, err = p.read(ctx, s, batch)
	if archiveErr := <-archived; archiveErr != nil {
		err = errors.Join(err, fmt.Errorf("archive: %w", archiveErr))
	}
	if err == nil {
		report.Commit, err = batch.Commit(ctx, counts(report.Summary))
	}
	if err != nil {
		err = fmt.Errorf("load %s: %w", s.Payload.FileName, err)
		return errors.Join(err, batch.Abandon(context.WithoutCancel(ctx)))
	}
	return nil
}

// Check reads a submission and writes nothing. The account and the rejects are
// those that Load would give. Without a warehouse nothing is known from before.
func (p *Pipeline) Check(ctx context.Context, s Submission) (Report, error) {
	report := Report{Submission: s}
	if p.Warehouse != nil {
		earlier, isKnown, err := p.findCommit(ctx, s)
		if err != nil {
			return report, err
		}
		if isKnown {
			report.Commit, report.IsKnown = earlier, true
			return report, nil
		}
	}
	var err error
	report.Summary, report.Rejects, err = p.read(ctx, s, nil)
	return report, err
}

// findCommit looks for an earlier load of the same bytes in the same way, unless
// the submission is to be loaded in any case.
func (p *Pipeline) findCommit(ctx context.Context, s Submission) (warehouse.Commit, bool, error) {
	if s.Force {
		return warehouse.Commit{}, false, nil
	}
	commit, isKnown, err := p.Warehouse.FindCommit(ctx, s.Payload.SHA256, s.Form.Code, s.Form.Hash, s.Params.String())
	if err != nil {
		return commit, false, fmt.Errorf("load %s: %w", s.Payload.FileName, err)
	}
	return commit, isKnown, nil
}

func (p *Pipeline) archive(ctx context.Context, payload etl.Payload) error {
	file, err := os.Open(payload.Path)
	if err != nil {
		return err
	}
	defer file.Close()
	return p.Warehouse.Archive(ctx, warehouse.PayloadMeta{
		SHA256:      payload.SHA256,
		SourceCode:  payload.SourceCode,
		FileName:    payload.FileName,
		Location:    payload.Location,
		MediaType:   payload.MediaType,
		Size:        uint64(payload.Size),
		Submitter:   payload.Submitter,
		Licence:     payload.Licence,
		Attribution: payload.Attribution,
		RetrievedAt: payload.RetrievedAt,
	}, file)
}

// read lets the form read the payload into next; nil is nowhere. A filled template
// has to be the one that was given out.
func (p *Pipeline) read(ctx context.Context, s Submission, next etl.Sink) (etl.Summary, []Reject, error) {
	t := &tally{next: next, keep: p.KeepRejects, report: func(figures int64) { p.tell(StepRead, figures, 0) }}
	isTemplate, err := template.Check(p.Catalog, s.Form, s.Payload)
	if err != nil {
		return etl.Summary{}, nil, err
	}
	summary, err := s.Form.Read(ctx, p.Catalog, s.Payload, s.Params, t)
	if isTemplate {
		summary.Notes = template.Quiet(summary.Notes)
	}
	return summary, t.rejects, err
}

func batchInfo(runID string, s Submission) warehouse.BatchInfo {
	return warehouse.BatchInfo{
		RunID:         runID,
		PayloadSHA256: s.Payload.SHA256,
		SourceCode:    s.Payload.SourceCode,
		FormCode:      s.Form.Code,
		FormHash:      s.Form.Hash,
		Parameters:    s.Params.String(),
		IsComplete:    s.Form.IsComplete,
	}
}

func counts(s etl.Summary) warehouse.Counts {
	return warehouse.Counts{Read: s.Read, Loaded: s.Loaded, Rejected: s.Rejected, Skipped: s.Skipped, Encoding: s.Encoding}
}
