package main

import (
	"github.com/spf13/cobra"
)

func newConfigCommand(a *app) *cobra.Command {
	command := &cobra.Command{
		Use:   "config",
		Short: "查看生效的配置 Show the configuration in effect",
	}
	command.AddCommand(&cobra.Command{
		Use:   "show",
		Short: "打印生效的配置，密码不显示 Print the effective configuration, secrets masked",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return writeConfig(a.out, a.config, a.from)
		},
	})
	return command
}
