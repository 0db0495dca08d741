package warehouse

import (
	"context"
	"fmt"
	"time"
)

// Delivery is a state of telling a channel of an event, a row of fct_delivery.
type Delivery struct {
	Channel        string    `ch:"channel"`
	Receiver       string    `ch:"receiver"` // agency, empty when the channel has one receiver
	AlertID        string    `ch:"alert_id"`
	EventNumber    uint64    `ch:"event_number"`
	Occasion       string    `ch:"occasion"` // empty for an event itself
	IdempotencyKey string    `ch:"idempotency_key"`
	State          string    `ch:"state"`
	Attempt        uint32    `ch:"attempt"`
	MessageID      string    `ch:"message_id"`
	ReasonCode     string    `ch:"reason_code"`
	Error          string    `ch:"error"` // without secrets
	RunID          string    `ch:"run_id"`
	RecordedAt     time.Time `ch:"recorded_at"`
}

// AppendDeliveries appends to the log of deliveries. All rows or none become
// visible.
func (w *Warehouse) AppendDeliveries(ctx context.Context, rows []Delivery) error {
	if len(rows) == 0 {
		return nil
	}
	if err := appendRows(ctx, w, "fct_delivery", rows); err != nil {
		return fmt.Errorf("append %d deliveries: %w", len(rows), err)
	}
	return nil
}
