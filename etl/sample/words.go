package sample

// Words of the returns.
const (
	districtName = "秀峰区"
	districtCode = "450302"
	simulated    = "模拟数据"
	notReal      = "模拟数据，由程序生成，不是秀峰区的真实统计。Simulated by a program; these are not statistics of Xiufeng."
	female       = "女"
	male         = "男"
	bothSexes    = "合计"
)

// streetNames are the three streets, streetSizes their shares of the people in
// hundredths.
func streetNames() []string { return []string{"秀峰街道", "丽君街道", "甲山街道"} }
func streetSizes() []int    { return []int{31, 28, 41} }

// Units as the health bureau writes them.
const (
	percent   = "%"
	permille  = "‰"
	per10000  = "/万"
	per100000 = "/10万"
	per100    = "女=100"
)

// multiplier is what a quotient is multiplied by to be in a unit.
func multiplier(unit string) int {
	switch unit {
	case permille:
		return 1000
	case per10000:
		return 10000
	case per100000:
		return 100000
	}
	return 100
}
