package warehouse

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unsafe"

	"github.com/ClickHouse/ch-go/proto"
	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
)

// nativeColumn presents an exact array as a column of the native protocol,
// without copying more than masks and offsets. The column is valid for as long
// as the array is.
func nativeColumn(a arrow.Array, declared string) (proto.ColInput, error) {
	switch a := a.(type) {
	case *array.String:
		return textColumn(a, declared)
	case *array.Dictionary:
		return codeColumn(a, declared)
	case *array.List:
		return listColumn(a)
	case *array.Timestamp:
		values := proto.ColInt64(recast[arrow.Timestamp, int64](a.TimestampValues()))
		return proto.Alias(&values, proto.ColumnType(declared)), nil
	case *array.Date32:
		values := proto.ColDate32(recast[arrow.Date32, proto.Date32](a.Date32Values()))
		return &values, nil
	case *array.Float64:
		values := proto.ColFloat64(a.Float64Values())
		if strings.HasPrefix(declared, "Nullable(") {
			return &proto.ColNullable[float64]{Nulls: nullMask(a), Values: &values}, nil
		}
		return &values, nil
	}
	return integerColumn(a)
}

func integerColumn(a arrow.Array) (proto.ColInput, error) {
	switch a := a.(type) {
	case *array.Uint8:
		values := proto.ColUInt8(a.Uint8Values())
		return &values, nil
	case *array.Uint16:
		values := proto.ColUInt16(a.Uint16Values())
		return &values, nil
	case *array.Uint32:
		values := proto.ColUInt32(a.Uint32Values())
		return &values, nil
	case *array.Uint64:
		values := proto.ColUInt64(a.Uint64Values())
		return &values, nil
	case *array.Int8:
		values := proto.ColInt8(a.Int8Values())
		return &values, nil
	case *array.Int16:
		values := proto.ColInt16(a.Int16Values())
		return &values, nil
	case *array.Int32:
		values := proto.ColInt32(a.Int32Values())
		return &values, nil
	case *array.Int64:
		values := proto.ColInt64(a.Int64Values())
		return &values, nil
	}
	return nil, fmt.Errorf("%s cannot be sent", a.DataType())
}

// recast reads a slice as one of another type of the same size.
func recast[From, To any](values []From) []To {
	return unsafe.Slice((*To)(unsafe.Pointer(unsafe.SliceData(values))), len(values))
}

// nullMask has a 1 for each null.
func nullMask(a arrow.Array) proto.ColUInt8 {
	mask := make(proto.ColUInt8, a.Len())
	switch a.NullN() {
	case 0:
	case a.Len():
		for i := range mask {
			mask[i] = 1
		}
	default:
		valid, offset := a.NullBitmapBytes(), a.Data().Offset()
		for i := range mask {
			bit := offset + i
			mask[i] = ^valid[bit/8] >> (bit % 8) & 1
		}
	}
	return mask
}

// textColumn sends texts that are no dictionary.
func textColumn(a *array.String, declared string) (proto.ColInput, error) {
	switch {
	case declared == "String":
		return textBlock{a}, nil
	case declared == "LowCardinality(String)":
		column := new(proto.ColStr).LowCardinality()
		for i := range a.Len() {
			column.Append(a.Value(i))
		}
		return column, column.Prepare()
	}
	numbers, err := enumNumbers(declared)
	if err != nil {
		return nil, err
	}
	values := make(proto.ColEnum8, a.Len())
	for i := range values {
		number, ok := numbers[a.Value(i)]
		if !ok {
			return nil, fmt.Errorf("%q is no code of %s", a.Value(i), declared)
		}
		values[i] = number
	}
	return proto.Alias(&values, proto.ColumnType(declared)), nil
}

// textBlock writes the texts of an array, each behind its length, without a list of
// their places in between.
type textBlock struct{ texts *array.String }

// Type is that of the column.
func (b textBlock) Type() proto.ColumnType { return proto.ColumnTypeString }

// Rows is the number of texts.
func (b textBlock) Rows() int { return b.texts.Len() }

// EncodeColumn writes the texts into a buffer.
func (b textBlock) EncodeColumn(to *proto.Buffer) {
	bytes, offsets := b.texts.ValueBytes(), b.texts.ValueOffsets()
	to.Buf = slices.Grow(to.Buf, len(bytes)+2*b.texts.Len())
	for i := range b.texts.Len() {
		text := bytes[offsets[i]-offsets[0] : offsets[i+1]-offsets[0]]
		to.Buf = append(binary.AppendUvarint(to.Buf, uint64(len(text))), text...)
	}
}

// WriteColumn writes the texts to a connection.
func (b textBlock) WriteColumn(w *proto.Writer) { w.ChainBuffer(b.EncodeColumn) }

// words are the texts of a dictionary as a column of the protocol.
func words(a *array.String) *proto.ColStr {
	column := new(proto.ColStr)
	for i := range a.Len() {
		column.Append(a.Value(i))
	}
	return column
}

// codeColumn sends a dictionary as what the column is: codes as codes.
func codeColumn(a *array.Dictionary, declared string) (proto.ColInput, error) {
	dictionary := a.Dictionary().(*array.String)
	indices := a.Indices().(*array.Int32).Int32Values()
	switch {
	case declared == "LowCardinality(String)":
		return keyColumn(dictionary, indices), nil
	case declared == "String":
		column := new(proto.ColStr)
		for _, i := range indices {
			column.Append(dictionary.Value(int(i)))
		}
		return column, nil
	}
	numbers, err := enumNumbers(declared)
	if err != nil {
		return nil, err
	}
	known, numberOf := make([]bool, dictionary.Len()), make([]proto.Enum8, dictionary.Len())
	for i := range known {
		numberOf[i], known[i] = numbers[dictionary.Value(i)]
	}
	values := make(proto.ColEnum8, len(indices))
	for row, i := range indices {
		if !known[i] {
			return nil, fmt.Errorf("%q is no code of %s", dictionary.Value(int(i)), declared)
		}
		values[row] = numberOf[i]
	}
	return proto.Alias(&values, proto.ColumnType(declared)), nil
}

// keyColumn sends the numbers of a dictionary in as few bytes as its size allows.
func keyColumn(dictionary *array.String, indices []int32) *proto.ColLowCardinalityRaw {
	column := &proto.ColLowCardinalityRaw{Index: words(dictionary)}
	switch {
	case dictionary.Len() <= 1<<8:
		column.Key, column.Keys8 = proto.KeyUInt8, narrow[uint8](indices)
	case dictionary.Len() <= 1<<16:
		column.Key, column.Keys16 = proto.KeyUInt16, narrow[uint16](indices)
	default:
		column.Key, column.Keys32 = proto.KeyUInt32, recast[int32, uint32](indices)
	}
	return column
}

func narrow[To uint8 | uint16](indices []int32) []To {
	narrowed := make([]To, len(indices))
	for row, i := range indices {
		narrowed[row] = To(i)
	}
	return narrowed
}

// enumNumbers reads a type such as Enum8('_T' = 0, 'F' = 1).
func enumNumbers(declared string) (map[string]proto.Enum8, error) {
	list, ok := strings.CutPrefix(declared, "Enum8(")
	if !ok {
		return nil, fmt.Errorf("texts do not go into %s", declared)
	}
	numbers := map[string]proto.Enum8{}
	for _, item := range strings.Split(strings.TrimSuffix(list, ")"), ", ") {
		code, digits, _ := strings.Cut(item, " = ")
		number, err := strconv.ParseInt(digits, 10, 8)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", declared, err)
		}
		numbers[strings.Trim(code, "'")] = proto.Enum8(number)
	}
	return numbers, nil
}

func listColumn(a *array.List) (proto.ColInput, error) {
	texts, ok := a.ListValues().(*array.String)
	if !ok {
		return nil, fmt.Errorf("%s cannot be sent", a.DataType())
	}
	column := new(proto.ColStr).Array()
	for i := range a.Len() {
		column.Append(wordsOf(a, texts, i))
	}
	return column, nil
}

// wordsOf is one list of texts.
func wordsOf(a *array.List, texts *array.String, row int) []string {
	start, end := a.ValueOffsets(row)
	list := make([]string, 0, end-start)
	for i := start; i < end; i++ {
		list = append(list, texts.Value(int(i)))
	}
	return list
}
