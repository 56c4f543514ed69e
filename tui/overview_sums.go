package tui

import (
	"cmp"
	"slices"
	"time"

	"ironage/internal/ageing"
	"ironage/internal/fleet"
	"ironage/internal/racks"
)

// fleetSums is what the Overview counts over the whole fleet. It is kept from
// one view to the next: servers that changed are taken out as they were and put
// in as they are.
type fleetSums struct {
	seen      []*digest
	pulses    []pulse // of each server, in the same order
	bands     map[ageing.Band]int
	services  map[string]*service
	racks     map[racks.ID]*rackTally
	reach     map[fleet.Reach]int
	endpoints int

	// What depends on the time too, as of the latest sync.
	late, stale    int
	newest, oldest time.Time // answers
}

// pulse is how fresh a server is, beside those of the others in memory: the
// clock goes on for all of them, and their states are far apart.
type pulse struct {
	fresh          fleet.Span
	newest, oldest time.Time // answers; zero: none
	due            time.Time // from when on an endpoint of it is late; zero: never
}

// service is a group of servers with its worst health.
type service struct {
	name    string
	crits   [4]int // servers by how much they matter
	counts  [5]int // by health
	servers int
}

func (s *service) worst() fleet.Health {
	for _, h := range fleet.Healths {
		if s.counts[h] > 0 {
			return h
		}
	}
	return fleet.Absent
}

// crit is how much the server of the service that matters most matters.
func (s *service) crit() int {
	for i, n := range slices.Backward(s.crits[:]) {
		if n > 0 {
			return i
		}
	}
	return 0
}

// sync brings the sums up to the digests of a fleet, and to a time.
func (f *fleetSums) sync(all []*digest, now time.Time) {
	if len(all) != len(f.seen) || f.bands == nil {
		*f = fleetSums{seen: make([]*digest, len(all)), pulses: make([]pulse, len(all)), bands: map[ageing.Band]int{},
			services: map[string]*service{}, racks: map[racks.ID]*rackTally{}, reach: map[fleet.Reach]int{}}
	}
	for i, d := range all {
		was := f.seen[i]
		if was == d {
			continue
		}
		if was != nil {
			f.count(was, -1)
		}
		f.count(d, 1)
		f.seen[i], f.pulses[i] = d, pulseOf(&d.entry.State)
	}
	f.tell(now)
}

// count puts a server in, or takes it out again.
func (f *fleetSums) count(d *digest, n int) {
	f.bands[d.band] += n
	f.countService(d, n)
	f.countRack(d, n)
	eps := d.entry.State.Endpoints
	if asked := len(d.entry.Server.Endpoints); len(eps) == 0 {
		f.endpoints += n * asked
		f.reach[fleet.NotAsked] += n * asked
	}
	for i := range eps {
		f.endpoints += n
		f.reach[cmp.Or(eps[i].SNMP, fleet.NotAsked)] += n
	}
}

func (f *fleetSums) countService(d *digest, n int) {
	s := f.services[d.service]
	if s == nil {
		s = &service{name: d.service}
		f.services[d.service] = s
	}
	s.crits[max(importance(d.entry.Server.Criticality), 0)] += n
	if h := d.entry.State.Health; int(h) < len(s.counts) {
		s.counts[h] += n
	}
	if s.servers += n; s.servers == 0 {
		delete(f.services, d.service)
	}
}

func (f *fleetSums) countRack(d *digest, n int) {
	s := &d.entry.Server
	if s.Rack == "" {
		return
	}
	id := racks.ID{Site: s.Site, Room: s.Room, Name: s.Rack}
	r := f.racks[id]
	if r == nil {
		r = &rackTally{id: id}
		f.racks[id] = r
	}
	if h := d.entry.State.Health; int(h) < len(r.counts) && d.entry.Maintenance == nil {
		r.counts[h] += n
	}
	if r.servers += n; r.servers == 0 {
		delete(f.racks, id)
	}
}

// pulseOf takes what the clock has to be held against.
func pulseOf(st *fleet.State) pulse {
	p := pulse{fresh: st.Fresh()}
	for i := range st.Endpoints {
		e := &st.Endpoints[i]
		if at := e.NextTry.Add(e.Interval); !e.NextTry.IsZero() && e.Interval > 0 && (p.due.IsZero() || at.Before(p.due)) {
			p.due = at
		}
		if e.LastOK.IsZero() || e.SNMP != fleet.Answered {
			continue
		}
		if e.LastOK.After(p.newest) {
			p.newest = e.LastOK
		}
		if p.oldest.IsZero() || e.LastOK.Before(p.oldest) {
			p.oldest = e.LastOK
		}
	}
	return p
}

// tell works out what is late and stale at a time, and how old answers are.
func (f *fleetSums) tell(now time.Time) {
	f.late, f.stale, f.newest, f.oldest = 0, 0, time.Time{}, time.Time{}
	for i := range f.pulses {
		p := &f.pulses[i]
		if !p.fresh.Has(now) {
			f.stale++
		}
		if !p.due.IsZero() && now.After(p.due) {
			f.late += lateEndpoints(&f.seen[i].entry.State, now)
		}
		if p.newest.After(f.newest) {
			f.newest = p.newest
		}
		if !p.oldest.IsZero() && (f.oldest.IsZero() || p.oldest.Before(f.oldest)) {
			f.oldest = p.oldest
		}
	}
}

// lateEndpoints are those that should have been asked an interval ago.
func lateEndpoints(st *fleet.State, now time.Time) int {
	n := 0
	for i := range st.Endpoints {
		e := &st.Endpoints[i]
		if !e.NextTry.IsZero() && e.Interval > 0 && now.Sub(e.NextTry) > e.Interval {
			n++
		}
	}
	return n
}

func importance(c fleet.Criticality) int {
	return slices.Index([]fleet.Criticality{fleet.CriticalityLow, fleet.CriticalityNormal, fleet.CriticalityHigh,
		fleet.CriticalityCritical}, cmp.Or(c, fleet.CriticalityNormal))
}
