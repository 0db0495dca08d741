package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"bellwether/cmd/bellwether/sheet"
)

func newMigrateCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "migrate",
		Short: "建立或更新表结构、视图和目录 Bring schema, views and catalog up to date",
		Args:  cobra.NoArgs,
		RunE:  a.atSite(a.migrate),
	}
}

func (a *app) migrate(ctx context.Context, s *site) error {
	report, err := s.warehouse.Migrate(ctx)
	if err != nil {
		return err
	}
	m, err := a.loadMaterial()
	if err != nil {
		return err
	}
	changed, err := s.syncCatalog(ctx, m)
	if err != nil {
		return err
	}
	return a.write(sheet.Sheet{
		Columns: []sheet.Column{
			{Key: "database", Zh: "数据库", En: "Database"},
			{Key: "migrations_applied", Zh: "执行的迁移", En: "Migrations applied", Flex: true, Wrap: true},
			{Key: "objects_declared", Zh: "重建的函数和视图", En: "Objects declared", Number: true},
			{Key: "catalog_entries_changed", Zh: "目录变动", En: "Catalog entries changed", Number: true},
		},
		Rows: [][]any{{s.warehouse.Database(), strings.Join(report.Applied, " "), report.Declared, changed}},
	})
}
