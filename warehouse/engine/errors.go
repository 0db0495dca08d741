package engine

import (
	"errors"
	"fmt"
	"time"
)

// Errors that callers tell apart with errors.Is. Each is wrapped with what was
// tried; the ones a person can act on say how.
var (
	// ErrLocked means that another process owns the data directory. The chain
	// also holds a *LockedError that names it.
	ErrLocked = errors.New("data directory is in use")
	// ErrNoLibrary means that there is no engine on this machine and no way to
	// fetch one.
	ErrNoLibrary = errors.New(noLibrary)
	// ErrChecksum means that the engine as downloaded is not the one this
	// program was built for. Nothing of it was unpacked.
	ErrChecksum = errors.New("checksum of the engine package differs")
	// ErrNotRunning means that no live engine owns the data directory.
	ErrNotRunning = errors.New("no engine is running on this directory")
	// ErrFell means that the engine died while it was started.
	ErrFell = errors.New("the engine ended while it was started")
	// ErrPortTaken means that a port given in Config is held by another program.
	ErrPortTaken = errors.New("port is taken by another program")
)

const noLibrary = `没有可用的数据引擎。请任选其一：(1) 安装 Node.js 的 npm 并联网后重试；(2) 设置 BELLWETHER_ENGINE_LIB=/路径/libchdb.so；(3) 安装 26.7 或更新的 clickhouse 并放入 PATH。` +
	` / There is no database engine. Do one of: (1) install npm (it comes with Node.js), go online and try again;` +
	` (2) set BELLWETHER_ENGINE_LIB=/path/libchdb.so; (3) put clickhouse 26.7 or newer on PATH`

// LockedError says who owns a data directory. It unwraps to ErrLocked.
type LockedError struct {
	Dir    string
	Holder Holder
}

// Holder is the process that owns a data directory, as it described itself.
// The zero value means that it could not be read.
type Holder struct {
	PID     int       `json:"pid"`
	Host    string    `json:"host"`
	Program string    `json:"program"`
	Since   time.Time `json:"since"`
}

func (e *LockedError) Error() string {
	return fmt.Sprintf("%s 正被另一进程使用：进程 %d，主机 %s，自 %s 起 / %[1]s is in use by process %[2]d on %[3]s since %[4]s",
		e.Dir, e.Holder.PID, e.Holder.Host, e.Holder.Since.Format(time.RFC3339))
}

func (e *LockedError) Unwrap() error { return ErrLocked }
