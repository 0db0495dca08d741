package etl

import (
	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
)

// total is the SDMX code for "all of them"; a breakdown is never blank.
const total = "_T"

// place is the place of a dictionary column among the dictionaries.
type place uint8

const (
	areaDictionary place = iota
	indicatorDictionary
	sexDictionary
	ageDictionary
	residenceDictionary
	categoryDictionary
	sourceDictionary
	freqDictionary
	unitDictionary
	statusDictionary
	confidentialityDictionary
	sheetDictionary
	dictionaryCount
)

// dictionaries number the distinct texts of each dictionary column, so that a
// figure carries small integers and two figures compare without strings. One set
// serves a whole load.
type dictionaries [dictionaryCount]texts

// texts numbers distinct texts in the order of their first appearance.
type texts struct {
	numbers map[string]int32
	list    []string
}

func newDictionaries() *dictionaries {
	d := &dictionaries{}
	for i := range d {
		d[i].numbers = map[string]int32{}
	}
	d[categoryDictionary].number(total)
	return d
}

// number gives the number of a text, a new one for a new text.
func (t *texts) number(text string) int32 {
	if n, ok := t.numbers[text]; ok {
		return n
	}
	n := int32(len(t.list))
	t.numbers[text] = n
	t.list = append(t.list, text)
	return n
}

// numberOf is number for bytes; it allocates only for a new text.
func (t *texts) numberOf(text []byte) int32 {
	if n, ok := t.numbers[string(text)]; ok {
		return n
	}
	return t.number(string(text))
}

// values builds the dictionary array. The caller releases it.
func (t *texts) values(mem memory.Allocator) arrow.Array {
	builder := array.NewStringBuilder(mem)
	defer builder.Release()
	builder.AppendValues(t.list, nil)
	return builder.NewArray()
}
