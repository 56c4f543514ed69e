package collect

import (
	"slices"

	"ironage/internal/fleet"
)

// components folds the parts of this read into the list. The other endpoint's
// parts stay as they are; a part that both show is listed once, as the
// controller sees it.
func (f *fold) components() {
	own := f.own()
	seen := f.observed(own)
	f.brought = true
	inOrder := sameOrder(own, seen)
	was := placed{list: own}
	var taken map[place]bool
	if f.full && !inOrder {
		taken = make(map[place]bool, len(seen))
		for i := range seen {
			taken[placeOf(&seen[i])] = true
		}
	}
	// The list is made of what was seen, from the front: most reads bring what
	// was there before, in the order in which it was.
	out, count := seen[:0], len(seen)
	carried := make([]bool, len(own))
	for i := range seen {
		o := &seen[i]
		if j := was.find(o, i); j >= 0 {
			carried[j] = true
			out = append(out, f.known(own[j], o))
			continue
		}
		if !f.full {
			f.ep.WantFull = true // a row that no inventory has shown yet
			continue
		}
		if j := moved(own, o, taken); j >= 0 && !carried[j] {
			carried[j] = true
			out = append(out, f.renamed(own[j], o))
			continue
		}
		out = append(out, f.appeared(o))
	}
	for i, p := range own {
		if !carried[i] {
			if kept, ok := f.unseen(p, count == 0 && len(own) > 1); ok {
				f.leaveOld(&kept)
				out = append(out, kept)
			}
		}
	}
	f.compose(out)
}

// place is what a component's key is made of: what a read needs by it for a
// moment needs no text of its own.
type place struct {
	kind fleet.Kind
	slot string
}

func placeOf(c *fleet.Component) place { return place{c.Kind, c.Slot} }

// placed finds components by their places.
type placed struct {
	list []*fleet.Component
	at   map[place]int
}

// find is the index of the component in o's place, or -1. That it is where it
// was in the list is asked first.
func (l *placed) find(o *fleet.Component, where int) int {
	if where < len(l.list) && l.list[where].Kind == o.Kind && l.list[where].Slot == o.Slot {
		return where
	}
	if l.at == nil {
		l.at = make(map[place]int, len(l.list))
		for i, c := range l.list {
			l.at[placeOf(c)] = i
		}
	}
	if i, ok := l.at[placeOf(o)]; ok {
		return i
	}
	return -1
}

// sameOrder reports whether a read shows the same places in the same order.
func sameOrder(own []*fleet.Component, seen []fleet.Component) bool {
	if len(own) != len(seen) {
		return false
	}
	for i, c := range own {
		if c.Kind != seen[i].Kind || c.Slot != seen[i].Slot {
			return false
		}
	}
	return true
}

// leaveOld notes that a component of this endpoint is listed as an earlier
// read showed it.
func (f *fold) leaveOld(c *fleet.Component) {
	if f.old == nil {
		f.old = map[place]bool{}
	}
	f.old[placeOf(c)] = true
}

// fresh reports whether this read brought the component.
func (f *fold) fresh(c *fleet.Component) bool {
	return f.brought && (c.Role == f.role || c.Role == 0) && !f.old[placeOf(c)]
}

// observed is this read's list, in place, with roles and unique slots. The
// operating system's parts give way where the controller uses the same key.
func (f *fold) observed(own []*fleet.Component) []fleet.Component {
	seen := f.obs.Components
	f.obs.Components = nil // what is done to them below is nobody else's to see
	if slices.ContainsFunc(seen, func(c fleet.Component) bool { return c.Slot == "" }) {
		fleet.AssignSlots(seen)
	}
	f.giveWay(seen)
	var used map[place]bool // nobody lists a place twice who lists what was listed before
	if !sameOrder(own, seen) {
		used = make(map[place]bool, len(seen))
	}
	serials := map[place]int{}
	out := seen[:0]
	for i := range seen {
		c := &seen[i]
		c.Role = f.role
		if used[placeOf(c)] {
			continue // a key names one part; a device that repeats one is not believed twice
		}
		if used != nil {
			used[placeOf(c)] = true
		}
		if t := c.Native.Time(); t.IsZero() || t.After(f.at) {
			c.Native = c.Native.At(f.at)
		}
		c.Native = c.Native.By(f.role)
		if id := c.Identity(); id != "" {
			serials[place{c.Kind, id}]++
		}
		out = append(out, *c)
	}
	for i := range out {
		if id := out[i].Identity(); id != "" && serials[place{out[i].Kind, id}] > 1 {
			f.duplicate(&out[i])
		}
	}
	return out
}

// giveWay renames the operating system's parts where the controller uses the
// same key.
func (f *fold) giveWay(seen []fleet.Component) {
	if f.role != fleet.OS {
		return
	}
	bmc := map[place]bool{}
	for i := range f.prev.Components {
		if c := &f.prev.Components[i]; c.Role == fleet.BMC {
			bmc[placeOf(c)] = true
		}
	}
	for i := range seen {
		if bmc[placeOf(&seen[i])] {
			seen[i].Slot += osSuffix
		}
	}
}

// osSuffix tells an operating system's slot from the controller's of the same name.
const osSuffix = " (os)"

// duplicate takes a serial number that two slots of one read show for no
// identity: neither part can be followed until that is resolved.
func (f *fold) duplicate(c *fleet.Component) {
	attrs := cloned(c.Attributes)
	attrs["duplicate_serial"] = c.Serial
	c.Attributes = attrs
	c.Serial = ""
}

// own are the parts that this endpoint showed before.
func (f *fold) own() []*fleet.Component {
	out := make([]*fleet.Component, 0, len(f.prev.Components))
	for i := range f.prev.Components {
		if c := &f.prev.Components[i]; c.Role == f.role || c.Role == 0 {
			out = append(out, c)
		}
	}
	if f.role == fleet.OS {
		for i := range f.prev.Shadowed {
			out = append(out, &f.prev.Shadowed[i])
		}
	}
	return out
}

// moved finds the part of the same kind and serial number whose old key this
// read no longer shows.
func moved(own []*fleet.Component, o *fleet.Component, taken map[place]bool) int {
	id := o.Identity()
	if id == "" {
		return -1
	}
	return slices.IndexFunc(own, func(c *fleet.Component) bool {
		return c.Kind == o.Kind && c.Identity() == id && !taken[placeOf(c)]
	})
}
