package deploy_test

import (
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"bellwether/warehouse/warehousetest"
)

// queryTimeout is how long the plugin lets a query of ours run.
func queryTimeout(t *testing.T) time.Duration {
	t.Helper()
	var file struct {
		Datasources []struct {
			Type     string
			JSONData struct {
				QueryTimeout int `yaml:"queryTimeout"`
			} `yaml:"jsonData"`
		}
	}
	if err := yaml.Unmarshal(readFile(t, "grafana/provisioning/datasources/bellwether.yaml"), &file); err != nil {
		t.Fatal(err)
	}
	for _, d := range file.Datasources {
		if d.Type == "grafana-clickhouse-datasource" && d.JSONData.QueryTimeout > 0 {
			return time.Duration(d.JSONData.QueryTimeout) * time.Second
		}
	}
	return time.Minute // of the plugin
}

// firstScreen is how many rows of the grid are seen without scrolling; Grafana asks for the
// panels further down when somebody scrolls to them.
const firstScreen = 24

// TestGrafanaOpensADashboardWithinTheQueriesThatTheAnalystMayAskAtOnce: the plugin ignores what
// a data source says of its connections.
func TestGrafanaOpensADashboardWithinTheQueriesThatTheAnalystMayAskAtOnce(t *testing.T) {
	connection := warehousetest.AnalystConn(t, warehousetest.Database(t))
	var limit uint64
	question := connection.QueryRow(t.Context(), "select toUInt64(value) from system.settings where name = 'max_concurrent_queries_for_user'")
	if err := question.Scan(&limit); err != nil || limit == 0 {
		t.Fatalf("the analyst has the limit %d, %v", limit, err)
	}
	var most uint64
	for name, d := range dashboards(t) {
		asked := askedAtOnce(d)
		if asked > limit {
			t.Errorf("%s asks %d queries at once, and the analyst may ask %d", name, asked, limit)
		}
		most = max(most, asked)
	}
	if most == 0 {
		t.Error("no dashboard asks anything")
	}
}

func askedAtOnce(d dashboard) (asked uint64) {
	for _, p := range d.Panels {
		for _, q := range p.Targets {
			if q.RawSQL != "" && p.GridPos.Y < firstScreen {
				asked++
			}
		}
	}
	return asked
}
