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

// add takes the values that the read at that time brought.
func (h hours) add(st *fleet.State, at time.Time) {
	for metric, t := range st.Trends {
		if len(t.Values) == 0 || !t.Last.Equal(at) {
			continue
		}
		v := t.Values[len(t.Values)-1]
		h.merge(fleet.HourValue{Server: st.Server, Metric: metric, Hour: at.UTC().Truncate(time.Hour), Min: v, Avg: v, Max: v, Count: 1})
	}
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
