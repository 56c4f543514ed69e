package health

import (
	"slices"
	"time"

	"ironage/internal/fleet"
)

// Watch lists the causes of one snapshot after the other. It looks anew only at
// the servers that changed since the last one: a large fleet changes a little
// several times a second. The zero Watch is ready; it is for one goroutine.
type Watch struct {
	// Foreign says that the collector is another version of ironage: what is not
	// seen of its polls does not mean that there are none.
	Foreign bool

	seen    []watched
	members []Member
	outages []Outage
	dark    map[string]bool
	partial bool // some servers were not read from the store yet
}

// watched is a server with what follows from its state alone.
type watched struct {
	entry  *fleet.Entry
	causes []Cause
	fresh  fleet.Span
	reach  bool // its causes say already that it cannot be asked
}

// Causes lists what needs a person now, in the order of the function Causes.
// The answer shares the lists of its causes with the next one.
func (w *Watch) Causes(snap *fleet.Snapshot, now time.Time) []Cause {
	if snap == nil {
		return nil
	}
	w.look(snap)
	var found []*Cause
	for _, o := range w.outages {
		c := outageCause(snap, o)
		found = append(found, &c)
	}
	stale := map[string]time.Time{}
	for i := range w.seen {
		x := &w.seen[i]
		if len(x.causes) > 0 && x.reach && w.dark[x.entry.Server.Name] {
			for _, c := range entryCauses(x.entry, true) {
				found = append(found, &c)
			}
		} else {
			for j := range x.causes {
				found = append(found, &x.causes[j])
			}
		}
		if !x.fresh.Has(now) && !x.reach {
			stale[x.entry.Server.Name] = x.entry.State.LastRead()
		}
	}
	for _, c := range staleCauses(snap, stale, w.Foreign) {
		found = append(found, &c)
	}
	slices.SortStableFunc(found, compareCauses)
	out := make([]Cause, len(found))
	for i, c := range found {
		out[i] = *c
	}
	return out
}

// look brings what is known of each server up to a snapshot; outages are looked
// for again only where somebody fell silent, answered, moved, came or went.
func (w *Watch) look(snap *fleet.Snapshot) {
	n, changed, partial := snap.Len(), false, false
	if n != len(w.seen) {
		w.seen, w.members, changed = make([]watched, n), make([]Member, n), true
	}
	for i := range n {
		e := snap.At(i)
		partial = partial || e.BeingRead
		if w.seen[i].entry == e {
			continue
		}
		w.seen[i] = watched{entry: e, causes: entryCauses(e, false), fresh: e.State.Fresh(), reach: aboutReach(e)}
		if m := MemberOf(e); m != w.members[i] {
			w.members[i], changed = m, true
		}
	}
	if !changed && partial == w.partial {
		return
	}
	w.partial = partial
	w.outages, w.dark = nil, map[string]bool{}
	if !partial { // else nobody knows who of a rack answers
		w.outages = Outages(w.members, Default().Dark)
	}
	for _, o := range w.outages {
		for _, name := range o.Servers {
			w.dark[name] = true
		}
	}
}

func aboutReach(e *fleet.Entry) bool {
	return slices.ContainsFunc(e.State.Findings, func(f fleet.Finding) bool { return AboutReach(f.Code) })
}
