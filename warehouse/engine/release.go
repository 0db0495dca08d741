package engine

import (
	"fmt"
	"runtime"
)

// release is one published engine package, for one platform.
type release struct {
	Package   string
	Version   string
	Integrity string // npm's subresource integrity of the tarball
	Size      int64  // bytes of the tarball, for the progress bar
	Unpacked  int64  // bytes of the library
	Library   string // file name of the library in the package
}

// pinned returns the release this program was built and tested for. Only
// linux/amd64 is published at this version; the others name their package in
// the message but are never fetched, because nobody has verified their bytes.
func pinned() (release, error) {
	const version = "26.7.3-stable.1"
	platform := runtime.GOOS + "/" + runtime.GOARCH
	if platform != "linux/amd64" {
		return release{}, fmt.Errorf("no engine package is pinned for %s", platform)
	}
	return release{
		Package:   "@chdb/lib-linux-x64-gnu",
		Version:   version,
		Integrity: "sha512-XP97mMqnc5tZpKQywR8N7cLTsHNiTmHr30pC5mzo3jWmukjKn2IBa60c2B/gWUNcuFjOMjWoorQICCqBVj5wpw==",
		Size:      177_817_999,
		Unpacked:  566_330_096,
		Library:   "libchdb.so",
	}, nil
}
