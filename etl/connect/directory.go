package connect

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
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

// Fetch gives the finished files as payloads, ordered by name, and names those
// that have to wait, that went away or that cannot be read; the others are taken
// all the same. A file that changes while it is read waits too. Directories and
// files whose name begins with a dot or a tilde are passed over: the latter are
// what editors leave beside an open workbook. Files that were loaded before are
// given again; their SHA-256 is how the warehouse knows them.
func (d Directory) Fetch(ctx context.Context, _ etl.Bookmark) (etl.Pull, error) {
	names, err := d.list()
	if err != nil {
		return etl.Pull{}, err
	}
	var pull etl.Pull
	for _, name := range names {
		payload, left, err := d.read(ctx, name)
		switch {
		case ctx.Err() != nil:
			return etl.Pull{}, ctx.Err()
		case err != nil:
			pull.LeftOut = append(pull.LeftOut, leftOut(name, err))
		case left != nil:
			pull.LeftOut = append(pull.LeftOut, *left)
		default:
			pull.Payloads = append(pull.Payloads, payload)
		}
	}
	return pull, nil
}

// Check reads the directory and says how many files a fetch would look at.
func (d Directory) Check(context.Context) (string, error) {
	names, err := d.list()
	return fmt.Sprintf("%s, files: %d", d.Path, len(names)), err
}

// list names the files that are wanted, in order.
func (d Directory) list() ([]string, error) {
	entries, err := os.ReadDir(d.Path) // ordered by name
	if err != nil {
		return nil, &etl.PullError{Reason: fileReason(err, etl.NotThere), At: d.Path, Err: errors.Unwrap(err)}
	}
	var names []string
	for _, entry := range entries {
		isWanted, err := wants(d.Pattern, entry.Name(), entry.Type())
		if err != nil {
			return nil, err
		}
		if isWanted {
			names = append(names, entry.Name())
		}
	}
	return names, nil
}

// fileReason tells apart why a file or directory could not be opened.
func fileReason(err error, missing etl.PullReason) etl.PullReason {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return missing
	case errors.Is(err, fs.ErrPermission) && missing == etl.NotThere:
		return etl.AccessDenied
	default:
		return etl.FileUnreadable
	}
}

func leftOut(name string, err error) etl.LeftOut {
	left := etl.LeftOut{FileName: name, Reason: fileReason(err, etl.FileVanished)}
	if cause := errors.Unwrap(err); left.Reason == etl.FileUnreadable && cause != nil {
		left.Detail = cause.Error()
	}
	return left
}

// wants reports whether a file of a directory, here or on a server, is one to take.
func wants(pattern, name string, mode fs.FileMode) (bool, error) {
	if !mode.IsRegular() || slices.Contains([]byte{'.', '~'}, name[0]) {
		return false, nil
	}
	if pattern == "" {
		return true, nil
	}
	matches, err := path.Match(pattern, name)
	if err != nil {
		return false, fmt.Errorf("match pattern %q: %w", pattern, err)
	}
	return matches, nil
}

// read takes the hash of a file; left says why it has to wait.
func (d Directory) read(ctx context.Context, name string) (payload etl.Payload, left *etl.LeftOut, err error) {
	path := filepath.Join(d.Path, name)
	before, err := os.Stat(path)
	if err != nil {
		return etl.Payload{}, nil, err
	}
	now := d.Now()
	if detail := tooYoung(now.Sub(before.ModTime()), d.StableFor); detail != "" {
		return etl.Payload{}, &etl.LeftOut{FileName: name, Reason: etl.FileGrowing, Detail: detail}, nil
	}
	sum, size, err := hashFile(ctx, path)
	if err != nil {
		return etl.Payload{}, nil, err
	}
	after, err := os.Stat(path)
	if err != nil {
		return etl.Payload{}, nil, err
	}
	if size != before.Size() || after.Size() != before.Size() || !after.ModTime().Equal(before.ModTime()) {
		return etl.Payload{}, &etl.LeftOut{FileName: name, Reason: etl.FileGrowing, Detail: changedWhileRead}, nil
	}
	return etl.Payload{SHA256: sum, SourceCode: d.SourceCode, Submitter: d.Submitter, FileName: name,
		Location: path, Path: path, Size: size, RetrievedAt: now.UTC()}, nil, nil
}

const changedWhileRead = "读取时仍在变化 / it changed while it was read"

// tooYoung says how long ago a file was written when that is less than it has to
// be left alone. One that is dated in the future waits as well: the clocks of two
// machines differ, and nobody can tell how old it is.
func tooYoung(age, stable time.Duration) string {
	age = age.Round(time.Second)
	switch {
	case stable == 0 || age >= stable:
		return ""
	case age < 0:
		return fmt.Sprintf("日期在未来 %[1]s，请核对时钟 / dated %[1]s in the future; compare the clocks", -age)
	default:
		return fmt.Sprintf("%[1]s 前刚写入 / written %[1]s ago", age)
	}
}

// hashFile takes the SHA-256 of a file without holding it in memory.
func hashFile(ctx context.Context, path string) (sum string, size int64, err error) {
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
