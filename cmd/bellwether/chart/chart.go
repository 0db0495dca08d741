// Package chart draws the line of a yearly series in a terminal, in braille
// dots. Years without a figure break the line: nothing is drawn between them,
// because nothing is known there.
package chart

import (
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
	return Plot{Points: points, Reference: reference}.Draw(width, height)
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

// line sets one in every so many dots from one place to another.
func (c *canvas) line(x0, y0, x1, y1, every int) {
	steps := max(1, x1-x0, y1-y0, y0-y1)
	for i := 0; i <= steps; i += every {
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
