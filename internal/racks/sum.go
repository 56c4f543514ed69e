package racks

import (
	"strings"

	"ironage/internal/fleet"
)

// Sum is what a rack or a room amounts to.
type Sum struct {
	Racks, Servers int
	Counts         [5]int // servers by health
	// Over of the Aged, whose age is known, are past their service life.
	Aged, Over int
	// Risk is the greatest of any server; negative: unknown.
	Risk float64
	// Hottest is the server with the warmest air at its inlet; nil: none measures it.
	Hottest *Placed
	// Units are Used (on either face) or Free.
	Units, Used, Free int
	// Clashes are the servers that claim what another has too, Loose those
	// without a position, Outside those beyond their rack.
	Clashes, Loose, Outside int
}

func newSum() Sum { return Sum{Risk: -1} }

func (s *Sum) add(p *Placed) {
	s.Servers++
	if int(p.Health) < len(s.Counts) {
		s.Counts[p.Health]++
	}
	if p.AgeKnown {
		s.Aged++
		if p.Over {
			s.Over++
		}
	}
	s.Risk = max(s.Risk, p.Risk)
	s.heat(p)
	if len(p.Clash) > 0 {
		s.Clashes++
	}
	switch p.Where {
	case Loose:
		s.Loose++
	case Outside:
		s.Outside++
	}
}

func (s *Sum) heat(p *Placed) {
	if p != nil && p.InletKnown && (s.Hottest == nil || p.Inlet > s.Hottest.Inlet) {
		s.Hottest = p
	}
}

// merge adds a rack to a room.
func (s *Sum) merge(r *Sum) {
	s.Racks += r.Racks
	s.Servers += r.Servers
	for i := range s.Counts {
		s.Counts[i] += r.Counts[i]
	}
	s.Aged += r.Aged
	s.Over += r.Over
	s.Risk = max(s.Risk, r.Risk)
	s.heat(r.Hottest)
	s.Units += r.Units
	s.Used += r.Used
	s.Free += r.Free
	s.Clashes += r.Clashes
	s.Loose += r.Loose
	s.Outside += r.Outside
}

// Worst is the worst health of any server; Absent where there is none.
func (s *Sum) Worst() fleet.Health {
	for _, h := range fleet.Healths {
		if s.Counts[h] > 0 {
			return h
		}
	}
	return fleet.Absent
}

// OverPct is the share past its service life of those whose age is known, in
// per cent; false where no age is known.
func (s *Sum) OverPct() (float64, bool) {
	if s.Aged == 0 {
		return 0, false
	}
	return 100 * float64(s.Over) / float64(s.Aged), true
}

// Room is one room with its racks, in their order.
type Room struct {
	Site, Name string
	Racks      []*Rack
	Sum        Sum
}

// Rooms are the rooms in the order of their racks.
func (l *Layout) Rooms() []Room {
	var out []Room
	for _, r := range l.Racks {
		if n := len(out); n == 0 || out[n-1].Site != r.Site || out[n-1].Name != r.Room {
			out = append(out, Room{Site: r.Site, Name: r.Room, Sum: newSum()})
		}
		room := &out[len(out)-1]
		room.Racks = append(room.Racks, r)
		room.Sum.merge(&r.Sum)
	}
	return out
}

// inlets are words in the names of sensors for the air that a server takes in,
// the surest first.
var inlets = []string{"inlet", "ambient", "intake", "front panel", "system temp"}

// inletRank says how sure it is that a sensor measures the air at the inlet;
// len(inlets): it does not.
func inletRank(name string) int {
	name = strings.ToLower(name)
	for i, word := range inlets {
		if strings.Contains(name, word) && !strings.Contains(name, "outlet") && !strings.Contains(name, "exhaust") {
			return i
		}
	}
	return len(inlets)
}

// Apart holds the servers that name no rack, as if they stood in one without
// units; nil when there are none.
func (l *Layout) Apart() *Rack {
	if len(l.Nowhere) == 0 {
		return nil
	}
	r := &Rack{Servers: l.Nowhere, Sum: newSum()}
	for _, p := range l.Nowhere {
		r.Sum.add(p)
	}
	return r
}
