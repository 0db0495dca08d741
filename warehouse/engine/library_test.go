package engine

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestThePackageIsFetchedOnce(t *testing.T) {
	r := newRegistry(t)
	r.wantFetched(t)
	r.wantFetched(t)
	if calls := r.npmCalls(t); calls != 1 {
		t.Errorf("npm ran %d times, want 1", calls)
	}
	entries, err := os.ReadDir(r.release.home(r.config.CacheDir))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	if got := strings.Join(names, " "); got != "LICENSE libchdb.so package.json unpacked.json" {
		t.Errorf("unpacked %s", got)
	}
}

func TestProcessesThatFetchAtOnceShareOneDownload(t *testing.T) {
	r := newRegistry(t)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() { r.wantFetched(t) })
	}
	all.Wait()
	if calls := r.npmCalls(t); calls != 1 {
		t.Errorf("npm ran %d times, want 1", calls)
	}
}

func TestOtherBytesAreRefusedAndNothingIsUnpacked(t *testing.T) {
	whole := func(t *testing.T) []byte {
		return packTar(t, map[string]string{"package/libchdb.so": fakeLibrary + " with a surprise"})
	}
	half := func(t *testing.T) []byte { return whole(t)[:40] }
	for name, content := range map[string]func(*testing.T) []byte{"another package": whole, "half a package": half} {
		t.Run(name, func(t *testing.T) {
			r := newRegistry(t)
			writeTest(t, r.tarball, content(t))
			_, err := r.release.fetch(t.Context(), r.config)
			if !errors.Is(err, ErrChecksum) || !strings.Contains(err.Error(), r.release.Integrity) {
				t.Errorf("want ErrChecksum with the wanted value, got %v", err)
			}
			if _, err := os.Stat(r.release.home(r.config.CacheDir)); !os.IsNotExist(err) {
				t.Errorf("something was unpacked: %v", err)
			}
			if left := r.leftovers(t); len(left) != 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

func TestADamagedCacheHealsItself(t *testing.T) {
	library := func(r registry) string { return filepath.Join(r.release.home(r.config.CacheDir), "libchdb.so") }
	record := func(r registry) string { return filepath.Join(r.release.home(r.config.CacheDir), recordName) }
	damages := map[string]func(t *testing.T, r registry){
		"library cut short": func(t *testing.T, r registry) { writeTest(t, library(r), []byte(fakeLibrary[:9])) },
		"library overwritten": func(t *testing.T, r registry) {
			writeTest(t, library(r), []byte(strings.Repeat("x", len(fakeLibrary))))
		},
		"library missing":        func(t *testing.T, r registry) { os.Remove(library(r)) },
		"record cut short":       func(t *testing.T, r registry) { writeTest(t, record(r), []byte(`{"size":`)) },
		"record missing":         func(t *testing.T, r registry) { os.Remove(record(r)) },
		"record of other bytes":  func(t *testing.T, r registry) { writeTest(t, record(r), []byte(`{"integrity":"sha512-x"}`)) },
		"left by a killed fetch": func(t *testing.T, r registry) { os.RemoveAll(r.release.home(r.config.CacheDir)) },
	}
	for name, damage := range damages {
		t.Run(name, func(t *testing.T) {
			r := newRegistry(t)
			r.wantFetched(t)
			if err := os.Mkdir(filepath.Join(r.config.CacheDir, "engine", workPrefix+"1"), 0o700); err != nil {
				t.Fatal(err)
			}
			damage(t, r)
			r.wantFetched(t)
			if calls := r.npmCalls(t); calls != 2 {
				t.Errorf("npm ran %d times, want 2", calls)
			}
		})
	}
}

func TestAFullCheckFindsOneChangedByte(t *testing.T) {
	r := newRegistry(t)
	r.wantFetched(t)
	path, err := r.release.cached(r.config.CacheDir)
	if err != nil {
		t.Fatal(err)
	}
	writeTest(t, path, []byte(strings.Replace(fakeLibrary, "real", "reel", 1)))
	if err := r.release.checkFully(t.Context(), r.config.CacheDir); !errors.Is(err, ErrChecksum) {
		t.Errorf("want ErrChecksum, got %v", err)
	}
}

func TestWithoutNPMAndLibraryTheWaysOutAreNamed(t *testing.T) {
	empty := t.TempDir()
	t.Setenv("PATH", empty)
	_, err := Start(t.Context(), Config{Dir: filepath.Join(empty, "engine"), CacheDir: filepath.Join(empty, "cache")})
	if !errors.Is(err, ErrNoLibrary) {
		t.Fatalf("want ErrNoLibrary, got %v", err)
	}
	for _, way := range []string{"npm", "BELLWETHER_ENGINE_LIB", "clickhouse 26.7", "没有可用的数据引擎"} {
		if !strings.Contains(err.Error(), way) {
			t.Errorf("want %s in %q", way, err)
		}
	}
	if got := strings.Count(err.Error(), "BELLWETHER_ENGINE_LIB"); got != 2 { // Chinese and English
		t.Errorf("the ways out are told %d times, want 2", got)
	}
}

func TestNPMIsQuotedWhenItFails(t *testing.T) {
	r := newRegistry(t)
	writeTest(t, r.config.NPM, []byte("#!/bin/sh\necho 'npm error code ENOTFOUND' >&2\nexit 1\n"))
	_, err := r.release.fetch(t.Context(), r.config)
	if !errors.Is(err, ErrNoLibrary) || !strings.Contains(err.Error(), "ENOTFOUND") {
		t.Errorf("want ErrNoLibrary with npm's words, got %v", err)
	}
}

func TestACancelledFetchEndsAndLeavesNothing(t *testing.T) {
	r := newRegistry(t)
	started := filepath.Join(t.TempDir(), "started")
	writeTest(t, r.config.NPM, []byte("#!/bin/sh\ntouch '"+started+"'\nexec sleep 600\n"))
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		for ctx.Err() == nil {
			if _, err := os.Stat(started); err == nil {
				cancel()
			}
			time.Sleep(5 * time.Millisecond)
		}
	}()
	if _, err := r.release.fetch(ctx, r.config); !errors.Is(err, context.Canceled) {
		t.Errorf("want context.Canceled, got %v", err)
	}
	if left := r.leftovers(t); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestAFullDiskIsNoticedBeforeTheDownload(t *testing.T) {
	r := newRegistry(t)
	r.release.Unpacked = 1 << 60
	if _, err := r.release.fetch(t.Context(), r.config); err == nil || !strings.Contains(err.Error(), "disk space") {
		t.Errorf("want an error about disk space, got %v", err)
	}
	if calls := r.npmCalls(t); calls != 0 {
		t.Errorf("npm ran %d times, want 0", calls)
	}
}

func TestProgressEndsAtTheTotal(t *testing.T) {
	r := newRegistry(t)
	last := map[string][2]int64{}
	r.config.Progress = func(stage string, done, total int64) { last[stage] = [2]int64{done, total} }
	r.wantFetched(t)
	for stage, total := range map[string]int64{StageDownload: r.release.Size, StageUnpack: int64(len(fakeLibrary))} {
		if got := last[stage]; got != [2]int64{total, total} {
			t.Errorf("%s: want %d of %[2]d, got %v", stage, total, got)
		}
	}
}

func TestOnlyAClickhouseThatOpensPortsIsUsed(t *testing.T) {
	cases := map[string]bool{
		"ClickHouse local version 26.7.1.1 (official build).": true,
		"ClickHouse local version 26.10.2.7.":                 true,
		"ClickHouse local version 27.1.1.1.":                  true,
		"ClickHouse local version 26.5.9.1.":                  false,
		"ClickHouse local version 25.8.1.1.":                  false,
		"no version at all":                                   false,
	}
	for output, isUsed := range cases {
		t.Run(output, func(t *testing.T) {
			dir := t.TempDir()
			t.Setenv("PATH", dir)
			writeTest(t, filepath.Join(dir, "clickhouse"), []byte("#!/bin/sh\necho '"+output+"'\n"))
			if _, err := findProgram(t.Context()); (err == nil) != isUsed {
				t.Errorf("want use %v, got error %v", isUsed, err)
			}
		})
	}
}

func TestAConfiguredLibraryThatIsMissingIsNamed(t *testing.T) {
	_, err := Start(t.Context(), Config{Dir: filepath.Join(t.TempDir(), "engine"), Library: "/no/such/libchdb.so"})
	if !errors.Is(err, ErrNoLibrary) || !strings.Contains(err.Error(), "/no/such/libchdb.so") {
		t.Errorf("want ErrNoLibrary with the path, got %v", err)
	}
}
