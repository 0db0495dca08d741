package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"bellwether/warehouse"
)

func newGapNoteCommand(a *app) *cobra.Command {
	var years string
	note := warehouse.GapNote{}
	command := &cobra.Command{
		Use:   "note INDICATOR",
		Short: "登记缺项的原因和将取得它的调查 Record why a figure is missing and which survey will bring it",
		Long:  "Records the reason for a gap. Nothing is ever changed: another reason is recorded\nbeside it, and the newest counts; an empty one takes it back.",
		Example: "  bellwether gaps note child_mental_health_percent --years 2024-2025 --reason 五年一次 --survey " +
			"2026年儿童心理健康抽样调查",
		Args: cobra.ExactArgs(1),
	}
	flags := command.Flags()
	flags.StringVar(&years, "years", "", "statistical year, or first and last such as 2024-2025")
	flags.StringVar(&note.AreaCode, "area", "*", "area code; * is every one")
	flags.StringVar(&note.Reason, "reason", "", "why there is no figure")
	flags.StringVar(&note.Survey, "survey", "", "name or address of the survey that will bring it")
	flags.StringVar(&note.NotedBy, "by", "", "who gives the reason; you when not given")
	command.RunE = func(c *cobra.Command, args []string) error {
		var err error
		if note.FirstYear, note.LastYear, err = a.yearSpan(years); err != nil {
			return err
		}
		return a.atSite(func(ctx context.Context, s *site) error { return a.noteGap(ctx, s, args[0], note) })(c, args)
	}
	return command
}

// yearSpan reads a year or a span of them.
func (a *app) yearSpan(text string) (first, last uint16, err error) {
	from, to, isSpan := strings.Cut(text, "-")
	if !isSpan {
		to = from
	}
	one, errOne := strconv.ParseUint(from, 10, 16)
	two, errTwo := strconv.ParseUint(to, 10, 16)
	if errOne != nil || errTwo != nil || one < 1900 || two < one || two > 2149 {
		return 0, 0, usagef(a.text("--years：应为 2025 或 2024-2025，实为 %q", "--years: want 2025 or 2024-2025, got %q"), text)
	}
	return uint16(one), uint16(two), nil
}

func (a *app) noteGap(ctx context.Context, s *site, indicator string, note warehouse.GapNote) error {
	var err error
	if note.IndicatorCode, err = a.findIndicator(ctx, s, indicator); err != nil {
		return err
	}
	if note.AreaCode != "*" {
		if err := a.checkChoices(ctx, s, map[string]string{"area": note.AreaCode}); err != nil {
			return err
		}
	}
	note.NotedBy, note.RecordedAt = person(note.NotedBy), time.Now()
	if err := s.warehouse.AppendGapNote(ctx, note); err != nil {
		return err
	}
	a.say("已登记 %s（%s）的缺项原因", "the reason for the gap in %s (%s) is recorded", note.IndicatorCode,
		fmt.Sprintf("%d—%d", note.FirstYear, note.LastYear))
	return nil
}
