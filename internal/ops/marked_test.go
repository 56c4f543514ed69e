package ops

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/store"
)

// counting says how often the inventory and the whole event list are read.
type counting struct {
	*store.Store
	servers, events int
	older           bool // as if an older ironage wrote, which moves no marks
}

func (c *counting) Servers(ctx context.Context) ([]fleet.Server, error) {
	c.servers++
	return c.Store.Servers(ctx)
}

func (c *counting) Events(ctx context.Context, q fleet.EventQuery) ([]fleet.Event, error) {
	if q.After == 0 {
		c.events++
	}
	return c.Store.Events(ctx, q)
}

func (c *counting) Marks(ctx context.Context) (fleet.Marks, error) {
	if c.older {
		return fleet.Marks{}, nil
	}
	return c.Store.Marks(ctx)
}

// What changes in the inventory and among the events is in the next view,
// whoever changed it; what did not change is not read.
func TestOnlyWhatChangedIsRead(t *testing.T) {
	ctx, now := t.Context(), noon
	clock := func() time.Time { return now }
	path := filepath.Join(t.TempDir(), "ironage.db")
	open := func() *store.Store {
		s, err := store.Open(ctx, path, clock)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close() })
		return s
	}
	own, other := &counting{Store: open()}, open()
	desk := NewDesk(own, clock)
	servers := []fleet.Server{{Name: "a", Rack: "R1"}, {Name: "b", Rack: "R1"}}
	for _, step := range []struct {
		name            string
		do              func() error
		servers, events int // how often they are read
		rack            string
		known, acked    int
	}{
		{name: "a new store", do: func() error { return nil }, servers: 1, events: 1},
		{name: "an import by another process", do: func() error { return other.ReplaceServers(ctx, servers) }, servers: 1, events: 1, rack: "R1", known: 2},
		{name: "a poll", do: func() error {
			return own.SaveStates(ctx, []fleet.State{{Server: "a", Updated: now}}, []fleet.Event{{Server: "a", Time: now}, {Server: "b", Time: now}}, nil)
		}, events: 1, rack: "R1", known: 2},
		{name: "another poll", do: func() error {
			return own.SaveStates(ctx, []fleet.State{{Server: "b", Updated: now}}, []fleet.Event{{Server: "b", Time: now}}, nil)
		}, rack: "R1", known: 2},
		{name: "nothing", do: func() error { return nil }, rack: "R1", known: 2},
		{name: "another place", do: func() error {
			return own.ReplaceServers(ctx, []fleet.Server{{Name: "a", Rack: "R2"}, servers[1]})
		}, servers: 1, rack: "R2", known: 2},
		{name: "a removal by another process", do: func() error { return other.ReplaceServers(ctx, []fleet.Server{{Name: "a", Rack: "R3"}}) }, servers: 1, rack: "R3", known: 1},
		{name: "an acknowledgement by another process", do: func() error { return other.Acknowledge(ctx, []int64{1}, fleet.Ack{By: "lan", At: now}) }, events: 1, rack: "R3", known: 1, acked: 1},
		{name: "an older ironage", do: func() error {
			own.older = true
			if err := desk.Refresh(ctx); err != nil { // it takes the marks for others now
				return err
			}
			own.servers, own.events = 0, 0
			if err := other.ReplaceServers(ctx, []fleet.Server{{Name: "a", Rack: "R4"}}); err != nil {
				return err
			}
			now = now.Add(wholeEvery)
			return nil
		}, servers: 1, events: 1, rack: "R4", known: 1, acked: 1},
	} {
		own.servers, own.events = 0, 0
		if err := step.do(); err != nil {
			t.Fatal(err)
		}
		if err := desk.Refresh(ctx); err != nil {
			t.Fatal(err)
		}
		if own.servers != step.servers || own.events != step.events {
			t.Errorf("%s: got the inventory read %d times and the events %d times, want %d and %d", step.name, own.servers, own.events, step.servers, step.events)
		}
		v, rack, acked := desk.View(), "", 0
		if e := v.Fleet.Find("a"); e != nil {
			rack = e.Server.Rack
		}
		for i := range v.Events {
			if v.Events[i].Ack != nil {
				acked++
			}
		}
		if v.Fleet.Len() != step.known || rack != step.rack || acked != step.acked {
			t.Errorf("%s: got %d servers, %q, %d acknowledged", step.name, v.Fleet.Len(), rack, acked)
		}
	}
}
