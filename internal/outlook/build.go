package outlook

import (
	"slices"
	"time"

	"ironage/internal/ageing"
	"ironage/internal/fleet"
)

// Build judges a fleet. Of prev, which may be nil, it keeps the judgement of
// every server about which nothing changed: its entry, the rules, the day (ages
// are whole days), what the queue knows of it, and what this installation has
// learnt about its parts' models.
func Build(prev *Fleet, snap *fleet.Snapshot, in *Inputs, set *Settings, now time.Time) *Fleet {
	if in == nil {
		in = &Inputs{}
	}
	f := &Fleet{Time: now, Settings: set, Inputs: in, snap: snap, Servers: make([]*Server, snap.Len())}
	if prev == nil || prev.snap == nil || prev.Settings != set || !midnight(prev.Time).Equal(midnight(now)) {
		prev = &Fleet{Inputs: in, groups: &groups{}, tally: &ageing.Tally{}}
	}
	f.groups = prev.groups
	j := newJudge(f)
	if prev.learnt == nil {
		j.watchAll() // every part is looked at anyway
	}
	drafts, replaced := j.draftChanged(prev)
	f.parts = prev.parts
	for _, v := range replaced {
		f.parts -= len(v.Parts)
	}
	for _, d := range drafts {
		f.parts += len(d.v.Parts)
	}
	f.learnt = prev.learnt
	if prev.learnt.stale(in, f.parts) {
		f.learnt = j.learn()
		clear(j.makes) // they know what was learnt before
		drafts, replaced = j.draftRelearnt(drafts, replaced, prev)
	}
	for _, d := range drafts {
		j.finish(d)
	}
	f.tallyFrom(prev, replaced, drafts)
	return f
}

// draft is a server while it is judged: its parts have ages, and no risk yet.
type draft struct {
	at     int
	v      *Server
	survey *ageing.Survey
}

// draftChanged begins the judgement of the servers about which something
// changed, and shares the others. replaced are the judgements of prev that are
// not shared.
func (j *judge) draftChanged(prev *Fleet) (drafts []draft, replaced []*Server) {
	f := j.fleet
	touched := prev.Inputs.differsFrom(f.Inputs)
	found := 0
	for i := range f.Servers {
		e := f.snap.At(i)
		was := prev.judged(i, e)
		if was != nil {
			found++
			if was.Entry == e && (len(touched) == 0 || !touched[e.Server.Name]) {
				f.Servers[i] = was
				continue
			}
			replaced = append(replaced, was)
		}
		drafts = append(drafts, j.draft(i, e))
	}
	if found < len(prev.Servers) {
		for _, was := range prev.Servers {
			if f.Server(was.Entry.Server.Name) == nil {
				replaced = append(replaced, was)
			}
		}
	}
	return drafts, replaced
}

// judged is the judgement of a server, which most often stands at the same place.
func (f *Fleet) judged(i int, e *fleet.Entry) *Server {
	if i < len(f.Servers) && f.snap.At(i) == e {
		return f.Servers[i]
	}
	return f.Server(e.Server.Name)
}

// draftRelearnt adds the servers with parts of models about which something
// else is known than before.
func (j *judge) draftRelearnt(drafts []draft, replaced []*Server, prev *Fleet) ([]draft, []*Server) {
	f := j.fleet
	fresh := make(map[int]bool, len(drafts))
	for _, d := range drafts {
		fresh[d.at] = true
	}
	for i, v := range f.Servers {
		if !fresh[i] && j.relearnt(v, prev.learnt) {
			replaced = append(replaced, v)
			drafts = append(drafts, j.draft(i, v.Entry))
		}
	}
	return drafts, replaced
}

// relearnt reports whether something else is known about a server's parts than before.
func (j *judge) relearnt(v *Server, before *learnt) bool {
	return slices.ContainsFunc(v.Parts, func(p Part) bool {
		m := j.about(&p, v.Component(&p))
		return before.factors[ageing.FleetKey{Kind: p.Life(), Model: m.model}] != m.factor
	})
}

// differsFrom names the servers of which the queue knows something else than before.
func (in *Inputs) differsFrom(next *Inputs) map[string]bool {
	if in == next {
		return nil
	}
	out := map[string]bool{}
	for _, m := range [][2]map[Place]bool{{in.Approved, next.Approved}, {in.Reserved, next.Reserved}, {in.Queued, next.Queued}} {
		difference(m[0], m[1], out)
		difference(m[1], m[0], out)
	}
	if !sameFailures(in, next) {
		for _, list := range [][]ageing.Failure{in.Failures, next.Failures} {
			for i := range list {
				out[list[i].Server] = true
			}
		}
	}
	return out
}

func difference(a, b map[Place]bool, out map[string]bool) {
	for p, v := range a {
		if b[p] != v {
			out[p.Server] = true
		}
	}
}

// Fresh is how many servers Build would have to judge anew for a snapshot:
// what its cost is known by beforehand. The nil Fleet has judged nothing.
func (f *Fleet) Fresh(snap *fleet.Snapshot, set *Settings, now time.Time) int {
	if f == nil || f.snap == nil || f.Settings != set || !midnight(f.Time).Equal(midnight(now)) {
		return snap.Len()
	}
	n := 0
	for i := range snap.Len() {
		if e := snap.At(i); i >= f.snap.Len() || f.snap.At(i) != e {
			n++
		}
	}
	return n
}
