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
	if l == nil || !sameFailures(l.inputs, in) || !sameDeparted(l.inputs, in) {
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

// sameDeparted reports whether both know of the same parts that left.
func sameDeparted(a, b *Inputs) bool {
	x, y := a.Departed, b.Departed
	if len(x) != len(y) || len(x) == 0 || &x[0] == &y[0] {
		return len(x) == len(y)
	}
	for i := range x {
		if x[i].PartID != y[i].PartID || !x[i].Left.Equal(y[i].Left) {
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
	weeks := j.watchDeparted(in.Departed)
	for _, x := range in.Failures {
		if x.Week == "" { // the order does not say when the part was made
			x.Week = weeks[fleet.NormalSerial(x.Serial)]
		}
		j.seen.Fail(&x)
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

// watchDeparted counts the parts that left, for the time in which they could be
// seen to fail: what failed was expected of them. It gives the weeks in which
// they were made, by serial number.
func (j *judge) watchDeparted(parts []fleet.DepartedPart) map[string]string {
	weeks := make(map[string]string, len(parts))
	for i := range parts {
		d := &parts[i]
		week := j.week(d.Manufactured)
		if week != "" {
			weeks[d.Serial] = week
		}
		life := d.Life
		if life == "" {
			life = ageing.LifeKind(&fleet.Component{Kind: d.Kind, Name: d.Slot, Model: d.Model})
		}
		j.seen.Watch(&ageing.Presence{Kind: life, Model: d.Model, Firmware: d.Firmware, Week: week,
			From: d.Record.FirstSeen, To: d.Left, HazardYears: hazardAgeWhenLeft(d)})
	}
	return weeks
}

// hazardAgeWhenLeft is how old a part was for the risk when it left.
func hazardAgeWhenLeft(d *fleet.DepartedPart) float64 {
	years := d.Record.Hours / ageing.HoursPerYear
	if since, err := ageing.ParseDate(d.Since); err == nil && since.Believable(d.Left) {
		years = max(years, d.Left.Sub(since.Time).Hours()/ageing.HoursPerYear)
	}
	return years
}

// firstSeen is when the part in a slot was first seen, wherever that was.
func firstSeen(st *fleet.State, key string) time.Time {
	if seen := st.Parts.Get(key).FirstSeen; !seen.IsZero() {
		return seen
	}
	return st.FirstSeen[key]
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
