package chart

import (
	"fmt"
	"math"
	"strings"
)

// Forecast is a value that is expected for a later year, and the interval that
// it is expected in.
type Forecast struct {
	Year                int
	Value, Lower, Upper float64
}

// Plot is what one drawing shows.
type Plot struct {
	Points    []Point   // oldest first
	Reference float64   // such as a target, drawn as a dashed line; NaN is none
	Forecast  *Forecast // drawn as a dotted line that ends in an upright interval; nil is none
}

// Draw draws the plot in about width by height characters, with the scale on
// the left and the years below. Fewer than two points draw nothing.
func (p Plot) Draw(width, height int) string {
	if len(p.Points) < 2 || width < 30 || height < 3 {
		return ""
	}
	low, high := p.bounds()
	decimals := scaleDecimals(high - low)
	labels := []string{fmt.Sprintf("%.*f", decimals, high), fmt.Sprintf("%.*f", decimals, low)}
	margin := max(len(labels[0]), len(labels[1]))

	c := newCanvas(width-margin-2, height)
	first, last := p.Points[0].Year, p.lastYear()
	x := func(year int) int { return (year - first) * (c.dotsWide - 1) / (last - first) }
	y := func(value float64) int {
		return int(math.Round((high - value) / (high - low) * float64(c.dotsHigh-1)))
	}
	p.put(c, x, y)
	var b strings.Builder
	for row, text := range c.rows() {
		label := ""
		switch row {
		case 0:
			label = labels[0]
		case height - 1:
			label = labels[1]
		}
		fmt.Fprintf(&b, "%*s │%s\n", margin, label, strings.TrimRight(text, "⠀"))
	}
	axis := []byte(strings.Repeat(" ", margin+1+width-margin-2+1))
	mark := func(year int) {
		at := min(margin+1+x(year)/2, len(axis)-4)
		if strings.TrimSpace(string(axis[max(0, at-1):at+4])) == "" { // no label over another
			copy(axis[at:], fmt.Sprintf("%-4d", year))
		}
	}
	for _, year := range []int{first, last, p.Points[len(p.Points)-1].Year} {
		mark(year)
	}
	return b.String() + string(axis) + "\n"
}

// put draws the reference, the figures with the lines between them, and the
// forecast.
func (p Plot) put(c *canvas, x func(int) int, y func(float64) int) {
	if !math.IsNaN(p.Reference) {
		c.dashed(y(p.Reference))
	}
	for i, point := range p.Points {
		c.blot(x(point.Year), y(point.Value))
		if i > 0 && p.Points[i-1].Year == point.Year-1 {
			c.line(x(p.Points[i-1].Year), y(p.Points[i-1].Value), x(point.Year), y(point.Value), 1)
		}
	}
	if f := p.Forecast; f != nil {
		last := p.Points[len(p.Points)-1]
		c.line(x(last.Year), y(last.Value), x(f.Year), y(f.Value), 4)
		c.blot(x(f.Year), y(f.Value))
		c.line(x(f.Year), y(f.Upper), x(f.Year), y(f.Lower), 1)
	}
}

func (p Plot) lastYear() int {
	last := p.Points[len(p.Points)-1].Year
	if p.Forecast != nil {
		last = max(last, p.Forecast.Year)
	}
	return last
}

// bounds gives the scale: the span of all that is drawn. A constant series lies
// in the middle.
func (p Plot) bounds() (low, high float64) {
	var values []float64
	for _, point := range p.Points {
		values = append(values, point.Value)
	}
	if !math.IsNaN(p.Reference) {
		values = append(values, p.Reference)
	}
	if f := p.Forecast; f != nil {
		values = append(values, f.Value, f.Lower, f.Upper)
	}
	low, high = values[0], values[0]
	for _, v := range values {
		low, high = min(low, v), max(high, v)
	}
	if low == high {
		return low - 1, high + 1
	}
	return low, high
}
