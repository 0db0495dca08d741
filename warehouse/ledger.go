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

// AlertAct is what a person did about an alert, a row of fct_alert_act.
type AlertAct struct {
	AlertID     string     `ch:"alert_id"`
	ActNumber   uint64     `ch:"act_number"`
	Act         string     `ch:"act"`
	EventNumber uint64     `ch:"event_number"` // newest event that the person saw
	Severity    string     `ch:"severity"`     // of the alert then
	PeriodYear  uint16     `ch:"period_year"`  // that it spoke of then
	Verdict     string     `ch:"verdict"`      // of a verification or a closing
	AgencyCode  string     `ch:"agency_code"`  // of an assignment
	DueDate     *time.Time `ch:"due_date"`     // of an assignment
	Note        string     `ch:"note"`
	RecordedBy  string     `ch:"recorded_by"`
	RecordedAt  time.Time  `ch:"recorded_at"`
}

// AppendAlertAct records what a person did about an alert. Whether it may be done
// is for the caller to find out.
func (w *Warehouse) AppendAlertAct(ctx context.Context, a AlertAct) error {
	if err := appendRows(ctx, w, "fct_alert_act", []AlertAct{a}); err != nil {
		return fmt.Errorf("append %s of alert %s: %w", a.Act, a.AlertID, err)
	}
	return nil
}

// SilenceEvent is an event in the life of a silence, a row of fct_silence_event. A
// field of what it is about that is empty matches anything.
type SilenceEvent struct {
	SilenceID     string    `ch:"silence_id"`
	EventNumber   uint64    `ch:"event_number"`
	Event         string    `ch:"event"` // set, extended or ended
	AlertID       string    `ch:"alert_id"`
	RuleCode      string    `ch:"rule_code"`
	TargetCode    string    `ch:"target_code"`
	IndicatorCode string    `ch:"indicator_code"`
	AreaCode      string    `ch:"area_code"`
	AgencyCode    string    `ch:"agency_code"`
	Severity      string    `ch:"severity"`
	StartsAt      time.Time `ch:"starts_at"`
	EndsAt        time.Time `ch:"ends_at"`
	Reason        string    `ch:"reason"`
	RecordedBy    string    `ch:"recorded_by"`
	RecordedAt    time.Time `ch:"recorded_at"`
}

// AppendSilenceEvent records that a silence was set, extended or ended; the newest
// event of a silence counts.
func (w *Warehouse) AppendSilenceEvent(ctx context.Context, e SilenceEvent) error {
	if err := appendRows(ctx, w, "fct_silence_event", []SilenceEvent{e}); err != nil {
		return fmt.Errorf("append %s of silence %s: %w", e.Event, e.SilenceID, err)
	}
	return nil
}
