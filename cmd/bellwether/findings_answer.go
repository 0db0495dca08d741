package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"bellwether/cmd/bellwether/sheet"
	"bellwether/cmd/bellwether/slip"
	"bellwether/warehouse"
)

func newFindingAnswerCommand(a *app) *cobra.Command {
	var by string
	command := &cobra.Command{
		Use:   "answer FILE",
		Short: "读入退回的审核反馈单 Read the answers of a return slip that came back",
		Long:  "Reads the last column of a return slip (xlsx) and records what is new in it as\nexplanations. What has to be corrected stays open whatever stands beside it.",
		Args:  cobra.ExactArgs(1),
	}
	command.Flags().StringVar(&by, "by", "", "who filled it in; you when not given")
	command.RunE = func(c *cobra.Command, args []string) error {
		content, err := os.ReadFile(args[0])
		if err != nil {
			return fmt.Errorf("read slip: %w", err)
		}
		return a.atSite(func(ctx context.Context, s *site) error { return a.readSlip(ctx, s, content, person(by)) })(c, args)
	}
	return command
}

// readSlip records the answers of a slip. Each is accounted for.
func (a *app) readSlip(ctx context.Context, s *site, content []byte, by string) error {
	answers, err := slip.ReadAnswers(bytes.NewReader(content))
	if err != nil {
		return err
	}
	rows, err := s.ask(ctx, "findings", findingFilter{all: true}.parameters())
	if err != nil {
		return err
	}
	places := map[string]int{}
	for r := range rows.rows {
		places[rows.text(r, "finding_id")] = r
	}
	sum := sha256.Sum256(content)
	var news []warehouse.Explanation
	account := sheet.Sheet{Columns: []sheet.Column{
		{Key: "cell", Zh: "单元格", En: "Cell"}, {Key: "finding_id", Zh: "编号", En: "Finding", Show: shortAlert},
		{Key: "outcome", Zh: "结果", En: "Outcome"}, {Key: "explanation", Zh: "说明", En: "Answer", Flex: true, Wrap: true},
	}}
	for _, given := range answers {
		row, isThere := places[given.FindingID]
		outcome := a.text("已记录", "recorded")
		switch {
		case !isThere:
			outcome = a.text("该意见已不存在", "the finding is gone")
		case rows.text(row, "answer") != "explain":
			outcome = a.text("须更正后重新报送", "to be corrected and submitted again")
		case rows.text(row, "explanation") == given.Text:
			outcome = a.text("此前已记录", "recorded before")
		default:
			news = append(news, explanationOf(rows, row, given.Text, by, hex.EncodeToString(sum[:])))
		}
		account.Rows = append(account.Rows, []any{given.Cell, given.FindingID, outcome, given.Text})
	}
	if err := s.warehouse.AppendExplanations(ctx, news); err != nil {
		return err
	}
	if err := a.write(account); err != nil {
		return err
	}
	a.say("读到 %d 条说明，新记录 %d 条", "%d answers, %d of them new", len(answers), len(news))
	return nil
}
