package fleet

import (
	"testing"
	"time"
)

// TestSnapshotOwnsItsEntries: of a list of entries nothing is kept but copies of
// each, so that one that stays for hours does not keep what its neighbours were.
func TestSnapshotOwnsItsEntries(t *testing.T) {
	entries := func(h Health) []Entry {
		return []Entry{{Server: Server{Name: "a"}, State: State{Health: h}}, {Server: Server{Name: "b"}, State: State{Health: h}}}
	}
	first := entries(OK)
	snap := NewSnapshot(1, time.Time{}, first)
	second := entries(Warning)[:1]
	next := snap.With(2, time.Time{}, second)
	third := []Entry{{Server: Server{Name: "c"}, State: State{Health: Critical}}}
	last := next.With(3, time.Time{}, third, "b")
	for _, list := range [][]Entry{first, second, third} {
		clear(list)
	}
	for name, want := range map[string]Health{"a": Warning, "c": Critical} {
		if e := last.Find(name); e == nil || e.State.Health != want {
			t.Errorf("%s: got %+v, want %v", name, e, want)
		}
	}
	if next.Find("b") != snap.Find("b") || last.Find("a") != next.Find("a") {
		t.Error("an entry that did not change was copied")
	}
}
