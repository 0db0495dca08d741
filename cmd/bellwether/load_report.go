package main

import (
	"encoding/json"
	"fmt"

	"bellwether/cmd/bellwether/sheet"
	"bellwether/etl"
	"bellwether/jobs"
)

// showReports shows the account of each payload, the first rejects, and ends
// with the exit code that they call for.
func (a *app) showReports(reports []jobs.Report, isDry bool) error {
	account, err := a.accountSheet(reports)
	if err != nil {
		return err
	}
	if err := a.write(account); err != nil {
		return err
	}
	if a.format() == sheet.Table {
		if err := a.explainReports(reports, isDry); err != nil {
			return err
		}
	}
	return reportsEnd(reports)
}

// showPull shows what a source brought, with the files that it had to leave out.
func (a *app) showPull(pull etl.Pull, reports []jobs.Report, isDry bool) error {
	isFault := false
	var err error
	if len(reports) > 0 || a.format() != sheet.Table {
		err = a.showReports(reports, isDry)
	}
	if pull.Remark != "" {
		a.say("%s", "%s", pull.Remark)
	} else if len(reports)+len(pull.LeftOut) == 0 {
		a.say("没有文件可取", "there are no files to take")
	}
	for _, left := range pull.LeftOut {
		a.say("%s", "%s", left)
		isFault = isFault || left.Reason.IsFault()
	}
	if err == nil && isFault {
		return withFindings()
	}
	return err
}

// reportsEnd is failure when nothing could be read, and a remark when something
// was left out or refused.
func reportsEnd(reports []jobs.Report) error {
	faults, rejected := 0, int64(0)
	for _, r := range reports {
		if r.Fault != nil {
			faults++
		}
		rejected += r.Summary.Rejected
	}
	switch {
	case faults > 0 && faults == len(reports):
		return &exitError{code: exitFailed}
	case faults > 0 || rejected > 0:
		return withFindings()
	default:
		return nil
	}
}

func (a *app) accountSheet(reports []jobs.Report) (sheet.Sheet, error) {
	account := sheet.Sheet{Columns: []sheet.Column{
		{Key: "file_name", Zh: "文件", En: "File", Flex: true, Wrap: true},
		{Key: "form_code", Zh: "表单", En: "Form"},
		{Key: "encoding", Zh: "编码", En: "Encoding"},
		{Key: "read_count", Zh: "读取", En: "Read", Number: true},
		{Key: "loaded_count", Zh: "装入", En: "Loaded", Number: true},
		{Key: "rejected_count", Zh: "拒收", En: "Rejected", Number: true},
		{Key: "skipped_count", Zh: "跳过", En: "Skipped", Number: true},
		{Key: "version_count", Zh: "新版本", En: "Versions", Number: true},
		{Key: "withdrawn_count"},
		{Key: "version"},
		{Key: "state", Zh: "结果", En: "Result", Show: a.resultText},
		{Key: "payload_sha256"},
		{Key: "notes"},
		{Key: "fault"},
		{Key: "rejects"},
	}}
	for _, r := range reports {
		rejects, err := json.Marshal(rejectObjects(r.Rejects))
		if err != nil {
			return account, fmt.Errorf("encode rejects: %w", err)
		}
		notes, err := json.Marshal(append([]string{}, r.Summary.Notes...))
		if err != nil {
			return account, fmt.Errorf("encode notes: %w", err)
		}
		state, fault, encoding := "loaded", any(nil), r.Summary.Encoding
		read, loaded := r.Summary.Read, r.Summary.Loaded
		rejected, skipped := r.Summary.Rejected, r.Summary.Skipped
		versions := r.Commit.VersionCount
		switch {
		case r.Fault != nil:
			state, fault = "refused", r.Fault.Error()
		case r.IsKnown: // its account is that of the load that was committed; nothing new was written
			state, encoding, versions = "known", r.Commit.Encoding, 0
			read, loaded = int64(r.Commit.ReadCount), int64(r.Commit.LoadedCount)
			rejected, skipped = int64(r.Commit.RejectedCount), int64(r.Commit.SkippedCount)
		case r.Commit.Version == 0:
			state = "checked"
		}
		s := r.Submission
		account.Rows = append(account.Rows, []any{
			s.Payload.FileName, s.Form.Code, encoding, read, loaded, rejected, skipped, versions,
			r.Commit.WithdrawnCount, r.Commit.Version, state, s.Payload.SHA256,
			json.RawMessage(notes), fault, json.RawMessage(rejects),
		})
	}
	return account, nil
}

func (a *app) resultText(state any) string {
	words := map[string][2]string{
		"loaded":  {"已装入", "loaded"},
		"checked": {"只检查", "checked only"},
		"known":   {"此前已装入", "loaded before"},
		"refused": {"整份未装入", "left out"},
	}
	name, _ := state.(string)
	return a.text(words[name][0], words[name][1])
}

// rejectObjects names the fields of rejects as raw_reject does.
func rejectObjects(rejects []jobs.Reject) []map[string]any {
	objects := make([]map[string]any, len(rejects))
	for i, r := range rejects {
		objects[i] = map[string]any{
			"sheet": r.Sheet, "cell": r.Cell, "line": r.Line, "column_name": r.Column,
			"reason_code": r.Reason, "rule_number": r.Rule, "value_text": r.Value, "row_text": r.Row,
			"message_zh": r.MessageZh, "message_en": r.MessageEn, "cause_number": r.Cause, "expected_text": r.Expected,
		}
	}
	return objects
}

// explainReports says in words what the account means: read = loaded + rejected
// + skipped, what was passed over, why a file was left out, and the rejects.
func (a *app) explainReports(reports []jobs.Report, isDry bool) error {
	for _, r := range reports {
		s := r.Summary
		fmt.Fprintln(a.out)
		switch {
		case r.Fault != nil:
			a.say("%s 整份未装入：%v", "%s was left out: %v", r.Submission.Payload.FileName, r.Fault)
			continue
		case r.IsKnown:
			a.say("%s：内容、表单和参数与第 %d 版相同，没有新版本",
				"%s: the same bytes, form and parameters as batch %d; 0 new versions",
				r.Submission.Payload.FileName, r.Commit.Version)
			continue
		}
		a.say("%s：读取 %d = 装入 %d + 拒收 %d + 跳过 %d；编码 %s；新版本 %d",
			"%s: read %d = loaded %d + rejected %d + skipped %d; encoding %s; %d new versions",
			r.Submission.Payload.FileName, s.Read, s.Loaded, s.Rejected, s.Skipped, s.Encoding, r.Commit.VersionCount)
		for _, note := range s.Notes {
			fmt.Fprintln(a.out, "  "+note)
		}
		if s.Rejected > 0 {
			if err := a.showRejects(r); err != nil {
				return err
			}
		}
	}
	if isDry {
		a.say("\n只检查，未写入任何内容", "\nchecked only; nothing was written")
	}
	return nil
}

func (a *app) showRejects(r jobs.Report) error {
	a.say("拒收 %d 项，列出前 %d 项：", "%d rejects, the first %d:", r.Summary.Rejected, len(r.Rejects))
	table := sheet.Sheet{Columns: []sheet.Column{
		{Zh: "表", En: "Sheet", Flex: true},
		{Zh: "单元格", En: "Cell"},
		{Zh: "行", En: "Line", Number: true, Show: sheet.Plain},
		{Zh: "列", En: "Column", Flex: true},
		{Zh: "原因", En: "Reason"},
		{Zh: "内容", En: "Value", Flex: true},
		{Zh: "说明", En: "Message", Flex: true, Wrap: true},
	}}
	for _, reject := range r.Rejects {
		table.Rows = append(table.Rows, []any{reject.Sheet, reject.Cell, reject.Line, reject.Column, reject.Reason,
			reject.Value, a.text(reject.MessageZh, reject.MessageEn)})
	}
	return a.write(table)
}
