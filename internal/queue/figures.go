package queue

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// Milestones are when an order got where; zero times were not reached.
type Milestones struct {
	Order                                                            *Order
	Fault, Proposed, Approved, Part, Started, Swapped, Proven, Ended time.Time
	// Waiting is how long it stood in each state, the present one up to now.
	Waiting map[State]time.Duration
	// Deferrals are the reasons that people gave for not now.
	Deferrals []string
}

// MilestonesOf reads an order's log, oldest entry first. Where an order went
// back (a failed verification), the last time counts: that is when it held.
func MilestonesOf(o *Order, log []Entry, now time.Time) Milestones {
	m := Milestones{Order: o, Proposed: o.Created, Swapped: o.SwappedAt, Waiting: map[State]time.Duration{}}
	for _, r := range o.Reasons {
		if r.Code.fault() && !r.FirstSeen.IsZero() && (m.Fault.IsZero() || r.FirstSeen.Before(m.Fault)) {
			m.Fault = r.FirstSeen
		}
	}
	state, since := Proposed, o.Created
	for _, e := range log {
		if e.To == e.From || e.To == "" || e.From == "" {
			continue
		}
		m.Waiting[state] += max(0, e.Time.Sub(since))
		state, since = e.To, e.Time
		m.reached(e)
	}
	if !state.Final() {
		m.Waiting[state] += max(0, now.Sub(since))
	}
	return m
}

func (m *Milestones) reached(e Entry) {
	switch e.To {
	case Approved:
		if e.Action == "approve" {
			m.Approved = e.Time
		}
	case Ready:
		if e.From != InProgress { // stopped work does not bring the part
			m.Part = e.Time
		}
	case InProgress:
		if m.Started.IsZero() {
			m.Started = e.Time
		}
	case Verified:
		m.Proven = e.Time
	case Deferred:
		if e.Reason != "" {
			m.Deferrals = append(m.Deferrals, e.Reason)
		}
	case Closed, Rejected, Cancelled:
		m.Ended = e.Time
	}
}

// Stage is a stretch of an order's way that figures are kept of.
type Stage struct {
	Name     string
	from, to func(*Milestones) time.Time
}

// Stages are the stretches in order; the last is the whole way.
func Stages() []Stage {
	fault := func(m *Milestones) time.Time { return m.Fault }
	proposed := func(m *Milestones) time.Time { return m.Proposed }
	approved := func(m *Milestones) time.Time { return m.Approved }
	part := func(m *Milestones) time.Time { return m.Part }
	swapped := func(m *Milestones) time.Time { return m.Swapped }
	proven := func(m *Milestones) time.Time { return m.Proven }
	return []Stage{
		{"fault → proposed", fault, proposed}, {"proposed → approved", proposed, approved}, {"approved → part on hand", approved, part},
		{"part on hand → swapped", part, swapped}, {"swapped → verified", swapped, proven}, {"fault → verified", fault, proven},
	}
}

// Figure says how long a stage took.
type Figure struct {
	Stage   string        `json:"stage"`
	Orders  int           `json:"orders"` // that went all the way through the stage
	Median  time.Duration `json:"median"`
	P90     time.Duration `json:"p90"` // nine of ten took no longer
	Longest time.Duration `json:"longest"`
}

// Figures are the durations of every stage over some orders. A stage that
// nobody went through has no orders and no durations: that is not zero time.
func Figures(ms []Milestones) []Figure {
	var out []Figure
	for _, st := range Stages() {
		var ds []time.Duration
		for i := range ms {
			from, to := st.from(&ms[i]), st.to(&ms[i])
			if !from.IsZero() && !to.IsZero() && !to.Before(from) {
				ds = append(ds, to.Sub(from))
			}
		}
		f := Figure{Stage: st.Name, Orders: len(ds)}
		if len(ds) > 0 {
			slices.Sort(ds)
			f.Median, f.P90, f.Longest = quantile(ds, 0.5), quantile(ds, 0.9), ds[len(ds)-1]
		}
		out = append(out, f)
	}
	return out
}

// quantile is the least value that at least that share of the sorted values do not exceed.
func quantile(ds []time.Duration, share float64) time.Duration {
	at := int(share*float64(len(ds))+0.999999) - 1
	return ds[min(max(at, 0), len(ds)-1)]
}

// Blocked is how much of the orders' open time passed in one state, with the
// reasons that people gave for it.
type Blocked struct {
	State   State         `json:"state"`
	Orders  int           `json:"orders"`
	Total   time.Duration `json:"total"`
	Reasons []string      `json:"reasons,omitempty"`
}

// BlockedTime says where orders wait, longest first: for approval, for the
// part, for hands, for a date.
func BlockedTime(ms []Milestones) []Blocked {
	by := map[State]*Blocked{}
	for i := range ms {
		for s, d := range ms[i].Waiting {
			if !s.Open() || d <= 0 {
				continue
			}
			b := by[s]
			if b == nil {
				b = &Blocked{State: s}
				by[s] = b
			}
			b.Orders++
			b.Total += d
			if s == Deferred {
				b.Reasons = append(b.Reasons, ms[i].Deferrals...)
			}
		}
	}
	out := make([]Blocked, 0, len(by))
	for _, s := range slices.Sorted(maps.Keys(by)) {
		slices.Sort(by[s].Reasons)
		by[s].Reasons = slices.Compact(by[s].Reasons)
		out = append(out, *by[s])
	}
	slices.SortStableFunc(out, func(a, b Blocked) int { return cmp.Compare(b.Total, a.Total) })
	return out
}

// GroupFigures keeps figures apart by a key: kind, vendor, site. Groups come
// in order of their keys.
func GroupFigures(ms []Milestones, key func(*Milestones) string) ([]string, [][]Figure) {
	groups := map[string][]Milestones{}
	for _, m := range ms {
		k := key(&m)
		groups[k] = append(groups[k], m)
	}
	keys := slices.Sorted(maps.Keys(groups))
	figures := make([][]Figure, len(keys))
	for i, k := range keys {
		figures[i] = Figures(groups[k])
	}
	return keys, figures
}
