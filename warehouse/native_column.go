package warehouse

import (
	"fmt"
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

func nullMask(a arrow.Array) proto.ColUInt8 {
	mask := make(proto.ColUInt8, a.Len())
	if a.NullN() == 0 {
		return mask
	}
	for i := range mask {
		if a.IsNull(i) {
			mask[i] = 1
		}
	}
	return mask
}

// textColumn sends texts that are no dictionary.
func textColumn(a *array.String, declared string) (proto.ColInput, error) {
	switch {
	case declared == "String":
		return texts(a), nil
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

// texts shares the bytes and copies the offsets.
func texts(a *array.String) *proto.ColStr {
	column := &proto.ColStr{Buf: a.ValueBytes(), Pos: make([]proto.Position, a.Len())}
	offsets := a.ValueOffsets()
	for i := range column.Pos {
		column.Pos[i] = proto.Position{Start: int(offsets[i] - offsets[0]), End: int(offsets[i+1] - offsets[0])}
	}
	return column
}

// codeColumn sends a dictionary as what the column is: codes as codes.
func codeColumn(a *array.Dictionary, declared string) (proto.ColInput, error) {
	words := a.Dictionary().(*array.String)
	indices := a.Indices().(*array.Int32).Int32Values()
	switch {
	case declared == "LowCardinality(String)":
		return &proto.ColLowCardinalityRaw{Index: texts(words), Key: proto.KeyUInt32, Keys32: recast[int32, uint32](indices)}, nil
	case declared == "String":
		column := new(proto.ColStr)
		for _, i := range indices {
			column.Append(words.Value(int(i)))
		}
		return column, nil
	}
	numbers, err := enumNumbers(declared)
	if err != nil {
		return nil, err
	}
	values := make(proto.ColEnum8, len(indices))
	for row, i := range indices {
		number, ok := numbers[words.Value(int(i))]
		if !ok {
			return nil, fmt.Errorf("%q is no code of %s", words.Value(int(i)), declared)
		}
		values[row] = number
	}
	return proto.Alias(&values, proto.ColumnType(declared)), nil
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
	words, ok := a.ListValues().(*array.String)
	if !ok {
		return nil, fmt.Errorf("%s cannot be sent", a.DataType())
	}
	column := new(proto.ColStr).Array()
	for i := range a.Len() {
		column.Append(wordsOf(a, words, i))
	}
	return column, nil
}

// wordsOf is one list of texts.
func wordsOf(a *array.List, words *array.String, row int) []string {
	start, end := a.ValueOffsets(row)
	list := make([]string, 0, end-start)
	for i := start; i < end; i++ {
		list = append(list, words.Value(int(i)))
	}
	return list
}
