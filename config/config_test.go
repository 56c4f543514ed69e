package config

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/queue"
)

var update = flag.Bool("update", false, "write the golden files and docs/configuration.md")

// golden compares got with a file, or writes it with -update.
func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s: got\n%s\nwant\n%s\n(go test ./config -update)", path, got, want)
	}
}

func noEnv(string) string { return "" }

// mistakes parses a file and returns what is said about it.
func mistakes(t *testing.T, src string) string {
	t.Helper()
	_, err := Parse("ironage.yaml", []byte(src))
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestEveryMistakeInOneRun(t *testing.T) {
	src, err := os.ReadFile("testdata/broken.yaml")
	if err != nil {
		t.Fatal(err)
	}
	_, err = Parse("broken.yaml", src)
	if err == nil {
		t.Fatal("Parse(broken.yaml): got no error")
	}
	golden(t, "testdata/broken.want", err.Error()+"\n")
	if strings.Contains(err.Error(), "hunter2") {
		t.Errorf("the secret stands in the message: %s", err)
	}
}

func TestExample(t *testing.T) {
	c, err := Parse("ironage.yaml", Example)
	if err != nil {
		t.Fatalf("Parse(Example): got %v", err)
	}
	if len(c.Warnings) > 0 {
		t.Errorf("Parse(Example): got warnings %v, want none", c.Warnings)
	}
	// What the example shows as defaults are the defaults.
	d := Default()
	if c.Polling != d.Polling || c.Ping != d.Ping || c.Profiles != d.Profiles || c.Life.AgeingPct != d.Life.AgeingPct || c.Life.Life["hdd"] != d.Life.Life["hdd"] {
		t.Errorf("Parse(Example): got polling %+v ping %+v, want the defaults %+v %+v", c.Polling, c.Ping, d.Polling, d.Ping)
	}
	var b strings.Builder
	if err := c.Show(&b, noEnv); err != nil {
		t.Fatal(err)
	}
	golden(t, "testdata/example.show", b.String())
}

// What Show prints reads as the same configuration.
func TestShowReadsAsItself(t *testing.T) {
	c, err := Parse("ironage.yaml", Example)
	if err != nil {
		t.Fatal(err)
	}
	var first, second strings.Builder
	if err := c.Show(&first, noEnv); err != nil {
		t.Fatal(err)
	}
	again, err := Parse("ironage.yaml", []byte(first.String()))
	if err != nil {
		t.Fatalf("Parse(Show): got %v", err)
	}
	if err := again.Show(&second, noEnv); err != nil {
		t.Fatal(err)
	}
	if first.String() != second.String() {
		t.Errorf("Show of Show: got\n%s\nwant\n%s", second.String(), first.String())
	}
}

func TestReference(t *testing.T) {
	golden(t, "../docs/configuration.md", Reference())
}

func TestEmptyFileIsTheDefault(t *testing.T) {
	for _, src := range []string{"", "# nothing\n", "---\n", "servers:\n", "polling:\n  status:\n"} {
		c, err := Parse("ironage.yaml", []byte(src))
		if err != nil {
			t.Errorf("Parse(%q): got %v", src, err)
			continue
		}
		if c.Polling != Default().Polling || len(c.Warnings) != 1 {
			t.Errorf("Parse(%q): got %+v and %v, want the defaults and a warning about no servers", src, c.Polling, c.Warnings)
		}
	}
}

const v3 = "credentials:\n  b: {user: u, auth: sha256, auth_secret: env:A, priv: aes128, priv_secret: env:P}\ndefaults: {credential: b}\n"

func TestServer(t *testing.T) {
	c, err := Parse("ironage.yaml", []byte(v3+`
services: {TDOffice: {criticality: critical, owner: office}}
x-base: &base {rack: A1, service: TDOffice}
servers:
  - <<: *base
    name: web-01
    bmc: 2001:db8::7
    os: "[2001:db8::8]:1161"
    os_credential: b
    position: 12.0
    in_service: 2018
    expected: {psu: 2}
    notes: |
      first
      second
`))
	if err != nil {
		t.Fatal(err)
	}
	got := c.Servers[0]
	want := fleet.Server{Name: "web-01", Rack: "A1", Service: "TDOffice", Position: 12, Height: 1, InService: "2018",
		Criticality: fleet.CriticalityCritical, Owner: "office", Notes: "first\nsecond"}
	if len(got.Endpoints) != 2 || got.Endpoints[0] != (fleet.Endpoint{Role: fleet.BMC, Address: "[2001:db8::7]", Credential: "b"}) ||
		got.Endpoints[1] != (fleet.Endpoint{Role: fleet.OS, Address: "[2001:db8::8]:1161", Credential: "b"}) {
		t.Errorf("endpoints: got %+v", got.Endpoints)
	}
	if got.Expected[fleet.PSU] != 2 {
		t.Errorf("expected: got %v, want 2 PSUs", got.Expected)
	}
	got.Endpoints, got.Expected = nil, nil
	if g, w := got, want; g.Name != w.Name || g.Rack != w.Rack || g.Service != w.Service || g.Position != w.Position || g.Height != w.Height ||
		g.InService != w.InService || g.Criticality != w.Criticality || g.Owner != w.Owner || g.Notes != w.Notes {
		t.Errorf("server: got %+v, want %+v", g, w)
	}
}

func TestRacks(t *testing.T) {
	for _, c := range []struct {
		name, servers, want string
	}{
		{"apart", "{name: a, bmc: h1, rack: R, position: 1, height: 2}|{name: b, bmc: h2, rack: R, position: 3}", ""},
		{"overlap by height", "{name: a, bmc: h1, rack: R, position: 1, height: 2}|{name: b, bmc: h2, rack: R, position: 2}", `unit 2 of rack "R" is taken by "a"`},
		{"overlap below", "{name: a, bmc: h1, rack: R, position: 5}|{name: b, bmc: h2, rack: R, position: 4, height: 4}", `unit 5 of rack "R" is taken by "a"`},
		{"opposite faces", "{name: a, bmc: h1, rack: R, position: 1, face: front}|{name: b, bmc: h2, rack: R, position: 1, face: rear}", ""},
		{"same face", "{name: a, bmc: h1, rack: R, position: 1, face: rear}|{name: b, bmc: h2, rack: R, position: 1, face: rear}", `unit 1`},
		{"whole depth", "{name: a, bmc: h1, rack: R, position: 1}|{name: b, bmc: h2, rack: R, position: 1, face: rear}", `unit 1`},
		{"another room", "{name: a, bmc: h1, rack: R, position: 1, room: A}|{name: b, bmc: h2, rack: R, position: 1, room: B}", ""},
		{"no position", "{name: a, bmc: h1, rack: R}|{name: b, bmc: h2, rack: R}", ""},
		{"too high", "{name: a, bmc: h1, rack: R, position: 99, height: 4}", "would reach unit 102"},
	} {
		t.Run(c.name, func(t *testing.T) {
			src := v3 + "servers:\n  - " + strings.ReplaceAll(c.servers, "|", "\n  - ") + "\n"
			got := mistakes(t, src)
			if cfg, err := Parse("ironage.yaml", []byte(src)); err == nil {
				for _, w := range cfg.Warnings {
					if strings.Contains(w.Text, "unit") {
						got += w.Text
					}
				}
			}
			if (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
				t.Errorf("got %q, want %q in it", got, c.want)
			}
		})
	}
}

func TestOverridesStartFromTheGeneralRules(t *testing.T) {
	c, err := Parse("ironage.yaml", []byte(v3+`
servers: [{name: a, bmc: h1, service: S}]
thresholds:
  services:
    S: {filesystem: {crit: 99}, kinds: {fan: {detect: 5}}}
  filesystem: {warn: 70, crit: 80}
  detect: 4
`))
	if err != nil {
		t.Fatal(err)
	}
	r := c.Health.For(fleet.Server{Service: "S"})
	if l := r.Limits["filesystem"]; l.Warn != 70 || l.Crit != 99 {
		t.Errorf("limit of service S: got %+v, want warn 70 (general) and crit 99 (its own)", l)
	}
	if n := r.ReadsFor(fleet.Fan); n.Detect != 5 || n.Recover != 2 {
		t.Errorf("reads of fans of service S: got %+v, want 5 and 2", n)
	}
	if n := c.Health.ReadsFor(fleet.Disk); n.Detect != 4 {
		t.Errorf("reads in general: got %+v, want 4", n)
	}
	if _, own := c.Health.Services["S"].Limits["memory"]; own {
		t.Error("service S got a memory limit of its own that nobody wrote")
	}
}

func TestWarnings(t *testing.T) {
	c, err := Parse("ironage.yaml", []byte(`
credentials:
  old: {snmp: 2c, community: env:C}
  weak: {user: u, auth: md5, auth_secret: env:A, priv: des, priv_secret: env:P}
  open: {user: u}
servers:
  - {name: a, bmc: h1, credential: old, serial: abc1234}
  - {name: b, bmc: h1, credential: weak, serial: ABC1234}
`))
	if err != nil {
		t.Fatal(err)
	}
	got := c.Warnings.Error()
	for _, want := range []string{
		`ironage.yaml:3:15: warning: credential "old": SNMP 2c is insecure`,
		`credential "weak" uses md5 or des`,
		`credential "open" sends values unencrypted`,
		`serial "ABC1234" is also that of "a"`,
		`h1 is also an address of "a"`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("warnings: got\n%s\nwant %q in it", got, want)
		}
	}
}

func TestRoles(t *testing.T) {
	for _, c := range []struct {
		name   string
		people People
		want   queue.Role
	}{
		{"nobody listed", People{}, queue.Lead},
		{"listed", People{Roles: map[string]queue.Role{"bob": queue.Technician}}, queue.Technician},
		{"somebody else listed", People{Roles: map[string]queue.Role{"eve": queue.Lead}}, queue.Viewer},
		{"a default", People{Default: queue.Engineer}, queue.Engineer},
		{"listed and a default", People{Roles: map[string]queue.Role{"bob": queue.Lead}, Default: queue.Viewer}, queue.Lead},
	} {
		t.Run(c.name, func(t *testing.T) {
			conf := Config{People: c.people}
			if got := conf.RoleOf("bob"); got != c.want {
				t.Errorf("RoleOf(bob): got %s, want %s", got, c.want)
			}
		})
	}
}

func TestFind(t *testing.T) {
	home := t.TempDir()
	env := map[string]string{"HOME": home}
	getenv := func(k string) string { return env[k] }
	write := func(path string) string {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	expect := func(when, flag, want string) {
		t.Helper()
		if got, err := Find(flag, getenv); err != nil || got != want {
			t.Errorf("Find %s: got %q, %v; want %q", when, got, err, want)
		}
	}
	expect("in ~/.config", "", write(filepath.Join(home, ".config/ironage/ironage.yaml")))
	env["XDG_CONFIG_HOME"] = filepath.Join(home, "xdg")
	expect("in $XDG_CONFIG_HOME", "", write(filepath.Join(home, "xdg/ironage/ironage.yaml")))
	env["IRONAGE_CONFIG"] = write(filepath.Join(home, "env.yaml"))
	expect("by $IRONAGE_CONFIG", "", env["IRONAGE_CONFIG"])
	expect("by flag", write(filepath.Join(home, "flag.yaml")), filepath.Join(home, "flag.yaml"))
	if _, err := Find(filepath.Join(home, "none.yaml"), getenv); err == nil || !strings.Contains(err.Error(), "--config names") {
		t.Errorf("Find of a missing named file: got %v, want who names it", err)
	}
}

func TestStoreURL(t *testing.T) {
	getenv := func(k string) string { return map[string]string{"HOME": "/home/bob"}[k] }
	for _, c := range []struct{ path, url, want string }{
		{"/c/ironage.yaml", "", "/home/bob/.local/state/ironage/ironage.db"},
		{SystemPath, "", "/var/lib/ironage/ironage.db"},
		{"/c/ironage.yaml", "x.db", "/c/x.db"},
		{"/c/ironage.yaml", "sqlite:x.db", "/c/x.db"},
		{"/c/ironage.yaml", "sqlite:/d/x.db", "/d/x.db"},
		{"/c/ironage.yaml", "postgres://h/db", "postgres://h/db"},
	} {
		conf := Config{Path: c.path, Store: Store{URL: c.url}}
		if got := conf.StoreURL(getenv); got != c.want {
			t.Errorf("StoreURL(%q in %s): got %q, want %q", c.url, c.path, got, c.want)
		}
	}
}

func TestDurations(t *testing.T) {
	for in, want := range map[string]time.Duration{"7d": 7 * day, "90s": 90 * time.Second, "0s": 0, "500ms": 500 * time.Millisecond} {
		got, ok := parseDuration(in)
		if !ok || got != want {
			t.Errorf("parseDuration(%q): got %v %v, want %v", in, got, ok, want)
		}
		if back, ok := parseDuration(plainDuration(got)); !ok || back != got {
			t.Errorf("plainDuration(%v): got %q, which reads as %v", got, plainDuration(got), back)
		}
	}
	for _, in := range []string{"", "60", "d", "-1d", "1e9d", "soon"} {
		if got, ok := parseDuration(in); ok {
			t.Errorf("parseDuration(%q): got %v, want a refusal", in, got)
		}
	}
}

// TestAWebhooksTokenStandsElsewhere: a URL that is a secret is refused, and not repeated.
func TestAWebhooksTokenStandsElsewhere(t *testing.T) {
	for target, ok := range map[string]bool{
		"https://glpi.lan/hook/ironage": true, "http://10.0.0.7:8080/plugins/webhook-receiver-for-tickets": true, "env:HOOK": true,
		"https://u:geheim@h/": false, "https://h/?token=geheim": false, "https://hooks.example.com/services/T0001/B0002/geheim4567890123456789012": false,
		"ftp://h/geheim": false, "geheim": false,
	} {
		path := filepath.Join(t.TempDir(), "ironage.yaml")
		if err := os.WriteFile(path, []byte("webhooks:\n  x: {url: \""+target+"\"}\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := Load(path)
		if (err == nil) != ok || err != nil && strings.Contains(err.Error(), "geheim") {
			t.Errorf("%s: got %v", target, err)
		}
	}
}
