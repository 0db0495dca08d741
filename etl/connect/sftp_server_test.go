package connect_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"

	"bellwether/etl/connect"
)

// newKey makes a key, in the words of OpenSSH: the private one in a file, and the
// public one as a line.
func newKey(t *testing.T, passphrase string) (file, line string) {
	t.Helper()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	block, err := ssh.MarshalPrivateKey(private, "")
	if passphrase != "" {
		block, err = ssh.MarshalPrivateKeyWithPassphrase(private, "", []byte(passphrase))
	}
	if err != nil {
		t.Fatal(err)
	}
	key, err := ssh.NewPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	return secret(t, string(pem.EncodeToMemory(block))), strings.TrimSpace(string(ssh.MarshalAuthorizedKey(key)))
}

// ecdsaLine is the public line of a key of another kind.
func ecdsaLine(t *testing.T) string {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	key, err := ssh.NewPublicKey(&private.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(ssh.MarshalAuthorizedKey(key)))
}

// openSSH starts the real server for the user of the tests and gives a source on an
// empty directory of it.
func openSSH(t *testing.T) connect.SFTP {
	t.Helper()
	sshd := program(t, "sshd", "openssh-server", "/usr/sbin")
	dir := t.TempDir()
	hostKey, hostLine := newKey(t, "")
	clientKey, clientLine := newKey(t, "")
	port := freePort(t)
	settings := strings.Join([]string{
		fmt.Sprintf("Port %d", port), "ListenAddress 127.0.0.1", "HostKey " + hostKey,
		"AuthorizedKeysFile " + secret(t, clientLine), "StrictModes no", "UsePAM no", "PidFile none",
		"PasswordAuthentication no", "KbdInteractiveAuthentication no", "Subsystem sftp internal-sftp", "",
	}, "\n")
	if os.Getuid() == 0 { // where it locks up its unprivileged half; the package makes it at boot
		if err := os.MkdirAll("/run/sshd", 0o755); err != nil {
			t.Fatal(err)
		}
	}
	log := filepath.Join(t.TempDir(), "log")
	server := exec.Command(sshd, "-D", "-f", secret(t, settings), "-E", log)
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		server.Process.Signal(os.Interrupt)
		server.Wait() // it says that it was interrupted
	})
	awaitPort(t, port, log)
	account, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	return connect.SFTP{
		Address: fmt.Sprintf("127.0.0.1:%d", port), UserName: account.Username, Key: connect.NewSecret("", clientKey), HostKey: hostLine,
		Path: dir, SourceCode: "health", Spool: t.TempDir(), MaxBytes: 1 << 20, TimeLimit: 20 * time.Second, Retry: connect.Retry{Attempts: 2, FirstWait: time.Millisecond}, Now: time.Now,
	}
}

// passwordServer is a server in this process that lets a user in by password or
// dialogue, which OpenSSH can only do for accounts of the system.
func passwordServer(t *testing.T, password string) connect.SFTP {
	t.Helper()
	hostKey, hostLine := newKey(t, "")
	text, err := os.ReadFile(hostKey)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.ParsePrivateKey(text)
	if err != nil {
		t.Fatal(err)
	}
	config := &ssh.ServerConfig{KeyboardInteractiveCallback: func(_ ssh.ConnMetadata, ask ssh.KeyboardInteractiveChallenge) (*ssh.Permissions, error) {
		answers, err := ask("", "", []string{"Password:"}, []bool{false})
		if err != nil || len(answers) != 1 || answers[0] != password {
			return nil, errors.New("wrong password " + strings.Join(answers, ""))
		}
		return nil, nil
	}}
	config.AddHostKey(signer)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go serveSFTP(conn, config)
		}
	}()
	return connect.SFTP{
		Address: listener.Addr().String(), UserName: "clerk", HostKey: hostLine, Path: t.TempDir(), Spool: t.TempDir(),
		MaxBytes: 1 << 20, TimeLimit: 20 * time.Second, Retry: connect.Retry{Attempts: 2, FirstWait: time.Millisecond}, Now: time.Now,
	}
}

func serveSFTP(conn net.Conn, config *ssh.ServerConfig) {
	_, channels, requests, err := ssh.NewServerConn(conn, config)
	if err != nil {
		return // the client is told why
	}
	go ssh.DiscardRequests(requests)
	for offered := range channels {
		channel, requests, err := offered.Accept()
		if err != nil {
			return
		}
		go func() {
			for r := range requests {
				r.Reply(r.Type == "subsystem", nil)
			}
		}()
		server, err := sftp.NewServer(channel, sftp.ReadOnly())
		if err != nil {
			return
		}
		if err := server.Serve(); err != nil && !errors.Is(err, io.EOF) {
			return
		}
	}
}
