package main

import (
	"fmt"
	"math"
	"strings"

	"bellwether/cmd/bellwether/chart"
	"bellwether/cmd/bellwether/sheet"
)

// explanationPage prints an explanation for a person, section by section. Each
// number comes from the warehouse; what is a result of others stands behind them.
type explanationPage struct {
	*app
	explanation
}

func (p explanationPage) write() error {
	p.head()
	p.words()
	if err := p.figures(); err != nil {
		return err
	}
	p.progress()
	p.outlook()
	p.chance()
	if err := p.bounds(); err != nil {
		return err
	}
	p.conclusion()
	return nil
}

// text is a column, in the language of the person where it has two.
func (p explanationPage) column(name string) string { return p.facts.text(0, name) }

func (p explanationPage) named(name string) string {
	return p.facts.text(0, p.inLanguage(name))
}

// number shows a number, — where there is none.
func (p explanationPage) number(name string) string {
	return sheet.Rounded(4)(p.facts.get(0, name))
}

func (p explanationPage) has(name string) bool { return p.facts.get(0, name) != nil }

func (p explanationPage) formula(key string) string { return formulaOf(p.formulas, key) }

func (p explanationPage) section(zh, en string) { fmt.Fprintf(p.out, "\n%s\n", p.text(zh, en)) }

// facts writes names and texts below each other.
func (p explanationPage) list(facts ...sheet.Fact) {
	if err := sheet.WriteFacts(p.out, facts, p.width()); err != nil {
		p.logger.Error("write answer", "error", err)
	}
}

func (p explanationPage) fact(zh, en, text string) sheet.Fact {
	return sheet.Fact{Name: p.text(zh, en), Text: text}
}

func (p explanationPage) head() {
	fmt.Fprintf(p.out, "%s  %s  %s %s  %s\n", p.column("target_code"), p.named("name"), p.named("area"), p.column("area_code"), p.column("period_year"))
	p.list(
		p.fact("结论", "verdict", p.verdict()),
		p.fact("说明", "why", p.named("reason")),
	)
}

func (p explanationPage) verdict() string {
	text := fmt.Sprintf("%s (%s)", p.named("verdict"), p.column("verdict"))
	if p.column("certainty") != "" {
		text += p.text("；确定性：", "; certainty: ") + fmt.Sprintf("%s (%s)", p.named("certainty"), p.column("certainty"))
	}
	return text
}

// words is what the plan says, and how it was read.
func (p explanationPage) words() {
	p.section("一、规划的原文和读法", "1. The words of the plan, and how they were read")
	number := p.number("printed_value")
	if p.column("kind") == "baseline_relative" {
		number += " %"
	} else if p.has("printed_value") {
		number += " " + p.named("unit")
	}
	kind := p.named("kind")
	if rule := p.named("trend_rule"); rule != "" {
		kind += p.text("，", ", ") + rule
	}
	scope := []string{}
	for _, part := range []string{"target_area_level", "sex", "age_group", "residence", "category"} {
		if value := p.column(part); value != "_T" && value != "" {
			scope = append(scope, value)
		}
	}
	reference := ""
	if measure := p.column("reference_measure"); measure != "" {
		reference = fmt.Sprintf("%s %s %s", measure, p.text("对照", "against"), strings.Join([]string{
			p.column("reference_indicator_code"), p.column("reference_sex"), p.column("reference_category")}, " "))
	}
	p.list(
		p.fact("原文", "sentence", p.column("sentence_zh")),
		p.fact("出处", "where", fmt.Sprintf(p.text("%s，%s，规划文本第 %s 行", "%s, %s, line %s of the text"), p.named("plan"), p.column("item_code"), p.column("line_number"))),
		p.fact("读法", "read as", joined(fmt.Sprintf("%s (%s)", kind, p.column("kind")), fmt.Sprintf("%s (%s)", p.named("mode"), p.column("mode")))),
		p.fact("数字", "number", joined(number, fmt.Sprintf("%s (%s)", p.named("value_origin"), p.column("value_origin")))),
		p.fact("范围", "scope", strings.Join(scope, " ")),
		p.fact("对照", "reference", reference),
		p.fact("期限", "span", fmt.Sprintf(p.text("基期 %s 年，期限 %s 年", "baseline %s, deadline %s"), p.column("plan_baseline_year"), p.column("deadline_year"))),
		p.fact("指标", "indicator", fmt.Sprintf("%s (%s, %s)", p.named("indicator"), p.column("indicator_code"), p.column("agency_code"))),
		p.fact("备注", "note", p.column("note")),
	)
}

// figures is the line of the series and the table of what it is made of.
func (p explanationPage) figures() error {
	p.section("二、数值和出处", "2. The figures and where they come from")
	if line := p.plot(); line != "" {
		fmt.Fprint(p.out, line)
		p.say("%s", "%s", p.legend())
	}
	uses := pointUses()
	err := p.app.write(p.points.sheet(
		sheet.Column{Key: "period_year", Zh: "年份", En: "Year", Number: true, Show: sheet.Plain},
		sheet.Column{Key: "area_code", Zh: "地区", En: "Area", Show: p.otherArea},
		sheet.Column{Key: "value", Zh: "数值", En: "Value", Number: true, Show: sheet.Rounded(4)},
		sheet.Column{Key: "numerator", Zh: "分子", En: "Num.", Number: true},
		sheet.Column{Key: "denominator", Zh: "分母", En: "Den.", Number: true},
		sheet.Column{Key: "measured_value", Zh: "判定值", En: "Judged", Number: true, Show: p.measured},
		sheet.Column{Key: "obs_status", Zh: "状态", En: "St."},
		sheet.Column{Key: "point_use", Zh: "用途", En: "Use", Show: func(v any) string { return p.wordsFor(uses, sheet.Text(v)) }},
		sheet.Column{Key: "source_code", Zh: "来源", En: "Source"},
		sheet.Column{Key: "file_name", Zh: "文件", En: "File", Flex: true, Wrap: true},
		sheet.Column{Key: "sheet", Zh: "表", En: "Sheet", Flex: true},
		sheet.Column{Key: "cell", Zh: "单元格", En: "Cell"},
		sheet.Column{Key: "payload_sha256", Zh: "SHA-256", En: "SHA-256", Show: short(8)},
	))
	if err != nil {
		return err
	}
	if p.has("break_year") {
		p.say("断点：%s 年起数值与以前不可比，之前的不计入也不拟合", "Break: from %s on the figures are not comparable with those before, which are neither counted nor fitted", p.column("break_year"))
	}
	return nil
}

// legend says what the drawing shows.
func (p explanationPage) legend() string {
	text := p.text("  ● 数值  ┄ 目标", "  ● figures  ┄ target")
	if p.has("forecast_value") {
		text += p.text("  · 预测  │ 预测的约 80% 区间", "  · forecast  │ its interval of about 80 %")
	}
	return text + "\n"
}

// otherArea shows the area of a figure where it is not that of the verdict.
func (p explanationPage) otherArea(v any) string {
	if code := sheet.Text(v); code != p.column("area_code") {
		return code
	}
	return ""
}

// measured shows what is judged where it is not the figure itself.
func (p explanationPage) measured(v any) string {
	if p.column("reference_measure") == "" || v == nil {
		return ""
	}
	return sheet.Rounded(4)(v)
}

// plot draws what is judged, the target and the forecast.
func (p explanationPage) plot() string {
	drawing := chart.Plot{Reference: math.NaN()}
	for r := range p.points.rows {
		year, _ := p.points.number(r, "period_year")
		value, ok := p.points.number(r, "measured_value")
		if ok && p.points.text(r, "role") == "own" {
			drawing.Points = append(drawing.Points, chart.Point{Year: int(year), Value: value})
		}
	}
	if number, ok := p.facts.number(0, "target_number"); ok {
		drawing.Reference = number
	}
	year, _ := p.facts.number(0, "forecast_year")
	value, isForecast := p.facts.number(0, "forecast_value")
	lower, isBounded := p.facts.number(0, "forecast_lower")
	upper, _ := p.facts.number(0, "forecast_upper")
	if isForecast {
		drawing.Forecast = &chart.Forecast{Year: int(year), Value: value, Lower: value, Upper: value}
		if isBounded {
			drawing.Forecast.Lower, drawing.Forecast.Upper = lower, upper
		}
	}
	return drawing.Draw(min(p.width(), 100), 9)
}
