package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"bellwether/warehouse"
	"bellwether/warehouse/engine"
)

// site is an open warehouse and what runs it.
type site struct {
	warehouse *warehouse.Warehouse
	engine    *engine.Engine // nil when the warehouse is a server of its own
}

// atSite makes a command of something that is done with an open warehouse.
func (a *app) atSite(do func(ctx context.Context, s *site) error) func(*cobra.Command, []string) error {
	return func(c *cobra.Command, _ []string) (err error) {
		s, err := a.openSite(c.Context())
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, s.close(c.Context())) }()
		return do(c.Context(), s)
	}
}

// openSite opens the warehouse of the configuration. Schema and verdicts of the
// embedded engine are brought up to date, which asks a question of each when they
// are; a server is left as it is, for its owner may have given us no right to
// change it.
func (a *app) openSite(ctx context.Context) (*site, error) {
	config, err := a.config.Warehouse.open()
	if err != nil {
		return nil, err
	}
	config.Logger = a.logger
	s := &site{}
	if config.DSN == "" {
		if s.engine, err = a.openEngine(ctx); err != nil {
			return nil, err
		}
		config.Engine = s.engine
	}
	if s.warehouse, err = warehouse.Open(config); err != nil {
		return nil, errors.Join(err, s.close(ctx))
	}
	if s.engine != nil {
		if err := s.bringUpToDate(ctx); err != nil {
			return nil, errors.Join(s.blame(err), s.close(ctx))
		}
	}
	return s, nil
}

func (s *site) bringUpToDate(ctx context.Context) error {
	if _, err := s.warehouse.Migrate(ctx); err != nil {
		return err
	}
	_, err := s.warehouse.Settle(ctx)
	return err
}

// blame says so when an error comes from the death of the engine, which nothing but a new
// beginning helps.
func (s *site) blame(err error) error {
	if err != nil && s.engine != nil && s.engine.HasFallen(time.Second) {
		return fmt.Errorf("%w: %w", engine.ErrFell, err)
	}
	return err
}

// close gives everything back; the engine stops when this process started it.
func (s *site) close(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 20*time.Second)
	defer cancel()
	var err error
	if s.warehouse != nil {
		err = s.warehouse.Close()
	}
	if s.engine != nil {
		err = errors.Join(err, s.engine.Close(ctx))
	}
	return err
}

// ask asks one of the questions of the query folder as the analyst.
func (s *site) ask(ctx context.Context, name string, parameters map[string]string) (answer, error) {
	return s.askAs(ctx, warehouse.Analyst, name, parameters)
}

func (s *site) askAs(ctx context.Context, role warehouse.Role, name string, parameters map[string]string) (answer, error) {
	text, err := query(name)
	if err != nil {
		return answer{}, err
	}
	result, err := s.warehouse.Query(ctx, warehouse.Question{SQL: text, Role: role, Parameters: parameters})
	if err != nil {
		return answer{}, fmt.Errorf("ask %s: %w", name, err)
	}
	return readAll(result)
}

func readAll(result *warehouse.Result) (answer, error) {
	var all answer
	for _, c := range result.Columns {
		all.columns = append(all.columns, c.Name)
	}
	for row, err := range result.Rows() {
		if err != nil {
			return all, err
		}
		all.rows = append(all.rows, row)
	}
	return all, nil
}

// planArea is the area that the plans are for; an error when there is none or
// more than one to choose from.
func (s *site) planArea(ctx context.Context) (string, error) {
	areas, err := s.ask(ctx, "plan_areas", nil)
	if err != nil {
		return "", err
	}
	if len(areas.rows) != 1 {
		return "", usagef("--area: the catalog has plans for %d areas; name one", len(areas.rows))
	}
	return areas.text(0, "area_code"), nil
}

// open is what the warehouse is opened with, with the passwords of a server read from
// their files or the settings.
func (c WarehouseConfig) open() (warehouse.Config, error) {
	password, err := passwordOf(c.Password, c.PasswordFile, "warehouse.password_file")
	if err != nil {
		return warehouse.Config{}, err
	}
	analyst, err := passwordOf(c.AnalystPassword, c.AnalystPasswordFile, "warehouse.analyst_password_file")
	if err != nil {
		return warehouse.Config{}, err
	}
	return warehouse.Config{
		DSN: c.DSN, Password: password, AnalystUser: c.AnalystUser, AnalystPassword: analyst,
		Database: c.Database, Cluster: c.Cluster,
	}, nil
}

func passwordOf(password secret, file, key string) (string, error) {
	if file == "" {
		return string(password), nil
	}
	content, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("read %s: %w", key, err)
	}
	return strings.TrimRight(string(content), "\r\n"), nil
}
