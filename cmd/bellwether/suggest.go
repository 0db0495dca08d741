package main

import (
	"fmt"
	"maps"
	"slices"
)

// didYouMean is a remark naming the candidate nearest to word, or nothing when
// none is near: at most a third of its letters apart.
func didYouMean(word string, candidates []string) string {
	if near := nearest(word, candidates, 1); len(near) == 1 {
		return fmt.Sprintf(" (did you mean %q?)", near[0])
	}
	return ""
}

// nearest returns up to limit candidates that could be a misspelling of word,
// the likeliest first.
func nearest(word string, candidates []string, limit int) []string {
	letters := []rune(word)
	distances := map[string]int{}
	for _, c := range candidates {
		if d := editDistance(letters, []rune(c)); d <= max(2, len(letters)/3) {
			distances[c] = d
		}
	}
	near := slices.SortedFunc(maps.Keys(distances), func(a, b string) int {
		if d := distances[a] - distances[b]; d != 0 {
			return d
		}
		if a < b {
			return -1
		}
		return 1
	})
	return near[:min(limit, len(near))]
}

// editDistance is the Levenshtein distance, by two rows of its table.
func editDistance(a, b []rune) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i, x := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j, y := range b {
			cost := diagonal
			if x != y {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

func keysOf[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
