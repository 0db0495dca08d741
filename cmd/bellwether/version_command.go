package main

import (
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"bellwether/cmd/bellwether/sheet"
)

// build is what the binary knows of its own making.
type build struct {
	version, commit, goVersion string
}

// thisBuild reads the build stamp. A binary built outside a checkout says
// (devel) and has no commit.
func thisBuild() build {
	b := build{version: "(devel)", goVersion: runtime.Version()}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	if info.Main.Version != "" {
		b.version = info.Main.Version
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			b.commit = s.Value
		}
	}
	return b
}

func newVersionCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "版本 Version of the program and of the engine it uses",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			b := thisBuild()
			return a.write(sheet.Sheet{
				Columns: []sheet.Column{
					{Key: "version", Zh: "版本", En: "Version"},
					{Key: "commit", Zh: "提交", En: "Commit", Show: short(12)},
					{Key: "go_version", Zh: "Go", En: "Go"},
					{Key: "platform", Zh: "平台", En: "Platform"},
				},
				Rows: [][]any{{b.version, b.commit, b.goVersion, runtime.GOOS + "/" + runtime.GOARCH}},
			})
		},
	}
}

// short shows the beginning of a hash; JSON and CSV hold the whole of it.
func short(length int) func(any) string {
	return func(v any) string {
		text := sheet.Text(v)
		return text[:min(length, len(text))]
	}
}
