package decode

import "bytes"

// split cuts a record without quotation marks.
func (t *csvTable) split(record []byte) {
	cells := t.row.Cells
	for {
		i := bytes.IndexByte(record, t.delimiter)
		if i < 0 {
			break
		}
		cells = append(cells, record[:i:i])
		record = record[i+1:]
	}
	t.row.Cells = append(cells, record)
}

// splitBlanks cuts a record at every two blanks or more; single ones belong to
// the cell.
func splitBlanks(cells [][]byte, record []byte) [][]byte {
	record = bytes.Trim(record, " ")
	for {
		end := bytes.Index(record, []byte("  "))
		if end < 0 {
			return append(cells, record)
		}
		cells = append(cells, record[:end:end])
		record = bytes.TrimLeft(record[end:], " ")
	}
}

// splitQuoted cuts a record with quoted cells, writing doubled quotation marks
// back as single ones in place.
func (t *csvTable) splitQuoted(record []byte) {
	for {
		if len(record) == 0 || record[0] != '"' {
			i := bytes.IndexByte(record, t.delimiter)
			if i < 0 {
				t.row.Cells = append(t.row.Cells, record)
				return
			}
			t.row.Cells = append(t.row.Cells, record[:i:i])
			record = record[i+1:]
			continue
		}
		cell, rest, more := t.unquote(record)
		t.row.Cells = append(t.row.Cells, cell)
		if !more {
			return
		}
		record = rest
	}
}

// unquote takes one quoted cell off a record; more says whether a delimiter
// followed it.
func (t *csvTable) unquote(record []byte) (cell, rest []byte, more bool) {
	write := 0
	for i := 1; i < len(record); i++ {
		if record[i] != '"' {
			record[write] = record[i]
			write++
			continue
		}
		if i+1 < len(record) && record[i+1] == '"' {
			record[write] = '"'
			write++
			i++
			continue
		}
		after := record[i+1:]
		end := bytes.IndexByte(after, t.delimiter)
		if end < 0 {
			end = len(after)
		}
		if end > 0 {
			t.row.Fault = BadQuoting
			write += copy(record[write:], after[:end])
		}
		if end < len(after) {
			return record[:write:write], after[end+1:], true
		}
		return record[:write:write], nil, false
	}
	return record[:write:write], nil, false
}

func trimReturn(record []byte) []byte {
	if n := len(record); n > 0 && record[n-1] == '\r' {
		return record[:n-1]
	}
	return record
}
