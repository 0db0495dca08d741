package main

import (
	"reflect"
	"testing"
	"time"

	"bellwether/etl"
	"bellwether/etl/catalog"
)

const everySetting = `
sources:
  - name: web
    form: f
    http:
      url: https://host/x
      headers: [{name: X-Key, value: h}]
      query: [{name: key, value_file: /q}]
      token: ${TOKEN}
      username: u
      password: ${PASSWORD}
      ca_file: /ca
      paging: {kind: page, parameter: p, size_parameter: n, size: 3, first: 1, records: r, max_pages: 7}
      time_limit: 3m
      max_mib: 5
  - name: database
    form: f
    postgres:
      dsn: postgres://u@db/d
      password_file: /p
      ca_file: /ca
      query: select $1
      watermark: w
      first_watermark: "0"
      time_limit: 3m
      max_mib: 5
  - name: server
    form: f
    sftp:
      address: host:22
      host_key: ssh-ed25519 AAAA
      username: u
      password: ${PASSWORD}
      key_file: /k
      key_passphrase_file: /kp
      path: /out
      pattern: "*.csv"
      stable: 4s
      done: .done
      time_limit: 3m
      max_mib: 5
  - name: inbox
    form: f
    directory: {path: /in, pattern: "*.csv", stable: 4s}
`

// TestEverySettingReachesItsConnector sets every one, and looks for fields of the
// connectors that are left empty.
func TestEverySettingReachesItsConnector(t *testing.T) {
	env := fakeEnvironment(map[string]string{"TOKEN": "t", "PASSWORD": "p"}, map[string]string{"c.yaml": everySetting})
	config, _, err := LoadConfig("c.yaml", env)
	if err != nil {
		t.Fatal(err)
	}
	material := material{catalog: &catalog.Catalog{Agencies: []catalog.Agency{{Code: "a"}}}}
	a := &app{}
	questions := map[string]bool{}
	for _, c := range config.Sources {
		place, question := a.place(c, &etl.Form{SourceCode: "a"}, material)
		if questions[question] {
			t.Errorf("%s asks %q, as another source does", c.Name, question)
		}
		questions[question] = true
		value := reflect.ValueOf(place)
		for i := range value.NumField() {
			switch field := value.Type().Field(i).Name; field {
			case "Spool", "Submitter": // the directory of the system; nobody hands these files in
			case "Licence", "Attribution": // of the agency
			default:
				if value.Field(i).IsZero() {
					t.Errorf("%s: %s is not set", c.Name, field)
				}
			}
		}
		if limit := value.FieldByName("TimeLimit"); limit.IsValid() && limit.Interface() != 3*time.Minute {
			t.Errorf("%s: the time limit is %v", c.Name, limit)
		}
		if size := value.FieldByName("MaxBytes"); size.IsValid() && size.Int() != 5<<20 {
			t.Errorf("%s: the size limit is %v", c.Name, size)
		}
	}
}
