package sample

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strconv"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// healthHeader is the number of records up to and with the header.
const healthHeader = 3

// healthCell gives the address of a cell in the file: the letter of its column
// and the number of its record.
func healthCell(column string, line int) string {
	return column + strconv.Itoa(healthHeader+line+1)
}

// file writes the return the way the bureau's system exports it: CSV in GB18030
// with a title, the reporting unit and remarks around the table.
func (r *healthReturn) file(year int) ([]byte, error) {
	var text bytes.Buffer
	w := csv.NewWriter(&text)
	w.UseCRLF = true
	records := [healthHeader][]string{
		{fmt.Sprintf("妇幼健康年报（%d年度）%s", year, simulated)},
		{"填报单位：秀峰区卫生健康局", "", "", fmt.Sprintf("统计时间：%d年10月1日至%d年9月30日", year-1, year)},
		{"指标名称", "地区", "性别", "城乡", "分子", "分母", "数值", "单位", "备注"},
	}
	width := len(records[healthHeader-1])
	write := func(record ...string) error {
		return w.Write(append(record, make([]string, width-len(record))...))
	}
	for _, record := range records {
		if err := write(record...); err != nil {
			return nil, err
		}
	}
	for _, row := range r.rows {
		err := write(row.indicator, row.area, row.sex, bothSexes,
			strconv.Itoa(row.numerator), strconv.Itoa(row.denominator), row.value, row.unit, row.remark)
		if err != nil {
			return nil, err
		}
	}
	if err := write("注：" + notReal); err != nil {
		return nil, err
	}
	w.Flush()
	return simplifiedchinese.GB18030.NewEncoder().Bytes(text.Bytes())
}
