package public_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"bellwether/etl"
	"bellwether/etl/etltest"
)

// lines gives some columns of each row.
func lines(rows *etltest.Rows, columns ...string) []string {
	var all []string
	for _, row := range rows.Rows {
		var parts []string
		for _, column := range columns {
			parts = append(parts, row[slices.Index(rows.Header, column)])
		}
		all = append(all, strings.Join(parts, " "))
	}
	return all
}

func TestEveryStyleOfSDMXCSVGivesTheSameFigure(t *testing.T) {
	const want = "eurostat eurostat:NINJAS CHN F Y15T24 DOMAIN=IN 2014-01-01 2014-01-31 M 12.4 per_1000 E"
	for name, text := range map[string]string{
		"1.0 with codes": "DATAFLOW,FREQ,INDICATOR,REF_AREA,SEX,AGE,DOMAIN,TIME_PERIOD,OBS_VALUE,UNIT_MEASURE,OBS_STATUS\n" +
			"EUROSTAT:NA(1.0),M,NINJAS,CHN,F,Y15T24,IN,2014-01,12.4,per_1000,E\n",
		"1.0 with labels behind the codes": "DATAFLOW: Dataflow,FREQ: Frequency,INDICATOR: Indicator,REF_AREA: Area,SEX: Sex,AGE: Age,DOMAIN: Domain,TIME_PERIOD: Time,OBS_VALUE: Value,UNIT_MEASURE: Unit,OBS_STATUS: Status\n" +
			"EUROSTAT:NA(1.0): Accounts,M: Monthly,NINJAS: Ninjas: all,CHN: China,F: Female,Y15T24: 15 to 24,IN: Inside,2014-01: January,12.4,per_1000: per 1000,E: Estimated\n",
		"2.0 with labels in their own columns": "STRUCTURE,STRUCTURE_ID,STRUCTURE_NAME,ACTION,INDICATOR,Indicator,REF_AREA,Reference area,SEX,Sex,AGE,Current age,DOMAIN,Domain,TIME_PERIOD,Time,OBS_VALUE,Observation value,UNIT_MEASURE,Unit of measure,OBS_STATUS,Status\n" +
			"dataflow,EUROSTAT:NA(1.0),Accounts,I,NINJAS,Ninjas,CHN,China,F,Female,Y15T24,15 to 24,IN,Inside,2014-01,January,12.4,,per_1000,per 1000,E,Estimated\n",
		"2.0 with semicolons and decimal comma": "STRUCTURE[|];STRUCTURE_ID;ACTION;INDICATOR;REF_AREA;SEX;AGE;DOMAIN;TIME_PERIOD;OBS_VALUE;UNIT_MEASURE;OBS_STATUS;CONTACT[]\n" +
			"dataflow;EUROSTAT:NA(1.0);I;NINJAS;CHN;F;Y15T24;IN;2014-01;12,4;per_1000;E;a|b\n",
		"2.0 with a power of ten": "STRUCTURE,STRUCTURE_ID,ACTION,INDICATOR,REF_AREA,SEX,AGE,DOMAIN,TIME_PERIOD,OBS_VALUE,UNIT_MEASURE,UNIT_MULT,OBS_STATUS\n" +
			"dataflow,EUROSTAT:NA(1.0),A,NINJAS,CHN,F,Y15T24,IN,2014-01,1240,per_1000,-2,E\n",
	} {
		t.Run(name, func(t *testing.T) {
			c, _ := etltest.Read(t, form(t, "public/sdmx"), etltest.RealCatalog(t), etltest.Write(t, "a.csv", text), etl.Params{AcceptNew: true})
			got := lines(&c.Loaded, "source_code", "indicator_code", "area_code", "sex", "age_group", "category",
				"period_start", "period_end", "freq", "value", "unit_code", "obs_status")
			if !slices.Equal(got, []string{want}) {
				t.Errorf("got  %q %q\nwant %q", got, c.Refused.Rows, want)
			}
		})
	}
}

func TestSDMXRecordsThatDeleteTakeFiguresBack(t *testing.T) {
	const text = "STRUCTURE,STRUCTURE_ID,ACTION,INDICATOR,REF_AREA,TIME_PERIOD,OBS_VALUE\n" +
		"dataflow,X:Y(1),I,A,CHN,2020,1\ndataflow,X:Y(1),A,A,CHN,2021,1\ndataflow,X:Y(1),M,A,CHN,2022,1\n" +
		"dataflow,X:Y(1),R,A,CHN,2023,1\ndataflow,X:Y(1),D,A,CHN,2024,\ndataflow,X:Y(1),D,A,CHN,2025,7\n" +
		"dataflow,X:Y(1),D,A,CHN,,\ndataflow,X:Y(1),X,A,CHN,2026,1\n"
	c, s := etltest.Read(t, form(t, "public/sdmx"), etltest.RealCatalog(t), etltest.Write(t, "a.csv", text), etl.Params{AcceptNew: true})
	want := []string{"2020 1 0", "2021 1 0", "2022 1 0", "2023 1 0", "2024  1", "2025  1"}
	if got := lines(&c.Loaded, "period_year", "value", "is_withdrawn"); s.Loaded != 6 || !slices.Equal(got, want) {
		t.Errorf("loaded %q, want %q", got, want)
	}
	if got := lines(&c.Refused, "cell", "reason_code"); !slices.Equal(got, []string{"F8 bad_period", "C9 unknown_action"}) {
		t.Errorf("refused %q", got)
	}
}

func TestAFigureThatIsGivenAndTakenBackIsAContradiction(t *testing.T) {
	const text = "STRUCTURE,STRUCTURE_ID,ACTION,INDICATOR,REF_AREA,TIME_PERIOD,OBS_VALUE\n" +
		"dataflow,X:Y(1),D,A,CHN,2020,\ndataflow,X:Y(1),A,A,CHN,2020,1\ndataflow,X:Y(1),D,A,CHN,2021,\ndataflow,X:Y(1),D,A,CHN,2021,\n"
	c, s := etltest.Read(t, form(t, "public/sdmx"), etltest.RealCatalog(t), etltest.Write(t, "a.csv", text), etl.Params{AcceptNew: true})
	if got := lines(&c.Refused, "reason_code"); s.Loaded != 1 || s.Skipped != 1 || !slices.Equal(got, []string{"duplicate_key", "duplicate_key"}) {
		t.Errorf("loaded %d, skipped %d, refused %q", s.Loaded, s.Skipped, got)
	}
}

func TestSDMXWithoutAnIndicatorTakesItsDataflow(t *testing.T) {
	const text = "DATAFLOW,FREQ,L_REP_CTY,TIME_PERIOD,OBS_VALUE\nBIS:BIS_DER(1.0),A,5J,2020,1\n"
	c, _ := etltest.Read(t, form(t, "public/sdmx"), etltest.RealCatalog(t), etltest.Write(t, "a.csv", text), etl.Params{AcceptNew: true, Area: "CHN"})
	if got := lines(&c.Loaded, "indicator_code", "area_code", "category"); !slices.Equal(got, []string{"bis:BIS_DER CHN L_REP_CTY=5J"}) {
		t.Errorf("got %q", got)
	}
}

func TestSDMXWithoutADataflowIsKnownByItsIndicator(t *testing.T) {
	for text, want := range map[string]string{
		"REF_AREA,INDICATOR,TIME_PERIOD,OBS_VALUE\nCHN,CME_MRY0T4,2020,7.5\n": "unicef:CME_MRY0T4",
		"REF_AREA,INDICATOR,TIME_PERIOD,OBS_VALUE\nCHN,OTHER,2020,1\n":        "sdmx:OTHER",
	} {
		c, _ := etltest.Read(t, form(t, "public/sdmx"), etltest.RealCatalog(t), etltest.Write(t, "a.csv", text), etl.Params{AcceptNew: true})
		if got := lines(&c.Loaded, "indicator_code"); !slices.Equal(got, []string{want}) {
			t.Errorf("got %q, want %s", got, want)
		}
	}
}

func TestSDMXThatDoesNotSayEnoughIsRefusedInOneLine(t *testing.T) {
	for text, want := range map[string]string{
		"REF_AREA,INDICATOR,OBS_VALUE\nCHN,X,1\n":         "TIME_PERIOD and OBS_VALUE",
		"REF_AREA,INDICATOR,TIME_PERIOD\nCHN,X,2020\n":    "TIME_PERIOD and OBS_VALUE",
		"DATAFLOW,TIME_PERIOD,OBS_VALUE\nA:B(1),2020,1\n": "which area",
		"DATAFLOW,REF_AREA,TIME_PERIOD,OBS_VALUE\n":       "there is no data",
	} {
		_, err := form(t, "public/sdmx").Read(t.Context(), etltest.RealCatalog(t), etltest.Write(t, "a.csv", text), etl.Params{AcceptNew: true}, &etltest.Collector{})
		var format *etl.FormatError
		if !errors.As(err, &format) || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: got %v, want a line with %q", text, err, want)
		}
	}
}

// FuzzSDMX reads any header and record: no panic, and the account adds up.
func FuzzSDMX(f *testing.F) {
	f.Add("STRUCTURE[;],ACTION,REF_AREA: Area,INDICATOR,TIME_PERIOD,OBS_VALUE", "dataflow,I,CHN: China,X,2020,1.5")
	f.Add("DATAFLOW,REF_AREA,Area,TIME_PERIOD,OBS_VALUE,OBS_STATUS", "A:B(1),CHN,China,2020-Q1,,L")
	f.Add("TIME_PERIOD;OBS_VALUE;REF_AREA;DATAFLOW", "2020;1,5;CHN;A:B(1)")
	sdmx, known := form(f, "public/sdmx"), etltest.RealCatalog(f)
	f.Fuzz(func(t *testing.T, header, record string) {
		payload := etltest.Write(t, "a.csv", header+"\n"+record+"\n")
		s, err := sdmx.Read(t.Context(), known, payload, etl.Params{AcceptNew: true, Area: "CHN"}, &etltest.Collector{})
		if err == nil && s.Read != s.Loaded+s.Rejected+s.Skipped {
			t.Errorf("%+v does not add up", s)
		}
	})
}

// The layout of UNICEF's file of child mortality; the figures of China are from it,
// the others made up.
func TestABlankStatusIsToldFromANormalOne(t *testing.T) {
	const text = "REF_AREA,INDICATOR,SEX,UNIT_MEASURE,TIME_PERIOD,OBS_VALUE,OBS_STATUS,Observation Status\n" +
		"CHN,CME_MRY0T4,F,D_PER_1000_B,2020,7.08244956499174,A,Normal value\n" +
		"CHN,CME_MRY0T4,M,D_PER_1000_B,2020,7.92723435651806,A,Normal value\n" +
		"JPN,CME_MRY0T4,F,D_PER_1000_B,2020,2.3,,\n" +
		"JPN,CME_MRY0T4,M,D_PER_1000_B,2020,2.6,,\n" +
		"IND,CME_MRY0T4,F,D_PER_1000_B,2020,,O,Missing value\n" +
		"IND,CME_MRY0T4,M,D_PER_1000_B,2020,NaN,,\n" +
		"FRA,CME_MRY0T4,F,D_PER_1000_B,2020,,,\n"
	c, s := etltest.Read(t, form(t, "public/sdmx"), etltest.RealCatalog(t), etltest.Write(t, "a.csv", text), etl.Params{AcceptNew: true})
	want := []string{"CHN F A", "CHN M A", "JPN F _X", "JPN M _X", "IND F O", "IND M O"}
	if got := lines(&c.Loaded, "area_code", "sex", "obs_status"); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q; refused %q", got, want, c.Refused.Rows)
	}
	if s.Skipped != 1 {
		t.Errorf("%d figures were skipped, want the one with neither value nor status", s.Skipped)
	}
}
