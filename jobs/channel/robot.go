package channel

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// Dialect is how the group robot of a messenger wants to be spoken to.
type Dialect string

// The messengers.
const (
	WeCom    Dialect = "wecom"    // 企业微信: developer.work.weixin.qq.com/document/path/91770
	DingTalk Dialect = "dingtalk" // 钉钉: open.dingtalk.com/document/robots/custom-robot-access
	Feishu   Dialect = "feishu"   // 飞书: open.feishu.cn/document/client-docs/bot-v5/add-custom-bot
)

// Robot is a robot in a group of a messenger. Its address holds its key.
type Robot struct {
	Web
	Dialect Dialect
	Secret  Secret // signs what is sent: 钉钉 and 飞书; 企业微信 has none
	Now     func() time.Time
}

// The most bytes of text that the documents of the messengers allow, with room
// for what stands around it in the two whose limit is for the whole body.
const (
	weComLimit    = 4096
	dingTalkLimit = 18_000
	feishuLimit   = 18_000
)

// Send tells the group.
func (r Robot) Send(ctx context.Context, m Message) error {
	key, err := r.Secret.read()
	if err != nil {
		return err
	}
	now := r.Now()
	var body any
	var adjust func(*http.Request, []byte) error
	switch r.Dialect {
	case WeCom:
		body = map[string]any{"msgtype": "markdown", "markdown": map[string]string{"content": m.markdown(weComLimit)}}
	case DingTalk:
		body = map[string]any{"msgtype": "markdown", "markdown": map[string]string{
			"title": m.Subject(), "text": m.markdown(dingTalkLimit),
		}}
		adjust = signAddress(key, now)
	default:
		text := map[string]any{"msg_type": "text", "content": map[string]string{"text": m.plain(feishuLimit)}}
		signBody(text, key, now)
		body = text
	}
	reply, err := r.post(ctx, body, adjust)
	if err != nil {
		return err
	}
	if err := reply.fault(key); err != nil {
		return err
	}
	return reply.robotFault(key)
}

// Check connects to the server of the messenger, and looks for the secret.
func (r Robot) Check(ctx context.Context) (string, error) {
	if _, err := r.Secret.read(); err != nil {
		return "", err
	}
	return r.reach(ctx)
}

// signAddress adds what 钉钉 asks for: the time in milliseconds, and the signature
// of time and secret under the secret.
func signAddress(key string, now time.Time) func(*http.Request, []byte) error {
	return func(request *http.Request, _ []byte) error {
		if key == "" {
			return nil
		}
		at := strconv.FormatInt(now.UnixMilli(), 10)
		query := request.URL.Query()
		query.Set("timestamp", at)
		query.Set("sign", sign(key, at+"\n"+key))
		request.URL.RawQuery = query.Encode()
		return nil
	}
}

// signBody adds what 飞书 asks for: the time in seconds, and the signature of
// nothing under time and secret.
func signBody(body map[string]any, key string, now time.Time) {
	if key == "" {
		return
	}
	at := strconv.FormatInt(now.Unix(), 10)
	body["timestamp"], body["sign"] = at, sign(at+"\n"+key, "")
}

// verdict is what a robot says within an HTTP 200: 企业微信 and 钉钉 by errcode,
// 飞书 by code, and by StatusCode in its older answers.
type verdict struct {
	ErrCode    *int   `json:"errcode"`
	Code       *int   `json:"code"`
	StatusCode *int   `json:"StatusCode"`
	ErrMsg     string `json:"errmsg"`
	Msg        string `json:"msg"`
}

// Codes that say that the key, the signature or the sender is not accepted, and
// codes that say that too much came at once.
var (
	deniedCodes = []int{93000, 40014, 310000, 300001, 19021, 19022, 19024}
	busyCodes   = []int{-1, 45009, 130101, 410100, 9499, 11232}
)

// robotFault reads the code in an answer; without one nobody knows that the
// message was taken.
func (r reply) robotFault(key string) error {
	var v verdict
	fault := func(reason Reason, err error) error { return &Error{Reason: reason, At: r.host, Err: err} }
	secrets := append(r.secrets, key)
	if err := json.Unmarshal(r.body, &v); err != nil {
		return fault(Refused, errors.New("the answer is no JSON: "+quoted(string(r.body), secrets...)))
	}
	for _, code := range []*int{v.ErrCode, v.Code, v.StatusCode} {
		if code == nil {
			continue
		}
		if *code == 0 {
			return nil
		}
		reason := Refused
		switch {
		case slices.Contains(deniedCodes, *code):
			reason = Denied
		case slices.Contains(busyCodes, *code):
			reason = Failing
		}
		return fault(reason, fmt.Errorf("the robot answered code %d: %s", *code, quoted(v.ErrMsg+v.Msg, secrets...)))
	}
	return fault(Refused, errors.New("the answer holds no code: "+quoted(string(r.body), secrets...)))
}
