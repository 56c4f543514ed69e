package sim_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"ironage/internal/collect"
	"ironage/internal/fleet"
	"ironage/internal/ops"
	"ironage/internal/queue"
	"ironage/internal/sim"
	"ironage/internal/store"
	"ironage/probes"
	"ironage/probes/profile"
	"ironage/probes/snmp"
)

// asked reads simulated endpoints through the real probes.
type asked struct {
	prober    *probes.Prober
	community snmp.Secret
}

func (a asked) Read(ctx context.Context, s fleet.Server, ep fleet.Endpoint, r fleet.Rhythm) fleet.Observation {
	return a.prober.Read(ctx, probes.Target{Server: s.Name, Endpoint: ep,
		Credential: snmp.Credential{Name: ep.Credential, Version: "2c", Community: a.community},
		Options:    snmp.Options{Timeout: time.Second, Retries: 1}}, r)
}

// reachable is a pinger to which loopback answers.
type reachable struct{}

func (reachable) Ping(context.Context, string) fleet.Ping {
	return fleet.Ping{Reach: fleet.Answered, Sent: 1, Received: 1}
}

// jobs are the work orders in progress.
type jobs struct{ st *store.Store }

func (j jobs) InProgress(ctx context.Context) ([]sim.Job, error) {
	orders, err := j.st.Orders(ctx)
	var out []sim.Job
	for _, o := range orders {
		if o.State == queue.InProgress {
			out = append(out, sim.Job{ID: "1", Server: o.Server, Key: o.Slot})
		}
	}
	return out, err
}

// collected is a simulated fleet with a collector at work on it.
type collected struct {
	fleet *sim.Fleet
	desk  *ops.Desk
}

func watch(t *testing.T, o sim.Options, rules ...ops.Option) collected {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	st, err := store.Open(ctx, filepath.Join(t.TempDir(), "ironage.db"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	if h, ok := o.Jobs.(*hand); ok {
		h.jobs = jobs{st}
	} else {
		o.Jobs = jobs{st}
	}
	f, err := sim.New(o)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Start(ctx); err != nil {
		t.Fatal(err)
	}
	lib, err := profile.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	if err := st.ReplaceServers(ctx, f.Servers()); err != nil {
		t.Fatal(err)
	}
	prober := probes.New(lib, f.Pinger(reachable{}), time.Now)
	desk := ops.NewDesk(st, time.Now, rules...)
	c := collect.New(collect.Config{Prober: asked{prober, snmp.Secret(f.Community())}, Store: st, Queue: desk, Now: time.Now,
		StatusEvery: time.Second, InventoryEvery: 10 * time.Second})
	c.SetInventory(f.Servers())
	var work errgroup.Group
	work.Go(func() error { return c.Run(ctx) })
	work.Go(func() error { return desk.Run(ctx) })
	t.Cleanup(func() {
		cancel()
		if err := work.Wait(); err != nil {
			t.Error(err)
		}
		f.Close()
		if err := prober.Close(); err != nil {
			t.Error(err)
		}
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	return collected{f, desk}
}

// until waits for a view in which something is so.
func (c collected) until(t *testing.T, what string, limit time.Duration, so func(*ops.View) bool) *ops.View {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	for v := range c.desk.Watch(ctx) {
		if so(v) {
			return v
		}
	}
	t.Fatalf("%s: not within %s", what, limit)
	return nil
}

// read counts the servers of which every endpoint has answered.
func read(v *ops.View) (n int) {
	for e := range v.Fleet.All() {
		answered := 0
		for i := range e.State.Endpoints {
			if !e.State.Endpoints[i].LastOK.IsZero() {
				answered++
			}
		}
		if answered == len(e.Server.Endpoints) {
			n++
		}
	}
	return n
}

func TestTheWholeFleetIsReadWithinTenSeconds(t *testing.T) {
	const promised = 10 * time.Second * slowed
	start := time.Now()
	c := watch(t, sim.Options{})
	v := c.until(t, "96 servers read", promised, func(v *ops.View) bool { return read(v) >= sim.DefaultServers })
	t.Logf("%d servers read in %s: %d ok, %d warning, %d critical, %d unknown", v.Fleet.Len(), time.Since(start).Round(time.Millisecond),
		v.Fleet.Count(fleet.OK), v.Fleet.Count(fleet.Warning), v.Fleet.Count(fleet.Critical), v.Fleet.Count(fleet.Unknown))
	broken := 0
	for e := range v.Fleet.All() {
		for i := range e.State.Components {
			if c := &e.State.Components[i]; c.Kind == fleet.Disk && c.Health == fleet.Critical && c.Native.OID() != "" {
				broken++
			}
		}
	}
	if broken == 0 {
		t.Error("no failed disk with its evidence is there from the start")
	}
	if ok := v.Fleet.Count(fleet.OK); ok < sim.DefaultServers/2 {
		t.Errorf("got %d servers ok, want most of them", ok)
		for e := range v.Fleet.All() {
			for _, f := range e.State.Findings {
				t.Logf("%s: %s %s", e.Server.Name, f.Health, f.Text)
			}
		}
	}
}

func TestASwapIsSeenByTheProbesAndMovesTheOrder(t *testing.T) {
	c := watch(t, sim.Options{Servers: 12, Speed: 10})
	var server string
	var disk fleet.Component
	c.until(t, "a failed disk", 20*time.Second, func(v *ops.View) bool {
		for e := range v.Fleet.All() {
			for _, x := range e.State.Components {
				if x.Kind == fleet.Disk && x.Health == fleet.Critical {
					server, disk = e.Server.Name, x
					return true
				}
			}
		}
		return false
	})
	lead := queue.Actor{Name: "lan", Role: queue.Lead}
	o, err := c.desk.Propose(t.Context(), lead, queue.Proposal{Server: server, Slot: disk.Key(), Note: "failed"})
	var faster *queue.Duplicate
	if errors.As(err, &faster) {
		o, err = faster.Order, nil // the program has proposed it already
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []queue.Change{
		{Action: "approve"},
		{Action: "ready", Fields: map[string]string{"spare": "shelf 3"}},
		{Action: "start", Fields: map[string]string{"assignee": "lan", "change_ref": "CR-1"}},
	} {
		step.Confirmed = []string{queue.CheckOnSite, queue.CheckStale, queue.CheckLocate, queue.CheckSameServer, queue.CheckLastOne, queue.CheckRebuilding}
		if o, err = c.desk.Move(t.Context(), lead, o.ID, o.Version, step); err != nil {
			t.Fatalf("%s: %v", step.Action, err)
		}
	}
	var fitted *queue.Part
	c.until(t, "the order replaced", 40*time.Second*slowed, func(v *ops.View) bool {
		fitted = nil
		for i := range v.Orders {
			if v.Orders[i].ID == o.ID && v.Orders[i].State == queue.Replaced {
				fitted = v.Orders[i].New
			}
		}
		return fitted != nil
	})
	if fitted.Serial == "" || fitted.Serial == disk.Serial {
		t.Fatalf("the new part: got %+v, want another serial than %s", fitted, disk.Serial)
	}
	c.until(t, "serial "+fitted.Serial+" in the slot", 20*time.Second*slowed, func(v *ops.View) bool {
		x := v.Fleet.Find(server).State.Component(disk.Key())
		return x != nil && x.Serial == fitted.Serial
	})
}
