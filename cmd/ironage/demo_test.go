package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"ironage/internal/queue"
)

// screen is an output that a test reads while it is written to.
type screen struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// eventually polls until ok is true.
func eventually(t *testing.T, what string, limit time.Duration, ok func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-ctx.Done():
			t.Fatalf("%s: not within %s", what, limit)
		case <-tick.C:
		}
	}
}

var joinLine = regexp.MustCompile(`ironage --config (\S+/ironage\.yaml)`)

func TestTheDemoIsJoinedFromASecondTerminalAndLeavesNothing(t *testing.T) {
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var out, complaints screen
	done := make(chan int, 1)
	go func() {
		done <- run(ctx, []string{"demo", "--no-console", "--servers", "12", "--seed", "3"}, strings.NewReader(""), &out, &complaints)
	}()
	var path string
	eventually(t, "how to join", 10*time.Second, func() bool {
		if m := joinLine.FindStringSubmatch(out.String()); m != nil {
			path = m[1]
		}
		return path != ""
	})
	eventually(t, "a failed disk in the second terminal", 20*time.Second, func() bool {
		var servers, errs bytes.Buffer
		code := run(t.Context(), []string{"--config", path, "servers"}, strings.NewReader(""), &servers, &errs)
		return code == exitOK && strings.Contains(servers.String(), "failed")
	})
	cancel()
	select {
	case code := <-done:
		if code != exitOK {
			t.Errorf("got exit code %d, want %d: %s", code, exitOK, complaints.String())
		}
	case <-time.After(10 * time.Second):
		t.Fatal("the demo did not end within 10 s of being interrupted")
	}
	left, err := filepath.Glob(filepath.Join(tmp, "ironage-demo-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("the demo left %v, %v", left, err)
	}
}

func TestTheDemoEndsByItself(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	var out, complaints bytes.Buffer
	code := run(t.Context(), []string{"demo", "--no-console", "--servers", "2", "--duration", "300ms"}, strings.NewReader(""), &out, &complaints)
	if code != exitOK || !strings.Contains(out.String(), "2 simulated servers") {
		t.Errorf("got code %d, %q, %q", code, out.String(), complaints.String())
	}
}

// A demo that is told to end while it still starts has not failed.
func TestTheDemoEndsBeforeItBegins(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	var out, complaints bytes.Buffer
	if code := run(t.Context(), []string{"demo", "--no-console", "--servers", "2", "--duration", "1ns"}, strings.NewReader(""), &out, &complaints); code != exitOK {
		t.Errorf("got code %d, %q, %q", code, out.String(), complaints.String())
	}
}

func TestTheDemoRefusesWhatItCannotDo(t *testing.T) {
	tests := []struct {
		name string
		args []string
		want string
	}{
		{"no servers", []string{"--servers", "0"}, "--servers 0"},
		{"too many servers", []string{"--servers", "10001"}, "10000"},
		{"no speed", []string{"--speed", "0"}, "--speed 0"},
		{"speed that is no number", []string{"--speed", "nan"}, "--speed NaN"},
		{"negative duration", []string{"--duration", "-1s"}, "negative"},
		{"a configuration", []string{"--config", "x.yaml"}, "leave out --config"},
		{"no terminal", nil, "--no-console"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tmp := t.TempDir()
			t.Setenv("TMPDIR", tmp)
			var out, complaints bytes.Buffer
			code := run(t.Context(), append([]string{"demo"}, tt.args...), strings.NewReader(""), &out, &complaints)
			if code != exitUsage || !strings.Contains(complaints.String(), tt.want) {
				t.Errorf("got code %d, %q; want %d and %q", code, complaints.String(), exitUsage, tt.want)
			}
			if left, _ := os.ReadDir(tmp); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

// book is a list of orders, or a store that refuses.
type book struct {
	orders []queue.Order
	err    error
}

func (b book) Orders(context.Context) ([]queue.Order, error) { return b.orders, b.err }

func TestOnlyOrdersInProgressAreJobs(t *testing.T) {
	jobs := &demoJobs{}
	if js, err := jobs.InProgress(t.Context()); len(js) > 0 || err != nil {
		t.Errorf("without a book: got %v, %v", js, err)
	}
	jobs.open(book{orders: []queue.Order{
		{ID: 1, Server: "a", Slot: "disk/1", State: queue.Ready},
		{ID: 2, Server: "b", Slot: "disk/2", State: queue.InProgress, PartSerial: "S1", Attempt: 1},
	}})
	js, err := jobs.InProgress(t.Context())
	if err != nil || len(js) != 1 || js[0].ID != "2/1" || js[0].Server != "b" || js[0].Key != "disk/2" || js[0].Serial != "S1" {
		t.Errorf("got %+v, %v; want the second order", js, err)
	}
	jobs.open(book{err: errors.New("busy")})
	if _, err := jobs.InProgress(t.Context()); err == nil {
		t.Error("a store that refuses: got no error")
	}
}

func TestPathsAreQuotedForTheShell(t *testing.T) {
	for in, want := range map[string]string{"/tmp/a-1/x.yaml": "/tmp/a-1/x.yaml", "/tmp/my dir/x": "'/tmp/my dir/x'", "it's": `'it'\''s'`} {
		if got := shellWord(in); got != want {
			t.Errorf("shellWord(%q): got %s, want %s", in, got, want)
		}
	}
}
