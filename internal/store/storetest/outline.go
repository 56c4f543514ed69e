package storetest

import (
	"reflect"
	"testing"
	"time"

	"ironage/internal/fleet"
)

// outline: a large store is opened with what costs nothing to read; what is
// then read of some servers is what States says of them.
func outline(t *testing.T, o Open) {
	s, ctx, ok := open(t, o, noon), t.Context(), must(t)
	none, revision, err := s.Outline(ctx)
	if ok(err); len(none) != 0 {
		t.Errorf("nothing yet: got %d states at revision %d", len(none), revision)
	}
	if has, err := s.HasServers(ctx); err != nil || has {
		t.Errorf("nothing yet: got an inventory, %v", err)
	}
	ok(s.ReplaceServers(ctx, []fleet.Server{{Name: "a"}}))
	if has, err := s.HasServers(ctx); err != nil || !has {
		t.Errorf("with a server: got no inventory, %v", err)
	}
	later := Noon.Add(time.Minute)
	ok(s.SaveStates(ctx, []fleet.State{state("c", fleet.Critical, Noon), state("a", fleet.OK, Noon), state("b", fleet.Warning, later)}, nil, nil))
	other := open(t, o, noon) // which kept nothing of it
	got, revision, err := other.Outline(ctx)
	ok(err)
	want := []fleet.State{{Server: "a", Health: fleet.OK, Updated: Noon}, {Server: "b", Health: fleet.Warning, Updated: later}, {Server: "c", Health: fleet.Critical, Updated: Noon}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want names, healths and times", got)
	}
	some, err := other.StatesOf(ctx, []string{"c", "never read", "b"})
	if ok(err); len(some) != 2 || some[0].Server != "b" || some[1].Server != "c" {
		t.Fatalf("got %+v, want b and c", some)
	}
	all, last, err := other.States(ctx, 0)
	ok(err)
	if last != revision || !reflect.DeepEqual(all[1:], some) {
		t.Errorf("at revision %d: got %+v, and some of them as %+v at revision %d", last, all, some, revision)
	}
	if &all[1].Components[0] != &some[0].Components[0] {
		t.Error("a state was decoded twice")
	}
	if some, err = other.StatesOf(ctx, nil); err != nil || len(some) != 0 {
		t.Errorf("nobody's: got %+v, %v", some, err)
	}
	ok(s.SaveStates(ctx, []fleet.State{state("b", fleet.OK, later)}, nil, nil))
	if some, err = other.StatesOf(ctx, []string{"b"}); err != nil || len(some) != 1 || some[0].Health != fleet.OK {
		t.Errorf("after a change: got %+v, %v, want it as it is now", some, err)
	}
	if since, _, err := other.States(ctx, revision); err != nil || len(since) != 1 || since[0].Server != "b" {
		t.Errorf("since the outline: got %+v, %v, want b", since, err)
	}
}
