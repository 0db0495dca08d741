package main

import (
	"fmt"
	"net"
	netmail "net/mail"
	"net/url"
	"slices"

	"bellwether/jobs/channel"
)

func (c DeliverConfig) faults() []error {
	faults := c.TimetableConfig.faults("deliver")
	reminders := faultList{at: "deliver"}
	reminders.addIf(c.RemindEvery < 0, ".remind_every: cannot be %s", c.RemindEvery)
	reminders.addIf(c.EscalateAfter < 0 || c.EscalateAfter > 200, ".escalate_after: want 0 to 200 working days, got %d", c.EscalateAfter)
	faults = append(faults, reminders.faults...)
	seen := map[string]bool{}
	for i, ch := range c.Channels {
		l := faultList{at: fmt.Sprintf("deliver.channels[%d]", i)}
		l.addIf(!plainName.MatchString(ch.Name), ".name: want letters, digits and _, got %q", ch.Name)
		l.addIf(seen[ch.Name], ".name: %q occurs twice", ch.Name)
		seen[ch.Name] = true
		ch.standInFaults(c.Channels, &l)
		l.addIf(ch.IsUpper && ch.Alertmanager != nil, ".upper: Alertmanager keeps every open alert and escalates by its own rules")
		for _, r := range ch.Routes {
			for _, s := range r.Severities {
				l.addIf(!slices.Contains([]string{"critical", "warning", "notice"}, s), ".routes: want critical, warning or notice, got %q", s)
			}
		}
		faults = append(append(faults, l.faults...), ch.wayFaults(l.at)...)
	}
	return faults
}

// standInFaults looks at whom a channel stands in for.
func (c ChannelConfig) standInFaults(all []ChannelConfig, l *faultList) {
	if c.StandsFor == "" {
		return
	}
	i := slices.IndexFunc(all, func(other ChannelConfig) bool { return other.Name == c.StandsFor })
	l.addIf(i < 0 || c.StandsFor == c.Name, ".stand_in_for: want another channel, got %q", c.StandsFor)
	l.addIf(i >= 0 && c.StandsFor != c.Name && all[i].StandsFor != "", ".stand_in_for: %s stands in for another itself", c.StandsFor)
	l.addIf(c.IsUpper, ".stand_in_for: a channel one level up stands in for none; give it a name of its own")
	l.addIf(c.Alertmanager != nil, ".stand_in_for: Alertmanager keeps every open alert and stands in for none")
}

// wayFaults looks at how somebody is told.
func (c ChannelConfig) wayFaults(at string) []error {
	var faults []error
	ways := 0
	if c.Alertmanager != nil {
		ways, faults = ways+1, append(faults, c.Alertmanager.faults(at+".alertmanager")...)
	}
	if c.SMTP != nil {
		ways, faults = ways+1, append(faults, c.SMTP.faults(at+".smtp")...)
	}
	for _, r := range []struct {
		name    string
		robot   *RobotChannel
		isKeyed bool // signs always
	}{{"wecom", c.WeCom, false}, {"dingtalk", c.DingTalk, false}, {"feishu", c.Feishu, false}, {"webhook", c.Webhook, true}} {
		if r.robot != nil {
			ways, faults = ways+1, append(faults, r.robot.faults(at+"."+r.name, r.isKeyed)...)
		}
	}
	if ways != 1 {
		faults = append(faults, fmt.Errorf("%s: want one of alertmanager, smtp, wecom, dingtalk, feishu and webhook, got %d of them", at, ways))
	}
	return faults
}

func (c AlertmanagerChannel) faults(at string) []error {
	l := faultList{at: at}
	where, err := url.Parse(c.URL)
	isWeb := err == nil && (where.Scheme == "http" || where.Scheme == "https") && where.Host != ""
	l.addIf(!isWeb, ".url: want http:// or https:// and a host")
	l.addIf(isWeb && (where.User != nil || where.RawQuery != ""), ".url: holds a user or parameters")
	l.addIf(c.Hold <= 0 || c.TimeLimit <= 0, ": want hold and time_limit above 0")
	return l.faults
}

func (c SMTPChannel) faults(at string) []error {
	l := faultList{at: at}
	host, _, err := net.SplitHostPort(c.Address)
	l.addIf(err != nil, ".address: want host:port, got %q", c.Address)
	securities := []string{channel.StartTLS, channel.TLS, channel.NoTLS}
	l.addIf(!slices.Contains(securities, c.Security), ".security: want starttls, tls or none, got %q", c.Security)
	isHere := host == "localhost" || net.ParseIP(host).IsLoopback()
	l.addIf(c.Security == channel.NoTLS && !isHere, ".security: none is only for a server on this machine")
	l.addIf(c.Password != "" && c.PasswordFile != "", ": want password or password_file, not both")
	l.addIf((c.Username != "") != (c.Password != "" || c.PasswordFile != ""), ": username and password go together")
	addresses := append([]string{c.From}, c.To...)
	seen := map[string]bool{}
	for _, a := range c.Agencies {
		l.addIf(seen[a.Agency], ".agencies: %q occurs twice", a.Agency)
		seen[a.Agency] = true
		l.addIf(a.Agency == "" || len(a.To) == 0, ".agencies: want an agency and its addresses")
		addresses = append(addresses, a.To...)
	}
	l.addIf(len(c.To) == 0 && len(c.Agencies) == 0, ": want to, agencies or both")
	for _, a := range addresses {
		_, err := netmail.ParseAddress(a)
		l.addIf(err != nil, ": %q is no mail address", a)
	}
	l.addIf(c.TimeLimit <= 0, ".time_limit: want more than 0")
	return l.faults
}

func (c RobotChannel) faults(at string, isKeyed bool) []error {
	l := faultList{at: at}
	l.addIf((c.URL == "") == (c.URLFile == ""), ": want either url or url_file")
	l.addIf(c.Secret != "" && c.SecretFile != "", ": want secret or secret_file, not both")
	l.addIf(isKeyed && c.Secret == "" && c.SecretFile == "", ": want secret or secret_file, which signs the body")
	l.addIf(c.TimeLimit <= 0, ".time_limit: want more than 0")
	return l.faults
}
