package deploy_test

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// installation holds the fields of a ClickHouseInstallation that we use, at each level
// where its schema takes no others, with the types it gives them: the
// CustomResourceDefinition of version 0.28.0 of the operator of Altinity. Maps are what
// it leaves open; pods and claims are held against their own kinds elsewhere.
type installation struct {
	APIVersion string         `yaml:"apiVersion"`
	Kind       string         `yaml:"kind"`
	Metadata   map[string]any `yaml:"metadata"`
	Spec       struct {
		Defaults struct {
			Templates struct {
				PodTemplate             string `yaml:"podTemplate"`
				DataVolumeClaimTemplate string `yaml:"dataVolumeClaimTemplate"`
			} `yaml:"templates"`
		} `yaml:"defaults"`
		Configuration struct {
			Users    map[string]any `yaml:"users"`
			Settings map[string]any `yaml:"settings"`
			Files    map[string]any `yaml:"files"`
			Clusters []struct {
				Name              string `yaml:"name"`
				PDBMaxUnavailable uint16 `yaml:"pdbMaxUnavailable"`
				Layout            struct {
					ShardsCount   int `yaml:"shardsCount"`
					ReplicasCount int `yaml:"replicasCount"`
				} `yaml:"layout"`
			} `yaml:"clusters"`
		} `yaml:"configuration"`
		Templates struct {
			PodTemplates         []installationTemplate `yaml:"podTemplates"`
			VolumeClaimTemplates []installationTemplate `yaml:"volumeClaimTemplates"`
		} `yaml:"templates"`
	} `yaml:"spec"`
}

type installationTemplate struct {
	Name string         `yaml:"name"`
	Spec map[string]any `yaml:"spec"`
}

var (
	clusterName = regexp.MustCompile(`^[a-zA-Z0-9-]{1,15}$`) // of the schema
	configFile  = regexp.MustCompile(`^((config|users|conf)\.d/)?[\w-]+\.xml$`)
)

// installationFaults says where a ClickHouseInstallation leaves the schema of its
// operator, and which of the templates it names are not there.
func installationFaults(text []byte) (faults []string) {
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	var i installation
	if err := decoder.Decode(&i); err != nil {
		return []string{err.Error()}
	}
	names := func(templates []installationTemplate) (all []string) {
		for _, t := range templates {
			all = append(all, t.Name)
		}
		return all
	}
	if name := i.Spec.Defaults.Templates.PodTemplate; !slices.Contains(names(i.Spec.Templates.PodTemplates), name) {
		faults = append(faults, "there is no template of a pod "+name)
	}
	if name := i.Spec.Defaults.Templates.DataVolumeClaimTemplate; !slices.Contains(names(i.Spec.Templates.VolumeClaimTemplates), name) {
		faults = append(faults, "there is no template of a claim "+name)
	}
	for _, c := range i.Spec.Configuration.Clusters {
		if !clusterName.MatchString(c.Name) {
			faults = append(faults, "a cluster cannot have the name "+c.Name)
		}
	}
	for name, content := range i.Spec.Configuration.Files {
		if !configFile.MatchString(name) {
			faults = append(faults, "the operator passes over the file "+name)
		}
		if _, isText := content.(string); !isText {
			faults = append(faults, "no text is in "+name)
		}
	}
	return faults
}

func TestInstallationKeepsToTheSchemaOfItsOperator(t *testing.T) {
	text, _, _ := strings.Cut(string(readFile(t, "kubernetes/clickhouse.yaml")), "\n---\n")
	for _, fault := range installationFaults([]byte(text)) {
		t.Error(fault)
	}
	for _, c := range []struct{ old, new, want string }{
		{"pdbMaxUnavailable: 0", "pdbMaxUnavailabel: 0", "pdbMaxUnavailabel not found"},
		{"pdbMaxUnavailable: 0", "pdbMaxUnavailable: none", "cannot unmarshal"},
		{"shardsCount: 1", "shards: 1", "shards not found"},
		{"- name: bellwether", "- name: bellwether-statistics", "cannot have the name bellwether-statistics"},
		{"podTemplate: server", "podTemplate: host", "no template of a pod host"},
		{"dataVolumeClaimTemplate: data", "dataVolumeClaimTemplate: disk", "no template of a claim disk"},
		{"config.d/tls.xml", "tls.d/tls.xml", "passes over the file tls.d/tls.xml"},
		{"    settings:", "    serverSettings:", "serverSettings not found"},
	} {
		broken := strings.Replace(text, c.old, c.new, 1)
		if broken == text {
			t.Errorf("the manifest no longer holds %q", c.old)
		}
		if got := strings.Join(installationFaults([]byte(broken)), "\n"); !strings.Contains(got, c.want) {
			t.Errorf("%s for %s: %q is not found in %q", c.new, c.old, c.want, got)
		}
	}
}
