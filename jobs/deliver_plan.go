package jobs

import (
	"slices"
	"strings"
	"time"

	"bellwether/jobs/channel"
)

// The states of a delivery in the log.
const (
	started = "started" // told from here on, by these routes
	sending = "sending" // written before the message goes out
	sent    = "sent"
	failed  = "failed"
)

// deliveryLog is the log as it stands: where each desk began, and how each
// delivery ended.
type deliveryLog struct {
	starts    map[deskName]start
	entries   map[deliveryName]entry
	occasions map[opening]bool // the times an alert opened that the log has an occasion of
}

func newDeliveryLog() deliveryLog {
	return deliveryLog{map[deskName]start{}, map[deliveryName]entry{}, map[opening]bool{}}
}

// note puts a delivery into the log as it stands.
func (l deliveryLog) note(name deliveryName, e entry) {
	l.entries[name] = e
	if name.occasion != "" {
		l.occasions[opening{name.desk, name.alertID, name.number}] = true
	}
}

type deskName struct{ channel, receiver string }

// opening is one time that an alert opened, by the number of the event.
type opening struct {
	desk    deskName
	alertID string
	number  uint64
}

type deliveryName struct {
	desk     deskName
	alertID  string
	number   uint64
	occasion string
}

// start is from when on a desk is told of every event, by which routes.
type start struct {
	routes string
	at     time.Time
}

type entry struct {
	state     string
	attempt   uint32
	messageID string
}

// isNewTo reports whether a desk was never told by the routes it has now.
func (l deliveryLog) isNewTo(d desk) bool { return l.starts[d.name()].routes != d.routesHash() }

func (l deliveryLog) entryOf(d desk, n channel.Notice) (entry, bool) {
	e, ok := l.entries[deliveryName{d.name(), n.AlertID, n.EventNumber, n.Occasion}]
	return e, ok
}

// plan is what a desk is to be told now, in this order, and all that is open for
// it. A message that was not taken, or of which nobody knows whether it was,
// comes first and is the same as before; the rest is one message.
type plan struct {
	messages []channel.Message
	open     []channel.Notice
}

// planFor goes through the whole life of each alert, and through the occasions
// beside it; now is where a new desk starts.
func (l deliveryLog) planFor(d desk, lives [][]channel.Notice, c circumstances) plan {
	from := l.starts[d.name()].at
	if l.isNewTo(d) {
		from = c.now
	}
	a := agenda{desk: d, log: l, again: map[string][]channel.Notice{}}
	var open []channel.Notice
	for _, life := range lives {
		told, stands := d.told(life)
		if stands != nil && !c.silences.on(*stands, c.now) {
			open = append(open, *stands)
		}
		for i, n := range told {
			a.sort(n, func() bool { return l.isDue(d, told, i, from) && !l.isHeldBack(d, told, i, c) })
		}
		for _, n := range d.occasions(life, c) {
			a.sort(n, func() bool { return n.RecordedAt.After(from) && (d.outlet.IsUpper || l.knows(d, told, n)) })
		}
	}
	for _, s := range c.silences {
		for _, n := range d.ofSilence(s, lives, c) {
			a.sort(n, func() bool { return n.RecordedAt.After(from) })
		}
	}
	return plan{a.messages(), open}
}

// standInPlan is the plan of a desk that stands in for another: of what the other has
// left, all that is for this desk, and of what it was told instead of the other, the end.
func (l deliveryLog) standInPlan(d desk, left []channel.Notice, lives [][]channel.Notice) plan {
	a := agenda{desk: d, log: l, again: map[string][]channel.Notice{}}
	isLeft := map[deliveryName]bool{}
	for _, n := range left {
		name := deliveryName{d.name(), n.AlertID, n.EventNumber, n.Occasion}
		if d.matches(n) && !isLeft[name] { // several receivers of the other may have left it
			isLeft[name] = true
			a.sort(n, func() bool { return true })
		}
	}
	for _, life := range lives {
		told, _ := d.told(life)
		for i, n := range told {
			if !isLeft[deliveryName{d.name(), n.AlertID, n.EventNumber, n.Occasion}] {
				a.sort(n, func() bool { return !n.IsOpen() && l.knows(d, told[:i], n) })
			}
		}
	}
	return plan{messages: a.messages()}
}

// agenda gathers what a desk is to be told: again what it has not taken, and what is new.
type agenda struct {
	desk  desk
	log   deliveryLog
	again map[string][]channel.Notice // by message
	fresh []channel.Notice
}

// sort puts a notice where it belongs: nowhere when it was taken, or is not due.
func (a *agenda) sort(n channel.Notice, isDue func() bool) {
	n.Key = a.desk.key(n)
	e, isKnown := a.log.entryOf(a.desk, n)
	switch {
	case isKnown && e.state != sent:
		a.again[e.messageID] = append(a.again[e.messageID], n)
	case !isKnown && isDue():
		a.fresh = append(a.fresh, n)
	}
}

// messages are those to be sent again, the oldest first, and one of what is new.
func (a *agenda) messages() (all []channel.Message) {
	for id, notices := range a.again {
		all = append(all, a.desk.message(id, notices))
	}
	slices.SortFunc(all, func(a, b channel.Message) int {
		return a.Notices[0].RecordedAt.Compare(b.Notices[0].RecordedAt)
	})
	if len(a.fresh) > 0 {
		all = append(all, a.desk.message("", a.fresh))
	}
	return all
}

// isDue reports whether an event that the log does not know is to be told. Of what
// happened before the desk began only the newest event of an alert counts: when
// it is open, or when the desk was told of its beginning by former routes.
func (l deliveryLog) isDue(d desk, told []channel.Notice, i int, from time.Time) bool {
	if told[i].RecordedAt.After(from) {
		return true
	}
	if i+1 < len(told) && !told[i+1].RecordedAt.After(from) {
		return false
	}
	return told[i].IsOpen() || slices.ContainsFunc(told[:i], func(n channel.Notice) bool {
		_, isKnown := l.entryOf(d, n)
		return isKnown
	})
}

// isHeldBack reports whether an event is not to be told although it is due: a silence
// covers it, or the desk is one level up and hears of what was not taken up only.
// Either is told of the end of what it has heard of.
func (l deliveryLog) isHeldBack(d desk, told []channel.Notice, i int, c circumstances) bool {
	n := told[i]
	if !d.outlet.IsUpper && !c.silences.cover(n, n.RecordedAt, c.now) {
		return false
	}
	return n.IsOpen() || !l.knows(d, told[:i], n)
}

// knows reports whether a desk was told, or is about to be told again, that the alert
// of a notice is open this time: of an event, or on an occasion, because a silence
// may have kept all events from it. What a silence has held back it is told anyhow.
func (l deliveryLog) knows(d desk, told []channel.Notice, n channel.Notice) bool {
	if n.Event == channel.Unsilenced {
		return true
	}
	first := opening{d.name(), n.AlertID, n.EventNumber}
	for _, other := range told {
		if !other.IsOpen() || !other.OpenedAt.Equal(n.OpenedAt) {
			continue
		}
		if _, isKnown := l.entryOf(d, other); isKnown {
			return true
		}
		first.number = min(first.number, other.EventNumber)
	}
	return l.occasions[first]
}

// told picks from the life of an alert what a desk is told of: that it opened, got
// another severity, was resolved or came back. Muting tells people nothing: for
// them the alert stays as it was. Open is the alert as it stands, nil when it is
// not open or not for this desk.
func (d desk) told(life []channel.Notice) (told []channel.Notice, open *channel.Notice) {
	var isOpen, isRouted bool
	var opened time.Time
	var severity string
	for _, n := range life {
		if n.Event == muted && !d.keepsAlerts() || !n.IsOpen() && !isOpen {
			continue
		}
		isTold := isRouted
		switch {
		case !n.IsOpen():
			isOpen = false
		case !isOpen:
			isOpen, opened, isRouted = true, n.RecordedAt, d.matches(n)
			isTold = isRouted
		default:
			wasRouted := isRouted
			isRouted = isRouted || d.matches(n)
			isTold = isRouted && (n.Severity != severity || !wasRouted)
			n.Event, n.FormerSeverity = changed, severity
		}
		n.OpenedAt, severity = opened, n.Severity
		if isTold {
			told = append(told, n)
		}
		if open = nil; isOpen && isRouted {
			open = &n
		}
	}
	return told, open
}

// message makes a message of notices, the oldest first. A new one is named after
// what it tells.
func (d desk) message(id string, notices []channel.Notice) channel.Message {
	slices.SortStableFunc(notices, func(a, b channel.Notice) int { return a.RecordedAt.Compare(b.RecordedAt) })
	if id == "" {
		var keys []string
		for _, n := range notices {
			keys = append(keys, n.Key)
		}
		slices.Sort(keys)
		id = hash(strings.Join(keys, "\n"))
	}
	return channel.Message{ID: id, Receiver: d.receiver.Agency, To: d.receiver.To, InsteadOf: d.outlet.StandsFor, Notices: notices}
}
