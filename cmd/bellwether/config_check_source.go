package main

import (
	"fmt"
	"net"
	"net/url"
	"path"
	"slices"
	"strings"

	"bellwether/etl/connect"
)

// placeFaults looks at where a source is fetched from.
func (c SourceConfig) placeFaults(at string) []error {
	var faults []error
	places := 0
	if c.Directory != nil {
		places, faults = places+1, append(faults, c.Directory.faults(at+".directory")...)
	}
	if c.HTTP != nil {
		places, faults = places+1, append(faults, c.HTTP.faults(at+".http")...)
	}
	if c.Postgres != nil {
		places, faults = places+1, append(faults, c.Postgres.faults(at+".postgres")...)
	}
	if c.SFTP != nil {
		places, faults = places+1, append(faults, c.SFTP.faults(at+".sftp")...)
	}
	if places != 1 {
		faults = append(faults, fmt.Errorf("%s: want one of directory, http, postgres and sftp, got %d of them", at, places))
	}
	return faults
}

// faultList collects the faults of one group of settings.
type faultList struct {
	at     string
	faults []error
}

func (l *faultList) addIf(isWrong bool, format string, args ...any) {
	if isWrong {
		l.faults = append(l.faults, fmt.Errorf(l.at+format, args...))
	}
}

// pattern holds a pattern against the rules of path.Match.
func (l *faultList) pattern(pattern string) {
	_, err := path.Match(pattern, "")
	l.addIf(err != nil, ".pattern: want a pattern such as *.csv, got %q", pattern)
}

// limits looks at the bounds that every remote source has.
func (l *faultList) limits(seconds float64, maxMiB int64) {
	l.addIf(seconds <= 0, ".time_limit: want more than 0")
	l.addIf(maxMiB <= 0, ".max_mib: want more than 0")
}

func (s DirectorySource) faults(at string) []error {
	l := faultList{at: at}
	l.addIf(s.Path == "", ".path: want a directory")
	l.addIf(s.Stable < 0, ".stable: want at least 0")
	l.pattern(s.Pattern)
	return l.faults
}

func (s HTTPSource) faults(at string) []error {
	l := faultList{at: at}
	where, err := url.Parse(string(s.URL))
	isWeb := err == nil && (where.Scheme == "http" || where.Scheme == "https") && where.Host != ""
	l.addIf(!isWeb, ".url: want http:// or https:// and a host")
	l.addIf(isWeb && where.User != nil, ".url: holds a user; use username and password_file")
	hasToken, hasPassword := s.Token != "" || s.TokenFile != "", s.Password != "" || s.PasswordFile != ""
	l.addIf(s.Token != "" && s.TokenFile != "", ": want token or token_file, not both")
	l.addIf(s.Password != "" && s.PasswordFile != "", ": want password or password_file, not both")
	l.addIf(hasToken && s.Username != "", ": want a token or a username, not both")
	l.addIf((s.Username != "") != hasPassword, ": username and password go together")
	for _, f := range slices.Concat(s.Headers, s.Query) {
		l.addIf(f.Name == "" || (f.Value == "") == (f.ValueFile == ""), ": headers and query want a name and either value or value_file")
	}
	l.limits(s.TimeLimit.Seconds(), s.MaxMiB)
	return append(l.faults, s.Paging.faults(at+".paging")...)
}

func (p PagingSource) faults(at string) []error {
	l := faultList{at: at}
	kinds := []string{"", connect.PagingOData, connect.PagingLink, connect.PagingPage, connect.PagingOffset}
	isCounted := p.Kind == connect.PagingPage || p.Kind == connect.PagingOffset
	l.addIf(!slices.Contains(kinds, p.Kind), ".kind: want odata, link, page or offset, got %q", p.Kind)
	l.addIf(isCounted && p.Parameter == "", ".parameter: want the parameter that counts")
	l.addIf((p.SizeParameter == "") != (p.Size == 0) || p.Size < 0, ": size_parameter and a size above 0 go together")
	l.addIf(p.First < 0, ".first: want at least 0")
	l.addIf(p.MaxPages <= 0, ".max_pages: want more than 0")
	return l.faults
}

func (s PostgresSource) faults(at string) []error {
	l := faultList{at: at}
	where, err := url.Parse(s.DSN)
	isDatabase := err == nil && (where.Scheme == "postgres" || where.Scheme == "postgresql")
	l.addIf(!isDatabase, ".dsn: want postgres://user@host:5432/database")
	if isDatabase {
		_, isSet := where.User.Password()
		l.addIf(isSet || where.Query().Has("password"), ".dsn: holds a password; use password_file or password: ${VAR}")
	}
	l.addIf(s.Password != "" && s.PasswordFile != "", ": want password or password_file, not both")
	l.addIf(strings.TrimSpace(s.Query) == "", ".query: want a select, or ${file:/path.sql}")
	l.addIf(strings.Contains(s.Query, "$1") != (s.Watermark != ""), ": a query with $1 and a watermark go together")
	l.addIf((s.Watermark != "") != (s.FirstWatermark != ""), ": watermark and first_watermark go together")
	l.limits(s.TimeLimit.Seconds(), s.MaxMiB)
	return l.faults
}

func (s SFTPSource) faults(at string) []error {
	l := faultList{at: at}
	_, _, err := net.SplitHostPort(s.Address)
	l.addIf(err != nil, ".address: want host:port, got %q", s.Address)
	if err := connect.CheckHostKey(s.HostKey); err != nil {
		l.addIf(true, ".host_key: %w; ssh-keyscan prints it, and its owner confirms it", err)
	}
	ways := 0
	for _, way := range []string{string(s.Password), s.PasswordFile, s.KeyFile} {
		if way != "" {
			ways++
		}
	}
	l.addIf(s.Username == "", ".username: want a user")
	l.addIf(ways != 1, ": want one of password, password_file and key_file")
	l.addIf(s.Path == "", ".path: want a directory")
	l.addIf(s.Stable < 0, ".stable: want at least 0")
	l.addIf(s.Done != "" && !strings.HasPrefix(s.Done, "."), ".done: want a suffix such as .done, got %q", s.Done)
	l.pattern(s.Pattern)
	l.limits(s.TimeLimit.Seconds(), s.MaxMiB)
	return l.faults
}
