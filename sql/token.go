package sql

import "strings"

// Token is a word or a single mark of a statement. Comments and the insides of
// quotes are no tokens; a quoted text is one token with its quotes.
type Token struct {
	Text       string
	Start, End int // bytes of the statement
	Depth      int // brackets open around it
}

// Tokens cuts a statement up, as far as is needed to find names and brackets.
func Tokens(text string) []Token {
	var tokens []Token
	depth := 0
	for i := 0; i < len(text); {
		end := i + 1
		switch c := text[i]; {
		case strings.HasPrefix(text[i:], "--"):
			i = skip(text, i, "\n")
			continue
		case strings.HasPrefix(text[i:], "/*"):
			i = skip(text, i+2, "*/")
			continue
		case c == '\'' || c == '`' || c == '"':
			end = closing(text, i)
		case isWordByte(c):
			for end < len(text) && isWordByte(text[end]) {
				end++
			}
		case c == ' ' || c == '\n' || c == '\t' || c == '\r':
			i++
			continue
		case c == ')':
			depth--
		}
		tokens = append(tokens, Token{text[i:end], i, end, depth})
		if text[i] == '(' {
			depth++
		}
		i = end
	}
	return tokens
}

// skip returns the place behind the next mark.
func skip(text string, from int, mark string) int {
	if n := strings.Index(text[from:], mark); n >= 0 {
		return from + n + len(mark)
	}
	return len(text)
}

// closing returns the place behind the quote that closes the one at start.
func closing(text string, start int) int {
	for i := start + 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case text[start]:
			return i + 1 // a doubled quote makes two tokens, which does no harm here
		}
	}
	return len(text)
}

func isWordByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}
