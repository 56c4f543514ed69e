package record

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ironage/internal/sim/agent"
	"ironage/probes/profile"
	"ironage/probes/snmp"
)

const community = "a-secret-community"

// device is a simulated device, walked.
func device(t *testing.T, lines string) (*snmp.Session, *agent.Agent) {
	t.Helper()
	rec, err := profile.ReadRecording(strings.NewReader(lines))
	if err != nil {
		t.Fatal(err)
	}
	a, err := agent.Listen("127.0.0.1:0", community, agent.NewMap(rec.Variables()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	s, err := snmp.Dial(context.Background(), a.Addr(), snmp.Credential{Version: snmp.V2c, Community: community},
		snmp.Options{MaxRepetitions: 5, Timeout: time.Second}, snmp.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s, a
}

const tree = `1.3.6.1.2.1.1.1.0|4|Linux web-17 5.14
1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.99999.1
1.3.6.1.2.1.1.5.0|4|web-17
1.3.6.1.2.1.4.20.1.1.10.0.0.1|64|10.0.0.1
1.3.6.1.2.1.25.4.2.1.5.1|4|--password hunter2
1.3.6.1.4.1.99999.1.0|4|the community is a-secret-community
1.3.6.1.4.1.99999.2.1.0|4x|00ff
1.3.6.1.4.1.99999.2.2.0|4|a|b
1.3.6.1.4.1.99999.3.1|2|1
1.3.6.1.4.1.99999.3.2|2|2
1.3.6.1.4.1.99999.3.3|2|3
1.3.6.1.4.1.99999.3.4|2|4
1.3.6.1.4.1.99999.3.5|2|5
1.3.6.1.4.1.99999.3.6|2|6
1.3.6.1.4.1.99999.3.7|2|7
1.3.6.1.6.3.15.1.2.2.1.3.1|4|somebody
1.3.6.1.6.3.16.1.2.1.3.2.6.112.117|4|grp
1.3.6.1.6.3.18.1.1.1.2.1|4|a-secret-community
`

func options() Options {
	return Options{MaxVariables: 1000, MaxBytes: 1 << 20, Secrets: []snmp.Secret{community}}
}

func create(t *testing.T, subtrees []snmp.OID, keep bool) *File {
	t.Helper()
	f, err := Create(filepath.Join(t.TempDir(), "x.snmprec"), subtrees, keep)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func contents(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestRunKeepsEverythingButSecrets holds that a recording with the identity is
// the device, line by line, but for what gives access.
func TestRunKeepsEverythingButSecrets(t *testing.T) {
	s, _ := device(t, tree)
	f := create(t, []snmp.OID{Everything}, true)
	if err := Run(context.Background(), s, f, options()); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	want := ""
	for line := range strings.Lines(tree) {
		if !strings.Contains(line, ".25.4.2.1.5.") && !strings.HasPrefix(line, "1.3.6.1.6.3.") {
			want += strings.ReplaceAll(line, community, strings.Repeat("x", len(community)))
		}
	}
	if got := contents(t, f.Path()); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
	if _, err := os.Stat(f.Path() + resumeSuffix); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v: a whole recording needs nothing beside it", err)
	}
}

func TestRunReplacesIdentity(t *testing.T) {
	s, _ := device(t, tree)
	f := create(t, []snmp.OID{Everything}, false)
	lib, err := profile.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	m, err := lib.Match(context.Background(), s)
	if err != nil {
		t.Fatal(err)
	}
	o := options()
	if o.Scrub, err = NewScrubberFor(context.Background(), lib, m, s, f.Key(), time.Now()); err != nil {
		t.Fatal(err)
	}
	if err := Run(context.Background(), s, f, o); err != nil {
		t.Fatal(err)
	}
	got := contents(t, f.Path())
	for _, gone := range []string{"web-17", "10.0.0.1", "hunter2", community, "somebody"} {
		if strings.Contains(got, gone) {
			t.Errorf("%q is still in the recording:\n%s", gone, got)
		}
	}
	for _, kept := range []string{"1.3.6.1.4.1.99999.2.2.0|4|a|b\n", "1.3.6.1.4.1.99999.3.7|2|7\n", "|4|Linux "} {
		if !strings.Contains(got, kept) {
			t.Errorf("%q is missing in:\n%s", kept, got)
		}
	}
}

// TestRunResumes interrupts a recording after every answer and goes on with it:
// the result is the same as in one go, with the same replacements.
func TestRunResumes(t *testing.T) {
	s, _ := device(t, tree)
	subtrees := []snmp.OID{"1.3.6.1.2.1.1", "1.3.6.1.4.1.99999"}
	f := create(t, subtrees, false)
	key := f.Key()
	enough := errors.New("interrupted")
	rounds := 0
	for ; ; rounds++ {
		o := options()
		o.Scrub = NewScrubber(f.Key(), nil, nil)
		o.Scrub.Learn("web-17")
		ctx, cancel := context.WithCancelCause(context.Background())
		o.Progress = func(p Progress) {
			if !p.FinishedOne {
				cancel(enough)
			}
		}
		err := Run(ctx, s, f, o)
		cancel(nil)
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		if err == nil {
			break
		}
		if !errors.Is(err, context.Canceled) || rounds > 50 {
			t.Fatalf("round %d: %v", rounds, err)
		}
		if _, err := profile.ReadRecording(strings.NewReader(contents(t, f.Path()))); err != nil {
			t.Fatalf("the partial file is no recording: %v", err)
		}
		// A kill in the middle of a line.
		if out, err := os.OpenFile(f.Path(), os.O_APPEND|os.O_WRONLY, 0); err == nil {
			_, _ = out.WriteString("1.3.6.1.4.1.99")
			_ = out.Close()
		}
		if f, err = Resume(f.Path()); err != nil {
			t.Fatal(err)
		}
	}
	if rounds < 3 {
		t.Errorf("got %d interruptions, want several", rounds)
	}
	whole := create(t, subtrees, false)
	whole.state.Key = key
	o := options()
	o.Scrub = NewScrubber(key, nil, nil)
	o.Scrub.Learn("web-17")
	if err := Run(context.Background(), s, whole, o); err != nil {
		t.Fatal(err)
	}
	if got, want := contents(t, f.Path()), contents(t, whole.Path()); got != want {
		t.Errorf("in pieces:\n%s\nin one go:\n%s", got, want)
	}
}

func TestRunIsBounded(t *testing.T) {
	s, _ := device(t, tree)
	f := create(t, []snmp.OID{Everything}, true)
	o := options()
	o.MaxVariables = 8
	if err := Run(context.Background(), s, f, o); !errors.Is(err, ErrBound) {
		t.Errorf("got %v, want that the bounds are reached", err)
	}
	if n := strings.Count(contents(t, f.Path()), "\n"); n == 0 || n > 8 {
		t.Errorf("got %d lines, want at most 8", n)
	}
	f = create(t, []snmp.OID{Everything}, true)
	o = options()
	o.MaxBytes = 100
	if err := Run(context.Background(), s, f, o); !errors.Is(err, ErrBound) {
		t.Errorf("bytes: got %v, want that the bounds are reached", err)
	}
}

// TestRunGoesAroundWhatBreaksTheAgent: one bad table costs that table.
func TestRunGoesAroundWhatBreaksTheAgent(t *testing.T) {
	s, a := device(t, tree)
	a.Behave(agent.Behaviour{GenErr: []snmp.OID{"1.3.6.1.4.1.99999.2"}})
	f := create(t, []snmp.OID{Everything}, true)
	err := Run(context.Background(), s, f, options())
	if !errors.Is(err, snmp.ErrIncomplete) {
		t.Errorf("got %v, want that it is not whole", err)
	}
	got := contents(t, f.Path())
	if !strings.Contains(got, "1.3.6.1.4.1.99999.1.0|") || !strings.Contains(got, "1.3.6.1.4.1.99999.3.7|") {
		t.Errorf("got:\n%s\nwant what stands before and behind", got)
	}
}

func TestFileRefuses(t *testing.T) {
	f := create(t, []snmp.OID{"1.3.6.1"}, true)
	if _, err := Create(f.Path(), nil, true); err == nil || !strings.Contains(err.Error(), "--resume") {
		t.Errorf("a file that exists: got %v", err)
	}
	if _, err := Resume(filepath.Join(t.TempDir(), "none.snmprec")); err == nil || !strings.Contains(err.Error(), "cannot be continued") {
		t.Errorf("no state: got %v", err)
	}
	for _, damaged := range []string{"{", `{"subtrees":["1.x"]}`} {
		if err := os.WriteFile(f.Path()+resumeSuffix, []byte(damaged), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Resume(f.Path()); err == nil || !strings.Contains(err.Error(), "damaged") {
			t.Errorf("%s: got %v, want that it is damaged", damaged, err)
		}
	}
}
