package sql

import (
	"bytes"
	"encoding/csv"
	"fmt"
)

// Reader is a kind of user who reads and changes nothing.
type Reader string

// The readers. A reporter belongs to one agency and is named after it
// (ReporterPrefix and the code of the agency).
const (
	AnalystReader  Reader = "analyst"
	AuditorReader  Reader = "auditor"
	ReporterReader Reader = "reporter"
)

// ReporterPrefix begins the name of the user who reports for an agency. Conditions
// of access.csv cut it off.
const ReporterPrefix = "reporter_"

// Access is one thing that a reader may read, a line of access.csv.
type Access struct {
	Reader Reader
	Object string // a table or view; * at its end stands for any ending
	Rows   string // condition that a row must meet, with {database} for its database; empty for every row
}

// AccessList is access.csv, from which both the users of the embedded engine and the
// roles of a server are made.
func AccessList() ([]Access, error) {
	text, err := files.ReadFile("access.csv")
	if err != nil {
		return nil, fmt.Errorf("read access: %w", err)
	}
	lines, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read access: %w", err)
	}
	var all []Access
	for _, line := range lines[1:] {
		all = append(all, Access{Reader(line[0]), line[1], line[2]})
	}
	return all, nil
}
