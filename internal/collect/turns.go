package collect

import (
	"fmt"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/health"
)

// pinged says once what to change when this machine may not ping; the fleet is
// judged by SNMP alone meanwhile.
func (r *run) pinged(p *fleet.Ping) {
	may := p.Reach != fleet.NotPermitted
	if p.Reach == fleet.NotAsked || p.Reach == "" || may == !r.pingless {
		return
	}
	r.pingless = !may
	if may {
		r.cfg.Notice("ping", fleet.OK, "")
		return
	}
	r.cfg.Notice("ping", fleet.Unknown, "ping is not permitted, servers are judged by SNMP alone: "+p.Note)
}

// learn sets when and how the endpoint is read next.
func (r *run) learn(t *task, e *fleet.EndpointState, res *result, now time.Time) {
	answered := res.obs.SNMP == fleet.Answered
	if e != nil {
		t.misses = e.Misses
	}
	if answered {
		t.took = res.obs.Cost.Took
		if res.obs.Rhythm == fleet.Inventory { // a prober may make one of a status read
			t.full = false
			t.nextAll = t.turn(now, r.cfg.InventoryEvery)
		}
		if e != nil && e.WantFull || r.hurried(t.server.Name) {
			t.full = true
		}
	}
	due := t.turn(now, r.cfg.StatusEvery)
	switch {
	case t.again:
		t.full = t.full || t.allOver
		t.again, t.allOver = false, false
		t.due = now
		r.lanes.add(t)
		return
	case t.misses > 0:
		due = now.Add(backoff(t.misses, r.cfg.StatusEvery, r.cfg.MaxBackoff))
	case e != nil && e.WantFull:
		due = now.Add(r.cfg.StatusEvery / 2) // what was seen once is settled soon
	}
	r.due.put(t, due)
}

// lookAround reads a server's rack neighbours at once: those that answered
// when it falls silent, those that did not when it answers again. So a dark
// rack, and its end, is known within seconds instead of an interval.
func (r *run) lookAround(s fleet.Server, now time.Time, back bool) {
	rack := health.RackName(s.Site, s.Room, s.Rack)
	looked := fmt.Sprint(rack, "\x00", back)
	if rack == "" || now.Sub(r.rackLooked[looked]) < r.cfg.StatusEvery/2 {
		return
	}
	r.rackLooked[looked] = now
	for _, t := range r.tasks {
		if t.index >= 0 && t.read && (t.misses > 0) == back && t.server.Name != s.Name && t.due.After(now) &&
			health.RackName(t.server.Site, t.server.Room, t.server.Rack) == rack {
			r.due.put(t, now)
		}
	}
}

func endpointOf(st *fleet.State, ep fleet.Endpoint) *fleet.EndpointState {
	for i := range st.Endpoints {
		if e := &st.Endpoints[i]; e.Role == ep.Role && e.Address == ep.Address {
			return e
		}
	}
	return nil
}
