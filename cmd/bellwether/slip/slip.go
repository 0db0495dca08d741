// Package slip lays out the return slip (审核反馈单) of a submission: what was
// read, what was refused or is asked about and in which cell, and room for the
// answer of the agency. It is one document in two forms, a workbook that can be
// filled in and handed back and a page that prints on A4. The same slip gives the
// same bytes, today and in a year.
package slip

// Slip is what the document says. Its texts are in the language of Language
// already; headings and labels are the package's own.
type Slip struct {
	Language   string // zh or en
	Facts      []Fact
	Account    Account
	Findings   []Finding
	Missing    []Missing
	Submission string // SHA-256 of the payload it is about
}

// Fact is a thing about the submission and what it is.
type Fact struct{ Name, Text string }

// Account says what became of the figures; Read is the sum of the others.
type Account struct{ Read, Loaded, Rejected, Skipped uint64 }

// Finding is one cause: a row of the slip.
type Finding struct {
	ID       string // leads the answer back to the finding
	Place    string // sheet and cell, or what it is about
	More     string // other cells of the same cause, empty when there are none
	Rule     string // number and name
	IsHard   bool
	Observed string
	Expected string
	Message  string
	Ask      string // what the agency is to do, and by when
	Answer   string // one that is there already
}

// Missing is a cell that has to be answered and is not.
type Missing struct{ Area, Indicator, Breakdown, Year string }

// words are the headings and labels of one language.
type words struct {
	title, account, findings, none, missing, noneMissing          string
	columns                                                       [9]string
	missingColumns                                                [4]string
	hard, soft, read, loaded, rejected, skipped, howTo, signature string
}

func (s Slip) words() words {
	if s.Language == "en" {
		return words{
			title: "Return slip", account: "Figures", findings: "To be corrected or explained", none: "Nothing to correct or explain.",
			missing: "Cells without an answer", noneMissing: "Every cell that the form asks for is answered.",
			columns:        [9]string{"No.", "Cell", "Rule", "Class", "Reported", "Expected", "What is wrong", "Please", "Answer of the agency"},
			missingColumns: [4]string{"Year", "Area", "Indicator", "Breakdown"},
			hard:           "Hard", soft: "Soft", read: "read", loaded: "loaded", rejected: "refused", skipped: "empty",
			howTo: "Hard: the figure is not loaded; correct the cell and submit the whole form again. Soft: the figure is loaded; " +
				"correct it, or write the reason into the last column and return this slip.",
			signature: "Filled in by:                    Checked by:                    Date:",
		}
	}
	return words{
		title: "审核反馈单", account: "数据", findings: "需要更正或说明的问题", none: "没有需要更正或说明的问题。",
		missing: "缺项", noneMissing: "本表应填的各项均已填报。",
		columns:        [9]string{"序号", "单元格", "规则", "级别", "填报值", "应为", "问题", "要求", "部门说明"},
		missingColumns: [4]string{"年份", "地区", "指标", "分组"},
		hard:           "强制性", soft: "核实性", read: "读取", loaded: "装入", rejected: "拒收", skipped: "空格",
		howTo:     "强制性：该数没有装入，请更正后重新报送整张表。核实性：该数已经装入，请核实；数据有误的重新报送，数据无误的在最后一列写明原因后退回本单。",
		signature: "填报人：                    审核人：                    日期：",
	}
}

func (w words) class(f Finding) string {
	if f.IsHard {
		return w.hard
	}
	return w.soft
}

// place names the cell and how many more the cause concerns.
func (f Finding) place() string {
	if f.More == "" {
		return f.Place
	}
	return f.Place + "\n" + f.More
}
