package engine

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// unpack takes the library, the package's own description and its licence out
// of a verified tarball and writes a record of them into dir.
func (r release) unpack(ctx context.Context, tarball, dir string, progress func(string, int64, int64)) error {
	file, err := os.Open(tarball)
	if err != nil {
		return fmt.Errorf("open package: %w", err)
	}
	defer file.Close()
	packed, err := gzip.NewReader(file)
	if err != nil {
		return fmt.Errorf("unpack %s: %w", r.Package, err)
	}
	if err := os.Mkdir(dir, 0o755); err != nil {
		return fmt.Errorf("make cache directory: %w", err)
	}
	record := unpackedRecord{Package: r.Package, Version: r.Version, Integrity: r.Integrity}
	archive := tar.NewReader(packed)
	for {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("unpack %s: %w", r.Package, err)
		}
		name := path.Base(header.Name)
		if header.Typeflag != tar.TypeReg || !r.wants(name) {
			continue
		}
		source := &counted{ctx: ctx, from: archive, report: func(done int64) {}}
		if name == r.Library {
			source.report = func(done int64) { progress(StageUnpack, done, header.Size) }
		}
		size, sum, err := extract(source, filepath.Join(dir, name))
		if err != nil {
			return fmt.Errorf("unpack %s: %w", header.Name, err)
		}
		if name == r.Library {
			record.Size, record.SHA256 = size, sum
		}
	}
	if record.SHA256 == "" {
		return fmt.Errorf("unpack %s: it holds no %s", r.Package, r.Library)
	}
	text, err := json.MarshalIndent(record, "", "  ")
	if err != nil {
		return fmt.Errorf("encode record: %w", err)
	}
	return os.WriteFile(filepath.Join(dir, recordName), append(text, '\n'), 0o644)
}

func (r release) wants(name string) bool {
	return name == r.Library || name == "package.json" || strings.HasPrefix(strings.ToUpper(name), "LICEN")
}

// extract writes source to path and to the disk, and returns its size and sha256.
func extract(source io.Reader, path string) (int64, string, error) {
	target, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o755)
	if err != nil {
		return 0, "", err
	}
	sum := sha256.New()
	size, err := io.Copy(io.MultiWriter(target, sum), source)
	if err == nil {
		err = target.Sync()
	}
	return size, hex.EncodeToString(sum.Sum(nil)), errors.Join(err, target.Close())
}

// counted reports how much was read and ends with its context.
type counted struct {
	ctx      context.Context
	from     io.Reader
	done     int64
	reported int64
	report   func(done int64)
}

func (c *counted) Read(buffer []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := c.from.Read(buffer)
	c.done += int64(n)
	if c.done-c.reported >= 4<<20 || err != nil {
		c.reported = c.done
		c.report(c.done)
	}
	return n, err
}

// install moves a complete unpacked directory to its place in one step, in the
// place of one that was found damaged.
func (r release) install(unpacked, cacheDir string) (string, error) {
	home := r.home(cacheDir)
	if err := os.RemoveAll(home); err != nil {
		return "", fmt.Errorf("remove damaged library: %w", err)
	}
	if err := os.Rename(unpacked, home); err != nil {
		return "", fmt.Errorf("install library: %w", err)
	}
	return r.cached(cacheDir)
}
