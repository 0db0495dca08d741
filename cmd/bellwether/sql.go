package main

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"bellwether/cmd/bellwether/sheet"
	"bellwether/warehouse"
)

func newSQLCommand(a *app) *cobra.Command {
	var asOf, user string
	var limit int
	command := &cobra.Command{
		Use:   "sql QUERY",
		Short: "以分析员身份只读查询 Read-only query as the analyst",
		Long: `Asks ClickHouse as the analyst, who may read the dim_, core_, mart_ and alert_
objects, within limits of time and memory, and change nothing. A query of - is
read from standard input. With --user the auditor asks, who may read every table
too, or reporter_ and the code of an agency of engine.reporters, who sees the rows
that concern the agency.`,
		Example: `  bellwether sql "select verdict, count() from mart_target_yearly where is_latest group by verdict"
  bellwether sql --as-of 2025-06-30 "select value from core_observation where indicator_code = '…'"`,
		Args: cobra.ExactArgs(1),
	}
	command.Flags().StringVar(&asOf, "as-of", "", "answer as views stood at this moment: 2025-06-30 (its end), \"2025-06-30 12:00:00\" (time of the bureau) or \"2025-06-30 04:00:00Z\"")
	command.Flags().IntVar(&limit, "limit", 1000, "rows at most; 0 is no limit of ours")
	command.Flags().StringVar(&user, "user", string(warehouse.Analyst), "who asks: analyst, auditor, or reporter_ and an agency")
	command.RunE = func(c *cobra.Command, args []string) error {
		if user == string(warehouse.Writer) {
			return usagef("%s", a.text("--user：写入用户不答查询", "--user: the writer answers no questions"))
		}
		question := warehouse.Question{SQL: args[0], Role: warehouse.Role(user), Limit: limit}
		if args[0] == "-" {
			text, err := io.ReadAll(a.in)
			if err != nil {
				return fmt.Errorf("read query: %w", err)
			}
			question.SQL = string(text)
		}
		var err error
		if question.AsOf, err = a.moment("--as-of", asOf); err != nil {
			return err
		}
		question.SQL = strings.TrimRight(strings.TrimSpace(question.SQL), ";")
		return a.atSite(func(ctx context.Context, s *site) error { return a.sql(ctx, s, question) })(c, args)
	}
	return command
}

func (a *app) sql(ctx context.Context, s *site, question warehouse.Question) error {
	result, err := s.warehouse.Query(ctx, question)
	if err != nil {
		return err
	}
	rows, err := readAll(result)
	if err != nil {
		return err
	}
	answer := rows.sheet()
	for i, c := range result.Columns {
		answer.Columns[i].Zh, answer.Columns[i].En = c.Name, c.Name
		answer.Columns[i].Number = isNumberType(c.Type)
		answer.Columns[i].Flex = !answer.Columns[i].Number
		answer.Columns[i].Show = showSQL
	}
	if err := a.write(answer); err != nil {
		return err
	}
	if result.IsTruncated() {
		a.logger.Warn("there are more rows; --limit gives more", "shown", len(rows.rows))
	}
	return nil
}

// showSQL shows a value of a query plainly: what a person asked for in SQL is
// to be read as ClickHouse has it, numbers with all their digits. An instant
// carries its Z, so that --as-of takes it back as it was meant.
func showSQL(value any) string {
	switch v := value.(type) {
	case nil, []string:
		return sheet.Text(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case time.Time:
		if v.Equal(v.Truncate(24 * time.Hour)) {
			return v.Format(time.DateOnly)
		}
		return v.UTC().Format("2006-01-02 15:04:05.999Z")
	default:
		return sheet.Plain(v)
	}
}

func isNumberType(name string) bool {
	name = strings.TrimPrefix(name, "Nullable(")
	for _, prefix := range []string{"Int", "UInt", "Float", "Decimal"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// moment reads a day or an instant, in the time zone of the bureau unless it
// names its own. A day means its end.
func (a *app) moment(flag, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	location, err := time.LoadLocation(a.config.TimeZone)
	if err != nil {
		return time.Time{}, fmt.Errorf("time_zone: %w", err)
	}
	if day, err := time.ParseInLocation(time.DateOnly, text, location); err == nil {
		return day.AddDate(0, 0, 1).Add(-time.Millisecond), nil
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02 15:04:05Z07:00", "2006-01-02T15:04:05", "2006-01-02 15:04:05.999", "2006-01-02T15:04"} {
		if t, err := time.ParseInLocation(layout, text, location); err == nil {
			return t, nil
		}
	}
	return time.Time{}, usagef(a.text("%s：应为 2025-06-30 或 2025-06-30T12:00:00，实为 %q", "%s: want 2025-06-30 or 2025-06-30T12:00:00, got %q"), flag, text)
}
