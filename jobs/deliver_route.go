package jobs

import (
	"fmt"
	"slices"

	"bellwether/jobs/channel"
)

// Outlet is a channel of the configuration: where it leads and what goes there.
type Outlet struct {
	Name      string
	Channel   channel.Channel
	Routes    []Route    // any of them; none at all takes everything
	Receivers []Receiver // never empty
	IsUpper   bool       // one level up: told of what was not taken up or dealt with in time, and of its end
	StandsFor string     // the outlet that it stands in for: told of what that one has not taken, and of the end of it
}

// Route takes the alerts that match each of its lists; an empty list matches
// everything. An alert that a route has once matched is followed to its end.
type Route struct {
	Severities, Domains, Agencies []string
}

// Receiver is who is told over a channel. One with an agency is told only of what
// that agency answers for.
type Receiver struct {
	Agency string
	To     []string // mail addresses; other channels have none
}

func (r Route) matches(n channel.Notice) bool {
	return (len(r.Severities) == 0 || slices.Contains(r.Severities, n.Severity)) &&
		(len(r.Domains) == 0 || overlap(r.Domains, n.Domains)) &&
		(len(r.Agencies) == 0 || overlap(r.Agencies, n.Agencies))
}

// desk is one receiver of one outlet: what is told and remembered together.
type desk struct {
	outlet   *Outlet
	receiver Receiver
}

func (d desk) name() deskName { return deskName{d.outlet.Name, d.receiver.Agency} }

func (d desk) matches(n channel.Notice) bool {
	if d.receiver.Agency != "" && !slices.Contains(n.Agencies, d.receiver.Agency) {
		return false
	}
	return len(d.outlet.Routes) == 0 || slices.ContainsFunc(d.outlet.Routes, func(r Route) bool { return r.matches(n) })
}

// keepsAlerts reports whether the other side keeps alerts itself, and so has to
// know when one is muted.
func (d desk) keepsAlerts() bool {
	_, ok := d.outlet.Channel.(channel.Ender)
	return ok
}

// routesHash changes when other alerts are taken than before.
func (d desk) routesHash() string { return hash(fmt.Sprintf("%q", d.outlet.Routes)) }

// key is the idempotency key of telling a desk of one event or occasion.
func (d desk) key(n channel.Notice) string {
	parts := []string{d.outlet.Name, d.receiver.Agency, n.AlertID, fmt.Sprint(n.EventNumber)}
	if n.Occasion != "" {
		parts = append(parts, n.Occasion)
	}
	return hash(parts...)
}
