package channel

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
)

// The headers of a webhook.
const (
	SignatureHeader   = "X-Bellwether-Signature" // sha256= and the HMAC-SHA256 of the body, in hexadecimal
	IdempotencyHeader = "Idempotency-Key"        // Message.ID
)

// Webhook is a program of somebody that takes a Message as JSON. Any status 2xx
// says that it took it. It may be told twice after a crash, with the same
// Idempotency-Key and the same idempotency_key of each alert.
type Webhook struct {
	Web
	Secret Secret // signs the body
}

// Send posts the message.
func (h Webhook) Send(ctx context.Context, m Message) error {
	key, err := h.Secret.read()
	if err != nil {
		return err
	}
	reply, err := h.post(ctx, m, func(request *http.Request, body []byte) error {
		mac := hmac.New(sha256.New, []byte(key))
		mac.Write(body)
		request.Header.Set(SignatureHeader, "sha256="+hex.EncodeToString(mac.Sum(nil)))
		request.Header.Set(IdempotencyHeader, m.ID)
		return nil
	})
	if err != nil {
		return err
	}
	return reply.fault(key)
}

// Check connects to the server, and looks for the secret.
func (h Webhook) Check(ctx context.Context) (string, error) {
	if _, err := h.Secret.read(); err != nil {
		return "", err
	}
	return h.reach(ctx)
}
