package jobs

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"bellwether/jobs/channel"
	"bellwether/warehouse"
)

// names are what the catalog knows of the codes in an alert.
type names struct {
	rules, agencies map[string][2]string // Chinese, English
	agencyOf        map[string]string    // of an indicator
	targets         map[string]standing  // of a target
	indicators      map[string]standing  // of the targets of an indicator, together
}

// standing is where something stands in the plans.
type standing struct{ plans, domains []string }

func (s standing) and(plan, domain string) standing {
	for list, code := range map[*[]string]string{&s.plans: plan, &s.domains: domain} {
		if code != "" && !slices.Contains(*list, code) {
			*list = append(*list, code)
		}
	}
	return s
}

func readNames(ctx context.Context, w *warehouse.Warehouse) (names, error) {
	n := names{
		rules: map[string][2]string{}, agencies: map[string][2]string{}, agencyOf: map[string]string{},
		targets: map[string]standing{}, indicators: map[string]standing{},
	}
	for _, part := range []struct {
		question string
		visit    func(row map[string]any)
	}{
		{"select rule_code, name_zh, name_en from core_rule order by rule_code, valid_from", func(row map[string]any) {
			n.rules[text(row, "rule_code")] = [2]string{text(row, "name_zh"), text(row, "name_en")}
		}},
		{"select agency_code, name_zh, name_en from core_agency", func(row map[string]any) {
			n.agencies[text(row, "agency_code")] = [2]string{text(row, "name_zh"), text(row, "name_en")}
		}},
		{"select indicator_code, agency_code from core_indicator", func(row map[string]any) {
			n.agencyOf[text(row, "indicator_code")] = text(row, "agency_code")
		}},
		{"select target_code, indicator_code, plan_code, domain_code from core_target order by target_code", func(row map[string]any) {
			target, indicator := text(row, "target_code"), text(row, "indicator_code")
			plan, domain := text(row, "plan_code"), text(row, "domain_code")
			n.targets[target] = standing{}.and(plan, domain)
			n.indicators[indicator] = n.indicators[indicator].and(plan, domain)
		}},
	} {
		if err := readRows(ctx, w, part.question, nil, part.visit); err != nil {
			return n, fmt.Errorf("read names: %w", err)
		}
	}
	return n, nil
}

// complete fills in what the catalog knows. An alert about a return or a source
// belongs to the agencies that its evidence names.
func (n names) complete(notice *channel.Notice, agencies string) {
	notice.RuleZh, notice.RuleEn = n.rules[notice.RuleCode][0], n.rules[notice.RuleCode][1]
	if notice.RuleZh == "" {
		notice.RuleZh, notice.RuleEn = notice.RuleCode, notice.RuleCode
	}
	where, ok := n.targets[notice.TargetCode]
	if !ok {
		where = n.indicators[notice.IndicatorCode]
	}
	notice.Plans, notice.Domains = where.plans, where.domains
	if code := n.agencyOf[notice.IndicatorCode]; code != "" {
		notice.Agencies = []string{code}
	} else {
		notice.Agencies = strings.FieldsFunc(agencies, func(r rune) bool { return r == ',' })
	}
	var zh, en []string
	for _, code := range notice.Agencies {
		name := n.agencies[code]
		if name[0] == "" {
			name = [2]string{code, code}
		}
		zh, en = append(zh, name[0]), append(en, name[1])
	}
	notice.AgencyZh, notice.AgencyEn = strings.Join(zh, "、"), strings.Join(en, ", ")
}

// readLives returns every event of every alert: one list for each, in order.
func readLives(ctx context.Context, w *warehouse.Warehouse) ([][]channel.Notice, error) {
	n, err := readNames(ctx, w)
	if err != nil {
		return nil, err
	}
	var lives [][]channel.Notice
	err = readRows(ctx, w, `
		select alert_id, event_number, event, rule_code, severity, target_code, indicator_code, area_code, breakdown, period_year,
			message_zh, message_en, cause_zh, cause_en, recorded_at, JSONExtractString(evidence, 'agency_code') as agencies
		from fct_alert order by alert_id, event_number`, nil, func(row map[string]any) {
		notice := channel.Notice{
			AlertID: text(row, "alert_id"), EventNumber: whole(row, "event_number"), Event: text(row, "event"),
			RuleCode: text(row, "rule_code"), Severity: text(row, "severity"), TargetCode: text(row, "target_code"),
			IndicatorCode: text(row, "indicator_code"), AreaCode: text(row, "area_code"), Breakdown: text(row, "breakdown"),
			PeriodYear: uint16(whole(row, "period_year")), MessageZh: text(row, "message_zh"), MessageEn: text(row, "message_en"),
			CauseZh: text(row, "cause_zh"), CauseEn: text(row, "cause_en"), RecordedAt: moment(row, "recorded_at"),
		}
		n.complete(&notice, text(row, "agencies"))
		if last := len(lives) - 1; last < 0 || lives[last][0].AlertID != notice.AlertID {
			lives = append(lives, nil)
		}
		lives[len(lives)-1] = append(lives[len(lives)-1], notice)
	})
	if err != nil {
		return nil, fmt.Errorf("read ledger of alerts: %w", err)
	}
	return lives, nil
}

// readLog returns how the log of deliveries stands.
func readLog(ctx context.Context, w *warehouse.Warehouse) (deliveryLog, error) {
	l := newDeliveryLog()
	err := readRows(ctx, w, `select channel, receiver, message_id, recorded_at from fct_delivery
		where state = 'started' order by recorded_at`, nil, func(row map[string]any) {
		l.starts[deskName{text(row, "channel"), text(row, "receiver")}] = start{text(row, "message_id"), moment(row, "recorded_at")}
	})
	if err != nil {
		return l, fmt.Errorf("read log of deliveries: %w", err)
	}
	err = readRows(ctx, w, `select channel, receiver, alert_id, event_number, occasion, state, toUInt64(attempt) as tries, message_id
		from core_delivery`, nil, func(row map[string]any) {
		desk := deskName{text(row, "channel"), text(row, "receiver")}
		l.note(deliveryName{desk, text(row, "alert_id"), whole(row, "event_number"), text(row, "occasion")}, entry{
			state: text(row, "state"), attempt: uint32(whole(row, "tries")), messageID: text(row, "message_id"),
		})
	})
	if err != nil {
		return l, fmt.Errorf("read log of deliveries: %w", err)
	}
	return l, nil
}

// readCircumstances returns what, beside the ledger of alerts, decides who is told what.
func (d *Deliverer) readCircumstances(ctx context.Context, now time.Time) (circumstances, error) {
	c := circumstances{now: now, cases: map[string]caseStanding{}, reminders: d.Reminders, calendar: calendar{location: d.Location}}
	if c.calendar.location == nil {
		c.calendar.location = time.UTC
	}
	for _, outlet := range d.Outlets {
		c.hasUpper = c.hasUpper || outlet.IsUpper
	}
	for _, part := range []struct {
		question string
		visit    func(row map[string]any)
	}{
		{"select * from core_silence order by set_at, silence_id", func(row map[string]any) {
			c.silences = append(c.silences, Silence{
				ID: text(row, "silence_id"), Alert: text(row, "alert_id"), Rule: text(row, "rule_code"),
				Target: text(row, "target_code"), Indicator: text(row, "indicator_code"), Area: text(row, "area_code"),
				Agency: text(row, "agency_code"), Severity: text(row, "severity"),
				StartsAt: moment(row, "starts_at"), EndsAt: moment(row, "ends_at"),
				Reason: text(row, "reason"), SetBy: text(row, "set_by"), SetAt: moment(row, "set_at"),
			})
		}},
		{"select alert_id, stage, ifNull(due_date, toDate32('1970-01-01')) as due from mart_alert_case where act_count > 0", func(row map[string]any) {
			standing := caseStanding{stage: text(row, "stage")}
			if due := moment(row, "due"); due.Year() > 1970 {
				standing.due = due
			}
			c.cases[text(row, "alert_id")] = standing
		}},
		{"select day from core_working_day order by day", func(row map[string]any) {
			c.calendar.days = append(c.calendar.days, dateOf(moment(row, "day")))
		}},
	} {
		if err := readRows(ctx, d.Warehouse, part.question, nil, part.visit); err != nil {
			return c, fmt.Errorf("read silences, cases and calendar: %w", err)
		}
	}
	return c, nil
}

func moment(row map[string]any, name string) time.Time {
	v, _ := row[name].(time.Time)
	return v
}
