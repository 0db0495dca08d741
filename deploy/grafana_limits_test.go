package deploy_test

import (
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
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
