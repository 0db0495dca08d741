package main

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"bellwether/cmd/bellwether/sheet"
	"bellwether/warehouse"
)

// silenceFlags are what a silence is about and how long it stands.
type silenceFlags struct {
	event       warehouse.SilenceEvent
	from, until string
	days        int
	all         bool
}

// longestSilence keeps a silence from standing for ever.
const longestSilence = 366 * 24 * time.Hour

func newSilenceCommand(a *app) *cobra.Command {
	var f silenceFlags
	command := &cobra.Command{
		Use:   "silence [ALERT]",
		Short: "静默：到期前不再提示 Tell nobody of an alert, or of what matches, until a day",
		Long: "Nobody is told of what a silence is about until it ends; the ledger goes on. Who was told\n" +
			"that an alert is open is told that it resolves all the same, and what is still open when\n" +
			"the silence ends is told then. People hear that it was set, each week that it stands, and\n" +
			"on the last working day before it ends.",
		Example: "  bellwether alerts silence 57597088 --until 2026-12-31 --reason 等年报 --by 李敏\n" +
			"  bellwether alerts silence --rule stale --agency health --days 14 --reason 系统升级",
		Args: cobra.MaximumNArgs(1),
	}
	flags, e := command.Flags(), &f.event
	flags.StringVar(&e.RuleCode, "rule", "", "what this rule finds, such as stale")
	flags.StringVar(&e.TargetCode, "target", "", "about this target")
	flags.StringVar(&e.IndicatorCode, "indicator", "", "about this indicator")
	flags.StringVar(&e.AreaCode, "area", "", "in this area")
	flags.StringVar(&e.AgencyCode, "agency", "", "what this agency answers for")
	flags.StringVar(&e.Severity, "severity", "", "critical, warning or notice")
	flags.StringVar(&f.from, "from", "", "day or moment that it begins, such as 2026-12-01; now when not given")
	flags.StringVar(&f.until, "until", "", "day or moment that it ends, such as 2026-12-31 or 2026-12-31T08:00; a day counts in full")
	flags.IntVar(&f.days, "days", 0, "the same in days from the beginning")
	flags.StringVar(&e.Reason, "reason", "", "why nobody is to be told; needed")
	flags.StringVar(&e.RecordedBy, "by", "", "who sets it; you when not given")
	command.RunE = func(c *cobra.Command, args []string) error {
		return a.atSite(func(ctx context.Context, s *site) error { return a.silence(ctx, s, args, f) })(c, args)
	}
	return command
}

func newSilencesCommand(a *app) *cobra.Command {
	var f silenceFlags
	command := &cobra.Command{Use: "silences", Short: "列出静默 List the silences", Args: cobra.NoArgs}
	command.Flags().BoolVar(&f.all, "all", false, "those that are over too")
	command.RunE = a.atSite(func(ctx context.Context, s *site) error { return a.listSilences(ctx, s, f.all) })
	extend := &cobra.Command{Use: "extend SILENCE", Short: "改期 Let a silence end at another time", Args: cobra.ExactArgs(1)}
	extend.Flags().StringVar(&f.until, "until", "", "day or moment that it ends; needed")
	end := &cobra.Command{Use: "end SILENCE", Short: "提前结束 End a silence now", Args: cobra.ExactArgs(1)}
	for _, c := range []*cobra.Command{extend, end} {
		c.Flags().StringVar(&f.event.Reason, "reason", "", "why; the former reason when not given")
		c.Flags().StringVar(&f.event.RecordedBy, "by", "", "who does it; you when not given")
		c.RunE = func(c *cobra.Command, args []string) error {
			return a.atSite(func(ctx context.Context, s *site) error { return a.changeSilence(ctx, s, args[0], c == end, f) })(c, args)
		}
		command.AddCommand(c)
	}
	return command
}

// silence records a new silence.
func (a *app) silence(ctx context.Context, s *site, args []string, f silenceFlags) error {
	now := time.Now()
	e := f.event
	if len(args) == 1 {
		found, err := a.findAlert(ctx, s, args[0])
		if err != nil {
			return err
		}
		e.AlertID = found.text(0, "alert_id")
	}
	if e.AlertID+e.RuleCode+e.TargetCode+e.IndicatorCode+e.AreaCode+e.AgencyCode+e.Severity == "" {
		return usagef("%s", a.text("请写明预警号，或 --rule --target --indicator --area --agency --severity 之一", "name an alert, or one of --rule --target --indicator --area --agency --severity"))
	}
	if err := a.checkChoices(ctx, s, map[string]string{"area": e.AreaCode, "agency": e.AgencyCode, "rule": e.RuleCode, "severity": e.Severity}); err != nil {
		return err
	}
	e.StartsAt = now
	if f.from != "" {
		from, err := a.moment("--from", f.from)
		if err != nil {
			return err
		}
		if len(f.from) == len(time.DateOnly) { // the beginning of that day and not its end
			from = from.Add(time.Millisecond).AddDate(0, 0, -1)
		}
		e.StartsAt = later(from, now)
	}
	var err error
	if e.EndsAt, err = a.endOfSilence(e.StartsAt, f); err != nil {
		return err
	}
	if e.Reason = strings.TrimSpace(e.Reason); e.Reason == "" {
		return usagef("%s", a.text("请用 --reason 写明原因", "say why with --reason"))
	}
	e.SilenceID, e.EventNumber, e.Event = strings.ReplaceAll(uuid.NewString(), "-", ""), 1, "set"
	e.RecordedBy, e.RecordedAt = person(e.RecordedBy), now
	if err := s.warehouse.AppendSilenceEvent(ctx, e); err != nil {
		return err
	}
	a.say("静默 %s 至 %s；bellwether alerts silences end %[1]s 提前结束", "silence %s until %s; bellwether alerts silences end %[1]s ends it",
		e.SilenceID[:8], a.localTime(e.EndsAt))
	return nil
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// endOfSilence reads when a silence ends: every one does.
func (a *app) endOfSilence(from time.Time, f silenceFlags) (time.Time, error) {
	end := from.AddDate(0, 0, f.days)
	switch {
	case (f.until != "") == (f.days != 0):
		return end, usagef("%s", a.text("请用 --until 或 --days 之一写明何时结束", "say when it ends with one of --until and --days"))
	case f.until != "":
		var err error
		if end, err = a.moment("--until", f.until); err != nil {
			return end, err
		}
	}
	if !end.After(from) || end.Sub(from) > longestSilence {
		return end, usagef(a.text("静默应晚于开始、不超过一年，实为至 %s", "a silence ends after it begins and within a year, got %s"), a.localTime(end))
	}
	return end, nil
}

func (a *app) askSilences(ctx context.Context, s *site, silence string) (answer, error) {
	return s.ask(ctx, "silences", map[string]string{"silence": silence, "now": time.Now().UTC().Format("2006-01-02 15:04:05.000")})
}

func (a *app) listSilences(ctx context.Context, s *site, all bool) error {
	rows, err := a.askSilences(ctx, s, "")
	if err != nil {
		return err
	}
	if !all {
		rows.keep(func(row int) bool { return rows.text(row, "state") != "ended" })
	}
	if err := a.write(rows.sheet(
		sheet.Column{Key: "silence", Zh: "静默号", En: "Silence", TableOnly: true},
		sheet.Column{Key: "about", Zh: "对象", En: "About", Flex: true, Wrap: true},
		sheet.Column{Key: "starts_at", Zh: "起", En: "From", Show: a.localTime},
		sheet.Column{Key: "ends_at", Zh: "止", En: "Until", Show: a.localTime},
		sheet.Column{Key: "set_by", Zh: "设置人", En: "By"},
		sheet.Column{Key: "reason", Zh: "原因", En: "Reason", Flex: true, Wrap: true},
	)); err != nil {
		return err
	}
	a.say("%d 项静默", "%d silences", len(rows.rows))
	return nil
}

// changeSilence lets a silence that is not over end now or at another time.
func (a *app) changeSilence(ctx context.Context, s *site, silence string, isEnd bool, f silenceFlags) error {
	rows, err := a.askSilences(ctx, s, silence)
	switch {
	case err != nil:
		return err
	case len(rows.rows) == 0:
		return notFoundf(a.text("没有静默 %s", "there is no silence %s"), silence)
	case len(rows.rows) > 1:
		return usagef(a.text("%s 开头的静默有 %d 项，请多写几位", "%s is the beginning of %d silences; write more of it"), silence, len(rows.rows))
	case rows.text(0, "state") == "ended":
		return usagef("%s", a.text("静默已结束；请另设一项", "the silence is over; set another one"))
	}
	starts, _ := rows.get(0, "starts_at").(time.Time)
	e := warehouse.SilenceEvent{
		SilenceID: rows.text(0, "silence_id"), EventNumber: wholeOf(rows, "event_count") + 1, Event: "extended",
		AlertID: rows.text(0, "alert_id"), RuleCode: rows.text(0, "rule_code"), TargetCode: rows.text(0, "target_code"),
		IndicatorCode: rows.text(0, "indicator_code"), AreaCode: rows.text(0, "area_code"), AgencyCode: rows.text(0, "agency_code"),
		Severity: rows.text(0, "severity"), StartsAt: starts, EndsAt: time.Now(), Reason: strings.TrimSpace(f.event.Reason),
		RecordedBy: person(f.event.RecordedBy), RecordedAt: time.Now(),
	}
	if e.Reason == "" {
		e.Reason = rows.text(0, "reason")
	}
	if isEnd {
		e.Event = "ended"
	} else if e.EndsAt, err = a.endOfSilence(later(starts, time.Now()), f); err != nil {
		return err
	}
	if err := s.warehouse.AppendSilenceEvent(ctx, e); err != nil {
		return err
	}
	a.say("静默 %s 至 %s", "silence %s until %s", e.SilenceID[:8], a.localTime(e.EndsAt))
	return nil
}
