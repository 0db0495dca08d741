package connect

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"

	"github.com/jackc/pgx/v5/pgconn"

	"bellwether/etl"
)

// writeRows asks the query and writes its rows as canonical CSV; it returns their
// number. The same rows give the same bytes: UTF-8 without a mark, a comma between
// cells, a line feed after each row, the names of the columns first, rows ordered
// by their text. A value stands as PostgreSQL writes it: a numeric with all its
// digits, a date as 2024-01-31, a moment in UTC. Null is an empty cell and an empty
// text is "", so that the bytes still tell them apart.
func (p Postgres) writeRows(ctx context.Context, conn *pgconn.PgConn, out io.Writer, last etl.Bookmark) (int, error) {
	w := &rowWriter{buffer: bufio.NewWriter(out), left: p.MaxBytes}
	result := conn.ExecParams(ctx, p.ordered(), p.parameters(last), nil, nil, nil)
	rows, err := p.copyRows(w, result)
	if _, closeErr := result.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = w.buffer.Flush()
	}
	return rows, err
}

func (p Postgres) copyRows(w *rowWriter, result *pgconn.ResultReader) (rows int, err error) {
	seen := map[string]bool{}
	var names [][]byte
	for _, field := range result.FieldDescriptions() {
		if seen[field.Name] {
			return 0, &etl.PullError{Reason: etl.QueryFailed, At: p.shown(), Err: fmt.Errorf("two columns are named %q", field.Name)}
		}
		seen[field.Name] = true
		names = append(names, []byte(field.Name))
	}
	if err := w.row(names); err != nil {
		return 0, err
	}
	for result.NextRow() {
		if err := w.row(result.Values()); err != nil {
			return rows, err
		}
		if w.left < 0 {
			return rows, &etl.PullError{Reason: etl.TooLarge, At: p.shown(), Err: fmt.Errorf("the rows are larger than %d bytes", p.MaxBytes)}
		}
		rows++
	}
	return rows, nil
}

// rowWriter writes rows of CSV.
type rowWriter struct {
	buffer *bufio.Writer
	left   int64 // bytes that may still be written; below 0 when there were too many
	line   []byte
}

func (w *rowWriter) row(cells [][]byte) error {
	w.line = w.line[:0]
	for i, cell := range cells {
		if i > 0 {
			w.line = append(w.line, ',')
		}
		w.line = appendCell(w.line, cell)
	}
	w.line = append(w.line, '\n')
	w.left -= int64(len(w.line))
	_, err := w.buffer.Write(w.line)
	return err
}

// appendCell quotes a cell where it has to be, and an empty text; nil is null.
func appendCell(line, cell []byte) []byte {
	isPlain := len(cell) > 0 && !bytes.ContainsAny(cell, ",\"\r\n") && cell[0] != ' ' && cell[len(cell)-1] != ' '
	if cell == nil || isPlain {
		return append(line, cell...)
	}
	line = append(line, '"')
	line = append(line, bytes.ReplaceAll(cell, []byte(`"`), []byte(`""`))...)
	return append(line, '"')
}
