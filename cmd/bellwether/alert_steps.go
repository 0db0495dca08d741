package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"bellwether/cmd/bellwether/sheet"
	"bellwether/jobs"
	"bellwether/warehouse"
)

// stepFlags are what the commands that deal with an alert take.
type stepFlags struct {
	note, by, verdict, agency, due string
	days                           int
}

// newStepCommands are the steps that people take with an alert, in their order.
func newStepCommands(a *app) []*cobra.Command {
	var commands []*cobra.Command
	for _, c := range []struct {
		use, act, short, note, verdict string
	}{
		{"ack", jobs.StepAcknowledged, "知悉 Acknowledge: somebody has seen it", "remark", ""},
		{"assign", jobs.StepAssigned, "交办部门并定期限 Assign to an agency, with a due date", "what it is asked to do", ""},
		{"verify", jobs.StepVerified, "核实：属实、数据有误或已知 Say whether it is real", "what was found; needed", "real, data_error or known"},
		{"assess", jobs.StepAssessed, "研判 Say what a real alert means", "the assessment; needed", ""},
		{"measures", jobs.StepMeasures, "定措施 Record what is done about it", "the measures; needed", ""},
		{"close", jobs.StepClosed, "办结，须写明结果 Close, with how it ended", "how it ended; needed", "improved, not_improved, carried_on, corrected or explained"},
	} {
		var f stepFlags
		command := &cobra.Command{Use: c.use + " ALERT", Short: c.short, Args: cobra.ExactArgs(1)}
		command.Flags().StringVar(&f.note, "note", "", c.note)
		command.Flags().StringVar(&f.by, "by", "", "who does it; you when not given")
		if c.verdict != "" {
			command.Flags().StringVar(&f.verdict, "as", "", c.verdict)
		}
		if c.act == jobs.StepAssigned {
			command.Flags().StringVar(&f.agency, "agency", "", "agency that has to deal with it; the one that answers for the indicator when not given")
			command.Flags().StringVar(&f.due, "due", "", "day by which it has to, such as 2026-12-31")
			command.Flags().IntVar(&f.days, "days", 10, "the same in working days from today")
		}
		command.RunE = func(cc *cobra.Command, args []string) error {
			return a.atSite(func(ctx context.Context, s *site) error { return a.takeStep(ctx, s, args[0], c.act, f) })(cc, args)
		}
		commands = append(commands, command)
	}
	return commands
}

// takeStep records one step with an alert, when it may be taken.
func (a *app) takeStep(ctx context.Context, s *site, alert, act string, f stepFlags) error {
	found, err := a.findAlert(ctx, s, alert)
	if err != nil {
		return err
	}
	id := found.text(0, "alert_id")
	state, err := s.ask(ctx, "alert_case", map[string]string{"alert": id})
	if err != nil {
		return err
	}
	if len(state.rows) != 1 {
		return fmt.Errorf("alert %s has %d cases", id, len(state.rows))
	}
	if err := a.checkVerdict(ctx, s, act, f.verdict); err != nil {
		return err
	}
	step := jobs.Step{Act: act, Verdict: f.verdict, Note: strings.TrimSpace(f.note), By: person(f.by)}
	if err := caseOf(state).Refuse(step); err != nil {
		return a.stepRefused(err)
	}
	row := warehouse.AlertAct{
		AlertID: id, ActNumber: wholeOf(state, "act_count") + 1, Act: act, EventNumber: wholeOf(state, "event_count"),
		Severity: state.text(0, "severity"), PeriodYear: uint16(wholeOf(state, "period_year")),
		Verdict: step.Verdict, Note: step.Note, RecordedBy: step.By, RecordedAt: time.Now(),
	}
	if act == jobs.StepAssigned {
		if err := a.assign(ctx, s, found, f, &row); err != nil {
			return err
		}
	}
	if err := s.warehouse.AppendAlertAct(ctx, row); err != nil {
		return err
	}
	if act == jobs.StepAssigned {
		a.say("%s：已交办 %s，%s 前办理", "%s: assigned to %s, due %s", id[:8], row.AgencyCode, row.DueDate.Format(time.DateOnly))
		return nil
	}
	a.say("%s：%s，经办 %s", "%s: %s, by %s", id[:8], a.stageName(ctx, s, act), row.RecordedBy)
	return nil
}

// assign finds out to whom and until when.
func (a *app) assign(ctx context.Context, s *site, found answer, f stepFlags, row *warehouse.AlertAct) error {
	if row.AgencyCode = f.agency; row.AgencyCode == "" {
		owner, err := s.ask(ctx, "alert_agency", map[string]string{"indicator": found.text(0, "indicator_code"), "evidence": found.text(0, "evidence")})
		if err != nil {
			return err
		}
		if row.AgencyCode = owner.text(0, "agency_code"); row.AgencyCode == "" {
			return usagef("%s", a.text("这条预警没有主管部门，请用 --agency 指明", "no agency answers for this alert; name one with --agency"))
		}
	}
	if err := a.checkChoices(ctx, s, map[string]string{"agency": row.AgencyCode}); err != nil {
		return err
	}
	if f.due != "" {
		due, err := time.Parse(time.DateOnly, f.due)
		if err != nil {
			return usagef(a.text("--due：应为 2026-12-31 这样的日期，实为 %q", "--due: want a day such as 2026-12-31, got %q"), f.due)
		}
		row.DueDate = &due
		return nil
	}
	if f.days < 0 {
		return usagef(a.text("--days 不能为 %d", "--days cannot be %d"), f.days)
	}
	day, err := s.ask(ctx, "working_day", map[string]string{"day": a.localDay(time.Now()), "count": strconv.Itoa(f.days)})
	if err != nil {
		return err
	}
	if len(day.rows) == 0 {
		return usagef(a.text("工作日历算不到 %d 个工作日之后，请用 --due 指明日期", "the calendar does not reach %d working days ahead; give a day with --due"), f.days)
	}
	due, _ := day.get(0, "day").(time.Time)
	row.DueDate = &due
	return nil
}

// checkVerdict refuses a verdict that is not in its code list.
func (a *app) checkVerdict(ctx context.Context, s *site, act, verdict string) error {
	list := map[string]string{jobs.StepVerified: "VERIFICATION", jobs.StepClosed: "ALERT_OUTCOME"}[act]
	if list == "" || verdict == "" {
		return nil
	}
	codes, err := s.ask(ctx, "codes", map[string]string{"list": list})
	if err != nil {
		return err
	}
	var known []string
	for row := range codes.rows {
		if codes.text(row, "code") == verdict {
			return nil
		}
		known = append(known, codes.text(row, "code"))
	}
	return usagef(a.text("--as：没有 %q；可用：%s", "--as: there is no %q; there are %s"), verdict, strings.Join(known, " "))
}

func (a *app) stageName(ctx context.Context, s *site, act string) string {
	codes, err := s.ask(ctx, "codes", map[string]string{"list": "ALERT_STAGE"})
	if err != nil {
		return act
	}
	for row := range codes.rows {
		if codes.text(row, "code") == act {
			return codes.text(row, a.inLanguage("name"))
		}
	}
	return act
}

func caseOf(state answer) jobs.Case {
	return jobs.Case{
		Stage: state.text(0, "stage"), Verification: state.text(0, "verification"),
		IsAssessed: state.text(0, "assessment") != "", HasMeasures: state.text(0, "measures") != "",
	}
}

func wholeOf(r answer, name string) uint64 {
	v, _ := r.number(0, name)
	return uint64(v)
}

// stepRefused says in the words of the person why a step cannot be taken.
func (a *app) stepRefused(err error) error {
	var refused *jobs.StepError
	if !errors.As(err, &refused) {
		return err
	}
	w, ok := map[string]words{
		jobs.FaultClosed:      {"已办结；再次出现、加重或进入新年度后才重新办理", "it is closed; it is dealt with anew when it comes back, gets graver or speaks of a later year"},
		jobs.FaultNobody:      {"请用 --by 写明经办人", "say who does it with --by"},
		jobs.FaultNoText:      {"请用 --note 写明内容", "put it into words with --note"},
		jobs.FaultNoVerdict:   {"请用 --as 写明结论：核实为 real data_error known，办结为 improved not_improved carried_on corrected explained", "say the verdict with --as: real data_error known to verify, improved not_improved carried_on corrected explained to close"},
		jobs.FaultNotVerified: {"先核实：bellwether alerts verify", "verify it first: bellwether alerts verify"},
		jobs.FaultNotReal:     {"核实为数据有误或已知的，直接办结", "what was verified as a data error or as known is closed at once"},
		jobs.FaultNotAssessed: {"先研判：bellwether alerts assess", "assess it first: bellwether alerts assess"},
		jobs.FaultNoMeasures:  {"属实的预警须先定措施：bellwether alerts measures", "a real alert needs measures first: bellwether alerts measures"},
		jobs.FaultOutcome:     {"结果与核实结论不符：数据有误为 corrected 或 explained，已知为 explained，属实为 improved、not_improved 或 carried_on", "the outcome does not go with what was verified: corrected or explained for a data error, explained for what is known, improved, not_improved or carried_on for what is real"},
	}[refused.Fault]
	if !ok {
		return err
	}
	return usagef("%s", a.text(w.zh, w.en))
}

// sayLife shows what happened to an alert, what people did about it, and what the
// figures did after measures.
func (a *app) sayLife(ctx context.Context, s *site, id string) error {
	life, err := s.ask(ctx, "alert_life", map[string]string{"alert": id})
	if err != nil {
		return err
	}
	a.say("\n办理过程", "\nLife")
	if err := a.write(life.sheet(
		sheet.Column{Key: "recorded_at", Zh: "时间", En: "When", Show: a.localTime},
		sheet.Column{Key: a.inLanguage("step"), Zh: "事项", En: "Step", TableOnly: true},
		sheet.Column{Key: a.inLanguage("verdict"), Zh: "等级/结论", En: "Verdict", TableOnly: true},
		sheet.Column{Key: "agency_code", Zh: "部门", En: "Agency"},
		sheet.Column{Key: "due_date", Zh: "期限", En: "Due", Show: a.dayOrNone},
		sheet.Column{Key: "recorded_by", Zh: "经办", En: "By"},
		sheet.Column{Key: "note", Zh: "内容", En: "Note", Flex: true, Wrap: true},
	)); err != nil {
		return err
	}
	effect, err := s.ask(ctx, "alert_effect", map[string]string{"alert": id})
	if err != nil || len(effect.rows) == 0 {
		return err
	}
	a.say("\n措施之后（只说明先后，不说明因果）", "\nAfter the measures (what followed, not what they caused)")
	return a.write(effect.sheet(
		sheet.Column{Key: "base_year", Zh: "基准年", En: "Base year", Number: true, Show: sheet.Plain},
		sheet.Column{Key: "base_value", Zh: "基准值", En: "Base value", Number: true},
		sheet.Column{Key: "period_year", Zh: "年份", En: "Year", Number: true, Show: sheet.Plain},
		sheet.Column{Key: "value", Zh: "数值", En: "Value", Number: true},
		sheet.Column{Key: "change_value", Zh: "变化", En: "Change", Number: true},
		sheet.Column{Key: a.inLanguage("movement"), Zh: "走向", En: "Movement", TableOnly: true},
	))
}

// dayOrNone shows a day, and nothing for none.
func (a *app) dayOrNone(value any) string {
	switch day := value.(type) {
	case time.Time:
		return a.day(day)
	case *time.Time:
		if day != nil {
			return a.day(*day)
		}
	}
	return ""
}
