package main

import (
	"os"
	"path/filepath"
	"runtime"
	"time"

	"bellwether/jobs"
)

// Config is everything a person may set. It is read once, from one file and a
// few flags, and no other part of the program looks at files, flags or the
// environment for settings.
type Config struct {
	Language  string          `yaml:"language"` // zh or en
	DataDir   string          `yaml:"data_dir"` // embedded engine, secrets, state; 0700
	TimeZone  string          `yaml:"time_zone"`
	Log       LogConfig       `yaml:"log"`
	Warehouse WarehouseConfig `yaml:"warehouse"`
	Engine    EngineConfig    `yaml:"engine"`
	Catalog   CatalogConfig   `yaml:"catalog"`
	HTTP      HTTPConfig      `yaml:"http"`
	Evaluate  TimetableConfig `yaml:"evaluate"`
	Deliver   DeliverConfig   `yaml:"deliver"`
	Backup    BackupConfig    `yaml:"backup"`
	Sources   []SourceConfig  `yaml:"sources"`
}

// LogConfig says how much is logged to standard error, and how.
type LogConfig struct {
	Level  string `yaml:"level"`  // debug, info, warn or error; auto is warn on a terminal and info elsewhere
	Format string `yaml:"format"` // text or json
}

// WarehouseConfig names the ClickHouse server. An empty DSN means the embedded
// engine in Config.DataDir.
type WarehouseConfig struct {
	DSN          string `yaml:"dsn"`      // clickhouse://user@host:9440/?secure=true, without password
	Password     secret `yaml:"password"` // ${file:…} or ${VAR}, never the words themselves
	PasswordFile string `yaml:"password_file"`
	Database     string `yaml:"database"`
	Cluster      string `yaml:"cluster"` // replicated tables on this cluster; empty is one server

	// Who reads for analysts on a server; empty is the user of the DSN, read-only.
	AnalystUser         string `yaml:"analyst_user"`
	AnalystPassword     secret `yaml:"analyst_password"`
	AnalystPasswordFile string `yaml:"analyst_password_file"`
}

// EngineConfig sets the embedded engine. Ports of 0 are chosen by the system
// and shown by `bellwether status`.
type EngineConfig struct {
	Library   string `yaml:"library"`   // libchdb.so or a clickhouse binary; empty fetches the pinned one
	CacheDir  string `yaml:"cache_dir"` // where the library is kept; empty is the user's cache
	TCPPort   int    `yaml:"tcp_port"`
	HTTPPort  int    `yaml:"http_port"`
	MemoryMiB int64  `yaml:"memory_mib"` // 0 is half of the machine, at most 4 GiB

	Reporters []string `yaml:"reporters"` // agencies with a user of their own, who reads what concerns the agency
}

// CatalogConfig replaces the catalog or the forms that ship with the program
// by directories of the same layout.
type CatalogConfig struct {
	Dir      string `yaml:"dir"`
	FormsDir string `yaml:"forms_dir"`
}

// HTTPConfig is where `serve` answers. It listens on loopback unless told
// otherwise, because the metrics name the sources.
type HTTPConfig struct {
	Listen       string `yaml:"listen"`
	Username     string `yaml:"username"` // who may read beside /healthz: user and password, or token
	Password     secret `yaml:"password"`
	PasswordFile string `yaml:"password_file"`
	Token        secret `yaml:"token"`
	TokenFile    string `yaml:"token_file"`
	CertFile     string `yaml:"cert_file"`
	KeyFile      string `yaml:"key_file"`
	IsBehindTLS  bool   `yaml:"behind_tls"` // something in front of it has the certificate
}

// TimetableConfig is when a job runs, and how long it may.
type TimetableConfig struct {
	Schedule  string        `yaml:"schedule"` // five fields of cron, or @daily and such; empty is never
	TimeLimit time.Duration `yaml:"time_limit"`
	Jitter    time.Duration `yaml:"jitter"`     // waits up to this long before it starts
	Tries     int           `yaml:"tries"`      // when a fault may pass by itself; 0 is 4, 1 never again
	RetryWait time.Duration `yaml:"retry_wait"` // before the second try, then longer; 0 is 5 minutes
}

// The patience of a job that names none.
const (
	defaultTries     = 4
	defaultRetryWait = 5 * time.Minute
)

// retry is how the job is tried again.
func (c TimetableConfig) retry() jobs.Retry {
	r := jobs.Retry{Tries: c.Tries, FirstWait: c.RetryWait}
	if r.Tries == 0 {
		r.Tries = defaultTries
	}
	if r.FirstWait == 0 {
		r.FirstWait = defaultRetryWait
	}
	return r
}

// Defaults returns the configuration of somebody who has written none.
func Defaults() Config {
	return Config{
		Language:  "zh",
		DataDir:   defaultDataDir(),
		TimeZone:  "Asia/Shanghai",
		Log:       LogConfig{Level: "auto", Format: "text"},
		Warehouse: WarehouseConfig{Database: "bellwether"},
		HTTP:      HTTPConfig{Listen: "127.0.0.1:9477"},
		Evaluate: TimetableConfig{
			Schedule:  "30 6 * * *",
			TimeLimit: 30 * time.Minute,
		},
		Deliver: DeliverConfig{
			RemindEvery: 30 * 24 * time.Hour, EscalateAfter: 5,
			TimetableConfig: TimetableConfig{
				Schedule:  "50 6 * * *",
				TimeLimit: 30 * time.Minute,
			},
		},
		Backup: BackupConfig{
			Keep: 14, DrillSchedule: "30 4 * * 0",
			TimetableConfig: TimetableConfig{Schedule: "15 3 * * *", TimeLimit: 2 * time.Hour},
		},
	}
}

// defaultDataDir follows the XDG base directories, also on macOS, so that the
// path in the documentation is the path on every machine.
func defaultDataDir() string {
	if dir := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "bellwether")
	}
	home, err := os.UserHomeDir()
	if err != nil || runtime.GOOS == "windows" {
		return filepath.Join(os.TempDir(), "bellwether")
	}
	return filepath.Join(home, ".local", "share", "bellwether")
}
