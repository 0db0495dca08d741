package sample

// streetCount is the number of streets.
const streetCount = 3

// people are the girls and boys of each street.
type people [streetCount][2]int

// Sexes of people.
const (
	girls = iota
	boys
)

// spread gives every street its share of the girls and boys of the district.
func spread(all, girlsOfAll int, sizes ...int) people {
	var p people
	for street, n := range share(girlsOfAll, sizes...) {
		p[street][girls] = n
	}
	for street, n := range share(all-girlsOfAll, sizes...) {
		p[street][boys] = n
	}
	return p
}

// total counts the people of all streets.
func (p people) total() int {
	n := 0
	for _, street := range p {
		n += street[girls] + street[boys]
	}
	return n
}

// some picks so many of the people, girls more often than boys by lean
// ten-thousandths and as much less often when it is negative. Without a lean
// nobody is picked twice, however many are picked.
func (p people) some(n, lean int) people {
	var weights []int
	for _, street := range p {
		weights = append(weights, street[girls]*(10000+lean), street[boys]*(10000-lean))
	}
	var picked people
	for i, n := range share(n, weights...) {
		picked[i/2][i%2] = n
	}
	return picked
}

// part picks so many ten-thousandths of the people.
func (p people) part(perTenThousand, lean int) people {
	return p.some(divide(p.total()*perTenThousand, 10000), lean)
}

// education makes the return of a school year, which is named for the year it
// ends in.
func (d *district) education(year int) educationReturn {
	r := educationReturn{year: year}
	d.kindergartens(&r)
	d.pupils(&r)
	d.fitness(&r)
	d.schools(&r)
	return r
}

// kindergartens are the columns about children of 3 to 5.
func (d *district) kindergartens(r *educationReturn) {
	all, ofGirls := d.born(r.year-5, r.year-3)
	population := spread(all, ofGirls, streetSizes()...)
	enrolled := population.part(d.along(r.year, 9210, 9790), 20)
	r.split("在园幼儿数", enrolled, enrolled)
	r.split("3—5岁人口数", population, population)
	r.split("普惠性幼儿园在园幼儿数", enrolled.part(d.along(r.year, 8450, 9190), 0), enrolled)
	r.split("公办幼儿园在园幼儿数", enrolled.part(d.along(r.year, 4180, 5090), -40), enrolled)
}

// pupils are the columns about enrolment. In 2025 the list of disabled children
// comes without their sex.
func (d *district) pupils(r *educationReturn) {
	i := r.year - FirstYear
	all, ofGirls := d.born(r.year-14, r.year-6)
	population := spread(all, ofGirls, streetSizes()...)
	r.split("义务教育入学人数", population, population)
	r.split("义务教育适龄人口数", population, population)

	all, ofGirls = d.born(r.year-15, r.year-15)
	cohort := spread(all, ofGirls, juniorSizes()...)
	r.split("初中毕业班学生数", cohort.part(d.along(r.year, 9690, 9960), 0), cohort)
	r.split("该届小学入学人数", cohort, cohort)

	disabled := yearly{58, 60, 61, 63, 64, 66, 65, 67}[i]
	known := spread(disabled, disabled*38/100, streetSizes()...)
	r.split("接受义务教育残疾儿童数", known.some(yearly{53, 55, 57, 59, 61, 63, 63, 66}[i], 0), known)
	r.split("适龄残疾儿童数", known, known)
	if r.year == LastYear {
		r.groups[len(r.groups)-2].leaveSexesEmpty()
		r.groups[len(r.groups)-1].leaveSexesEmpty()
	}
}

// fitness are the columns about bodies and eyes. The share that is fit goes up
// and down by more than ten points a year.
func (d *district) fitness(r *educationReturn) {
	all, ofGirls := d.born(r.year-14, r.year-6)
	tested := spread(all*92/100, ofGirls*92/100, streetSizes()...)
	fit := yearly{5260, 6320, 5410, 6590, 5330, 6720, 5240, 6830}[r.year-FirstYear]
	r.split("体质健康优良学生数", tested.part(d.near(fit, 20), 150), tested)
	r.split("体质健康测试学生数", tested, tested)

	all, ofGirls = d.born(r.year-11, r.year-6)
	pupils := spread(all*97/100, ofGirls*97/100, streetSizes()...)
	r.split("小学近视人数", pupils.part(d.along(r.year, 4120, 3660), 200), pupils)
	r.split("小学视力检查人数", pupils, pupils)

	all, ofGirls = d.born(r.year-14, r.year-12)
	students := spread(all*97/100, ofGirls*97/100, juniorSizes()...)
	r.split("初中近视人数", students.part(d.along(r.year, 6720, 6230), 300), students)
	r.split("初中视力检查人数", students, students)
}

// juniorSizes are the shares of the streets in junior secondary schools, which
// 丽君街道 has none of.
func juniorSizes() []int { return []int{43, 0, 57} }

// schools are the columns about teachers, places and schools.
func (d *district) schools(r *educationReturn) {
	i := r.year - FirstYear
	teachers := d.along(r.year, 745, 872)
	staff := spread(teachers, teachers*78/100, streetSizes()...)
	r.split("专任教师数", staff, staff)
	r.alone("幼儿园学位数", share(d.along(r.year, 5150, 5990), streetSizes()...))
	schools := []int{9, 8, 11}
	r.alone("配备心理健康教师的学校数", share(yearly{17, 18, 20, 21, 22, 23, 24, 25}[i], schools...))
	r.alone("建立预防性侵机制的学校数", share(yearly{12, 18, 22, 28, 28, 28, 28, 28}[i], schools...))
	r.alone("中小学校数", schools)
	r.marked("因贫失学人数", notCollected)
}
