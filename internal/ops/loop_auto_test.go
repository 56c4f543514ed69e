package ops

import (
	"context"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"ironage/internal/collect"
	"ironage/internal/fleet"
	"ironage/internal/queue"
	"ironage/internal/store"
)

// A disk that fails and recovers, with the real collector and store: the order
// comes by itself after the second read, and the healthy reads are counted.
func TestTheProgramProposesAndSeesTheRecovery(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "ironage.db"), time.Now)
		if err != nil {
			t.Fatal(err)
		}
		servers := []fleet.Server{{Name: "box", Rack: "A1", Endpoints: []fleet.Endpoint{{Role: fleet.BMC, Address: "10.0.0.1"}}}}
		if err := s.ReplaceServers(t.Context(), servers); err != nil {
			t.Fatal(err)
		}
		desk := NewDesk(s, time.Now, WithHolder("here"))
		o := &office{t: t, desk: desk, store: s, now: time.Now()}
		o.refresh()
		prober := &bay{}
		fit := func(h fleet.Health) {
			d := disk("1", "OLD-1", h)
			prober.disk.Store(&d)
		}
		fit(fleet.OK)
		c := collect.New(collect.Config{Prober: stamped{prober}, Store: s, Queue: desk, Now: time.Now, Holder: "here"})
		c.SetInventory(servers)
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- c.Run(ctx) }()
		orders := func(d time.Duration) []queue.Order {
			<-time.After(d) // fake time
			synctest.Wait()
			o.refresh()
			return desk.View().Orders
		}
		if got := orders(3 * time.Minute); len(got) != 0 {
			t.Fatalf("a healthy disk: got %+v", got)
		}
		fit(fleet.Critical)
		if got := orders(70 * time.Second); len(got) != 0 {
			t.Fatalf("one faulty read: got %+v", got)
		}
		got := orders(70 * time.Second)
		if len(got) != 1 || got[0].State != queue.Proposed || got[0].Reasons[0].Code != queue.ReasonFailed || got[0].Place != "Bay 1" {
			t.Fatalf("two faulty reads: got %+v", got)
		}
		fit(fleet.OK)
		if got = orders(8 * time.Minute); got[0].HasFlag(queue.FlagRecovered) {
			t.Error("fewer than ten healthy reads: got recovered")
		}
		if got = orders(8 * time.Minute); !got[0].HasFlag(queue.FlagRecovered) || got[0].State != queue.Proposed {
			t.Errorf("after sixteen minutes: got %s %v, want recovered", got[0].State, got[0].Flags)
		}
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
}

// stamped gives each part the time of the read, as probes do.
type stamped struct{ *bay }

func (s stamped) Read(ctx context.Context, srv fleet.Server, ep fleet.Endpoint, r fleet.Rhythm) fleet.Observation {
	obs := s.bay.Read(ctx, srv, ep, r)
	for i := range obs.Components {
		obs.Components[i].Native = obs.Components[i].Native.At(obs.Time)
	}
	return obs
}
