package connect_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sys/unix"
)

// cluster is a PostgreSQL server that the tests of this package share.
type cluster struct {
	once    sync.Once
	started bool
	dir     string // everything it owns
	port    int
	process *exec.Cmd
	owner   *syscall.Credential // nil: this user
}

var database cluster

const (
	ownerPassword  = "owner-of-the-tests"
	readerPassword = "hunter2-of-postgres"
)

// postgres is the shared server, started at the first use.
func postgres(t *testing.T) *cluster {
	t.Helper()
	bin := filepath.Dir(program(t, "initdb", "postgresql", "/usr/lib/postgresql/*/bin"))
	database.once.Do(func() { database.start(t, bin) })
	if !database.started {
		t.Fatal("PostgreSQL did not start; see the first test that asked for it")
	}
	return &database
}

func (c *cluster) start(t *testing.T, bin string) {
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	var err error
	c.dir, err = os.MkdirTemp("", "bellwether-postgres-")
	must(err)
	t.Cleanup(func() {
		if !c.started {
			os.RemoveAll(c.dir)
		}
	})
	must(os.WriteFile(filepath.Join(c.dir, "password"), []byte(ownerPassword+"\n"), 0o600))
	c.writeCertificate(t)
	c.giveAway(t)
	data, log := filepath.Join(c.dir, "data"), filepath.Join(c.dir, "log")
	initdb := c.command(bin, "initdb", "--no-sync", "--username=owner", "--auth=scram-sha-256",
		"--pwfile="+filepath.Join(c.dir, "password"), "--encoding=UTF8", "--locale=C.UTF-8", data)
	if out, err := initdb.CombinedOutput(); err != nil {
		t.Fatalf("initdb: %v\n%s", err, out)
	}
	c.port = freePort(t)
	c.process = c.command(bin, "postgres", "-D", data, "-p", strconv.Itoa(c.port), "-k", c.dir, "-c", "fsync=off",
		"-c", "listen_addresses=127.0.0.1", "-c", "ssl=on", "-c", "ssl_cert_file="+c.certificate(), "-c", "ssl_key_file="+filepath.Join(c.dir, "server.key"),
		"-c", "timezone=Asia/Shanghai", "-c", "datestyle=German", "-c", "intervalstyle=postgres_verbose", "-c", "extra_float_digits=-3")
	out, err := os.Create(log)
	must(err)
	defer out.Close()
	c.process.Stdout, c.process.Stderr = out, out
	must(c.process.Start())
	awaitPort(t, c.port, log)
	c.started = true
	c.run(t, "create role reader login password '"+readerPassword+"'")
}

// command runs a program of PostgreSQL, which refuses to be root.
func (c *cluster) command(bin, name string, args ...string) *exec.Cmd {
	command := exec.Command(filepath.Join(bin, name), args...)
	command.Dir = c.dir
	if c.owner != nil {
		command.SysProcAttr = &syscall.SysProcAttr{Credential: c.owner}
		if null, err := os.Stat(os.DevNull); err == nil && null.Mode().Perm()&0o002 == 0 {
			// initdb cannot do without it, and here it is for root alone
			command.SysProcAttr.AmbientCaps = []uintptr{unix.CAP_DAC_OVERRIDE}
		}
	}
	return command
}

// giveAway gives the directory to a user without rights when we are root.
func (c *cluster) giveAway(t *testing.T) {
	if os.Getuid() != 0 {
		return
	}
	account, err := user.Lookup("postgres")
	if err != nil {
		account, err = user.Lookup("nobody")
	}
	if err != nil {
		t.Fatal(err)
	}
	uid, err := strconv.Atoi(account.Uid)
	if err != nil {
		t.Fatal(err)
	}
	gid, err := strconv.Atoi(account.Gid)
	if err != nil {
		t.Fatal(err)
	}
	c.owner = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	for _, name := range []string{"", "password", "server.crt", "server.key"} {
		if err := os.Chown(filepath.Join(c.dir, name), uid, gid); err != nil {
			t.Fatal(err)
		}
	}
}

func (c *cluster) certificate() string { return filepath.Join(c.dir, "server.crt") }

// writeCertificate makes a certificate for localhost that signs itself.
func (c *cluster) writeCertificate(t *testing.T) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "localhost"}, DNSNames: []string{"localhost"},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for name, block := range map[string]*pem.Block{
		"server.crt": {Type: "CERTIFICATE", Bytes: certificate}, "server.key": {Type: "PRIVATE KEY", Bytes: private},
	} {
		if err := os.WriteFile(filepath.Join(c.dir, name), pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// run does something as the owner of the database.
func (c *cluster) run(t *testing.T, statement string) {
	t.Helper()
	address := fmt.Sprintf("postgres://owner:%s@127.0.0.1:%d/postgres?sslmode=disable", ownerPassword, c.port)
	var conn *pgx.Conn
	var err error
	for range 100 { // it accepts connections before it lets anybody in
		if conn, err = pgx.Connect(t.Context(), address); err == nil {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(t.Context()))
	if _, err := conn.PgConn().Exec(t.Context(), statement).ReadAll(); err != nil {
		t.Fatal(err)
	}
}

// stop ends the server as an administrator would, and removes its data.
func (c *cluster) stop() error {
	err := c.process.Process.Signal(os.Interrupt)
	return errors.Join(err, c.process.Wait(), os.RemoveAll(c.dir))
}
