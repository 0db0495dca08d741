package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"bellwether/cmd/bellwether/sheet"
	"bellwether/etl/catalog"
	"bellwether/jobs"
	"bellwether/jobs/channel"
)

// outlets builds the channels of the configuration.
func (a *app) outlets() []*jobs.Outlet {
	var all []*jobs.Outlet
	for _, c := range a.config.Deliver.Channels {
		outlet := &jobs.Outlet{Name: c.Name, IsUpper: c.IsUpper, StandsFor: c.StandsFor, Receivers: []jobs.Receiver{{}}}
		for _, r := range c.Routes {
			outlet.Routes = append(outlet.Routes, jobs.Route(r))
		}
		switch {
		case c.Alertmanager != nil:
			m := c.Alertmanager
			web := channel.Web{Address: secretOf(m.URL, ""), CAFile: m.CAFile, TimeLimit: m.TimeLimit}
			outlet.Channel = channel.Alertmanager{Web: web, Hold: m.Hold, Now: time.Now}
		case c.SMTP != nil:
			outlet.Channel, outlet.Receivers = c.SMTP.channel(), c.SMTP.receivers()
		case c.WeCom != nil:
			outlet.Channel = c.WeCom.robot(channel.WeCom)
		case c.DingTalk != nil:
			outlet.Channel = c.DingTalk.robot(channel.DingTalk)
		case c.Feishu != nil:
			outlet.Channel = c.Feishu.robot(channel.Feishu)
		default:
			outlet.Channel = channel.Webhook{Web: c.Webhook.web(), Secret: secretOf(string(c.Webhook.Secret), c.Webhook.SecretFile)}
		}
		all = append(all, outlet)
	}
	return all
}

// secretOf reads a secret at each use when it is in a file.
func secretOf(words, file string) channel.Secret {
	if file == "" {
		return func() (string, error) { return words, nil }
	}
	return func() (string, error) {
		text, err := os.ReadFile(file)
		if err != nil {
			return "", err
		}
		words := strings.TrimSpace(string(text))
		if words == "" {
			return "", fmt.Errorf("%s is empty", file)
		}
		return words, nil
	}
}

func (c SMTPChannel) channel() channel.Channel {
	return channel.SMTP{
		Address: c.Address, Security: c.Security, CAFile: c.CAFile, UserName: c.Username,
		Password: secretOf(string(c.Password), c.PasswordFile), From: c.From, TimeLimit: c.TimeLimit, Now: time.Now,
	}
}

// receivers are the addresses for everything, and those of each agency.
func (c SMTPChannel) receivers() []jobs.Receiver {
	var all []jobs.Receiver
	if len(c.To) > 0 {
		all = append(all, jobs.Receiver{To: c.To})
	}
	for _, a := range c.Agencies {
		all = append(all, jobs.Receiver(a))
	}
	return all
}

func (c RobotChannel) web() channel.Web {
	return channel.Web{Address: secretOf(string(c.URL), c.URLFile), CAFile: c.CAFile, TimeLimit: c.TimeLimit}
}

func (c RobotChannel) robot(dialect channel.Dialect) channel.Channel {
	return channel.Robot{Web: c.web(), Dialect: dialect, Secret: secretOf(string(c.Secret), c.SecretFile), Now: time.Now}
}

// deliverer tells the channels; metrics may be nil.
func (a *app) deliverer(s *site, metrics *jobs.Metrics) *jobs.Deliverer {
	location, err := time.LoadLocation(a.config.TimeZone)
	if err != nil {
		location = time.UTC // the configuration was checked for it
	}
	return &jobs.Deliverer{
		Warehouse: s.warehouse, Outlets: a.outlets(), Metrics: metrics, Tries: 4, FirstWait: time.Second, Location: location,
		Reminders: jobs.Reminders{Every: a.config.Deliver.RemindEvery, EscalateAfter: a.config.Deliver.EscalateAfter},
	}
}

// tryDeliver shows what would be sent to whom, and sends and writes nothing.
func (a *app) tryDeliver(ctx context.Context, s *site) error {
	planned, err := a.deliverer(s, nil).Try(ctx)
	if err != nil {
		return err
	}
	answer := sheet.Sheet{Columns: []sheet.Column{
		{Key: "channel", Zh: "渠道", En: "Channel"},
		{Key: "receiver", Zh: "部门", En: "Agency"},
		{Key: "event", Zh: "变化", En: "Event"},
		{Key: "severity", Zh: "等级", En: "Severity"},
		{Key: "rule_code", Zh: "规则", En: "Rule"},
		{Key: "message", Zh: "内容", En: "Message", Flex: true, Wrap: true},
		{Key: "to"},
		{Key: "alert_id"},
		{Key: "event_number"},
		{Key: "message_id"},
		{Key: "idempotency_key"},
	}}
	for _, p := range planned {
		for _, n := range p.Message.Notices {
			answer.Rows = append(answer.Rows, []any{
				p.Channel, p.Message.Receiver, n.Event, n.Severity, n.RuleCode, a.text(n.MessageZh, n.MessageEn),
				strings.Join(p.Message.To, ", "), n.AlertID, n.EventNumber, p.Message.ID, n.Key,
			})
		}
	}
	if err := a.write(answer); err != nil {
		return err
	}
	a.say("%d 条消息，%d 条预警；没有发送，也没有记录", "%d messages with %d alerts; nothing was sent or recorded", len(planned), len(answer.Rows))
	return nil
}

// channelFindings tries every channel, and sends no message.
func (a *app) channelFindings(ctx context.Context) []finding {
	var findings []finding
	for _, o := range a.outlets() {
		found, err := o.Channel.Check(ctx)
		if err != nil {
			findings = append(findings, finding{"channel " + o.Name, stateFault, err.Error()})
			continue
		}
		findings = append(findings, finding{"channel " + o.Name, stateOK, found})
	}
	return findings
}

// unknownCodes are faults of a configuration that only the catalog can find.
func (a *app) unknownCodes(m material) error {
	var faults []error
	for i, agency := range a.config.Engine.Reporters {
		if _, ok := m.catalog.Agency(agency); !ok {
			faults = append(faults, fmt.Errorf("engine.reporters[%d]: the catalog has no agency %q", i, agency))
		}
	}
	for i, c := range a.config.Deliver.Channels {
		var codes []string
		for _, r := range c.Routes {
			codes = append(codes, r.Agencies...)
			for _, code := range r.Domains {
				if !slices.ContainsFunc(m.catalog.Domains, func(d catalog.Domain) bool { return d.Code == code }) {
					faults = append(faults, fmt.Errorf("deliver.channels[%d]: the plans have no domain %q", i, code))
				}
			}
		}
		if c.SMTP != nil {
			for _, address := range c.SMTP.Agencies {
				codes = append(codes, address.Agency)
			}
		}
		for _, code := range codes {
			if _, ok := m.catalog.Agency(code); !ok {
				faults = append(faults, fmt.Errorf("deliver.channels[%d]: the catalog has no agency %q", i, code))
			}
		}
	}
	return errors.Join(faults...)
}
