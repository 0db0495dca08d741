package engine

import "golang.org/x/sys/unix"

// memoryBytes returns the memory of the machine.
func memoryBytes() int64 {
	memory, err := unix.SysctlUint64("hw.memsize")
	if err != nil {
		return 4 << 30
	}
	return int64(memory)
}
