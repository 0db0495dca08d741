package main

import (
	"context"
	"encoding/json"
	"fmt"

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
	last, err := a.runs(ctx, s, false, 5)
	if err != nil {
		return err
	}
	for i := range last.Columns {
		last.Columns[i].Wrap = false // `bellwether runs` gives the whole of a remark
	}
	if a.format() == sheet.JSON {
		return a.writeObject([]string{"warehouse", "newest_data", "last_runs"}, []sheet.Sheet{facts, newest, last})
	}
	if err := a.write(facts); err != nil || a.format() == sheet.CSV {
		return err
	}
	fmt.Fprintln(a.out)
	if err := a.write(newest); err != nil {
		return err
	}
	fmt.Fprintln(a.out)
	return a.write(last)
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
