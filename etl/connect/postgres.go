package connect

import (
	"context"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"bellwether/etl"
)

// Postgres is a query against a PostgreSQL database. It is asked in a read-only
// transaction that sees one state of the database.
type Postgres struct {
	DSN            string // postgres://user@host:5432/database, without a password
	Password       Secret
	CAFile         string // certificates (PEM) to trust instead of those of the system
	Query          string // one select; $1 is the watermark where there is one
	Watermark      string // column whose greatest value the next pull begins at; empty: none
	FirstWatermark string // $1 of the first pull
	Name           string // file name of the payload
	SourceCode     string // publisher, put into the payload
	Licence        string // licence of the data
	Attribution    string // how the publisher wants to be named
	Spool          string // directory for the bytes; the system's when empty
	MaxBytes       int64  // larger answers are refused
	TimeLimit      time.Duration
	Retry          Retry // of the connection
	Now            func() time.Time
}

// Fetch asks the query and writes its rows as one payload of CSV; none when there
// are no rows. Connections that cannot be made are tried again, a query is not.
func (p Postgres) Fetch(ctx context.Context, last etl.Bookmark) (etl.Pull, error) {
	var pull etl.Pull
	err := p.reading(ctx, func(ctx context.Context, conn *pgconn.PgConn) error {
		var rows int
		s, err := spool(p.Spool, func(w io.Writer) (err error) {
			rows, err = p.writeRows(ctx, conn, w, last)
			return err
		})
		if err != nil {
			return err
		}
		pull.Spooled = []string{s.path}
		if rows == 0 {
			pull.Bookmark, pull.Remark = last, "查询没有返回行 / the query returned no rows"
			return nil
		}
		pull.Payloads = []etl.Payload{{
			SHA256: hex.EncodeToString(s.sum.Sum(nil)), SourceCode: p.SourceCode, FileName: p.Name, Location: p.shown(),
			MediaType: "text/csv", Licence: p.Licence, Attribution: p.Attribution,
			Size: s.size, RetrievedAt: p.Now().UTC(), Path: s.path,
		}}
		pull.Bookmark.Watermark, err = p.greatest(ctx, conn, last)
		return err
	})
	if err != nil {
		return etl.Pull{}, errors.Join(err, pull.Close())
	}
	return pull, nil
}

// Check lets the server plan the query without asking it.
func (p Postgres) Check(ctx context.Context) (string, error) {
	columns := 0
	err := p.reading(ctx, func(ctx context.Context, conn *pgconn.PgConn) error {
		plan, err := conn.Prepare(ctx, "", p.ordered(), nil)
		if err == nil {
			columns = len(plan.Fields)
		}
		return err
	})
	return fmt.Sprintf("%s, columns: %d", p.shown(), columns), err
}

// shown is the place of the database, without user and parameters.
func (p Postgres) shown() string {
	address, err := url.Parse(p.DSN)
	if err != nil {
		return "database"
	}
	return shownURL(address)
}

// reading does something in a read-only transaction and gives its error a reason.
func (p Postgres) reading(ctx context.Context, do func(context.Context, *pgconn.PgConn) error) error {
	ctx, cancel := context.WithTimeout(ctx, p.TimeLimit)
	defer cancel()
	password, err := p.Password.read()
	if err != nil {
		return err
	}
	conn, err := p.connect(ctx, password)
	if err == nil {
		defer hangUp(ctx, conn)
		if err = begin(ctx, conn, p.TimeLimit); err == nil {
			err = do(ctx, conn)
		}
	}
	return p.failed(ctx, err, password)
}

// hangUp says goodbye, and waits a moment for the server to hear it.
func hangUp(ctx context.Context, conn *pgconn.PgConn) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	conn.Close(ctx) // whatever it says, the connection is closed
}

// connect opens a connection, again and again while the server cannot be reached.
func (p Postgres) connect(ctx context.Context, password string) (*pgconn.PgConn, error) {
	config, err := p.settings(password)
	if err != nil {
		return nil, err
	}
	return again(ctx, p.Retry, p.TimeLimit, func() (*pgconn.PgConn, error) {
		conn, err := pgconn.ConnectConfig(ctx, config)
		if err != nil && reasonOf(err) != etl.Unreachable {
			err = backoff.Permanent(err)
		}
		return conn, err
	})
}

// settings reads the address. Beyond this machine the certificate of the server is
// verified, unless the address says sslmode itself.
func (p Postgres) settings(password string) (*pgconn.Config, error) {
	address, err := url.Parse(p.DSN)
	if err != nil {
		return nil, &etl.PullError{Reason: etl.NotThere, At: "database", Err: errors.Unwrap(err)}
	}
	query := address.Query()
	if !query.Has("sslmode") {
		query.Set("sslmode", "verify-full")
		if isLocal(address.Hostname(), query.Get("host")) {
			query.Set("sslmode", "prefer")
		}
	}
	if p.CAFile != "" {
		query.Set("sslrootcert", p.CAFile)
	}
	address.RawQuery = query.Encode()
	config, err := pgconn.ParseConfig(address.String())
	if err != nil {
		return nil, fmt.Errorf("read address: %w", err)
	}
	if password != "" {
		config.Password = password
	}
	config.RuntimeParams["application_name"] = "bellwether"
	return config, nil
}

// isLocal reports whether a host, or the directory of a socket, is this machine.
func isLocal(host, socket string) bool {
	if host == "" {
		host = socket
	}
	ip := net.ParseIP(host)
	return host == "" || host == "localhost" || strings.HasPrefix(host, "/") || ip != nil && ip.IsLoopback()
}

// begin opens the transaction. What the server writes a value as depends on
// settings of the session, so they are all given.
func begin(ctx context.Context, conn *pgconn.PgConn, limit time.Duration) error {
	_, err := conn.Exec(ctx, fmt.Sprintf(`
		begin isolation level repeatable read read only;
		set local statement_timeout = %d;
		set local client_encoding = 'UTF8';
		set local datestyle = 'ISO, YMD';
		set local intervalstyle = 'iso_8601';
		set local timezone = 'UTC';
		set local extra_float_digits = 1;
		set local bytea_output = 'hex'`, limit.Milliseconds())).ReadAll()
	return err
}

// inner is the query as a table within another query.
func (p Postgres) inner() string {
	return "(\n" + strings.TrimRight(p.Query, "; \t\r\n") + "\n) as bellwether_source"
}

// ordered is the query with its rows in the one order that depends on nothing but
// the rows.
func (p Postgres) ordered() string {
	return "select * from " + p.inner() + ` order by bellwether_source::text collate "C"`
}

// parameters are those of the query: the watermark, where there is one.
func (p Postgres) parameters(last etl.Bookmark) [][]byte {
	switch {
	case p.Watermark == "":
		return nil
	case last.Watermark == "":
		return [][]byte{[]byte(p.FirstWatermark)}
	default:
		return [][]byte{[]byte(last.Watermark)}
	}
}

// greatest asks for the watermark that the next pull begins at. The database
// compares the values, as only it knows their type.
func (p Postgres) greatest(ctx context.Context, conn *pgconn.PgConn, last etl.Bookmark) (string, error) {
	if p.Watermark == "" {
		return "", nil
	}
	question := "select max(" + pgx.Identifier{p.Watermark}.Sanitize() + ")::text from " + p.inner()
	result := conn.ExecParams(ctx, question, p.parameters(last), nil, nil, nil).Read()
	if result.Err != nil || len(result.Rows) != 1 || result.Rows[0][0] == nil {
		return last.Watermark, result.Err
	}
	return string(result.Rows[0][0]), nil
}

// failed gives an error its reason and place.
func (p Postgres) failed(ctx context.Context, err error, password string) error {
	var known *etl.PullError
	switch {
	case err == nil || errors.Is(ctx.Err(), context.Canceled) || errors.As(err, &known):
		return err
	}
	reason := reasonOf(err)
	if ctx.Err() != nil {
		reason = etl.TimeLimit
	}
	if scrubbed := scrub(err.Error(), password); scrubbed != err.Error() {
		err = errors.New(scrubbed)
	}
	return &etl.PullError{Reason: reason, At: p.shown(), Err: err}
}

// reasonOf tells errors apart by their SQLSTATE.
func reasonOf(err error) etl.PullReason {
	var server *pgconn.PgError
	var certificate *tls.CertificateVerificationError
	switch {
	case errors.As(err, &certificate):
		return etl.CertificateUntrusted
	case !errors.As(err, &server):
		return etl.Unreachable
	case strings.HasPrefix(server.Code, "28"), server.Code == "42501": // authorization; privilege
		return etl.AccessDenied
	case server.Code == "3D000": // no such database
		return etl.NotThere
	case server.Code == "57014": // statement_timeout
		return etl.TimeLimit
	case server.Code == "57P03", server.Code == "53300": // starting up; too many connections
		return etl.Unreachable
	default:
		return etl.QueryFailed
	}
}
