package deploy_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// object is a document of a manifest, as it is written.
type object map[string]any

// at follows names and numbers into a document; nil where there is nothing.
func at(value any, path ...any) any {
	for _, step := range path {
		switch step := step.(type) {
		case string:
			m, ok := value.(map[string]any)
			if !ok {
				return nil
			}
			value = m[step]
		case int:
			list, ok := value.([]any)
			if !ok || step >= len(list) {
				return nil
			}
			value = list[step]
		}
	}
	return value
}

func (o object) at(path ...any) any { return at(map[string]any(o), path...) }
func (o object) kind() string       { return fmt.Sprint(o.at("kind")) }
func (o object) name() string       { return fmt.Sprint(o.at("kind"), "/", o.at("metadata", "name")) }

// kinds are those that are used, with the version of their interface.
var kinds = map[string]string{
	"Namespace": "v1", "Service": "v1", "ServiceAccount": "v1", "PersistentVolumeClaim": "v1", "Deployment": "apps/v1",
	"NetworkPolicy": "networking.k8s.io/v1", "ClickHouseInstallation": "clickhouse.altinity.com/v1",
	"ServiceMonitor": "monitoring.coreos.com/v1", "PrometheusRule": "monitoring.coreos.com/v1",
}

func documents(t *testing.T, text []byte) (all []object) {
	t.Helper()
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	for {
		var o map[string]any
		err := decoder.Decode(&o) // which refuses a name that is given twice
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, o)
	}
}

// manifests are the documents that kustomization.yaml lists, which has to be every file.
func manifests(t *testing.T) (all []object) {
	t.Helper()
	var list struct {
		Resources          []string
		ConfigMapGenerator []struct {
			Name  string
			Files []string
		} `yaml:"configMapGenerator"`
	}
	if err := yaml.Unmarshal(readFile(t, "kubernetes/kustomization.yaml"), &list); err != nil {
		t.Fatal(err)
	}
	listed := []string{"kustomization.yaml"}
	for _, name := range list.Resources {
		listed = append(listed, name)
		all = append(all, documents(t, readFile(t, filepath.Join("kubernetes", name)))...)
	}
	for _, m := range list.ConfigMapGenerator {
		listed = append(listed, m.Files...)
		all = append(all, object{"kind": "ConfigMap", "apiVersion": "v1", "metadata": map[string]any{"name": m.Name}})
	}
	entries, err := os.ReadDir("kubernetes")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !slices.Contains(listed, e.Name()) {
			t.Errorf("kustomization.yaml does not list %s", e.Name())
		}
	}
	return all
}

// brought is what the runbook has people make beforehand.
func brought(t *testing.T) (all []string) {
	t.Helper()
	for _, found := range regexp.MustCompile(`create (secret generic|secret tls|configmap) ([\w-]+)`).FindAllStringSubmatch(string(readFile(t, "runbook.md")), -1) {
		kind := "Secret"
		if found[1] == "configmap" {
			kind = "ConfigMap"
		}
		all = append(all, kind+"/"+found[2])
	}
	return all
}

func TestKubernetesManifestsHoldTogether(t *testing.T) {
	all := manifests(t)
	for _, fault := range manifestFaults(all, brought(t)) {
		t.Error(fault)
	}
	if len(all) < 12 {
		t.Errorf("there are %d documents", len(all))
	}
}

// manifestFaults says what does not fit together.
func manifestFaults(all []object, brought []string) (faults []string) {
	fault := func(o object, format string, args ...any) {
		faults = append(faults, o.name()+": "+fmt.Sprintf(format, args...))
	}
	there := slices.Clone(brought)
	for _, o := range all {
		if slices.Contains(there, o.name()) {
			fault(o, "is there twice")
		}
		there = append(there, o.name())
		if version, ok := kinds[o.kind()]; o.kind() != "ConfigMap" && (!ok || version != o.at("apiVersion")) {
			fault(o, "is a %s of %s", o.kind(), o.at("apiVersion"))
		}
	}
	for _, o := range all {
		for _, name := range references(o) {
			if !slices.Contains(there, name) {
				fault(o, "refers to %s, which there is not", name)
			}
		}
		for _, pod := range pods(o) {
			for _, text := range podFaults(pod) {
				fault(o, "%s", text)
			}
		}
		if o.kind() == "Deployment" && !reflect.DeepEqual(o.at("spec", "selector", "matchLabels"), o.at("spec", "template", "metadata", "labels")) {
			fault(o, "does not select its own pods")
		}
		if o.kind() == "Service" && !selectsPods(all, o.at("spec", "selector")) {
			fault(o, "selects no pods")
		}
	}
	return faults
}

// references are what a document names of others, as Kind/name.
func references(value any) (names []string) {
	keys := map[string]string{"serviceAccountName": "ServiceAccount", "claimName": "PersistentVolumeClaim", "secretName": "Secret"}
	groups := map[string]string{"configMap": "ConfigMap", "secretKeyRef": "Secret", "credentials": "Secret"}
	switch v := value.(type) {
	case object:
		return references(map[string]any(v))
	case []any:
		for _, item := range v {
			names = append(names, references(item)...)
		}
	case map[string]any:
		for key, item := range v {
			if kind, ok := keys[key]; ok {
				names = append(names, kind+"/"+fmt.Sprint(item))
			} else if kind, ok := groups[key]; ok && at(item, "name") != nil {
				names = append(names, kind+"/"+fmt.Sprint(at(item, "name")))
			}
			names = append(names, references(item)...)
		}
	}
	return names
}

// pods are the specifications of pods in a document.
func pods(o object) (all []map[string]any) {
	if spec, ok := o.at("spec", "template", "spec").(map[string]any); ok {
		all = append(all, spec)
	}
	templates, _ := o.at("spec", "templates", "podTemplates").([]any)
	for _, t := range templates {
		if spec, ok := at(t, "spec").(map[string]any); ok {
			all = append(all, spec)
		}
	}
	return all
}

var pinned = regexp.MustCompile(`^[a-z/-]+:\d+\.\d+(\.\d+)?$`)

// podFaults holds a pod against what any of ours has to be: hardened, limited, of a
// version, with every volume that it mounts and every port that it is asked at.
func podFaults(pod map[string]any) (faults []string) {
	need := func(isSo bool, format string, args ...any) {
		if !isSo {
			faults = append(faults, fmt.Sprintf(format, args...))
		}
	}
	need(at(pod, "securityContext", "runAsNonRoot") == true, "may run as root")
	need(at(pod, "securityContext", "seccompProfile", "type") == "RuntimeDefault", "has no seccomp profile")
	var volumes []string
	listed, _ := pod["volumes"].([]any)
	for _, v := range listed {
		volumes = append(volumes, fmt.Sprint(at(v, "name")))
	}
	containers, _ := pod["containers"].([]any)
	need(len(containers) > 0, "has no container")
	for _, c := range containers {
		need(pinned.MatchString(fmt.Sprint(at(c, "image"))), "runs %v, want an image of a version", at(c, "image"))
		need(at(c, "securityContext", "allowPrivilegeEscalation") == false, "may gain privileges")
		need(reflect.DeepEqual(at(c, "securityContext", "capabilities", "drop"), []any{"ALL"}), "keeps capabilities")
		need(at(c, "resources", "limits", "memory") != nil, "has no limit of memory")
		mounts, _ := at(c, "volumeMounts").([]any)
		for _, m := range mounts {
			need(slices.Contains(volumes, fmt.Sprint(at(m, "name"))), "mounts %v, which is no volume", at(m, "name"))
		}
		var ports []any
		opened, _ := at(c, "ports").([]any)
		for _, p := range opened {
			ports = append(ports, at(p, "name"))
		}
		for _, probe := range []string{"startupProbe", "livenessProbe", "readinessProbe"} {
			if port := at(c, probe, "httpGet", "port"); port != nil {
				need(slices.Contains(ports, port), "is probed at %v, which is no port", port)
			}
		}
	}
	return faults
}

func selectsPods(all []object, selector any) bool {
	return slices.ContainsFunc(all, func(o object) bool {
		return reflect.DeepEqual(o.at("spec", "template", "metadata", "labels"), selector)
	})
}

func TestFaultsOfManifestsAreFound(t *testing.T) {
	const sound = `{kind: Deployment, apiVersion: apps/v1, metadata: {name: d}, spec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {
  serviceAccountName: s, securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}, volumes: [{name: v, secret: {secretName: x}}],
  containers: [{image: "a/b:1.2", ports: [{name: p}], livenessProbe: {httpGet: {port: p}}, volumeMounts: [{name: v}], resources: {limits: {memory: 1Gi}},
    securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}]}}}}
---
{kind: ServiceAccount, apiVersion: v1, metadata: {name: s}}
---
{kind: Service, apiVersion: v1, metadata: {name: w}, spec: {selector: {a: b}}}
`
	if got := manifestFaults(documents(t, []byte(sound)), []string{"Secret/x"}); len(got) > 0 {
		t.Errorf("a sound one has %q", got)
	}
	for _, c := range []struct{ old, new, want string }{
		{"secretName: x", "secretName: y", "refers to Secret/y"},
		{"serviceAccountName: s", "serviceAccountName: r", "refers to ServiceAccount/r"},
		{"runAsNonRoot: true", "runAsNonRoot: false", "may run as root"},
		{"a/b:1.2", "a/b:latest", "want an image of a version"},
		{"drop: [ALL]", "drop: [NET_RAW]", "keeps capabilities"},
		{"memory: 1Gi", "cpu: 1", "no limit of memory"},
		{"volumeMounts: [{name: v}]", "volumeMounts: [{name: u}]", "mounts u"},
		{"httpGet: {port: p}", "httpGet: {port: q}", "probed at q"},
		{"labels: {a: b}", "labels: {a: c}", "does not select its own pods"},
		{"selector: {a: b}", "selector: {a: c}", "selects no pods"},
		{"apiVersion: apps/v1", "apiVersion: apps/v1beta1", "is a Deployment of apps/v1beta1"},
		{"kind: Service, apiVersion: v1, metadata: {name: w}", "kind: ServiceAccount, apiVersion: v1, metadata: {name: s}", "is there twice"},
	} {
		got := strings.Join(manifestFaults(documents(t, []byte(strings.Replace(sound, c.old, c.new, 1))), []string{"Secret/x"}), "\n")
		if !strings.Contains(got, c.want) {
			t.Errorf("%s for %s: %q is not found in %q", c.new, c.old, c.want, got)
		}
	}
}

func TestKubernetesHasTheRulesOfPrometheus(t *testing.T) {
	var want any
	if err := yaml.Unmarshal(readFile(t, "prometheus/bellwether.rules.yml"), &want); err != nil {
		t.Fatal(err)
	}
	for _, o := range manifests(t) {
		if o.kind() == "PrometheusRule" {
			if !reflect.DeepEqual(o.at("spec"), want) {
				t.Error("the rules of kubernetes/monitoring.yaml are not those of prometheus/bellwether.rules.yml")
			}
			return
		}
	}
	t.Error("there are no rules")
}
