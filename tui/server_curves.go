package tui

import (
	"strings"
	"time"

	"ironage/internal/fleet"
)

// curve is one reading of a server whose course can be drawn.
type curve struct {
	metric string // as the store keeps it
	label  string // in the reader's language
	unit   fleet.Unit
	scale  float64 // what a stored value is divided by: bytes become GiB
	// latest is what it reads now, at what time.
	latest float64
	at     time.Time
	known  bool
	// recent is the short ring of its values; nil where there is none.
	recent *fleet.Trend
	slow   bool // read with whole inventories only
	fs     *fleet.Filesystem
}

// mostCurves bounds what a device can make the list of.
const mostCurves = 400

// curvesOf lists the readings of a server: what people ask for first comes first.
func curvesOf(sh *shared, e *fleet.Entry) []curve {
	st := &e.State
	var out []curve
	for _, n := range []struct {
		key, name string
		unit      fleet.Unit
	}{{fleet.TrendCPU, "CPU", fleet.Percent}, {fleet.TrendMemory, "memory", fleet.Percent}, {fleet.TrendRTT, "ping", fleet.Millisecond}} {
		if t, ok := st.Trends.Find(n.key); ok {
			out = append(out, trendCurve(n.key, sh.t.Text(n.name), t))
		}
	}
	for key, t := range st.Trends.All() {
		if role, ok := strings.CutPrefix(key, "loss/endpoint/"); ok {
			out = append(out, trendCurve(key, sh.t.Say("lost echoes, %s", clean(role)), t))
		}
	}
	for i := range st.Filesystems {
		if fs := &st.Filesystems[i]; !fs.ReadOnly && fs.UsedBytes != nil && fs.SizeBytes != nil {
			out = append(out, fileCurve(sh, st, fs))
		}
	}
	for _, k := range []fleet.Kind{fleet.Temperature, fleet.Power, fleet.Fan, fleet.PSU, fleet.Disk} {
		for i := range st.Components {
			if c := &st.Components[i]; c.Kind == k && c.Health != fleet.Absent && c.Reading != nil {
				out = append(out, partCurve(sh, st, c))
			}
		}
	}
	for i := range st.Components {
		c := &st.Components[i]
		at := c.Native.Time()
		if c.WearUsedPct != nil {
			out = append(out, curve{metric: fleet.WearMetric(c.Key()), label: sh.t.Say("wear of %s", clean(c.Label())), unit: fleet.Percent,
				scale: 1, latest: *c.WearUsedPct, at: at, known: true, slow: true})
		}
		if n := c.Errors(); n > 0 {
			out = append(out, curve{metric: fleet.ErrorsMetric(c.Key()), label: sh.t.Say("errors of %s", clean(c.Label())), scale: 1, latest: n, at: at, known: true, slow: true})
		}
	}
	return out[:min(len(out), mostCurves)]
}

func trendCurve(metric, label string, t fleet.Trend) curve {
	c := curve{metric: metric, label: label, unit: t.Unit(), scale: 1, at: t.Last(), recent: &t}
	c.latest, c.known = t.Latest()
	return c
}

// partCurve is the reading of a component; those with limits or of a kind that
// is read every minute have a ring of recent values.
func partCurve(sh *shared, st *fleet.State, p *fleet.Component) curve {
	c := curve{metric: p.Key(), label: sh.partWord(p.Kind, clean(p.Label())), unit: p.Unit, scale: 1, latest: *p.Reading, known: true, at: p.Native.Time()}
	if t, ok := st.Trends.Find(p.Key()); ok {
		c.recent, c.at = &t, t.Last()
	}
	if c.at.IsZero() {
		c.at = st.LastRead()
	}
	return c
}

func fileCurve(sh *shared, st *fleet.State, fs *fleet.Filesystem) curve {
	c := curve{metric: fleet.FilesystemMetric(fs.Mount), label: sh.t.Say("used of %s", clean(fs.Mount)), scale: 1, known: true, fs: fs, at: fs.Evidence.Time}
	c.unit = fleet.Byte
	for _, u := range []fleet.Unit{fleet.KiB, fleet.MiB, fleet.GiB, fleet.TiB, fleet.PiB} {
		if float64(*fs.SizeBytes)/c.scale < 1024 {
			break
		}
		c.unit, c.scale = u, c.scale*1024
	}
	c.latest = float64(*fs.UsedBytes) / c.scale
	if ep := endpointState(st, fleet.OS); c.at.IsZero() && ep != nil {
		c.at = ep.LastOK
	}
	return c
}

// value is what the reading says now.
func (c *curve) value(sh *shared) string {
	if !c.known {
		return ""
	}
	return figureIn(sh.t, c.latest, c.unit)
}

// recentPoints are the values of the ring with their times: a status interval
// apart, but for the gaps that were noted.
func (c *curve) recentPoints(step time.Duration) []point {
	if c.recent == nil || step <= 0 {
		return nil
	}
	values := c.recent.Values()
	out := make([]point, len(values))
	at := c.recent.Last()
	for i := len(out) - 1; i >= 0; i-- {
		v := values[i] / c.scale
		out[i] = point{at: at, low: v, mean: v, high: v}
		before := at.Add(-step)
		for _, g := range c.recent.Gaps() {
			if d := at.Sub(g.To); d > -step/2 && d < step/2 {
				before = g.From
			}
		}
		at = before
	}
	return out
}

// pastPoints are the stored hours since a time, put together to stretches of
// step: an hour is too thin to be seen in a month.
func (c *curve) pastPoints(hours []fleet.HourValue, since time.Time, step time.Duration) []point {
	var out []point
	var stretch time.Time
	n := 0.0
	for _, h := range hours {
		if h.Hour.Before(since) {
			continue
		}
		low, mean, high := h.Min/c.scale, h.Avg/c.scale, h.Max/c.scale
		if at := h.Hour.Truncate(step); len(out) == 0 || !at.Equal(stretch) {
			stretch, n = at, 1
			out = append(out, point{at: at.Add(step / 2), low: low, mean: mean, high: high})
			continue
		}
		p := &out[len(out)-1]
		p.low, p.high = min(p.low, low), max(p.high, high)
		p.mean = (p.mean*n + mean) / (n + 1)
		n++
	}
	return out
}
