package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"bellwether/cmd/bellwether/sheet"
	"bellwether/warehouse"
	"bellwether/warehouse/engine"
)

func newStatusCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "status",
		Short: "现状：引擎、各数据源最新数据、最近运行 How things stand: engine, newest data, last runs",
		Args:  cobra.NoArgs,
		RunE:  a.atSite(a.status),
	}
}

// status shows where the warehouse is, who runs it, how new the data of each
// source are, and the last runs.
func (a *app) status(ctx context.Context, s *site) error {
	daemon, err := s.askAs(ctx, warehouse.Writer, "daemon", nil)
	if err != nil {
		return err
	}
	facts := a.factSheet()
	facts.Rows = append(a.statusFacts(s), []any{"daemon", a.daemonText(daemon)})
	rows, err := s.ask(ctx, "newest_data", nil)
	if err != nil {
		return err
	}
	newest := rows.sheet(
		sheet.Column{Key: "source_code", Zh: "来源", En: "Source"},
		sheet.Column{Key: a.inLanguage("name"), Zh: "名称", En: "Name", Flex: true},
		sheet.Column{Key: "newest_year", Zh: "最新年份", En: "Newest year", Number: true, Show: sheet.Plain},
		sheet.Column{Key: "newest_commit_at", Zh: "最近装入", En: "Last load", Show: a.localTime},
		sheet.Column{Key: "load_count", Zh: "装入次数", En: "Loads", Number: true},
		sheet.Column{Key: "loaded_count", Zh: "装入数据", En: "Loaded", Number: true},
		sheet.Column{Key: "rejected_count", Zh: "拒收", En: "Rejected", Number: true},
	)
	last, err := a.runs(ctx, s, runFilter{limit: 5})
	if err != nil {
		return err
	}
	for i := range last.Columns {
		last.Columns[i].Wrap = false // `bellwether runs` gives the whole of a remark
	}
	duties, err := a.duties(ctx, s)
	if err != nil {
		return err
	}
	if a.format() == sheet.JSON {
		return a.writeObject([]string{"warehouse", "newest_data", "jobs", "last_runs"}, []sheet.Sheet{facts, newest, duties, last})
	}
	if err := a.write(facts); err != nil || a.format() == sheet.CSV {
		return err
	}
	fmt.Fprintln(a.out)
	for _, one := range []sheet.Sheet{newest, duties} {
		if err := a.write(one); err != nil {
			return err
		}
		fmt.Fprintln(a.out)
	}
	return a.write(last)
}

// duties lists what the timetable asks for: how each job ended last, and when it
// runs next.
func (a *app) duties(ctx context.Context, s *site) (sheet.Sheet, error) {
	location, err := time.LoadLocation(a.config.TimeZone)
	if err != nil {
		return sheet.Sheet{}, err
	}
	runs, err := s.ask(ctx, "last_runs", nil)
	if err != nil {
		return sheet.Sheet{}, err
	}
	all := sheet.Sheet{Columns: []sheet.Column{
		{Key: "job_code", Zh: "任务", En: "Job"},
		{Key: "source_code", Zh: "数据源", En: "Source", Flex: true},
		{Key: "schedule", Zh: "时间表", En: "Timetable"},
		{Key: "next_at", Zh: "下次", En: "Next", Show: a.localTime},
		{Key: "last_at", Zh: "上次", En: "Last", Show: a.localTime},
		{Key: "state", Zh: "结果", En: "State"},
	}}
	add := func(job, source string, c TimetableConfig) error {
		timetable, err := parseTimetable(c.Schedule)
		if err != nil {
			return err
		}
		row := []any{job, source, c.Schedule, nil, nil, ""}
		if timetable != nil {
			row[3] = timetable.Next(time.Now().In(location))
		}
		for i := range runs.rows {
			if runs.text(i, "job_code") == job && runs.text(i, "source_code") == source {
				row[4], row[5] = runs.get(i, "started_at"), runs.text(i, "state")
			}
		}
		all.Rows = append(all.Rows, row)
		return nil
	}
	for _, source := range a.config.Sources {
		err = errors.Join(err, add("load", source.Name, source.TimetableConfig))
	}
	err = errors.Join(err, add("evaluate", "", a.config.Evaluate))
	if len(a.config.Deliver.Channels) > 0 {
		err = errors.Join(err, add("deliver", "", a.config.Deliver.TimetableConfig))
	}
	return all, err
}

func (a *app) daemonText(daemon answer) string {
	if len(daemon.rows) == 0 {
		return a.text("没有运行", "not running")
	}
	return daemon.text(0, "description") + ", " + a.localTime(daemon.get(0, "claimed_at"))
}

func (a *app) statusFacts(s *site) [][]any {
	rows := [][]any{{"database", s.warehouse.Database()}}
	if s.engine == nil {
		return append(rows, []any{"server", a.config.Warehouse.DSN})
	}
	state, address := s.engine.State(), s.engine.Address(engine.RoleAnalyst)
	owner := a.text("只为本命令启动", "started for this command only")
	if !s.engine.IsOwner() {
		owner = fmt.Sprintf(a.text("进程 %d", "process %d"), state.OwnerPID)
	}
	return append(rows,
		[]any{"data_dir", a.config.DataDir},
		[]any{"engine", "ClickHouse " + state.Version},
		[]any{"engine_owner", owner},
		[]any{"native_address", address.Native},
		[]any{"http_address", address.HTTP},
		[]any{"engine_restarts", state.Restarts},
	)
}

// writeObject writes several sheets as one JSON object.
func (a *app) writeObject(keys []string, sheets []sheet.Sheet) error {
	fmt.Fprint(a.out, "{")
	for i, s := range sheets {
		if i > 0 {
			fmt.Fprint(a.out, ",")
		}
		name, err := json.Marshal(keys[i])
		if err != nil {
			return fmt.Errorf("encode %s: %w", keys[i], err)
		}
		fmt.Fprintf(a.out, "\n%s: ", name)
		if err := a.write(s); err != nil {
			return err
		}
	}
	fmt.Fprintln(a.out, "}")
	return nil
}
