package config

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// Broken YAML is a message with its place, never more.
func TestNotYAML(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"tab", "polling:\n\tstatus: 1m\n", "ironage.yaml:2:1: not valid YAML: a tab"},
		{"open bracket", "inventory: [a,\n", "ironage.yaml:1:12: not valid YAML"},
		{"open quote", "store:\n  url: \"x\n", "ironage.yaml:2:8: not valid YAML"},
		{"two values", "store: a: b\n", "ironage.yaml:1:"},
		{"a list", "- a\n- b\n", "ironage.yaml:1:1: expected the configuration"},
		{"a text", "hello\n", "ironage.yaml:1:1: expected the configuration"},
		{"two documents", "store: {}\n---\nstore: {}\n", "ironage.yaml:3:1: a second document"},
		{"Latin-1", "store: {url: h\xe9}\n", "not UTF-8"},
		{"unknown alias", "polling: *x\n", "ironage.yaml:1:10: no anchor &x"},
		{"deep brackets", "x: " + strings.Repeat("[", 100_000), "nested too deeply"},
		{"deep lists", strings.Repeat("- ", 100_000), "nested too deeply"},
		{"tags on tags", "a: " + strings.Repeat("!!x\n", 100_000), "nested too deeply"},
		{"too many keys", strings.Repeat("abc: 1\n", 50_000), "more than 20000 keys"},
		{"directive", "%YAML 1.2\n---\nstaus: 1\n", `ironage.yaml:3:1: unknown key "staus"`},
		{"control characters", "\"st\\e[2Jore\": 1\n", `unknown key "st?[2Jore"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			began := time.Now()
			got := mistakes(t, c.src)
			if !strings.Contains(got, c.want) {
				t.Errorf("got %.300q, want %q in it", got, c.want)
			}
			if took := time.Since(began); took > 10*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

// Ten levels of ten aliases each would be ten billion servers.
func TestAliasBomb(t *testing.T) {
	var b strings.Builder
	b.WriteString("x-a0: &a0 {name: a, bmc: h}\n")
	for i := range 10 {
		fmt.Fprintf(&b, "x-a%d: &a%d [%s]\n", i+1, i+1, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i), 10), ", "))
	}
	b.WriteString("servers: *a10\n")
	if got := mistakes(t, b.String()); !strings.Contains(got, "expected a server") {
		t.Errorf("nested lists: got %.300q, want a server expected", got)
	}
	b.Reset()
	b.WriteString("x-a0: &a0 {rack: A}\n")
	for i := range 30 {
		fmt.Fprintf(&b, "x-a%d: &a%d\n  <<: [*a%d, *a%d]\n", i+1, i+1, i, i)
	}
	b.WriteString("servers: [*a30]\n")
	if got := mistakes(t, b.String()); got == "" {
		t.Error("merges of merges: got no mistake")
	}
	b.Reset()
	b.WriteString("x-a0: &a0 {rack: A}\n")
	for i := range 40 {
		fmt.Fprintf(&b, "x-a%d: &a%d\n  <<: *a%d\n  <<: *a%d\n", i+1, i+1, i, i)
	}
	b.WriteString("servers: [*a40]\n")
	if got := mistakes(t, b.String()); !strings.Contains(got, "too much to read") {
		t.Errorf("doubling merges: got %.300q, want the bound", got)
	}
	if got := mistakes(t, "x-a: &a\n  <<: *a\nservers: [*a]\n"); got == "" {
		t.Error("an alias to itself: got no mistake")
	}
}

func TestManyMistakesAreBounded(t *testing.T) {
	src := "servers:\n" + strings.Repeat("  - {}\n", 1000)
	got := mistakes(t, src)
	if lines := strings.Count(got, "\n") + 1; lines > maxProblems+1 || !strings.Contains(got, "more problems") {
		t.Errorf("got %d lines, want at most %d and how many more", lines, maxProblems+1)
	}
}

func TestManyServers(t *testing.T) {
	var b strings.Builder
	b.WriteString(v3 + "servers:\n")
	for i := range 2000 {
		fmt.Fprintf(&b, "  - {name: s%d, bmc: 10.%d.%d.1, rack: R%d, position: %d}\n", i, i/250, i%250, i/40, i%40+1)
	}
	c, err := Parse("ironage.yaml", []byte(b.String()))
	if err != nil || len(c.Servers) != 2000 {
		t.Fatalf("got %v, want 2000 servers", err)
	}
}

func FuzzYAML(f *testing.F) {
	f.Add(Example)
	for _, s := range []string{"", "a: b", "servers: [{name: a, bmc: h}]", "x-a: &a {rack: A}\nservers: [{<<: *a, name: b}]", "? a\n: b\n", "a: |\n  b\n",
		"credentials: {a: {snmp: 2c, community: env:C}}\n", "thresholds: {servers: {a: {filesystem: {warn: 1, crit: 2, margin: 0}}}}", "people: {roles: {a: lead}}", "service_life: {hdd: nan}"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		if len(src) > 1<<14 {
			t.Skip("size is bounded elsewhere")
		}
		c, err := Parse("f.yaml", src)
		checkOutcome(t, c, err)
	})
}
