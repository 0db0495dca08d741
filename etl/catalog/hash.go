package catalog

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"time"
)

// Hash tells states of the catalog apart: it is the SHA-256, in lower-case
// hexadecimal, of every value that Records would give for the same forms.
// Remarks in the files and the order of the entries do not change it.
func (c *Catalog) Hash(facts FormFacts) string {
	sum := sha256.New()
	rows := c.rows(facts)
	for _, table := range slices.Sorted(maps.Keys(rows)) {
		lines := make([]string, len(rows[table]))
		for i, row := range rows[table] {
			for _, value := range row {
				lines[i] += hashText(value)
			}
		}
		slices.Sort(lines)
		fmt.Fprintf(sum, "%s %d\n", table, len(lines))
		for _, line := range lines {
			_, _ = io.WriteString(sum, line+"\n") // a hash never fails to write
		}
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// hashText writes a value so that no two rows look alike.
func hashText(value any) string {
	switch v := value.(type) {
	case *float64:
		if v == nil {
			return "null;"
		}
		return strconv.FormatFloat(*v, 'g', -1, 64) + ";"
	case time.Time:
		return v.Format(time.DateOnly) + ";"
	case []string:
		return fmt.Sprintf("%q;", v)
	case string:
		return strconv.Quote(v) + ";"
	}
	return fmt.Sprint(value) + ";"
}
