package etl

// Reason says why a figure was read but not believed. Codes are never renamed:
// return slips and statistics of rejects group by them, and each has its heading
// in the runbook.
type Reason struct {
	Code string // snake_case
	Rule uint8  // number of the validation rule, 0 when the figure could not be read at all
	Zh   string // meaning, Chinese
	En   string // meaning, English
}

// reasonID is the place of a reason in the list.
type reasonID uint8

const (
	noReason reasonID = iota
	badEncoding
	badQuoting
	shortRow
	longRow
	mergedValue
	badNumber
	missingValue
	unknownAction
	notPublished
	unknownIndicator
	unknownArea
	unknownSex
	unknownAgeGroup
	unknownResidence
	unknownCategory
	unknownUnit
	unknownStatus
	missingCode
	badPeriod
	unitMismatch
	negativeValue
	outOfRange
	badInterval
	numeratorExceedsDenominator
	incompletePair
	exclusivePair
	zeroDenominator
	rateDisagrees
	partsDisagree
	partExceedsWhole
	breakdownDisagrees
	duplicateKey
)

// Reasons lists every reason for which a figure is refused.
func Reasons() []Reason { return reasonTable()[1:] }

// reasonTable is indexed by reasonID.
func reasonTable() []Reason {
	return []Reason{
		noReason:         {},
		badEncoding:      {"bad_encoding", 0, "该行有无法识别的字符", "the record holds bytes that are no characters"},
		badQuoting:       {"bad_quoting", 0, "引号位置不对", "text follows a closing quotation mark"},
		shortRow:         {"short_row", 0, "该行列数少于表头", "the record has fewer cells than the header"},
		longRow:          {"long_row", 0, "该行列数多于表头", "the record has more cells than the header"},
		mergedValue:      {"merged_value", 0, "数值单元格被合并，无法判断属于哪一格", "the figure stands in a merged range"},
		badNumber:        {"bad_number", 0, "不是数字，也不是本表约定的缺失标记", "neither a number nor a missing mark of the form"},
		missingValue:     {"missing_value", 0, "没有数值，状态却为正常", "there is no figure although the status says normal"},
		unknownAction:    {"unknown_action", 0, "操作代码（ACTION）无法识别", "the action is none of I, A, M, R and D"},
		notPublished:     {"not_published", 0, "发布方标记为未发布或作废", "the publisher marks the record as not published"},
		unknownIndicator: {"unknown_indicator", 1, "指标不在目录中", "the indicator is not in the catalog"},
		unknownArea:      {"unknown_area", 1, "地区不在目录中", "the area is not in the catalog"},
		unknownSex:       {"unknown_sex", 1, "性别无法识别", "the sex is not known"},
		unknownAgeGroup:  {"unknown_age_group", 1, "年龄组不在目录中", "the age group is not in the catalog"},
		unknownResidence: {"unknown_residence", 1, "城乡分类无法识别", "the residence is not known"},
		unknownCategory:  {"unknown_category", 1, "分组代码无法使用", "the code of the breakdown cannot be used"},
		unknownUnit:      {"unknown_unit", 1, "计量单位无法识别", "the unit is not known"},
		unknownStatus:    {"unknown_status", 1, "数据状态代码无法识别", "the observation status is not known"},
		missingCode:      {"missing_code", 1, "必填的分组项为空", "a cell that says what the figure is about is empty"},
		badPeriod:        {"bad_period", 1, "年份或时期无法识别", "the year or period cannot be read"},
		unitMismatch:     {"unit_mismatch", 1, "计量单位与指标不符且不能换算", "the unit is not that of the indicator and cannot be converted"},
		negativeValue:    {"negative_value", 2, "数值不能为负", "the figure must not be negative"},
		outOfRange:       {"out_of_range", 2, "数值超出合理范围", "the figure is outside its credible range"},
		badInterval:      {"bad_interval", 2, "区间下限大于上限", "the interval ends before it begins"},
		numeratorExceedsDenominator: {"numerator_exceeds_denominator", 3, "分子大于分母",
			"the numerator exceeds the denominator"},
		incompletePair:     {"incomplete_pair", 4, "分子、分母只填了一项", "only one of numerator and denominator is given"},
		exclusivePair:      {"exclusive_pair", 4, "只能填报其中一项的指标填报了多项", "only one of these indicators may be given"},
		zeroDenominator:    {"zero_denominator", 4, "分母为零而分子不为零", "the denominator is zero while the numerator is not"},
		rateDisagrees:      {"rate_disagrees", 5, "报送的率与分子、分母计算结果不符", "the reported rate is not numerator over denominator"},
		partsDisagree:      {"parts_disagree", 6, "各项之和不等于合计", "the parts do not add up to the total"},
		partExceedsWhole:   {"part_exceeds_whole", 8, "其中项大于总数", "a part exceeds the whole it belongs to"},
		breakdownDisagrees: {"breakdown_disagrees", 7, "分性别、分城乡或分街道之和不等于合计", "the breakdown by sex, residence or area does not add up to the total"},
		duplicateKey:       {"duplicate_key", 9, "同一数据报送了两个不同的数", "the same figure is given twice with different values"},
	}
}
