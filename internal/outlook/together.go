package outlook

import (
	"time"

	"ironage/internal/ageing"
	"ironage/internal/fleet"
	"ironage/internal/health"
)

// batchDays is how long the failure of a disk counts against its sisters in
// the same server (reference §3.2).
const batchDays = 30

// failedDisk is a disk of a server that failed lately, in its slot or gone from it.
type failedDisk struct {
	key, model string
	at         time.Time
}

// failedDisks are the disks of a server that failed within batchDays: those
// that are failed now, those that vanished while failed, and those that were
// replaced for it.
func (j *judge) failedDisks(v *Server) []failedDisk {
	st := &v.Entry.State
	since := j.now.AddDate(0, 0, -batchDays)
	var out []failedDisk
	add := func(key, model string, at time.Time) {
		if model != "" && !at.Before(since) {
			out = append(out, failedDisk{key, ageing.NormalModel(model), at})
		}
	}
	for i := range st.Findings {
		f := &st.Findings[i]
		if f.Code != health.Failed {
			continue
		}
		if c := st.Component(f.Key); c != nil && c.Kind == fleet.Disk {
			add(f.Key, c.Model, f.Since)
		}
	}
	for key, g := range st.Gone {
		if g.Part.Kind == fleet.Disk && g.Part.Health == fleet.Critical {
			add(key, g.Part.Model, g.At)
		}
	}
	for _, x := range j.failed[v.Entry.Server.Name] {
		if x.Kind == "hdd" || x.Kind == "ssd" {
			add(x.Key, x.Model, x.At)
		}
	}
	return out
}

// batchFailure is when another disk of the same model last failed.
func batchFailure(c *fleet.Component, model string, failed []failedDisk) time.Time {
	var last time.Time
	key := c.Key()
	for _, x := range failed {
		// What failed in this disk's own slot was its predecessor: another disk
		// too, but then this one is new and the slot may be to blame.
		if x.key != key && x.model == model && x.at.After(last) {
			last = x.at
		}
	}
	return last
}

// fullAge is the part's age with its start; without cross-checks.
func (p *Part) fullAge(now time.Time) ageing.Age {
	a := p.Age()
	if a.Known {
		a.Since = midnight(now).Add(-time.Duration(p.Days) * 24 * time.Hour) // UTC has no other days
	}
	return a
}
