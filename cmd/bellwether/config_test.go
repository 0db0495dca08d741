package main

import (
	"bytes"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files of testdata anew")

// golden compares got with a file of testdata, or writes it with -update.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; run go test -update and read the file", err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s differs (-want +got):\n%s", name, diff)
	}
}

// fakeEnvironment holds variables and files of one test.
func fakeEnvironment(variables, files map[string]string) environment {
	return environment{
		lookup: func(name string) (string, bool) {
			value, ok := variables[name]
			return value, ok
		},
		readFile: func(path string) ([]byte, error) {
			content, ok := files[path]
			if !ok {
				return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
			}
			return []byte(content), nil
		},
	}
}

func TestConfigIsFoundInOrder(t *testing.T) {
	files := map[string]string{
		"given.yaml":      "language: en",
		"variable.yaml":   "data_dir: /variable",
		"bellwether.yaml": "data_dir: /here",
		"/home/clerk/.config/bellwether/bellwether.yaml": "data_dir: /home-config",
	}
	home := map[string]string{"HOME": "/home/clerk"}
	without := map[string]string{"/home/clerk/.config/bellwether/bellwether.yaml": files["/home/clerk/.config/bellwether/bellwether.yaml"]}
	for _, c := range []struct {
		name, given, want string
		variables, files  map[string]string
	}{
		{"the flag first", "given.yaml", "", home, files},
		{"then the variable", "", "/variable", map[string]string{"BELLWETHER_CONFIG": "variable.yaml"}, files},
		{"then the working directory", "", "/here", home, files},
		{"then the home directory", "", "/home-config", home, without},
	} {
		t.Run(c.name, func(t *testing.T) {
			config, _, err := LoadConfig(c.given, fakeEnvironment(c.variables, c.files))
			if err != nil {
				t.Fatal(err)
			}
			if c.want != "" && config.DataDir != c.want {
				t.Errorf("data_dir = %q, want %q", config.DataDir, c.want)
			}
			if c.given != "" && config.Language != "en" {
				t.Errorf("language = %q, want en", config.Language)
			}
		})
	}
}

func TestANamedConfigMustExist(t *testing.T) {
	if _, _, err := LoadConfig("nowhere.yaml", fakeEnvironment(nil, nil)); err == nil {
		t.Error("got no error")
	}
}

func TestEachFaultOfAFileNamesItsLine(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"an unknown key is refused with a suggestion", "languge: zh", `c.yaml:1: no setting "languge" here (did you mean "language"?)`},
		{"also deep inside", "http:\n  listen: x\n  lisen: y", `c.yaml:3: no setting "http.lisen" here (did you mean "listen"?)`},
		{"an undefined variable is refused", "data_dir: ${NOWHERE}", "c.yaml:1: data_dir: variable NOWHERE is not set"},
		{"a missing secret file is refused", "warehouse:\n  password: ${file:/none}", "c.yaml:2: warehouse.password: ${file:/none}"},
		{"a password in the file is refused", "warehouse:\n  password: hunter2", "c.yaml:2: warehouse.password: the file must not hold the words themselves"},
		{"a list where one value belongs is refused", "language: [zh]", "c.yaml:1: language is one value, not a list"},
		{"a value of the wrong kind is refused", "engine:\n  tcp_port: many", "line 2: cannot unmarshal"},
		{"aliases are refused", "language: &l zh\ndata_dir: *l", "c.yaml:2: anchors"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, _, err := LoadConfig("c.yaml", fakeEnvironment(nil, map[string]string{"c.yaml": c.text}))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got  %v\nwant …%s…", err, c.want)
			}
		})
	}
}

func TestAVariableNeverChangesTheStructureOfTheFile(t *testing.T) {
	env := fakeEnvironment(map[string]string{
		"INJECT": "x\nhttp:\n  listen: 0.0.0.0:1", "PORT": "9001", "EMPTY": "",
	}, map[string]string{"c.yaml": "data_dir: ${INJECT}\nengine:\n  tcp_port: ${PORT}\n  library: ${EMPTY:-fallback}\n  cache_dir: $${PORT}\n"})
	config, _, err := LoadConfig("c.yaml", env)
	if err != nil {
		t.Fatal(err)
	}
	if config.HTTP.Listen != Defaults().HTTP.Listen || !strings.Contains(config.DataDir, "0.0.0.0") {
		t.Errorf("data_dir = %q, http.listen = %q", config.DataDir, config.HTTP.Listen)
	}
	want := EngineConfig{TCPPort: 9001, Library: "fallback", CacheDir: "${PORT}"}
	if diff := cmp.Diff(want, config.Engine); diff != "" {
		t.Error(diff)
	}
}

func TestValidateNamesEveryFaultAtOnce(t *testing.T) {
	config := Defaults()
	config.Language = "fr"
	config.TimeZone = "Asia/Nowhere"
	config.Warehouse.DSN = "clickhouse://user:hunter2@host/db"
	config.Warehouse.AnalystUser = "analyst"
	config.Engine.Reporters = []string{"health", "health", "*"}
	config.Evaluate.Schedule = "0 0 30 2 *"
	config.Sources = []SourceConfig{{Name: "health", Form: "health/mch_annual"}, {Name: "health"}}
	config.Deliver.Channels = []ChannelConfig{
		{Name: "mail", Routes: []RouteConfig{{Severities: []string{"loud"}}}, SMTP: &SMTPChannel{Address: "mail:25", Security: "none", From: "nobody"}},
		{Name: "mail"},
		{Name: "hook", StandsFor: "nobody", Webhook: &RobotChannel{URL: "hunter2"}},
		{Name: "second", StandsFor: "hook", IsUpper: true, Alertmanager: &AlertmanagerChannel{URL: "http://a", Hold: 1, TimeLimit: 1}},
	}
	err := config.Validate()
	if err == nil {
		t.Fatal("got no error")
	}
	for _, want := range []string{
		"language", "time_zone", "holds a password", `"0 0 30 2 *" never comes`,
		"warehouse.analyst_user: want analyst_password", `engine.reporters[1]: want the code of an agency, once, got "health"`, "engine.reporters[2]",
		"sources[0]: want one of directory, http, postgres and sftp", `sources[1].name: "health" occurs twice`, "sources[1].form",
		`deliver.channels[0].routes: want critical, warning or notice, got "loud"`, "deliver.channels[0].smtp.security: none is only",
		`deliver.channels[0].smtp: "nobody" is no mail address`, "deliver.channels[0].smtp: want to, agencies or both",
		`deliver.channels[1].name: "mail" occurs twice`, "deliver.channels[1]: want one of alertmanager, smtp",
		"deliver.channels[2].webhook: want secret or secret_file", `deliver.channels[2].stand_in_for: want another channel, got "nobody"`,
		"deliver.channels[3].stand_in_for: hook stands in for another itself", "deliver.channels[3].stand_in_for: a channel one level up",
		"deliver.channels[3].stand_in_for: Alertmanager",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not reported", want)
		}
	}
	if strings.Contains(err.Error(), "hunter2") {
		t.Error("the password is shown")
	}
}

func TestDefaultsAreValid(t *testing.T) {
	if err := Defaults().Validate(); err != nil {
		t.Error(err)
	}
}

func TestConfigShowMasksSecretsAndSaysWhereEachValueIsFrom(t *testing.T) {
	text := strings.Join([]string{
		"data_dir: /srv/bellwether",
		"warehouse:",
		"  dsn: clickhouse://loader@db:9440/bellwether?secure=true",
		"  password: ${CH_PASSWORD}",
		"sources:",
		"  - name: health",
		"    form: health/mch_annual",
		"    directory: {path: /srv/inbox, pattern: '*.csv'}",
		"    schedule: 0 2 * * *",
		"    time_limit: 10m",
		"  - name: web",
		"    form: health/mch_annual",
		"    http: {url: 'https://host/x?key=${CH_PASSWORD}', token: '${CH_PASSWORD}', headers: [{name: X-Key, value: '${CH_PASSWORD}'}]}",
		"  - name: database",
		"    form: health/mch_annual",
		"    postgres: {dsn: 'postgres://reader@db/mch', password: '${file:/run/secrets/mch}', query: select 1}",
		"  - name: server",
		"    form: health/mch_annual",
		"    sftp: {address: 'host:22', password: '${CH_PASSWORD}', path: /out, host_key: 'ssh-ed25519 AAAA'}",
		"deliver:",
		"  channels:",
		"    - name: mail",
		"      routes: [{severities: [critical]}]",
		"      smtp: {address: 'mail:587', username: u, password: '${CH_PASSWORD}', from: a@b.cn, agencies: [{agency: health, to: [c@d.cn]}]}",
		"    - name: group",
		"      feishu: {url: 'https://host/hook/${CH_PASSWORD}', secret: '${CH_PASSWORD}'}",
	}, "\n")
	env := fakeEnvironment(map[string]string{"CH_PASSWORD": "hunter2"}, map[string]string{"c.yaml": text, "/run/secrets/mch": "hunter2\n"})
	config, from, err := LoadConfig("c.yaml", env)
	if err != nil {
		t.Fatal(err)
	}
	if config.Warehouse.Password != "hunter2" || config.Sources[0].TimeLimit != 10*time.Minute {
		t.Errorf("read as %+v", config)
	}
	var out bytes.Buffer
	if err := writeConfig(&out, config, from); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out.String(), "hunter2") {
		t.Error("the password is shown")
	}
	golden(t, "config_show.yaml", out.Bytes())
}

// TestTheExampleOfTheReadmeIsAConfiguration that could be used as it stands.
func TestTheExampleOfTheReadmeIsAConfiguration(t *testing.T) {
	_, after, _ := strings.Cut(readText(t, "../../README.md"), "```yaml\n")
	example, _, ok := strings.Cut(after, "```")
	if !ok {
		t.Fatal("README.md has no example")
	}
	env := fakeEnvironment(nil, map[string]string{"c.yaml": example, "/etc/bellwether/mch.sql": "select 1"})
	config, _, err := LoadConfig("c.yaml", env)
	if err == nil {
		err = config.Validate()
	}
	if err != nil || len(config.Sources) != 4 || len(config.Deliver.Channels) != 6 {
		t.Errorf("got %d sources, %d channels and %v", len(config.Sources), len(config.Deliver.Channels), err)
	}
}

func FuzzInterpolate(f *testing.F) {
	for _, seed := range []string{"", "plain", "${A}", "$${A}", "${A:-b}", "${file:/x}", "${", "a${A}b${A}"} {
		f.Add(seed)
	}
	env := fakeEnvironment(map[string]string{"A": "value"}, map[string]string{"/x": "content"})
	f.Fuzz(func(t *testing.T, text string) {
		result, used, err := interpolate(text, env)
		if err == nil && len(used) == 0 && result != strings.ReplaceAll(text, "$${", "${") {
			t.Errorf("%q became %q without a reference", text, result)
		}
	})
}

func TestTheConfigurationsThatAreDeployedAreSound(t *testing.T) {
	for _, name := range []string{"docker", "kubernetes"} {
		text, err := os.ReadFile("../../deploy/" + name + "/bellwether.yaml")
		if err != nil {
			t.Fatal(err)
		}
		config, _, err := LoadConfig("c.yaml", fakeEnvironment(nil, map[string]string{"c.yaml": string(text)}))
		if err == nil {
			err = config.Validate()
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
