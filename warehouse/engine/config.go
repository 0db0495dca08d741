package engine

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
)

// Config says where the engine keeps its data and how it may be had. Only Dir
// is required.
type Config struct {
	// Dir is the data directory. It is made with mode 0700 if it is missing.
	Dir string
	// CacheDir is where the library is kept, shared by all data directories of
	// a user. Default: bellwether below os.UserCacheDir, and cache below Dir for
	// a user without a home.
	CacheDir string
	// Library is a libchdb.so, or a clickhouse program of version 26.7 or
	// newer. When it is empty the first of these is used: the library in
	// CacheDir; the library fetched through npm; clickhouse on PATH.
	Library string
	// NPM is the npm program. Default: npm on PATH.
	NPM string
	// TCPPort and HTTPPort are the loopback ports; 0 takes any free one.
	TCPPort, HTTPPort int
	// MaxMemoryBytes bounds the engine as a whole. Default: half of the
	// machine's (or container's) memory, at most 4 GiB.
	MaxMemoryBytes int64
	// Database is where readers may read. Default: bellwether.
	Database string
	// MoreDatabases are further databases they may read in the same way.
	MoreDatabases []string
	// Access is what readers may read. It is fixed when the engine starts; a role that
	// nothing is allowed to has no user.
	Access []Access
	// BackupDir is the only folder that backups are written to and restored from.
	// Default: backups below Dir.
	BackupDir string
	// Logger is told of restarts. Default: nothing is logged.
	Logger *slog.Logger
	// Progress is called while the library is fetched, with a stage of
	// StageDownload or StageUnpack and bytes done and in total. It may be nil.
	Progress func(stage string, done, total int64)
}

// Stages that Config.Progress reports.
const (
	StageDownload = "download"
	StageUnpack   = "unpack"
)

// Role is one of the engine's users.
type Role string

// The engine's users. The writer may do anything; any other may only read what
// Config.Access says, within limits it cannot raise.
const (
	RoleWriter  Role = "bellwether_writer"
	RoleAnalyst Role = "analyst"
)

// plainName keeps a name out of need of quoting, in SQL, in XML and in grants, where
// * would be a wildcard.
var plainName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

func (c Config) withDefaults() (Config, error) {
	if c.CacheDir == "" {
		c.CacheDir = filepath.Join(c.Dir, "cache")
		if cache, err := os.UserCacheDir(); err == nil {
			c.CacheDir = filepath.Join(cache, "bellwether")
		}
	}
	if c.BackupDir == "" {
		c.BackupDir = filepath.Join(c.Dir, "backups")
	}
	if c.NPM == "" {
		c.NPM = "npm"
	}
	if c.MaxMemoryBytes == 0 {
		c.MaxMemoryBytes = min(memoryBytes()/2, 4<<30)
	}
	if c.Database == "" {
		c.Database = "bellwether"
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Progress == nil {
		c.Progress = func(string, int64, int64) {}
	}
	for _, dir := range []*string{&c.Dir, &c.CacheDir} {
		absolute, err := filepath.Abs(*dir)
		if err != nil {
			return c, fmt.Errorf("resolve %s: %w", *dir, err)
		}
		*dir = absolute
	}
	return c, nil
}

func (c Config) validate() error {
	var faults []error
	if c.Dir == "" {
		faults = append(faults, errors.New("engine directory: want a path, got none"))
	}
	for _, port := range []int{c.TCPPort, c.HTTPPort} {
		if port < 0 || port > 65535 {
			faults = append(faults, fmt.Errorf("engine port: want 0 to 65535, got %d", port))
		}
	}
	if c.TCPPort != 0 && c.TCPPort == c.HTTPPort {
		faults = append(faults, fmt.Errorf("engine ports: want two, got %d twice", c.TCPPort))
	}
	if c.MaxMemoryBytes < 0 {
		faults = append(faults, fmt.Errorf("engine memory: want bytes, got %d", c.MaxMemoryBytes))
	}
	for _, name := range append([]string{c.Database}, c.MoreDatabases...) {
		if name != "" && !plainName.MatchString(name) {
			faults = append(faults, fmt.Errorf("database %q: want letters, digits and underscores", name))
		}
	}
	for _, a := range c.Access {
		if !plainName.MatchString(string(a.Role)) || a.Role == RoleWriter || a.Role == "default" {
			faults = append(faults, fmt.Errorf("reader %q: want letters, digits and underscores, and a name that is not taken", a.Role))
		}
	}
	return errors.Join(faults...)
}
