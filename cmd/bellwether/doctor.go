package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"runtime"
	"time"

	"github.com/spf13/cobra"

	"bellwether/cmd/bellwether/sheet"
	"bellwether/warehouse/engine"
)

// finding is one thing that doctor looked at.
type finding struct {
	item, state, detail string // state: ok, note or fault
}

const (
	stateOK    = "ok"
	stateNote  = "note"
	stateFault = "fault"
)

// lowDisk is what a year of a district and the engine's own files need with
// room to spare.
const lowDisk = 2 << 30

func newDoctorCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "doctor",
		Short: "检查机器、引擎和连接 Look at the machine, the engine and the connections",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			findings, err := a.examine(c.Context())
			if err != nil {
				return err
			}
			answer := sheet.Sheet{Columns: []sheet.Column{
				{Key: "item", Zh: "项目", En: "Item"},
				{Key: "state", Zh: "状态", En: "State"},
				{Key: "detail", Zh: "内容", En: "Detail", Flex: true, Wrap: true},
			}}
			isSound := true
			for _, f := range findings {
				answer.Rows = append(answer.Rows, []any{f.item, f.state, f.detail})
				isSound = isSound && f.state != stateFault
			}
			if err := a.write(answer); err != nil {
				return err
			}
			if !isSound {
				return withFindings()
			}
			return nil
		},
	}
}

func (a *app) examine(ctx context.Context) ([]finding, error) {
	config, err := a.engineConfig()
	if err != nil {
		return nil, err
	}
	report, err := engine.Inspect(ctx, config)
	if err != nil {
		return nil, err
	}
	findings := []finding{
		{"machine", stateOK, fmt.Sprintf("%s/%s, %d cores, engine memory %s", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), bytesText(report.MaxMemoryBytes))},
		{"data_dir", stateOK, a.config.DataDir},
		diskFinding("data_dir_disk", report.DirFreeBytes),
		diskFinding("cache_disk", report.CacheFreeBytes),
	}
	findings = append(findings, libraryFindings(report)...)
	findings = append(findings, ownerFinding(report))
	findings = append(findings, portFindings(a.config, report)...)
	findings = append(findings, a.connectionFinding(ctx, report.State != nil))
	findings = append(findings, a.sourceFindings(ctx)...)
	return append(findings, a.channelFindings(ctx)...), nil
}

// sourceLimit is how long doctor waits for one source.
const sourceLimit = 15 * time.Second

// sourceFindings tries the connection of every source, and takes nothing.
func (a *app) sourceFindings(ctx context.Context) []finding {
	m, err := a.loadMaterial()
	if err != nil {
		return []finding{{"sources", stateFault, err.Error()}}
	}
	sources, err := a.sources(m)
	if err != nil {
		return []finding{{"sources", stateFault, err.Error()}}
	}
	var findings []finding
	for _, s := range sources {
		limited, cancel := context.WithTimeout(ctx, sourceLimit)
		found, err := s.Fetcher.(connector).Check(limited)
		cancel()
		if err != nil {
			findings = append(findings, finding{"source " + s.Name, stateFault, err.Error()})
			continue
		}
		findings = append(findings, finding{"source " + s.Name, stateOK, found})
	}
	return findings
}

func libraryFindings(r engine.Report) []finding {
	library := finding{"engine_library", stateOK, r.LibrarySource + " " + r.Library}
	switch {
	case r.LibraryFault != nil && r.LibrarySource == engine.SourceNPM:
		library = finding{"engine_library", stateNote, "will be fetched through npm: " + r.Package}
	case r.LibraryFault != nil:
		library = finding{"engine_library", stateFault, r.LibraryFault.Error()}
	}
	npm := finding{"npm", stateOK, r.NPM}
	if r.NPM == "" {
		npm = finding{"npm", stateNote, "not on PATH; only needed to fetch the engine"}
	}
	return []finding{library, {"engine_package", stateOK, r.Package}, npm}
}

func ownerFinding(r engine.Report) finding {
	switch {
	case r.Owner == nil:
		return finding{"engine", stateOK, "not running; each command starts it for itself"}
	case r.State == nil:
		return finding{"engine", stateNote, fmt.Sprintf("process %d is starting it", r.Owner.PID)}
	default:
		return finding{"engine", stateOK, fmt.Sprintf("ClickHouse %s, process %d of %s, 127.0.0.1:%d and http :%d, %d restarts",
			r.State.Version, r.Owner.PID, r.Owner.Program, r.State.TCPPort, r.State.HTTPPort, r.State.Restarts)}
	}
}

// portFindings tries the ports that the configuration asks for, unless our own
// engine holds them.
func portFindings(c Config, r engine.Report) []finding {
	var findings []finding
	try := func(item, address string) {
		listener, err := net.Listen("tcp", address)
		if err != nil {
			findings = append(findings, finding{item, stateNote, address + " is in use: " + err.Error()})
			return
		}
		listener.Close()
		findings = append(findings, finding{item, stateOK, address + " is free"})
	}
	try("http_listen", c.HTTP.Listen)
	if r.Owner == nil {
		for item, port := range map[string]int{"engine_tcp_port": c.Engine.TCPPort, "engine_http_port": c.Engine.HTTPPort} {
			if port != 0 {
				try(item, fmt.Sprintf("127.0.0.1:%d", port))
			}
		}
	}
	return findings
}

func diskFinding(item string, free int64) finding {
	if free < lowDisk {
		return finding{item, stateFault, bytesText(free) + " free, want at least " + bytesText(lowDisk)}
	}
	return finding{item, stateOK, bytesText(free) + " free"}
}

func bytesText(n int64) string {
	return fmt.Sprintf("%.1f GiB", float64(n)/(1<<30))
}

// connectionFinding asks the warehouse to answer. An engine that is not running
// is not started for this.
func (a *app) connectionFinding(ctx context.Context, isRunning bool) finding {
	if a.config.Warehouse.DSN == "" && !isRunning {
		return finding{"warehouse", stateOK, "embedded, database " + a.config.Warehouse.Database}
	}
	s, err := a.openSite(ctx)
	if err != nil {
		return finding{"warehouse", stateFault, err.Error()}
	}
	if err := errors.Join(s.warehouse.Ping(ctx), s.close(ctx)); err != nil {
		return finding{"warehouse", stateFault, err.Error()}
	}
	return finding{"warehouse", stateOK, "answers, database " + a.config.Warehouse.Database}
}
