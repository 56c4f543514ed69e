package racks

import (
	"slices"

	"ironage/internal/fleet"
)

// Build puts the items of a fleet into its racks. Racks that are only written
// down stand there empty.
func Build(items []Item, specs []Spec) *Layout {
	l := &Layout{byID: make(map[ID]*Rack), byServer: make(map[string]*Placed, len(items))}
	for i := range specs {
		l.know(&specs[i])
	}
	all := make([]Placed, len(items))
	for i := range items {
		all[i].Item = &items[i]
		l.byServer[items[i].Server.Name] = &all[i]
	}
	house(all)
	for i := range all {
		l.put(&all[i])
	}
	var g grid
	for _, r := range l.Racks {
		r.settle(&g)
	}
	slices.SortFunc(l.Racks, compareRacks)
	slices.SortFunc(l.Nowhere, comparePlaced)
	return l
}

// know takes what is written down about a rack.
func (l *Layout) know(s *Spec) {
	r := l.rack(s.ID)
	r.Row, r.Order = s.Row, s.Order
	if s.Height > 0 {
		r.Height, r.HeightKnown = min(s.Height, MaxHeight), true
	}
}

func (l *Layout) rack(id ID) *Rack {
	r := l.byID[id]
	if r == nil {
		r = &Rack{ID: id, Height: DefaultHeight}
		l.byID[id] = r
		l.Racks = append(l.Racks, r)
	}
	return r
}

// house finds out which servers sit in a chassis of the fleet: those whose
// serial number one of its slots shows. A chassis is never itself in a slot, so
// that two that name each other do not vanish into one another.
func house(all []Placed) {
	type place struct {
		chassis *Placed
		slot    string
		nth     int
	}
	slots := map[string]place{}
	for i := range all {
		p := &all[i]
		for n, s := range p.Slots {
			if _, taken := slots[s.Serial]; !taken && s.Serial != "" && s.Serial != p.Serial {
				slots[s.Serial] = place{p, s.Label, n}
			}
		}
	}
	if len(slots) == 0 {
		return
	}
	of := func(p *Placed) (place, bool) {
		at, ok := slots[p.Serial]
		return at, ok && at.chassis != p && at.chassis.Server.Name != p.Server.Name
	}
	nth := map[*Placed]int{}
	for i := range all {
		p := &all[i]
		at, ok := of(p)
		if !ok {
			continue
		}
		if _, itself := of(at.chassis); itself {
			continue
		}
		p.In, p.Slot, nth[p] = at.chassis, at.slot, at.nth
		at.chassis.Blades = append(at.chassis.Blades, p)
	}
	for i := range all {
		slices.SortStableFunc(all[i].Blades, func(a, b *Placed) int { return nth[a] - nth[b] })
	}
}

// put decides where one server stands. Blades come with their chassis.
func (l *Layout) put(p *Placed) {
	if p.In != nil {
		p.Where = InSlot
		return
	}
	s := p.Server
	if s.Rack == "" {
		p.Where = Nowhere
		l.Nowhere = append(l.Nowhere, p)
		l.Nowhere = append(l.Nowhere, p.Blades...)
		return
	}
	r := l.rack(ID{s.Site, s.Room, s.Rack})
	p.Where, p.Front, p.Rear = Loose, s.Face != "rear", s.Face != "front"
	if s.Position > 0 {
		p.Where, p.Low = Outside, s.Position
		p.High = s.Position + min(max(s.Height, 1), 2*MaxHeight) - 1
	}
	if p.Where == Outside && p.Low <= MaxHeight && p.High <= MaxHeight {
		p.Where = InUnits
		if !r.HeightKnown {
			r.Height = max(r.Height, p.High)
		}
	}
	p.Rack = r
	r.Servers = append(r.Servers, p)
}

// grid remembers who was first in each unit of the rack at hand, by face.
type grid [2][MaxHeight + 1]*Placed

// settle orders the servers of a rack, finds conflicts and sums up.
func (r *Rack) settle(g *grid) {
	*g = grid{}
	for _, p := range r.Servers {
		if p.Where == InUnits && p.High > r.Height {
			p.Where = Outside
		}
	}
	slices.SortFunc(r.Servers, comparePlaced)
	var whole []*Placed
	r.Sum = newSum()
	r.Sum.Racks = 1
	for _, p := range r.Servers {
		if p.Where == InUnits {
			g.claim(p)
		}
	}
	for _, p := range r.Servers {
		whole = append(whole, p)
		r.Sum.add(p)
		for _, b := range p.Blades {
			b.Rack = r
			r.Sum.add(b)
		}
		whole = append(whole, p.Blades...)
	}
	r.Servers = whole
	r.Sum.Units = r.Height
	for n := 1; n <= r.Height; n++ {
		if g[0][n] != nil || g[1][n] != nil {
			r.Sum.Used++
		}
	}
	r.Sum.Free = r.Sum.Units - r.Sum.Used
}

// claim gives a server its units; who has one of them already clashes with it.
func (g *grid) claim(p *Placed) {
	for f, takes := range [2]bool{p.Front, p.Rear} {
		if !takes {
			continue
		}
		for n := p.Low; n <= p.High; n++ {
			switch first := g[f][n]; {
			case first == nil:
				g[f][n] = p
			case !slices.Contains(first.Clash, p):
				first.Clash = append(first.Clash, p)
				p.Clash = append(p.Clash, first)
			}
		}
	}
}

// Of is what a server's state says that racks need. What packages above know
// (age, risk) the caller fills in.
func Of(e *fleet.Entry) Item {
	server := e.Server // of its own: a place must not keep all that was read of the server
	it := Item{Server: &server, Health: e.State.Health, Risk: -1, Serial: fleet.NormalSerial(e.State.Device.Serial)}
	if it.Serial == "" {
		it.Serial = fleet.NormalSerial(e.Server.Serial)
	}
	best := len(inlets)
	for i := range e.State.Components {
		c := &e.State.Components[i]
		switch c.Kind {
		case fleet.Temperature:
			if n := inletRank(c.Name); n < best && c.Reading != nil {
				best, it.Inlet, it.InletKnown = n, *c.Reading, true
			}
		case fleet.Chassis, fleet.Other: // chassis list their blades as slots
			if s := c.Identity(); s != "" && s != it.Serial {
				it.Slots = append(it.Slots, Slot{Label: c.Label(), Serial: s})
			}
		}
	}
	return it
}
