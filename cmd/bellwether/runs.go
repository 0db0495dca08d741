package main

import (
	"context"
	"strconv"

	"github.com/spf13/cobra"

	"bellwether/cmd/bellwether/sheet"
)

func newRunsCommand(a *app) *cobra.Command {
	var f runFilter
	command := &cobra.Command{
		Use:   "runs",
		Short: "运行台账 The run ledger",
		Args:  cobra.NoArgs,
		RunE: a.atSite(func(ctx context.Context, s *site) error {
			rows, err := a.runs(ctx, s, f)
			if err != nil {
				return err
			}
			return a.write(rows)
		}),
	}
	command.Flags().BoolVar(&f.failed, "failed", false, "only runs that failed, were interrupted or left something out")
	command.Flags().StringVar(&f.job, "job", "", "only runs of a job (load, evaluate, deliver) or of a source")
	command.Flags().IntVar(&f.limit, "limit", 30, "rows")
	return command
}

// runFilter says which runs are listed.
type runFilter struct {
	failed bool
	job    string
	limit  int
}

// runs lists the newest runs. Their remarks are given in full.
func (a *app) runs(ctx context.Context, s *site, f runFilter) (sheet.Sheet, error) {
	only := "0"
	if f.failed {
		only = "1"
	}
	rows, err := s.ask(ctx, "runs", map[string]string{"failed": only, "job": f.job, "limit": strconv.Itoa(f.limit)})
	if err != nil {
		return sheet.Sheet{}, err
	}
	return rows.sheet(
		sheet.Column{Key: "started_at", Zh: "开始", En: "Started", Show: a.localTime},
		sheet.Column{Key: "job_code", Zh: "任务", En: "Job"},
		sheet.Column{Key: "source_code", Zh: "数据源", En: "Source", Flex: true},
		sheet.Column{Key: "trigger", Zh: "起因", En: "Trigger"},
		sheet.Column{Key: "state", Zh: "结果", En: "State"},
		sheet.Column{Key: "loaded_count", Zh: "装入", En: "Loaded", Number: true},
		sheet.Column{Key: "rejected_count", Zh: "拒收", En: "Rejected", Number: true},
		sheet.Column{Key: "version_count", Zh: "新版本", En: "Versions", Number: true},
		sheet.Column{Key: "message", Zh: "说明", En: "Message", Flex: true, Wrap: true},
	), nil
}
