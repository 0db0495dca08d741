package warehouse

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// The states of a batch before its commit.
const (
	stateOpen      = "open"      // figures stream in; dropped when the process dies
	stateStaged    = "staged"    // everything is in the staging table; finished when the process dies
	stateAbandoned = "abandoned" // dropped
)

const instantLayout = "2006-01-02 15:04:05.000"

// batchRecord is a row of raw_batch.
type batchRecord struct {
	Version       uint64    `ch:"version"`
	RunID         string    `ch:"run_id"`
	PayloadSHA256 string    `ch:"payload_sha256"`
	SourceCode    string    `ch:"source_code"`
	FormCode      string    `ch:"form_code"`
	FormHash      string    `ch:"form_hash"`
	Parameters    string    `ch:"parameters"`
	IsComplete    uint8     `ch:"is_complete"`
	State         string    `ch:"state"`
	ReadCount     uint64    `ch:"read_count"`
	LoadedCount   uint64    `ch:"loaded_count"`
	RejectedCount uint64    `ch:"rejected_count"`
	SkippedCount  uint64    `ch:"skipped_count"`
	Encoding      string    `ch:"encoding"`
	OpenedAt      time.Time `ch:"opened_at"` // recorded_at of its first state

	committedAt time.Time // of a load that is done once more; otherwise it is committed now
}

func newBatchRecord(version uint64, info BatchInfo) batchRecord {
	b := batchRecord{
		Version: version, RunID: info.RunID, PayloadSHA256: info.PayloadSHA256, SourceCode: info.SourceCode,
		FormCode: info.FormCode, FormHash: info.FormHash, Parameters: info.Parameters,
		State: stateOpen, OpenedAt: time.Now().UTC().Truncate(time.Millisecond),
	}
	if info.IsComplete {
		b.IsComplete = 1
	}
	return b
}

func (b *batchRecord) setCounts(c Counts) {
	b.ReadCount, b.LoadedCount = uint64(c.Read), uint64(c.Loaded)
	b.RejectedCount, b.SkippedCount = uint64(c.Rejected), uint64(c.Skipped)
	b.Encoding = c.Encoding
}

// stage is the name of the private table.
func (b batchRecord) stage() string { return fmt.Sprintf("%s%d", stagePrefix, b.Version) }

// area is the area that the load was started for, empty when the payload names
// its areas itself.
func (b batchRecord) area() string {
	var parameters struct {
		Area string `json:"area"`
	}
	if json.Unmarshal([]byte(b.Parameters), &parameters) != nil {
		return ""
	}
	return parameters.Area
}

// recordBatch appends a state of the batch.
func (w *Warehouse) recordBatch(ctx context.Context, b batchRecord) error {
	at := "now64(3)"
	if b.State == stateOpen {
		at = instant(b.OpenedAt)
	}
	err := w.execute(ctx, `insert into raw_batch
		(version, run_id, payload_sha256, source_code, form_code, form_hash, parameters, is_complete, state,
		read_count, loaded_count, rejected_count, skipped_count, encoding, recorded_at)
		select {version:UInt64}, {run:String}, {sha256:String}, {source:String}, {form:String}, {hash:String}, {parameters:String},
		{complete:UInt8}, {state:String}, {read:UInt64}, {loaded:UInt64}, {rejected:UInt64}, {skipped:UInt64}, {encoding:String}, `+at,
		clickhouse.Named("version", b.Version), clickhouse.Named("run", b.RunID), clickhouse.Named("sha256", b.PayloadSHA256),
		clickhouse.Named("source", b.SourceCode), clickhouse.Named("form", b.FormCode), clickhouse.Named("hash", b.FormHash),
		clickhouse.Named("parameters", b.Parameters), clickhouse.Named("complete", b.IsComplete), clickhouse.Named("state", b.State),
		clickhouse.Named("read", b.ReadCount), clickhouse.Named("loaded", b.LoadedCount), clickhouse.Named("rejected", b.RejectedCount),
		clickhouse.Named("skipped", b.SkippedCount), clickhouse.Named("encoding", b.Encoding))
	if err != nil {
		return fmt.Errorf("record batch as %s: %w", b.State, err)
	}
	return nil
}

// instant writes a moment as ClickHouse reads it.
func instant(at time.Time) string {
	return "toDateTime64(" + quote(at.UTC().Format(instantLayout)) + ", 3, 'UTC')"
}

// quote writes a text as a literal, for the few places that take no parameters.
func quote(text string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(text) + "'"
}
