// Package snmpdtest starts Debian's real snmpd on a loopback port for tests.
// Simulated agents share our own reading of the RFCs; this one does not. It
// is for tests only, needs no root, touches nothing outside the test's
// temporary directory, and never asks a daemon that it did not start.
package snmpdtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"ironage/probes/snmp"
)

// Community is the default of Config.Community.
const Community = "ironage-test"

// RequireEnv is the environment variable that turns a missing snmpd from a
// skipped test into a failed one. CI sets it to 1.
const RequireEnv = "IRONAGE_REQUIRE_SNMPD"

// readyWithin is generous: a loaded build machine starts snmpd in a second.
const readyWithin = 20 * time.Second

// User is an SNMPv3 user that may read everything at its own security level.
type User struct {
	Name       string
	Auth       string // as snmp.Credential has it; "" for noAuthNoPriv
	AuthSecret string
	Priv       string
	PrivSecret string
}

// Credential is what a client needs to be this user.
func (u User) Credential() snmp.Credential {
	return snmp.Credential{
		Name: u.Name, Version: snmp.V3, User: u.Name,
		Auth: u.Auth, AuthSecret: snmp.Secret(u.AuthSecret), Priv: u.Priv, PrivSecret: snmp.Secret(u.PrivSecret),
	}
}

// Config says what the daemon knows.
type Config struct {
	Community string // read-only, everything; "" means Community
	Users     []User
	EngineID  string   // text the engine ID is made of; "" lets snmpd choose
	Lines     []string // further lines of snmpd.conf
}

// Daemon is a running snmpd.
type Daemon struct {
	Addr      string // host:port on loopback
	Community string

	cmd    *exec.Cmd
	exited chan struct{}
	log    *output
	once   sync.Once
}

// output collects what the daemon prints; it is read while written.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write appends.
func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

// Need returns the path of a Net-SNMP program, or skips the test, or fails it
// where RequireEnv is 1.
func Need(t testing.TB, program string) string {
	t.Helper()
	for _, path := range []string{program, "/usr/sbin/" + program, "/usr/local/sbin/" + program} {
		if found, err := exec.LookPath(path); err == nil {
			return found
		}
	}
	const how = "%s is not installed: this test needs the real SNMP agent (Debian: apt-get install snmp snmpd)"
	if os.Getenv(RequireEnv) == "1" {
		t.Fatalf(how+", and "+RequireEnv+"=1 demands it", program)
	}
	t.Skipf(how, program)
	return ""
}

// Start runs an snmpd on a free port until the test ends, and returns once it
// answers.
func Start(t testing.TB, c Config) *Daemon {
	t.Helper()
	for range 2 { // the port may be taken between being found free and being used
		if d, err := launch(t, c, freeAddr(t)); err == nil {
			return d
		}
	}
	return StartAt(t, c, freeAddr(t))
}

// StartAt is Start on a given address, e.g. that of a daemon stopped before.
func StartAt(t testing.TB, c Config, addr string) *Daemon {
	t.Helper()
	d, err := launch(t, c, addr)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func launch(t testing.TB, c Config, addr string) (*Daemon, error) {
	t.Helper()
	program := Need(t, "snmpd")
	if c.Community == "" {
		c.Community = Community
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "snmpd.conf")
	if err := os.WriteFile(path, []byte(c.text(addr)), 0o600); err != nil {
		return nil, err
	}
	d := &Daemon{Addr: addr, Community: c.Community, exited: make(chan struct{}), log: &output{}}
	// -C: only our file; -f: in the foreground; -Lo: log to stdout; -p and the
	// persistent directory keep it out of /run and /var.
	d.cmd = exec.Command(program, "-f", "-Lo", "-C", "-c", path, "-p", filepath.Join(dir, "pid"), "-I", "-smux")
	d.cmd.Env = append(os.Environ(), "SNMP_PERSISTENT_DIR="+filepath.Join(dir, "state"), "SNMPCONFPATH="+dir, "MIBS=")
	d.cmd.Stdout, d.cmd.Stderr = d.log, d.log
	if err := d.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start snmpd: %w", err)
	}
	go func() {
		defer close(d.exited)
		_ = d.cmd.Wait() // it is killed in the end
	}()
	t.Cleanup(d.Stop)
	if err := d.ready(); err != nil {
		return nil, fmt.Errorf("%w\nsnmpd.conf:\n%s\nsnmpd says:\n%s", err, c.text(addr), d.log)
	}
	return d, nil
}

// Stop ends the daemon and returns when it is gone.
func (d *Daemon) Stop() {
	d.once.Do(func() { _ = d.cmd.Process.Kill() }) // fails only when it has ended already
	<-d.exited
}

// Credential is the daemon's v2c credential.
func (d *Daemon) Credential() snmp.Credential {
	return snmp.Credential{Version: snmp.V2c, Community: snmp.Secret(d.Community)}
}

// ready asks until there is an answer.
func (d *Daemon) ready() error {
	ctx, cancel := context.WithTimeout(context.Background(), readyWithin)
	defer cancel()
	s, err := snmp.Dial(ctx, d.Addr, d.Credential(), snmp.Options{Timeout: 200 * time.Millisecond, Retries: -1}, snmp.Limits{})
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		if _, err = s.Get(ctx, []snmp.OID{"1.3.6.1.2.1.1.3.0"}); err == nil {
			return nil
		}
		select {
		case <-tick.C:
		case <-d.exited:
			return errors.New("snmpd ended at once")
		case <-ctx.Done():
			return fmt.Errorf("snmpd did not answer within %v: %w", readyWithin, err)
		}
	}
}

// text is the configuration file.
func (c Config) text(addr string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "agentaddress udp:%s\n", addr)
	fmt.Fprintf(&b, "rocommunity %s 127.0.0.1\n", c.Community)
	b.WriteString("sysLocation loopback\nsysContact nobody\n")
	if c.EngineID != "" {
		fmt.Fprintf(&b, "engineID %s\n", c.EngineID)
	}
	for _, u := range c.Users {
		fmt.Fprintf(&b, "createUser %s", u.Name)
		level := "noauth"
		if u.Auth != "" {
			fmt.Fprintf(&b, " %s %q", netsnmpName(u.Auth), u.AuthSecret)
			level = "auth"
		}
		if u.Priv != "" {
			fmt.Fprintf(&b, " %s %q", netsnmpName(u.Priv), u.PrivSecret)
			level = "priv"
		}
		fmt.Fprintf(&b, "\nrouser %s %s\n", u.Name, level)
	}
	for _, line := range c.Lines {
		b.WriteString(line + "\n")
	}
	return b.String()
}

// netsnmpName is Net-SNMP's word for a protocol.
func netsnmpName(protocol string) string {
	return map[string]string{
		"md5": "MD5", "sha": "SHA", "sha224": "SHA-224", "sha256": "SHA-256", "sha384": "SHA-384", "sha512": "SHA-512",
		"des": "DES", "aes128": "AES", "aes192": "AES-192", "aes256": "AES-256", "aes192c": "AES-192-C", "aes256c": "AES-256-C",
	}[protocol]
}

// freeAddr is a loopback address that was free a moment ago.
func freeAddr(t testing.TB) string {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	return conn.LocalAddr().String()
}
