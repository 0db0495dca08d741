package engine

import (
	"fmt"
	"slices"
	"strings"
)

// Access is one thing that a role may read.
type Access struct {
	Role   Role
	Object string // a table or view; * at its end stands for any ending
	Rows   string // condition that a row must meet, with {database} for its database; empty for every row
}

// reader is a user of users.xml.
type reader struct {
	Role   Role
	Hash   string
	Grants []string
	Rows   map[string]map[string]string // condition by database and object
}

// roles are those that have a user.
func (c Config) roles() []Role {
	roles := []Role{RoleWriter}
	for _, a := range c.Access {
		if !slices.Contains(roles, a.Role) {
			roles = append(roles, a.Role)
		}
	}
	return roles
}

// readers puts together what each may read. A wildcard in the name of a database is
// taken literally by the engine, hence lines for each.
func (c Config) readers(known passwords) []reader {
	var all []reader
	for _, role := range c.roles()[1:] {
		r := reader{Role: role, Hash: sha256Hex(known[role]), Rows: map[string]map[string]string{}}
		for _, database := range append([]string{c.Database}, c.MoreDatabases...) {
			for _, a := range c.Access {
				if a.Role == role {
					r.allow(database, a)
				}
			}
		}
		all = append(all, r)
	}
	return all
}

func (r *reader) allow(database string, a Access) {
	r.Grants = append(r.Grants, fmt.Sprintf("GRANT SELECT ON %s.%s", database, a.Object))
	if a.Rows == "" {
		return
	}
	if r.Rows[database] == nil {
		r.Rows[database] = map[string]string{}
	}
	r.Rows[database][a.Object] = strings.ReplaceAll(a.Rows, "{database}", database)
}
