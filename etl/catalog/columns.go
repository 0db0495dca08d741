package catalog

import "github.com/apache/arrow/go/v15/arrow"

// field is a column of a dim_ table: its name and how its values are held.
type field struct {
	name     string
	kind     arrow.DataType
	nullable bool
}

func texts(names ...string) []field {
	fields := make([]field, len(names))
	for i, name := range names {
		fields[i] = field{name, arrow.BinaryTypes.String, false}
	}
	return fields
}

func u8(name string) field  { return field{name, arrow.PrimitiveTypes.Uint8, false} }
func i8(name string) field  { return field{name, arrow.PrimitiveTypes.Int8, false} }
func u16(name string) field { return field{name, arrow.PrimitiveTypes.Uint16, false} }
func u32(name string) field { return field{name, arrow.PrimitiveTypes.Uint32, false} }
func f64(name string) field { return field{name, arrow.PrimitiveTypes.Float64, false} }
func day(name string) field { return field{name, arrow.FixedWidthTypes.Date32, false} }
func optional(name string) field {
	return field{name, arrow.PrimitiveTypes.Float64, true}
}
func list(name string) field {
	return field{name, arrow.ListOfNonNullable(arrow.BinaryTypes.String), false}
}

// join makes one list of columns out of several; parts are []field or field.
func join(parts ...any) []field {
	var fields []field
	for _, part := range parts {
		switch part := part.(type) {
		case field:
			fields = append(fields, part)
		case []field:
			fields = append(fields, part...)
		}
	}
	return fields
}

// columnsOf gives the columns of each dim_ table that the catalog fills, in the
// order of the migration, without those that the warehouse adds when it writes.
func columnsOf() map[string][]field {
	return map[string][]field{
		"dim_plan": join(
			texts("plan_code", "name_zh", "name_en", "area_code", "document_code"), day("issued_on"),
			u16("baseline_year"), u16("start_year"), u16("midterm_year"), u16("deadline_year")),
		"dim_domain": join(
			texts("domain_code", "plan_code"), u8("domain_number"), texts("name_zh", "name_en")),
		"dim_plan_item": join(
			texts("item_code", "domain_code", "section"), u8("item_number"), texts("text_zh"), u32("line_number")),
		"dim_agency": texts("agency_code", "name_zh", "name_en", "kind", "licence", "attribution"),
		"dim_indicator": join(
			texts("indicator_code", "name_zh", "name_en", "definition_zh", "numerator_zh", "denominator_zh", "unit_code"),
			f64("multiplier"), texts("measure"), i8("polarity"), optional("valid_min"), optional("valid_max"), u8("decimals"),
			texts("agency_code", "denominator_agency_code", "data_kind", "statistical_year"),
			u8("requires_sex"), u8("requires_residence"), u8("requires_area"), list("required_age_groups"),
			u8("is_rare_event"), u8("is_small_number"), u8("is_reporting_sensitive"), texts("topic", "note")),
		"dim_target": join(
			texts("target_code", "plan_code", "domain_code", "item_code", "section", "indicator_code", "name_zh", "name_en"),
			texts("kind", "trend_rule", "mode", "value_origin"), optional("target_value"), optional("tolerance"),
			texts("unit_code"), i8("polarity"), texts("sex", "age_group", "residence", "category", "area_level"),
			texts("reference_indicator_code", "reference_sex", "reference_category", "reference_measure"),
			u16("baseline_year"), u16("deadline_year"), texts("sentence_zh"), u32("line_number"), texts("note")),
		"dim_area": join(texts("area_code", "parent_code", "level", "name_zh", "name_en"), u8("is_monitored")),
		"dim_area_class": join(
			texts("area_code"), u16("valid_from_year"), u16("valid_to_year"), texts("residence", "source")),
		"dim_age_group": join(texts("age_group_code", "name_zh", "name_en"), u16("lower_months"), u16("upper_months")),
		"dim_code":      join(texts("list_code", "code", "name_zh", "name_en"), u16("sort_order")),
		"dim_alias":     texts("list_code", "publisher_code", "alias", "code"),
		"dim_threshold": join(
			texts("threshold_code"), f64("value"), texts("unit_code"), day("valid_from"), day("valid_to"),
			texts("decided_by", "note")),
		"dim_submission": join(texts("form_code", "agency_code"), u16("period_year"), day("due_date"), day("late_date")),
		"dim_expected_cell": texts(
			"form_code", "indicator_code", "sex", "age_group", "residence", "category", "area_level"),
		"dim_sum":     join(texts("form_code"), u8("sum_number"), texts("whole_code", "part_code", "kind")),
		"dim_holiday": join(day("day"), texts("kind", "name_zh", "source")),
		"dim_break": join(
			texts("indicator_code", "area_code"), u16("break_year"), texts("kind", "text_zh", "text_en", "source")),
		"dim_rule": join(
			texts("rule_code", "name_zh", "name_en"), list("muted_by"), u16("budget_count"), texts("owner"),
			u8("is_enabled"), day("valid_from"), day("valid_to")),
		"dim_check": join(
			texts("check_code"), u8("rule_number"), u16("version"), texts("name_zh", "name_en", "class", "answer", "place", "missing"),
			day("valid_from"), day("valid_to"), texts("note")),
		"dim_comparison": join(
			texts("comparison_code", "name_zh", "name_en", "indicator_code", "operand"), f64("factor"),
			optional("tolerance_percent"), texts("note")),
	}
}
