package decode

import "bytes"

// findDelimiter picks the character that separates cells in the opening of a
// file: the one that occurs most often outside quotation marks. A comma wins a
// tie, being what the format is named for.
func findDelimiter(opening []byte, ending byte) byte {
	candidates := []byte{',', ';', '\t', '|'}
	counts := make([]int, len(candidates))
	isInside := false
	for _, b := range wholeLines(opening, ending) {
		if b == '"' {
			isInside = !isInside
			continue
		}
		if isInside {
			continue
		}
		if i := bytes.IndexByte(candidates, b); i >= 0 {
			counts[i]++
		}
	}
	best := 0
	for i, count := range counts {
		if count > counts[best] {
			best = i
		}
	}
	return candidates[best]
}

// wholeLines cuts a line off that the opening does not hold to its end.
func wholeLines(opening []byte, ending byte) []byte {
	if i := bytes.LastIndexByte(opening, ending); i > 0 {
		return opening[:i]
	}
	return opening
}
