package engine

import "syscall"

// childAttributes give the engine a session and a terminal of its own, so that
// Ctrl-C reaches this process alone, and end it with this process.
func childAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setsid: true, Setctty: true, Pdeathsig: syscall.SIGKILL}
}
