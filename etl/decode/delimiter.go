package decode

import "bytes"

// findDelimiter picks the character that separates cells in the opening of a
// file: the one that occurs most often outside quotation marks. A comma wins a
// tie, being what the format is named for. Text in columns of blanks has none of
// them in most of its lines.
func findDelimiter(opening []byte, ending byte) byte {
	if isInColumns(wholeLines(opening, ending), ending) {
		return blanks
	}
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

// blanks stands for columns that are parted by two blanks or more.
const blanks = ' '

// isInColumns says whether nearly all lines have the same number of cells parted
// by two blanks or more, at least three, and no other delimiter.
func isInColumns(text []byte, ending byte) bool {
	count, lines := map[int]int{}, 0
	for line := range bytes.SplitSeq(text, []byte{ending}) {
		line = bytes.TrimSpace(line)
		if len(line) == 0 {
			continue
		}
		lines++
		if !bytes.ContainsAny(line, ",;\t|\"") {
			count[len(splitBlanks(nil, line))]++
		}
	}
	for cells, n := range count {
		if cells >= 3 && 10*n > 9*lines {
			return true
		}
	}
	return false
}
