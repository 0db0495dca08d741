package warehouse

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2"
	"time"
)

func payload(size int) ([]byte, PayloadMeta) {
	content := make([]byte, size)
	random := rand.NewChaCha8([32]byte{1})
	random.Read(content) // never fails
	sum := sha256.Sum256(content)
	return content, PayloadMeta{
		SHA256: hex.EncodeToString(sum[:]), SourceCode: "health", FileName: "2024年报.xlsx", Size: uint64(size),
		MediaType: "text/csv", RetrievedAt: time.Date(2025, 3, 1, 8, 0, 0, 0, time.UTC),
	}
}

func TestBytesComeBackAsTheyCame(t *testing.T) {
	w := open(t)
	for _, size := range []int{0, 1, chunkSize - 1, chunkSize, 2*chunkSize + 17} {
		content, meta := payload(size)
		if err := w.Archive(t.Context(), meta, bytes.NewReader(content)); err != nil {
			t.Fatal(err)
		}
		r, got, err := w.OpenPayload(t.Context(), meta.SHA256)
		if err != nil {
			t.Fatal(err)
		}
		back, err := io.ReadAll(r)
		if err != nil || !bytes.Equal(back, content) {
			t.Errorf("%d bytes come back as %d: %v", size, len(back), err)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
		if got != meta {
			t.Errorf("meta comes back as %+v, want %+v", got, meta)
		}
	}
}

func TestArchivingTwiceReadsAndWritesNothing(t *testing.T) {
	w := open(t)
	content, meta := payload(1000)
	if err := w.Archive(t.Context(), meta, bytes.NewReader(content)); err != nil {
		t.Fatal(err)
	}
	if err := w.Archive(t.Context(), meta, nil); err != nil {
		t.Error(err)
	}
	meta.SourceCode = "education" // the same bytes from somebody else
	if err := w.Archive(t.Context(), meta, nil); err != nil {
		t.Error(err)
	}
	if n := ask[uint64](t, w, "select count() from raw_payload_chunk"); n != 1 {
		t.Errorf("%d chunks, want 1", n)
	}
	if n := ask[uint64](t, w, "select count() from raw_payload"); n != 2 {
		t.Errorf("%d payloads, want one for each source", n)
	}
}

func TestOtherBytesAreRefusedAndDoNoHarm(t *testing.T) {
	w := open(t)
	content, meta := payload(chunkSize + 10)
	longer := append(bytes.Clone(content), make([]byte, chunkSize)...)
	if err := w.Archive(t.Context(), meta, bytes.NewReader(longer)); !errors.Is(err, ErrChecksum) {
		t.Errorf("other bytes are archived: %v", err)
	}
	if _, _, err := w.OpenPayload(t.Context(), meta.SHA256); !errors.Is(err, ErrNoPayload) {
		t.Errorf("other bytes can be opened: %v", err)
	}
	if err := w.Archive(t.Context(), meta, bytes.NewReader(content)); err != nil {
		t.Fatal(err)
	}
	r, _, err := w.OpenPayload(t.Context(), meta.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if back, err := io.ReadAll(r); err != nil || !bytes.Equal(back, content) {
		t.Errorf("the right bytes come back as %d bytes: %v", len(back), err)
	}
}

func TestBytesThatWereTamperedWithAreNoticed(t *testing.T) {
	w := open(t)
	content, meta := payload(1000)
	if err := w.Archive(t.Context(), meta, bytes.NewReader(content)); err != nil {
		t.Fatal(err)
	}
	tampered := string(content[:999]) + "x"
	if err := w.execute(t.Context(), "insert into raw_payload_chunk select {sha256:String}, 0, unhex({content:String})",
		clickhouse.Named("sha256", meta.SHA256), clickhouse.Named("content", hex.EncodeToString([]byte(tampered)))); err != nil {
		t.Fatal(err)
	}
	r, _, err := w.OpenPayload(t.Context(), meta.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, err := io.ReadAll(r); !errors.Is(err, ErrChecksum) {
		t.Errorf("reading tampered bytes says %v", err)
	}
}
