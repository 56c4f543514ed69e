package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"ironage/internal/notify"
	"ironage/internal/sim/agent"
	"ironage/probes/profile"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"ironage": main})
}

// TestStories runs the files of testdata: what people type, and what they see.
// Beyond testscript's own commands they have
//
//	agent NAME RECORDING COMMUNITY   an SNMP agent; $NAME is then its address
//	hook NAME                        an HTTP server that takes signed documents; $NAME is then its URL
//	until REGEXP COMMAND…            repeats COMMAND until its output matches, at most 20 s
func TestStories(t *testing.T) {
	recordings, err := filepath.Abs("../../probes/profile/testdata")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("HOME", e.WorkDir)
			e.Setenv("XDG_CONFIG_HOME", "")
			e.Setenv("XDG_STATE_HOME", "")
			e.Setenv("RECORDINGS", recordings)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"agent": startAgent, "hook": startHook, "until": until},
	})
}

func startAgent(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: agent NAME RECORDING COMMUNITY")
	}
	f, err := os.Open(ts.MkAbs(args[1]))
	ts.Check(err)
	defer f.Close()
	rec, err := profile.ReadRecording(f)
	ts.Check(err)
	a, err := agent.Listen("127.0.0.1:0", args[2], agent.NewMap(rec.Variables()))
	ts.Check(err)
	ts.Defer(func() { _ = a.Close() })
	ts.Setenv(args[0], a.Addr())
}

// startHook starts a receiver of webhooks that refuses what is not signed.
func startHook(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: hook NAME")
	}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if !strings.HasPrefix(req.Header.Get(notify.HeaderSignature), "t=") {
			http.Error(w, "not signed", http.StatusForbidden)
		}
	}))
	ts.Defer(srv.Close)
	ts.Setenv(args[0], srv.URL)
}

// until repeats a command; the program it starts may not be ready yet.
func until(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: until REGEXP COMMAND…")
	}
	want, err := regexp.Compile(args[0])
	ts.Check(err)
	deadline := time.After(20 * time.Second)
	again := time.NewTicker(100 * time.Millisecond)
	defer again.Stop()
	for {
		_ = ts.Exec(args[1], args[2:]...) // it may fail at first
		out := ts.ReadFile("stdout")
		if want.MatchString(out) {
			return
		}
		select {
		case <-again.C:
		case <-deadline:
			ts.Fatalf("%s never showed %s; at last:\n%s", strings.Join(args[1:], " "), args[0], out)
		}
	}
}
