package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"bellwether/cmd/bellwether/sheet"
	"bellwether/etl"
	"bellwether/etl/template"
)

type templateOptions struct {
	agency, form, area, out string
	year                    int
}

func newTemplateCommand(a *app) *cobra.Command {
	var o templateOptions
	command := &cobra.Command{
		Use:   "template --agency AGENCY --year YEAR",
		Short: "生成供部门填报的工作簿 Workbooks for an agency to fill in",
		Long: `Writes a workbook for each form that the agency owes: locked labels, drop-downs,
input checks, the figures of the year before where the warehouse knows them, and
the definition of every indicator. Filled in, it is loaded as it is: bellwether
load FILE, or put into the directory of the agency. A workbook whose labels were
changed, or that another version of the forms or the catalog has overtaken, is
refused and says at which cell.`,
		Example: `  bellwether template --agency health --year 2025
  bellwether template --form department/justice_annual --year 2025 --out 司法局2025.xlsx
  bellwether template --agency education --year 2025 --area 450302001 --out 模板`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, args []string) error { return a.template(c.Context(), o) },
	}
	flags := command.Flags()
	flags.StringVar(&o.agency, "agency", "", "agency that owes the forms, such as health")
	flags.StringVar(&o.form, "form", "", "one form instead of all of an agency")
	flags.IntVar(&o.year, "year", 0, "statistical year to be reported")
	flags.StringVar(&o.area, "area", "", "district, or a street that reports by itself; the district of the plans when not given")
	flags.StringVar(&o.out, "out", ".", "`directory`, or for one form a file that ends in .xlsx")
	return command
}

func (a *app) template(ctx context.Context, o templateOptions) error {
	if o.year < 1990 || o.year > 2100 || o.agency == "" && o.form == "" {
		return usagef("%s", a.text("请给出 --agency（或 --form）和 --year，如 --agency health --year 2025",
			"give --agency (or --form) and --year, such as --agency health --year 2025"))
	}
	m, err := a.loadMaterial()
	if err != nil {
		return err
	}
	forms, err := a.owedForms(m, o)
	if err != nil {
		return err
	}
	isFile := strings.EqualFold(filepath.Ext(o.out), ".xlsx")
	if isFile && len(forms) > 1 {
		var codes []string
		for _, form := range forms {
			codes = append(codes, form.Code)
		}
		return usagef(a.text("%s 有 %d 张表，请用 --form 选一张或把 --out 改为目录：%s", "%s owes %d forms; choose one with --form or give a directory: %s"),
			o.agency, len(forms), strings.Join(codes, ", "))
	}
	known := a.formerFigures(ctx, o.year-1)
	written := sheet.Sheet{Columns: []sheet.Column{
		{Key: "form_code", Zh: "表单", En: "Form"},
		{Key: "file", Zh: "文件", En: "File", Flex: true, Wrap: true},
		{Key: "figure_count", Zh: "数", En: "Figures", Number: true},
		{Key: "version", Zh: "版本", En: "Version"},
	}}
	for _, form := range forms {
		page, err := template.Build(m.catalog, template.Request{Form: form, Year: o.year, Area: o.area})
		if err != nil {
			return err
		}
		path := o.out
		if !isFile {
			path = filepath.Join(o.out, page.FileName())
		}
		if err := writeTemplate(path, page, known); err != nil {
			return err
		}
		written.Rows = append(written.Rows, []any{form.Code, path, uint64(page.FigureCount()), page.Stamp.Version})
	}
	if err := a.write(written); err != nil {
		return err
	}
	if known == nil {
		a.say("没有数据仓库，上年数留空", "there is no warehouse, so the figures of the year before are blank")
	}
	return nil
}

// owedForms are the forms that templates are wanted of, in the order of their
// codes.
func (a *app) owedForms(m material, o templateOptions) ([]*etl.Form, error) {
	if o.form != "" {
		form, ok := m.forms.Form(o.form)
		if !ok {
			return nil, a.noForm(m, o.form)
		}
		return []*etl.Form{form}, nil
	}
	var forms []*etl.Form
	var agencies []string
	for _, form := range m.forms.All() {
		if form.AgencyCode == o.agency {
			forms = append(forms, form)
		}
		if form.AgencyCode != "" && !slices.Contains(agencies, form.AgencyCode) {
			agencies = append(agencies, form.AgencyCode)
		}
	}
	if len(forms) == 0 {
		return nil, notFoundf(a.text("没有要 %q 填报的表%s", "no form is owed by %q%s"), o.agency, a.choices(o.agency, agencies))
	}
	return forms, nil
}

// formerFigures are the figures of a year; nil when there is no warehouse. One that
// cannot be asked makes the templates no worse than blank.
func (a *app) formerFigures(ctx context.Context, year int) map[template.Key]template.Past {
	if _, err := os.Stat(a.config.DataDir); err != nil && a.config.Warehouse.DSN == "" {
		return nil
	}
	figures, err := a.askFormerFigures(ctx, year)
	if err != nil {
		a.logger.Warn("figures of the year before stay blank", "error", err)
		return nil
	}
	return figures
}

func (a *app) askFormerFigures(ctx context.Context, year int) (map[template.Key]template.Past, error) {
	s, err := a.openSite(ctx)
	if err != nil {
		return nil, err
	}
	defer s.close(ctx)
	rows, err := s.ask(ctx, "former_figures", map[string]string{"year": strconv.Itoa(year)})
	if err != nil {
		return nil, err
	}
	figures := map[template.Key]template.Past{}
	for i := range rows.rows {
		number := func(name string) *float64 {
			if x, ok := rows.number(i, name); ok {
				return &x
			}
			return nil
		}
		figures[template.Key{
			Area: rows.text(i, "area_code"), Indicator: rows.text(i, "indicator_code"), Sex: rows.text(i, "sex"),
			AgeGroup: rows.text(i, "age_group"), Residence: rows.text(i, "residence"), Category: rows.text(i, "category"),
		}] = template.Past{Value: number("value"), Numerator: number("numerator"), Denominator: number("denominator")}
	}
	return figures, nil
}

// writeTemplate writes a workbook whole or not at all.
func writeTemplate(path string, page *template.Page, known map[template.Key]template.Past) (err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("write template: %w", err)
	}
	file, err := os.CreateTemp(filepath.Dir(path), ".template-*")
	if err != nil {
		return fmt.Errorf("write template: %w", err)
	}
	defer os.Remove(file.Name())
	err = page.Write(file, known)
	if closeErr := file.Close(); err == nil && closeErr != nil {
		err = fmt.Errorf("write %s: %w", path, closeErr)
	}
	if err != nil {
		return err
	}
	if err := os.Chmod(file.Name(), 0o644); err != nil {
		return fmt.Errorf("write template: %w", err)
	}
	return os.Rename(file.Name(), path)
}
