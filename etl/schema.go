package etl

import "github.com/apache/arrow/go/v15/arrow"

// BatchRows is the largest number of rows in a record batch.
const BatchRows = 32_768

// dictionary is the type of columns with few distinct texts. The
// dictionaries of one load grow from batch to batch; a code keeps its number.
func dictionary() arrow.DataType {
	return &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int32, ValueType: arrow.BinaryTypes.String}
}

// ObservationSchema describes the batches of observations. Names and meanings
// are those of the columns of fct_observation; only the six numbers may be null. A row
// with is_withdrawn 1 takes a figure back and gives none.
func ObservationSchema() *arrow.Schema {
	code, number := dictionary(), arrow.PrimitiveTypes.Float64
	return arrow.NewSchema([]arrow.Field{
		{Name: "area_code", Type: code},
		{Name: "indicator_code", Type: code},
		{Name: "sex", Type: code},
		{Name: "age_group", Type: code},
		{Name: "residence", Type: code},
		{Name: "category", Type: code},
		{Name: "source_code", Type: code},
		{Name: "period_year", Type: arrow.PrimitiveTypes.Uint16},
		{Name: "period_start", Type: arrow.FixedWidthTypes.Date32},
		{Name: "period_end", Type: arrow.FixedWidthTypes.Date32},
		{Name: "freq", Type: code},
		{Name: "numerator", Type: number, Nullable: true},
		{Name: "denominator", Type: number, Nullable: true},
		{Name: "value", Type: number, Nullable: true},
		{Name: "reported_value", Type: number, Nullable: true},
		{Name: "lower_bound", Type: number, Nullable: true},
		{Name: "upper_bound", Type: number, Nullable: true},
		{Name: "unit_code", Type: code},
		{Name: "obs_status", Type: code},
		{Name: "conf_status", Type: code},
		{Name: "note", Type: arrow.BinaryTypes.String},
		{Name: "sheet", Type: code},
		{Name: "cell", Type: arrow.BinaryTypes.String},
		{Name: "is_withdrawn", Type: arrow.PrimitiveTypes.Uint8},
	}, nil)
}

// RejectSchema describes the batches of rejects. Names and meanings are those
// of the columns of raw_reject; nothing is null.
func RejectSchema() *arrow.Schema {
	text := arrow.BinaryTypes.String
	return arrow.NewSchema([]arrow.Field{
		{Name: "sheet", Type: text},
		{Name: "cell", Type: text},
		{Name: "line", Type: arrow.PrimitiveTypes.Uint64},
		{Name: "column_name", Type: text},
		{Name: "reason_code", Type: text},
		{Name: "rule_number", Type: arrow.PrimitiveTypes.Uint8},
		{Name: "value_text", Type: text},
		{Name: "row_text", Type: text},
		{Name: "message_zh", Type: text},
		{Name: "message_en", Type: text},
		{Name: "cause_number", Type: arrow.PrimitiveTypes.Uint64},
		{Name: "expected_text", Type: text},
	}, nil)
}
