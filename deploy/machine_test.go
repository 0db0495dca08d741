package deploy_test

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// TestTheUnitIsValidAndHardened has systemd read the unit and rate what it may do: 10 is
// anything, 0 nothing.
func TestTheUnitIsValidAndHardened(t *testing.T) {
	analyze := tool(t, "systemd-analyze", "apt-get install systemd")
	text := string(readFile(t, "systemd/bellwether.service"))
	here := strings.ReplaceAll(text, "/usr/local/bin/bellwether", "/bin/true") // which is not installed where tests run
	if here == text {
		t.Fatal("the unit does not start /usr/local/bin/bellwether")
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "bellwether.service"), []byte(here), 0o600); err != nil {
		t.Fatal(err)
	}
	if said := runIn(t, dir, analyze, "verify", "./bellwether.service"); strings.Contains(said, "bellwether.service") {
		t.Errorf("systemd says of it:\n%s", said)
	}
	runIn(t, dir, analyze, "security", "--offline=true", "--threshold=20", "./bellwether.service")
}

func TestComposeNamesWhatIsThere(t *testing.T) {
	var compose struct {
		Services map[string]struct {
			Image   string
			Build   struct{ Context, Dockerfile string }
			Volumes []string
			Secrets []string
		}
		Secrets map[string]struct{ File string }
		Volumes map[string]any
	}
	if err := yaml.Unmarshal(readFile(t, "docker/compose.yaml"), &compose); err != nil {
		t.Fatal(err)
	}
	for name, service := range compose.Services {
		if service.Image == "" {
			if _, err := os.Stat(filepath.Join("docker", service.Build.Context, service.Build.Dockerfile)); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		} else if !regexp.MustCompile(`^[a-z]+/[a-z-]+:v?\d+\.\d+`).MatchString(service.Image) {
			t.Errorf("%s has the image %q, want one of a version", name, service.Image)
		}
		for _, mount := range service.Volumes {
			from, _, _ := strings.Cut(mount, ":")
			switch _, isNamed := compose.Volumes[from]; {
			case isNamed, from == "./inbox": // the one folder that the bureau brings
			default:
				if _, err := os.Stat(filepath.Join("docker", from)); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
		}
		for _, secret := range service.Secrets {
			if !strings.HasPrefix(compose.Secrets[secret].File, "./secrets/") {
				t.Errorf("%s has the secret %s, which is in no file", name, secret)
			}
		}
	}
	for _, want := range []string{"bellwether", "clickhouse", "prometheus", "alertmanager", "grafana"} {
		if _, ok := compose.Services[want]; !ok {
			t.Errorf("there is no service %s", want)
		}
	}
}

func TestThePartsOfComposeAreReadByTheirOwnTools(t *testing.T) {
	decoder := xml.NewDecoder(strings.NewReader(string(readFile(t, "docker/clickhouse.xml"))))
	var names []string
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if element, ok := token.(xml.StartElement); ok {
			names = append(names, element.Name.Local)
		}
	}
	if !slices.Contains(names, "allowed_disk") {
		t.Error("clickhouse.xml has no disk for backups")
	}
	promtool := tool(t, "promtool", "apt-get install prometheus")
	runIn(t, "docker", promtool, "check", "config", "--syntax-only", "prometheus.yml")
}
