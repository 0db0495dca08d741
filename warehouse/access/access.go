// Package access says which users of an embedded engine may read what. The list itself
// is sql/access.csv, from which the roles of a server are made too.
package access

import (
	"bellwether/sql"
	"bellwether/warehouse/engine"
)

// Auditor reads everything, bytes of payloads and ledgers too.
const Auditor engine.Role = engine.Role(sql.AuditorReader)

// Reporter is the user who reads what concerns one agency.
func Reporter(agency string) engine.Role { return engine.Role(sql.ReporterPrefix + agency) }

// List is what the users of an embedded engine may read: the analyst, the auditor,
// and a reporter for each of the agencies.
func List(agencies ...string) ([]engine.Access, error) {
	list, err := sql.AccessList()
	if err != nil {
		return nil, err
	}
	var all []engine.Access
	for _, a := range list {
		roles := []engine.Role{engine.Role(a.Reader)}
		if a.Reader == sql.ReporterReader {
			roles = nil
			for _, agency := range agencies {
				roles = append(roles, Reporter(agency))
			}
		}
		for _, role := range roles {
			all = append(all, engine.Access{Role: role, Object: a.Object, Rows: a.Rows})
		}
	}
	return all, nil
}
