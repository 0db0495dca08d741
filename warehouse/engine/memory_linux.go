package engine

import (
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// memoryBytes returns the memory this process may count on: that of the
// machine, or of its container when that is less.
func memoryBytes() int64 {
	var info unix.Sysinfo_t
	if unix.Sysinfo(&info) != nil {
		return 4 << 30
	}
	memory := int64(info.Totalram) * int64(info.Unit)
	limit, err := os.ReadFile("/sys/fs/cgroup/memory.max") // "max" without a limit
	if err != nil {
		return memory
	}
	if bytes, err := strconv.ParseInt(strings.TrimSpace(string(limit)), 10, 64); err == nil {
		memory = min(memory, bytes)
	}
	return memory
}
