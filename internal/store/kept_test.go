package store_test

import (
	"path/filepath"
	"testing"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/store"
	"ironage/internal/store/storetest"
)

// TestStatesAreShared: who wrote a state gets it back instead of a copy; what
// another process wrote since then is read.
func TestStatesAreShared(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ironage.db")
	open := func() *store.Store {
		s, err := store.Open(t.Context(), path, time.Now)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close() })
		return s
	}
	read := func(s *store.Store) fleet.State {
		t.Helper()
		got, _, err := s.States(t.Context(), 0)
		if err != nil || len(got) != 1 {
			t.Fatalf("got %d states, %v, want one", len(got), err)
		}
		return got[0]
	}
	save := func(s *store.Store, st fleet.State) {
		t.Helper()
		if err := s.SaveStates(t.Context(), []fleet.State{st}, nil, nil); err != nil {
			t.Fatal(err)
		}
	}
	one, other := open(), open()
	mine := benchFleet(1, storetest.Noon)[0]
	save(one, mine)
	if got := read(one); &got.Components[0] != &mine.Components[0] {
		t.Error("the writer got a copy of its own state")
	}
	first := read(other)
	if again := read(other); &again.Components[0] != &first.Components[0] {
		t.Error("the reader decoded a state twice")
	}
	theirs := benchFleet(1, storetest.Noon.Add(time.Minute))[0]
	theirs.Health = fleet.Critical
	save(other, theirs)
	if got := read(one); got.Health != fleet.Critical {
		t.Errorf("got %v, want what the other process wrote", got.Health)
	}
	save(other, mine)
	save(other, mine) // stored as it is: costs no revision
	if got := read(one); got.Health != fleet.OK {
		t.Errorf("got %v, want what the other process wrote last", got.Health)
	}
}

// TestWhatIsNoTextIsRead: bytes that the database does not take come back as
// the database has them.
func TestWhatIsNoTextIsRead(t *testing.T) {
	s, _ := benchStore(t)
	st := fleet.State{Server: "a", Device: fleet.Device{Model: "R\xff640"}}
	if err := s.SaveStates(t.Context(), []fleet.State{st}, nil, nil); err != nil {
		t.Fatal(err)
	}
	got, _, err := s.States(t.Context(), 0)
	if err != nil || len(got) != 1 || got[0].Device.Model != "R\ufffd640" {
		t.Errorf("got %+v, %v, want one state as the database has it", got, err)
	}
}
