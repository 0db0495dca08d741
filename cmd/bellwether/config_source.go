package main

import (
	"net/url"
	"time"

	"go.yaml.in/yaml/v3"
)

// SourceConfig is one publisher's feed: a form, a place to fetch payloads
// from, and a timetable. Exactly one of the places is set.
type SourceConfig struct {
	Name                string           `yaml:"name"`
	Form                string           `yaml:"form"`
	Directory           *DirectorySource `yaml:"directory"`
	HTTP                *HTTPSource      `yaml:"http"`
	Postgres            *PostgresSource  `yaml:"postgres"`
	SFTP                *SFTPSource      `yaml:"sftp"`
	Year                int              `yaml:"year"`
	Area                string           `yaml:"area"`
	Encoding            string           `yaml:"encoding"`
	AcceptNewIndicators bool             `yaml:"accept_new_indicators"`
	TimetableConfig     `yaml:",inline"`
}

// DirectorySource takes the files of a directory that match a pattern, once
// they have stopped growing, and never moves them.
type DirectorySource struct {
	Path    string        `yaml:"path"`
	Pattern string        `yaml:"pattern"`
	Stable  time.Duration `yaml:"stable"` // a file must not have changed for this long
}

// HTTPSource asks an address, and takes the answer when it has changed.
type HTTPSource struct {
	URL          address       `yaml:"url"`
	Headers      []FieldSource `yaml:"headers"`
	Query        []FieldSource `yaml:"query"` // parameters such as a key, which are never shown
	Token        secret        `yaml:"token"` // bearer
	TokenFile    string        `yaml:"token_file"`
	Username     string        `yaml:"username"` // basic
	Password     secret        `yaml:"password"`
	PasswordFile string        `yaml:"password_file"`
	CAFile       string        `yaml:"ca_file"` // PEM; instead of the certificates of the system
	Paging       PagingSource  `yaml:"paging"`
	TimeLimit    time.Duration `yaml:"time_limit"`
	MaxMiB       int64         `yaml:"max_mib"`
}

// FieldSource is a header or a parameter.
type FieldSource struct {
	Name      string     `yaml:"name"`
	Value     hiddenText `yaml:"value"`
	ValueFile string     `yaml:"value_file"`
}

// PagingSource says how the answer of a server is cut into pages.
type PagingSource struct {
	Kind          string `yaml:"kind"`           // odata, link, page or offset; empty is not at all
	Parameter     string `yaml:"parameter"`      // counts pages or records
	SizeParameter string `yaml:"size_parameter"` // asks for so many records
	Size          int    `yaml:"size"`
	First         int    `yaml:"first"`   // number of the first page or record
	Records       string `yaml:"records"` // member of JSON with the records, where it is not the only array
	MaxPages      int    `yaml:"max_pages"`
}

// PostgresSource asks a database in a read-only transaction.
type PostgresSource struct {
	DSN            string        `yaml:"dsn"` // postgres://user@host:5432/database, without password
	Password       secret        `yaml:"password"`
	PasswordFile   string        `yaml:"password_file"`
	CAFile         string        `yaml:"ca_file"`
	Query          string        `yaml:"query"`           // one select, or ${file:/path.sql}; $1 is the watermark
	Watermark      string        `yaml:"watermark"`       // column whose greatest value the next pull begins at
	FirstWatermark string        `yaml:"first_watermark"` // $1 of the first pull
	TimeLimit      time.Duration `yaml:"time_limit"`
	MaxMiB         int64         `yaml:"max_mib"`
}

// SFTPSource takes the files of a directory on an SSH server, and never moves them.
type SFTPSource struct {
	Address           string        `yaml:"address"`  // host:port
	HostKey           string        `yaml:"host_key"` // the one key the server may have, such as "ssh-ed25519 AAAA…"
	Username          string        `yaml:"username"`
	Password          secret        `yaml:"password"`
	PasswordFile      string        `yaml:"password_file"`
	KeyFile           string        `yaml:"key_file"`
	KeyPassphrase     secret        `yaml:"key_passphrase"`
	KeyPassphraseFile string        `yaml:"key_passphrase_file"`
	Path              string        `yaml:"path"`
	Pattern           string        `yaml:"pattern"`
	Stable            time.Duration `yaml:"stable"` // size and date of a file must stay the same for this long
	Done              string        `yaml:"done"`   // suffix of a companion that says a file is finished; replaces stable
	TimeLimit         time.Duration `yaml:"time_limit"`
	MaxMiB            int64         `yaml:"max_mib"`
}

// What a source has that says nothing else.
const (
	defaultStable    = 10 * time.Second
	defaultPullLimit = 5 * time.Minute
	defaultMaxMiB    = 512
	defaultMaxPages  = 1000
)

// UnmarshalYAML fills in the defaults.
func (s *DirectorySource) UnmarshalYAML(n *yaml.Node) error {
	type plain DirectorySource
	*s = DirectorySource{Stable: defaultStable}
	return n.Decode((*plain)(s))
}

// UnmarshalYAML fills in the defaults.
func (s *HTTPSource) UnmarshalYAML(n *yaml.Node) error {
	type plain HTTPSource
	*s = HTTPSource{TimeLimit: defaultPullLimit, MaxMiB: defaultMaxMiB, Paging: PagingSource{MaxPages: defaultMaxPages}}
	return n.Decode((*plain)(s))
}

// UnmarshalYAML fills in the defaults.
func (s *PostgresSource) UnmarshalYAML(n *yaml.Node) error {
	type plain PostgresSource
	*s = PostgresSource{TimeLimit: defaultPullLimit, MaxMiB: defaultMaxMiB}
	return n.Decode((*plain)(s))
}

// UnmarshalYAML fills in the defaults.
func (s *SFTPSource) UnmarshalYAML(n *yaml.Node) error {
	type plain SFTPSource
	*s = SFTPSource{Stable: defaultStable, TimeLimit: defaultPullLimit, MaxMiB: defaultMaxMiB}
	return n.Decode((*plain)(s))
}

// address is a web address. What follows the question mark may hold a key and is
// not shown.
type address string

// String masks the parameters.
func (a address) String() string {
	parsed, err := url.Parse(string(a))
	if err != nil {
		return masked
	}
	if parsed.RawQuery != "" {
		parsed.RawQuery = masked
	}
	if _, isSet := parsed.User.Password(); isSet {
		parsed.User = url.UserPassword(parsed.User.Username(), masked)
	}
	return parsed.String()
}

// MarshalYAML masks the parameters in `bellwether config show`.
func (a address) MarshalYAML() (any, error) { return a.String(), nil }
