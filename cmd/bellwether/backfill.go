package main

import (
	"github.com/spf13/cobra"
)

func newBackfillCommand(a *app) *cobra.Command {
	var o loadOptions
	command := &cobra.Command{
		Use:   "backfill SOURCE --from YEAR --to YEAR",
		Short: "重新获取一个数据源某些年份的数据 Pull a window of years again",
		Long: `Asks a source of the configuration for everything it has, and loads the figures of
the statistical years from --from to --to. Figures of other years are skipped: no
version of them is written, and the next load by the timetable goes on from where the
last one stood. What is the same as before writes nothing.`,
		Example: `  bellwether backfill statistics --from 2018 --to 2020
  bellwether backfill statistics --from 2018 --to 2020 --dry-run`,
		Args: cobra.ExactArgs(1),
	}
	flags := command.Flags()
	flags.IntVar(&o.fromYear, "from", 0, "first statistical year")
	flags.IntVar(&o.toYear, "to", 0, "last statistical year")
	flags.BoolVar(&o.dryRun, "dry-run", false, "read and check, write nothing")
	flags.IntVar(&o.rejects, "rejects", 20, "rejects to show")
	command.RunE = func(c *cobra.Command, args []string) error {
		if o.fromYear < 1900 || o.toYear > 2100 || o.fromYear > o.toYear {
			return usagef(a.text("请给出年份范围 --from 和 --to（1900 至 2100），得到 %d 至 %d", "want years in --from and --to, from 1900 to 2100, got %d to %d"),
				o.fromYear, o.toYear)
		}
		o.force = true
		m, err := a.loadMaterial()
		if err != nil {
			return err
		}
		return a.loadSource(c.Context(), m, args, o)
	}
	return command
}
