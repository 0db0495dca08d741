package slip

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"
)

// ErrNoSlip is returned for a workbook that is no slip of ours.
var ErrNoSlip = errors.New("the workbook is no return slip / 这个工作簿不是审核反馈单")

// Answer is what an agency wrote beside a finding.
type Answer struct {
	FindingID string
	Text      string
	Cell      string // where it stands, such as I14
}

// maxUnzipped bounds a returned workbook; a slip of a thousand findings has
// about a megabyte.
const maxUnzipped = 64 << 20

// ReadAnswers reads the answers of a slip that was filled in and handed back. It
// finds them by the hidden heading, wherever rows were inserted; rows without an
// answer are left out.
func ReadAnswers(in io.Reader) ([]Answer, error) {
	book, err := excelize.OpenReader(in, excelize.Options{UnzipSizeLimit: maxUnzipped})
	if err != nil {
		return nil, fmt.Errorf("open slip: %w", err)
	}
	defer book.Close()
	for _, name := range book.GetSheetList() {
		rows, err := book.GetRows(name)
		if err != nil {
			return nil, fmt.Errorf("read slip: %w", err)
		}
		for i, row := range rows {
			if column := slices.Index(row, idHeading); column > 0 {
				return answersBelow(rows, i+1, column), nil
			}
		}
	}
	return nil, ErrNoSlip
}

// answersBelow reads the answers of the rows below the heading; they stand one
// column before the identity of the finding.
func answersBelow(rows [][]string, first, column int) []Answer {
	var answers []Answer
	for i := first; i < len(rows) && len(rows[i]) > column && rows[i][column] != ""; i++ {
		text := strings.TrimSpace(rows[i][column-1])
		if text == "" {
			continue
		}
		name, _ := excelize.CoordinatesToCellName(column, i+1) // both are above zero
		answers = append(answers, Answer{rows[i][column], text, name})
	}
	return answers
}
