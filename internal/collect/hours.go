package collect

import (
	"hash/fnv"
	"slices"
	"time"

	"ironage/internal/fleet"
)

// hours gathers readings into hourly lowest, mean and highest before they are
// written. The store merges, so an hour may be written in several pieces.
type hours map[string]*hourList // by server

// hourOf is what an hour of one metric has come to so far. A server has some
// thirty of them, and a fleet that many more: they stand side by side.
type hourOf struct {
	metric        string
	min, avg, max float64
	hour          int32 // hours since 1970
	count         int32
}

// hourList is the hours of one server. Only one that gives unusually many
// readings needs help to find them.
type hourList struct {
	turn time.Duration // when in each piece it is handed over
	list []hourOf
	at   map[hourKey]int
}

type hourKey struct {
	metric string
	hour   int32
}

const usuallyMetrics = 64

func (l *hourList) find(k hourKey) *hourOf {
	if l.at != nil {
		if i, ok := l.at[k]; ok {
			return &l.list[i]
		}
		return nil
	}
	for i := range l.list {
		if have := &l.list[i]; have.hour == k.hour && have.metric == k.metric {
			return have
		}
	}
	return nil
}

func (l *hourList) merge(v hourOf) {
	key := hourKey{v.metric, v.hour}
	if have := l.find(key); have != nil {
		n := have.count + v.count
		have.avg = (have.avg*float64(have.count) + v.avg*float64(v.count)) / float64(n)
		have.min, have.max, have.count = min(have.min, v.min), max(have.max, v.max), n
		return
	}
	l.list = append(l.list, v)
	if l.at == nil && len(l.list) > usuallyMetrics {
		l.at = map[hourKey]int{}
		for i := range l.list {
			l.at[hourKey{l.list[i].metric, l.list[i].hour}] = i
		}
	} else if l.at != nil {
		l.at[key] = len(l.list) - 1
	}
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
	for metric, t := range st.Trends.All() {
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

const secondsOfHour = int64(time.Hour / time.Second)

func hoursSince1970(at time.Time) int32 { return int32(at.Unix() / secondsOfHour) }

func (h hours) take(server, metric string, at time.Time, v float64) {
	h.merge(server, hourOf{metric: metric, hour: hoursSince1970(at), min: v, avg: v, max: v, count: 1})
}

func (h hours) merge(server string, v hourOf) {
	l := h[server]
	if l == nil {
		l = &hourList{turn: turnOf(server)}
		h[server] = l
	}
	l.merge(v)
}

// turnOf spreads the servers of a fleet over a piece: whoever waits for the
// database should not wait for the hours of all of them at once.
func turnOf(server string) time.Duration {
	f := fnv.New32a()
	_, _ = f.Write([]byte(server)) // a hash takes everything
	return time.Duration(f.Sum32()) * time.Millisecond % piece
}

// due hands over the servers whose turn came after a time.
func (h hours) due(o *outbox, after, now time.Time) {
	from := time.Duration(after.UnixNano()) % piece
	past := now.Sub(after)
	ready, count := hours{}, 0
	for server, l := range h {
		if past < piece && (l.turn-from+piece)%piece >= past {
			continue
		}
		delete(h, server)
		ready[server] = l
		count += len(l.list)
	}
	o.hours = slices.AppendSeq(slices.Grow(o.hours, count), ready.values)
	if len(o.hours) > 0 {
		o.touched(now)
	}
}

// values are all hours that were gathered.
func (h hours) values(yield func(fleet.HourValue) bool) {
	for server, all := range h {
		for i := range all.list {
			v := &all.list[i]
			if !yield(fleet.HourValue{Server: server, Metric: v.metric, Hour: time.Unix(int64(v.hour)*secondsOfHour, 0).UTC(), Min: v.min, Avg: v.avg, Max: v.max, Count: int(v.count)}) {
				return
			}
		}
	}
}

// mostHours is how many hourly values wait in memory for a store that does not
// take them; then the oldest go.
const mostHours = 500_000

// merged puts refused pieces together with later ones: one value for each hour
// and metric, however long the store stays away.
func merged(refused, later []fleet.HourValue) []fleet.HourValue {
	all := hours{}
	for _, values := range [][]fleet.HourValue{refused, later} {
		for _, v := range values {
			all.merge(v.Server, hourOf{v.Metric, v.Min, v.Avg, v.Max, hoursSince1970(v.Hour), int32(v.Count)})
		}
	}
	out := slices.Collect(all.values)
	if over := len(out) - mostHours; over > 0 {
		slices.SortFunc(out, func(a, b fleet.HourValue) int { return a.Hour.Compare(b.Hour) })
		out = out[over:]
	}
	return out
}

// all hands everything over to be written.
func (h hours) all(o *outbox) {
	o.hours = slices.AppendSeq(o.hours, h.values)
	for server, l := range h {
		if len(l.list) == 0 {
			delete(h, server) // nothing was read of it since the last time
			continue
		}
		h[server] = &hourList{list: make([]hourOf, 0, len(l.list))} // it will have as many again
	}
	if len(o.hours) > 0 {
		o.touched(o.cfg.Now())
	}
}
