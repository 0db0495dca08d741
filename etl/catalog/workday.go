package catalog

import "time"

// Holiday is an exception to the working week.
type Holiday struct {
	Day    time.Time
	Kind   string // holiday (a day off) or workday (a weekend day that is worked)
	NameZh string
	Source string // notice it is taken from

	at position
}

func readHoliday(r *row) Holiday {
	return Holiday{r.date("day"), r.text("kind"), r.text("name_zh"), r.text("source"), r.position()}
}

// workdays knows which days are worked. In years without a notice only the
// weekend is off.
type workdays struct {
	isWorked map[time.Time]bool // exceptions only
}

func newWorkdays(holidays []Holiday) workdays {
	w := workdays{map[time.Time]bool{}}
	for _, h := range holidays {
		w.isWorked[h.Day] = h.Kind == "workday"
	}
	return w
}

// contains says whether a day is worked.
func (w workdays) contains(day time.Time) bool {
	if worked, ok := w.isWorked[day]; ok {
		return worked
	}
	return day.Weekday() != time.Saturday && day.Weekday() != time.Sunday
}

// onOrAfter is the day itself when it is worked, else the next one that is.
func (w workdays) onOrAfter(day time.Time) time.Time {
	for !w.contains(day) {
		day = day.AddDate(0, 0, 1)
	}
	return day
}

// after counts working days past a day: after(Friday, 1) is Monday.
func (w workdays) after(day time.Time, count int) time.Time {
	for range count {
		day = w.onOrAfter(day.AddDate(0, 0, 1))
	}
	return day
}
