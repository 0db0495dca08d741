package engine

import (
	"crypto/rand"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"text/template"
)

//go:embed config.xml.tmpl
var configTemplate string

//go:embed users.xml.tmpl
var usersTemplate string

// directory is a data directory; its methods name what lies in it.
type directory string

func (d directory) data() string            { return filepath.Join(string(d), "engine") }
func (d directory) userFiles() string       { return filepath.Join(string(d), "user_files") }
func (d directory) config() string          { return filepath.Join(string(d), "config.xml") }
func (d directory) users() string           { return filepath.Join(string(d), "users.xml") }
func (d directory) lock() string            { return filepath.Join(string(d), "lock") }
func (d directory) state() string           { return filepath.Join(string(d), "state.json") }
func (d directory) secret(role Role) string { return filepath.Join(string(d), "secrets", string(role)) }

func (d directory) create() error {
	secrets := filepath.Dir(d.secret(RoleWriter))
	for _, path := range []string{string(d), d.data(), d.userFiles(), secrets} {
		if err := os.MkdirAll(path, 0o700); err != nil {
			return fmt.Errorf("make data directory: %w", err)
		}
	}
	return nil
}

type passwords map[Role]string

// makePasswords reads the password of every role, and makes those that are
// missing: 32 random bytes, never changed afterwards.
func (d directory) makePasswords(roles []Role) (passwords, error) {
	for _, role := range roles {
		_, err := os.Lstat(d.secret(role))
		if errors.Is(err, fs.ErrNotExist) {
			err = writeFile(d.secret(role), []byte(randomHex()))
		}
		if err != nil {
			return nil, fmt.Errorf("make password of %s: %w", role, err)
		}
	}
	return d.readPasswords(roles)
}

func (d directory) readPasswords(roles []Role) (passwords, error) {
	known := passwords{}
	for _, role := range roles {
		text, err := os.ReadFile(d.secret(role))
		if err != nil {
			return nil, fmt.Errorf("read password of %s: %w", role, err)
		}
		known[role] = strings.TrimSpace(string(text))
	}
	return known, nil
}

func randomHex() string {
	var bytes [32]byte
	rand.Read(bytes[:]) // never fails
	return hex.EncodeToString(bytes[:])
}

// writeConfig writes config.xml and users.xml for one start of the engine.
func (d directory) writeConfig(c Config, known passwords, nonce string) error {
	values := map[string]any{
		"Users":          d.users(),
		"UserFiles":      d.userFiles(),
		"Backups":        c.BackupDir,
		"MaxMemoryBytes": c.MaxMemoryBytes,
		"Nonce":          nonce,
		"WriterHash":     sha256Hex(known[RoleWriter]),
		"Readers":        c.readers(known),
	}
	for path, text := range map[string]string{d.config(): configTemplate, d.users(): usersTemplate} {
		page, err := template.New(path).Funcs(template.FuncMap{"xml": escapeXML}).Parse(text)
		if err != nil {
			return fmt.Errorf("parse template: %w", err)
		}
		var rendered strings.Builder
		if err := page.Execute(&rendered, values); err != nil {
			return fmt.Errorf("render %s: %w", path, err)
		}
		if err := writeFile(path, []byte(rendered.String())); err != nil {
			return err
		}
	}
	return nil
}

func sha256Hex(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

func escapeXML(text string) (string, error) {
	var escaped strings.Builder
	err := xml.EscapeText(&escaped, []byte(text))
	return escaped.String(), err
}

// writeFile replaces path in one step, readable by its owner alone.
func writeFile(path string, content []byte) error {
	temporary, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*") // mode 0600
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	defer os.Remove(temporary.Name()) // does nothing once renamed
	_, err = temporary.Write(content)
	if err = errors.Join(err, temporary.Close()); err == nil {
		err = os.Rename(temporary.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}
