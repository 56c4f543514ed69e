package storetest

import (
	"errors"
	"strings"
	"testing"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/queue"
	"ironage/internal/store"
)

var program = queue.Actor{Name: "ironage", Origin: "probe", Role: queue.System}

// amend stores what the program changes on an order.
func amend(t *testing.T, s *store.Store, o queue.Order, a queue.Amendment) (queue.Order, error) {
	t.Helper()
	a.Evidence = fleet.Evidence{Meaning: "seen", Time: Noon}
	next, e, err := queue.Amend(o, a, program, Noon)
	if err != nil {
		t.Fatal(err)
	}
	return next, s.UpdateOrder(t.Context(), next, e, o.Version)
}

// renamed: an order follows its slot's name, unless somebody has an open order there.
func renamed(t *testing.T, o Open) {
	s, ctx, ok := open(t, o, noon), t.Context(), must(t)
	first, second := propose(t, s, "disk/Bay 1"), propose(t, s, "disk/Bay 2")
	to := queue.Amendment{Action: "rename", Slot: "disk/Bay 2", Place: "Bay 2"}
	var dup *queue.Duplicate
	if _, err := amend(t, s, first, to); !errors.As(err, &dup) || dup.Order.ID != second.ID {
		t.Fatalf("a taken place: got %v, want a duplicate of order %d", err, second.ID)
	}
	if got, err := s.Order(ctx, first.ID); err != nil || got.Slot != "disk/Bay 1" || got.Version != 1 {
		t.Errorf("after the refusal: got %+v, %v", got, err)
	}
	to.Slot = "disk/Disk 0:1"
	moved, err := amend(t, s, first, to)
	ok(err)
	if got, err := s.Order(ctx, moved.ID); err != nil || got.Slot != "disk/Disk 0:1" {
		t.Errorf("got %+v, %v, want the new name", got, err)
	}
	propose(t, s, "disk/Bay 1") // the old name is free
	again, e, err := queue.Propose(Proposal("disk/Disk 0:1"), Minh, Noon)
	ok(err)
	if _, err := s.CreateOrder(ctx, again, e); !errors.As(err, &dup) || dup.Order.ID != first.ID {
		t.Errorf("the new name: got %v, want a duplicate of order %d", err, first.ID)
	}
}

// since: a process keeps its own list of orders by asking for what changed.
func since(t *testing.T, o Open) {
	s, ctx, ok := open(t, o, noon), t.Context(), must(t)
	none, last, err := s.OrdersSince(ctx, 0)
	if ok(err); len(none) != 0 || last != 0 {
		t.Errorf("nothing yet: got %d orders up to %d", len(none), last)
	}
	one := propose(t, s, "disk/Bay 1")
	propose(t, s, "disk/Bay 2")
	all, last, err := s.OrdersSince(ctx, 0)
	if ok(err); len(all) != 2 || last != 2 {
		t.Errorf("the beginning: got %d orders up to %d, want 2 and 2", len(all), last)
	}
	same, again, err := s.OrdersSince(ctx, last)
	if ok(err); len(same) != 0 || again != last {
		t.Errorf("nothing new: got %d orders up to %d", len(same), again)
	}
	_, err = change(ctx, s, one, queue.Change{Action: "reject", Reason: "no"}, Noon)
	ok(err)
	news, last, err := s.OrdersSince(ctx, last)
	if ok(err); len(news) != 1 || news[0].ID != one.ID || news[0].State != queue.Rejected || last != 3 {
		t.Errorf("got %+v up to %d, want the rejected one", news, last)
	}
	if all, _, err = s.OrdersSince(ctx, 0); err != nil || len(all) != 2 {
		t.Errorf("a new process: got %d orders, %v, want finished ones too", len(all), err)
	}
}

// spares: what an order keeps is stored with the change that keeps it.
func spares(t *testing.T, o Open) {
	s, ctx, ok := open(t, o, noon), t.Context(), must(t)
	ready := queue.Change{Action: "ready", Fields: map[string]string{"spare": "shelf 3", "part_serial": "SP-1"}}
	begin := func(slot string) queue.Order {
		t.Helper()
		got, err := change(ctx, s, propose(t, s, slot), queue.Change{Action: "approve", Fields: map[string]string{"part_number": "400-X"}}, Noon)
		ok(err)
		return got
	}
	actions := func(since time.Time) string {
		t.Helper()
		ms, err := s.SpareMoves(ctx, since)
		ok(err)
		var words []string
		for _, m := range ms {
			words = append(words, string(m.Action))
		}
		return strings.Join(words, " ")
	}
	one, two := begin("disk/Bay 1"), begin("disk/Bay 2")
	one, err := change(ctx, s, one, ready, Noon)
	ok(err)
	ms, err := s.SpareMoves(ctx, Noon.Add(time.Hour))
	ok(err)
	if len(ms) != 1 || ms[0].Order != one.ID || ms[0].Part != "400-X" || ms[0].Serial != "SP-1" || ms[0].Place != "shelf 3" || ms[0].By != "lan" || !ms[0].Kept() || !ms[0].At.Equal(Noon) {
		t.Fatalf("got %+v, want what is kept although it is older", ms)
	}
	ready.Fields["part_serial"] = " sp-1"
	var refused *queue.Refusal
	if _, err := change(ctx, s, two, ready, Noon); !errors.As(err, &refused) {
		t.Errorf("the same part for another order: got %v, want a refusal", err)
	}
	if got, err := s.Order(ctx, two.ID); err != nil || got.State != queue.Approved {
		t.Errorf("after the refusal: got %s, %v", got.State, err)
	}
	_, err = change(ctx, s, one, queue.Change{Action: "cancel", Reason: "no"}, Noon.Add(time.Minute))
	ok(err)
	if got := actions(Noon); got != "reserve release" {
		t.Errorf("got %q, want both moves", got)
	}
	if got := actions(Noon.Add(time.Hour)); got != "" {
		t.Errorf("given back, and long ago: got %q", got)
	}
	_, err = change(ctx, s, two, ready, Noon)
	ok(err)
}
