package collect

import (
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
		key := hourKey{st.Server, metric, at.UTC().Truncate(time.Hour)}
		have := h[key]
		if have == nil {
			h[key] = &fleet.HourValue{Server: st.Server, Metric: metric, Hour: key.hour, Min: v, Avg: v, Max: v, Count: 1}
			continue
		}
		have.Avg = (have.Avg*float64(have.Count) + v) / float64(have.Count+1)
		have.Min, have.Max, have.Count = min(have.Min, v), max(have.Max, v), have.Count+1
	}
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
