package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"path"
	"strings"
	"time"

	"github.com/robfig/cron/v3"

	"bellwether/etl"
	"bellwether/etl/catalog"
	"bellwether/etl/connect"
	"bellwether/jobs"
)

// sources builds what the configuration lists. A form that is not there is a
// fault of the configuration.
func (a *app) sources(m material) ([]*jobs.Source, error) {
	var sources []*jobs.Source
	var faults []error
	for i, c := range a.config.Sources {
		form, ok := m.forms.Form(c.Form)
		if !ok {
			faults = append(faults, fmt.Errorf("sources[%d].form: %w", i, a.noForm(m, c.Form)))
			continue
		}
		timetable, err := parseTimetable(c.Schedule)
		if err != nil {
			faults = append(faults, fmt.Errorf("sources[%d].schedule: %w", i, err))
			continue
		}
		if c.Postgres != nil && c.Postgres.Watermark != "" && form.IsComplete {
			faults = append(faults, fmt.Errorf("sources[%d].postgres.watermark: the form %s takes a submission as complete, and would withdraw what is not new", i, c.Form))
			continue
		}
		params := etl.Params{Year: c.Year, Area: c.Area, Encoding: c.Encoding, AcceptNew: c.AcceptNewIndicators}
		place, question := a.place(c, form, m)
		sum := sha256.Sum256([]byte(strings.Join([]string{question, form.Code, form.Hash, params.String()}, "\n")))
		sources = append(sources, &jobs.Source{
			Name: c.Name, Form: form, Forms: m.forms, Fetcher: place, Question: hex.EncodeToString(sum[:]), Timetable: timetable,
			TimeLimit: c.TimeLimit, Jitter: c.Jitter, Retry: c.retry(), Params: params,
		})
	}
	return sources, errors.Join(faults...)
}

// parseTimetable reads a schedule; an empty one is nil, never.
func parseTimetable(schedule string) (cron.Schedule, error) {
	if schedule == "" {
		return nil, nil
	}
	return cron.ParseStandard(schedule)
}

// noForm says which forms there are: those of the folder that was named, where
// there is such a folder.
func (a *app) noForm(m material, code string) error {
	var codes, near []string
	for _, form := range m.forms.All() {
		codes = append(codes, form.Code)
		if path.Dir(form.Code) == path.Dir(code) {
			near = append(near, form.Code)
		}
	}
	if len(near) > 0 && didYouMean(code, codes) == "" {
		codes = near
	}
	return notFoundf(a.text("没有表单 %q%s", "there is no form %q%s"), code, a.choices(code, codes))
}

// place builds the connector of a source. The question identifies what it asks
// for: a bookmark of another question is not used.
func (a *app) place(c SourceConfig, form *etl.Form, m material) (connector, string) {
	agency, _ := m.catalog.Agency(form.SourceCode)
	switch {
	case c.Directory != nil:
		return connect.Directory{
			Path: c.Directory.Path, Pattern: c.Directory.Pattern, StableFor: c.Directory.Stable,
			SourceCode: form.SourceCode, Now: time.Now,
		}, c.Directory.Path
	case c.HTTP != nil:
		return c.HTTP.connector(form.SourceCode, agency), fmt.Sprint("http ", string(c.HTTP.URL), c.HTTP.Query, c.HTTP.Headers, c.HTTP.Paging)
	case c.Postgres != nil:
		p := c.Postgres
		return p.connector(c.Name, form.SourceCode, agency), fmt.Sprint("postgres ", p.DSN, p.Query, p.Watermark, p.FirstWatermark)
	default:
		s := c.SFTP
		return s.connector(form.SourceCode), fmt.Sprint("sftp ", s.Address, s.Username, s.Path, s.Pattern, s.Done)
	}
}

// connector fetches the payloads of a source, and can be tried without.
type connector interface {
	jobs.Fetcher
	Check(ctx context.Context) (string, error)
}

// patience is how often every server is tried: over about seven seconds, which a
// restart takes.
func patience() connect.Retry { return connect.Retry{Attempts: 4, FirstWait: time.Second} }

func (s HTTPSource) connector(source string, agency catalog.Agency) connect.HTTP {
	return connect.HTTP{
		URL: string(s.URL), SourceCode: source, Licence: agency.Licence, Attribution: agency.Attribution,
		Headers: fields(s.Headers), Query: fields(s.Query), Token: connect.NewSecret(string(s.Token), s.TokenFile),
		UserName: s.Username, Password: connect.NewSecret(string(s.Password), s.PasswordFile), CAFile: s.CAFile,
		Paging: connect.Paging(s.Paging), Retry: patience(),
		TimeLimit: s.TimeLimit, MaxBytes: s.MaxMiB << 20, Now: time.Now,
	}
}

func fields(list []FieldSource) []connect.Field {
	var all []connect.Field
	for _, f := range list {
		all = append(all, connect.Field{Name: f.Name, Value: connect.NewSecret(string(f.Value), f.ValueFile)})
	}
	return all
}

func (s PostgresSource) connector(name, source string, agency catalog.Agency) connect.Postgres {
	return connect.Postgres{
		DSN: s.DSN, Password: connect.NewSecret(string(s.Password), s.PasswordFile), CAFile: s.CAFile,
		Query: s.Query, Watermark: s.Watermark, FirstWatermark: s.FirstWatermark, Name: name + ".csv",
		SourceCode: source, Licence: agency.Licence, Attribution: agency.Attribution,
		Retry: patience(), TimeLimit: s.TimeLimit, MaxBytes: s.MaxMiB << 20, Now: time.Now,
	}
}

func (s SFTPSource) connector(source string) connect.SFTP {
	return connect.SFTP{
		Address: s.Address, HostKey: s.HostKey, UserName: s.Username,
		Password: connect.NewSecret(string(s.Password), s.PasswordFile), Key: connect.NewSecret("", s.KeyFile),
		Passphrase: connect.NewSecret(string(s.KeyPassphrase), s.KeyPassphraseFile),
		Path:       s.Path, Pattern: s.Pattern, StableFor: s.Stable, Done: s.Done, SourceCode: source,
		Retry: patience(), TimeLimit: s.TimeLimit, MaxBytes: s.MaxMiB << 20, Now: time.Now,
	}
}
