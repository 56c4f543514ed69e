package ageing

import (
	"strings"

	"ironage/internal/fleet"
)

// notes finds what the inventory says about a single part.
type notes struct {
	bySerial, byPlace map[string]*noted
}

// noted is a line of the inventory; conflict when several lines contradict.
type noted struct {
	note     *fleet.PartNote
	conflict bool
}

func newNotes(parts []fleet.PartNote) *notes {
	n := &notes{bySerial: make(map[string]*noted, len(parts)), byPlace: map[string]*noted{}}
	for i := range parts {
		p := &parts[i]
		if id := fleet.NormalSerial(p.Serial); id != "" {
			enter(n.bySerial, id, p)
		}
		if p.Kind != 0 && p.Slot != "" {
			enter(n.byPlace, place(p.Kind, p.Slot), p)
		}
	}
	return n
}

func enter(index map[string]*noted, key string, p *fleet.PartNote) {
	old := index[key]
	if old == nil {
		index[key] = &noted{note: p}
		return
	}
	if old.note.InService != p.InService || old.note.Purchased != p.Purchased {
		old.conflict = true
	}
}

func place(k fleet.Kind, slot string) string {
	return k.String() + "/" + strings.ToLower(strings.TrimSpace(slot))
}

// noteFor finds the line about a component: by its serial number, else by its
// place when the line does not name another serial number there.
func (v *Survey) noteFor(c *fleet.Component, identity string) (note *fleet.PartNote, conflict bool) {
	if v.notes == nil {
		v.notes = newNotes(v.server.Parts)
	}
	found := v.notes.bySerial[identity]
	if found == nil || identity == "" {
		for _, slot := range []string{c.Slot, c.Place, c.Name} {
			found = v.notes.byPlace[place(c.Kind, slot)]
			if found != nil && slot != "" {
				break
			}
			found = nil
		}
	}
	if found == nil {
		return nil, false
	}
	if id := fleet.NormalSerial(found.note.Serial); id != "" && identity != "" && id != identity {
		return nil, false
	}
	return found.note, found.conflict
}

// Inlet is the temperature of the air that the server draws in, nil when no
// sensor tells: by the sensors' names, the most telling word first.
func (v *Survey) Inlet() *float64 {
	if v.inletRead || v.state == nil {
		return v.inlet
	}
	v.inletRead = true
	best := len(inletWords)
	for i := range v.state.Components {
		c := &v.state.Components[i]
		if c.Kind != fleet.Temperature || c.Unit != fleet.Celsius || c.Reading == nil || !(*c.Reading >= 1 && *c.Reading <= 150) {
			continue
		}
		// Of several that are named alike the warmest counts.
		if rank := inletRank(c.Name); rank < best || rank == best && rank < len(inletWords) && *c.Reading > *v.inlet {
			best, v.inlet = rank, c.Reading
		}
	}
	return v.inlet
}

var (
	inletWords = []string{"inlet", "ambient", "intake", "front"}
	// otherAir are sensors of air that has passed something warm, or of one part.
	otherAir = []string{"psu", "ps1", "ps2", "power", "exhaust", "outlet", "pci", "gpu", "nic", "cpu", "dimm", "rear"}
)

// inletRank is the place of a sensor's name in inletWords, their number when it names none.
func inletRank(name string) int {
	name = strings.ToLower(name)
	for rank, word := range inletWords {
		if !strings.Contains(name, word) {
			continue
		}
		for _, other := range otherAir {
			if strings.Contains(name, other) {
				return len(inletWords)
			}
		}
		return rank
	}
	return len(inletWords)
}
