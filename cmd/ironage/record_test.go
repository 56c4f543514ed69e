package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/sim/agent"
	"ironage/internal/snmpdtest"
	"ironage/probes/record"
)

// smartJSON is what the smart script prints on a host with two disks.
const smartJSON = `{"version":1,"error":0,"errorString":"","data":{"unhealthy":1,"disks":{` +
	`"sda":{"disk":"sda","serial":"S3Z8NB0K417923","device_model":"ACME SSD 960","health_pass":1,"9":12345,"194":31,"231":88,"5":0},` +
	`"sdb":{"disk":"sdb","serial":"S3Z8NB0K417924","device_model":"ACME SSD 960","health_pass":0,"9":12345,"194":33,"231":12,"5":7}}}}`

// ran runs the program and returns what it printed.
func ran(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	code = run(context.Background(), args, strings.NewReader(""), &out, &err)
	return code, out.String(), err.String()
}

// reportFrom is what check says as JSON.
func reportFrom(t *testing.T, args ...string) checkReport {
	t.Helper()
	_, out, stderr := checked(t, append([]string{"--output", "json"}, args...)...)
	var r checkReport
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatalf("%v\n%s\n%s", err, out, stderr)
	}
	return r
}

// withoutMoment drops what changes from one minute to the next.
func withoutMoment(r checkReport) ([]fleet.Component, []fleet.Filesystem) {
	cs, fs := slices.Clone(r.Components), slices.Clone(r.Filesystems)
	for i := range cs {
		cs[i].Native = cs[i].Native.AtNanos(0)
		for j := range cs[i].Verdicts {
			cs[i].Verdicts[j].Seen = cs[i].Verdicts[j].Seen.AtNanos(0)
		}
	}
	for i := range fs {
		fs[i].UsedBytes, fs[i].Evidence.Time, fs[i].Evidence.Value = nil, time.Time{}, ""
	}
	return cs, fs
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	data, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestRecordingIsTheDevice records a real snmpd and reads the file like it: the
// same components and file systems.
func TestRecordingIsTheDevice(t *testing.T) {
	dir := t.TempDir()
	script := filepath.Join(dir, "smart.json")
	if err := os.WriteFile(script, []byte(smartJSON+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	daemon := snmpdtest.Start(t, snmpdtest.Config{Lines: []string{"extend smart /bin/cat " + script, "sysName web-17.corp.example.org"}})
	community := "file:" + secretFile(t, dir, "community", daemon.Community)
	for _, c := range []struct {
		name string
		more []string
	}{{"default subtrees", nil}, {"the whole tree", []string{"--all"}}} {
		t.Run(c.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "host.snmprec")
			code, out, stderr := ran(t, append([]string{"record", daemon.Addr, "--community", community, "--keep-identity", "--pause", "0", "--file", file}, c.more...)...)
			if code != 0 || !strings.Contains(out, "ironage check --recording") {
				t.Fatalf("record: exit code %d\n%s%s", code, out, stderr)
			}
			gotParts, gotFiles := withoutMoment(reportFrom(t, "--recording", file))
			wantParts, wantFiles := withoutMoment(reportFrom(t, "--no-ping", "--community", community, daemon.Addr))
			if len(wantParts) < 2 || len(wantFiles) == 0 {
				t.Fatalf("the agent shows %d components and %d file systems, want the disks of its script and its own file systems", len(wantParts), len(wantFiles))
			}
			if got, want := asJSON(t, gotParts), asJSON(t, wantParts); got != want {
				t.Errorf("components of the recording:\n%s\nof the agent:\n%s", got, want)
			}
			if got, want := asJSON(t, gotFiles), asJSON(t, wantFiles); got != want {
				t.Errorf("file systems of the recording:\n%s\nof the agent:\n%s", got, want)
			}
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(text), daemon.Community) {
				t.Error("the community is in the recording")
			}
		})
	}
}

// TestRecordingHidesIdentity records the same agent for strangers: the parts
// are the same, and nothing says whose they are.
func TestRecordingHidesIdentity(t *testing.T) {
	dir := t.TempDir()
	script := filepath.Join(dir, "smart.json")
	if err := os.WriteFile(script, []byte(smartJSON+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	daemon := snmpdtest.Start(t, snmpdtest.Config{Lines: []string{"extend smart /bin/cat " + script, "sysName web-17.corp.example.org"}})
	t.Setenv("COMMUNITY", daemon.Community)
	file := filepath.Join(dir, "host.snmprec")
	if code, out, stderr := ran(t, "record", daemon.Addr, "--community", "env:COMMUNITY", "--all", "--pause", "0", "--file", file); code != 0 {
		t.Fatalf("record: exit code %d\n%s%s", code, out, stderr)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	for _, gone := range []string{"S3Z8NB0K41792", "web-17", "corp.example.org", "Linux " + host + " ", daemon.Community} {
		if strings.Contains(string(text), gone) {
			t.Errorf("%q is in the recording", gone)
		}
	}
	parts := reportFrom(t, "--recording", file).Components
	if len(parts) < 2 || parts[0].Serial == "" || parts[0].Serial == parts[1].Serial || parts[1].Health != fleet.Critical {
		t.Errorf("got %s\nwant both disks with other serial numbers, and the second one failed", asJSON(t, parts))
	}
}

func TestRecordAsksWrongly(t *testing.T) {
	for _, c := range []struct {
		name string
		args []string
		code int
		want string
	}{
		{"no host", nil, 2, "accepts 1 arg"},
		{"two choices", []string{"h", "--all", "--oid", "1.3.6.1"}, 2, "do not go together"},
		{"resume with a choice", []string{"h", "--resume", "--all"}, 2, "--resume goes on"},
		{"bad OID", []string{"h", "--oid", "1.3.x"}, 2, "1.3.x is no object identifier"},
		{"no bound", []string{"h", "--max-variables", "0"}, 2, "above 0"},
		{"silent host", []string{"127.0.0.1:1", "--timeout", "100ms", "--retries", "0", "--file", filepath.Join(t.TempDir(), "x")}, 1, "127.0.0.1:1: "},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, _, stderr := ran(t, append([]string{"record"}, c.args...)...)
			if code != c.code || !strings.Contains(stderr, c.want) {
				t.Errorf("got %d %q, want %d and %q", code, stderr, c.code, c.want)
			}
		})
	}
}

// TestRecordingHoldsWhatCheckReads replays recordings of several families as
// devices and records those: the subtrees that are recorded by default are
// enough for check, and replacing identities changes no part's kind, health or
// reading. With IRONAGE_SHARED it runs over
// all recordings here and in that folder.
func TestRecordingHoldsWhatCheckReads(t *testing.T) {
	const testdata = "../../probes/profile/testdata/"
	files := []string{testdata + "idrac-faults.snmprec", testdata + "ilo-faults.snmprec", testdata + "inspur.snmprec"}
	if dir := os.Getenv("IRONAGE_SHARED"); dir != "" {
		for _, folder := range []string{testdata, filepath.Join(dir, "recordings")} {
			more, err := filepath.Glob(filepath.Join(folder, "*.snmprec"))
			if err != nil || len(more) == 0 {
				t.Fatalf("no recordings in %s: %v", folder, err)
			}
			files = append(files, more...)
		}
	}
	t.Setenv("COMMUNITY", "public")
	for _, from := range files {
		t.Run(filepath.Base(from), func(t *testing.T) {
			rec, err := readRecording(from)
			if err != nil {
				t.Fatal(err)
			}
			a, err := agent.Listen("127.0.0.1:0", "public", agent.NewMap(rec.Variables()))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = a.Close() })
			want := reportFrom(t, "--recording", from)
			for _, keep := range []bool{true, false} {
				file := filepath.Join(t.TempDir(), "copy.snmprec")
				if code, _, stderr := ran(t, "record", a.Addr(), "--community", "env:COMMUNITY", fmt.Sprintf("--keep-identity=%v", keep), "--pause", "0", "--file", file); code != 0 {
					t.Fatalf("record: exit code %d\n%s", code, stderr)
				}
				got := reportFrom(t, "--recording", file)
				if gotText, wantText := essence(got, keep), essence(want, keep); gotText != wantText {
					t.Errorf("keep identity %v: the recording reads\n%s\nthe device\n%s", keep, gotText, wantText)
				}
				if !keep {
					noSerials(t, file, want)
				}
			}
		})
	}
}

// noSerials holds that no serial number of the device is left in a recording
// for strangers.
func noSerials(t *testing.T, file string, r checkReport) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	serials := []string{r.Device.Serial}
	for _, c := range r.Components {
		serials = append(serials, c.Serial)
	}
	for _, s := range serials {
		if len(s) > 5 && strings.ContainsAny(s, "123456789") && strings.Contains(string(text), s) {
			t.Errorf("the serial number %s is in the recording", s)
		}
	}
}

// essence is what check found, line by line; without identity, what strangers may know of it.
func essence(r checkReport, identity bool) string {
	var b strings.Builder
	fmt.Fprintln(&b, r.Profiles, r.Health, r.Device.Vendor, r.Device.Model, r.Device.Firmware, len(r.Filesystems), len(r.Findings))
	for _, c := range r.Components {
		fmt.Fprint(&b, c.Kind, " ", c.Health, " ", c.Vendor, " ", c.Model, " ", c.Part != "", " ", c.Firmware, " ", c.Serial != "", " ", c.Native.Meaning())
		if c.Reading != nil {
			fmt.Fprint(&b, " ", *c.Reading)
		}
		if identity {
			fmt.Fprint(&b, " ", c.Name, " ", c.Serial, " ", c.Index)
		}
		b.WriteString("\n")
	}
	return b.String()
}

func TestRecordProgress(t *testing.T) {
	steps := []record.Progress{
		{Subtree: "1.3.6.1.2.1.1", At: "1.3.6.1.2.1.1.4.0", Total: 4, Variables: 7},
		{Subtree: "1.3.6.1.2.1.1", At: "1.3.6.1.2.1.1", Done: 2, Total: 4, Variables: 9, FinishedOne: true},
	}
	for _, c := range []struct {
		name string
		bar  bool
		want string
	}{
		{"a bar on a terminal", true, "\r\x1b[K[------------------------] 0/4  7 variables  1.3.6.1.2.1.1.4.0\r\x1b[K[############------------] 2/4  9 variables  1.3.6.1.2.1.1\n"},
		{"a line per subtree elsewhere", false, "2/4  9 variables  1.3.6.1.2.1.1\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var err bytes.Buffer
			r := recordProgress{env: &cli{err: &err}, bar: c.bar}
			for _, p := range steps {
				r.show(p)
			}
			r.end()
			if got := err.String(); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// TestRecordInterrupted: what was recorded when somebody pressed Ctrl-C can be
// used, and is continued where it ended.
func TestRecordInterrupted(t *testing.T) {
	rec, err := readRecording(faultyServer)
	if err != nil {
		t.Fatal(err)
	}
	a, err := agent.Listen("127.0.0.1:0", "public", agent.NewMap(rec.Variables()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	t.Setenv("COMMUNITY", "public")
	file := filepath.Join(t.TempDir(), "x.snmprec")
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	// The first subtree is the system group: when its line appears, somebody stops it.
	var out bytes.Buffer
	code := run(ctx, []string{"record", a.Addr(), "--community", "env:COMMUNITY", "--keep-identity", "--pause", "1ms", "--file", file}, strings.NewReader(""), &out,
		writerFunc(func(b []byte) (int, error) {
			if strings.HasPrefix(string(b), "3/") {
				cancel()
			}
			return out.Write(b)
		}))
	if code != 1 || !strings.Contains(out.String(), "go on with --resume") {
		t.Fatalf("interrupted: exit code %d\n%s", code, out.String())
	}
	partial, err := readRecording(file)
	if err != nil {
		t.Fatal(err)
	}
	if code, _, stderr := ran(t, "record", a.Addr(), "--community", "env:COMMUNITY", "--resume", "--pause", "0", "--file", file); code != 0 {
		t.Fatalf("resumed: exit code %d\n%s", code, stderr)
	}
	if got, want := essence(reportFrom(t, "--recording", file), true), essence(reportFrom(t, "--recording", faultyServer), true); got != want {
		t.Errorf("after resuming:\n%s\nwant\n%s", got, want)
	}
	if whole, err := readRecording(file); err != nil || len(whole.Variables()) <= len(partial.Variables()) {
		t.Errorf("%v: got no more variables after resuming", err)
	}
}

type writerFunc func([]byte) (int, error)

func (w writerFunc) Write(b []byte) (int, error) { return w(b) }
