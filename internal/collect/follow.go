package collect

import (
	"fmt"
	"time"

	"ironage/internal/ageing"
	"ironage/internal/fleet"
	"ironage/internal/health"
)

// follow takes the slots that the queue follows.
func (r *run) follow(list []fleet.Watch) {
	before := r.watched
	r.watched = make(map[string][]fleet.Watch, len(list))
	for _, w := range list {
		r.watched[w.Server] = append(r.watched[w.Server], w)
	}
	// Work that has just begun is looked at now, not at the next turn.
	for name := range r.watched {
		if r.hurried(name) && !hurries(before[name]) {
			r.demand(name)
		}
	}
}

func (r *run) hurried(server string) bool { return hurries(r.watched[server]) }

func hurries(ws []fleet.Watch) bool {
	for _, w := range ws {
		if w.Hurry {
			return true
		}
	}
	return false
}

// watch begins to count the reads of a part that an order is about, and starts
// the proof of a replaced one where the reads did not see the swap themselves:
// parts without a serial number, whose swap a person stated.
func (r *run) watch(st *fleet.State) {
	for _, w := range r.watched[st.Server] {
		if w.Since.IsZero() {
			continue
		}
		early := time.Hour // the first read that saw a swap may be that much before the one that proved it
		if w.Stated {
			early = 0
		}
		if p, ok := st.Proofs[w.Key]; ok && !p.Since.Before(w.Since.Add(-early)) {
			continue
		}
		proofs := cloned(st.Proofs)
		proofs[w.Key] = fleet.Proof{Since: w.Since}
		st.Proofs = proofs
	}
}

// aged adds the finding that a server is past its service life. It counts as
// ok: age is a plan, not a fault.
func aged(prev, next *fleet.State, s fleet.Server, life ageing.Policy, now time.Time) {
	age := ageing.OfServer(s, next, now)
	band := life.Band("server", age, nil)
	if band != ageing.BandOver && band != ageing.BandFarOver {
		return
	}
	f := fleet.Finding{Code: health.OverAge, Health: fleet.OK, Since: now,
		Text: fmt.Sprintf("%s: %s, planned for %g y", band, age.Label(), life.Life["server"])}
	for i := range prev.Findings {
		if prev.Findings[i].Code == health.OverAge {
			f.Since = prev.Findings[i].Since
		}
	}
	next.Findings = append(next.Findings, f)
}
