// Package deploy_test tries what is deployed with the tools that it is for.
package deploy_test

import (
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"go.yaml.in/yaml/v3"

	"bellwether/jobs"
)

// tool finds a program that a test needs.
func tool(t *testing.T, name, install string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err == nil {
		return path
	}
	message := name + " is not installed: " + install
	if os.Getenv("BELLWETHER_REQUIRE") == "all" {
		t.Fatal("BELLWETHER_REQUIRE=all: " + message)
	}
	t.Skip(message)
	return ""
}

// runIn runs a program in a folder and returns what it printed.
func runIn(t *testing.T, folder, program string, arguments ...string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), program, arguments...)
	command.Dir = folder
	output, err := command.CombinedOutput()
	if err != nil {
		t.Errorf("%s %s: %v\n%s", program, strings.Join(arguments, " "), err, output)
	}
	return string(output)
}

func TestTheRulesFireWhereTheyHaveTo(t *testing.T) {
	promtool := tool(t, "promtool", "apt-get install prometheus")
	runIn(t, "prometheus", promtool, "check", "config", "prometheus.yml")
	runIn(t, "prometheus", promtool, "test", "rules", "bellwether.rules.test.yml")
}

// ruleFile is what is read here of the rules.
type ruleFile struct {
	Groups []struct {
		Rules []struct {
			Alert       string
			Expr        string
			Labels      map[string]string
			Annotations map[string]string
		}
	}
}

// TestEveryRuleIsTriedAndHasAHeadingAndAsksForWhatTheDaemonTells holds the rules against
// their tests, the runbook and the metrics of the daemon.
func TestEveryRuleIsTriedAndHasAHeadingAndAsksForWhatTheDaemonTells(t *testing.T) {
	var rules ruleFile
	if err := yaml.Unmarshal(readFile(t, "prometheus/bellwether.rules.yml"), &rules); err != nil {
		t.Fatal(err)
	}
	tests, runbook := string(readFile(t, "prometheus/bellwether.rules.test.yml")), string(readFile(t, "runbook.md"))
	told := metricNames(t)
	names := regexp.MustCompile(`bellwether_\w+`)
	for _, group := range rules.Groups {
		for _, rule := range group.Rules {
			if !strings.Contains(tests, "alertname: "+rule.Alert+"\n") {
				t.Errorf("no test has %s fire", rule.Alert)
			}
			if !strings.Contains(runbook, "\n## "+rule.Alert+" ") {
				t.Errorf("runbook.md has no heading for %s", rule.Alert)
			}
			if want := "deploy/runbook.md#" + strings.ToLower(rule.Alert); !strings.HasPrefix(rule.Annotations["runbook"], want) {
				t.Errorf("%s leads to %q, want %s", rule.Alert, rule.Annotations["runbook"], want)
			}
			if rule.Labels["severity"] == "" || rule.Annotations["summary"] == "" || rule.Annotations["description"] == "" {
				t.Errorf("%s lacks severity, summary or description", rule.Alert)
			}
			for _, name := range names.FindAllString(rule.Expr, -1) {
				if !slices.Contains(told, name) {
					t.Errorf("%s asks for %s, which the daemon does not tell", rule.Alert, name)
				}
			}
		}
	}
	for _, m := range regexp.MustCompile(`(?m)^## (Bellwether\w+)`).FindAllStringSubmatch(runbook, -1) {
		if !strings.Contains(string(readFile(t, "prometheus/bellwether.rules.yml")), "alert: "+m[1]+"\n") {
			t.Errorf("runbook.md has a heading for %s, which is no rule", m[1])
		}
	}
}

func readFile(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// metricNames are those of everything that the daemon registers.
func metricNames(t *testing.T) []string {
	t.Helper()
	registry := &describer{}
	jobs.NewMetrics(registry)
	jobs.RegisterProcess(registry, "", "", "", func() int { return 0 })
	var all []string
	for _, d := range registry.descriptions {
		all = append(all, regexp.MustCompile(`fqName: "(\w+)"`).FindStringSubmatch(d.String())[1])
	}
	return all
}

// describer is a registerer that only remembers what was registered.
type describer struct{ descriptions []*prometheus.Desc }

func (d *describer) Register(c prometheus.Collector) error {
	descriptions := make(chan *prometheus.Desc)
	go func() {
		c.Describe(descriptions)
		close(descriptions)
	}()
	for description := range descriptions {
		d.descriptions = append(d.descriptions, description)
	}
	return nil
}

func (d *describer) MustRegister(all ...prometheus.Collector) {
	for _, c := range all {
		_ = d.Register(c) // never fails
	}
}

func (d *describer) Unregister(prometheus.Collector) bool { return false }
