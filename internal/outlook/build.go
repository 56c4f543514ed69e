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
		prev = &Fleet{Inputs: in}
	}
	j := &judge{fleet: f, failures: prev.failures, now: now, models: map[string]string{}, leadYears: leadYears(set)}
	if prev.failures == nil || prev.Inputs != in {
		j.failures = failuresOf(in, now)
	}
	f.failures = j.failures
	drafts, exposed := j.draftChanged(prev)
	f.exposures, f.factors = prev.exposures, prev.factors
	if exposed || !sameFailures(prev.failures, f.failures) {
		f.exposures = f.sumExposures()
		f.factors = j.factors()
		drafts = j.draftRelearnt(drafts, prev)
	}
	for _, d := range drafts {
		j.finish(d)
	}
	return f
}

// leadYears is the time for which spares must last, in years.
func leadYears(set *Settings) float64 {
	return (set.Spares.LeadDays + set.Spares.ReviewDays) / ageing.DaysPerYear
}

// draft is a server while it is judged: its parts have ages, and no risk yet.
type draft struct {
	at     int
	v      *Server
	survey *ageing.Survey
}

// draftChanged begins the judgement of the servers about which something
// changed, and shares the others. exposed reports whether that changes what the
// fleet learns about models.
func (j *judge) draftChanged(prev *Fleet) (drafts []draft, exposed bool) {
	f := j.fleet
	touched := prev.Inputs.differsFrom(f.Inputs)
	kept := 0
	for i := range f.Servers {
		e := f.snap.At(i)
		was := prev.judged(i, e)
		if was != nil {
			kept++
			if was.Entry == e && (len(touched) == 0 || !touched[e.Server.Name]) {
				f.Servers[i] = was
				continue
			}
		}
		d := j.draft(i, e)
		drafts = append(drafts, d)
		exposed = exposed || was == nil || !slices.Equal(was.exposures, d.v.exposures)
	}
	return drafts, exposed || kept < len(prev.Servers)
}

// judged is the judgement of a server, which most often stands at the same place.
func (f *Fleet) judged(i int, e *fleet.Entry) *Server {
	if i < len(f.Servers) && f.snap.At(i) == e {
		return f.Servers[i]
	}
	return f.Server(e.Server.Name)
}

// draftRelearnt adds the servers with parts of models whose factor changed.
func (j *judge) draftRelearnt(drafts []draft, prev *Fleet) []draft {
	f := j.fleet
	changed := map[modelKey]bool{}
	for m, factor := range f.factors {
		if prev.factors[m] != factor {
			changed[m] = true
		}
	}
	for m := range prev.factors {
		if _, ok := f.factors[m]; !ok {
			changed[m] = true
		}
	}
	if len(changed) == 0 {
		return drafts
	}
	fresh := make(map[int]bool, len(drafts))
	for _, d := range drafts {
		fresh[d.at] = true
	}
	for i, v := range f.Servers {
		if !fresh[i] && slices.ContainsFunc(v.exposures, func(e exposure) bool { return changed[e.model] }) {
			drafts = append(drafts, j.draft(i, v.Entry))
		}
	}
	return drafts
}

// differsFrom names the servers of which the queue knows something else than before.
func (in *Inputs) differsFrom(next *Inputs) map[string]bool {
	if in == next || in == nil {
		return nil
	}
	out := map[string]bool{}
	difference(in.Approved, next.Approved, out)
	difference(next.Approved, in.Approved, out)
	difference(in.Queued, next.Queued, out)
	difference(next.Queued, in.Queued, out)
	if !slices.Equal(in.Failures, next.Failures) {
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
