package connect

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"bellwether/etl"
)

// Directory is a place where an agency puts its files. Files are read where they
// lie and are never moved, renamed or deleted.
type Directory struct {
	Path       string        // the directory
	Pattern    string        // which files, as filepath.Match reads it; all when empty
	StableFor  time.Duration // a file counts as finished when it was left alone for so long
	SourceCode string        // agency, put into every payload
	Submitter  string        // who hands the files in, may be empty
	Now        func() time.Time
}

// Waiting is a file that may still be written to; the next look will tell.
type Waiting struct {
	FileName string
	Reason   string
}

// Fetch gives the finished files as payloads, ordered by name, and names those
// that have to wait. A file that changes while it is read waits too. Directories
// and files whose name begins with a dot or a tilde are passed over: the latter
// are what editors leave beside an open workbook.
func (d Directory) Fetch(ctx context.Context) ([]etl.Payload, []Waiting, error) {
	entries, err := os.ReadDir(d.Path)
	if err != nil {
		return nil, nil, fmt.Errorf("read directory: %w", err)
	}
	var payloads []etl.Payload
	var waiting []Waiting
	for _, entry := range entries { // ReadDir orders by name
		isWanted, err := d.wants(entry)
		if err != nil {
			return nil, nil, err
		}
		if !isWanted {
			continue
		}
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		payload, reason, err := d.read(ctx, entry.Name())
		switch {
		case err != nil:
			return nil, nil, fmt.Errorf("read %s: %w", entry.Name(), err)
		case reason != "":
			waiting = append(waiting, Waiting{FileName: entry.Name(), Reason: reason})
		default:
			payloads = append(payloads, payload)
		}
	}
	return payloads, waiting, nil
}

func (d Directory) wants(entry os.DirEntry) (bool, error) {
	name := entry.Name()
	if !entry.Type().IsRegular() || slices.Contains([]byte{'.', '~'}, name[0]) {
		return false, nil
	}
	if d.Pattern == "" {
		return true, nil
	}
	matches, err := filepath.Match(d.Pattern, name)
	if err != nil {
		return false, fmt.Errorf("match pattern %q: %w", d.Pattern, err)
	}
	return matches, nil
}

// read takes the hash of a file; reason says why it has to wait.
func (d Directory) read(ctx context.Context, name string) (payload etl.Payload, reason string, err error) {
	path := filepath.Join(d.Path, name)
	before, err := os.Stat(path)
	if err != nil {
		return etl.Payload{}, "", err
	}
	now := d.Now()
	if age := now.Sub(before.ModTime()); age < d.StableFor {
		return etl.Payload{}, fmt.Sprintf("%s 前刚写入，等待写完 / written %s ago, may not be finished", age.Round(time.Second), age.Round(time.Second)), nil
	}
	sum, size, err := hash(ctx, path)
	if err != nil {
		return etl.Payload{}, "", err
	}
	after, err := os.Stat(path)
	if err != nil {
		return etl.Payload{}, "", err
	}
	if size != before.Size() || after.Size() != before.Size() || !after.ModTime().Equal(before.ModTime()) {
		return etl.Payload{}, "读取时文件仍在变化 / the file changed while it was read", nil
	}
	return etl.Payload{SHA256: sum, SourceCode: d.SourceCode, Submitter: d.Submitter, FileName: name,
		Location: path, Path: path, Size: size, RetrievedAt: now.UTC()}, "", nil
}

// hash takes the SHA-256 of a file without holding it in memory.
func hash(ctx context.Context, path string) (sum string, size int64, err error) {
	file, err := os.Open(path)
	if err != nil {
		return "", 0, err
	}
	defer file.Close()
	digest := sha256.New()
	size, err = io.Copy(digest, contextReader{ctx, file})
	return hex.EncodeToString(digest.Sum(nil)), size, err
}

// contextReader stops reading when the context ends.
type contextReader struct {
	ctx    context.Context
	source io.Reader
}

func (r contextReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.source.Read(p)
}
