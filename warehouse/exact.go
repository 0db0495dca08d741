package warehouse

import (
	"fmt"
	"math"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
)

// millisecond is the type of DateTime64(3, 'UTC').
var millisecond = &arrow.TimestampType{Unit: arrow.Millisecond, TimeZone: "UTC"}

// exact returns the record with columns of exactly the types of the table. The
// engine would narrow 70000 to a UInt16 without a word and take null for 0, so
// integers are checked and converted here, and null is refused where the table
// takes none. Columns that are exact already are not copied. The caller
// releases the result.
func exact(r arrow.Record, columns []column) (arrow.Record, error) {
	if int(r.NumCols()) != len(columns) {
		return nil, fmt.Errorf("a record has %d columns, the first one had %d", r.NumCols(), len(columns))
	}
	fields := make([]arrow.Field, len(columns))
	arrays := make([]arrow.Array, len(columns))
	defer func() {
		for _, a := range arrays {
			if a != nil {
				a.Release()
			}
		}
	}()
	for i, c := range columns {
		if r.ColumnName(i) != c.Name {
			return nil, fmt.Errorf("column %d is %s, the first record had %s", i+1, r.ColumnName(i), c.Name)
		}
		a, err := exactColumn(r.Column(i), c.Type)
		if err != nil {
			return nil, fmt.Errorf("column %s: %w", c.Name, err)
		}
		arrays[i] = a
		fields[i] = arrow.Field{Name: c.Name, Type: a.DataType(), Nullable: strings.HasPrefix(c.Type, "Nullable(")}
	}
	return array.NewRecord(arrow.NewSchema(fields, nil), arrays, r.NumRows()), nil
}

func exactColumn(a arrow.Array, declared string) (arrow.Array, error) {
	inner, isNullable := strings.CutPrefix(declared, "Nullable(")
	if isNullable {
		inner = strings.TrimSuffix(inner, ")")
	} else if a.NullN() > 0 {
		return nil, fmt.Errorf("%d values are null, and %s takes none", a.NullN(), declared)
	}
	want, isText := arrowType(inner)
	switch {
	case isText && isTextArray(a), inner == "Array(String)" && isTextList(a), want != nil && arrow.TypeEqual(a.DataType(), want):
		a.Retain()
		return a, nil
	case want != nil && arrow.IsInteger(want.ID()) && arrow.IsInteger(a.DataType().ID()):
		return convertIntegers(a, want)
	}
	return nil, fmt.Errorf("%s does not go into %s", a.DataType(), declared)
}

// arrowType is the type that goes into a column bit by bit; a text goes into
// several.
func arrowType(declared string) (t arrow.DataType, isText bool) {
	switch declared {
	case "String", "LowCardinality(String)":
		return nil, true
	case "UInt8":
		return arrow.PrimitiveTypes.Uint8, false
	case "UInt16":
		return arrow.PrimitiveTypes.Uint16, false
	case "UInt32":
		return arrow.PrimitiveTypes.Uint32, false
	case "UInt64":
		return arrow.PrimitiveTypes.Uint64, false
	case "Int8":
		return arrow.PrimitiveTypes.Int8, false
	case "Int16":
		return arrow.PrimitiveTypes.Int16, false
	case "Int32":
		return arrow.PrimitiveTypes.Int32, false
	case "Int64":
		return arrow.PrimitiveTypes.Int64, false
	case "Float64":
		return arrow.PrimitiveTypes.Float64, false
	case "Date32":
		return arrow.FixedWidthTypes.Date32, false
	case "DateTime64(3, 'UTC')":
		return millisecond, false
	}
	return nil, strings.HasPrefix(declared, "Enum8(")
}

func isTextArray(a arrow.Array) bool {
	switch t := a.(type) {
	case *array.String:
		return true
	case *array.Dictionary:
		return t.Dictionary().DataType().ID() == arrow.STRING && t.Dictionary().NullN() == 0 && t.Indices().DataType().ID() == arrow.INT32
	}
	return false
}

// isTextList reports whether a is a list of texts without a null among them,
// whatever its type says about nulls.
func isTextList(a arrow.Array) bool {
	list, ok := a.(*array.List)
	return ok && list.ListValues().DataType().ID() == arrow.STRING && list.ListValues().NullN() == 0
}

// convertIntegers copies integers into another width, and refuses the column
// when one of them does not fit.
func convertIntegers(a arrow.Array, want arrow.DataType) (arrow.Array, error) {
	low, high := limits(want)
	b := array.NewBuilder(memory.DefaultAllocator, want)
	defer b.Release()
	for i := range a.Len() {
		if a.IsNull(i) {
			b.AppendNull()
			continue
		}
		text := a.ValueStr(i) // the one reading that serves all eight widths; such columns are rare
		if err := b.AppendValueFromString(text); err != nil {
			return nil, fmt.Errorf("row %d: %s does not lie within %d to %d", i, text, low, high)
		}
	}
	return b.NewArray(), nil
}

func limits(t arrow.DataType) (low int64, high uint64) {
	bits := t.(arrow.FixedWidthDataType).BitWidth()
	if arrow.IsUnsignedInteger(t.ID()) {
		return 0, math.MaxUint64 >> (64 - bits)
	}
	return math.MinInt64 >> (64 - bits), math.MaxInt64 >> (64 - bits)
}
