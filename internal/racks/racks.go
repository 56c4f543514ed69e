// Package racks puts the servers of an inventory where they stand: racks of
// rooms, to the unit. It exists because screens and commands must agree about
// what a conflict, a free unit or a blade is. It must never invent a place: a
// server whose position nobody wrote down is listed apart.
package racks

import (
	"cmp"
	"slices"

	"ironage/internal/fleet"
)

// DefaultHeight is how many units a rack has when nobody says it, and
// MaxHeight the most that any has.
const (
	DefaultHeight = 42
	MaxHeight     = 100
)

// ID names a rack: racks of one name in different rooms are different racks.
type ID struct {
	Site string `json:"site,omitempty"`
	Room string `json:"room,omitempty"`
	Name string `json:"rack"`
}

// Spec is what people wrote down about a rack itself.
type Spec struct {
	ID
	Height int // units; 0: not said
	// Row and Order say where it stands in its room, as seen by who walks there.
	Row   string
	Order int
}

// Item is a server with what racks and rooms sum up about it.
type Item struct {
	Server *fleet.Server
	Health fleet.Health
	Serial string // normalised
	Slots  []Slot // of a chassis: what sits in it
	// Inlet is the temperature of the air that it takes in, in °C.
	Inlet      float64
	InletKnown bool
	// AgeKnown and Over: its age is known, and past its service life.
	AgeKnown, Over bool
	// Risk is the probability that some part of it fails within a year; negative: unknown.
	Risk float64
}

// Slot is one slot of a chassis that holds something with a serial number.
type Slot struct {
	Label  string
	Serial string // normalised
}

// Where says how a server's place is known.
type Where uint8

// The ways in which a place is known.
const (
	InUnits Where = iota // rack and units
	InSlot               // in a chassis, by its serial number in one of the slots
	Outside              // units that the rack does not have
	Loose                // the rack, but no position
	Nowhere              // no rack
)

// Placed is a server in its place.
type Placed struct {
	*Item
	Where     Where
	Low, High int // units, of what is InUnits or Outside
	// Front and Rear are the faces that it takes; a server without a face takes both.
	Front, Rear bool
	// Blades sit in this chassis, in order of slot; In and Slot are a blade's
	// chassis and slot.
	Blades []*Placed
	In     *Placed
	Slot   string
	// Clash are the servers that claim one of its units on one of its faces.
	Clash []*Placed
	Rack  *Rack // nil: Nowhere
}

// Rack is one rack with everything in it.
type Rack struct {
	ID
	Height int
	// HeightKnown: somebody wrote the height down.
	HeightKnown bool
	Row         string
	Order       int
	// Servers are all of it: those in units from top to bottom, each followed by
	// its blades, then those outside, then those without a position.
	Servers []*Placed
	Sum     Sum
}

// Unit is one unit of a rack with who claims it: more than one is a conflict.
type Unit struct {
	N           int
	Front, Rear []*Placed
}

// Free reports whether nothing is in the unit on either face.
func (u *Unit) Free() bool { return len(u.Front) == 0 && len(u.Rear) == 0 }

// Elevation is the rack unit by unit, the topmost first.
func (r *Rack) Elevation() []Unit {
	units := make([]Unit, r.Height)
	for i := range units {
		units[i].N = r.Height - i
	}
	for _, p := range r.Servers {
		if p.Where != InUnits {
			continue
		}
		for n := p.Low; n <= p.High; n++ {
			u := &units[r.Height-n]
			if p.Front {
				u.Front = append(u.Front, p)
			}
			if p.Rear {
				u.Rear = append(u.Rear, p)
			}
		}
	}
	return units
}

// HasRear reports whether something is mounted on the rear alone.
func (r *Rack) HasRear() bool {
	return slices.ContainsFunc(r.Servers, func(p *Placed) bool { return p.Where == InUnits && !p.Front })
}

// Layout is the whole fleet by place.
type Layout struct {
	Racks   []*Rack // by site, room, row, order and name
	Nowhere []*Placed

	byID     map[ID]*Rack
	byServer map[string]*Placed
}

// Find is the rack of that identity, or nil.
func (l *Layout) Find(id ID) *Rack { return l.byID[id] }

// Of is where a server stands, or nil for one that is not of the fleet.
func (l *Layout) Of(server string) *Placed { return l.byServer[server] }

// Named are the racks of that name, one per room.
func (l *Layout) Named(name string) []*Rack {
	var out []*Rack
	for _, r := range l.Racks {
		if r.Name == name {
			out = append(out, r)
		}
	}
	return out
}

func compareRacks(a, b *Rack) int {
	return cmp.Or(fleet.CompareNames(a.Site, b.Site), fleet.CompareNames(a.Room, b.Room), cmp.Compare(noRow(a), noRow(b)), fleet.CompareNames(a.Row, b.Row),
		cmp.Compare(a.Order, b.Order), fleet.CompareNames(a.Name, b.Name))
}

// noRow puts racks whose row nobody wrote down behind the others of their room.
func noRow(r *Rack) int {
	if r.Row == "" {
		return 1
	}
	return 0
}

func comparePlaced(a, b *Placed) int {
	if x := cmp.Or(cmp.Compare(a.Where, b.Where), cmp.Compare(b.High, a.High), cmp.Compare(b.Low, a.Low), face(b)-face(a)); x != 0 {
		return x // most often; names cost more to compare
	}
	return fleet.CompareNames(a.Server.Name, b.Server.Name)
}

func face(p *Placed) int {
	if p.Front {
		return 1
	}
	return 0
}
