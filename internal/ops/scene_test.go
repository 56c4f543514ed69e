package ops

import (
	"testing"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/health"
	"ironage/internal/queue"
)

var lead = queue.Actor{Name: "lea", Role: queue.Lead}

// scene is an office whose server is polled each minute, the way a collector
// leaves its states behind.
type scene struct {
	*office
	st fleet.State
}

func newScene(t *testing.T, servers ...fleet.Server) *scene {
	t.Helper()
	s := &scene{office: newOffice(t, servers...)}
	s.st = fleet.State{Server: "box", Device: fleet.Device{Serial: "CHASSIS-1"}, Health: fleet.OK, Since: s.now, Proofs: map[string]fleet.Proof{}, Holds: map[string]fleet.Hold{},
		Pending: map[string]fleet.Pending{}, Gone: map[string]fleet.Gone{}, Swapped: map[string]time.Time{},
		Endpoints: []fleet.EndpointState{{Endpoint: fleet.Endpoint{Role: fleet.BMC, Address: "10.0.0.1"}, SNMP: fleet.Answered,
			Ping: fleet.Ping{Reach: fleet.Answered}, Interval: time.Minute}}}
	return s
}

// poll shows the parts a minute later, and lets the evidence do what it does.
func (s *scene) poll(cs ...fleet.Component) {
	s.t.Helper()
	s.now = s.now.Add(time.Minute)
	for i := range cs {
		cs[i].Native = cs[i].Native.At(s.now)
		s.prove(&cs[i])
	}
	s.st.Components = cs
	s.st.Updated, s.st.Endpoints[0].LastOK, s.st.Endpoints[0].LastFull = s.now, s.now, s.now
	s.settled()
}

// prove counts reads as the collector does for the slots that are watched.
func (s *scene) prove(c *fleet.Component) {
	s.t.Helper()
	ws, err := s.desk.Watched(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	key := c.Key()
	for _, w := range ws {
		if p, ok := s.st.Proofs[key]; w.Key == key && w.Server == s.st.Server && (!ok || w.Stated && p.Since.Before(w.Since)) {
			s.st.Proofs[key] = fleet.Proof{Since: w.Since}
		}
	}
	p, ok := s.st.Proofs[key]
	switch {
	case !ok || c.Attributes["progress_pct"] != "":
		return
	case c.Health == fleet.OK:
		p.Good, p.Bad = p.Good+1, 0
	case c.Health == fleet.Warning || c.Health == fleet.Critical:
		p.Good, p.Bad = 0, p.Bad+1
	}
	p.Last = s.now
	s.st.Proofs[key] = p
}

// silence is a poll without an answer: nothing of what is known changes.
func (s *scene) silence() {
	s.t.Helper()
	s.now = s.now.Add(time.Minute)
	s.settled()
}

func (s *scene) settled() {
	s.t.Helper()
	st := s.st
	st.Findings = health.Assess(fleet.Server{Name: st.Server}, &st, nil, health.Default().Rules, s.now)
	st.Health = health.Overall(&st)
	s.save(&st)
	s.settle(&st)
}

// swap is what two reads with another serial number leave behind.
func (s *scene) swap(slot, serial string, h fleet.Health) {
	s.t.Helper()
	s.st.Swapped["disk/"+slot], s.st.Proofs["disk/"+slot] = s.now, fleet.Proof{Since: s.now}
	s.poll(disk(slot, serial, h))
}

// only is the only order that there is.
func (s *scene) only() queue.Order {
	s.t.Helper()
	orders := s.desk.View().Orders
	if len(orders) != 1 {
		s.t.Fatalf("got %d orders, want one: %+v", len(orders), orders)
	}
	return orders[0]
}

func (s *scene) none(when string) {
	s.t.Helper()
	if n := len(s.desk.View().Orders); n != 0 {
		s.t.Fatalf("%s: got %d orders, want none", when, n)
	}
}

// move takes an order on, by a lead who confirms everything.
func (s *scene) move(o queue.Order, c queue.Change) queue.Order {
	s.t.Helper()
	c.Confirmed = []string{queue.CheckOnSite, queue.CheckStale, queue.CheckLocate, queue.CheckSameServer, queue.CheckLastOne, queue.CheckRebuilding}
	o, err := s.desk.Move(s.t.Context(), lead, o.ID, o.Version, c)
	if err != nil {
		s.t.Fatalf("%s: %v", c.Action, err)
	}
	return o
}

func (s *scene) start(o queue.Order) queue.Order {
	s.t.Helper()
	o = s.move(o, queue.Change{Action: "approve"})
	o = s.move(o, queue.Change{Action: "ready", Fields: map[string]string{"spare": "shelf 3"}})
	return s.move(o, queue.Change{Action: "start", Fields: map[string]string{"assignee": "tom"}})
}

func (s *scene) failed() queue.Order {
	s.t.Helper()
	s.poll(disk("1", "OLD-1", fleet.Critical))
	s.poll(disk("1", "OLD-1", fleet.Critical))
	return s.only()
}
