package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"ironage/config"
	"ironage/internal/queue"
)

// cliFor is a command line without files: what it prints goes to the buffers.
func cliFor(env map[string]string) (*cli, *bytes.Buffer, *bytes.Buffer) {
	var out, err bytes.Buffer
	return &cli{out: &out, err: &err, now: time.Now, getenv: func(k string) string { return env[k] }, output: "table"}, &out, &err
}

func TestTargetCredential(t *testing.T) {
	good := targetFlags{version: "3", user: "u", auth: "sha256", authSecret: "env:A", priv: "aes128", privSecret: "env:P", timeout: time.Second}
	for _, c := range []struct {
		name  string
		flags func(*targetFlags)
		wrong string
	}{
		{"authPriv", func(*targetFlags) {}, ""},
		{"authNoPriv", func(f *targetFlags) { f.priv, f.privSecret = "", "" }, ""},
		{"noAuthNoPriv", func(f *targetFlags) { f.priv, f.privSecret, f.auth, f.authSecret = "", "", "", "" }, ""},
		{"public by default", func(f *targetFlags) { *f = targetFlags{version: "2c", timeout: time.Second} }, ""},
		{"unknown version", func(f *targetFlags) { f.version = "2" }, "--snmp 2 is not known"},
		{"unknown algorithm", func(f *targetFlags) { f.auth = "sha265" }, "--auth sha265 is not known"},
		{"no user", func(f *targetFlags) { f.user = "" }, "needs --user"},
		{"user with 2c", func(f *targetFlags) { f.version = "2c" }, "belong to SNMP 3"},
		{"community with 3", func(f *targetFlags) { f.community = "env:C" }, "belongs to SNMP 1 and 2c"},
		{"auth without its secret", func(f *targetFlags) { f.authSecret = "" }, "go together"},
		{"priv without auth", func(f *targetFlags) { f.auth, f.authSecret = "", "" }, "cannot encrypt"},
		{"no time", func(f *targetFlags) { f.timeout = 0 }, "--timeout"},
		{"missing secret", func(f *targetFlags) { f.authSecret = "env:NONE" }, "NONE is not set"},
	} {
		t.Run(c.name, func(t *testing.T) {
			env, _, _ := cliFor(map[string]string{"A": "geheim-a-geheim", "P": "geheim-p-geheim"})
			f := good
			c.flags(&f)
			cred, err := f.credential(t.Context(), env)
			if (err == nil) != (c.wrong == "") || err != nil && !strings.Contains(err.Error(), c.wrong) {
				t.Fatalf("got %v, want %q", err, c.wrong)
			}
			if err == nil && f.auth != "" && cred.AuthSecret.Reveal() != "geheim-a-geheim" {
				t.Errorf("auth secret: got another one than $A")
			}
		})
	}
}

func TestTargetAddress(t *testing.T) {
	for _, c := range []struct {
		host string
		port int
		want string
	}{
		{"h", 161, "h"},
		{"h", 1161, "h:1161"},
		{"h:99", 1161, "h:99"},
		{"2001:db8::7", 1161, "[2001:db8::7]:1161"},
		{"[2001:db8::7]", 161, "[2001:db8::7]"},
		{"[2001:db8::7]:99", 1161, "[2001:db8::7]:99"},
		{"h", 99999, ""},
		{"h/24", 161, ""},
	} {
		f := targetFlags{port: c.port}
		if got, err := f.address(c.host); got != c.want || (err == nil) != (c.want != "") {
			t.Errorf("address(%q) with --port %d: got %q, %v; want %q", c.host, c.port, got, err, c.want)
		}
	}
}

func TestActor(t *testing.T) {
	alone, _, _ := cliFor(map[string]string{"HOME": t.TempDir()})
	if got := alone.actor(); got.Role != queue.Lead || got.Origin != "local" || got.Name == "" {
		t.Errorf("without configuration: got %+v, want a local lead", got)
	}
	listed, _, _ := cliFor(map[string]string{"SSH_CONNECTION": "10.0.0.9 5 10.0.0.1 22"})
	listed.loaded = &config.Config{People: config.People{Roles: map[string]queue.Role{"somebody else": queue.Lead}}}
	if got := listed.actor(); got.Role != queue.Viewer || got.Origin != "ssh 10.0.0.9" {
		t.Errorf("not listed, over SSH: got %+v, want a viewer from 10.0.0.9", got)
	}
	broken, _, _ := cliFor(map[string]string{"IRONAGE_CONFIG": "/nowhere/ironage.yaml"})
	if got := broken.actor(); got.Role != queue.Viewer {
		t.Errorf("with a configuration that cannot be read: got %+v, want a viewer", got)
	}
	alone.readonly = true
	if got := alone.actor(); got.Role != queue.Viewer {
		t.Errorf("--readonly: got %+v, want a viewer", got)
	}
}

func TestHostOf(t *testing.T) {
	for in, want := range map[string]string{"h": "h", "h:161": "h", "10.0.0.7:1": "10.0.0.7", "[2001:db8::7]": "2001:db8::7", "[2001:db8::7]:161": "2001:db8::7"} {
		if got := hostOf(in); got != want {
			t.Errorf("hostOf(%q): got %q, want %q", in, got, want)
		}
	}
}

// What a device calls itself neither moves a cursor nor runs in a spreadsheet.
func TestPrintedTextIsHarmless(t *testing.T) {
	env, out, _ := cliFor(nil)
	rows := [][]string{{"=cmd|calc", "a\x1b[2J\nb"}}
	for _, as := range []string{"table", "csv"} {
		out.Reset()
		if err := env.printAs(as, []string{"name", "text"}, rows, nil); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(out.String(), "\x1b") || strings.Count(out.String(), "\n") != 2 {
			t.Errorf("%s: got %q, want two lines without escapes", as, out.String())
		}
	}
	if !strings.Contains(out.String(), "'=cmd|calc") {
		t.Errorf("csv: got %q, want the formula disarmed", out.String())
	}
}
