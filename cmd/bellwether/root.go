package main

import (
	"github.com/spf13/cobra"
)

const rootLong = `Bellwether 监测两个规划（妇女、儿童）的年度指标：从部门报送的文件到年度监测表和预警。
Bellwether monitors the yearly indicators of two plans, for women and for
children: from the file an agency sends to the monitoring table and the alerts.

Exit codes: 0 done; 1 failed; 2 wrong usage or configuration; 3 done, with
rejects or findings; 4 not found; 130 interrupted.`

// newRootCommand builds the command tree by hand, in the order of the help.
func newRootCommand(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:               "bellwether",
		Short:             "妇女儿童发展规划监测 Monitoring of the plans for women and children",
		Long:              rootLong,
		SilenceErrors:     true,
		SilenceUsage:      true,
		PersistentPreRunE: a.prepare,
	}
	flags := root.PersistentFlags()
	flags.StringVar(&a.flags.config, "config", "", "configuration `file`")
	flags.StringVar(&a.flags.language, "lang", "", "language, zh or en")
	flags.StringVarP(&a.flags.output, "output", "o", "table", "format of the answer: table, json or csv")
	flags.StringVar(&a.flags.dir, "dir", "", "data `directory` of the embedded engine")
	flags.StringVar(&a.flags.logLevel, "log-level", "", "debug, info, warn or error")
	root.SetOut(a.out)
	root.SetErr(a.errOut)
	root.SetIn(a.in)

	group(root, "start", "开始 Start:", newDemoCommand(a), newServeCommand(a))
	group(root, "data", "数据 Data:", newTemplateCommand(a), newLoadCommand(a), newSubmissionsCommand(a), newFindingsCommand(a), newSlipCommand(a),
		newDiffCommand(a), newTraceCommand(a), newGapsCommand(a))
	group(root, "answers", "结果 Answers:",
		newMonitorCommand(a), newExplainCommand(a), newWhatIfCommand(a), newSeriesCommand(a), newAlertsCommand(a), newBacktestCommand(a), newSQLCommand(a))
	group(root, "operations", "运行 Operations:",
		newRunCommand(a), newBackfillCommand(a), newBackupCommand(a), newRestoreCommand(a), newRebuildCommand(a), newStatusCommand(a), newRunsCommand(a), newMigrateCommand(a), newCheckCommand(a), newDoctorCommand(a),
		newBenchCommand(a), newConfigCommand(a), newVersionCommand(a))
	root.SetHelpCommandGroupID("operations")
	root.SetCompletionCommandGroupID("operations")
	return root
}

func group(root *cobra.Command, id, title string, commands ...*cobra.Command) {
	root.AddGroup(&cobra.Group{ID: id, Title: title})
	for _, c := range commands {
		c.GroupID = id
		root.AddCommand(c)
	}
}
