package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"bellwether/cmd/bellwether/sheet"
	"bellwether/jobs"
	"bellwether/warehouse"
)

// BackupConfig is when backups are made and tried, how many are kept, and where.
type BackupConfig struct {
	Keep            int    `yaml:"keep"`           // of those that the embedded engine makes; 0 is all
	Directory       string `yaml:"directory"`      // of the embedded engine; backups in data_dir when empty
	Disk            string `yaml:"disk"`           // of a server that has one for backups
	DrillSchedule   string `yaml:"drill_schedule"` // when the newest one is restored beside and compared
	TimetableConfig `yaml:",inline"`
}

func (c BackupConfig) faults(w WarehouseConfig) []error {
	faults := c.TimetableConfig.faults("backup")
	faults = append(faults, TimetableConfig{Schedule: c.DrillSchedule, TimeLimit: c.TimeLimit}.faults("backup.drill")...)
	l := faultList{at: "backup"}
	l.addIf(c.Keep < 0, ".keep: cannot be %d", c.Keep)
	l.addIf(c.Disk != "" && !plainName.MatchString(c.Disk), ".disk: want letters, digits and _, got %q", c.Disk)
	l.addIf(c.Disk != "" && w.DSN == "", ".disk: is for a server; the embedded engine writes to backup.directory")
	l.addIf(c.Directory != "" && w.DSN != "", ".directory: is for the embedded engine; a server writes to backup.disk")
	l.addIf(c.Directory != "" && !filepath.IsAbs(c.Directory), ".directory: want an absolute path, got %q", c.Directory)
	return append(faults, l.faults...)
}

func newBackupCommand(a *app) *cobra.Command {
	command := &cobra.Command{
		Use:   "backup",
		Short: "备份；列出；演练恢复 Make a backup, list them, try whether the newest can be restored",
		Long: "Copies every table while no load runs, into data_dir/backups or backup.directory, and\n" +
			"deletes the oldest beyond backup.keep. What a backup holds is written into it, so that\n" +
			"whoever restores it can tell whether it is whole.",
		Args: cobra.NoArgs,
		RunE: a.atSite(func(ctx context.Context, s *site) error { return a.runKept(ctx, s, (*jobs.Keeper).BackupJob) }),
	}
	command.AddCommand(&cobra.Command{
		Use: "list", Short: "列出备份 List the backups", Args: cobra.NoArgs,
		RunE: a.atSite(a.listBackups),
	}, &cobra.Command{
		Use: "drill", Short: "演练：把最近的备份恢复到旁边并比对 Restore the newest beside the warehouse, compare every table, drop it", Args: cobra.NoArgs,
		RunE: a.atSite(func(ctx context.Context, s *site) error { return a.runKept(ctx, s, (*jobs.Keeper).DrillJob) }),
	})
	return command
}

func newRestoreCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "restore [BACKUP]",
		Short: "恢复备份到空的数据仓库 Restore a backup into an empty warehouse; the newest when none is named",
		Long: "Restores beside the warehouse, compares every table with what the backup says it holds, and\n" +
			"only then puts it in place. A warehouse that holds a load is left alone: give another\n" +
			"--dir, or another warehouse.database.",
		Example: "  bellwether --dir /srv/new restore\n  bellwether restore bellwether-20261126T191500000Z",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return a.atSite(func(ctx context.Context, s *site) error { return a.restore(ctx, s, args) })(c, args)
		},
	}
}

// keeper makes backups as the configuration says; metrics may be nil.
func (a *app) keeper(s *site, metrics *jobs.Metrics) (*jobs.Keeper, error) {
	k := &jobs.Keeper{
		Warehouse: s.warehouse, To: warehouse.Destination{Disk: a.config.Backup.Disk}, Keep: a.config.Backup.Keep, Metrics: metrics,
	}
	switch {
	case s.engine != nil:
		k.Folder = s.engine.BackupDir()
	case k.To.Disk == "":
		return nil, usagef("%s", a.text("这台服务器没有配置备份磁盘：请在 backup.disk 写明 ClickHouse 的备份磁盘名",
			"no place for backups is known on this server: name a disk that ClickHouse has for backups in backup.disk"))
	}
	return k, nil
}

func (a *app) runKept(ctx context.Context, s *site, job func(*jobs.Keeper) *jobs.Job) error {
	k, err := a.keeper(s, nil)
	if err != nil {
		return err
	}
	err = a.runNow(ctx, s, job(k))
	if errors.Is(err, jobs.ErrNoBackup) {
		return notFoundf("%s", a.text("还没有备份：bellwether backup", "there is no backup yet: bellwether backup"))
	}
	return err
}

func (a *app) listBackups(ctx context.Context, s *site) error {
	rows, err := s.ask(ctx, "backups", nil)
	if err != nil {
		return err
	}
	return a.write(rows.sheet(
		sheet.Column{Key: "name", Zh: "备份", En: "Backup"},
		sheet.Column{Key: a.inLanguage("state"), Zh: "状态", En: "State", TableOnly: true},
		sheet.Column{Key: "begun_at", Zh: "开始", En: "Begun", Show: a.localTime},
		sheet.Column{Key: "verified_at", Zh: "演练", En: "Verified", Show: a.localTime},
		sheet.Column{Key: "byte_count", Zh: "字节", En: "Bytes", Number: true},
		sheet.Column{Key: "message", Zh: "说明", En: "Message", Flex: true, Wrap: true},
	))
}

// restore puts a backup into the empty warehouse. No daemon may be at work on it.
func (a *app) restore(ctx context.Context, s *site, args []string) error {
	k, err := a.keeper(s, nil)
	if err != nil {
		return err
	}
	name, err := a.backupToRestore(k, args)
	if err != nil {
		return err
	}
	lease, err := s.warehouse.Claim(ctx, warehouse.DaemonLease)
	if err == nil {
		err = lease.Release(ctx)
	}
	if err != nil {
		return err
	}
	contents, err := s.warehouse.Restore(ctx, name, k.To)
	switch {
	case errors.Is(err, warehouse.ErrNotEmpty):
		return usagef("%s", a.text("数据仓库里已有数据，没有恢复：请换一个 --dir 或 warehouse.database", "the warehouse holds loads, and nothing was restored: give another --dir, or another warehouse.database"))
	case err != nil:
		return err
	}
	if _, err := s.warehouse.Settle(ctx); err != nil {
		return err
	}
	rows := uint64(0)
	answer := sheet.Sheet{Columns: []sheet.Column{
		{Key: "table", Zh: "表", En: "Table"}, {Key: "rows", Zh: "行数", En: "Rows", Number: true}, {Key: "hash"},
	}}
	for _, c := range contents {
		rows += c.Rows
		if c.Rows > 0 {
			answer.Rows = append(answer.Rows, []any{c.Table, c.Rows, fmt.Sprint(c.Hash)})
		}
	}
	if err := a.write(answer); err != nil {
		return err
	}
	a.say("已恢复 %s：%d 张表，%d 行，逐表比对一致", "%s is restored: %d tables with %d rows, each the same as backed up", name, len(contents), rows)
	return nil
}

// backupToRestore is the one that is named, or the newest in the folder. The ledger of
// an empty warehouse knows of none.
func (a *app) backupToRestore(k *jobs.Keeper, args []string) (string, error) {
	if len(args) == 1 {
		return args[0], nil
	}
	if k.Folder == "" {
		return "", usagef("%s", a.text("请写明备份名：服务器上的备份无法从这里列出", "name a backup: those of a server cannot be listed from here"))
	}
	// One that was cut short has no record of its end.
	found, err := filepath.Glob(filepath.Join(k.Folder, a.config.Warehouse.Database+"-*", ".backup"))
	if err != nil {
		return "", err
	}
	if len(found) == 0 {
		return "", notFoundf(a.text("%s 中没有备份", "there is no backup in %s"), k.Folder)
	}
	slices.Sort(found)
	return filepath.Base(filepath.Dir(found[len(found)-1])), nil
}
