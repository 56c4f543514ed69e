package collect

import (
	"fmt"

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
	f.next.Trends.Drop(key)
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
