package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/queue"
)

func lease(t *testing.T, o Open) {
	c := newClock()
	a, b, ctx, ok := open(t, o, c.now), open(t, o, c.now), t.Context(), must(t)
	got, held, err := a.AcquireLease(ctx, "host/1", time.Minute)
	if err != nil || !held || got.Holder != "host/1" || !got.Taken.Equal(Noon) {
		t.Fatalf("got %+v, %v, %v, want the lease", got, held, err)
	}
	if got, held, err = b.AcquireLease(ctx, "host/2", time.Minute); err != nil || held || got.Holder != "host/1" {
		t.Errorf("second: got %+v, %v, %v, want to be told of host/1", got, held, err)
	}
	c.add(50 * time.Second)
	if held, err = a.RenewLease(ctx, "host/1", fleet.CollectorLoad{Endpoints: 96, Late: 2}); err != nil || !held {
		t.Errorf("renewing: got %v, %v, want true", held, err)
	}
	c.add(50 * time.Second)
	if got, held, err = b.AcquireLease(ctx, "host/2", time.Minute); err != nil || held || got.Load.Endpoints != 96 || !got.Live(c.now()) {
		t.Errorf("after a heartbeat: got %+v, %v, %v, want it live", got, held, err)
	}
	c.add(10 * time.Second)
	if got, held, err = b.AcquireLease(ctx, "host/2", time.Minute); err != nil || !held || got.Holder != "host/2" {
		t.Errorf("after the holder died: got %+v, %v, %v, want to take over", got, held, err)
	}
	if held, err = a.RenewLease(ctx, "host/1", fleet.CollectorLoad{}); err != nil || held {
		t.Errorf("the old holder: got %v, %v, want to be told to stop", held, err)
	}
	ok(a.ReleaseLease(ctx, "host/1")) // not its any more: nothing happens
	if got, err = a.Lease(ctx); err != nil || got.Holder != "host/2" {
		t.Errorf("got %+v, %v, want host/2 still", got, err)
	}
	ok(b.ReleaseLease(ctx, "host/2"))
	if got, err = a.Lease(ctx); err != nil || got.Holder != "" || got.Live(c.now()) {
		t.Errorf("got %+v, %v, want nobody", got, err)
	}
}

func clockBack(t *testing.T, o Open) {
	c := newClock()
	s, ctx := open(t, o, c.now), t.Context()
	if _, held, err := s.AcquireLease(ctx, "host/1", time.Minute); err != nil || !held {
		t.Fatalf("got %v, %v, want the lease", held, err)
	}
	order := propose(t, s, "disk/Bay 1")
	c.add(-time.Hour)
	if got, held, err := s.AcquireLease(ctx, "host/2", time.Minute); err != nil || !held {
		t.Errorf("got %+v, %v, %v, want it: its heartbeat lies in the future", got, held, err)
	}
	changed, e, err := noteOn(order, c.now())
	must(t)(err)
	must(t)(s.UpdateOrder(ctx, changed, e, order.Version))
	log, err := s.OrderLog(ctx, order.ID)
	if err != nil || len(log) != 2 || log[1].Version != 2 || !log[1].Time.Before(log[0].Time) {
		t.Errorf("got %+v, %v, want the log in order of versions, with the times as they were", log, err)
	}
}

func requests(t *testing.T, o Open) {
	a, b, ctx, ok := open(t, o, noon), open(t, o, noon), t.Context(), must(t)
	ok(a.RequestRead(ctx, "srv1", "lan"))
	ok(a.RequestRead(ctx, "srv1", "minh"))
	ok(a.RequestRead(ctx, "srv2", "lan"))
	got, err := b.TakeReadRequests(ctx)
	ok(err)
	if len(got) != 2 || got[0].Server != "srv1" || got[0].By != "lan" || !got[0].At.Equal(Noon) {
		t.Errorf("got %+v, want srv1 once and srv2", got)
	}
	if got, err = b.TakeReadRequests(ctx); err != nil || len(got) != 0 {
		t.Errorf("taken again: got %+v, %v, want none", got, err)
	}
}

// patience is how long a test waits for what must happen.
const patience = 10 * time.Second

func watch(t *testing.T, o Open) {
	a, b := open(t, o, noon), open(t, o, noon)
	ctx, cancel := context.WithCancel(t.Context())
	feed := b.Watch(ctx, 5*time.Millisecond)
	next := func() int64 {
		t.Helper()
		select {
		case r, open := <-feed:
			if !open {
				t.Fatal("the feed closed")
			}
			return r
		case <-time.After(patience):
			t.Fatal("nothing came")
		}
		return 0
	}
	first := next()
	must(t)(a.SaveStates(t.Context(), []fleet.State{state("a", fleet.OK, Noon)}, nil, nil)) // another process
	second := next()
	changed := b.Changed()
	must(t)(b.AckFinding(t.Context(), "a", "", "x", fleet.Ack{By: "lan", At: Noon})) // this process
	select {
	case <-changed:
	default:
		t.Error("the channel of Changed is open after a write")
	}
	third := next()
	if first >= second || second >= third {
		t.Errorf("got revisions %d, %d, %d, want them to grow", first, second, third)
	}
	cancel()
	select {
	case _, open := <-feed:
		for open {
			_, open = <-feed
		}
	case <-time.After(patience):
		t.Error("the feed stays open after its context ended")
	}
}

// Marks move with the inventory and the acknowledgements of events, through
// whichever process, and with nothing else.
func marks(t *testing.T, o Open) {
	s, other, ctx, ok := open(t, o, noon), open(t, o, noon), t.Context(), must(t)
	last := fleet.Marks{}
	for _, step := range []struct {
		name string
		do   func() error
		want fleet.Marks // 1: moves
	}{
		{name: "a new store", do: func() error { return nil }},
		{name: "an inventory", do: func() error { return s.ReplaceServers(ctx, []fleet.Server{{Name: "a"}}) }, want: fleet.Marks{Inventory: 1}},
		{name: "another process's", do: func() error { return other.ReplaceServers(ctx, []fleet.Server{{Name: "b"}}) }, want: fleet.Marks{Inventory: 1}},
		{name: "no servers", do: func() error { return other.ReplaceServers(ctx, nil) }, want: fleet.Marks{Inventory: 1}},
		{name: "a poll", do: func() error {
			return s.SaveStates(ctx, []fleet.State{state("a", fleet.OK, Noon)}, []fleet.Event{{Server: "a", Time: Noon}}, nil)
		}},
		{name: "a finding", do: func() error { return s.AckFinding(ctx, "a", "", "x", fleet.Ack{By: "lan"}) }},
		{name: "an event", do: func() error { return other.Acknowledge(ctx, []int64{1}, fleet.Ack{By: "lan", At: Noon}) }, want: fleet.Marks{EventAcks: 1}},
	} {
		ok(step.do())
		got, err := s.Marks(ctx)
		ok(err)
		if (got.Inventory > last.Inventory) != (step.want.Inventory > 0) || (got.EventAcks > last.EventAcks) != (step.want.EventAcks > 0) {
			t.Errorf("%s: got %+v after %+v", step.name, got, last)
		}
		last = got
	}
}

func cancelled(t *testing.T, o Open) {
	s := open(t, o, noon)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	// Either answer is right as long as it is true: refused, or written.
	err := s.AckFinding(ctx, "a", "", "x", fleet.Ack{By: "lan"})
	acks, readErr := s.FindingAcks(t.Context())
	must(t)(readErr)
	switch {
	case err == nil && len(acks) != 1:
		t.Error("said to be written, but is not there")
	case err != nil && (!errors.Is(err, context.Canceled) || len(acks) != 0):
		t.Errorf("got %v with %d rows, want a refusal and none", err, len(acks))
	}
}

func noteOn(o queue.Order, at time.Time) (queue.Order, queue.Entry, error) {
	return queue.Note(o, "the clock was set back", Lan, at)
}
