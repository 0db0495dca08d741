// Package chart draws the line of a yearly series in a terminal, in braille
// dots. Years without a figure break the line: nothing is drawn between them,
// because nothing is known there.
package chart

import (
	"fmt"
	"math"
	"strings"
)

// Point is one year of a series. A year without a figure is left out.
type Point struct {
	Year  int
	Value float64
}

// Line draws the points, oldest first, in about width by height characters,
// with the scale on the left and the years below. A reference value such as a
// target is drawn as a dashed line when it is not NaN. Fewer than two points
// draw nothing.
func Line(points []Point, reference float64, width, height int) string {
	if len(points) < 2 || width < 30 || height < 3 {
		return ""
	}
	low, high := bounds(points, reference)
	decimals := scaleDecimals(high - low)
	labels := []string{fmt.Sprintf("%.*f", decimals, high), fmt.Sprintf("%.*f", decimals, low)}
	margin := max(len(labels[0]), len(labels[1]))

	c := newCanvas(width-margin-2, height)
	first, last := points[0].Year, points[len(points)-1].Year
	x := func(year int) int { return (year - first) * (c.dotsWide - 1) / (last - first) }
	y := func(value float64) int {
		return int(math.Round((high - value) / (high - low) * float64(c.dotsHigh-1)))
	}
	if !math.IsNaN(reference) {
		c.dashed(y(reference))
	}
	for i, p := range points {
		c.blot(x(p.Year), y(p.Value))
		if i > 0 && points[i-1].Year == p.Year-1 {
			c.line(x(points[i-1].Year), y(points[i-1].Value), x(p.Year), y(p.Value))
		}
	}
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
	fmt.Fprintf(&b, "%*s %-*d%d\n", margin, "", width-margin-2-4+1, first, last)
	return b.String()
}

// bounds gives the scale: the span of the figures and the reference. A constant
// series lies in the middle.
func bounds(points []Point, reference float64) (low, high float64) {
	low, high = points[0].Value, points[0].Value
	values := make([]float64, 0, len(points)+1)
	for _, p := range points {
		values = append(values, p.Value)
	}
	if !math.IsNaN(reference) {
		values = append(values, reference)
	}
	for _, v := range values {
		low, high = min(low, v), max(high, v)
	}
	if low == high {
		return low - 1, high + 1
	}
	return low, high
}

func scaleDecimals(span float64) int {
	return max(0, min(6, 2-int(math.Floor(math.Log10(span)))))
}

// canvas is a field of braille characters, each of two by four dots.
type canvas struct {
	dotsWide, dotsHigh int
	cells              [][]rune
}

func newCanvas(wide, high int) *canvas {
	c := &canvas{dotsWide: wide * 2, dotsHigh: high * 4}
	for range high {
		c.cells = append(c.cells, make([]rune, wide))
	}
	return c
}

// dots gives the bit of each dot within a character, by row and column.
func dots(row, column int) rune {
	return [4][2]rune{{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}}[row][column]
}

func (c *canvas) set(x, y int) {
	if x >= 0 && x < c.dotsWide && y >= 0 && y < c.dotsHigh {
		c.cells[y/4][x/2] |= dots(y%4, x%2)
	}
}

// blot marks a figure, so that it can be told from the line between figures.
func (c *canvas) blot(x, y int) {
	for _, dx := range []int{-1, 0, 1} {
		for _, dy := range []int{-1, 0, 1} {
			c.set(x+dx, y+dy)
		}
	}
}

func (c *canvas) dashed(y int) {
	for x := range c.dotsWide {
		if x%6 < 3 {
			c.set(x, y)
		}
	}
}

func (c *canvas) line(x0, y0, x1, y1 int) {
	steps := max(1, x1-x0, y1-y0, y0-y1)
	for i := range steps + 1 {
		c.set(x0+(x1-x0)*i/steps, y0+int(math.Round(float64((y1-y0)*i)/float64(steps))))
	}
}

func (c *canvas) rows() []string {
	lines := make([]string, len(c.cells))
	for i, row := range c.cells {
		var b strings.Builder
		for _, bits := range row {
			b.WriteRune('⠀' + bits)
		}
		lines[i] = b.String()
	}
	return lines
}
