package queue

import (
	"fmt"
	"slices"

	"ironage/internal/fleet"
)

// merge makes one order of two that turn out to be for the same part: a slot
// got another name, and an order was made under each (ageing reference §6.5).
// The older is kept and takes the reasons; the newer is cancelled. merging are
// the orders that this touches.
func (s *Scene) merge() (steps []Step, merging map[int64]bool) {
	if s.State == nil {
		return nil, nil
	}
	for i := range s.Orders {
		o := &s.Orders[i]
		if !o.State.Open() || merging[o.ID] || OtherMachine(*o, s.State) {
			continue
		}
		c := s.calledNow(o)
		if c == nil {
			continue
		}
		other := s.open(c.Key())
		if other == nil || other.ID == o.ID || merging[other.ID] || OtherMachine(*other, s.State) || !samePart(&o.Old, &other.Old) {
			continue
		}
		if found := s.mergeTwo(o, other, c); found != nil {
			if merging == nil {
				merging = map[int64]bool{}
			}
			merging[o.ID], merging[other.ID] = true, true
			steps = append(steps, found...)
		}
	}
	return steps, merging
}

// mergeTwo: o has the old name of the slot, other the one that c has now.
func (s *Scene) mergeTwo(o, other *Order, c *fleet.Component) []Step {
	keep, drop := o, other
	if other.ID < o.ID {
		keep, drop = other, o
	}
	if drop.State == Replaced {
		return nil // its swap was seen: a person says which of the two is true
	}
	why := fmt.Sprintf("order %d is for the same part, which is now in %s", keep.ID, c.Key())
	ev := orTime(fleet.Evidence{Value: c.Serial, Meaning: why, Time: c.Native.Time()}, s.Now)
	steps := []Step{{Order: drop.ID, Change: &Change{Action: "cancel", Reason: "merged: " + why, MergedInto: keep.ID, Evidence: ev}}}
	a := s.rename(keep, c)
	a.Why = fmt.Sprintf("order %d was for the same part, which is now in %s", drop.ID, c.Key())
	a.Evidence.Meaning = a.Why
	if keep == other {
		a.Action, a.Slot, a.Place = actReason, "", ""
	}
	a.Reasons = joined(keep.Reasons, slices.DeleteFunc(slices.Clone(drop.Reasons), func(r Reason) bool { return !r.StillTrue }))
	if drop.Tier < keep.Tier {
		a.Tier, a.Score, a.P, a.Explanation = drop.Tier, drop.Score, drop.P, drop.Explanation
	}
	probe := clone(*keep)
	a.apply(&probe, s.Now)
	if same(keep, &probe) {
		return steps
	}
	return append(steps, Step{Order: keep.ID, Amend: a})
}

// mergedAway lets the program cancel nothing but the newer of two orders for
// one part.
func mergedAway(s *step) string {
	if s.c.MergedInto == 0 || s.c.MergedInto >= s.o.ID {
		return "a person decides this"
	}
	return ""
}

func mergedInto(s *step) {
	if s.by.Role == System {
		s.o.MergedInto = s.c.MergedInto
	}
}
