package engine

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// freeBytes returns what this user may still write on the disk of dir.
func freeBytes(dir string) (int64, error) {
	var disk unix.Statfs_t
	if err := unix.Statfs(dir, &disk); err != nil {
		return 0, fmt.Errorf("ask for free space of %s: %w", dir, err)
	}
	return int64(disk.Bavail) * int64(disk.Bsize), nil
}
