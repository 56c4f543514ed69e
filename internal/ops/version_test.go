package ops

import (
	"context"
	"slices"
	"testing"
	"time"

	"ironage/internal/fleet"
)

// foreignStore is one whose collector is another version of ironage.
type foreignStore struct {
	Store
	foreign bool
}

func (s *foreignStore) Lease(ctx context.Context) (fleet.Lease, error) {
	l, err := s.Store.Lease(ctx)
	l.Foreign = s.foreign
	return l, err
}

func TestCollectorOfAnotherVersionIsSaid(t *testing.T) {
	o := newOffice(t)
	s := &foreignStore{Store: o.store, foreign: true}
	o.desk.store = s
	said := func(what string, want bool) {
		t.Helper()
		o.refresh()
		v := o.desk.View()
		got := slices.ContainsFunc(v.Notices, func(n Notice) bool { return n.Code == "version" && n.Health == fleet.Warning })
		if got != want || v.Collector.Foreign != want {
			t.Errorf("%s: got %+v, %+v, want it said %v", what, v.Collector, v.Notices, want)
		}
	}
	said("nobody collects", false)
	if _, _, err := o.store.AcquireLease(t.Context(), "elsewhere", 15*time.Second); err != nil {
		t.Fatal(err)
	}
	said("another version collects", true)
	s.foreign = false
	said("it was restarted", false)
	s.foreign, o.now = true, o.now.Add(time.Minute)
	said("it died", false)
}
