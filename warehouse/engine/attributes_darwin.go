package engine

import "syscall"

// childAttributes give the engine a session and a terminal of its own, so that
// Ctrl-C reaches this process alone. The engine ends when its terminal goes,
// which is when this process does.
func childAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setsid: true, Setctty: true}
}
