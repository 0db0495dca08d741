package engine

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// awaitReady asks until the engine answers with our nonce, and returns its
// version. An engine that cannot open its ports says so and waits at its prompt.
func (e *Engine) awaitReady(ctx context.Context, p *process, s State) (string, error) {
	tick := time.NewTicker(probeInterval)
	defer tick.Stop()
	address := s.address(RoleWriter, e.passwords)
	for {
		version, err := probe(ctx, address, s.Nonce)
		if err == nil {
			return version, nil
		}
		select {
		case <-p.ended:
			return "", fmt.Errorf("start engine: %w: %s", ErrFell, p.lastWords())
		case <-ctx.Done():
			return "", fmt.Errorf("await engine: %w: %w", ctx.Err(), err)
		case <-tick.C:
		}
		if complaint, found := p.screen.exception(); found {
			return "", fmt.Errorf("start engine: %s", complaint)
		}
	}
}

// probe asks both ports what only an engine started with this nonce answers.
func probe(ctx context.Context, a Address, nonce string) (version string, err error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	version, found, err := askNative(ctx, a)
	if err != nil {
		return "", fmt.Errorf("ask for nonce: %w", err)
	}
	if found != nonce {
		return "", fmt.Errorf("another engine answers on %s", a.Native)
	}
	found, err = askHTTP(ctx, a)
	if err != nil {
		return "", fmt.Errorf("ask for nonce: %w", err)
	}
	if found != nonce {
		return "", fmt.Errorf("another engine answers on %s", a.HTTP)
	}
	return version, nil
}

func askNative(ctx context.Context, a Address) (version, nonce string, err error) {
	connection, err := clickhouse.Open(&clickhouse.Options{
		Addr:         []string{a.Native},
		Auth:         clickhouse.Auth{Username: a.User, Password: a.Password, Database: "system"},
		DialTimeout:  2 * time.Second,
		MaxOpenConns: 1,
	})
	if err != nil {
		return "", "", err
	}
	defer connection.Close()
	row := connection.QueryRow(ctx, "select version(), substitution from system.macros where macro = 'instance'")
	err = row.Scan(&version, &nonce)
	return version, nonce, err
}

func askHTTP(ctx context.Context, a Address) (nonce string, err error) {
	question := strings.NewReader("select substitution from system.macros where macro = 'instance'")
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, a.HTTP, question)
	if err != nil {
		return "", err
	}
	request.Header.Set("X-ClickHouse-User", a.User)
	request.Header.Set("X-ClickHouse-Key", a.Password)
	request.Close = true
	// Its own transport, because a proxy of the environment has no business here.
	response, err := (&http.Transport{}).RoundTrip(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(response.Body, 1<<10))
	return strings.TrimSpace(string(answer)), err
}
