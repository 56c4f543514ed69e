package storetest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/queue"
	"ironage/internal/store"
)

// Proposal is an ordinary one, for slot.
func Proposal(slot string) queue.Proposal {
	return queue.Proposal{Server: "a", Slot: slot, Kind: fleet.Disk, Old: queue.Part{Serial: "OLD1"}, Note: "clicks",
		Reasons: []queue.Reason{{Code: queue.ReasonManual, Text: "clicks"}}, Tier: queue.P2}
}

func propose(t *testing.T, s *store.Store, slot string) queue.Order {
	t.Helper()
	o, e, err := queue.Propose(Proposal(slot), Minh, Noon)
	if err != nil {
		t.Fatal(err)
	}
	if o, err = s.CreateOrder(t.Context(), o, e); err != nil {
		t.Fatal(err)
	}
	return o
}

// change applies c to o and stores it.
func change(ctx context.Context, s *store.Store, o queue.Order, c queue.Change, at time.Time) (queue.Order, error) {
	next, e, err := queue.Apply(o, c, Lan, at)
	if err != nil {
		return o, err
	}
	return next, s.UpdateOrder(ctx, next, e, o.Version)
}

func orders(t *testing.T, o Open) {
	s, ctx, ok := open(t, o, noon), t.Context(), must(t)
	one := propose(t, s, "disk/Bay 1")
	two, err := change(ctx, s, one, queue.Change{Action: "approve", Fields: map[string]string{"part_number": "400-X"}}, Noon.Add(time.Minute))
	ok(err)
	got, err := s.Order(ctx, one.ID)
	ok(err)
	if got.State != queue.Approved || got.Version != 2 || got.FitPart != "400-X" || got.Approver != "lan" || got.ID != two.ID || !got.Created.Equal(Noon) {
		t.Errorf("got %+v, want approved, version 2", got)
	}
	log, err := s.OrderLog(ctx, one.ID)
	ok(err)
	if len(log) != 2 || log[0].Action != "propose" || log[1].From != queue.Proposed || log[1].To != queue.Approved ||
		log[1].Actor != Lan || log[1].Seq <= log[0].Seq || log[1].Fields["part_number"] != [2]string{"", "400-X"} || log[0].Order != one.ID {
		t.Errorf("got log %+v, want propose and approve with who and what", log)
	}
	_, err = change(ctx, s, got, queue.Change{Action: "cancel", Reason: "server retired"}, Noon)
	ok(err)
	next := propose(t, s, "disk/Bay 1")
	if next.ID <= one.ID {
		t.Errorf("got number %d after %d, want a new one", next.ID, one.ID)
	}
	all, err := s.Orders(ctx)
	ok(err)
	if len(all) != 2 || all[0].ID != next.ID || all[1].State != queue.Cancelled {
		t.Errorf("got %+v, want the open one first", all)
	}
	if _, err = s.Order(ctx, 999); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("got %v, want not found", err)
	}
	if _, err = s.OrderLog(ctx, 999); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("got %v, want not found", err)
	}
	es, err := s.Events(ctx, fleet.EventQuery{Kinds: []fleet.EventKind{fleet.EventQueue}})
	ok(err)
	if len(es) != 4 || es[3].Key != "disk/Bay 1" || !strings.Contains(es[2].Text, "proposed → approved by lan") {
		t.Errorf("got %d queue events, want one per change: %+v", len(es), es)
	}
}

func duplicates(t *testing.T, o Open) {
	s, ctx := open(t, o, noon), t.Context()
	first := propose(t, s, "disk/Bay 1")
	propose(t, s, "disk/Bay 2")
	again, e, err := queue.Propose(Proposal("disk/Bay 1"), Minh, Noon)
	must(t)(err)
	_, err = s.CreateOrder(ctx, again, e)
	var dup *queue.Duplicate
	if !errors.As(err, &dup) || dup.Order.ID != first.ID {
		t.Fatalf("got %v, want a duplicate of order %d", err, first.ID)
	}
	if all, err := s.Orders(ctx); err != nil || len(all) != 2 {
		t.Errorf("got %d orders, %v, want 2", len(all), err)
	}
}

func conflict(t *testing.T, o Open) {
	s, ctx, ok := open(t, o, noon), t.Context(), must(t)
	one := propose(t, s, "disk/Bay 1")
	_, err := change(ctx, s, one, queue.Change{Action: "approve"}, Noon.Add(time.Minute))
	ok(err)
	_, err = change(ctx, s, one, queue.Change{Action: "reject", Reason: "no"}, Noon.Add(time.Hour))
	var c *queue.Conflict
	if !errors.As(err, &c) {
		t.Fatalf("got %v, want a conflict", err)
	}
	if c.By != "lan" || !c.At.Equal(Noon.Add(time.Minute)) || c.Version != 2 || c.Order.State != queue.Approved || len(c.Since) != 1 {
		t.Errorf("got %+v, want lan's approval", c)
	}
	if got, want := c.Error(), fmt.Sprintf("order %d was changed by lan at 2026-01-01 12:01 UTC (proposed → approved)", one.ID); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if log, err := s.OrderLog(ctx, one.ID); err != nil || len(log) != 2 {
		t.Errorf("got %d log entries, %v, want 2: a conflict writes nothing", len(log), err)
	}
}

// race has two handles, as two processes have, change one order at once.
func race(t *testing.T, o Open) {
	a, b, ctx := open(t, o, noon), open(t, o, noon), t.Context()
	for round := range 10 {
		order := propose(t, a, fmt.Sprintf("disk/Bay %d", round))
		var wg sync.WaitGroup
		errs := make([]error, 2)
		for i, s := range []*store.Store{a, b} {
			wg.Go(func() {
				_, errs[i] = change(ctx, s, order, queue.Change{Action: []string{"approve", "cancel"}[i], Reason: "race"}, Noon)
			})
		}
		wg.Wait()
		var won, lost int
		for _, err := range errs {
			var c *queue.Conflict
			switch {
			case err == nil:
				won++
			case errors.As(err, &c):
				lost++
			default:
				t.Errorf("round %d: got %v, want nil or a conflict", round, err)
			}
		}
		if won != 1 || lost != 1 {
			t.Errorf("round %d: got %d winners and %d conflicts, want one of each", round, won, lost)
		}
	}
}

func mismatch(t *testing.T, o Open) {
	s, ctx := open(t, o, noon), t.Context()
	one := propose(t, s, "disk/Bay 1")
	next, e, err := queue.Apply(one, queue.Change{Action: "approve"}, Lan, Noon)
	must(t)(err)
	e.Version = 7
	if err := s.UpdateOrder(ctx, next, e, one.Version); err == nil {
		t.Error("got no error for a log entry of another version")
	}
	if err := s.UpdateOrder(ctx, one, queue.Entry{Version: 1}, one.Version); err == nil {
		t.Error("got no error for a version that did not grow")
	}
	if got, err := s.Order(ctx, one.ID); err != nil || got.Version != 1 {
		t.Errorf("got version %d, %v, want 1", got.Version, err)
	}
}
