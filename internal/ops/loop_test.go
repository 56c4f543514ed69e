package ops

import (
	"context"
	"path/filepath"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"ironage/internal/collect"
	"ironage/internal/fleet"
	"ironage/internal/health"
	"ironage/internal/queue"
	"ironage/internal/store"
)

// bay is a prober of one server with one disk that a test can swap.
type bay struct {
	disk atomic.Pointer[fleet.Component]
}

func (b *bay) Read(ctx context.Context, s fleet.Server, ep fleet.Endpoint, r fleet.Rhythm) fleet.Observation {
	pause(ctx, time.Second)
	return fleet.Observation{Server: s.Name, Endpoint: ep, Rhythm: r, Time: time.Now(), SNMP: fleet.Answered,
		Ping: fleet.Ping{Reach: fleet.Answered}, Components: []fleet.Component{*b.disk.Load()}}
}

func (b *bay) fit(serial string, h fleet.Health) {
	d := disk("1", serial, h)
	b.disk.Store(&d)
}

// From a failing disk to a verified replacement, with the real collector, the
// real store and two hours of fake time: a person proposes and starts the work,
// the probes see the rest.
func TestTheLoopIsClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "ironage.db"), time.Now)
		if err != nil {
			t.Fatal(err)
		}
		servers := []fleet.Server{{Name: "box", Endpoints: []fleet.Endpoint{{Role: fleet.BMC, Address: "10.0.0.1"}}}}
		if err := s.ReplaceServers(t.Context(), servers); err != nil {
			t.Fatal(err)
		}
		policy := health.Default()
		policy.Verify.After = time.Hour
		desk := NewDesk(s, time.Now, WithHolder("here"), WithPolicy(policy))
		prober := &bay{}
		prober.fit("OLD-1", fleet.Critical)
		c := collect.New(collect.Config{Prober: prober, Store: s, Queue: desk, Now: time.Now, Holder: "here", Policy: policy})
		c.SetInventory(servers)
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- c.Run(ctx) }()

		o := &office{t: t, desk: desk, store: s, now: time.Now()}
		wait := func(d time.Duration) { <-time.After(d); synctest.Wait(); o.refresh() } // fake time
		wait(5 * time.Second)
		if v := desk.View(); !v.Collector.Here || v.Fleet.Find("box").State.Health != fleet.Critical {
			t.Fatalf("after the first read: collector %+v, health %s", v.Collector, v.Fleet.Find("box").State.Health)
		}
		order := o.inProgress("disk/1")
		prober.fit("NEW-2", fleet.OK)
		wait(90 * time.Second)
		if got := o.order(order.ID); got.State != queue.Replaced {
			t.Fatalf("90 s after the swap: got %s, want replaced", got.State)
		}
		wait(50 * time.Minute)
		if got := o.order(order.ID).State; got != queue.Replaced {
			t.Errorf("after 50 min: got %s, want still replaced", got)
		}
		wait(15 * time.Minute)
		if got := o.order(order.ID).State; got != queue.Verified {
			t.Errorf("after more than an hour: got %s, want verified", got)
		}
		if got := len(desk.View().Fleet.Find("box").State.Findings); got != 0 {
			t.Errorf("findings in the end: got %d, want none", got)
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
