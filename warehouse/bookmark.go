package warehouse

import (
	"context"
	"fmt"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// Bookmark is how far a source has been read, a row of raw_bookmark.
type Bookmark struct {
	SourceName   string    `ch:"source_name"`
	Question     string    `ch:"question"` // hash of what the source is asked for
	ETag         string    `ch:"etag"`
	LastModified string    `ch:"last_modified"`
	Watermark    string    `ch:"watermark"`
	RunID        string    `ch:"run_id"`
	RecordedAt   time.Time `ch:"recorded_at"`
}

// FindBookmark returns the newest bookmark of a source for a question; an empty
// one when there is none.
func (w *Warehouse) FindBookmark(ctx context.Context, source, question string) (Bookmark, error) {
	var found []Bookmark
	err := w.choose(ctx, &found, `
		select source_name, question, etag, last_modified, watermark, run_id, recorded_at from raw_bookmark
		where source_name = {source:String} and question = {question:String}
		order by recorded_at desc limit 1`,
		clickhouse.Named("source", source), clickhouse.Named("question", question))
	if err != nil {
		return Bookmark{}, fmt.Errorf("find bookmark of %s: %w", source, err)
	}
	if len(found) == 0 {
		return Bookmark{SourceName: source, Question: question}, nil
	}
	return found[0], nil
}

// AppendBookmark records how far a source has been read.
func (w *Warehouse) AppendBookmark(ctx context.Context, b Bookmark) error {
	if err := appendRows(ctx, w, "raw_bookmark", []Bookmark{b}); err != nil {
		return fmt.Errorf("append bookmark of %s: %w", b.SourceName, err)
	}
	return nil
}
