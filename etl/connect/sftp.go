package connect

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/pkg/sftp"

	"bellwether/etl"
)

// SFTP is a directory on an SSH server. Files are read where they lie and are
// never moved, renamed or deleted.
type SFTP struct {
	Address    string // host:port
	UserName   string
	Password   Secret        // or Key
	Key        Secret        // private key as OpenSSH or PEM writes it
	Passphrase Secret        // of the key, may be empty
	HostKey    string        // the one key that the server may have, such as "ssh-ed25519 AAAA…"
	Path       string        // the directory
	Pattern    string        // which files, as path.Match reads it; all when empty
	StableFor  time.Duration // a file is taken when size and date were the same for so long
	Done       string        // suffix of a companion, not older than the file, that says it is finished; replaces StableFor
	SourceCode string        // agency, put into every payload
	Spool      string        // directory for the bytes; the system's when empty
	MaxBytes   int64         // larger files are left out
	TimeLimit  time.Duration // for the whole fetch
	Retry      Retry         // of the connection
	Now        func() time.Time
}

// Fetch brings the finished files, ordered by name, and names those that have to
// wait or cannot be read. The directory is looked at twice, StableFor apart, so that
// the clock of the server does not matter. Nothing is transferred when the finished
// files are those of the last pull by name, size and date.
func (s SFTP) Fetch(ctx context.Context, last etl.Bookmark) (etl.Pull, error) {
	var pull etl.Pull
	err := s.connected(ctx, func(ctx context.Context, client *sftp.Client) error {
		finished, left, err := s.finished(ctx, client)
		if err != nil {
			return err
		}
		pull.LeftOut = left
		pull.Bookmark.Watermark = listingHash(finished)
		if pull.Bookmark == last {
			pull.Remark = "文件与上次相同 / the files are those of the last pull"
			return nil
		}
		return s.transfer(ctx, client, finished, &pull)
	})
	if err != nil {
		return etl.Pull{}, errors.Join(err, pull.Close())
	}
	return pull, nil
}

// Check logs in and says how many files a fetch would look at.
func (s SFTP) Check(ctx context.Context) (string, error) {
	count := 0
	err := s.connected(ctx, func(_ context.Context, client *sftp.Client) error {
		files, _, err := s.list(client)
		count = len(files)
		return err
	})
	return fmt.Sprintf("%s, files: %d", s.place(), count), err
}

// place is where the files lie.
func (s SFTP) place() string { return "sftp://" + path.Join(s.Address, s.Path) }

// list gives the wanted files in order, and the date of everything that is there.
func (s SFTP) list(client *sftp.Client) (files []fs.FileInfo, dates map[string]time.Time, err error) {
	entries, err := client.ReadDir(s.Path)
	if err != nil {
		return nil, nil, s.failedAt(err, etl.NotThere)
	}
	dates = map[string]time.Time{}
	for _, entry := range entries {
		dates[entry.Name()] = entry.ModTime()
		isWanted, err := wants(s.Pattern, entry.Name(), entry.Mode())
		if err != nil {
			return nil, nil, err
		}
		if isWanted && (s.Done == "" || !strings.HasSuffix(entry.Name(), s.Done)) {
			files = append(files, entry)
		}
	}
	slices.SortFunc(files, func(a, b fs.FileInfo) int { return cmp.Compare(a.Name(), b.Name()) })
	return files, dates, nil
}

// finished tells the files that are finished from those that have to wait.
func (s SFTP) finished(ctx context.Context, client *sftp.Client) (finished []fs.FileInfo, left []etl.LeftOut, err error) {
	files, dates, err := s.list(client)
	if err != nil {
		return nil, nil, err
	}
	isFinished := func(file fs.FileInfo) bool { // without Done and StableFor it is its own companion
		companion, isThere := dates[file.Name()+s.Done]
		return isThere && !companion.Before(file.ModTime())
	}
	if s.Done == "" && s.StableFor > 0 && len(files) > 0 {
		before := files
		if err := sleep(ctx, s.StableFor); err != nil {
			return nil, nil, err
		}
		if files, _, err = s.list(client); err != nil {
			return nil, nil, err
		}
		isFinished = func(file fs.FileInfo) bool {
			return slices.ContainsFunc(before, func(b fs.FileInfo) bool { return isSame(b, file) })
		}
	}
	for _, file := range files {
		if isFinished(file) {
			finished = append(finished, file)
		} else {
			left = append(left, etl.LeftOut{FileName: file.Name(), Reason: etl.FileGrowing})
		}
	}
	return finished, left, nil
}

// isSame reports whether a file has kept its name, size and date.
func isSame(a, b fs.FileInfo) bool {
	return a.Name() == b.Name() && a.Size() == b.Size() && a.ModTime().Equal(b.ModTime())
}

// listingHash identifies files by name, size and date.
func listingHash(files []fs.FileInfo) string {
	digest := sha256.New()
	for _, file := range files {
		fmt.Fprintf(digest, "%q %d %d\n", file.Name(), file.Size(), file.ModTime().Unix()) // a hash never fails
	}
	return hex.EncodeToString(digest.Sum(nil))
}

// transfer adds the files to the pull, those that cannot be read to what it left
// out. Losing the connection ends it.
func (s SFTP) transfer(ctx context.Context, client *sftp.Client, files []fs.FileInfo, pull *etl.Pull) error {
	for _, file := range files {
		if file.Size() > s.MaxBytes {
			pull.LeftOut = append(pull.LeftOut, etl.LeftOut{FileName: file.Name(), Reason: etl.TooLarge,
				Detail: fmt.Sprintf("%d bytes, the limit is %d", file.Size(), s.MaxBytes)})
			continue
		}
		got, isWhole, err := s.take(ctx, client, file)
		switch {
		case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrPermission):
			pull.LeftOut = append(pull.LeftOut, leftOut(file.Name(), err))
		case err != nil:
			return fmt.Errorf("read %s: %w", file.Name(), err)
		case !isWhole:
			pull.LeftOut = append(pull.LeftOut, etl.LeftOut{FileName: file.Name(), Reason: etl.FileGrowing, Detail: changedWhileRead})
			pull.Spooled = append(pull.Spooled, got.path)
		default:
			pull.Spooled = append(pull.Spooled, got.path)
			pull.Payloads = append(pull.Payloads, etl.Payload{
				SHA256: hex.EncodeToString(got.sum.Sum(nil)), SourceCode: s.SourceCode, FileName: file.Name(),
				Location: s.place() + "/" + file.Name(), Size: got.size, RetrievedAt: s.Now().UTC(), Path: got.path,
			})
		}
	}
	return nil
}

// take reads one file; isWhole is false when it changed meanwhile.
func (s SFTP) take(ctx context.Context, client *sftp.Client, file fs.FileInfo) (got spooled, isWhole bool, err error) {
	name := path.Join(s.Path, file.Name())
	got, err = spool(s.Spool, func(w io.Writer) error {
		remote, err := client.Open(name)
		if err != nil {
			return err
		}
		defer remote.Close()
		_, err = io.Copy(w, io.LimitReader(contextReader{ctx, remote}, s.MaxBytes+1))
		return err
	})
	if err != nil {
		return got, false, err
	}
	after, err := client.Stat(name)
	if err != nil {
		return got, false, errors.Join(err, os.Remove(got.path))
	}
	return got, got.size == file.Size() && isSame(file, after), nil
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
