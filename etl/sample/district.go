package sample

import (
	"fmt"
	"math/rand/v2"
)

// yearCount is the number of years with returns.
const yearCount = LastYear - FirstYear + 1

// yearly holds a number for each year with returns.
type yearly [yearCount]int

// firstBirths is the oldest cohort that a return of FirstYear still counts:
// those who leave junior secondary school.
const firstBirths = 2003

// district is the simulated district: some 160,000 people in three streets.
type district struct {
	random *rand.Rand
	births map[int]int // live births by health year
	girls  map[int]int // girls among them
}

// newDistrict makes a district from a seed.
func newDistrict(seed uint64) *district {
	d := &district{random: rand.New(rand.NewPCG(seed, 450302)), births: map[int]int{}, girls: map[int]int{}}
	// Births peak in 2017, after the second child was allowed, and fall since.
	births := []int{
		1470, 1480, 1490, 1510, 1540, 1560, 1570, 1590, 1640, 1720, 1740, 1830, 1810, 1960, 1980, // to 2017
		1870, 1790, 1690, 1590, 1480, 1390, 1350, 1270,
	}
	boysPer1000Girls := yearly{1121, 1112, 1100, 1092, 1083, 1073, 1064, 1055}
	size := 9900 + d.random.IntN(201)
	for i, n := range births {
		year := firstBirths + i
		ratio := boysPer1000Girls[0]
		if year >= FirstYear {
			ratio = boysPer1000Girls[year-FirstYear]
		}
		d.births[year] = n*size/10000 + d.random.IntN(11) - 5
		d.girls[year] = divide(d.births[year]*1000, 1000+ratio)
	}
	return d
}

// born gives the children born from one year to another.
func (d *district) born(from, to int) (all, girls int) {
	for year := from; year <= to; year++ {
		all += d.births[year]
		girls += d.girls[year]
	}
	return all, girls
}

// along gives a point of the straight line between the values of the first and
// the last year, moved by at most a quarter of the yearly step: neighbouring
// points never change places.
func (d *district) along(year, first, last int) int {
	point := first + divide((last-first)*(year-FirstYear), yearCount-1)
	return d.near(point, max(last-first, first-last)/(4*(yearCount-1)))
}

// near gives a number at most so far from another.
func (d *district) near(n, distance int) int {
	return n + d.random.IntN(2*distance+1) - distance
}

// count is a quotient as agencies count it.
type count struct{ numerator, denominator int }

// of gives so many ten-thousandths of a number.
func of(whole, perTenThousand int) count {
	return count{divide(whole*perTenThousand, 10000), whole}
}

func (c count) plus(other count) count {
	return count{c.numerator + other.numerator, c.denominator + other.denominator}
}

// rate prints the quotient times a multiplier with one or more decimals, or a
// dash where there is nothing to count.
func (c count) rate(multiplier, decimals int) string {
	if c.denominator == 0 {
		return "—"
	}
	scale := 1
	for range decimals {
		scale *= 10
	}
	n := divide(c.numerator*multiplier*scale, c.denominator)
	return fmt.Sprintf("%d.%0*d", n/scale, decimals, n%scale)
}

// share divides a total in proportion to weights. The parts add up to the
// total; a part is off by less than 1.
func share(total int, weights ...int) []int {
	sum := 0
	for _, weight := range weights {
		sum += weight
	}
	parts := make([]int, len(weights))
	given, passed := 0, 0
	for i, weight := range weights {
		passed += weight
		upTo := divide(total*passed, sum)
		parts[i] = upTo - given
		given = upTo
	}
	return parts
}

// divide divides and rounds half away from zero.
func divide(a, b int) int {
	if a < 0 {
		return -divide(-a, b)
	}
	return (2*a + b) / (2 * b)
}
