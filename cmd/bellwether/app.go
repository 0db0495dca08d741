package main

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"bellwether/cmd/bellwether/sheet"
)

// app is what every command shares: where it reads and writes, and the
// configuration it runs under.
type app struct {
	in          io.Reader
	out, errOut io.Writer
	env         environment
	flags       globalFlags
	config      Config
	from        origins
	logger      *slog.Logger
	ownsEngine  bool // the engine must be this process's own
	isReady     bool // flags and configuration are read; what fails now is no wrong usage
}

type globalFlags struct {
	config, language, output, dir, logLevel string
}

// moreFormats is the annotation of a command that writes other formats than
// those of every command, separated by commas.
const moreFormats = "formats"

// prepare reads the configuration, lets the flags override it, and checks it.
func (a *app) prepare(command *cobra.Command, _ []string) error {
	config, from, err := LoadConfig(a.flags.config, a.env)
	if err != nil {
		return err
	}
	override := func(value string, setting *string, path, flag string) {
		if value != "" {
			*setting = value
			from[path] = "flag " + flag
		}
	}
	override(a.flags.language, &config.Language, "language", "--lang")
	override(a.flags.dir, &config.DataDir, "data_dir", "--dir")
	override(a.flags.logLevel, &config.Log.Level, "log.level", "--log-level")
	a.config, a.from = config, from
	if err := config.Validate(); err != nil {
		return fmt.Errorf("configuration: %w", err)
	}
	more := strings.FieldsFunc(command.Annotations[moreFormats], func(r rune) bool { return r == ',' })
	formats := append([]string{string(sheet.Table), string(sheet.JSON), string(sheet.CSV)}, more...)
	if !slices.Contains(formats, a.flags.output) {
		last := len(formats) - 1
		return fmt.Errorf("--output: want %s or %s, got %q", strings.Join(formats[:last], ", "), formats[last], a.flags.output)
	}
	a.logger = newLogger(a.errOut, config.Log)
	a.isReady = true
	return nil
}

func newLogger(w io.Writer, c LogConfig) *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.Level)); err != nil { // auto
		level = slog.LevelInfo
		if isTerminal(w) {
			level = slog.LevelWarn
		}
	}
	options := &slog.HandlerOptions{Level: level}
	if c.Format == "json" {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}

func (a *app) format() sheet.Format { return sheet.Format(a.flags.output) }

// text picks the language of the person at the terminal.
func (a *app) text(zh, en string) string {
	language := a.config.Language
	if language == "" {
		language = a.flags.language
	}
	if language == "en" {
		return en
	}
	return zh
}

// write writes an answer in the format asked for.
func (a *app) write(s sheet.Sheet) error {
	return s.Write(a.out, a.format(), sheet.Options{Language: a.config.Language, Width: a.width()})
}

// say writes a line for people, and only for people: not beside JSON or CSV.
func (a *app) say(zh, en string, args ...any) {
	if a.format() == sheet.Table {
		fmt.Fprintf(a.out, a.text(zh, en)+"\n", args...)
	}
}

// width is that of the terminal, at most 160; 100 when there is none.
func (a *app) width() int {
	file, ok := a.out.(*os.File)
	if !ok {
		return 100
	}
	size, err := unix.IoctlGetWinsize(int(file.Fd()), unix.TIOCGWINSZ)
	if err != nil || size.Col < 40 {
		return 100
	}
	return min(int(size.Col), 160)
}

// isTerminal reports whether w is a terminal that a person watches.
func isTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	if !ok {
		return false
	}
	_, err := unix.IoctlGetWinsize(int(file.Fd()), unix.TIOCGWINSZ)
	return err == nil
}

// localTime shows a moment in the time zone of the bureau, to the minute.
func (a *app) localTime(value any) string {
	moment, ok := value.(time.Time)
	if !ok || moment.IsZero() {
		return sheet.Absent
	}
	location, err := time.LoadLocation(a.config.TimeZone)
	if err != nil {
		location = time.UTC
	}
	return moment.In(location).Format("2006-01-02 15:04")
}

// localDay shows the day of a moment in the time zone of the bureau.
func (a *app) localDay(value any) string {
	if text := a.localTime(value); text != sheet.Absent {
		return text[:10]
	}
	return sheet.Absent
}

// factSheet is an empty table of things and their values.
func (a *app) factSheet() sheet.Sheet {
	return sheet.Sheet{Columns: []sheet.Column{
		{Key: "item", Zh: "项目", En: "Item"},
		{Key: "value", Zh: "内容", En: "Value", Flex: true, Wrap: true},
	}}
}
