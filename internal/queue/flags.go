package queue

import (
	"fmt"
	"slices"
	"time"

	"ironage/internal/fleet"
)

// flags raises and clears what the reads say about an order's slot and part.
func (s *Scene) flags(o *Order) []Step {
	var steps []Step
	add := func(a *Amendment) {
		if a != nil {
			steps = append(steps, Step{Order: o.ID, Amend: a})
		}
	}
	if o.State.Open() {
		add(s.retired(o))
	}
	add(s.adopted(o))
	add(s.family(o))
	if s.State == nil || OtherMachine(*o, s.State) {
		return steps
	}
	switch {
	case o.State == Replaced:
		add(s.righted(o))
		add(s.refitted(o))
		add(s.unproven(o))
	case o.State.Open():
		add(s.renamed(o))
		add(s.removed(o))
		add(s.wrongPart(o))
	}
	add(s.elsewhere(o))
	return steps
}

// toggle raises or clears a flag, or returns nil when it is as it should be.
func toggle(o *Order, flag string, on bool, why string, ev fleet.Evidence) *Amendment {
	switch {
	case on == o.HasFlag(flag):
		return nil
	case on:
		return &Amendment{Action: actFlag, Raise: []string{flag}, Why: why, Evidence: ev}
	}
	return &Amendment{Action: actFlag, Clear: []string{flag}, Why: why, Evidence: ev}
}

func (s *Scene) retired(o *Order) *Amendment {
	why := "the server is in the inventory again"
	if s.Retired {
		why = "the server has left the inventory"
		if s.RenamedTo != "" {
			why += "; a machine with the same serial number is now called " + s.RenamedTo
		}
	}
	return toggle(o, FlagAssetRetired, s.Retired, why, fleet.Evidence{Value: s.Server, Meaning: why, Time: s.Now})
}

// refitted notes that yet another part was fitted while the first replacement
// was being proven: the proof is about what is in the slot now.
func (s *Scene) refitted(o *Order) *Amendment {
	seen, ev := inSlot(o, s.State)
	if seen == nil || o.New == nil {
		return nil
	}
	is := fleet.NormalSerial(seen.Serial)
	if was := fleet.NormalSerial(o.New.Serial); was == "" || is == was || is == fleet.NormalSerial(o.Old.Serial) {
		return nil
	}
	ev = orTime(ev, s.Now)
	ev.Meaning = fmt.Sprintf("yet another part than %s is in %s", o.New.Serial, o.Slot)
	return &Amendment{Action: actRefit, New: seen, Why: ev.Meaning, Evidence: ev}
}

// unproven asks for a person when a replaced part has not proven itself in time.
func (s *Scene) unproven(o *Order) *Amendment {
	if s.Rules.GiveUp <= 0 || s.Now.Sub(o.SwappedAt) < s.Rules.GiveUp || o.HasFlag(FlagNeedsVerification) {
		return nil
	}
	p := s.State.Proofs[o.Slot]
	return toggle(o, FlagNeedsVerification, true, FlagMeaning(FlagNeedsVerification), fleet.Evidence{Time: s.Now,
		Meaning: fmt.Sprintf("swapped %s, %d healthy reads in a row", stamp(o.SwappedAt), p.Good)})
}

// removed tells that the order's slot is empty.
func (s *Scene) removed(o *Order) *Amendment {
	c := s.State.Component(o.Slot)
	_, gone := s.State.Gone[o.Slot]
	empty := gone && (c == nil || c.Health == fleet.Absent)
	why := o.Slot + " is empty"
	if !empty {
		if c == nil {
			return nil // never seen, or not read: no evidence either way
		}
		why = o.Slot + " is no longer empty"
	}
	ev := fleet.Evidence{Meaning: why, Time: s.Now}
	if c != nil {
		ev = orTime(c.Native.Evidence(), s.Now)
	}
	return toggle(o, FlagRemoved, empty, why, ev)
}

// renamed follows a slot that firmware gives another name: the old name is
// gone from the device, and the part is there under the new one.
func (s *Scene) renamed(o *Order) *Amendment {
	c := s.calledNow(o)
	if c == nil || s.open(c.Key()) != nil {
		return nil
	}
	return s.rename(o, c)
}

func (s *Scene) rename(o *Order, c *fleet.Component) *Amendment {
	why := fmt.Sprintf("%s is now called %s: the same serial number", o.Slot, c.Key())
	return &Amendment{Action: actRename, Slot: c.Key(), Place: c.Place, Why: why, Evidence: orTime(fleet.Evidence{Value: c.Serial, Meaning: why, Time: c.Native.Time()}, s.Now)}
}

// calledNow is the order's part in a slot of another name, where the device no
// longer knows the order's slot; else nil.
func (s *Scene) calledNow(o *Order) *fleet.Component {
	serial := fleet.NormalSerial(fitted(o).Serial)
	if serial == "" || o.Slot == ServerSlot || s.State.Component(o.Slot) != nil {
		return nil
	}
	if _, gone := s.State.Gone[o.Slot]; gone {
		return nil
	}
	for i := range s.State.Components {
		if c := &s.State.Components[i]; c.Identity() == serial && c.Kind == o.Kind {
			return c
		}
	}
	return nil
}

// wrongPart raises the alarm when, since work began, another slot than the
// order's lost its part while the order's own part is still in place. One read
// is enough: the technician still stands there.
func (s *Scene) wrongPart(o *Order) *Amendment {
	if o.State != InProgress {
		return toggle(o, FlagWrongPart, false, "work has ended", fleet.Evidence{Meaning: "work has ended", Time: s.Now})
	}
	if !s.inPlace(o) {
		return nil // the right one is out, too: what is known of the others stays
	}
	pulled, serial := s.pulled(o)
	why := "every other part is in its slot again"
	if pulled != "" {
		why = fmt.Sprintf("wrong part pulled: %s (S/N %s) left its slot; this order is for %s (S/N %s)", pulled, serial, o.Slot, fitted(o).Serial)
	}
	a := toggle(o, FlagWrongPart, pulled != "", why, fleet.Evidence{Value: serial, Meaning: why, Time: s.Now})
	if a != nil && pulled != "" {
		a.Action = actAlarm
	}
	return a
}

// righted ends the alarm of an order whose own part was replaced after all, once
// every other part is back: until then one is still missing where it belongs.
func (s *Scene) righted(o *Order) *Amendment {
	if !o.HasFlag(FlagWrongPart) {
		return nil
	}
	if pulled, _ := s.pulled(o); pulled != "" {
		return nil
	}
	const why = "every other part is in its slot again"
	return toggle(o, FlagWrongPart, false, why, fleet.Evidence{Meaning: why, Time: s.Now})
}

// inPlace reports whether the order's own part surely sits in its slot.
func (s *Scene) inPlace(o *Order) bool {
	own := s.State.Component(o.Slot)
	return own != nil && own.Health != fleet.Absent && own.Identity() != "" && own.Identity() == fleet.NormalSerial(fitted(o).Serial) &&
		!s.leaving(o.Slot, time.Time{})
}

// pulled is another slot of the order's kind that lost its part since work
// began, with the part's serial number.
func (s *Scene) pulled(o *Order) (slot, serial string) {
	for i := range s.State.Components {
		c := &s.State.Components[i]
		key := c.Key()
		if c.Kind == o.Kind && key != o.Slot && !s.workedOn(key, o.StartedAt) && (s.leaving(key, o.StartedAt) || s.exchanged(key, o.StartedAt)) {
			return key, c.Serial
		}
	}
	for key, g := range s.State.Gone {
		if g.Part.Kind == o.Kind && key != o.Slot && !s.workedOn(key, o.StartedAt) && !g.At.Before(o.StartedAt) {
			if slot == "" || key < slot {
				slot, serial = key, g.Part.Serial
			}
		}
	}
	return slot, serial
}

// leaving reports whether a read since then showed the slot without its part,
// or with another one.
func (s *Scene) leaving(key string, since time.Time) bool {
	if p, ok := s.State.Pending[key]; ok && !p.Since.Before(since) {
		return true
	}
	h, ok := s.State.Holds[key]
	return ok && h.Health == fleet.Absent && !h.Since.Before(since)
}

// exchanged reports whether since then a part came into the slot that was not
// known before.
func (s *Scene) exchanged(key string, since time.Time) bool {
	at, ok := s.State.Swapped[key]
	if !ok || at.Before(since) {
		return false
	}
	first := s.State.FirstSeen[key]
	if r, ok := s.State.Parts.Find(key); ok {
		first = r.FirstSeen
	}
	return !first.Before(since)
}

// workedOn reports whether an order explains that the slot's part went since then.
func (s *Scene) workedOn(slot string, since time.Time) bool {
	return slices.ContainsFunc(s.Orders, func(o Order) bool {
		return o.Slot == slot && (o.State == InProgress || o.State == Replaced || o.SwappedAt.After(since))
	})
}

// elsewhere tells that the order's old part turned up in another place.
func (s *Scene) elsewhere(o *Order) *Amendment {
	at := s.foundAt(o)
	if len(at) == 0 || o.HasFlag(FlagPartReused) {
		return nil
	}
	why := fmt.Sprintf("the old part (S/N %s) is now in %s", o.Old.Serial, placeText(at[0].Server, at[0].Slot))
	return toggle(o, FlagPartReused, true, why, fleet.Evidence{Value: o.Old.Serial, Meaning: why, Time: s.Now})
}

// foundAt is where an order's old part sits now, its own slot left out.
func (s *Scene) foundAt(o *Order) []Place {
	serial := fleet.NormalSerial(o.Old.Serial)
	if serial == "" || s.Seen == nil || o.Slot == ServerSlot {
		return nil
	}
	own := Place{o.Server, o.Slot}
	at := s.Seen(serial)
	if slices.Contains(at, own) {
		return nil // still there: two places with one serial number are settled elsewhere
	}
	return at
}

// adopted makes an order for a part belong to the open order for its whole
// server, which came after it.
func (s *Scene) adopted(o *Order) *Amendment {
	parent := s.open(ServerSlot)
	if parent == nil || o.Slot == ServerSlot || o.Parent == parent.ID || !o.State.Open() || o.State == Replaced || s.Retired {
		return nil
	}
	why := fmt.Sprintf("order %d is for the whole server", parent.ID)
	return &Amendment{Action: actFlag, Parent: parent.ID, Why: why, Evidence: fleet.Evidence{Meaning: why, Time: s.Now}}
}

// family marks the open orders of a server that was replaced as a whole.
func (s *Scene) family(o *Order) *Amendment {
	if o.Parent == 0 || !o.State.Open() || o.HasFlag(FlagCovered) {
		return nil
	}
	for i := range s.Orders {
		if p := &s.Orders[i]; p.ID == o.Parent && (p.State == Verified || p.State == Closed) {
			why := fmt.Sprintf("order %d replaced the whole server", p.ID)
			return toggle(o, FlagCovered, true, why, fleet.Evidence{Meaning: why, Time: s.Now})
		}
	}
	return nil
}

// reused proposes an order where a part that was removed for a fault is fitted
// again, whatever its health says there.
func (s *Scene) reused() []Step {
	var steps []Step
	for i := range s.Orders {
		o := &s.Orders[i]
		faulty := slices.ContainsFunc(o.Reasons, func(r Reason) bool { return r.Code.fault() })
		if !faulty || o.State != Replaced && o.State != Verified && o.State != Closed {
			continue
		}
		for _, at := range s.foundAt(o) {
			if p := s.reuse(o, at); p != nil {
				steps = append(steps, Step{Propose: p})
			}
		}
	}
	return steps
}

func (s *Scene) reuse(o *Order, at Place) *Proposal {
	for _, other := range s.At(at) {
		if other.State.Open() || samePart(&other.Old, &o.Old) && other.Created.After(o.SwappedAt) {
			return nil // a person has it before their eyes, or has decided
		}
	}
	text := fmt.Sprintf("this part was removed from %s for a fault (order %d)", placeText(o.Server, o.Slot), o.ID)
	ev := fleet.Evidence{Value: o.Old.Serial, Meaning: text, Time: s.Now}
	var rs []Reason
	for _, r := range o.Reasons {
		if r.Code.fault() {
			rs = append(rs, Reason{Code: r.Code, Text: text, FirstSeen: r.FirstSeen, LastSeen: s.Now, StillTrue: true, Evidence: ev})
		}
	}
	return &Proposal{Server: at.Server, Slot: at.Slot, Kind: o.Kind, Old: o.Old, Reasons: rs, Tier: min(o.Tier, P2), Evidence: ev}
}
