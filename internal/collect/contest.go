package collect

import (
	"fmt"
	"slices"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/health"
)

// contest settles the claims that a read of one server may have decided: its
// part has left, a claimer has lost it again, or both were seen to have it,
// which means that two parts have one serial number.
func (r *run) contest(name string, now time.Time) {
	w := r.parts
	for id, claims := range w.claims {
		owner := w.owner[id]
		if owner != name && !slices.ContainsFunc(claims, func(c claim) bool { return c.server == name }) {
			continue
		}
		if !r.claimed(id, now) {
			r.uncontested(id, now)
			continue
		}
		if r.released(owner, id, now) {
			r.hand(r.release(owner, id, now), now)
			continue
		}
		for i, c := range w.claims[id] {
			if !c.told && r.confirmed(owner, id, c.since) {
				w.claims[id][i].told = true
				r.twice(id, owner, c.server, now)
			}
		}
	}
}

// claimed reports whether a server still claims the part, and drops the claims
// of those that lost it again.
func (r *run) claimed(id fleet.PartID, now time.Time) bool {
	for _, c := range slices.Clone(r.parts.claims[id]) {
		if r.released(c.server, id, now) {
			r.parts.unclaim(id, c.server)
		}
	}
	return len(r.parts.claims[id]) > 0
}

// confirmed reports whether an inventory after that time showed the part in
// that server, and nothing casts doubt on it.
func (r *run) confirmed(server string, id fleet.PartID, since time.Time) bool {
	st := r.states[server]
	key := slotOf(st.Parts, id)
	c := st.Component(key)
	if _, doubt := st.Pending[key]; doubt || c == nil {
		return false
	}
	return slices.ContainsFunc(st.Endpoints, func(e fleet.EndpointState) bool {
		return e.Role == c.Role && e.LastFull.After(since) && e.Knows(id.Kind)
	})
}

// twice says that two servers report one serial number: neither record moves,
// because nobody can tell which part is which.
func (r *run) twice(id fleet.PartID, owner, claimer string, now time.Time) {
	one, other := r.place(owner, id), r.place(claimer, id)
	r.mark(owner, id, other, now)
	r.mark(claimer, id, one, now)
	r.out.event(fleet.Event{Time: now, Kind: fleet.EventDuplicate, Server: claimer, Key: slotOf(r.states[claimer].Parts, id), From: one, To: other,
		Health: fleet.OK, Text: fmt.Sprintf("%s with S/N %s is reported by two servers at once, %s and %s: neither gets the other's history",
			health.KindWord(id.Kind), id.Serial, one, other)})
}

// place is where a part sits, in words.
func (r *run) place(server string, id fleet.PartID) string {
	return server + " " + slotOf(r.states[server].Parts, id)
}

// uncontested takes the mark from a part whose serial number only one server
// reports any more.
func (r *run) uncontested(id fleet.PartID, now time.Time) {
	if owner := r.parts.owner[id]; owner != "" && len(r.parts.claims[id]) == 0 {
		r.mark(owner, id, "", now)
	}
}

// mark sets where else a part's serial number is reported.
func (r *run) mark(server string, id fleet.PartID, also string, now time.Time) {
	st := r.states[server]
	key := slotOf(st.Parts, id)
	rec, ok := st.Parts.Find(key)
	if !ok || rec.Also == also {
		return
	}
	rec.Also = also
	st.Parts = st.Parts.Own()
	st.Parts.Put(key, rec)
	r.states[server] = st
	r.out.state(server, now)
}

// fewMoves is how many parts that came from one server get an event each;
// more of them at once are a machine that got another name or board.
const fewMoves = 3

// tellMoves writes the events about parts that moved.
func (r *run) tellMoves(now time.Time) {
	moves := r.parts.moves
	r.parts.moves = nil
	many := map[[2]string]int{}
	for _, m := range moves {
		many[[2]string{m.server, m.from.Server}]++
	}
	for _, m := range moves {
		pair := [2]string{m.server, m.from.Server}
		n := many[pair]
		e := fleet.Event{Time: now, Kind: fleet.EventMoved, Server: m.server, Health: fleet.OK, From: m.from.Server, To: m.server}
		switch {
		case n == 0:
			continue // told with the first of them
		case n > fewMoves:
			many[pair] = 0
			e.Text = fmt.Sprintf("%d parts sat in %s before; their history came along", n, m.from.Server)
		default:
			st := r.states[m.server]
			e.Key, e.From, e.To = m.key, m.from.Server+" "+m.from.Slot, m.server+" "+m.key
			what, serial := m.key, m.from.Serial
			if c := st.Component(m.key); c != nil {
				what, serial, e.Evidence = health.Describe(c), c.Serial, c.Native.Evidence()
			}
			e.Text = fmt.Sprintf("%s (S/N %s) sat in %s, %s, before; its history came along", what, serial, m.from.Server, m.from.Slot)
		}
		r.out.event(e)
	}
}
