//go:build unix

package tui

import (
	"slices"
	"strings"
	"testing"
	"time"

	"ironage/internal/ageing"
	"ironage/internal/lang"
	"ironage/internal/ops"
)

// story follows a person through the real program in an emulated terminal.
type story struct {
	*terminal
	desk *fakeDesk
	code lang.Code
	over chan error
	fed  chan struct{}
}

// act is what a person types, or what happens, and what they then read. A text
// may be spread over the columns of a line: runs of spaces count as one.
type act struct {
	keys   string
	event  func()
	en, vi []string // in that language
	both   []string // in either
	gone   []string // no longer on the screen
}

// tell opens the console in a terminal of w×h over a view.
func tell(t *testing.T, code lang.Code, w, h int, v *ops.View, with ...func(*Config)) *story {
	t.Helper()
	if testing.Short() {
		t.Skip("the slow test of the real program is left out with -short")
	}
	s := &story{terminal: openTerminal(t, w, h), desk: newFakeDesk(v), code: code, over: make(chan error, 1), fed: make(chan struct{})}
	go func() { defer close(s.fed); s.feed() }()
	cfg := Config{Desk: s.desk, Actor: lan, Now: threeAMNow, Life: ageing.DefaultPolicy(), Dark: true, Env: []string{"TERM=xterm-256color", "LANG=C.UTF-8"}}
	for _, change := range append(with, in(code)) {
		change(&cfg)
	}
	go func() { s.over <- Run(t.Context(), cfg, s.tty, s.tty) }()
	t.Cleanup(func() { // so that a story that fails leaves no reader behind
		_ = s.tty.Close()
		_ = s.master.Close()
	})
	return s
}

// follow takes the steps of a story one after the other.
func (s *story) follow(steps ...act) {
	s.t.Helper()
	for i, x := range steps {
		if x.event != nil {
			x.event()
		}
		if x.keys != "" {
			s.typed(x.keys)
		}
		want := map[lang.Code][]string{lang.English: x.en, lang.Vietnamese: x.vi}[s.code]
		s.reads(i+1, x.keys, slices.Concat(want, x.both), x.gone)
	}
}

// reads waits until the screen shows all of some texts and none of others.
func (s *story) reads(n int, keys string, want, gone []string) {
	s.t.Helper()
	deadline := time.After(30 * time.Second)
	for {
		text := s.text()
		flat := strings.Join(strings.Fields(text), " ")
		shown := func(p string) bool { return strings.Contains(flat, strings.Join(strings.Fields(p), " ")) }
		lacking := slices.DeleteFunc(slices.Clone(want), shown)
		there := slices.DeleteFunc(slices.Clone(gone), func(p string) bool { return !shown(p) })
		if len(lacking)+len(there) == 0 {
			return
		}
		select {
		case <-s.changed:
		case <-deadline:
			s.t.Fatalf("step %d, after %q: %q did not come, %q did not go; the screen shows:\n%s", n, keys, lacking, there, text)
		}
	}
}

// shows gives the console a new view, as when the fleet changes.
func (s *story) shows(v *ops.View) func() { return func() { s.desk.now(v) } }

// quits leaves with a key and waits for the program to end.
func (s *story) quits(key string) {
	s.t.Helper()
	s.typed(key)
	s.ends()
}

// ends waits for the program to end without a complaint.
func (s *story) ends() {
	s.t.Helper()
	select {
	case err := <-s.over:
		if err != nil {
			s.t.Errorf("got %v, want a quiet end", err)
		}
	case <-time.After(30 * time.Second):
		s.t.Fatalf("the program did not end; the screen shows:\n%s", s.text())
	}
	_ = s.tty.Close()
	_ = s.master.Close()
	<-s.fed
}

// inBoth tells a story in every language.
func inBoth(t *testing.T, tell func(t *testing.T, code lang.Code)) {
	for _, code := range lang.Codes() {
		t.Run(string(code), func(t *testing.T) { tell(t, code) })
	}
}
