package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"bellwether/cmd/bellwether/sheet"
)

// progress is how far the series has come: baseline, target, A, E and L.
func (p explanationPage) progress() {
	p.section("三、进度", "3. Progress")
	baseline := sheet.Absent
	if p.has("baseline_value") {
		baseline = fmt.Sprintf(p.text("%s 年：b = %s", "%s: b = %s"), p.column("baseline_year"), p.number("baseline_value"))
		if p.column("baseline_year") != p.column("plan_baseline_year") {
			baseline += p.text("（规划的基期没有可用的数值，取其后最近一年）", " (the baseline year of the plan has no usable value: the next one that has)")
		}
	}
	target := p.formula("target_number")
	if target == "" && p.has("target_number") {
		target = "T = " + p.number("target_number")
	}
	if p.has("tolerance") {
		target += fmt.Sprintf(p.text("；容差 d = %s", "; tolerance d = %s"), p.number("tolerance"))
	}
	progress := p.formula("progress")
	if progress == "" {
		progress = p.wordsFor(progressForms(), p.column("progress_form"))
	}
	p.list(
		p.fact("数值", "value", p.value()),
		p.fact("比上年", "change", p.formula("change_value")),
		p.fact("基期", "baseline", baseline),
		p.fact("目标", "target", target),
		p.fact("差距", "gap", joined(p.formula("gap_value"), p.missing())),
		p.fact("完成 A", "done, A", progress),
		p.fact("时间 E", "time, E", p.formula("elapsed")),
		p.fact("进度比 L", "pace, L", p.formula("relative_progress")),
		p.fact("所需年变化", "needed a year", p.formula("required_change")),
		p.fact("历史最好", "best ever", p.best()),
		p.fact("未保持的年份", "years not held", p.years("failed_years")),
		p.fact("低于底线", "below the floor", strings.Join(p.codes("failing_area_codes"), ", ")),
		p.fact("缺数地区", "areas without value", strings.Join(p.codes("missing_area_codes"), ", ")),
	)
}

func (p explanationPage) value() string {
	if !p.has("value") {
		return ""
	}
	text := p.formula("value")
	if text == "" {
		text = "y = " + p.number("value")
	}
	return fmt.Sprintf(p.text("%s 年：", "%s: "), p.column("data_year")) + text
}

func (p explanationPage) missing() string {
	if text := p.formula("missing_count"); text != "" {
		return p.text("还缺人（例）数 ", "persons or cases that are missing ") + text
	}
	return ""
}

func (p explanationPage) best() string {
	text := p.formula("best_change")
	if text == "" {
		return ""
	}
	return text + fmt.Sprintf(p.text("（%s–%s 年的年均变化）", " (mean of a year, %s to %s)"), p.column("best_from_year"), p.column("best_to_year"))
}

// years are those of a column as a list.
func (p explanationPage) years(name string) string {
	return strings.ReplaceAll(strings.Trim(p.column(name), "[]"), ",", ", ")
}

func (p explanationPage) codes(name string) []string {
	codes, _ := p.facts.get(0, name).([]string)
	return codes
}

// outlook is the forecast and what it is made of, or why there is none.
func (p explanationPage) outlook() {
	p.section("四、趋势和预测", "4. Trend and forecast")
	facts := []sheet.Fact{
		p.fact("取用的点", "points taken", p.years("fitted_years")),
		p.fact("最近五点", "last five points", p.wordsFor(trendWords(), p.column("recent_trend"))),
		p.fact("最近变化", "newest change", p.surprise()),
		p.fact("预测", "forecast", p.wordsFor(forecastReasons(), p.column("forecast_reason"))),
	}
	if p.has("forecast_value") {
		facts = append(facts, p.forecast()...)
	}
	p.list(facts...)
}

func (p explanationPage) forecast() []sheet.Fact {
	interval := ""
	if p.has("forecast_lower") {
		interval = fmt.Sprintf(p.text("约 80%%：%s 至 %s，即 c ± %s × %s（95%% 的 t 分位数，自由度 %s；误差 s）换算回原单位",
			"about 80 %%: %s to %s, which is c ± %s × %s (t quantile built for 95 %%, df %s; error s) in the unit"),
			p.number("forecast_lower"), p.number("forecast_upper"), p.exact("forecast_t_quantile"), p.exact("forecast_se"), p.column("forecast_df"))
	}
	probability := ""
	if v, ok := p.facts.number(0, "attain_probability"); ok {
		probability = "P " + probabilityText(v)
		if p.has("goal_t") {
			probability = fmt.Sprintf(p.text("P = F(t; 自由度 %s) %s；%s", "P = F(t; df %s) %s; %s"), p.column("forecast_df"), probabilityText(v), p.formula("goal_t"))
		}
	}
	return []sheet.Fact{
		p.fact("尺度", "scale", p.wordsFor(scaleWords(), p.column("forecast_scale"))),
		p.fact("最新值", "newest value", p.formula("forecast_last")),
		p.fact("斜率", "slope", fmt.Sprintf(p.text("m = %s 每年（Theil-Sen，各对点斜率的中位数）；提前 h = %s 年", "m = %s a year (Theil-Sen, the median slope of all pairs); h = %s years ahead"), p.exact("forecast_slope"), p.column("forecast_horizon"))),
		p.fact("中心", "centre", p.formula("forecast_centre")),
		p.fact("预测值", "forecast value", joined(fmt.Sprintf(p.text("%s 年：%s", "%s: %s"), p.column("forecast_year"), p.number("forecast_value")), p.formula("forecast_value"), p.capped())),
		p.fact("区间", "interval", interval),
		p.fact("目标在该尺度", "target on scale", p.formula("goal_on_scale")),
		p.fact("达标概率", "probability", probability),
	}
}

// capped says that a percentage does not leave 0 to 100 where its centre does.
func (p explanationPage) capped() string {
	value, _ := p.facts.number(0, "forecast_value")
	centre, _ := p.facts.number(0, "forecast_centre")
	if p.column("forecast_scale") != "identity" || value == centre {
		return ""
	}
	return p.text("百分比限于 0 至 100", "a percentage is held between 0 and 100")
}

// exact shows a number in as many digits as a person needs to go on with it.
func (p explanationPage) exact(name string) string {
	v, ok := p.facts.number(0, name)
	if !ok {
		return sheet.Absent
	}
	return digits(v)
}

// probabilityText shows four decimals, and that one is smaller than those.
func probabilityText(v float64) string {
	if v < 0.0001 {
		return "< 0.0001"
	}
	return fmt.Sprintf("= %.4f", v)
}

func (p explanationPage) surprise() string {
	probability, ok := p.facts.number(0, "surprise_probability")
	if !ok {
		return p.text("以往变化不足四次，或各次相等，不判断是否异常", "fewer than four earlier changes to hold it against, or equal ones")
	}
	text := p.text("按以往变化，出现这样大变化的概率 ", "probability of one as large, given those before ") + probabilityText(probability)
	if p.has("surprise_t") {
		text += fmt.Sprintf(p.text("（t = %s，自由度 %s，以往 %s 次变化）", " (t = %s, df %s, %s changes before)"),
			p.number("surprise_t"), p.column("surprise_df"), p.column("surprise_change_count"))
	}
	if p.has("surprise_change_percent") {
		text += fmt.Sprintf(p.text("；本次 %s%%", "; this one is %s %%"), p.number("surprise_change_percent"))
	}
	return text
}

// chance is what chance alone could have done to the value.
func (p explanationPage) chance() {
	p.section("五、偶然性", "5. Chance")
	interval, pooled := p.text("没有可计算的 95% 区间", "there is no 95 % interval"), ""
	if p.has("value_lower") {
		method := p.text("泊松精确或 Byar", "exact Poisson or Byar")
		if p.column("measure") == "proportion" {
			method = "Wilson"
		}
		interval = fmt.Sprintf(p.text("95%% 区间 %s 至 %s（%s）", "95 %% interval %s to %s (%s)"), p.number("value_lower"), p.number("value_upper"), method)
	}
	if p.has("pooled_value") {
		pooled = fmt.Sprintf(p.text("%s 年合并：%s；95%% 区间 %s 至 %s", "%s together: %s; 95 %% interval %s to %s"),
			p.years("pooled_years"), p.formula("pooled_value"), p.number("pooled_lower"), p.number("pooled_upper"))
	}
	p.list(
		p.fact("数值", "value", interval),
		p.fact("合并", "pooled", pooled),
		p.fact("确定性", "certainty", p.wordsFor(certaintyWords(), p.column("certainty"))),
	)
}

// bounds is the table of thresholds that were asked, in order. Validity and
// decision stand below it where they are the same for all.
func (p explanationPage) bounds() error {
	p.section("六、依次对照的门槛", "6. The thresholds, in the order in which they were asked")
	validity := p.validities()
	table := sheet.Sheet{Columns: []sheet.Column{
		{Zh: "对照", En: "Asked", Flex: true, Wrap: true},
		{Zh: "实际", En: "Found", Number: true, Show: p.small},
		{Zh: "界限", En: "Bound", Number: true},
		{Zh: "成立", En: "Holds"},
		{Zh: "参数", En: "Parameter"},
	}}
	if len(validity) > 1 {
		table.Columns = append(table.Columns, sheet.Column{Zh: "有效期和批准", En: "Valid, decided by", Flex: true, Wrap: true})
	}
	for r := range p.thresholds.rows {
		t := p.thresholds
		code := t.text(r, "threshold_code")
		holds := map[string]string{"1": p.text("是", "yes"), "0": p.text("否", "no")}[t.text(r, "is_true")]
		if t.text(r, "is_decisive") == "1" {
			holds += p.text("◀决定", " ◀ decides")
		}
		bound := strings.TrimSpace(t.text(r, "comparison") + " " + sheet.Text(t.get(r, "bound")))
		row := []any{p.wordsFor(thresholdWords(), code), t.get(r, "observed_value"), bound, holds, code}
		if len(validity) > 1 {
			row = append(row, p.validity(r))
		}
		table.Rows = append(table.Rows, row)
	}
	if err := p.app.write(table); err != nil {
		return err
	}
	if len(validity) == 1 {
		p.say("以上门槛：%s", "All of these: %s", validity[0])
	}
	return nil
}

// validities are the distinct spans and decisions of the thresholds.
func (p explanationPage) validities() []string {
	var all []string
	for r := range p.thresholds.rows {
		if text := p.validity(r); !slices.Contains(all, text) {
			all = append(all, text)
		}
	}
	return all
}

// validity says from when to when a threshold holds and who decided it.
func (p explanationPage) validity(r int) string {
	decided := p.text("未批准，为建议值", "not decided, a proposal")
	if by := p.thresholds.text(r, "decided_by"); by != "" {
		decided = p.text("批准：", "decided by ") + by
	}
	return fmt.Sprintf(p.text("有效期 %s 至 %s；%s", "valid %s to %s; %s"), day(p.thresholds.get(r, "valid_from")), day(p.thresholds.get(r, "valid_to")), decided)
}

// small shows what was found, nothing where there is nothing to hold against a
// bound.
func (p explanationPage) small(v any) string {
	if v == nil {
		return ""
	}
	return sheet.Rounded(4)(v)
}

func day(v any) string {
	moment, ok := v.(time.Time)
	if !ok {
		return sheet.Absent
	}
	return moment.Format("2006-01-02")
}

func (p explanationPage) conclusion() {
	p.section("七、结论", "7. What follows")
	p.list(
		p.fact("结论", "verdict", p.verdict()),
		p.fact("理由", "reason", fmt.Sprintf("%s (%s)", p.named("reason"), p.column("verdict_reason"))),
		p.fact("方法", "method", fmt.Sprintf(p.text("规则版本 %s，%s 判定", "version %s of the rules, judged on %s"), p.column("method_version"), day(p.facts.get(0, "settled_at")))),
		p.fact("数据批次", "vintage", p.vintage()),
	)
}

// vintage says which submission brought the newest value, and when.
func (p explanationPage) vintage() string {
	payload := p.column("payload_sha256")
	if payload == "" {
		return p.text("没有数值", "no value came")
	}
	return fmt.Sprintf(p.text("最新数值来自 %s，%s 装入", "the newest value came with payload %s, loaded on %s"), short(10)(payload), day(p.facts.get(0, "committed_at")))
}

// joined is what there is of several texts.
func joined(parts ...string) string {
	var kept []string
	for _, part := range parts {
		if part != "" {
			kept = append(kept, part)
		}
	}
	return strings.Join(kept, "; ")
}
