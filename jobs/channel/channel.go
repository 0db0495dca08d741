package channel

import (
	"context"
	"time"
)

// The events that a channel is told of.
const (
	Opened   = "opened"
	Changed  = "changed" // another severity
	Reopened = "reopened"
	Resolved = "resolved"
	Muted    = "muted" // another alert explains it; only an Ender is told
)

// The occasions that are no event of the alert: it stands as it stood.
const (
	Silenced       = "silenced"       // somebody wants to hear nothing of it; only an Ender is told
	Unsilenced     = "unsilenced"     // a silence has ended, and the alert is still open
	Reminder       = "reminder"       // it is open for so long
	Unacknowledged = "unacknowledged" // nobody has taken it up in time
	Overdue        = "overdue"        // the agency it was assigned to has not dealt with it in time
	SilenceSet     = "silence_set"    // somebody wants to hear nothing of some alerts
	SilenceStands  = "silence_stands" // and still does
	SilenceEnding  = "silence_ending" // it ends soon
)

// Notice is one event in the life of an alert, with the names that people know
// it by.
type Notice struct {
	AlertID        string    `json:"alert_id"`
	EventNumber    uint64    `json:"event_number"`
	Event          string    `json:"event"`              // or an occasion
	Occasion       string    `json:"occasion,omitempty"` // which one of its kind, empty for an event
	Key            string    `json:"idempotency_key"`    // of channel, receiver, alert, event and occasion
	RuleCode       string    `json:"rule_code"`
	RuleZh         string    `json:"rule_zh"`
	RuleEn         string    `json:"rule_en"`
	Severity       string    `json:"severity"`
	FormerSeverity string    `json:"former_severity,omitempty"` // before the event, when it was open
	TargetCode     string    `json:"target_code,omitempty"`
	IndicatorCode  string    `json:"indicator_code,omitempty"`
	AreaCode       string    `json:"area_code"`
	Breakdown      string    `json:"breakdown,omitempty"`
	PeriodYear     uint16    `json:"period_year"`
	Plans          []string  `json:"plans,omitempty"`
	Domains        []string  `json:"domains,omitempty"`
	Agencies       []string  `json:"agencies,omitempty"` // that answer for it
	AgencyZh       string    `json:"agency_zh,omitempty"`
	AgencyEn       string    `json:"agency_en,omitempty"`
	MessageZh      string    `json:"message_zh"`
	MessageEn      string    `json:"message_en"`
	CauseZh        string    `json:"cause_zh,omitempty"`
	CauseEn        string    `json:"cause_en,omitempty"`
	OpenedAt       time.Time `json:"opened_at"` // of this time that it is open
	RecordedAt     time.Time `json:"recorded_at"`
}

// IsOpen reports whether the alert is open after the event.
func (n Notice) IsOpen() bool {
	return n.Event != Resolved && n.Event != Muted && n.Event != Silenced
}

// Message is what one receiver of a channel is told at once.
type Message struct {
	ID        string   `json:"message_id"` // the same each time that it is sent again
	Receiver  string   `json:"receiver,omitempty"`
	To        []string `json:"-"`                    // mail addresses of the receiver
	InsteadOf string   `json:"instead_of,omitempty"` // the channel that has not taken it, when this one stands in for it
	Notices   []Notice `json:"alerts"`
}

// Channel takes messages.
type Channel interface {
	// Send returns nil once the other side has said that it took the message, and
	// an *Error otherwise. It tries once.
	Send(ctx context.Context, m Message) error
	// Check finds out whether the other side answers, and sends no message. It
	// says in one line what answered.
	Check(ctx context.Context) (string, error)
}

// Ender is a channel that keeps alerts itself: it is told when one ends by being
// muted, and hears of every open alert at each delivery.
type Ender interface {
	Channel
	// Refresh tells again of all that is open.
	Refresh(ctx context.Context, open []Notice) error
}
