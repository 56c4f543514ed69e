package collect

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"ironage/internal/fleet"
)

// Bounds of what is remembered about parts that move.
const (
	mostDeparted = 20_000                   // parts that sit nowhere
	keepDeparted = 5 * 365 * 24 * time.Hour // for how long
	mostClaims   = 1000                     // serial numbers that several servers report
	mostClaimers = 8                        // of one
	// claimAfter is how long a server must have been silent until a part of its
	// that is read elsewhere is taken to have moved: it may only be rebooting.
	claimAfter = 24 * time.Hour
)

// whereabouts knows where every part with a serial number sits, so that a part
// which comes into a server is recognised wherever it was before.
type whereabouts struct {
	owner  map[fleet.PartID]string // the server whose record has the history
	gone   map[fleet.PartID]fleet.DepartedPart
	claims map[fleet.PartID][]claim
	moves  []relocation
}

// claim is another server that reports a part which its owner has not been
// seen to lose.
type claim struct {
	server string
	since  time.Time
	told   bool // both were read since: two parts have one serial number
}

// relocation is a part that moved, for the event about it.
type relocation struct {
	server, key string
	from        fleet.DepartedPart
}

func newWhereabouts() *whereabouts {
	return &whereabouts{owner: map[fleet.PartID]string{}, gone: map[fleet.PartID]fleet.DepartedPart{}, claims: map[fleet.PartID][]claim{}}
}

// learnParts takes over where the parts were when the last collector stopped.
func (w *whereabouts) learnParts(states map[string]fleet.State, gone []fleet.DepartedPart) {
	for _, name := range slices.Sorted(maps.Keys(states)) {
		st := states[name]
		for key, rec := range st.Parts.All() {
			if rec.Serial == "" {
				continue
			}
			id := fleet.PartID{Kind: kindIn(key), Serial: rec.Serial}
			other, ok := w.owner[id]
			if !ok || other == name {
				w.owner[id] = name
				continue
			}
			first := states[other].Parts.Get(slotOf(states[other].Parts, id))
			late := claim{server: name, since: rec.FirstSeen, told: rec.Also != ""}
			if rec.FirstSeen.Before(first.FirstSeen) { // who had it first is the owner
				late = claim{server: other, since: first.FirstSeen, told: first.Also != ""}
				w.owner[id] = name
			}
			w.claim(id, late)
		}
	}
	for _, d := range gone {
		if w.owner[d.PartID] == "" {
			w.gone[d.PartID] = d
		}
	}
}

func (w *whereabouts) claim(id fleet.PartID, c claim) {
	have, known := w.claims[id]
	if !known && len(w.claims) >= mostClaims || len(have) >= mostClaimers ||
		slices.ContainsFunc(have, func(x claim) bool { return x.server == c.server }) {
		return
	}
	w.claims[id] = append(have, c)
}

func (w *whereabouts) unclaim(id fleet.PartID, server string) {
	rest := slices.DeleteFunc(w.claims[id], func(c claim) bool { return c.server == server })
	if len(rest) == 0 {
		delete(w.claims, id)
		return
	}
	w.claims[id] = rest
}

// slotOf finds the slot whose record is the part's.
func slotOf(parts fleet.Keyed[fleet.PartRecord], id fleet.PartID) string {
	for i := range parts.Values {
		if key := parts.Names[i]; parts.Values[i].Serial == id.Serial && kindIn(key) == id.Kind {
			return key
		}
	}
	return ""
}

// loadParts learns where every part was, as the store tells it.
func (r *run) loadParts(ctx context.Context) error {
	gone, err := r.cfg.Store.DepartedParts(ctx, mostDeparted)
	if err != nil {
		return err
	}
	r.parts = newWhereabouts()
	r.parts.learnParts(r.states, gone)
	return nil
}

// relocate follows the parts that a read showed to come or go, and writes the
// events about those that moved here.
func (r *run) relocate(s fleet.Server, f *fold, now time.Time) {
	w := r.parts
	for _, d := range f.departures {
		r.partLeft(s.Name, d, now)
	}
	for _, a := range f.arrivals {
		r.partCame(s.Name, a, f.at, now)
	}
	if len(w.claims) > 0 {
		r.contest(s.Name, now)
	}
	if len(w.moves) > 0 {
		r.tellMoves(now)
	}
}

// partLeft keeps the record of a part that was replaced, or hands it to the
// server that has reported the part meanwhile.
func (r *run) partLeft(name string, d fleet.DepartedPart, now time.Time) {
	w := r.parts
	if w.owner[d.PartID] != name {
		w.unclaim(d.PartID, name)
		r.uncontested(d.PartID, now)
		return
	}
	delete(w.owner, d.PartID)
	if r.claimed(d.PartID, now) {
		r.hand(d, now)
		return
	}
	w.gone[d.PartID] = d
	r.out.departed(d, now)
	w.bound()
}

// bound forgets the part that left first when there are too many.
func (w *whereabouts) bound() {
	if len(w.gone) <= mostDeparted+mostDeparted/10 {
		return
	}
	all := slices.Collect(maps.Values(w.gone))
	slices.SortFunc(all, func(a, b fleet.DepartedPart) int {
		return cmp.Or(a.Left.Compare(b.Left), cmp.Compare(a.Serial, b.Serial))
	})
	for _, d := range all[:len(all)-mostDeparted] {
		delete(w.gone, d.PartID)
	}
}

// hand gives a part's record to the server that claims it. Where two parts
// have one serial number, it goes to neither: the other keeps its own.
func (r *run) hand(d fleet.DepartedPart, now time.Time) {
	w := r.parts
	heir := w.claims[d.PartID][0]
	w.unclaim(d.PartID, heir.server)
	w.owner[d.PartID] = heir.server
	if !heir.told {
		r.bring(heir.server, d, now)
	}
	r.uncontested(d.PartID, now)
}

// partCame gives a part that came into a server the history that it has.
func (r *run) partCame(name string, a arrival, at, now time.Time) {
	w := r.parts
	switch owner := w.owner[a.id]; {
	case owner == name:
	case owner == "":
		w.owner[a.id] = name
		if d, ok := w.gone[a.id]; ok {
			delete(w.gone, a.id)
			r.out.returned(a.id, now)
			r.bring(name, d, now)
		}
	case r.released(owner, a.id, now):
		d := r.release(owner, a.id, now)
		w.owner[a.id] = name
		r.bring(name, d, now)
	default:
		w.claim(a.id, claim{server: name, since: at})
	}
}

// released reports whether a part is surely no longer where its record is: the
// server has left the inventory, was seen without it, or is silent for long.
func (r *run) released(server string, id fleet.PartID, now time.Time) bool {
	st, ok := r.states[server]
	if _, wanted := r.servers[server]; !wanted || !ok {
		return true
	}
	return !sits(&st, slotOf(st.Parts, id), id.Serial) || now.Sub(st.LastRead()) > claimAfter
}

// release takes the part's record from the server that it left.
func (r *run) release(server string, id fleet.PartID, now time.Time) fleet.DepartedPart {
	st := r.states[server]
	key := slotOf(st.Parts, id)
	rec := st.Parts.Get(key)
	if key == "" { // it was dropped without a word
		return fleet.DepartedPart{PartID: id, Server: server, Left: now, Record: fleet.PartRecord{Serial: id.Serial}}
	}
	left := st.LastRead()
	if left.IsZero() {
		left = now
	}
	s := r.retired[server]
	if listed := r.servers[server]; listed != nil {
		s = *listed
	}
	s.Name = server
	d := departure(&s, &st, key, rec, left)
	st.Parts = st.Parts.Own()
	st.Parts.Drop(key)
	r.states[server] = st
	r.out.state(server, now)
	return d
}

// bring joins what a part brings along with what was read of it in its new
// place. A part that comes back to the slot that it left has not moved, and
// neither has one whose machine got another name.
func (r *run) bring(name string, d fleet.DepartedPart, now time.Time) {
	st := r.states[name]
	key := slotOf(st.Parts, d.PartID)
	if key == "" {
		return
	}
	rec := reunited(d.Record, st.Parts.Get(key))
	elsewhere := d.Server != name || d.Slot != key
	if !rec.Fitted.IsZero() || elsewhere && !r.sameMachine(d.Server, name) {
		rec.Carried = d.Carried()
	}
	if elsewhere {
		r.parts.moves = append(r.parts.moves, relocation{name, key, d})
	}
	st.Parts = st.Parts.Own()
	st.Parts.Put(key, rec)
	r.states[name] = st
	r.out.state(name, now)
}

// sameMachine reports whether two names of the inventory mean one chassis.
func (r *run) sameMachine(a, b string) bool {
	one, other := r.states[a], r.states[b]
	serial := fleet.NormalSerial(one.Device.Serial)
	return serial != "" && serial == fleet.NormalSerial(other.Device.Serial)
}

// retire keeps what the inventory said about servers that leave it: parts of
// theirs may turn up elsewhere, with a life that began there.
func (r *run) retire(servers []fleet.Server) {
	stay := make(map[string]bool, len(servers))
	for i := range servers {
		stay[servers[i].Name] = true
		delete(r.retired, servers[i].Name)
	}
	for name, s := range r.servers {
		if _, known := r.states[name]; known && !stay[name] {
			r.retired[name] = *s
		}
	}
}
