package channel

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"
)

// Alertmanager is a Prometheus Alertmanager, told by its API v2
// (github.com/prometheus/alertmanager, api/v2/openapi.yaml). It groups, silences
// and routes by the labels; an alert that it is not told of again it takes for
// resolved after Hold.
type Alertmanager struct {
	Web
	Hold time.Duration // must be longer than the pause between two deliveries
	Now  func() time.Time
}

// posted is an alert as Alertmanager takes it: its labels are its identity there.
type posted struct {
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
	StartsAt    time.Time         `json:"startsAt"`
	EndsAt      time.Time         `json:"endsAt"`
}

// Send tells of what has begun and what has ended.
func (a Alertmanager) Send(ctx context.Context, m Message) error {
	var alerts []posted
	for _, n := range m.Notices {
		if n.FormerSeverity != "" && n.FormerSeverity != n.Severity { // another severity is another alert there
			former := n
			former.Severity, former.Event = n.FormerSeverity, Resolved
			alerts = append(alerts, a.alert(former))
		}
		alerts = append(alerts, a.alert(n))
	}
	return a.tell(ctx, alerts)
}

// Refresh tells of all that is open, with a new end.
func (a Alertmanager) Refresh(ctx context.Context, open []Notice) error {
	var alerts []posted
	for _, n := range open {
		alerts = append(alerts, a.alert(n))
	}
	if len(alerts) == 0 {
		return nil
	}
	return a.tell(ctx, alerts)
}

func (a Alertmanager) tell(ctx context.Context, alerts []posted) error {
	text, err := json.Marshal(alerts)
	if err != nil {
		return err
	}
	reply, err := a.ask(ctx, http.MethodPost, "/api/v2/alerts", text, nil)
	if err != nil {
		return err
	}
	return reply.fault()
}

// Check asks Alertmanager for its status.
func (a Alertmanager) Check(ctx context.Context) (string, error) {
	reply, err := a.ask(ctx, http.MethodGet, "/api/v2/status", nil, nil)
	if err == nil {
		err = reply.fault()
	}
	if err != nil {
		return "", err
	}
	return "Alertmanager at " + reply.host + " answers", nil
}

func (a Alertmanager) alert(n Notice) posted {
	labels := map[string]string{
		"alertname": n.RuleCode, "severity": n.Severity, "target": n.TargetCode, "indicator": n.IndicatorCode,
		"area": n.AreaCode, "breakdown": n.Breakdown, "agency": strings.Join(n.Agencies, ","),
		"plan": strings.Join(n.Plans, ","), "domain": strings.Join(n.Domains, ","), "service": "bellwether",
	}
	for name, value := range labels {
		if value == "" {
			delete(labels, name)
		}
	}
	annotations := map[string]string{
		"summary_zh": n.MessageZh, "summary_en": n.MessageEn, "cause_zh": n.CauseZh, "cause_en": n.CauseEn,
		"runbook": "deploy/runbook.md, heading " + n.RuleCode, "alert_id": n.AlertID,
	}
	ends := a.Now().Add(a.Hold)
	if !n.IsOpen() {
		ends = n.RecordedAt
	}
	return posted{Labels: labels, Annotations: annotations, StartsAt: n.OpenedAt, EndsAt: ends}
}
