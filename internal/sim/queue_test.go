package sim_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/health"
	"ironage/internal/ops"
	"ironage/internal/queue"
	"ironage/internal/sim"
)

// hand is the technician in the aisle, who pulls what this test tells.
type hand struct {
	jobs
	mu    sync.Mutex
	pulls []sim.Job
}

func (h *hand) InProgress(context.Context) ([]sim.Job, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.pulls, nil
}

func (h *hand) pull(id, server, key string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.pulls = append(h.pulls, sim.Job{ID: id, Server: server, Key: key})
}

// find waits until one order is as it should be.
func (c collected) find(t *testing.T, what string, limit time.Duration, so func(*ops.View, *queue.Order) bool) queue.Order {
	t.Helper()
	var found queue.Order
	c.until(t, what, limit, func(v *ops.View) bool {
		for i := range v.Orders {
			if so(v, &v.Orders[i]) {
				found = v.Orders[i]
				return true
			}
		}
		return false
	})
	return found
}

func (c collected) move(t *testing.T, by queue.Actor, o queue.Order, change queue.Change) queue.Order {
	t.Helper()
	now, err := c.desk.Order(t.Context(), o.ID) // the program may have added something meanwhile
	if err != nil {
		t.Fatal(err)
	}
	change.Confirmed = []string{queue.CheckOnSite, queue.CheckStale, queue.CheckLocate, queue.CheckSameServer, queue.CheckLastOne, queue.CheckRebuilding}
	now, err = c.desk.Move(t.Context(), by, o.ID, now.Version, change)
	if err != nil {
		t.Fatalf("%s %s: %v", by.Name, change.Action, err)
	}
	return now
}

// another is a healthy disk of the same server, which nobody should touch.
func another(v *ops.View, o *queue.Order) string {
	st := &v.Fleet.Find(o.Server).State
	for i := range st.Components {
		c := &st.Components[i]
		if c.Kind == fleet.Disk && c.Key() != o.Slot && c.Health == fleet.OK && c.Identity() != "" {
			return c.Key()
		}
	}
	return ""
}

// The whole loop over UDP, untouched: a disk fails, the order appears with
// place, part and evidence; two people work it through, the wrong disk is
// pulled first and then the right one; the probes see it all.
func TestTheQueueClosesTheLoop(t *testing.T) {
	h := &hand{}
	policy := health.Default()
	policy.Verify = health.Verify{Reads: 3, After: 5 * time.Second}
	c := watch(t, sim.Options{Servers: 12, Speed: 10, Jobs: h}, ops.WithPolicy(policy))
	tech, engineer := queue.Actor{Name: "minh", Role: queue.Technician}, queue.Actor{Name: "lan", Role: queue.Engineer}
	var wrong string
	o := c.find(t, "a proposal for a failed disk", 40*time.Second*slowed, func(v *ops.View, o *queue.Order) bool {
		wrong = another(v, o)
		return o.Kind == fleet.Disk && o.State == queue.Proposed && o.Reasons[0].Code == queue.ReasonFailed && wrong != ""
	})
	trip := c.desk.Trip(o)
	if o.CreatedBy != "ironage" || o.Reasons[0].Evidence.OID == "" || trip.Rack == "" || trip.Slot == "" || trip.Pull != o.Old.Serial || trip.Pull == "" || o.Tier > queue.P2 {
		t.Fatalf("got %+v with trip %+v, want place, part and evidence", o, trip)
	}
	if _, err := c.desk.Move(t.Context(), tech, o.ID, o.Version, queue.Change{Action: "approve"}); err == nil {
		t.Error("a technician approved")
	}
	c.move(t, engineer, o, queue.Change{Action: "approve"})
	c.move(t, tech, o, queue.Change{Action: "ready", Fields: map[string]string{"spare": "shelf 3"}})
	c.move(t, tech, o, queue.Change{Action: "start", Fields: map[string]string{"assignee": "minh", "change_ref": "CR-1"}})

	h.pull("wrong", o.Server, wrong)
	is := func(flag string, s queue.State) func(*ops.View, *queue.Order) bool {
		return func(_ *ops.View, x *queue.Order) bool {
			return x.ID == o.ID && x.State == s && (flag == "" || x.HasFlag(flag))
		}
	}
	c.find(t, "the alarm about the wrong disk", 30*time.Second*slowed, is(queue.FlagWrongPart, queue.InProgress))
	h.pull("right", o.Server, o.Slot)
	seen := c.find(t, "the swap", 40*time.Second*slowed, is("", queue.Replaced))
	if seen.New == nil || seen.New.Serial == "" || seen.New.Serial == o.Old.Serial {
		t.Fatalf("the new part: got %+v", seen.New)
	}
	defer func() {
		if t.Failed() { // what kept the proof away
			v := c.desk.View()
			st := &v.Fleet.Find(o.Server).State
			for i := range v.Orders {
				if v.Orders[i].ID == o.ID {
					t.Logf("order %+v", v.Orders[i])
				}
			}
			t.Logf("proof %+v\ndisk %+v\nfindings %+v\nfaults %+v", st.Proofs[o.Slot], st.Component(o.Slot), st.Findings, st.Faults)
		}
	}()
	c.find(t, "the proof", 180*time.Second*slowed, is("", queue.Verified))
	waits := func() bool {
		for _, d := range queue.Disposals(c.desk.View().Orders) {
			if d.Order == o.ID {
				return d.Method == "" && !d.Settled
			}
		}
		return false
	}
	if !waits() {
		t.Error("the old disk does not wait for its disposition")
	}
	if o = c.move(t, tech, o, queue.Change{Action: "close", Fields: map[string]string{"disposition": "destroyed", "disposed_by": "minh"}}); o.State != queue.Closed || waits() {
		t.Errorf("got %s, want closed", o.State)
	}
	log, err := c.desk.OrderLog(t.Context(), o.ID)
	if err != nil {
		t.Fatal(err)
	}
	var words []string
	for _, e := range log {
		words = append(words, e.Action)
		if e.Actor.Role == queue.System && e.Evidence == (fleet.Evidence{}) {
			t.Errorf("%s by the program has no evidence", e.Action)
		}
	}
	got := strings.Join(words, " ")
	for _, part := range []string{"propose", "start alarm", "replaced", "verify close"} {
		at := strings.Index(got, part)
		if at < 0 {
			t.Errorf("log: got %s, want %q next", strings.Join(words, " "), part)
			break
		}
		got = got[at:]
	}
}
