package decode_test

import (
	"errors"
	"io"
	"strings"
	"testing"

	"bellwether/etl/decode"
)

func TestSDMXMessageIsTheTableThatSDMXCSVWouldBe(t *testing.T) {
	const series = `<StructureSpecificData xmlns:s="s"><Header><Structure structureID="X" dimensionAtObservation="TIME_PERIOD"><Ref agencyID="A" id="B" version="2.0"/></Structure></Header>` +
		`<DataSet s:structureRef="X" action="Delete" UNIT="a b"><Series SEX="F" AREA="45"><Obs TIME_PERIOD="2020" OBS_VALUE="1"/></Series>` +
		`<Series SEX="M" AREA="45" NOTE="x"><Obs TIME_PERIOD="2020" OBS_VALUE="2" STATUS="A"/></Series></DataSet></StructureSpecificData>`
	const flat = `{"structure":{"dimensions":{"observation":[{"id":"SEX","values":[{"id":"F"},{"id":"M"}]},{"id":"TIME_PERIOD","values":[{"id":"2020"}]}]},` +
		`"attributes":{"observation":[{"id":"NOTE","values":[{"name":"long"}]}]}},"dataSets":[{"observations":{"0:0":[1,null],"1:0":[2.50,0]}}]}`
	for name, one := range map[string]struct{ text, want, address string }{
		"XML": {series, "STRUCTURE_ID|ACTION|SEX|AREA|TIME_PERIOD|OBS_VALUE|UNIT|NOTE|STATUS\n" +
			"A:B(2.0)|D|F|45|2020|1|a b||\nA:B(2.0)|D|M|45|2020|2|a b|x|A", "Series[2]/Obs[1]/SEX"},
		"JSON": {flat, "STRUCTURE_ID|ACTION|SEX|TIME_PERIOD|OBS_VALUE|NOTE\n|I|F|2020|1|\n|I|M|2020|2.50|long", "$.dataSets[0].observations[1:0]/SEX"},
	} {
		t.Run(name, func(t *testing.T) {
			records, document, err := read(t, write(t, "a", []byte(one.text)), decode.Options{})
			if got := strings.Join(records, "\n"); err != nil || got != one.want {
				t.Fatalf("got %q, %v\nwant %q", got, err, one.want)
			}
			if document.Kind() != decode.KindSDMX {
				t.Errorf("kind is %q", document.Kind())
			}
			table, err := document.Open("")
			if err != nil {
				t.Fatal(err)
			}
			defer table.Close()
			var row *decode.Row
			for range 3 {
				if row, err = table.Next(); err != nil {
					t.Fatal(err)
				}
			}
			if got := string(table.AppendAddress(nil, row, 2)); got != one.address {
				t.Errorf("address is %s, want %s", got, one.address)
			}
			if _, err := table.Next(); !errors.Is(err, io.EOF) {
				t.Errorf("got %v after the last observation", err)
			}
		})
	}
}

// refused opens text and gives the one line of its refusal.
func refused(t *testing.T, text string) string {
	t.Helper()
	_, _, err := read(t, write(t, "a", []byte(text)), decode.Options{Name: "a.xml"})
	var format *decode.FormatError
	if !errors.As(err, &format) || strings.Contains(err.Error(), "\n") {
		t.Fatalf("%.80q: got %v, want a *FormatError in one line", text, err)
	}
	return err.Error()
}

func TestMarkupThatIsNoDataIsRefusedInOneLine(t *testing.T) {
	for text, want := range map[string]string{
		`<Structure><Codelists/></Structure>`: "code lists",
		`<GenericData><Footer><Message><Text>come back later</Text></Message></Footer></GenericData>`:         "come back later",
		`<GenericData><DataSet><Series></Series></DataSet></GenericData>`:                                     "no observation",
		`<GenericData><DataSet><Series><Obs>`:                                                                 "cut short",
		`<GenericData><DataSet></Series></GenericData>`:                                                       "malformed",
		`<html><table><tr><td>1</td></tr></table></html>`:                                                     "*.xlsx",
		`<!DOCTYPE html><html></html>`:                                                                        "*.xlsx",
		`<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"></Workbook>`:     "Spreadsheet 2003",
		`<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><GenericData>&x;</GenericData>`:                "declares what is not allowed",
		`<GenericData><DataSet><Obs>&unknown;</Obs></DataSet></GenericData>`:                                  "malformed",
		`{"data":{"codelists":[]},"meta":{}}`:                                                                 "code lists",
		`{"structure":{},"dataSets":[{"series":{"0":{"observations":{"0":[1]}}}}`:                             "cut short",
		`{"structure":{"dimensions":{"series":[]}},"dataSets":[{"series":{"0":{"observations":{"0":[1]}}}}]}`: "for 0 dimensions",
	} {
		if got := refused(t, text); !strings.Contains(got, want) {
			t.Errorf("%.60q: got %s, want %q", text, got, want)
		}
	}
}
