package jobs

import "strings"

// oneLine is an error for the run ledger: its first line, at most 500
// characters; the log has the rest.
func oneLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	if letters := []rune(line); len(letters) > 500 {
		return string(letters[:499]) + "…"
	}
	return line
}
