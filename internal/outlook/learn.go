package outlook

import (
	"fmt"
	"time"

	"ironage/internal/ageing"
	"ironage/internal/fleet"
)

// learnt is what this installation saw of its parts: how often each model
// failed against what was expected.
type learnt struct {
	inputs  *Inputs
	parts   int // that were watched
	batches []ageing.Batch
	factors map[ageing.FleetKey]ageing.FleetFactor
}

// relearnFrom is the share of the fleet's parts that must have come or gone
// before everything learnt is worked out anew. Until then, and at most until
// the next day, a few parts more or less move no factor.
const relearnFrom = 0.01

// stale reports whether l must be worked out anew.
func (l *learnt) stale(in *Inputs, parts int) bool {
	if l == nil || !sameFailures(l.inputs, in) {
		return true
	}
	moved := parts - l.parts
	return float64(max(moved, -moved)) > relearnFrom*float64(l.parts)
}

func sameFailures(a, b *Inputs) bool {
	if a == b {
		return true
	}
	if len(a.Failures) != len(b.Failures) {
		return false
	}
	for i := range a.Failures {
		if a.Failures[i] != b.Failures[i] {
			return false
		}
	}
	return true
}

// learn works out what the installation saw of its parts until now.
func (j *judge) learn() *learnt {
	if j.seen == nil {
		j.watchAll()
		for _, v := range j.fleet.Servers {
			for i := range v.Parts {
				j.watch(&v.Entry.State, v.Component(&v.Parts[i]), &v.Parts[i])
			}
		}
	}
	in := j.fleet.Inputs
	for i := range in.Failures {
		j.seen.Fail(&in.Failures[i])
	}
	return &learnt{inputs: in, parts: j.fleet.parts, factors: j.seen.Factors(), batches: j.seen.Batches()}
}

// watchAll begins to count what the installation saw of its parts.
func (j *judge) watchAll() {
	// Until the end of the day: what is learnt must not move with the minute.
	j.seen = ageing.NewExperience(j.now.UTC().Truncate(24*time.Hour).Add(24*time.Hour), j.fleet.Settings.Model.Baseline)
}

// watch counts one part.
func (j *judge) watch(st *fleet.State, c *fleet.Component, p *Part) {
	if c.Model == "" {
		return
	}
	j.seen.Watch(&ageing.Presence{Kind: p.Life(), Model: j.about(p, c).model, Firmware: c.Firmware, Week: j.week(c.Manufactured),
		From: firstSeen(st, c.Key()), HazardYears: p.HazardAge})
}

// firstSeen is when the part in a slot was first seen, wherever that was.
func firstSeen(st *fleet.State, key string) time.Time {
	if seen, ok := st.FirstSeen[key]; ok {
		return seen
	}
	return st.Parts[key].FirstSeen
}

// week is the week of a manufacture date, "2014-W42"; "" when the date is less precise.
func (j *judge) week(made string) string {
	if made == "" {
		return ""
	}
	w, ok := j.weeks[made]
	if !ok {
		if d, err := ageing.ParseDate(fleet.Date(made)); err == nil && (d.Precision == ageing.Day || d.Precision == ageing.Week) {
			year, week := d.Time.ISOWeek()
			w = fmt.Sprintf("%d-W%02d", year, week)
		}
		j.weeks[made] = w
	}
	return w
}
