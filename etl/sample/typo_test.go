package sample_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"bellwether/warehouse"
)

// plant is a copy of every yearly series of the district under an area of its
// own, changed as SQL says: by is the factor of a year, with nth counting back
// from the newest.
type plant struct {
	area, of, by string
	isTypo       bool
}

func plants() []plant {
	const once = "if(nth = 0, 10, 1)"
	return []plant{
		{"450302901", "numerator", once, true},                                      // a nought too many
		{"450302902", "denominator", once, true},                                    // in the base
		{"450302903", "numerator", "if(nth = 0, 0.1, 1)", true},                     // the point one place to the left
		{"450302904", "numerator", "if(nth % 2 = 0, 0.8, 1)", false},                // down by a fifth every other year
		{"450302905", "numerator", "if(nth % 2 = 0, 1, 0.7)", false},                // up by two fifths every other year
		{"450302906", "numerator", "[1, 0.75, 0.9][nth % 3 + 1]", false},            // a cycle of three years
		{"450302907", "numerator", "pow(1.06, -toFloat64(nth))", false},             // a steady rise
		{"450302908", "numerator", "1 + 0.01 * (cityHash64(code, nth) % 5)", false}, // a little noise
	}
}

// write copies the series into both tables, as a commit leaves them.
func (p plant) write(t *testing.T, conn driver.Conn) {
	t.Helper()
	for _, table := range []string{"fct_observation", "fct_observation_current"} {
		years := ""
		if table == "fct_observation_current" {
			years = "and period_year in (select period_year from raw_current_year)"
		}
		numerator, denominator := "1", "1"
		if p.of == "numerator" {
			numerator = p.by
		} else {
			denominator = p.by
		}
		statement := fmt.Sprintf(`
			insert into %s (area_code, indicator_code, sex, age_group, residence, category, source_code, period_year, period_start, period_end,
				freq, numerator, denominator, value, unit_code, obs_status, conf_status, form_code, cell, version)
			with dated as (
				select *, toString(indicator_code) as code, max(period_year) over (partition by indicator_code, sex) - period_year as nth
				from (select * from core_observation where area_code = '450302' and freq = 'A' and isNotNull(value))
			)
			select '%s', indicator_code, sex, age_group, residence, category, source_code, period_year, period_start, period_end,
				freq, round(numerator * %s), round(denominator * %s),
				if(isNull(denominator), value * %s, value * (round(numerator * %s) / nullIf(numerator, 0)) / (round(denominator * %s) / denominator)),
				unit_code, obs_status, conf_status, form_code, cell, version
			from dated
			where value != 0 and (isNull(denominator) or numerator > 0) %s`,
			table, p.area, numerator, denominator, numerator, numerator, denominator, years)
		if err := conn.Exec(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	if err := conn.Exec(t.Context(), fmt.Sprintf(`
		insert into dim_area (area_code, parent_code, level, name_zh, is_monitored, recorded_at)
		select '%s', '450302', 'street', '试验', 1, max(recorded_at) from dim_catalog`, p.area)); err != nil {
		t.Fatal(err)
	}
}

// plantedResult counts, by area, the newest figures: all, those that rules 2 and 3
// would have refused on entry, and those with a finding of the outlier rules. Of a
// copy with typos only what differs from the district counts.
const plantedResult = `
	with found as (
		select area_code, indicator_code, sex, period_year from mart_check_jump where result = 'failed'
		union all
		select area_code, indicator_code, sex, period_year from mart_check_scale where result = 'failed'
		union all
		select area_code, indicator_code, sex, period_year from mart_check_population where result = 'failed'
	)
	select toString(area_code), toString(count()), toString(countIf(is_refused)), toString(countIf(not is_refused and is_found))
	from
	(
		select
			s.area_code as area_code,
			(i.measure = 'proportion' and s.numerator > s.denominator) or s.value > coalesce(i.valid_max, inf) as is_refused,
			(s.area_code, s.indicator_code, s.sex, s.period_year) in (select area_code, indicator_code, sex, period_year from found) as is_found,
			(s.indicator_code, s.sex, s.period_year, s.value) in (
				select indicator_code, sex, period_year, value from core_step where area_code = '450302'
			) as is_as_it_was
		from core_step as s
		inner join core_indicator as i on i.indicator_code = s.indicator_code
		where (s.area_code = '450302' or startsWith(s.area_code, '4503029')) and s.data_kind in ('administrative', 'survey')
		order by s.period_year desc
		limit 1 by s.area_code, s.indicator_code, s.sex
	)
	where not (is_as_it_was and area_code in ('450302901', '450302902', '450302903'))
	group by area_code`

// typosAreFound plants slips of ten and swings that return every other year, and
// holds what the outlier rules make of them against the labels.
func (d *demonstration) typosAreFound(t *testing.T, conn driver.Conn) {
	for _, p := range plants() {
		p.write(t, conn)
	}
	results := map[string][3]int{}
	for _, row := range d.ask(warehouse.Writer, plantedResult) {
		var r [3]int
		if _, err := fmt.Sscan(strings.Join(row[1:], " "), &r[0], &r[1], &r[2]); err != nil {
			t.Fatal(err)
		}
		results[row[0]] = r
	}
	var typos, caught, innocent, accused int
	var account strings.Builder
	for _, p := range append(plants(), plant{area: "450302", of: "as it is"}) {
		all, refused, found := results[p.area][0], results[p.area][1], results[p.area][2]
		fmt.Fprintf(&account, "%-11s %-48s figures %d, refused on entry %d, found %d\n", p.of, p.by, all, refused, found)
		if p.isTypo {
			typos, caught = typos+all, caught+refused+found
		} else {
			innocent, accused = innocent+all-refused, accused+found
		}
	}
	t.Logf("typos %d, caught %d; swings and clean figures %d, accused %d; recall %.3f, precision %.3f\n%s", typos, caught, innocent, accused,
		float64(caught)/float64(typos), float64(caught)/float64(caught+accused), account.String())
	if typos < 100 || innocent < 200 {
		t.Fatalf("only %d typos and %d other figures were looked at", typos, innocent)
	}
	if caught*100 < typos*90 {
		t.Errorf("%d of %d typos were found, want 90 %%: a few events times ten may be chance", caught, typos)
	}
	if accused*100 > innocent*2 {
		t.Errorf("%d of %d swings and clean figures were taken for typos, want 2 %% at most", accused, innocent)
	}
}
