package engine

import (
	"strings"
	"testing"
)

// WithUser gives the engines that this test starts one more user, in the words of users.xml.
func WithUser(t *testing.T, user string) {
	before := usersTemplate
	usersTemplate = strings.Replace(before, "    </users>", user+"    </users>", 1)
	t.Cleanup(func() { usersTemplate = before })
}

// LibraryUnderTest is what tests start engines with; they are skipped where there is none.
func LibraryUnderTest(t *testing.T) string {
	t.Helper()
	requireLibrary(t)
	return libraryUnderTest()
}
