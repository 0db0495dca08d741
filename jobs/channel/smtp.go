package channel

import (
	"context"
	"errors"
	"fmt"
	"html/template"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail"
)

// How the connection to a mail server is kept from being read.
const (
	StartTLS = "starttls" // asked for after the greeting, and insisted on
	TLS      = "tls"      // from the first byte
	NoTLS    = "none"     // only for a server on this machine
)

// SMTP sends mail through a server of the bureau: one digest for each receiver,
// as HTML and as text, Chinese with English below (RFC 5321, RFC 3207).
type SMTP struct {
	Address   string // host:port
	Security  string // StartTLS, TLS or NoTLS
	CAFile    string // PEM; empty is the certificates of the system
	UserName  string // empty: the server asks for none
	Password  Secret
	From      string
	TimeLimit time.Duration
	Now       func() time.Time
}

// Send mails the digest to every address of the receiver. The Message-ID follows
// from the message, so that a mail that is sent again can be known again. When the
// server refuses one address, nobody gets the mail.
func (s SMTP) Send(ctx context.Context, m Message) error {
	letter, err := s.letter(m)
	if err != nil {
		return &Error{Reason: Refused, At: s.Address, Err: err}
	}
	client, password, err := s.client()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, s.TimeLimit)
	defer cancel()
	session, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return s.fault(err, password)
	}
	defer client.CloseWithSMTPClient(session) // the mail is taken or not by then; how the farewell goes changes nothing
	if err := client.SendWithSMTPClient(session, letter); err != nil {
		return s.fault(err, password)
	}
	return nil
}

// Check connects, secures the connection and logs in.
func (s SMTP) Check(ctx context.Context) (string, error) {
	client, password, err := s.client()
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, s.TimeLimit)
	defer cancel()
	session, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return "", s.fault(err, password)
	}
	defer client.CloseWithSMTPClient(session)
	return "mail server " + s.Address + " answers", nil
}

func (s SMTP) client() (*mail.Client, string, error) {
	password, err := s.Password.read()
	if err != nil {
		return nil, "", err
	}
	trust, err := trusting(s.CAFile)
	if err != nil {
		return nil, "", err
	}
	host, port, err := net.SplitHostPort(s.Address)
	if err != nil {
		return nil, "", &Error{Reason: Unreachable, At: s.Address, Err: err}
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		return nil, "", &Error{Reason: Unreachable, At: s.Address, Err: err}
	}
	trust.ServerName = host
	options := []mail.Option{mail.WithPort(number), mail.WithTimeout(s.TimeLimit), mail.WithTLSConfig(trust)}
	switch s.Security {
	case TLS:
		options = append(options, mail.WithSSL())
	case NoTLS:
		options = append(options, mail.WithTLSPolicy(mail.NoTLS))
	default:
		options = append(options, mail.WithTLSPolicy(mail.TLSMandatory))
	}
	if s.UserName != "" {
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(s.UserName), mail.WithPassword(password))
	}
	client, err := mail.NewClient(host, options...)
	if err != nil {
		return nil, "", &Error{Reason: Refused, At: s.Address, Err: err}
	}
	return client, password, nil
}

// fault says why the mail was not taken.
func (s SMTP) fault(err error, password string) error {
	reason := connectionError(s.Address, err).Reason
	var send *mail.SendError
	if errors.As(err, &send) {
		switch code := send.ErrorCode(); {
		case code == 530 || code == 535:
			reason = Denied
		case code >= 500:
			reason = Refused
		case code >= 400 || send.IsTemp():
			reason = Failing
		}
	}
	for _, mark := range []string{"535 ", "534 ", "530 "} { // the library gives no code for a failed login
		if reason == Unreachable && strings.Contains(err.Error(), mark) {
			reason = Denied
		}
	}
	return &Error{Reason: reason, At: s.Address, Err: errors.New(quoted(err.Error(), password))}
}

// letter writes the digest.
func (s SMTP) letter(m Message) (*mail.Msg, error) {
	_, domain, _ := strings.Cut(strings.TrimSuffix(s.From, ">"), "@")
	letter := mail.NewMsg(mail.WithNoDefaultUserAgent())
	if err := letter.From(s.From); err != nil {
		return nil, fmt.Errorf("sender: %w", err)
	}
	if err := letter.To(m.To...); err != nil {
		return nil, fmt.Errorf("receiver: %w", err)
	}
	letter.Subject(m.Subject())
	letter.SetMessageIDWithValue(m.ID + "@" + domain)
	letter.SetDateWithValue(s.Now())
	letter.SetGenHeader("Auto-Submitted", "auto-generated")
	letter.SetBodyString(mail.TypeTextPlain, m.mailText())
	var html strings.Builder
	if err := page.Execute(&html, m.pageContent()); err != nil {
		return nil, err
	}
	letter.AddAlternativeString(mail.TypeTextHTML, html.String())
	return letter, nil
}

// inMail is how many notices of a section a mail shows.
const inMail = 20

// mailText is the digest as text.
func (m Message) mailText() string {
	text := m.Subject() + "\n"
	for _, s := range m.pageContent().Sections {
		text += "\n" + s.TitleZh + "\n" + s.TitleEn + "\n"
		for _, n := range s.Notices {
			text += "- " + n.MessageZh + "\n"
			if n.CauseZh != "" {
				text += "  原因：" + n.CauseZh + "\n"
			}
			text += "  " + n.MessageEn + "\n"
		}
		if s.More != "" {
			text += "- " + s.More + "\n"
		}
	}
	return text + "\n" + mailFoot + "\n"
}

const mailFoot = "证据：bellwether alerts show 预警号；处置：deploy/runbook.md。本邮件自动发送。 Sent automatically; bellwether alerts show ALERT gives the evidence."

// content is what the page of a mail shows.
type content struct {
	Subject, Foot string
	Sections      []pageSection
}

type pageSection struct {
	TitleZh, TitleEn, More string
	Notices                []Notice
}

func (m Message) pageContent() content {
	c := content{Subject: m.Subject(), Foot: mailFoot}
	for _, s := range m.sections() {
		p := pageSection{TitleZh: s.titleZh(), TitleEn: s.titleEn()}
		var more int
		if p.Notices, more = s.head(inMail); more > 0 {
			p.More = fmt.Sprintf("另有 %d 条 %d more：bellwether alerts --rule %s", more, more, s.first.RuleCode)
		}
		c.Sections = append(c.Sections, p)
	}
	return c
}

var page = template.Must(template.New("mail").Parse(`<!doctype html>
<html lang="zh"><head><meta charset="utf-8"><title>{{.Subject}}</title></head>
<body style="font-family: sans-serif">
<h1 style="font-size: 1.2em">{{.Subject}}</h1>
{{- range .Sections}}
<h2 style="font-size: 1em">{{.TitleZh}}<br><small>{{.TitleEn}}</small></h2>
<ul>
{{- range .Notices}}
<li>{{.MessageZh}}{{if .CauseZh}}<br>原因：{{.CauseZh}}{{end}}<br><small>{{.MessageEn}}</small></li>
{{- end}}
{{- if .More}}
<li>{{.More}}</li>
{{- end}}
</ul>
{{- end}}
<p><small>{{.Foot}}</small></p>
</body></html>
`))
