package collect

import (
	"fmt"
	"slices"

	"ironage/internal/fleet"
	"ironage/internal/health"
)

// Reads of a whole inventory in a row that a change of what sits in a slot
// takes (ageing reference §1.4), and how many more when a device shows nothing
// at all where it showed parts: a controller that has just started answers
// with empty tables.
const (
	swapReads  = 2
	emptyReads = 6
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
	return f.brought && (c.Role == f.role || c.Role == "") && !f.old[placeOf(c)]
}

// observed is this read's list with roles and unique slots. The operating
// system's parts give way where the controller uses the same key.
func (f *fold) observed(own []*fleet.Component) []fleet.Component {
	seen := make([]fleet.Component, len(f.obs.Components))
	copy(seen, f.obs.Components)
	if slices.ContainsFunc(f.obs.Components, func(c fleet.Component) bool { return c.Slot == "" }) {
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
		if c := &f.prev.Components[i]; c.Role == f.role || c.Role == "" {
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

// known folds a part that was there before.
func (f *fold) known(p, o *fleet.Component) fleet.Component {
	key := f.key(p)
	if g, ok := f.next.Gone[key]; ok && p.Health == fleet.Absent && o.Health != fleet.Absent {
		// The slot was emptied and is filled again: what left it is what the
		// newcomer is compared with.
		back := g.Part
		back.Slot, back.Role = p.Slot, p.Role
		return f.refilled(&back, p, o)
	}
	c := *o
	c.Slot = p.Slot
	swapped := false
	if f.full && o.Health != fleet.Absent && p.Health != fleet.Absent {
		swapped = f.identify(p, o, &c)
		if f.next.Pending[key].What == fleet.EventVanished {
			delete(f.next.Pending, key)
		}
	} else {
		keepIdentity(p, &c)
		f.suspect(p, o)
	}
	if !swapped {
		f.judge(p, o, &c)
	}
	return c
}

// suspect asks for an inventory when a status read shows another serial number.
func (f *fold) suspect(p, o *fleet.Component) {
	if id := o.Identity(); id != "" && id != p.Identity() {
		f.ep.WantFull = true
		if p.Health != fleet.Absent {
			f.doubt(p.Key())
		}
	}
}

// keepIdentity leaves who the part is as the last inventory told it: a status
// read repeats what was remembered.
func keepIdentity(p, c *fleet.Component) {
	if c.Health == fleet.Absent || p.Health == fleet.Absent {
		return
	}
	c.Vendor, c.Model, c.Serial, c.Part, c.Firmware = p.Vendor, p.Model, p.Serial, p.Part, p.Firmware
	c.CapacityBytes, c.Manufactured = p.CapacityBytes, p.Manufactured
	if c.Place == "" {
		c.Place = p.Place
	}
}

// identify settles which part sits in the slot after an inventory; true when
// another one was confirmed.
func (f *fold) identify(p, o, c *fleet.Component) bool {
	key, was, is := f.key(p), p.Identity(), o.Identity()
	switch {
	case was != "" && is == "":
		c.Serial = p.Serial // a placeholder is no other part
		delete(f.next.Pending, key)
	case was == "" && is != "":
		f.adopt(p, o)
	case was != is:
		return f.swap(p, o, c)
	default:
		if f.next.Pending[key].What == fleet.EventSerial {
			delete(f.next.Pending, key)
		}
		delete(f.next.Gone, key) // the part that was missed is the part that is there
		f.facts(p, o)
	}
	return false
}

// adopt takes a serial number that has become readable; the part is the same.
func (f *fold) adopt(p, o *fleet.Component) {
	key := f.key(p)
	if _, ok := f.next.FirstSeen[key]; !ok {
		f.firstSeen(key, f.at)
	}
	f.event(fleet.Event{Kind: fleet.EventSerial, Key: key, To: o.Serial, Health: fleet.OK,
		Text: fmt.Sprintf("serial number of %s can be read now: %s", health.Describe(o), o.Serial), Evidence: o.Native.Evidence()})
}

// swap counts inventories that show another serial number, and ends the old
// part's record when it is confirmed.
func (f *fold) swap(p, o, c *fleet.Component) bool {
	key, is := f.key(p), o.Identity()
	w := f.next.Pending[key]
	if w.What != fleet.EventSerial || w.Value != is {
		w = fleet.Pending{What: fleet.EventSerial, Value: is, Since: f.at}
	}
	w.Reads++
	if w.Reads < swapReads {
		f.next.Pending[key] = w
		f.ep.WantFull = true
		keepIdentity(p, c)
		return false
	}
	first := w.Since
	if from := f.holder(o.Kind, is, key); from != "" {
		if seen, ok := f.prev.FirstSeen[from]; ok {
			first = seen // moved within the server: its record comes along
		}
	}
	f.forget(key)
	f.firstSeen(key, first)
	f.next.Swapped[key] = w.Since
	f.next.Proofs[key] = fleet.Proof{Since: w.Since}
	f.fit(key, w.Since)
	f.prove(key, o)
	text := fmt.Sprintf("%s was replaced: S/N %s → %s", health.Describe(o), p.Serial, o.Serial)
	if o.Health == fleet.Warning || o.Health == fleet.Critical {
		text += fmt.Sprintf("; the new part reads %s", o.Health)
	}
	f.event(fleet.Event{Kind: fleet.EventSerial, Key: key, From: p.Serial, To: o.Serial, Health: o.Health, Text: text, Evidence: o.Native.Evidence()})
	return true
}

// holder is the key under which the part with that serial number sat before.
func (f *fold) holder(k fleet.Kind, id, not string) string {
	for i := range f.prev.Components {
		if c := &f.prev.Components[i]; c.Kind == k && c.Key() != not && c.Identity() == id {
			return c.Key()
		}
	}
	return ""
}

// forget drops what is remembered about the part in a slot.
func (f *fold) forget(key string) {
	delete(f.next.Holds, key)
	delete(f.next.Pending, key)
	delete(f.next.Gone, key)
	delete(f.next.Trends, key)
	delete(f.next.Proofs, key)
	f.dropFirstSeen(key)
	for _, m := range health.Measures {
		delete(f.next.Levels, string(m)+":"+key)
		delete(f.next.Holds, "level/"+string(m)+":"+key)
	}
}

// facts notes changes of what an inventory says about the same part.
func (f *fold) facts(p, o *fleet.Component) {
	if p.Firmware != "" && o.Firmware != "" && p.Firmware != o.Firmware {
		f.event(fleet.Event{Kind: fleet.EventFirmware, Key: p.Key(), From: p.Firmware, To: o.Firmware, Health: fleet.OK,
			Text: fmt.Sprintf("firmware of %s: %s → %s", health.Describe(o), p.Firmware, o.Firmware), Evidence: o.Native.Evidence()})
	}
	if p.CapacityBytes != nil && o.CapacityBytes != nil && *p.CapacityBytes != *o.CapacityBytes {
		worry := fleet.OK
		if *o.CapacityBytes < *p.CapacityBytes {
			worry = fleet.Warning
		}
		f.event(fleet.Event{Kind: fleet.EventCapacity, Key: p.Key(), From: fmt.Sprint(*p.CapacityBytes), To: fmt.Sprint(*o.CapacityBytes),
			Health: worry, Text: fmt.Sprintf("capacity of %s: %d → %d bytes", health.Describe(o), *p.CapacityBytes, *o.CapacityBytes), Evidence: o.Native.Evidence()})
	}
}

// judge confirms the health of a part that stayed, and keeps verdict and
// evidence together: while a change waits for its next read, the part keeps
// both as they were, and the hold has the new evidence.
func (f *fold) judge(p, o, c *fleet.Component) {
	key := f.key(p)
	if o.Health != p.Health {
		read := health.Read{Health: o.Health, Latched: o.Latched, At: f.at, Evidence: o.Native.Evidence()}
		c.Health = f.confirm(key, p.Health, read, f.rules.ReadsFor(o.Kind))
	} else if c.Health = p.Health; len(f.next.Holds) > 0 {
		delete(f.next.Holds, key) // what waited was not so
	}
	if c.Health != o.Health {
		c.Native, c.Verdicts, c.Latched, c.PredictiveFailure = p.Native, p.Verdicts, p.Latched, p.PredictiveFailure
		if p.Health == fleet.Absent || o.Health == fleet.Absent {
			*c = *p // what sits in the slot is not settled either
			f.doubt(key)
		}
	}
	f.prove(key, o)
	if c.Health == p.Health {
		return
	}
	switch {
	case c.Health == fleet.Absent:
		f.left(p)
	case p.Health == fleet.Absent:
		f.arrived(c)
	default:
		if !f.full && (o.Kind.Replaceable() || o.Kind == fleet.RAIDVolume) {
			f.ep.WantFull = true // a part that changed may have been changed
		}
		f.event(fleet.Event{Kind: fleet.EventHealth, Key: key, From: p.Health.String(), To: c.Health.String(), Health: c.Health,
			Text: fmt.Sprintf("%s: %s → %s", health.Describe(c), p.Health, c.Health) + inWords(c), Evidence: c.Native.Evidence()})
	}
}

func inWords(c *fleet.Component) string {
	if c.Native.Meaning() == "" || c.Native.Meaning() == c.Health.String() {
		return ""
	}
	return " (" + c.Native.Meaning() + ")"
}

// prove counts reads that show whether a part that came into a slot works. A
// read that says unknown, or that finds the part rebuilding, does neither.
func (f *fold) prove(key string, o *fleet.Component) {
	p, ok := f.next.Proofs[key]
	if !ok {
		return
	}
	switch o.Health {
	case fleet.OK:
		if o.Attributes["progress_pct"] != "" {
			return
		}
		p.Good, p.Bad = p.Good+1, 0
	case fleet.Warning, fleet.Critical:
		if o.Attributes["progress_pct"] != "" {
			return
		}
		p.Good, p.Bad = 0, p.Bad+1
	default:
		return
	}
	p.Last = f.at
	f.next.Proofs[key] = p
}
