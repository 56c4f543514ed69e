package snmp_test

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"testing"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/snmpdtest"
	"ironage/probes/snmp"
)

const (
	sysDescr = snmp.OID("1.3.6.1.2.1.1.1.0")
	sysORID  = snmp.OID("1.3.6.1.2.1.1.9.1")
)

// impatient is for silences that are expected.
var impatient = snmp.Options{Timeout: 300 * time.Millisecond, Retries: -1}

func user(auth, priv string) snmpdtest.User {
	u := snmpdtest.User{Name: "u" + auth + priv, Auth: auth, Priv: priv}
	if auth != "" {
		u.AuthSecret = "Auth-Secret-4711"
	}
	if priv != "" {
		u.PrivSecret = "Priv-Secret-0815"
	}
	return u
}

func TestRealAgentOverEverySecurityLevel(t *testing.T) {
	users := []snmpdtest.User{user("", ""), user("md5", ""), user("sha", ""), user("md5", "des"), user("md5", "aes128"), user("sha", "aes128")}
	for _, auth := range []string{"sha224", "sha256", "sha384", "sha512"} {
		users = append(users, user(auth, ""), user(auth, "aes128"), user(auth, "aes192"), user(auth, "aes256"))
	}
	users = append(users, user("sha", "aes256"), user("md5", "aes256"), user("sha", "aes192c"), user("sha", "aes256c"), user("sha512", "aes256c"))
	d := snmpdtest.Start(t, snmpdtest.Config{Users: users})
	compare(t, d, "community", d.Credential(), "-v2c", "-c", d.Community)
	compare(t, d, "community over version 1", snmp.Credential{Version: snmp.V1, Community: snmp.Secret(d.Community)}, "-v1", "-c", d.Community)
	for _, u := range users {
		compare(t, d, u.Name, u.Credential(), "-v2c", "-c", d.Community)
	}
}

// compare reads with our session and with Net-SNMP's own walker.
func compare(t *testing.T, d *snmpdtest.Daemon, name string, c snmp.Credential, args ...string) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		s := dial(t, d.Addr, c, patient, snmp.Limits{})
		got, err := s.Columns(context.Background(), []snmp.OID{sysORID + ".2", sysORID + ".3"})
		if err != nil {
			t.Fatal(err)
		}
		var ours strings.Builder
		for _, v := range got {
			fmt.Fprintf(&ours, ".%s %s\n", v.OID, strings.TrimPrefix(v.Value.Text(), "."))
		}
		theirs := walkWithNetSNMP(t, d.Addr, args...)
		if ours.String() != theirs {
			t.Errorf("got\n%swant, as snmpwalk says,\n%s", ours.String(), theirs)
		}
		if one, err := s.Get(context.Background(), []snmp.OID{sysDescr, "1.3.6.1.2.1.1.99.0"}); err != nil ||
			!strings.Contains(one[0].Value.Text(), "Linux") || one[1].Value.Exists() {
			t.Errorf("got %v, %v; want a sysDescr that says Linux and one absent object", one, err)
		}
	})
}

func walkWithNetSNMP(t *testing.T, addr string, args ...string) string {
	t.Helper()
	var all strings.Builder
	for _, column := range []string{".2", ".3"} {
		cmd := exec.Command(snmpdtest.Need(t, "snmpwalk"), append(args, "-m", "", "-On", "-Oq", addr, string(sysORID)+column)...)
		cmd.Env = append(cmd.Environ(), "SNMP_PERSISTENT_DIR="+t.TempDir())
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("snmpwalk: %v\n%s", err, out)
		}
		for line := range strings.Lines(string(out)) {
			oid, value, _ := strings.Cut(strings.TrimSpace(line), " ")
			value = strings.Trim(value, `"`)
			fmt.Fprintf(&all, "%s %s\n", oid, strings.TrimPrefix(value, "."))
		}
	}
	return all.String()
}

func TestRealAgentSaysNo(t *testing.T) {
	good := user("sha256", "aes128")
	authOnly := user("sha256", "")
	d := snmpdtest.Start(t, snmpdtest.Config{
		Users: []snmpdtest.User{good, authOnly},
		Lines: []string{`createUser nobody SHA-256 "Auth-Secret-4711" AES "Priv-Secret-0815"`}, // known, but may read nothing
	})
	with := func(change func(*snmp.Credential)) snmp.Credential {
		c := good.Credential()
		change(&c)
		return c
	}
	for _, test := range []struct {
		name  string
		c     snmp.Credential
		is    error
		reach fleet.Reach
		says  string
	}{
		{"wrong community", snmp.Credential{Version: snmp.V2c, Community: "wrong"}, snmp.ErrTimeout, fleet.Silent, "wrong community"},
		{"unknown user", with(func(c *snmp.Credential) { c.User = "stranger" }), snmp.ErrUnknownUser, fleet.Refused, "user name"},
		{"wrong authentication password", with(func(c *snmp.Credential) { c.AuthSecret = "wrong-password" }), snmp.ErrWrongDigest, fleet.Refused, "authentication password"},
		{"wrong authentication protocol", with(func(c *snmp.Credential) { c.Auth = "sha512" }), snmp.ErrWrongDigest, fleet.Refused, "protocol"},
		{"wrong privacy password", with(func(c *snmp.Credential) { c.PrivSecret = "wrong-password" }), snmp.ErrSilentPrivacy, fleet.Silent, "privacy password"},
		{"wrong privacy protocol", with(func(c *snmp.Credential) { c.Priv = "aes256" }), snmp.ErrSilentPrivacy, fleet.Silent, "privacy password or protocol"},
		{"privacy with a user that has none", func() snmp.Credential {
			c := good.Credential()
			c.User = authOnly.Name
			return c
		}(), snmp.ErrSecurityLevel, fleet.Refused, "security level"},
		{"too low a level", with(func(c *snmp.Credential) { c.Priv = "" }), snmp.ErrDenied, fleet.Refused, "security level"},
		{"a user without a view", with(func(c *snmp.Credential) { c.User = "nobody" }), snmp.ErrDenied, fleet.Refused, "read view"},
		{"unknown context", with(func(c *snmp.Credential) { c.Context = "elsewhere" }), snmp.ErrSilentContext, fleet.Silent, "context name"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := dial(t, d.Addr, test.c, impatient, snmp.Limits{})
			_, err := s.Get(context.Background(), []snmp.OID{sysDescr})
			if !errors.Is(err, test.is) {
				t.Fatalf("got %v, want %v", err, test.is)
			}
			reach, words := snmp.Reach(err)
			if reach != test.reach || !strings.Contains(words, test.says) {
				t.Errorf("got %s, %q; want %s and words about %q", reach, words, test.reach, test.says)
			}
		})
	}
}

func TestRealAgentRestarts(t *testing.T) {
	u := user("sha256", "aes128")
	before := snmpdtest.Start(t, snmpdtest.Config{Users: []snmpdtest.User{u}, EngineID: "before"})
	s := dial(t, before.Addr, u.Credential(), patient, snmp.Limits{})
	get := func() {
		t.Helper()
		if _, err := s.Get(context.Background(), []snmp.OID{sysDescr}); err != nil {
			t.Fatal(err)
		}
	}
	get()
	before.Stop()
	if _, err := s.Get(context.Background(), []snmp.OID{sysDescr}); !errors.Is(err, snmp.ErrPortClosed) {
		t.Errorf("got %v from a stopped agent, want ErrPortClosed", err)
	}
	// The same engine with its clock begun anew: not in time window.
	same := snmpdtest.StartAt(t, snmpdtest.Config{Users: []snmpdtest.User{u}, EngineID: "before"}, before.Addr)
	get()
	same.Stop()
	// Another engine, as after a board swap or a firmware update.
	snmpdtest.StartAt(t, snmpdtest.Config{Users: []snmpdtest.User{u}, EngineID: "after"}, before.Addr)
	cost := s.Cost()
	get()
	if retries := s.Cost().Retries - cost.Retries; retries > 2 {
		t.Errorf("got %d retries for a new engine ID, want at most 2", retries)
	}
}
