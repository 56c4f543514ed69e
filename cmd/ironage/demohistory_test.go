package main

import (
	"path/filepath"
	"testing"
	"time"

	"ironage/internal/ops"
	"ironage/internal/queue"
	"ironage/internal/sim"
	"ironage/internal/store"
)

func TestTheDemosPastIsClosedOrdersInOrder(t *testing.T) {
	now := func() time.Time { return queueNoon }
	f, err := sim.New(sim.Options{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	st, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "ironage.db"), now)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = st.Close() }()
	h := f.History()
	if err := writeDemoHistory(t.Context(), st, h); err != nil {
		t.Fatal(err)
	}
	orders, err := st.Orders(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if want := min(remembered, len(h.Exchanges)); len(orders) != want || want == 0 {
		t.Fatalf("got %d orders, want %d", len(orders), want)
	}
	for _, o := range orders {
		if o.State != queue.Closed || o.New == nil || o.New.Serial == o.Old.Serial || o.SwappedAt.IsZero() || (o.Disposition == nil) == o.DataBearing() {
			t.Errorf("order %d: got %+v, want a closed one with a new part", o.ID, o)
		}
	}
	if err := st.ReplaceServers(t.Context(), f.Servers()); err != nil {
		t.Fatal(err)
	}
	desk := ops.NewDesk(st, now)
	if err := desk.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := len(desk.View().Outlook.Inputs.Failures); got != len(orders) {
		t.Errorf("the outlook learns of %d failures, want %d", got, len(orders))
	}
}

func TestPastPaceKeepsItsOrder(t *testing.T) {
	seen := map[time.Duration]bool{}
	for n := range 500 {
		waited, approved, ready, proven := pastPace(n)
		if approved <= 0 || ready <= approved || waited-ready < time.Hour || waited > 50*time.Hour || proven < 24*time.Hour || proven >= 30*time.Hour {
			t.Fatalf("order %d: waited %s, approved after %s, ready after %s, proven after %s", n, waited, approved, ready, proven)
		}
		seen[waited] = true
	}
	if len(seen) < 20 {
		t.Errorf("only %d different waits: the figures of the demo would look made up", len(seen))
	}
}
