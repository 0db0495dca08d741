package warehouse

import (
	"fmt"
	"slices"
	"strings"

	"bellwether/sql"
)

// renderer turns the texts of package sql, which are written for one server,
// into statements for the server or the cluster at hand.
type renderer struct {
	database string
	cluster  string // empty is one server
}

func (r renderer) createDatabase() string {
	return "create database if not exists " + r.database + r.onCluster()
}

func (r renderer) onCluster() string {
	if r.cluster == "" {
		return ""
	}
	return " on cluster '" + r.cluster + "'"
}

// migration makes the statement of a migration repeatable: it creates a table,
// adds columns to one, or fills one whose engine leaves one of equal rows.
func (r renderer) migration(text string) []string {
	switch first := sql.Tokens(text)[0].Text; {
	case strings.EqualFold(first, "alter"):
		return r.addColumns(text)
	case strings.EqualFold(first, "insert"):
		return []string{strings.TrimRight(text, "; \n")}
	}
	return r.table(text)
}

// addColumns alters the table; on a cluster first the rows and then the table
// that distributes over them, which would otherwise ask the shards for columns
// that they do not have yet.
func (r renderer) addColumns(text string) []string {
	name := tokenAfter(text, "table")
	rest := strings.TrimRight(text[name.End:], "; \n")
	tokens := sql.Tokens(rest)
	for i := len(tokens) - 1; i > 0; i-- { // from the end, so that earlier places stay
		isAdded := tokens[i].Depth == 0 && strings.EqualFold(tokens[i].Text, "column") && strings.EqualFold(tokens[i-1].Text, "add")
		if isAdded {
			rest = rest[:tokens[i].End] + " if not exists" + rest[tokens[i].End:]
		}
	}
	if r.cluster == "" {
		return []string{text[:name.End] + rest}
	}
	head := text[:name.Start]
	return []string{
		head + name.Text + "_local" + r.onCluster() + rest,
		head + name.Text + r.onCluster() + rest,
	}
}

// table makes a create table statement repeatable. On a cluster the rows lie in
// replicated tables named …_local, and the table itself distributes over them.
func (r renderer) table(text string) []string {
	name := tokenAfter(text, "table")
	head := text[:name.Start]
	head = strings.TrimRight(head, " ") + " if not exists "
	rest := strings.TrimRight(text[name.End:], "; \n")
	if r.cluster == "" {
		return []string{head + name.Text + rest}
	}
	local := name.Text + "_local"
	stored := head + local + r.onCluster() + r.replicated(rest, local)
	distributed := fmt.Sprintf("create table if not exists %s%s as %s engine = Distributed('%s', %s, %s, %s)",
		name.Text, r.onCluster(), local, r.cluster, r.database, local, shardingKey(name.Text))
	return []string{stored, distributed}
}

// shardingKey keeps all versions and years of an area on one shard, so that
// comparing a load with what is there moves no rows. Other tables are small and
// lie on the first shard.
func shardingKey(table string) string {
	if strings.HasPrefix(table, "fct_observation") || strings.HasSuffix(table, "_yearly") || strings.HasPrefix(table, stagePrefix) {
		return "cityHash64(area_code)"
	}
	return "0"
}

// replicated gives the engine of a table its Replicated twin.
func (r renderer) replicated(text, local string) string {
	tokens := sql.Tokens(text)
	i := slices.IndexFunc(tokens, func(t sql.Token) bool { return t.Depth == 0 && strings.EqualFold(t.Text, "engine") })
	engine := tokens[i+2] // engine = Name
	where := fmt.Sprintf("'/clickhouse/tables/{shard}/%s/%s', '{replica}'", r.database, local)
	rest := text[engine.End:]
	if strings.HasPrefix(rest, "(") {
		rest = "(" + where + ", " + rest[1:]
	} else {
		rest = "(" + where + ")" + rest
	}
	return text[:engine.Start] + "Replicated" + engine.Text + rest
}

// object renders a function or a view. Views run with the rights of the user
// that created them, so that analysts need none on the tables behind.
func (r renderer) object(o sql.Object) string {
	text := strings.TrimRight(o.Text, "; \n")
	tokens := sql.Tokens(text)
	name := tokens[slices.IndexFunc(tokens, func(t sql.Token) bool { return t.Text == o.Name })]
	if o.Layer == "functions" {
		return text[:name.End] + r.onCluster() + text[name.End:]
	}
	as := tokens[slices.IndexFunc(tokens, func(t sql.Token) bool {
		return t.Depth == 0 && t.Start > name.End && strings.EqualFold(t.Text, "as")
	})]
	return text[:name.End] + r.onCluster() + text[name.End:as.Start] +
		"definer = CURRENT_USER sql security definer\n" + text[as.Start:]
}

// drop removes a table with everything in it, at once.
func (r renderer) drop(table string) []string {
	if r.cluster == "" {
		return []string{"drop table if exists " + table + " sync"}
	}
	return []string{
		"drop table if exists " + table + r.onCluster() + " sync",
		"drop table if exists " + table + "_local" + r.onCluster() + " sync",
	}
}

// tokenAfter returns the word behind the first occurrence of another.
func tokenAfter(text, word string) sql.Token {
	tokens := sql.Tokens(text)
	i := slices.IndexFunc(tokens, func(t sql.Token) bool { return strings.EqualFold(t.Text, word) })
	return tokens[i+1]
}
