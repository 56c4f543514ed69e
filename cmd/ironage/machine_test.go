//go:build linux

package main

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"ironage/internal/fleet"
	"ironage/internal/snmpdtest"
)

// TestCheckTellsWhatTheMachineSays asks this machine's own snmpd over SNMPv3
// with authentication and privacy, and compares the report with the kernel's
// own words.
func TestCheckTellsWhatTheMachineSays(t *testing.T) {
	user := snmpdtest.User{Name: "watcher", Auth: "sha256", AuthSecret: "correct horse battery", Priv: "aes128", PrivSecret: "staple of the private"}
	daemon := snmpdtest.Start(t, snmpdtest.Config{Users: []snmpdtest.User{user}})
	dir := t.TempDir()
	auth, priv := secretFile(t, dir, "auth", user.AuthSecret), secretFile(t, dir, "priv", user.PrivSecret)

	code, out, stderr := checked(t, "--output", "json", "--no-ping", "--snmp", "3", "--user", user.Name,
		"--auth", user.Auth, "--auth-secret", "file:"+auth, "--priv", user.Priv, "--priv-secret", "file:"+priv, daemon.Addr)
	var r checkReport
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatalf("exit code %d, %v\n%s\n%s", code, err, out, stderr)
	}
	if r.Reachable.SNMP != fleet.Answered {
		t.Fatalf("snmp: got %s, want answered; errors %+v", r.Reachable.SNMP, r.Errors)
	}
	memory := meminfo(t)
	same(t, "memory", r.Totals.MemoryBytes, memory["MemTotal"], 0)
	same(t, "memory available", r.Totals.MemoryAvailableBytes, memory["MemAvailable"], 0.05*float64(memory["MemTotal"]))
	same(t, "memory used", r.Totals.MemoryUsedBytes, memory["MemTotal"]-memory["MemAvailable"], 0.05*float64(memory["MemTotal"]))
	same(t, "swap", r.Totals.SwapTotalBytes, memory["SwapTotal"], 0)
	same(t, "logical CPUs", r.Totals.LogicalCPUs, processors(t), 0)
	sameFilesystems(t, r.Filesystems)
}

func secretFile(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func same(t *testing.T, what string, got *int64, want int64, tolerance float64) {
	t.Helper()
	if got == nil {
		t.Errorf("%s: got nothing, want %d", what, want)
		return
	}
	if math.Abs(float64(*got-want)) > tolerance {
		t.Errorf("%s: got %d, want %d (±%.0f)", what, *got, want, tolerance)
	}
}

// sameFilesystems compares each reported file system with statfs, and insists
// on the one that everything stands on.
func sameFilesystems(t *testing.T, reported []fleet.Filesystem) {
	t.Helper()
	root := false
	for _, f := range reported {
		root = root || f.Mount == "/"
		var s syscall.Statfs_t
		if err := syscall.Statfs(f.Mount, &s); err != nil {
			t.Errorf("%s is reported, and statfs says: %v", f.Mount, err)
			continue
		}
		size := int64(s.Blocks) * s.Bsize
		same(t, "size of "+f.Mount, f.SizeBytes, size, 0.001*float64(size))
		// Other tests write meanwhile.
		same(t, "used of "+f.Mount, f.UsedBytes, size-int64(s.Bfree)*s.Bsize, 0.02*float64(size))
	}
	if !root {
		t.Errorf("/ is missing in %+v", reported)
	}
}

// meminfo reads /proc/meminfo, in bytes.
func meminfo(t *testing.T) map[string]int64 {
	t.Helper()
	text, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]int64{}
	for line := range strings.Lines(string(text)) {
		name, rest, _ := strings.Cut(line, ":")
		if kib, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64); err == nil {
			out[name] = kib * 1024
		}
	}
	return out
}

func processors(t *testing.T) int64 {
	t.Helper()
	text, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		t.Fatal(err)
	}
	return int64(strings.Count("\n"+string(text), "\nprocessor"))
}
