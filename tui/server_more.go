package tui

import (
	"strings"
	"time"

	"charm.land/lipgloss/v2"

	"ironage/internal/fleet"
)

// The panels of a server's page that have no cursor: file systems, use, reads, events.

func (s *serverScreen) files(l *lines) {
	fs := s.entry.State.Filesystems
	if len(fs) == 0 {
		l.text("", s.osHint(s.sh.t.Say("No file systems")), s.sh.styles.faint)
		return
	}
	for i := range fs {
		drawn := filesystemLines(s.sh, fs[i:i+1], l.width)
		if i > 0 {
			drawn = drawn[1:] // one heading is enough
		}
		for _, line := range drawn {
			l.row(line)
		}
		if _, known := fs[i].UsedPct(); known && !fs[i].ReadOnly {
			text, look := s.fillLine(&fs[i])
			l.text("    ", text, look)
		}
	}
}

// osHint says why the operating system's figures are missing.
func (s *serverScreen) osHint(what string) string {
	for _, ep := range endpointsOf(s.entry) {
		if ep.Role == fleet.OS {
			if ep.LastOK.IsZero() {
				return s.sh.t.Say("%s known: the operating system's agent (%s) has not answered yet.", what, clean(ep.Address))
			}
			return s.sh.t.Say("%s reported by the operating system's agent.", what)
		}
	}
	return s.sh.t.Say("%s: this comes from an agent in the operating system, and the inventory has only a management controller for this server.", what)
}

// use is how busy the machine is: totals and the recent course.
func (s *serverScreen) use(l *lines) {
	t, st, say := s.entry.State.Totals, s.sh.styles, s.sh.t.Say
	at := len(l.all)
	if t.MemoryBytes != nil {
		text := bytesText(*t.MemoryBytes)
		if t.MemoryUsedBytes != nil && *t.MemoryBytes > 0 {
			pct := 100 * float64(*t.MemoryUsedBytes) / float64(*t.MemoryBytes)
			text = bar(st, pct, 20) + " " + say("%s of %s used (%s)", bytesIn(s.sh.t, float64(*t.MemoryUsedBytes)), bytesIn(s.sh.t, float64(*t.MemoryBytes)), percent(pct))
		}
		l.row(s.label("memory") + text)
	}
	if t.SwapTotalBytes != nil && t.SwapUsedBytes != nil && *t.SwapTotalBytes > 0 {
		pct := 100 * float64(*t.SwapUsedBytes) / float64(*t.SwapTotalBytes)
		l.row(s.label("swap space") + bar(st, pct, 20) + " " + say("%s of %s used (%s)", bytesIn(s.sh.t, float64(*t.SwapUsedBytes)), bytesIn(s.sh.t, float64(*t.SwapTotalBytes)), percent(pct)))
	}
	l.field("CPUs", s.cpuText(t), st.plain)
	if t.Load1 != nil && t.Load5 != nil && t.Load15 != nil {
		l.field("load", say("%.2f  %.2f  %.2f  (1, 5, 15 minutes)", *t.Load1, *t.Load5, *t.Load15), st.plain)
	}
	if t.UptimeSeconds != nil {
		l.field("up for", s.sh.t.Span(time.Duration(*t.UptimeSeconds)*time.Second), st.plain)
	}
	if len(l.all) > at {
		l.field("read", say("%s ago", s.sh.since(s.usedAt())), st.faint)
		l.gap()
	}
	drawn := 0
	for _, n := range []struct{ key, name string }{{fleet.TrendCPU, "CPU"}, {fleet.TrendMemory, "memory"}, {fleet.TrendRTT, "ping"}} {
		if tr, ok := s.entry.State.Trends.Find(n.key); ok {
			l.row(trendLine(s.sh, s.sh.t.Text(n.name), tr, s.interval(), l.width))
			drawn++
		}
	}
	if drawn == 0 && len(l.all) == 0 {
		l.text("", s.osHint(say("No utilisation")), st.faint)
	}
}

// label is the name of a figure in its column.
func (s *serverScreen) label(name string) string {
	return s.sh.styles.label.Render(fit(s.sh.t.Text(name), labelWidth-1)) + " "
}

// usedAt is when the totals were read: they come from the operating system's
// agent where there is one.
func (s *serverScreen) usedAt() time.Time {
	if ep := endpointState(&s.entry.State, fleet.OS); ep != nil {
		return ep.LastOK
	}
	return s.entry.State.LastRead()
}

func (s *serverScreen) cpuText(t fleet.Totals) string {
	var sockets, cores, logical string
	if t.CPUSockets != nil {
		sockets = s.sh.t.Count(int(*t.CPUSockets), "%d socket", "%d sockets")
	}
	if t.CPUCores != nil {
		cores = s.sh.t.Count(int(*t.CPUCores), "%d core", "%d cores")
	}
	if t.LogicalCPUs != nil {
		logical = s.sh.t.Count(int(*t.LogicalCPUs), "%d logical CPU", "%d logical CPUs")
	}
	return joined(sockets, cores, logical)
}

// interval is the longest status interval of the endpoints: past three of it a
// value is stale.
func (s *serverScreen) interval() time.Duration {
	var d time.Duration
	for i := range s.entry.State.Endpoints {
		d = max(d, s.entry.State.Endpoints[i].Interval)
	}
	return d
}

// reads is how asking each endpoint goes: what it costs, what matched, what failed.
func (s *serverScreen) reads(l *lines) {
	st, t := s.sh.styles, s.sh.t
	for _, ep := range endpointsOf(s.entry) {
		l.gap()
		l.row(s.endpointLine(ep))
		if ep.Note != "" {
			l.text("    ", t.Text(clean(ep.Note)), st.warn)
		}
		if ep.Ping.Note != "" {
			l.text("    ", t.Text(clean(ep.Ping.Note)), st.faint)
		}
		if !ep.LastTry.IsZero() {
			s.readDetails(l, &ep)
		}
	}
	if len(l.all) == 0 {
		l.text("", t.Say("No endpoint in the inventory: nothing to ask."), st.faint)
	}
	if v := s.entry.State.RollUp; v != nil {
		l.gap()
		l.head("What the device says of itself")
		verdictLines(l, &s.entry.State, *v)
		if command := snmpget(&s.entry.State, v.Seen.Evidence()); command != "" {
			l.text("  ", command, st.bold)
		}
	}
}

// readDetails are the figures of one endpoint.
func (s *serverScreen) readDetails(l *lines, ep *fleet.EndpointState) {
	st, t := s.sh.styles, s.sh.t
	field := func(label, value string, style lipgloss.Style) { l.field("  "+t.Text(label), value, style) }
	profiles := t.Say("none: nothing is known about this kind of device")
	if len(ep.Profiles) > 0 {
		names := make([]string, len(ep.Profiles))
		for i, p := range ep.Profiles {
			names[i] = clean(p)
		}
		profiles = strings.Join(names, ", ")
	}
	field("matching", profiles, st.plain)
	field("credential", clean(ep.Credential), st.plain)
	field("engine ID", clean(ep.Engine), st.plain)
	full := t.Say("not read yet")
	if !ep.LastFull.IsZero() {
		full = t.Say("read %s ago", s.sh.since(ep.LastFull))
	}
	field("rhythm", t.Say("every %s; whole inventory %s", t.Span(ep.Interval), full), st.plain)
	field("last read", t.Say("%s, %s, %s in %s", t.Count(ep.Cost.PDUs, "%d request", "%d requests"),
		t.Count(ep.Cost.Varbinds, "%d value", "%d values"), bytesIn(t, float64(ep.Cost.Bytes)), latencyIn(t, ep.Cost.Took)), st.plain)
	if ep.Ping.Reach == fleet.Answered && ep.Ping.Max > 0 {
		field("ping", t.Say("%s to %s, mean %s, %d of %d answered", latencyIn(t, ep.Ping.Min), latencyIn(t, ep.Ping.Max), latencyIn(t, ep.Ping.Avg),
			ep.Ping.Received, ep.Ping.Sent), st.plain)
	}
	if ep.Cost.Retries > 0 {
		field("retries", t.Count(ep.Cost.Retries, "%d request had to be repeated", "%d requests had to be repeated"), st.warn)
	}
	if ep.WantFull {
		field("next", t.Say("a whole inventory: the last read showed something that only it can settle"), st.plain)
	}
	for _, e := range ep.Errors {
		field("not read", clean(e.What)+": "+t.Text(clean(e.Text)), st.warn)
	}
}
