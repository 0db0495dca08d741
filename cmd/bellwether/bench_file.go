package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"

	"bellwether/etl/catalog"
)

// writeBenchFile writes so many made-up figures of real indicators, countries,
// years, sexes and age groups: each a proportion with its parts, women and men
// adding up to the total. The same catalog gives the same bytes.
func writeBenchFile(path string, c *catalog.Catalog, rows int) (err error) {
	var indicators, areas []string
	for _, i := range c.Indicators {
		if i.Measure == "proportion" {
			indicators = append(indicators, i.Code)
		}
	}
	for _, a := range c.Areas {
		if a.Level == "country" {
			areas = append(areas, a.Code)
		}
	}
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	w := bufio.NewWriter(file)
	fmt.Fprintln(w, "indicator,area,year,sex,age,value,numerator,denominator")
	const firstYear, years = 2015, 11
	ages := []string{"_T", "Y0T4", "Y15T24", "Y_GE65"}
	for i := range rows {
		group := i / 3 // the three sexes of one place and time
		year := firstYear + group%years
		area := areas[group/years%len(areas)]
		indicator := indicators[group/(years*len(areas))%len(indicators)]
		age := ages[group/(years*len(areas)*len(indicators))%len(ages)]
		women, men := 300+group%191, 200+group%173
		numerator := []int{women, men, women + men}[i%3]
		fmt.Fprintf(w, "%s,%s,%d,%s,%s,%.4f,%d,%d\n", indicator, area, year, []string{"F", "M", "_T"}[i%3], age,
			100*float64(numerator)/float64(2000*(1+i%3/2)), numerator, 2000*(1+i%3/2))
	}
	return w.Flush()
}
