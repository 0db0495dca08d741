package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"

	"github.com/apache/arrow/go/v15/arrow/memory"

	"bellwether/etl"
	"bellwether/etl/catalog"
	"bellwether/etl/civilaffairs"
	"bellwether/etl/department"
	"bellwether/etl/education"
	"bellwether/etl/health"
	"bellwether/etl/public"
	"bellwether/sql"
)

// material is what reading payloads needs, whether or not there is a warehouse.
type material struct {
	catalog *catalog.Catalog
	forms   *etl.Forms
}

// loadMaterial reads the catalog and the forms: those that ship with the
// program, or the directories that the configuration names.
func (a *app) loadMaterial() (material, error) {
	source, err := sql.Catalog()
	if err != nil {
		return material{}, err
	}
	if a.config.Catalog.Dir != "" {
		source = os.DirFS(a.config.Catalog.Dir)
	}
	var m material
	if m.catalog, err = catalog.Load(source); err != nil {
		return m, err
	}
	forms := []fs.FS{public.Files, health.Files, education.Files, civilaffairs.Files, department.Files}
	if a.config.Catalog.FormsDir != "" {
		forms = append(forms, os.DirFS(a.config.Catalog.FormsDir))
	}
	if m.forms, err = etl.LoadForms(forms...); err == nil {
		m.forms.Complete(m.catalog)
	}
	return m, err
}

// duties are the forms that agencies owe.
func (m material) duties() []catalog.Duty {
	var duties []catalog.Duty
	for _, form := range m.forms.All() {
		if form.AgencyCode == "" {
			continue
		}
		duty := catalog.Duty{FormCode: form.Code, AgencyCode: form.AgencyCode}
		for _, cell := range form.ExpectedCells() {
			duty.Cells = append(duty.Cells, catalog.ExpectedCell(cell))
		}
		duties = append(duties, duty)
	}
	return duties
}

// syncCatalog brings the dim_ tables to the catalog at hand and returns how
// many entries were new or changed.
func (s *site) syncCatalog(ctx context.Context, m material) (int, error) {
	facts := m.forms.Facts()
	records, err := m.catalog.Records(memory.DefaultAllocator, facts)
	if err != nil {
		return 0, fmt.Errorf("sync catalog: %w", err)
	}
	defer func() {
		for _, r := range records {
			r.Release()
		}
	}()
	return s.warehouse.SyncCatalog(ctx, m.catalog.Hash(facts), records)
}

// prepareSite brings schema and catalog up to date, for commands that write.
func (a *app) prepareSite(ctx context.Context, s *site) (material, error) {
	m, err := a.loadMaterial()
	if err != nil {
		return m, err
	}
	if _, err := s.warehouse.Migrate(ctx); err != nil {
		return m, err
	}
	changed, err := s.syncCatalog(ctx, m)
	if err != nil {
		return m, err
	}
	if changed > 0 {
		a.logger.Info("catalog brought up to date", "entries", changed)
	}
	_, err = s.warehouse.Settle(ctx)
	return m, err
}
