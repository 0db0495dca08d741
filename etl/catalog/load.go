package catalog

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
)

// Catalog is the whole of the catalog, read and with its defaults filled in.
// It does not change after Load and may be used by many goroutines.
type Catalog struct {
	Plans       []Plan
	Domains     []Domain
	Items       []Item
	Targets     []Target
	Indicators  []Indicator
	Agencies    []Agency
	Areas       []Area
	AreaClasses []AreaClass
	AgeGroups   []AgeGroup
	Units       []Unit
	Codes       []Code
	Aliases     []Alias
	Thresholds  []Threshold
	Holidays    []Holiday
	Breaks      []Break
	Rules       []Rule
	Checks      []Check
	Comparisons []Comparison
	Submissions []Submission

	text    planText
	lookups lookups
}

// Names of the files of a catalog; plans and indicators are one file each.
const (
	planTextFile   = "plans/plans.txt"
	planFiles      = "plans/*.yaml"
	indicatorFiles = "indicators/*.yaml"
	agencyFile     = "agencies.yaml"
	calendarFile   = "calendar.yaml"
	areaFile       = "areas.csv"
	areaClassFile  = "area_classes.csv"
	ageGroupFile   = "age_groups.csv"
	unitFile       = "units.csv"
	codeFile       = "codes.csv"
	aliasFile      = "aliases.csv"
	thresholdFile  = "thresholds.csv"
	holidayFile    = "holidays.csv"
	breakFile      = "breaks.csv"
	ruleFile       = "rules.csv"
	checkFile      = "checks.csv"
	comparisonFile = "comparisons.csv"
)

// Load reads a catalog from the root of fsys. Its error joins everything that
// cannot be read, each with file and line; what can be read but is wrong is for
// Check to find.
func Load(fsys fs.FS) (*Catalog, error) {
	c := &Catalog{}
	var calendar calendarEntry
	_, calendarErr := readYAML(fsys, calendarFile, &calendar)
	err := errors.Join(
		c.loadText(fsys),
		loadTable(fsys, unitFile, &c.Units, readUnit),
		loadTable(fsys, codeFile, &c.Codes, readCode),
		loadTable(fsys, areaFile, &c.Areas, readArea),
		loadTable(fsys, areaClassFile, &c.AreaClasses, readAreaClass),
		loadTable(fsys, ageGroupFile, &c.AgeGroups, readAgeGroup),
		loadTable(fsys, aliasFile, &c.Aliases, readAlias),
		loadTable(fsys, thresholdFile, &c.Thresholds, readThreshold),
		loadTable(fsys, holidayFile, &c.Holidays, readHoliday),
		loadTable(fsys, breakFile, &c.Breaks, readBreak),
		loadTable(fsys, ruleFile, &c.Rules, readRule),
		loadTable(fsys, checkFile, &c.Checks, readCheck),
		loadTable(fsys, comparisonFile, &c.Comparisons, readComparison),
		c.loadAgencies(fsys),
		c.loadIndicators(fsys),
		c.loadPlans(fsys),
		calendarErr,
	)
	if err != nil {
		return nil, fmt.Errorf("load catalog: %w", err)
	}
	c.Codes = append(c.Codes, unitCodes(c.Units)...)
	c.lookups = newLookups(c)
	c.fillIndicators()
	c.fillTargets()
	c.Submissions, err = calendar.expand(newWorkdays(c.Holidays), c.threshold)
	if err != nil {
		return nil, fmt.Errorf("load catalog: read %s: %w", calendarFile, err)
	}
	return c, nil
}

// glob lists the files of a pattern in the order of their names; a catalog
// without any is broken.
func glob(fsys fs.FS, pattern string) ([]string, error) {
	names, err := fs.Glob(fsys, pattern)
	if err != nil {
		return nil, fmt.Errorf("list %s: %w", pattern, err)
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("list %s: no file", pattern)
	}
	slices.Sort(names)
	return names, nil
}
