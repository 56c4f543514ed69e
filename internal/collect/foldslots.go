package collect

import (
	"fmt"

	"ironage/internal/fleet"
	"ironage/internal/health"
)

// appeared folds a row that an inventory shows for the first time.
func (f *fold) appeared(o *fleet.Component) fleet.Component {
	key := f.key(o)
	if g, ok := f.next.Gone[key]; ok && o.Health != fleet.Absent {
		back := g.Part
		back.Slot, back.Role = o.Slot, o.Role
		return f.refilled(&back, nil, o)
	}
	if o.Health == fleet.Absent {
		return *o
	}
	f.see(o)
	if f.first {
		if o.Health == fleet.Warning || o.Health == fleet.Critical {
			f.event(fleet.Event{Kind: fleet.EventHealth, Key: key, From: fleet.Unknown.String(), To: o.Health.String(), Health: o.Health,
				Text: fmt.Sprintf("%s reads %s", health.Describe(o), o.Health) + inWords(o), Evidence: o.Native.Evidence()})
		}
		return *o
	}
	f.arrived(o)
	return *o
}

// see notes when a part was first seen in its slot.
func (f *fold) see(o *fleet.Component) {
	if key := f.key(o); o.Identity() != "" {
		if _, ok := f.next.FirstSeen[key]; !ok {
			f.firstSeen(key, f.at)
		}
	}
}

// arrived notes a part where none was before.
func (f *fold) arrived(c *fleet.Component) {
	f.see(c)
	f.fit(c.Key(), f.at)
	if !f.full {
		f.ep.WantFull = true
	}
	if !tells(c.Kind) {
		return
	}
	worry := c.Health
	if worry == fleet.Unknown {
		worry = fleet.OK
	}
	f.event(fleet.Event{Kind: fleet.EventAppeared, Key: c.Key(), To: c.Serial, Health: worry,
		Text: health.Describe(c) + " was added" + serialText(c), Evidence: c.Native.Evidence()})
}

// tells reports whether history names parts of this kind that come and go.
func tells(k fleet.Kind) bool { return k.Replaceable() || k == fleet.RAIDVolume }

func serialText(c *fleet.Component) string {
	if c.Identity() == "" {
		return ""
	}
	return " (S/N " + c.Serial + ")"
}

// refilled folds a part in a slot that was seen to be emptied: the same part
// again, or another one, which then has to be confirmed like any swap. p is
// the empty slot's row, nil when the row itself had gone.
func (f *fold) refilled(old, p, o *fleet.Component) fleet.Component {
	key := f.key(o)
	was, is := old.Identity(), o.Identity()
	switch {
	case !f.full:
		f.ep.WantFull = true // only an inventory tells which part it is
		return *p
	case was == "" || is == "":
		// Nobody can say whether it is the same part: a new record.
		f.forget(key)
		f.finish(key)
		f.arrived(o)
		return *o
	case was == is:
		delete(f.next.Gone, key)
		delete(f.next.Pending, key)
		delete(f.next.Holds, key)
		if tells(o.Kind) {
			f.event(fleet.Event{Kind: fleet.EventAppeared, Key: key, To: o.Serial, Health: o.Health,
				Text: health.Describe(o) + " is back in its slot" + serialText(o), Evidence: o.Native.Evidence()})
		}
		return *o
	}
	c := *o
	if f.swap(old, o, &c) {
		return c
	}
	// Seen once: the slot shows the newcomer's health under the old name's
	// record until the second inventory settles it.
	c.Health = o.Health
	if p != nil {
		return *p
	}
	return c
}

// renamed folds a part that a read shows under another key: moved to another
// slot, or renamed by new firmware. Its record moves along.
func (f *fold) renamed(p, o *fleet.Component) fleet.Component {
	from, to := f.key(p), f.key(o)
	move(f.next.Holds, from, to)
	if first, ok := f.next.FirstSeen[from]; ok {
		f.dropFirstSeen(from)
		f.firstSeen(to, first)
	}
	move(f.next.Swapped, from, to)
	if t, ok := f.next.Trends.Find(from); ok {
		f.next.Trends.Put(to, t)
		f.next.Trends.Drop(from)
	}
	move(f.next.Proofs, from, to)
	delete(f.next.Pending, from)
	if rec, ok := f.next.Parts.Find(from); ok {
		f.drop(from)
		f.finish(to)
		f.keep(to, rec)
	}
	for _, m := range health.Measures {
		move(f.next.Levels, string(m)+":"+from, string(m)+":"+to)
	}
	c := *o
	was := *p
	was.Slot = o.Slot
	f.facts(&was, o)
	f.judge(&was, o, &c)
	if tells(o.Kind) {
		f.event(fleet.Event{Kind: fleet.EventSerial, Key: to, From: from, To: to, Health: fleet.OK,
			Text: fmt.Sprintf("%s (S/N %s) is now %s", health.Describe(p), o.Serial, health.Describe(o)), Evidence: o.Native.Evidence()})
	}
	return c
}

func move[V any](m map[string]V, from, to string) {
	if v, ok := m[from]; ok {
		m[to] = v
		delete(m, from)
	}
}

// unseen decides about a part that this read did not show: it stays as it was
// last read, unless inventories that read its table whole agree that it is
// gone.
func (f *fold) unseen(p *fleet.Component, nothingAtAll bool) (fleet.Component, bool) {
	if !f.full || !f.obs.Complete(p.Kind) {
		return *p, true
	}
	key := f.key(p)
	w := f.next.Pending[key]
	if w.What != fleet.EventVanished {
		w = fleet.Pending{What: fleet.EventVanished, Since: f.at}
	}
	w.Reads++
	need := swapReads
	if nothingAtAll {
		need = emptyReads
	}
	if w.Reads < need {
		f.next.Pending[key] = w
		f.ep.WantFull = true
		return *p, true
	}
	f.left(p)
	return fleet.Component{}, false
}

// left notes that a part is no longer in its slot, and remembers it.
func (f *fold) left(p *fleet.Component) {
	key := f.key(p)
	first := f.next.FirstSeen[key]
	f.forget(key)
	if p.Health == fleet.Absent || !tells(p.Kind) {
		return
	}
	if !first.IsZero() {
		f.firstSeen(key, first) // the part may come back
	}
	f.next.Gone[key] = fleet.Gone{Part: *p, At: f.at}
	f.event(fleet.Event{Kind: fleet.EventVanished, Key: key, From: p.Serial, Health: fleet.Warning,
		Text: health.Describe(p) + " is no longer there" + serialText(p), Evidence: p.Native.Evidence()})
}

// compose puts both endpoints' parts into one list: the controller's first,
// then what only the operating system shows. The operating system's view of a
// part that both show is kept aside, and so are its block devices without a
// serial number or a verdict where the controller lists the disks: "sda" is
// what a RAID volume looks like from there, not one more disk.
func (f *fold) compose(mine []fleet.Component) {
	var bmc, os []fleet.Component
	if f.role == fleet.BMC {
		bmc = mine
		for _, c := range f.prev.Components {
			if c.Role == fleet.OS {
				os = append(os, c)
			}
		}
		os = append(os, f.prev.Shadowed...)
	} else {
		os = mine
		for _, c := range f.prev.Components {
			if c.Role == fleet.BMC {
				bmc = append(bmc, c)
			}
		}
	}
	f.next.Shadowed = nil
	if len(os) == 0 || len(bmc) == 0 { // one list only: nothing to compare
		if f.next.Components = tight(bmc); len(os) > 0 {
			f.next.Components = tight(os)
		}
		f.hush()
		return
	}
	keys := make(map[place]bool, len(bmc)+len(os))
	parts := make(map[place]bool, len(bmc))
	kinds := map[fleet.Kind]bool{}
	for i := range bmc {
		keys[placeOf(&bmc[i])] = true
		kinds[bmc[i].Kind] = kinds[bmc[i].Kind] || bmc[i].Health != fleet.Absent
		if id := bmc[i].Identity(); id != "" {
			parts[place{bmc[i].Kind, id}] = true
		}
	}
	out := bmc
	for _, c := range os {
		if keys[placeOf(&c)] {
			was := c.Key()
			c.Slot += osSuffix
			f.suffixed(was, &c)
		}
		if keys[placeOf(&c)] {
			continue // the suffixed name is taken by an older row, which the next inventory settles
		}
		keys[placeOf(&c)] = true
		id := c.Identity()
		if id != "" && parts[place{c.Kind, id}] || id == "" && c.Health == fleet.Unknown && kinds[c.Kind] {
			f.next.Shadowed = append(f.next.Shadowed, c)
		} else {
			out = append(out, c)
		}
	}
	f.next.Components = tight(out)
	f.hush()
}

// tight is a list without room for more: it stays until the next read.
func tight(list []fleet.Component) []fleet.Component {
	if cap(list) == len(list) {
		return list
	}
	return append(make([]fleet.Component, 0, len(list)), list...)
}

// hush drops this read's events about parts that are listed through the other
// endpoint: one part makes one line in history.
func (f *fold) hush() {
	if f.role != fleet.OS || len(f.next.Shadowed) == 0 {
		return
	}
	shadowed := map[string]bool{}
	for i := range f.next.Shadowed {
		shadowed[f.next.Shadowed[i].Key()] = true
	}
	kept := f.events[:0]
	for _, e := range f.events {
		if !shadowed[e.Key] {
			kept = append(kept, e)
		}
	}
	f.events = kept
}
