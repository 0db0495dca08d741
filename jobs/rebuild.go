package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"bellwether/etl"
	"bellwether/warehouse"
)

// Rebuilder does every load once more from the archive, in a database beside the
// warehouse, and compares what both show.
type Rebuilder struct {
	Pipeline Pipeline // of the warehouse; its Progress is told of loads and of views
	Forms    *etl.Forms
}

// StepCompare is told of by a rebuild: views that were compared.
const StepCompare = "compare"

// The reasons of a load that does not give what it gave.
const (
	RebuildFormGone    = "form_gone"    // there is no such form any more
	RebuildFormChanged = "form_changed" // the form is another than it was
	RebuildNoPayload   = "no_payload"   // the archive does not hold the bytes, or not as they were
	RebuildRefused     = "refused"      // the payload is refused as a whole today
	RebuildOther       = "other_counts" // other numbers of figures are read, loaded, rejected or changed
)

// Redone is a load that was done once more.
type Redone struct {
	Load    warehouse.Committed
	Now     warehouse.Commit // zero when it could not be done
	Reasons []string         // why it gives something else, or may; empty when it is the same
	Fault   error            // why it could not be done, nil otherwise
}

// IsSame reports whether a load gave the same account. A form that has changed may
// still give it.
func (r Redone) IsSame() bool {
	return r.Fault == nil && !slices.Contains(r.Reasons, RebuildOther)
}

// RebuildReport says what a rebuild found.
type RebuildReport struct {
	Loads      []Redone
	Views      []warehouse.ViewContent
	IsReplaced bool
}

// IsSame reports whether the archive gives what the warehouse shows.
func (r RebuildReport) IsSame() bool {
	return !slices.ContainsFunc(r.Loads, func(l Redone) bool { return !l.IsSame() }) &&
		!slices.ContainsFunc(r.Views, func(v warehouse.ViewContent) bool { return !v.IsSame() })
}

// ErrOtherHistory means that loads of the past would give something else today, so
// that putting them in place would rewrite what was known.
var ErrOtherHistory = errors.New("loads of the past would give something else today; nothing is replaced")

// Run rebuilds beside, and puts the figures in the place of the old when told so and
// every load gave the account that it gave then.
func (r *Rebuilder) Run(ctx context.Context, replace bool) (report RebuildReport, err error) {
	rebuild, err := r.Pipeline.Warehouse.BeginRebuild(ctx)
	if err != nil {
		return report, err
	}
	defer func() { err = errors.Join(err, rebuild.Close(context.WithoutCancel(ctx))) }()
	loads, err := rebuild.Loads(ctx)
	if err != nil {
		return report, err
	}
	for i, load := range loads {
		r.Pipeline.tell(StepLoad, int64(i), int64(len(loads)))
		redone, err := r.redo(ctx, rebuild, load)
		if err != nil {
			return report, err
		}
		report.Loads = append(report.Loads, redone)
	}
	if replace && slices.ContainsFunc(report.Loads, func(l Redone) bool { return !l.IsSame() }) {
		return report, ErrOtherHistory
	}
	report.Views, err = rebuild.Compare(ctx, func(done, total int) { r.Pipeline.tell(StepCompare, int64(done), int64(total)) })
	if err != nil || !replace {
		return report, err
	}
	if err := rebuild.Replace(ctx); err != nil {
		return report, err
	}
	report.IsReplaced = true
	return report, nil
}

// redo does one load once more. What is wrong with the load is in what it returns; an
// error ends the rebuild.
func (r *Rebuilder) redo(ctx context.Context, rebuild *warehouse.Rebuild, load warehouse.Committed) (Redone, error) {
	redone := Redone{Load: load}
	s, fault, err := r.submission(ctx, load)
	if s.Payload.Path != "" {
		defer os.RemoveAll(filepath.Dir(s.Payload.Path))
	}
	if err != nil || fault.err != nil {
		redone.Reasons, redone.Fault = []string{fault.reason}, fault.err
		return redone, err
	}
	if s.Form.Hash != load.FormHash {
		redone.Reasons = append(redone.Reasons, RebuildFormChanged)
	}
	info := batchInfo(load.RunID, s)
	info.FormHash = load.FormHash
	batch, err := rebuild.Begin(ctx, info, load)
	if err != nil {
		return redone, err
	}
	archived := make(chan error, 1)
	archived <- nil
	beside := r.Pipeline
	beside.Warehouse = rebuild.Warehouse()
	report := Report{Submission: s}
	err = beside.carry(ctx, batch, &report, archived)
	var format *etl.FormatError
	switch {
	case errors.As(err, &format):
		redone.Reasons, redone.Fault = append(redone.Reasons, RebuildRefused), format
		return redone, nil
	case err != nil:
		return redone, err
	}
	if redone.Now = report.Commit; !sameAccount(load.Commit, report.Commit) {
		redone.Reasons = append(redone.Reasons, RebuildOther)
	}
	return redone, nil
}

// sameAccount reports whether two commits are one but for the spelling of their years.
func sameAccount(a, b warehouse.Commit) bool {
	return a.Version == b.Version && a.CommittedAt.Equal(b.CommittedAt) && slices.Equal(a.PeriodYears, b.PeriodYears) &&
		a.Encoding == b.Encoding && a.ReadCount == b.ReadCount && a.LoadedCount == b.LoadedCount && a.RejectedCount == b.RejectedCount &&
		a.SkippedCount == b.SkippedCount && a.VersionCount == b.VersionCount && a.WithdrawnCount == b.WithdrawnCount
}

// loadFault is why a load cannot be done once more.
type loadFault struct {
	reason string
	err    error
}

// submission puts together what was loaded then, with the bytes in a folder of their own.
func (r *Rebuilder) submission(ctx context.Context, load warehouse.Committed) (s Submission, fault loadFault, err error) {
	form, ok := r.Forms.Form(load.FormCode)
	if !ok {
		return s, loadFault{RebuildFormGone, fmt.Errorf("there is no form %s", load.FormCode)}, nil
	}
	s.Form = form
	if err := json.Unmarshal([]byte(load.Parameters), &s.Params); err != nil {
		return s, fault, fmt.Errorf("parameters of load %d: %w", load.Version, err)
	}
	folder, err := os.MkdirTemp("", "bellwether-rebuild-")
	if err != nil {
		return s, fault, err
	}
	s.Payload.Path = filepath.Join(folder, "payload")
	meta, err := r.fetch(ctx, load.PayloadSHA256, s.Payload.Path)
	if errors.Is(err, warehouse.ErrNoPayload) || errors.Is(err, warehouse.ErrChecksum) {
		return s, loadFault{RebuildNoPayload, err}, nil
	}
	s.Payload = etl.Payload{
		SHA256: load.PayloadSHA256, SourceCode: load.SourceCode, FileName: meta.FileName, Location: meta.Location,
		MediaType: meta.MediaType, Submitter: meta.Submitter, Licence: meta.Licence, Attribution: meta.Attribution,
		Size: int64(meta.Size), RetrievedAt: meta.RetrievedAt, Path: s.Payload.Path,
	}
	return s, fault, err
}

func (r *Rebuilder) fetch(ctx context.Context, sum, path string) (warehouse.PayloadMeta, error) {
	bytes, meta, err := r.Pipeline.Warehouse.OpenPayload(ctx, sum)
	if err != nil {
		return meta, err
	}
	defer bytes.Close()
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o600)
	if err != nil {
		return meta, err
	}
	_, err = io.Copy(file, bytes)
	return meta, errors.Join(err, file.Close())
}
