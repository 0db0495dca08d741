package main

import (
	"time"

	"go.yaml.in/yaml/v3"
)

// DeliverConfig is who is told of alerts, and when beside right after each
// evaluation.
type DeliverConfig struct {
	Channels        []ChannelConfig `yaml:"channels"`
	RemindEvery     time.Duration   `yaml:"remind_every"`   // of an alert that is open and not closed; 0 is never
	EscalateAfter   int             `yaml:"escalate_after"` // working days until what nobody has taken up goes one level up; 0 is never
	TimetableConfig `yaml:",inline"`
}

// ChannelConfig is a way to tell somebody. Exactly one of the ways is set.
type ChannelConfig struct {
	Name         string               `yaml:"name"`         // the log of deliveries goes by it: another name starts anew
	IsUpper      bool                 `yaml:"upper"`        // one level up: told of what was not taken up or dealt with in time
	StandsFor    string               `yaml:"stand_in_for"` // another channel: told, in the same delivery, of what that one does not take
	Routes       []RouteConfig        `yaml:"routes"`
	Alertmanager *AlertmanagerChannel `yaml:"alertmanager"`
	SMTP         *SMTPChannel         `yaml:"smtp"`
	WeCom        *RobotChannel        `yaml:"wecom"`    // 企业微信
	DingTalk     *RobotChannel        `yaml:"dingtalk"` // 钉钉
	Feishu       *RobotChannel        `yaml:"feishu"`   // 飞书
	Webhook      *RobotChannel        `yaml:"webhook"`
}

// RouteConfig takes the alerts that match each of its lists; an empty list
// matches everything.
type RouteConfig struct {
	Severities []string `yaml:"severities"`
	Domains    []string `yaml:"domains"`  // of the plans, such as W-1
	Agencies   []string `yaml:"agencies"` // that answer for the indicator
}

// AlertmanagerChannel is a Prometheus Alertmanager.
type AlertmanagerChannel struct {
	URL       string        `yaml:"url"` // http://127.0.0.1:9093
	CAFile    string        `yaml:"ca_file"`
	Hold      time.Duration `yaml:"hold"` // it takes an alert for resolved that it was not told of for so long
	TimeLimit time.Duration `yaml:"time_limit"`
}

// SMTPChannel is a mail server and who gets what: everything that is routed, or
// what one agency answers for.
type SMTPChannel struct {
	Address      string          `yaml:"address"`  // host:port
	Security     string          `yaml:"security"` // starttls, tls or none
	CAFile       string          `yaml:"ca_file"`
	Username     string          `yaml:"username"`
	Password     secret          `yaml:"password"`
	PasswordFile string          `yaml:"password_file"`
	From         string          `yaml:"from"`
	To           []string        `yaml:"to"`
	Agencies     []AgencyAddress `yaml:"agencies"`
	TimeLimit    time.Duration   `yaml:"time_limit"`
}

// AgencyAddress is where an agency gets its digest.
type AgencyAddress struct {
	Agency string   `yaml:"agency"`
	To     []string `yaml:"to"`
}

// RobotChannel is a robot of a messenger or a program of somebody. The address of
// a robot holds its key and is a secret.
type RobotChannel struct {
	URL        secret        `yaml:"url"`
	URLFile    string        `yaml:"url_file"`
	Secret     secret        `yaml:"secret"` // signs what is sent
	SecretFile string        `yaml:"secret_file"`
	CAFile     string        `yaml:"ca_file"`
	TimeLimit  time.Duration `yaml:"time_limit"`
}

// What a channel has that says nothing else. An alert outlives two missed nights
// in Alertmanager.
const (
	defaultSendLimit = 20 * time.Second
	defaultHold      = 72 * time.Hour
)

// UnmarshalYAML fills in the defaults.
func (c *AlertmanagerChannel) UnmarshalYAML(n *yaml.Node) error {
	type plain AlertmanagerChannel
	*c = AlertmanagerChannel{Hold: defaultHold, TimeLimit: defaultSendLimit}
	return n.Decode((*plain)(c))
}

// UnmarshalYAML fills in the defaults.
func (c *SMTPChannel) UnmarshalYAML(n *yaml.Node) error {
	type plain SMTPChannel
	*c = SMTPChannel{Security: "starttls", TimeLimit: time.Minute}
	return n.Decode((*plain)(c))
}

// UnmarshalYAML fills in the defaults.
func (c *RobotChannel) UnmarshalYAML(n *yaml.Node) error {
	type plain RobotChannel
	*c = RobotChannel{TimeLimit: defaultSendLimit}
	return n.Decode((*plain)(c))
}
