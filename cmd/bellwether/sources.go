package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path"
	"time"

	"github.com/robfig/cron/v3"

	"bellwether/etl"
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
		sources = append(sources, &jobs.Source{
			Name: c.Name, Form: form, Forms: m.forms, Fetcher: a.fetcher(c, form, m), Timetable: timetable,
			TimeLimit: c.TimeLimit, Jitter: c.Jitter,
			Params: etl.Params{Year: c.Year, Area: c.Area, Encoding: c.Encoding, AcceptNew: c.AcceptNewIndicators},
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

func (a *app) fetcher(c SourceConfig, form *etl.Form, m material) jobs.Fetcher {
	if c.Directory != nil {
		return directoryFetcher{connect.Directory{
			Path: c.Directory.Path, Pattern: c.Directory.Pattern, StableFor: c.Directory.Stable,
			SourceCode: form.SourceCode, Now: time.Now,
		}, a.logger}
	}
	agency, _ := m.catalog.Agency(form.SourceCode)
	h := connect.HTTP{
		URL: c.HTTP.URL, SourceCode: form.SourceCode, Licence: agency.Licence, Attribution: agency.Attribution,
		UserName: c.HTTP.Username, Attempts: 4, FirstWait: time.Second,
		TimeLimit: c.HTTP.TimeLimit, MaxBytes: c.HTTP.MaxMiB << 20, Client: &http.Client{}, Now: time.Now,
	}
	if h.UserName == "" {
		h.TokenFile = c.HTTP.TokenFile
	} else {
		h.PasswordFile = c.HTTP.TokenFile
	}
	if h.TimeLimit == 0 {
		h.TimeLimit = 5 * time.Minute
	}
	if h.MaxBytes == 0 {
		h.MaxBytes = 512 << 20
	}
	return &httpFetcher{source: h}
}

// directoryFetcher takes the finished files of a directory.
type directoryFetcher struct {
	source connect.Directory
	logger *slog.Logger
}

// Fetch returns the files that are finished; those still written to are logged
// and come at the next time.
func (f directoryFetcher) Fetch(ctx context.Context) ([]etl.Payload, func(), error) {
	payloads, waiting, err := f.source.Fetch(ctx)
	for _, w := range waiting {
		f.logger.Info("file waits", "file", w.FileName, "reason", w.Reason)
	}
	return payloads, func() {}, err
}

// httpFetcher asks an address, and remembers between two fetches of a daemon
// what the publisher said about the age of its answer.
type httpFetcher struct {
	source connect.HTTP
	last   connect.Validators
}

// Fetch returns the answer of the publisher, or nothing when it is the one that
// was fetched before.
func (f *httpFetcher) Fetch(ctx context.Context) ([]etl.Payload, func(), error) {
	nothing := func() {}
	payload, validators, err := f.source.Fetch(ctx, f.last)
	if errors.Is(err, connect.ErrNotModified) {
		return nil, nothing, nil
	}
	if err != nil {
		return nil, nothing, err
	}
	f.last = validators
	return []etl.Payload{payload}, func() { os.Remove(payload.Path) }, nil
}
