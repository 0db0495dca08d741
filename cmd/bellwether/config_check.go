package main

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"time"
	_ "time/tzdata" // the image of a server may have no time zones of its own

	"github.com/robfig/cron/v3"
)

// Validate returns every fault of the configuration at once, in the order of
// its fields, or nil.
func (c Config) Validate() error {
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }

	if !slices.Contains([]string{"zh", "en"}, c.Language) {
		fault("language: want zh or en, got %q", c.Language)
	}
	if c.DataDir == "" && c.Warehouse.DSN == "" {
		fault("data_dir: want a directory for the embedded engine")
	}
	if _, err := time.LoadLocation(c.TimeZone); err != nil || c.TimeZone == "" {
		fault("time_zone: want a name such as Asia/Shanghai, got %q", c.TimeZone)
	}
	if !slices.Contains([]string{"auto", "debug", "info", "warn", "error"}, c.Log.Level) {
		fault("log.level: want auto, debug, info, warn or error, got %q", c.Log.Level)
	}
	if !slices.Contains([]string{"text", "json"}, c.Log.Format) {
		fault("log.format: want text or json, got %q", c.Log.Format)
	}
	faults = append(faults, c.Warehouse.faults()...)
	faults = append(faults, c.Engine.faults()...)
	faults = append(faults, c.HTTP.faults()...)
	faults = append(faults, c.Evaluate.faults("evaluate")...)
	faults = append(faults, c.Deliver.faults()...)
	faults = append(faults, c.Backup.faults(c.Warehouse)...)
	seen := map[string]bool{}
	for i, s := range c.Sources {
		at := fmt.Sprintf("sources[%d]", i)
		if seen[s.Name] {
			fault("%s.name: %q occurs twice", at, s.Name)
		}
		seen[s.Name] = true
		faults = append(faults, s.faults(at)...)
	}
	return errors.Join(faults...)
}

var plainName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

func (c WarehouseConfig) faults() (faults []error) {
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	if c.DSN != "" {
		address, err := url.Parse(c.DSN)
		switch {
		case err != nil:
			fault("warehouse.dsn: want clickhouse://user@host:9440/database, got something that is no address")
		case !slices.Contains([]string{"clickhouse", "http", "https"}, address.Scheme) || address.Host == "":
			fault("warehouse.dsn: want clickhouse://, http:// or https:// and a host")
		default:
			if _, set := address.User.Password(); set || address.Query().Has("password") {
				fault("warehouse.dsn: holds a password; use warehouse.password_file or warehouse.password: ${VAR}")
			}
		}
	}
	if c.Password != "" && c.PasswordFile != "" {
		fault("warehouse: want password or password_file, not both")
	}
	hasAnalystPassword := c.AnalystPassword != "" || c.AnalystPasswordFile != ""
	switch {
	case c.AnalystUser == "" && hasAnalystPassword:
		fault("warehouse.analyst_user: want the user whose password is given")
	case c.AnalystUser != "" && !hasAnalystPassword:
		fault("warehouse.analyst_user: want analyst_password or analyst_password_file with it")
	case c.AnalystPassword != "" && c.AnalystPasswordFile != "":
		fault("warehouse: want analyst_password or analyst_password_file, not both")
	case c.AnalystUser != "" && c.DSN == "":
		fault("warehouse.analyst_user: the embedded engine has an analyst of its own; give warehouse.dsn too")
	}
	if !plainName.MatchString(c.Database) {
		fault("warehouse.database: want letters, digits and _, got %q", c.Database)
	}
	if c.Cluster != "" && !plainName.MatchString(c.Cluster) {
		fault("warehouse.cluster: want letters, digits and _, got %q", c.Cluster)
	}
	if c.Cluster != "" && c.DSN == "" {
		fault("warehouse.cluster: the embedded engine is one server; give warehouse.dsn too")
	}
	return faults
}

func (c EngineConfig) faults() (faults []error) {
	for _, p := range []struct {
		name string
		port int
	}{{"tcp_port", c.TCPPort}, {"http_port", c.HTTPPort}} {
		if p.port < 0 || p.port > 65535 {
			faults = append(faults, fmt.Errorf("engine.%s: want 0 to 65535, got %d", p.name, p.port))
		}
	}
	if c.MemoryMiB != 0 && c.MemoryMiB < 512 {
		faults = append(faults, fmt.Errorf("engine.memory_mib: want at least 512, or 0, got %d", c.MemoryMiB))
	}
	for i, agency := range c.Reporters {
		if !plainName.MatchString(agency) || slices.Contains(c.Reporters[:i], agency) {
			faults = append(faults, fmt.Errorf("engine.reporters[%d]: want the code of an agency, once, got %q", i, agency))
		}
	}
	return faults
}

func (c TimetableConfig) faults(at string) (faults []error) {
	if c.Schedule != "" {
		timetable, err := cron.ParseStandard(c.Schedule)
		if err != nil {
			faults = append(faults, fmt.Errorf("%s.schedule: %w", at, err))
		} else if timetable.Next(time.Unix(0, 0).UTC()).IsZero() {
			faults = append(faults, fmt.Errorf("%s.schedule: %q never comes", at, c.Schedule))
		}
	}
	if c.TimeLimit < 0 || c.Jitter < 0 || c.RetryWait < 0 || c.Tries < 0 {
		faults = append(faults, fmt.Errorf("%s: want time_limit, jitter, retry_wait and tries of at least 0", at))
	}
	return faults
}

func (c SourceConfig) faults(at string) (faults []error) {
	fault := func(format string, args ...any) {
		faults = append(faults, fmt.Errorf(at+format, args...))
	}
	if !plainName.MatchString(c.Name) {
		fault(".name: want letters, digits and _, got %q", c.Name)
	}
	if c.Form == "" {
		fault(".form: want a form such as health/mch_annual")
	}
	faults = append(faults, c.placeFaults(at)...)
	if c.Year != 0 && (c.Year < 1900 || c.Year > 2100) {
		fault(".year: want 1900 to 2100, got %d", c.Year)
	}
	return append(faults, c.TimetableConfig.faults(at)...)
}
