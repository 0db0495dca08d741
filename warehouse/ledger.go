package warehouse

import (
	"context"
	"fmt"
	"time"
)

// Explanation is the answer to a finding of validation, a row of fct_explanation.
type Explanation struct {
	FindingID     string    `ch:"finding_id"`
	CheckCode     string    `ch:"check_code"`
	RuleVersion   uint16    `ch:"rule_version"`
	IndicatorCode string    `ch:"indicator_code"` // empty when the finding is about a submission
	AreaCode      string    `ch:"area_code"`
	PeriodYear    uint16    `ch:"period_year"`
	MessageZh     string    `ch:"message_zh"` // the finding as it was read
	MessageEn     string    `ch:"message_en"`
	Explanation   string    `ch:"explanation"`
	ExplainedBy   string    `ch:"explained_by"`
	PayloadSHA256 string    `ch:"payload_sha256"` // slip that brought it, empty when it was typed in
	IsWithdrawn   uint8     `ch:"is_withdrawn"`
	RecordedAt    time.Time `ch:"recorded_at"`
}

// AppendExplanations records answers to findings; the newest of a finding
// counts. All or none become visible.
func (w *Warehouse) AppendExplanations(ctx context.Context, answers []Explanation) error {
	if len(answers) == 0 {
		return nil
	}
	if err := appendRows(ctx, w, "fct_explanation", answers); err != nil {
		return fmt.Errorf("append %d explanations: %w", len(answers), err)
	}
	return nil
}

// SubmissionEvent is a decision about a submission, a row of
// fct_submission_event.
type SubmissionEvent struct {
	FormCode    string    `ch:"form_code"`
	AgencyCode  string    `ch:"agency_code"`
	PeriodYear  uint16    `ch:"period_year"`
	Event       string    `ch:"event"`        // returned or accepted
	DataVersion uint64    `ch:"data_version"` // batch that was judged
	Note        string    `ch:"note"`
	RecordedBy  string    `ch:"recorded_by"`
	RecordedAt  time.Time `ch:"recorded_at"`
}

// AppendSubmissionEvent records that a submission was returned or accepted. It
// counts until a later submission comes.
func (w *Warehouse) AppendSubmissionEvent(ctx context.Context, e SubmissionEvent) error {
	if err := appendRows(ctx, w, "fct_submission_event", []SubmissionEvent{e}); err != nil {
		return fmt.Errorf("append decision about %s %d: %w", e.FormCode, e.PeriodYear, err)
	}
	return nil
}

// GapNote is the reason for a gap, a row of fct_gap_note.
type GapNote struct {
	IndicatorCode string    `ch:"indicator_code"`
	AreaCode      string    `ch:"area_code"` // * for every one
	FirstYear     uint16    `ch:"first_year"`
	LastYear      uint16    `ch:"last_year"`
	Reason        string    `ch:"reason"` // empty takes the note back
	Survey        string    `ch:"survey"` // name or address of the survey that will bring the figure
	NotedBy       string    `ch:"noted_by"`
	RecordedAt    time.Time `ch:"recorded_at"`
}

// AppendGapNote records why a figure is missing; the newest note counts.
func (w *Warehouse) AppendGapNote(ctx context.Context, n GapNote) error {
	if err := appendRows(ctx, w, "fct_gap_note", []GapNote{n}); err != nil {
		return fmt.Errorf("append reason of a gap in %s: %w", n.IndicatorCode, err)
	}
	return nil
}
