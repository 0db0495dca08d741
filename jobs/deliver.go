package jobs

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/cenkalti/backoff/v5"

	"bellwether/jobs/channel"
	"bellwether/warehouse"
)

// Deliverer tells channels what the ledger of alerts has that they have not been
// told. An alert that stands as it stood tells nothing but its reminders; one that is
// silenced tells nothing until the silence ends.
//
// It delivers at least once: the log has a message as sending before it goes out
// and as sent afterwards, and who was killed in between sends it again, with the
// same identity and the same keys. What was not taken is tried again within the
// run and at each later one, before anything newer.
type Deliverer struct {
	Warehouse *warehouse.Warehouse
	Outlets   []*Outlet
	Metrics   *Metrics         // may be nil
	Reminders Reminders        // of alerts that stand as they stood
	Location  *time.Location   // of the bureau, whose working days count
	Now       func() time.Time // what the time is; time.Now when nil
	Tries     uint             // of one message within a run
	FirstWait time.Duration    // before the second try; it doubles
}

// Delivered counts the messages of a run, and the alerts in those that were taken.
type Delivered struct{ Sent, Failed, Alerts int }

// String says in one line what was delivered.
func (d Delivered) String() string {
	return fmt.Sprintf("%d messages with %d alerts sent, %d failed", d.Sent, d.Alerts, d.Failed)
}

// Job makes the delivery a job.
func (d *Deliverer) Job() *Job {
	return &Job{Code: "deliver", Do: func(ctx context.Context, runID string) (Outcome, error) {
		delivered, err := d.Deliver(ctx, runID)
		return Outcome{Message: delivered.String()}, err
	}}
}

// Planned is a message that a delivery would send.
type Planned struct {
	Channel string
	Message channel.Message
}

// Try says what Deliver would send now, and sends and writes nothing.
func (d *Deliverer) Try(ctx context.Context) ([]Planned, error) {
	var all []Planned
	err := d.eachDesk(ctx, func(desk desk, p plan, _ deliveryLog) error {
		for _, m := range p.messages {
			all = append(all, Planned{desk.outlet.Name, m})
		}
		return nil
	})
	return all, err
}

// Deliver tells every channel what it has not been told. A channel that cannot be
// reached is part of the error and holds up no other.
func (d *Deliverer) Deliver(ctx context.Context, runID string) (delivered Delivered, err error) {
	lease, err := d.Warehouse.Claim(ctx, warehouse.DeliverLease)
	if err != nil {
		return delivered, fmt.Errorf("deliver: %w", err)
	}
	defer func() { err = errors.Join(err, lease.Release(context.WithoutCancel(ctx))) }()
	err = d.eachDesk(ctx, func(desk desk, p plan, l deliveryLog) error {
		return d.serve(ctx, runID, desk, p, l, &delivered)
	})
	if d.Metrics != nil {
		err = errors.Join(err, d.Metrics.setWaiting(context.WithoutCancel(ctx), d.Warehouse, d.Outlets))
	}
	if err != nil {
		err = fmt.Errorf("deliver: %w", err)
	}
	return delivered, err
}

func (d *Deliverer) now() time.Time {
	if d.Now == nil {
		return time.Now()
	}
	return d.Now()
}

func (d *Deliverer) eachDesk(ctx context.Context, do func(desk, plan, deliveryLog) error) error {
	lives, err := readLives(ctx, d.Warehouse)
	if err != nil {
		return err
	}
	l, err := readLog(ctx, d.Warehouse)
	if err != nil {
		return err
	}
	c, err := d.readCircumstances(ctx, d.now())
	if err != nil {
		return err
	}
	var faults []error
	failing := map[string][]desk{} // by outlet
	for _, desk := range d.desks(false) {
		if err := do(desk, l.planFor(desk, lives, c), l); err != nil {
			failing[desk.outlet.Name] = append(failing[desk.outlet.Name], desk)
			faults = append(faults, fmt.Errorf("channel %s: %w", desk.outlet.Name, err))
		}
	}
	standIns := d.desks(true)
	if len(standIns) == 0 {
		return errors.Join(faults...)
	}
	if l, err = readLog(ctx, d.Warehouse); err != nil { // with what was taken just now
		return errors.Join(append(faults, err)...)
	}
	for _, desk := range standIns {
		var left []channel.Notice
		for _, other := range failing[desk.outlet.StandsFor] {
			for _, m := range l.planFor(other, lives, c).messages {
				left = append(left, m.Notices...)
			}
		}
		if err := do(desk, l.standInPlan(desk, left, lives), l); err != nil {
			faults = append(faults, fmt.Errorf("channel %s: %w", desk.outlet.Name, err))
		}
	}
	return errors.Join(faults...)
}

// desks are those that stand in for others, or all the rest.
func (d *Deliverer) desks(standIn bool) (all []desk) {
	for _, outlet := range d.Outlets {
		if (outlet.StandsFor != "") != standIn {
			continue
		}
		for _, receiver := range outlet.Receivers {
			all = append(all, desk{outlet, receiver})
		}
	}
	return all
}

// serve tells one desk. The first message that is not taken ends it: what is newer
// waits, so that nobody hears of an end before the beginning.
func (d *Deliverer) serve(ctx context.Context, runID string, desk desk, p plan, l deliveryLog, sum *Delivered) error {
	if l.isNewTo(desk) {
		row := warehouse.Delivery{
			Channel: desk.outlet.Name, Receiver: desk.receiver.Agency, State: started,
			MessageID: desk.routesHash(), RunID: runID, RecordedAt: d.now(),
		}
		if err := d.Warehouse.AppendDeliveries(ctx, []warehouse.Delivery{row}); err != nil {
			return err
		}
	}
	for _, m := range p.messages {
		err := d.send(ctx, runID, desk, m, l)
		d.count(desk, err)
		if err != nil {
			sum.Failed++
			return err
		}
		sum.Sent, sum.Alerts = sum.Sent+1, sum.Alerts+len(m.Notices)
	}
	if ender, ok := desk.outlet.Channel.(channel.Ender); ok {
		if _, err := d.again(ctx, func() error { return ender.Refresh(ctx, p.open) }); err != nil {
			sum.Failed++
			d.count(desk, err)
			return err
		}
	}
	return nil
}

func (d *Deliverer) count(desk desk, err error) {
	if d.Metrics == nil {
		return
	}
	outcome := sent
	if err != nil {
		outcome = failed
	}
	d.Metrics.deliveries.WithLabelValues(desk.outlet.Name, outcome).Inc()
}

// send records that it sends, sends, and records how that ended.
func (d *Deliverer) send(ctx context.Context, runID string, desk desk, m channel.Message, l deliveryLog) error {
	rows := make([]warehouse.Delivery, len(m.Notices))
	for i, n := range m.Notices {
		earlier, _ := l.entryOf(desk, n)
		rows[i] = warehouse.Delivery{
			Channel: desk.outlet.Name, Receiver: desk.receiver.Agency, AlertID: n.AlertID, EventNumber: n.EventNumber, Occasion: n.Occasion,
			IdempotencyKey: n.Key, MessageID: m.ID, RunID: runID, Attempt: earlier.attempt + 1,
		}
	}
	if err := d.record(ctx, rows, sending, nil); err != nil {
		return err
	}
	tries, err := d.again(ctx, func() error { return desk.outlet.Channel.Send(ctx, m) })
	for i := range rows {
		rows[i].Attempt += tries - 1
	}
	state := sent
	if err != nil {
		state = failed
	}
	return errors.Join(err, d.record(context.WithoutCancel(ctx), rows, state, err))
}

func (d *Deliverer) record(ctx context.Context, rows []warehouse.Delivery, state string, err error) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	now := d.now()
	for i := range rows {
		rows[i].State, rows[i].RecordedAt = state, now
		if err != nil {
			rows[i].ReasonCode, rows[i].Error = reasonOf(err), oneLine(err.Error())
		}
	}
	return d.Warehouse.AppendDeliveries(ctx, rows)
}

// again tries until it succeeds, fails for a reason that does not pass, or was
// tried often enough. It returns how often it tried, at least once.
func (d *Deliverer) again(ctx context.Context, do func() error) (uint32, error) {
	tries := uint32(0)
	wait := backoff.NewExponentialBackOff()
	wait.InitialInterval = d.FirstWait
	_, err := backoff.Retry(ctx, func() (struct{}, error) {
		tries++
		err := do()
		var fault *channel.Error
		if err != nil && (!errors.As(err, &fault) || !fault.Reason.IsPassing()) {
			err = backoff.Permanent(err)
		}
		return struct{}{}, err
	}, backoff.WithBackOff(wait), backoff.WithMaxTries(d.Tries))
	return max(tries, 1), err
}
