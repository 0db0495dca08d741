package sql_test

import (
	"slices"
	"testing"

	"bellwether/sql"
)

func TestEveryViewComesAfterWhatItReads(t *testing.T) {
	views, err := sql.Views()
	if err != nil {
		t.Fatal(err)
	}
	var names, created []string
	for _, v := range views {
		names = append(names, v.Name)
	}
	for _, v := range views {
		for _, name := range v.Reads {
			if slices.Contains(names, name) && !slices.Contains(created, name) {
				t.Errorf("%s reads %s, which comes later", v.Path, name)
			}
		}
		created = append(created, v.Name)
	}
}

func TestMigrationsThatWereReleasedAreFrozen(t *testing.T) {
	frozen, err := sql.Checksums()
	if err != nil {
		t.Fatal(err)
	}
	migrations, err := sql.Migrations()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range migrations {
		if got := frozen[m.Name+".sql"]; got != m.Checksum {
			t.Errorf("%s is frozen as %q and is %s; write a new migration, or add its line to checksums.txt", m.Path, got, m.Checksum)
		}
		delete(frozen, m.Name+".sql")
	}
	for name := range frozen {
		t.Errorf("%s is frozen and gone", name)
	}
}

func TestNamesAreFoundOutsideCommentsAndTexts(t *testing.T) {
	text := "select 'from raw_x' -- from raw_y\nfrom /* from raw_z */ raw_a join (select 1 from core_b) using (c)"
	var words []string
	for _, token := range sql.Tokens(text) {
		words = append(words, token.Text)
	}
	want := []string{"select", "'from raw_x'", "from", "raw_a", "join", "(", "select", "1", "from", "core_b", ")", "using", "(", "c", ")"}
	if !slices.Equal(words, want) {
		t.Errorf("tokens are %q", words)
	}
}
