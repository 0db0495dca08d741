package connect

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"strings"

	"github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"

	"bellwether/etl"
)

// connected logs in, does something, and gives its error a reason. The connection
// is cut when the context ends.
func (s SFTP) connected(ctx context.Context, do func(context.Context, *sftp.Client) error) error {
	ctx, cancel := context.WithTimeout(ctx, s.TimeLimit)
	defer cancel()
	config, secrets, err := s.settings()
	if err != nil {
		return err
	}
	conn, err := again(ctx, s.Retry, s.TimeLimit, func() (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "tcp", s.Address)
	})
	if err != nil {
		return s.failed(ctx, err, secrets)
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	session, channels, requests, err := ssh.NewClientConn(conn, s.Address, config)
	if err != nil {
		return s.failed(ctx, err, secrets)
	}
	client, err := sftp.NewClient(ssh.NewClient(session, channels, requests))
	if err != nil {
		return s.failed(ctx, err, secrets)
	}
	// The client is not closed by itself, which would wait for the server to agree:
	// the end of the connection ends it.
	return s.failed(ctx, do(ctx, client), secrets)
}

// settings makes the pinned key the only one that the server may show.
func (s SFTP) settings() (*ssh.ClientConfig, []string, error) {
	pinned, err := parseHostKey(s.HostKey)
	if err != nil {
		return nil, nil, &etl.PullError{Reason: etl.HostKeyChanged, At: s.place(), Err: err}
	}
	methods, secrets, err := s.methods()
	if err != nil {
		return nil, nil, err
	}
	algorithms := []string{pinned.Type()}
	if pinned.Type() == ssh.KeyAlgoRSA { // the key of that name; its signatures with SHA-1 are broken
		algorithms = []string{ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256}
	}
	return &ssh.ClientConfig{
		User: s.UserName, Auth: methods, HostKeyAlgorithms: algorithms,
		HostKeyCallback: func(_ string, _ net.Addr, shown ssh.PublicKey) error {
			if bytes.Equal(shown.Marshal(), pinned.Marshal()) {
				return nil
			}
			return &etl.PullError{Reason: etl.HostKeyChanged, At: s.place(),
				Err: fmt.Errorf("pinned %s, got %s", ssh.FingerprintSHA256(pinned), ssh.FingerprintSHA256(shown))}
		},
	}, secrets, nil
}

// parseHostKey reads a key as files of OpenSSH hold it: "ssh-ed25519 AAAA…".
func parseHostKey(text string) (ssh.PublicKey, error) {
	key, _, _, rest, err := ssh.ParseAuthorizedKey([]byte(text))
	if err != nil || len(bytes.TrimSpace(rest)) > 0 {
		return nil, errors.New(`the pinned host key is not one key such as "ssh-ed25519 AAAA…"`)
	}
	return key, nil
}

// CheckHostKey reports why a text is no host key.
func CheckHostKey(text string) error {
	_, err := parseHostKey(text)
	return err
}

// methods are the ways to log in. A server that asks for the password in a dialogue
// gets it as the answer to its only hidden question.
func (s SFTP) methods() (methods []ssh.AuthMethod, secrets []string, err error) {
	if s.Key.IsSet() {
		signer, err := s.signer()
		if err != nil {
			return nil, nil, &etl.PullError{Reason: etl.SecretMissing, At: s.place(), Err: err}
		}
		return []ssh.AuthMethod{ssh.PublicKeys(signer)}, nil, nil
	}
	password, err := s.Password.read()
	if err != nil {
		return nil, nil, err
	}
	dialogue := func(_, _ string, questions []string, isShown []bool) ([]string, error) {
		if len(questions) == 1 && !isShown[0] {
			return []string{password}, nil
		}
		return make([]string, len(questions)), nil
	}
	return []ssh.AuthMethod{ssh.Password(password), ssh.KeyboardInteractive(dialogue)}, []string{password}, nil
}

func (s SFTP) signer() (ssh.Signer, error) {
	key, err := s.Key.read()
	if err != nil {
		return nil, err
	}
	if !s.Passphrase.IsSet() {
		return ssh.ParsePrivateKey([]byte(key + "\n"))
	}
	passphrase, err := s.Passphrase.read()
	if err != nil {
		return nil, err
	}
	return ssh.ParsePrivateKeyWithPassphrase([]byte(key+"\n"), []byte(passphrase))
}

// failed gives an error its reason and place.
func (s SFTP) failed(ctx context.Context, err error, secrets []string) error {
	var known *etl.PullError
	var algorithms *ssh.AlgorithmNegotiationError
	reason := etl.Unreachable
	switch {
	case err == nil || errors.Is(ctx.Err(), context.Canceled):
		return err
	case ctx.Err() != nil:
		reason = etl.TimeLimit
	case errors.As(err, &known):
		return known
	case errors.As(err, &algorithms) && strings.Contains(err.Error(), "host key"):
		reason = etl.HostKeyChanged
	case strings.Contains(err.Error(), "unable to authenticate"): // there is no type for it
		reason = etl.AccessDenied
	}
	if scrubbed := scrub(err.Error(), secrets...); scrubbed != err.Error() {
		err = errors.New(scrubbed)
	}
	return &etl.PullError{Reason: reason, At: s.place(), Err: err}
}

// failedAt gives an error of the server about a path its reason.
func (s SFTP) failedAt(err error, missing etl.PullReason) error {
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
		return &etl.PullError{Reason: fileReason(err, missing), At: s.place(), Err: err}
	}
	return err
}
