package main

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"ironage/internal/fleet"
	"ironage/internal/sim/agent"
	"ironage/probes/profile"
	"ironage/probes/snmp"
)

const faultyServer = "../../probes/profile/testdata/idrac-faults.snmprec"

// checked runs check and returns what it printed.
func checked(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	code = run(context.Background(), append([]string{"check"}, args...), strings.NewReader(""), &out, &err)
	return code, out.String(), err.String()
}

func TestCheckRecordingAsJSON(t *testing.T) {
	code, out, _ := checked(t, "--recording", faultyServer, "--output", "json")
	if code != 2 {
		t.Errorf("exit code: got %d, want 2 (critical)", code)
	}
	var keys map[string]json.RawMessage
	if err := json.Unmarshal([]byte(out), &keys); err != nil {
		t.Fatal(err)
	}
	for _, k := range []string{"schema", "target", "time", "reachable", "device", "health", "totals", "filesystems", "components", "findings", "profiles", "errors"} {
		if _, ok := keys[k]; !ok {
			t.Errorf("the key %q is missing", k)
		}
	}
	var r checkReport
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatal(err)
	}
	if r.Schema != "ironage.check/v1" || r.Device.Serial != "TEST001" || r.Health != fleet.Critical || r.Reachable.SNMP != fleet.NotAsked {
		t.Errorf("got %s %+v %s %+v", r.Schema, r.Device, r.Health, r.Reachable)
	}
	if !slices.ContainsFunc(r.Findings, func(f fleet.Finding) bool { return f.Code == "failed" && strings.Contains(f.Text, "Bay 3") }) {
		t.Errorf("findings: got %+v, want the failed disk of bay 3", r.Findings)
	}
	if filesystems := string(keys["filesystems"]); filesystems != "[]" {
		t.Errorf("filesystems: got %s, want []", filesystems)
	}
}

func TestCheckForms(t *testing.T) {
	for _, c := range []struct {
		name, output string
		want         []string
	}{
		{"table", "table", []string{"CRITICAL", "Dell PowerEdge R730", "iDRAC8", "! critical", "HEALTH", "Disk.Bay.3", "--all lists them"}},
		{"nagios", "nagios", []string{"IRONAGE CRITICAL - ", "'temperature System Board Inlet Temp'=45;42;47", "\nCRITICAL: "}},
		{"csv", "csv", []string{"health,kind,name", "warning,disk,Disk.Bay.1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, out, _ := checked(t, "--recording", faultyServer, "--output", c.output)
			for _, w := range c.want {
				if !strings.Contains(out, w) {
					t.Errorf("got:\n%s\nwant in it: %s", out, w)
				}
			}
			if first, _, _ := strings.Cut(out, "\n"); c.output == "nagios" && strings.Count(first, "|") != 1 {
				t.Errorf("first line: got %q, want one |", first)
			}
		})
	}
}

func TestCheckHost(t *testing.T) {
	lib, err := profile.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	ok := profile.Hardware{Device: fleet.Device{Model: "PowerEdge R640", Serial: "ABC1234"}, RollUp: fleet.OK,
		Components: []fleet.Component{{Kind: fleet.Memory, Name: "DIMM.Socket.A1", Health: fleet.OK, Serial: "12AB"}}}
	tree := agent.NewMap(profile.Encode(lib.Find("dell-idrac"), ok))
	a, err := agent.Listen("127.0.0.1:0", "public", tree)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	if code, out, stderr := checked(t, "--no-ping", a.Addr()); code != 0 || !strings.Contains(out, "OK ") {
		t.Errorf("healthy: got %d\n%s%s", code, out, stderr)
	}
	tree.Set("1.3.6.1.4.1.674.10892.5.4.1100.50.1.5.1.1", snmp.Value{Type: snmp.Integer, Num: 4})
	if code, out, _ := checked(t, "--no-ping", a.Addr(), "--output", "nagios"); code != 1 || !strings.HasPrefix(out, "IRONAGE WARNING - memory module DIMM A1") {
		t.Errorf("degraded: got %d\n%s", code, out)
	}
	t.Setenv("WRONG", "wrong")
	code, out, _ := checked(t, "--no-ping", "--community", "env:WRONG", "--timeout", "100ms", "--retries", "0", a.Addr(), "--output", "nagios")
	if code != 3 || !strings.Contains(out, "wrong community") {
		t.Errorf("wrong community: got %d\n%s", code, out)
	}
}

func TestCheckAsksWrongly(t *testing.T) {
	for _, c := range []struct {
		name string
		args []string
		want string
	}{
		{"no host", nil, "check takes one HOST"},
		{"two hosts", []string{"a", "b"}, "check takes one HOST"},
		{"host and recording", []string{"--recording", faultyServer, "h"}, "not both"},
		{"no such file", []string{"--recording", "nowhere.snmprec"}, "nowhere.snmprec"},
		{"no recording", []string{"--recording", "check_test.go"}, "is no recording"},
		{"unknown flag", []string{"--comunity", "x", "h"}, "unknown flag"},
		{"bad address", []string{"a b"}, "a b"},
		{"unknown output", []string{"--output", "xml", "h"}, "--output xml"},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, _, stderr := checked(t, c.args...)
			if code != 3 || !strings.Contains(stderr, c.want) {
				t.Errorf("got %d %q, want 3 and %q: a plugin that cannot tell is unknown", code, stderr, c.want)
			}
		})
	}
}
