package catalog

import "fmt"

// Finding is one fault of the catalog.
type Finding struct {
	File string
	Line int    // 0 when the fault is not on one line
	Rule string // such as unknown_code; never renamed
	Code string // entry concerned
	Zh   string
	En   string
}

// String writes the finding on one line, in English.
func (f Finding) String() string {
	return fmt.Sprintf("%s:%d: %s: %s (%s)", f.File, f.Line, f.Code, f.En, f.Rule)
}

// wording is what a rule says in both languages, with the same details in the
// same order.
type wording struct{ zh, en string }

func wordings() map[string]wording {
	return map[string]wording{
		"duplicate_code":        {"代码重复", "the code is used twice"},
		"text_missing":          {"缺少%s", "%s is missing"},
		"unknown_code":          {"%s：没有%s这个代码", "%s: there is no %s"},
		"unknown_word":          {"%s不能是“%s”", "%s cannot be %q"},
		"count":                 {"%s应为%s个，实有%s个", "%s: %s stated, %s found"},
		"years":                 {"年份次序不对", "the years are out of order"},
		"item_missing":          {"规划文本第%s行的条目没有列入", "the item on line %s of the plan text is not listed"},
		"item_line":             {"规划文本第%s行不是这一条", "line %s of the plan text is not this item"},
		"goal_without_target":   {"主要目标下没有监测目标", "the goal has no target"},
		"sentence":              {"规划原文该处没有：%s", "the plan text does not say here: %s"},
		"printed_number":        {"引文中没有印出数值%s", "the sentence does not print %s"},
		"target_code":           {"代码应以%s开头", "the code must begin with %s"},
		"target_unit":           {"单位%s与指标的单位%s不符", "unit %s does not agree with %s of the indicator"},
		"trend_missing":         {"%s类目标须说明趋势规则", "a target of kind %s needs a trend rule"},
		"trend_forbidden":       {"%s类目标没有趋势规则", "a target of kind %s has no trend rule"},
		"value_missing":         {"%s类目标须有数值", "a target of kind %s needs a value"},
		"value_forbidden":       {"%s类目标没有数值", "a target of kind %s has no value"},
		"value_range":           {"目标值超出指标的有效范围", "the value is outside the valid range of the indicator"},
		"origin":                {"数值来源%s与有无数值不符", "origin %s does not agree with the value"},
		"tolerance":             {"%s类目标没有允许偏差", "a target of kind %s has no tolerance"},
		"polarity":              {"%s的方向不对", "the polarity does not agree with %s"},
		"reference_missing":     {"相对目标须有对照数列", "a relative target needs a reference"},
		"reference_itself":      {"对照数列就是它自己", "the reference is the series itself"},
		"sex_not_required":      {"分性别的目标，其指标%s须要求分性别", "the target is for one sex, so indicator %s must require both"},
		"age_not_required":      {"分年龄的目标，其指标%s须要求%s", "the target is for one age group, so indicator %s must require %s"},
		"area_not_required":     {"街道底线目标，其指标%s须按街道收集", "the target is for every street, so indicator %s must require areas"},
		"qualitative_series":    {"定性目标的指标%s须是部门评估或报告敏感数列", "a qualitative target cannot be judged by the figures of %s"},
		"milestone_series":      {"建成事项的指标%s须是建成事项类数据", "the target is a milestone, so indicator %s must be one"},
		"indicator_code":        {"代码应为%s的形式", "the code must be of the form %s"},
		"quotient_half":         {"分子和分母只写了一个", "only one of numerator and denominator is given"},
		"quotient_measure":      {"%s与有无分母不符", "measure %s does not agree with the denominator"},
		"assessment_unit":       {"评估结论的单位、数据类型或佐证不符", "unit, data kind and evidence of an assessment do not agree"},
		"valid_range":           {"有效范围为空", "the valid range is empty"},
		"per_base":              {"换算数须大于零", "per_base must be above zero"},
		"area_parent":           {"不能隶属于“%s”", "it cannot belong to %q"},
		"area_monitored":        {"监测的只能是规划地区及其街道", "the area of a plan and its streets are monitored, and no others"},
		"area_class":            {"%s年的城乡分类没有或不止一个", "in %s it has no class or more than one"},
		"age_bounds":            {"年龄界限与代码不符", "the bounds are not those of the code"},
		"alias_conflict":        {"同一写法既指%s又指%s", "the word stands for %s and for %s"},
		"alias_hides_code":      {"写法就是另一个代码%s", "the word is another code, %s"},
		"threshold_missing":     {"没有这个阈值", "the threshold is missing"},
		"threshold_span":        {"有效期重叠、中断或颠倒：%s", "spans overlap, leave a gap or are reversed at %s"},
		"muting_circle":         {"规则互相抑制", "the rule mutes itself, by way of others"},
		"rule_without_view":     {"没有alert_%s视图", "there is no view alert_%s"},
		"view_without_rule":     {"视图alert_%s没有列入规则目录", "the view alert_%s is not in the list of rules"},
		"holiday_weekend":       {"调休上班日不在周末", "the worked day is not on a weekend"},
		"form_without_due_date": {"表单没有报送期限", "nothing says when the form is due"},
		RuleTargetWithoutForm:   {"没有%s的表单收集%s", "no form of %s brings %s"},
		"comparison":            {"比较至少要有两个数，系数须大于零", "a comparison needs two figures, and factors above zero"},
		"notice_missing":        {"%s年没有放假通知", "%s has no notice"},
	}
}
