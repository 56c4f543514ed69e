package collect

import (
	"slices"
	"time"

	"ironage/internal/fleet"
)

// hours gathers readings into hourly lowest, mean and highest before they are
// written. The store merges, so an hour may be written in several pieces.
type hours map[hourKey]*fleet.HourValue

type hourKey struct {
	server, metric string
	hour           time.Time
}

// piece is how long readings gather before they are written: what a power cut
// may cost.
const piece = 5 * time.Minute

// Bounds of what is kept of one server beside its trends: how many parts and
// mounts it has is the device's word.
const (
	mostFans    = 16
	mostMounts  = 16
	mostWorn    = 32
	mostErrored = 32
)

// add takes the values that a read brought.
func (h hours) add(f *fold) {
	st, at := &f.next, f.at
	for metric, t := range st.Trends {
		if v, ok := t.Latest(); ok && t.Last().Equal(at) {
			h.take(st.Server, metric, at, v)
		}
	}
	if f.mounted {
		h.mounts(st, at)
	}
	fans := 0
	for i := range st.Components {
		c := &st.Components[i]
		if c.Reading == nil || c.Health == fleet.Absent || c.Kind != fleet.Fan && c.Kind != fleet.PSU || !f.fresh(c) {
			continue
		}
		if fans++; fans > mostFans {
			break
		}
		h.take(st.Server, f.key(c), at, *c.Reading)
	}
	if f.full { // what changes in weeks is not worth a row a minute
		h.slow(f)
	}
}

func (h hours) mounts(st *fleet.State, at time.Time) {
	taken := 0
	for i := range st.Filesystems {
		fs := &st.Filesystems[i]
		if _, known := fs.UsedPct(); !known || fs.ReadOnly || taken == mostMounts {
			continue
		}
		taken++
		h.take(st.Server, fleet.FilesystemMetric(fs.Mount), at, float64(*fs.UsedBytes))
	}
}

// slow takes wear and what components have counted, from whole inventories only.
func (h hours) slow(f *fold) {
	worn, errored := 0, 0
	for i := range f.next.Components {
		c := &f.next.Components[i]
		if !f.fresh(c) || c.Health == fleet.Absent {
			continue
		}
		if c.WearUsedPct != nil && worn < mostWorn {
			worn++
			h.take(f.next.Server, fleet.WearMetric(c.Key()), f.at, *c.WearUsedPct)
		}
		if n := c.Errors(); n > 0 && errored < mostErrored {
			errored++
			h.take(f.next.Server, fleet.ErrorsMetric(c.Key()), f.at, n)
		}
	}
}

func (h hours) take(server, metric string, at time.Time, v float64) {
	h.merge(fleet.HourValue{Server: server, Metric: metric, Hour: at.UTC().Truncate(time.Hour), Min: v, Avg: v, Max: v, Count: 1})
}

func (h hours) merge(v fleet.HourValue) {
	key := hourKey{v.Server, v.Metric, v.Hour}
	have := h[key]
	if have == nil {
		h[key] = &v
		return
	}
	n := have.Count + v.Count
	have.Avg = (have.Avg*float64(have.Count) + v.Avg*float64(v.Count)) / float64(n)
	have.Min, have.Max, have.Count = min(have.Min, v.Min), max(have.Max, v.Max), n
}

// mostHours is how many hourly values wait in memory for a store that does not
// take them; then the oldest go.
const mostHours = 500_000

// merged puts refused pieces together with later ones: one value for each hour
// and metric, however long the store stays away.
func merged(refused, later []fleet.HourValue) []fleet.HourValue {
	all := hours{}
	for _, v := range refused {
		all.merge(v)
	}
	for _, v := range later {
		all.merge(v)
	}
	out := make([]fleet.HourValue, 0, len(all))
	for _, v := range all {
		out = append(out, *v)
	}
	if over := len(out) - mostHours; over > 0 {
		slices.SortFunc(out, func(a, b fleet.HourValue) int { return a.Hour.Compare(b.Hour) })
		out = out[over:]
	}
	return out
}

// all hands everything over to be written.
func (h hours) all(o *outbox) {
	for key, v := range h {
		o.hours = append(o.hours, *v)
		delete(h, key)
	}
	if len(o.hours) > 0 {
		o.touched(o.cfg.Now())
	}
}
