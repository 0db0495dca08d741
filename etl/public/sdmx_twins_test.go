package public_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"bellwether/etl"
	"bellwether/etl/etltest"
)

// One small data set, made up: two series of births to women of two ages, in
// thousands, one figure confidential and one missing with a reason.
const (
	twinHeader21 = `<?xml version="1.0" encoding="UTF-8"?>
<!-- made up -->
<message:%ROOT% xmlns:message="m" xmlns:generic="g" xmlns:common="c" xmlns:xsi="x" xmlns:ss="s">
<message:Header><message:ID>1</message:ID><message:Structure structureID="S1" dimensionAtObservation="%AT%">
<common:Structure><Ref agencyID="OFFICE" id="BIRTHS" version="1.0"/></common:Structure></message:Structure></message:Header>
`
	twinCSV1 = "DATAFLOW,FREQ,REF_AREA,SEX,PARITY,TIME_PERIOD,OBS_VALUE,UNIT_MULT,OBS_STATUS,OBS_CONF\n" +
		"OFFICE:BIRTHS(1.0),A,CHN,F,P1,2020,1.5,3,A,F\nOFFICE:BIRTHS(1.0),A,CHN,F,P1,2021,,3,M,F\n" +
		"OFFICE:BIRTHS(1.0),A,JPN,M,P2,2020,12.4,3,E,C\nOFFICE:BIRTHS(1.0),A,JPN,M,P2,2021,0.7,3,A,F\n"
	twinCSV2 = "STRUCTURE[|];STRUCTURE_ID;ACTION;REF_AREA: Area;SEX: Sex;PARITY: Parity;TIME_PERIOD: Time;OBS_VALUE: Value;UNIT_MULT: Power;OBS_STATUS: Status;OBS_CONF: Secret\n" +
		"dataflow;OFFICE:BIRTHS(1.0);I;CHN: China;F: Women;P1: First;2020: 2020;1,5;3: Thousands;A: Normal;F: Free\n" +
		"dataflow;OFFICE:BIRTHS(1.0);A;CHN: China;F: Women;P1: First;2021: 2021;;3: Thousands;M: Missing;F: Free\n" +
		"dataflow;OFFICE:BIRTHS(1.0);M;JPN: Japan;M: Men;P2: Second;2020: 2020;12,4;3: Thousands;E: Estimated;C: Confidential\n" +
		"dataflow;OFFICE:BIRTHS(1.0);R;JPN: Japan;M: Men;P2: Second;2021: 2021;0,7;3: Thousands;A: Normal;F: Free\n"
	twinGeneric = `<message:DataSet structureRef="S1" action="Replace">
<generic:Attributes><generic:Value id="UNIT_MULT" value="3"/></generic:Attributes>
<generic:Series><generic:SeriesKey><generic:Value id="FREQ" value="A"/><generic:Value id="REF_AREA" value="CHN"/><generic:Value id="SEX" value="F"/><generic:Value id="PARITY" value="P1"/></generic:SeriesKey>
<generic:Attributes><generic:Value id="TITLE" value="First births"/></generic:Attributes>
<generic:Obs><generic:ObsDimension value="2020"/><generic:ObsValue value="1.5"/><generic:Attributes><generic:Value id="OBS_STATUS" value="A"/><generic:Value id="OBS_CONF" value="F"/></generic:Attributes></generic:Obs>
<generic:Obs><generic:ObsDimension value="2021"/><generic:Attributes><generic:Value id="OBS_STATUS" value="M"/><generic:Value id="OBS_CONF" value="F"/></generic:Attributes></generic:Obs></generic:Series>
<generic:Series><generic:SeriesKey><generic:Value id="FREQ" value="A"/><generic:Value id="REF_AREA" value="JPN"/><generic:Value id="SEX" value="M"/><generic:Value id="PARITY" value="P2"/></generic:SeriesKey>
<generic:Obs><generic:ObsDimension id="TIME_PERIOD" value="2020"/><generic:ObsValue value="12.4"/><generic:Attributes><generic:Value id="OBS_STATUS" value="E"/><generic:Value id="OBS_CONF" value="C"/></generic:Attributes></generic:Obs>
<generic:Obs><generic:ObsDimension value="2021"/><generic:ObsValue value="0.7"/><generic:Attributes><generic:Value id="OBS_STATUS" value="A"/><generic:Value id="OBS_CONF" value="F"/></generic:Attributes></generic:Obs></generic:Series>
</message:DataSet></message:GenericData>`
	twinGroups = `<message:DataSet structureRef="S1">
<generic:Group type="Sibling"><generic:GroupKey><generic:Value id="PARITY" value="P1"/></generic:GroupKey><generic:Attributes><generic:Value id="UNIT_MULT" value="3"/></generic:Attributes></generic:Group>
<generic:Group type="Sibling"><generic:GroupKey><generic:Value id="PARITY" value="P2"/></generic:GroupKey><generic:Attributes><generic:Value id="UNIT_MULT" value="3"/></generic:Attributes></generic:Group>
<generic:Obs><generic:ObsKey><generic:Value id="REF_AREA" value="CHN"/><generic:Value id="SEX" value="F"/><generic:Value id="PARITY" value="P1"/><generic:Value id="TIME_PERIOD" value="2020"/></generic:ObsKey><generic:ObsValue value="1.5"/><generic:Attributes><generic:Value id="OBS_STATUS" value="A"/><generic:Value id="OBS_CONF" value="F"/></generic:Attributes></generic:Obs>
<generic:Obs><generic:ObsKey><generic:Value id="REF_AREA" value="CHN"/><generic:Value id="SEX" value="F"/><generic:Value id="PARITY" value="P1"/><generic:Value id="TIME_PERIOD" value="2021"/></generic:ObsKey><generic:ObsValue value="NaN"/><generic:Attributes><generic:Value id="OBS_STATUS" value="M"/><generic:Value id="OBS_CONF" value="F"/></generic:Attributes></generic:Obs>
<generic:Obs><generic:ObsKey><generic:Value id="REF_AREA" value="JPN"/><generic:Value id="SEX" value="M"/><generic:Value id="PARITY" value="P2"/><generic:Value id="TIME_PERIOD" value="2020"/></generic:ObsKey><generic:ObsValue value="12.4"/><generic:Attributes><generic:Value id="OBS_STATUS" value="E"/><generic:Value id="OBS_CONF" value="C"/></generic:Attributes></generic:Obs>
<generic:Obs><generic:ObsKey><generic:Value id="REF_AREA" value="JPN"/><generic:Value id="SEX" value="M"/><generic:Value id="PARITY" value="P2"/><generic:Value id="TIME_PERIOD" value="2021"/></generic:ObsKey><generic:ObsValue value="0.7"/><generic:Attributes><generic:Value id="OBS_STATUS" value="A"/><generic:Value id="OBS_CONF" value="F"/></generic:Attributes></generic:Obs>
</message:DataSet></message:GenericData>`
	twinSpecific = `<message:DataSet ss:structureRef="S1" ss:dataScope="DataStructure" xsi:type="n:DataSetType" action="Append" UNIT_MULT="3">
<Series FREQ="A" REF_AREA="CHN" SEX="F" PARITY="P1" TITLE="First births"><Obs TIME_PERIOD="2020" OBS_VALUE="1.5" OBS_STATUS="A" OBS_CONF="F"/><Obs TIME_PERIOD="2021" OBS_STATUS="M" OBS_CONF="F"/></Series>
<Series FREQ="A" REF_AREA="JPN" SEX="M" PARITY="P2"><Obs TIME_PERIOD="2020" OBS_VALUE="12.4" OBS_STATUS="E" OBS_CONF="C"/><Obs TIME_PERIOD="2021" OBS_VALUE="0.7" OBS_STATUS="A" OBS_CONF="F"/></Series>
</message:DataSet></message:StructureSpecificData>`
	twinSpecificGroups = `<message:DataSet ss:structureRef="S1">
<Group xsi:type="n:Sibling" PARITY="P1" UNIT_MULT="3"/><Group xsi:type="n:Sibling" PARITY="P2" UNIT_MULT="3"/>
<Series REF_AREA="CHN" SEX="F" PARITY="P1"><Obs TIME_PERIOD="2020" OBS_VALUE="1.5" OBS_STATUS="A" OBS_CONF="F"/><Obs TIME_PERIOD="2021" OBS_VALUE="" OBS_STATUS="M" OBS_CONF="F"/></Series>
<Series REF_AREA="JPN" SEX="M" PARITY="P2"><Obs TIME_PERIOD="2020" OBS_VALUE="12.4" OBS_STATUS="E" OBS_CONF="C"/><Obs TIME_PERIOD="2021" OBS_VALUE="0.7" OBS_STATUS="A" OBS_CONF="F"/></Series>
</message:DataSet></message:StructureSpecificTimeSeriesData>`
	twinFlat = `<message:DataSet ss:structureRef="S1" UNIT_MULT="3">
<Obs REF_AREA="CHN" SEX="F" PARITY="P1" TIME_PERIOD="2020" OBS_VALUE="1.5" OBS_STATUS="A" OBS_CONF="F"/>
<Obs REF_AREA="CHN" SEX="F" PARITY="P1" TIME_PERIOD="2021" OBS_STATUS="M" OBS_CONF="F"/>
<Obs REF_AREA="JPN" SEX="M" PARITY="P2" TIME_PERIOD="2020" OBS_VALUE="12.4" OBS_STATUS="E" OBS_CONF="C"/>
<Obs REF_AREA="JPN" SEX="M" PARITY="P2" TIME_PERIOD="2021" OBS_VALUE="0.7" OBS_STATUS="A" OBS_CONF="F"/>
</message:DataSet></message:StructureSpecificData>`
	twinCross = `<message:DataSet ss:structureRef="S1" UNIT_MULT="3">
<Series REF_AREA="CHN" SEX="F" TIME_PERIOD="2020"><Obs xsi:type="n:P1" OBS_VALUE="1.5" OBS_STATUS="A" OBS_CONF="F"/></Series>
<Series REF_AREA="CHN" SEX="F" TIME_PERIOD="2021"><Obs xsi:type="n:P1" OBS_STATUS="M" OBS_CONF="F"/></Series>
<Series REF_AREA="JPN" SEX="M" TIME_PERIOD="2020"><Obs PARITY="P2" OBS_VALUE="12.4" OBS_STATUS="E" OBS_CONF="C"/></Series>
<Series REF_AREA="JPN" SEX="M" TIME_PERIOD="2021"><Obs PARITY="P2" OBS_VALUE="0.7" OBS_STATUS="A" OBS_CONF="F"/></Series>
</message:DataSet></message:StructureSpecificData>`
	twinCompact = `<CompactData xmlns="m20" xmlns:o="o"><Header><ID>1</ID><KeyFamilyRef>BIRTHS</KeyFamilyRef></Header>
<o:DataSet UNIT_MULT="3"><o:Series REF_AREA="CHN" SEX="F" PARITY="P1"><o:Obs TIME_PERIOD="2020" OBS_VALUE="1.5" OBS_STATUS="A" OBS_CONF="F"/><o:Obs TIME_PERIOD="2021" OBS_STATUS="M" OBS_CONF="F"/></o:Series>
<o:Series REF_AREA="JPN" SEX="M" PARITY="P2"><o:Obs TIME_PERIOD="2020" OBS_VALUE="12.4" OBS_STATUS="E" OBS_CONF="C"/><o:Obs TIME_PERIOD="2021" OBS_VALUE="0.7" OBS_STATUS="A" OBS_CONF="F"/></o:Series></o:DataSet></CompactData>`
	twinGeneric20 = `<GenericData xmlns="m20" xmlns:generic="g20"><Header><ID>1</ID></Header><DataSet><generic:KeyFamilyRef>BIRTHS</generic:KeyFamilyRef>
<generic:Series><generic:SeriesKey><generic:Value concept="REF_AREA" value="CHN"/><generic:Value concept="SEX" value="F"/><generic:Value concept="PARITY" value="P1"/></generic:SeriesKey><generic:Attributes><generic:Value concept="UNIT_MULT" value="3"/></generic:Attributes>
<generic:Obs><generic:Time>2020</generic:Time><generic:ObsValue value="1.5"/><generic:Attributes><generic:Value concept="OBS_STATUS" value="A"/><generic:Value concept="OBS_CONF" value="F"/></generic:Attributes></generic:Obs>
<generic:Obs><generic:Time>2021</generic:Time><generic:Attributes><generic:Value concept="OBS_STATUS" value="M"/><generic:Value concept="OBS_CONF" value="F"/></generic:Attributes></generic:Obs></generic:Series>
<generic:Series><generic:SeriesKey><generic:Value concept="REF_AREA" value="JPN"/><generic:Value concept="SEX" value="M"/><generic:Value concept="PARITY" value="P2"/></generic:SeriesKey><generic:Attributes><generic:Value concept="UNIT_MULT" value="3"/></generic:Attributes>
<generic:Obs><generic:Time>2020</generic:Time><generic:ObsValue value="12.4"/><generic:Attributes><generic:Value concept="OBS_STATUS" value="E"/><generic:Value concept="OBS_CONF" value="C"/></generic:Attributes></generic:Obs>
<generic:Obs><generic:Time>2021</generic:Time><generic:ObsValue value="0.7"/><generic:Attributes><generic:Value concept="OBS_STATUS" value="A"/><generic:Value concept="OBS_CONF" value="F"/></generic:Attributes></generic:Obs></generic:Series></DataSet></GenericData>`
	twinJSON1 = `{"header":{"id":"1"},"dataSets":[{"action":"Information","series":{
"0:0:0":{"attributes":[0],"observations":{"0":[1.5,0,0],"1":[null,1,0]}},"1:1:1":{"attributes":[0],"observations":{"0":[12.4,2,1],"1":[0.7,0,0]}}}}],
"structure":{"links":[{"rel":"dataflow","href":"https://example.org/dataflow/OFFICE/BIRTHS/1.0"}],
"dimensions":{"dataSet":[{"id":"FREQ","values":[{"id":"A"}]}],"series":[{"id":"REF_AREA","values":[{"id":"CHN"},{"id":"JPN"}]},{"id":"SEX","values":[{"id":"F"},{"id":"M"}]},{"id":"PARITY","values":[{"id":"P1"},{"id":"P2"}]}],
"observation":[{"id":"TIME_PERIOD","role":"TIME_PERIOD","values":[{"id":"2020"},{"id":"2021"}]}]},
"attributes":{"dataSet":[],"series":[{"id":"UNIT_MULT","values":[{"id":"3"}]}],"observation":[{"id":"OBS_STATUS","values":[{"id":"A"},{"id":"M"},{"id":"E"}]},{"id":"OBS_CONF","values":[{"id":"F"},{"id":"C"}]}]}}}`
	twinJSON2 = `{"meta":{"id":"1"},"data":{"structures":[{"links":[{"rel":"dataflow","urn":"urn:sdmx:org.sdmx.infomodel.datastructure.Dataflow=OFFICE:BIRTHS(1.0)"}],
"measures":{"observation":[{"id":"OBS_VALUE"}]},
"dimensions":{"dataSet":[],"observation":[{"id":"REF_AREA","values":[{"id":"CHN"},{"id":"JPN"}]},{"id":"SEX","values":[{"id":"F"},{"id":"M"}]},{"id":"PARITY","values":[{"id":"P1"},{"id":"P2"}]},{"id":"ZEIT","roles":["TIME_PERIOD"],"role":["TIME_PERIOD"],"values":[{"value":"2020"},{"value":"2021"}]}]},
"attributes":{"dimensionGroup":[{"id":"UNIT_MULT","values":[{"id":"3"}]}],"observation":[{"id":"OBS_STATUS","values":[{"id":"A"},{"id":"M"},{"id":"E"}]},{"id":"OBS_CONF"}]}}],
"dataSets":[{"structure":0,"action":"Replace","dimensionGroupAttributes":{"0:::":[0],"1:::":[0]},"observations":{"0:0:0:0":[1.5,0,"F"],"0:0:0:1":[null,1,"F"],"1:1:1:0":["12.4",2,"C"],"1:1:1:1":[0.7,0,["F"]]}}]}}`
)

// twinMessage puts the root element and the dimension of the observations into
// the header of SDMX-ML 2.1.
func twinMessage(root, at, body string) string {
	return strings.NewReplacer("%ROOT%", root, "%AT%", at).Replace(twinHeader21) + body
}

func twins() map[string]string {
	return map[string]string{
		"1.csv": twinCSV1, "2.csv": twinCSV2,
		"generic.xml":         twinMessage("GenericData", "TIME_PERIOD", twinGeneric),
		"generic flat.xml":    twinMessage("GenericData", "AllDimensions", twinGroups),
		"specific.xml":        twinMessage("StructureSpecificData", "TIME_PERIOD", twinSpecific),
		"specific groups.xml": twinMessage("StructureSpecificTimeSeriesData", "TIME_PERIOD", twinSpecificGroups),
		"specific flat.xml":   twinMessage("StructureSpecificData", "AllDimensions", twinFlat),
		"specific cross.xml":  twinMessage("StructureSpecificData", "PARITY", twinCross),
		"2.0 compact.xml":     twinCompact,
		"2.0 generic.xml":     twinGeneric20,
		"1.0.json":            twinJSON1,
		"2.0.json":            twinJSON2,
	}
}

func TestEveryWayToWriteAnSDMXDataSetGivesTheSameObservations(t *testing.T) {
	want := []string{
		"office office:BIRTHS CHN F PARITY=P1 2020-01-01 2020-12-31 1500 A F",
		"office office:BIRTHS CHN F PARITY=P1 2021-01-01 2021-12-31  M F",
		"office office:BIRTHS JPN M PARITY=P2 2020-01-01 2020-12-31 12400 E C",
		"office office:BIRTHS JPN M PARITY=P2 2021-01-01 2021-12-31 700 A F",
	}
	for name, text := range twins() {
		t.Run(name, func(t *testing.T) {
			payload := etltest.Write(t, name, text)
			payload.SourceCode = "office"
			c, _ := etltest.Read(t, form(t, "public/sdmx"), etltest.RealCatalog(t), payload, etl.Params{AcceptNew: true})
			got := lines(&c.Loaded, "source_code", "indicator_code", "area_code", "sex", "category",
				"period_start", "period_end", "value", "obs_status", "conf_status")
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Errorf("got  %q %q\nwant %q", got, c.Refused.Rows, want)
			}
		})
	}
}

// TestPublicSDMXTwinsGiveTheSameObservations reads data sets that their publishers
// offer in several forms. The area is a parameter where they have none.
func TestPublicSDMXTwinsGiveTheSameObservations(t *testing.T) {
	for _, twins := range [][]string{
		{"ml/pysdmx_gen_ser.xml", "ml/pysdmx_str_ser.xml"},
		{"ml/ECB_EXR__ng-ts.xml", "ml/ECB_EXR__ng-ts-ss.xml", "ml/ECB_EXR__ng-flat.xml", "ml/ECB_EXR__ng-flat-ss.xml", "ml/ECB_EXR__ng-xs.xml"},
		{"json/ECB_EXR__ts.json", "json/ECB_EXR__flat.json", "json/v3__json__data__exr-time-series.json", "json/twg_exr-flat.json"},
	} {
		var want []string
		for i, file := range twins {
			payload := etltest.Payload(t, filepath.Join(etltest.Shared(t), "sdmx", file))
			c, _ := etltest.Read(t, form(t, "public/sdmx"), etltest.RealCatalog(t), payload, etl.Params{AcceptNew: true, Area: "CHN"})
			got := lines(&c.Loaded, "source_code", "indicator_code", "area_code", "category", "period_start", "period_end", "value", "unit_code", "obs_status", "conf_status")
			slices.Sort(got)
			if i == 0 {
				want = got
			}
			if len(got) == 0 || !slices.Equal(got, want) {
				t.Errorf("%s: got %d observations %.300q\nwant those of %s %.300q", file, len(got), got, twins[0], want)
			}
		}
	}
}

func TestFactsOfSDMXFiles(t *testing.T) {
	payload := etltest.Payload(t, filepath.Join(etltest.Shared(t), "sdmx", "ml", "v21__xml__demography__demography_xs.xml"))
	c, s := etltest.Read(t, form(t, "public/sdmx"), etltest.RealCatalog(t), payload, etl.Params{AcceptNew: true})
	if s.Loaded != 60 {
		t.Errorf("got %+v, want 60 figures", s)
	}
	for measure, want := range map[string]float64{"LEXPNSIT": 80.2, "LBIRTHST": 124095} {
		wantValue(t, &c.Loaded, want, map[string]string{"area_code": "estat:BE", "period_year": "2007", "sex": "_T", "category": "DEMO=" + measure})
	}
	missing := map[string]string{"area_code": "estat:BE", "period_year": "2009", "sex": "M", "category": "DEMO=LBIRTHST", "obs_status": "M", "value": ""}
	if c.Loaded.Count(missing) != 1 {
		t.Errorf("got %q, want one figure without a value", lines(&c.Loaded, "area_code", "period_year", "sex", "category", "value"))
	}
	payload = etltest.Payload(t, filepath.Join(etltest.Shared(t), "sdmx", "csv", "v3__csv__example-04.csv"))
	c, _ = etltest.Read(t, form(t, "public/sdmx"), etltest.RealCatalog(t), payload, etl.Params{AcceptNew: true, Area: "CHN"})
	wantValue(t, &c.Loaded, 12.4, map[string]string{"period_start": "2014-01-01", "category": "DIM_1=A;DIM_2=B", "indicator_code": "estat:NA_MAIN"})
}

func TestEachMeasureOfAMessageIsAFigure(t *testing.T) {
	const text = `{"data":{"structures":[{"links":[{"rel":"dataflow","urn":"urn:sdmx:org.sdmx.infomodel.datastructure.Dataflow=OFFICE:BIRTHS(1.0)"}],
"measures":{"observation":[{"id":"OBS_VALUE"},{"id":"LOWER_BOUND"},{"id":"UPPER_BOUND"},{"id":"CASES"}]},
"dimensions":{"observation":[{"id":"REF_AREA","values":[{"id":"CHN"},{"id":"JPN"}]},{"id":"TIME_PERIOD","values":[{"value":"2020"},{"value":"2021"}]}]},
"attributes":{"observation":[{"id":"OBS_STATUS","values":[{"id":"A"},{"id":"E"}]}]}}],
"dataSets":[{"structure":0,"observations":{"0:0":[1.5,1,2,30,1],"0:1":[1.6,null,null,null,0],"1:0":[null,null,null,"many",0]}}]}}`
	c, s := etltest.Read(t, form(t, "public/sdmx"), etltest.RealCatalog(t), etltest.Write(t, "a.json", text), etl.Params{AcceptNew: true})
	got := lines(&c.Loaded, "area_code", "category", "period_year", "value", "lower_bound", "upper_bound", "obs_status", "cell")
	want := []string{
		"CHN _T 2020 1.5 1 2 E $.data.dataSets[0].observations[0:0]/OBS_VALUE",
		"CHN MEASURE=CASES 2020 30   E $.data.dataSets[0].observations[0:0][3]/OBS_VALUE",
		"CHN _T 2021 1.6   A $.data.dataSets[0].observations[0:1]/OBS_VALUE",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	refused := lines(&c.Refused, "cell", "reason_code")
	if len(refused) == 0 || refused[len(refused)-1] != "$.data.dataSets[0].observations[1:0][3]/OBS_VALUE bad_number" || s.Read != 6 {
		t.Errorf("read %d, refused %q", s.Read, refused)
	}
	if !slices.ContainsFunc(s.Notes, func(note string) bool { return strings.Contains(note, "MEASURE") }) {
		t.Errorf("notes %q do not name MEASURE", s.Notes)
	}
}
