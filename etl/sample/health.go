package sample

// healthRow is one line of the return of the health bureau.
type healthRow struct {
	indicator, area, sex, unit string
	count
	value  string // rate as printed; empty where the bureau leaves it to be worked out
	remark string
}

// healthReturn gathers the lines of one return.
type healthReturn struct {
	rows               []healthRow
	hepatitisB, breast int // places of the lines that faults are planted in
}

// health makes the return of a year that runs from October to September.
func (d *district) health(year int) *healthReturn {
	r := &healthReturn{}
	d.mothers(r, year)
	d.screening(r, year)
	d.deaths(r, year)
	d.care(r, year)
	d.vaccination(r, year)
	return r
}

// mothers are the lines about pregnancy and birth.
func (d *district) mothers(r *healthReturn, year int) {
	i := year - FirstYear
	births, girls := d.births[year], d.girls[year]
	boys := births - girls
	delivered := births - yearly{4, 3, 3, 2, 1, 1, 0, 0}[i] // in a hospital
	women := births - births/100                            // twins have one mother
	tested := func(missed yearly) count { return count{women - missed[i], women} }

	couples := divide(d.couples(year)*98, 100)
	r.bySex("婚前医学检查率", percent,
		of(couples, d.along(year, 9470, 9880)), of(couples, d.along(year, 9410, 9850)))
	r.byStreet("孕产妇系统管理率", percent, of(births, d.along(year, 9080, 9560)))
	r.total("孕产妇住院分娩率", percent, count{delivered, births})
	risky := of(women, d.along(year, 1830, 2710)).numerator
	r.total("高危孕产妇住院分娩率", percent, count{risky, risky})
	r.total("孕产妇死亡率", per100000, count{maternalDeaths()[i], births})
	r.total("剖宫产率", percent, of(delivered, d.along(year, 4720, 4160)))
	r.total("产前筛查率", percent, of(women, d.along(year, 7850, 9140)))
	r.total("孕产妇艾滋病检测率", percent, tested(yearly{12, 10, 8, 6, 5, 3, 2, 1}))
	r.total("孕产妇梅毒检测率", percent, tested(yearly{14, 12, 9, 8, 6, 4, 3, 2}))
	r.hepatitisB = len(r.rows)
	r.total("孕产妇乙肝检测率", percent, tested(yearly{11, 9, 8, 6, 4, 3, 2, 1}))
	r.total("艾滋病母婴传播率", percent, count{0, yearly{2, 1, 0, 1, 2, 0, 1, 1}[i]})
	r.total("出生人口性别比", per100, count{boys, girls})

	late := births / 250 // born dead after the 28th week
	defects := yearly{188, 178, 168, 158, 148, 138, 128, 118}[i]
	r.bySex("出生缺陷发生率", per10000,
		of(girls+late/2, defects), of(boys+late-late/2, defects))
}

// maternalDeaths has two deaths in the baseline year, so that the one of 2025 is
// a case to review and not a target that was held and is lost.
func maternalDeaths() yearly { return yearly{0, 1, 2, 1, 0, 1, 0, 1} }

// neonatalDeaths end in 2025, so that the demonstration has one rare event.
func neonatalDeaths() (girls, boys yearly) {
	return yearly{2, 1, 1, 1, 1, 1, 0, 0}, yearly{2, 3, 2, 2, 1, 1, 1, 0}
}

// screening are the lines about women of 35 to 64. Cervical screening falls
// where the plan wants 70 percent, in the last two years by more than chance. The
// bureau never prints the rate of breast screening.
func (d *district) screening(r *healthReturn, year int) {
	women := d.along(year, 33800, 34900)
	cervical := yearly{5230, 5180, 5060, 4990, 4880, 4790, 4660, 4530}[year-FirstYear]
	r.total("适龄妇女宫颈癌人群筛查率", percent, of(women, d.near(cervical, 10)))
	r.breast = len(r.rows)
	r.total("适龄妇女乳腺癌人群筛查率", percent, of(women, d.along(year, 4020, 5790)))
	r.rows[r.breast].value = ""
}

// deaths are the lines about children who died, counted and not drawn: a seed
// must not make a death.
func (d *district) deaths(r *healthReturn, year int) {
	i := year - FirstYear
	girls, boys := d.girls[year], d.births[year]-d.girls[year]
	newbornGirls, newbornBoys := neonatalDeaths()
	for _, line := range []struct {
		indicator   string
		girls, boys yearly
	}{
		{"新生儿死亡率", newbornGirls, newbornBoys},
		{"婴儿死亡率", yearly{3, 2, 2, 2, 1, 1, 1, 1}, yearly{3, 4, 3, 2, 3, 2, 2, 1}},
		{"5岁以下儿童死亡率", yearly{3, 3, 2, 3, 2, 1, 2, 1}, yearly{5, 4, 4, 3, 3, 3, 2, 2}},
	} {
		r.bySex(line.indicator, permille, count{line.girls[i], girls}, count{line.boys[i], boys})
	}
}

// care are the lines about the health care of children. The management of
// children under 3 has held 90 percent every year, and breaks in 2025.
func (d *district) care(r *healthReturn, year int) {
	under3 := yearly{9240, 9260, 9220, 9210, 9190, 9160, 9120, 8860}[year-FirstYear]
	for _, line := range []struct {
		indicator      string
		cohorts        int
		perTenThousand int
	}{
		{"新生儿访视率", 1, d.along(year, 9310, 9680)},
		{"3岁以下儿童系统管理率", 3, d.near(under3, 8)},
		{"7岁以下儿童健康管理率", 7, d.along(year, 9330, 9610)},
	} {
		all, girls := d.born(year-line.cohorts+1, year)
		r.bySex(line.indicator, percent, of(girls, line.perTenThousand), of(all-girls, line.perTenThousand))
	}
}

// vaccination has a line for every street, for each of them has to hold 90
// percent. The streets start apart and draw together: in the last year what
// still differs is within the funnel.
func (d *district) vaccination(r *healthReturn, year int) {
	children, _ := d.born(year-6, year)
	rates := []int{d.along(year, 9610, 9710), d.along(year, 9540, 9690), d.along(year, 9420, 9670)}
	var whole count
	var streets []count
	for i, doses := range share(children*3, streetSizes()...) {
		street := of(doses, rates[i])
		streets = append(streets, street)
		whole = whole.plus(street)
	}
	r.total("适龄儿童免疫规划疫苗接种率", percent, whole)
	r.streets("适龄儿童免疫规划疫苗接种率", percent, streets)
}

// couples are the marriages registered in a calendar year.
func (d *district) couples(year int) int { return d.along(year, 1420, 905) }

func (r *healthReturn) add(indicator, area, sex, unit string, c count) {
	r.rows = append(r.rows, healthRow{indicator: indicator, area: area, sex: sex, unit: unit,
		count: c, value: c.rate(multiplier(unit), 2), remark: simulated})
}

func (r *healthReturn) total(indicator, unit string, c count) {
	r.add(indicator, districtName, bothSexes, unit, c)
}

func (r *healthReturn) bySex(indicator, unit string, f, m count) {
	r.total(indicator, unit, f.plus(m))
	r.add(indicator, districtName, female, unit, f)
	r.add(indicator, districtName, male, unit, m)
}

func (r *healthReturn) byStreet(indicator, unit string, c count) {
	r.total(indicator, unit, c)
	denominators := share(c.denominator, streetSizes()...)
	var streets []count
	for i, numerator := range share(c.numerator, denominators...) {
		streets = append(streets, count{numerator, denominators[i]})
	}
	r.streets(indicator, unit, streets)
}

func (r *healthReturn) streets(indicator, unit string, counts []count) {
	for i, name := range streetNames() {
		r.add(indicator, name, bothSexes, unit, counts[i])
	}
}
