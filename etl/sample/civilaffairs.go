package sample

import (
	"encoding/json"
	"strconv"
)

// welfareReturn is the return of the civil affairs bureau as its system sends
// it.
type welfareReturn struct {
	Agency string        `json:"agency"`
	Year   int           `json:"year"`
	Remark string        `json:"remark"`
	Data   []welfareItem `json:"data"`

	leaders int // place of the item that a fault is planted in
}

// welfareItem is one figure: a quotient with its parts, or a count.
type welfareItem struct {
	Item   string      `json:"item"`
	Area   string      `json:"area"`
	Sex    string      `json:"sex"`
	Part   *int        `json:"part,omitempty"`
	Whole  *int        `json:"whole,omitempty"`
	Value  json.Number `json:"value"`
	Unit   string      `json:"unit"`
	Remark string      `json:"remark"`
}

// civilAffairs makes the return of a calendar year.
func (d *district) civilAffairs(year int) *welfareReturn {
	i := year - FirstYear
	r := &welfareReturn{Agency: "秀峰区民政局", Year: year, Remark: notReal}

	r.quotient("社区居委会成员中女性比例", count{yearly{137, 138, 138, 142, 142, 142, 142, 142}[i], 279})
	r.quotient("社区居委会主任中女性比例", count{yearly{14, 14, 14, 16, 16, 16, 16, 16}[i], 31})
	r.leaders = len(r.Data)
	r.quotient("社会组织负责人中女性比例", of(d.along(year, 212, 252), d.along(year, 3050, 3660)))
	r.quotient("新婚夫妻接受家庭教育指导率", of(d.couples(year), d.along(year, 4150, 7210)))
	r.quotient("婚姻登记家庭辅导室建设覆盖率", count{1, 1})
	r.quotient("社区综合服务设施覆盖率", count{31, 31})
	r.number("面向家庭的公共服务项目数", "_T", yearly{6, 7, 8, 9, 11, 12, 14, 15}[i], "项")
	r.number("孤儿和事实无人抚养儿童月基本生活养育标准", "_T",
		yearly{1050, 1100, 1150, 1230, 1320, 1400, 1480, 1560}[i], "元/月")
	r.number("困境儿童分类保障制度和机制", "_T", yearly{0, 0, 1, 1, 1, 1, 1, 1}[i], "项")

	poor := d.along(year, 2380, 1990)
	r.quotients("符合条件困难人员应救尽救率", of(poor*48/100, 10000), of(poor-poor*48/100, 10000))
	old := d.along(year, 27600, 32400)
	care := d.along(year, 310, 820)
	r.quotients("享受基本养老服务的老年人比例", of(old*53/100, care), of(old-old*53/100, care))
	frail := d.along(year, 2230, 2470)
	care = d.along(year, 3840, 5960)
	r.quotients("失能人员照护服务覆盖率", of(frail*55/100, care+30), of(frail-frail*55/100, care-30))

	r.numbers("享受最低生活保障和特困供养人数", d.along(year, 2140, 1690), 46)
	r.numbers("纳入福利保障的儿童人数", yearly{138, 142, 149, 155, 163, 170, 178, 185}[i], 45)
	r.numbers("留守儿童数", yearly{96, 92, 88, 81, 77, 73, 70, 66}[i], 47)
	return r
}

func (r *welfareReturn) add(item welfareItem) {
	item.Area, item.Remark = districtName, simulated
	r.Data = append(r.Data, item)
}

func (r *welfareReturn) quotient(item string, c count) { r.quotientOf(item, "_T", c) }

func (r *welfareReturn) quotientOf(item, sex string, c count) {
	r.add(welfareItem{Item: item, Sex: sex, Part: &c.numerator, Whole: &c.denominator,
		Value: json.Number(c.rate(100, 1)), Unit: percent})
}

func (r *welfareReturn) quotients(item string, women, men count) {
	r.quotientOf(item, "_T", women.plus(men))
	r.quotientOf(item, "F", women)
	r.quotientOf(item, "M", men)
}

func (r *welfareReturn) number(item, sex string, n int, unit string) {
	r.add(welfareItem{Item: item, Sex: sex, Value: json.Number(strconv.Itoa(n)), Unit: unit})
}

func (r *welfareReturn) numbers(item string, n, womenPercent int) {
	women := n * womenPercent / 100
	r.number(item, "_T", n, "人")
	r.number(item, "F", women, "人")
	r.number(item, "M", n-women, "人")
}

// welfareCell gives the address of a value in the file.
func welfareCell(place int) string { return "$.data[" + strconv.Itoa(place) + "].value" }

// file writes the return as JSON.
func (r *welfareReturn) file() ([]byte, error) {
	data, err := json.MarshalIndent(r, "", "  ")
	return append(data, '\n'), err
}
