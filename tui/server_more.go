package tui

import (
	"fmt"
	"strings"
	"time"

	"ironage/internal/fleet"
)

// The panels of a server's page that have no cursor: file systems, use, reads, events.

func (s *serverScreen) files(l *lines) {
	fs := s.entry.State.Filesystems
	if len(fs) == 0 {
		l.text("", s.osHint("No file systems"), s.sh.styles.faint)
		return
	}
	for _, line := range filesystemLines(s.sh, fs, l.width) {
		l.row(line)
	}
}

// osHint says why the operating system's figures are missing.
func (s *serverScreen) osHint(what string) string {
	for _, ep := range endpointsOf(s.entry) {
		if ep.Role == fleet.OS {
			if ep.LastOK.IsZero() {
				return what + " known: the operating system's agent (" + clean(ep.Address) + ") has not answered yet."
			}
			return what + " reported by the operating system's agent."
		}
	}
	return what + ": this comes from an agent in the operating system, and the inventory has only a management controller for this server."
}

// use is how busy the machine is: totals and the recent course.
func (s *serverScreen) use(l *lines) {
	t, st := s.entry.State.Totals, s.sh.styles
	at := len(l.all)
	if t.MemoryBytes != nil {
		text := bytesText(*t.MemoryBytes)
		if t.MemoryUsedBytes != nil && *t.MemoryBytes > 0 {
			pct := 100 * float64(*t.MemoryUsedBytes) / float64(*t.MemoryBytes)
			text = bar(st, pct, 20) + " " + bytesText(*t.MemoryUsedBytes) + fmt.Sprintf(" of %s used (%.0f%%)", text, pct)
		}
		l.row(st.label.Render(fit("memory", labelWidth)) + text)
	}
	if t.SwapTotalBytes != nil && t.SwapUsedBytes != nil && *t.SwapTotalBytes > 0 {
		pct := 100 * float64(*t.SwapUsedBytes) / float64(*t.SwapTotalBytes)
		l.row(st.label.Render(fit("swap", labelWidth)) + bar(st, pct, 20) + " " + bytesText(*t.SwapUsedBytes) + " of " + bytesText(*t.SwapTotalBytes) + " used")
	}
	l.field("CPUs", cpuText(t), st.plain)
	if t.Load1 != nil && t.Load5 != nil && t.Load15 != nil {
		l.field("load", fmt.Sprintf("%.2f  %.2f  %.2f  (1, 5, 15 minutes)", *t.Load1, *t.Load5, *t.Load15), st.plain)
	}
	if t.UptimeSeconds != nil {
		l.field("up for", span(time.Duration(*t.UptimeSeconds)*time.Second), st.plain)
	}
	if len(l.all) > at {
		l.field("read", ago(s.sh.now(), s.usedAt())+" ago", st.faint)
		l.gap()
	}
	drawn := 0
	for _, n := range []struct{ key, name string }{{fleet.TrendCPU, "CPU"}, {fleet.TrendMemory, "memory"}, {fleet.TrendRTT, "ping"}} {
		if tr, ok := s.entry.State.Trends[n.key]; ok {
			l.row(trendLine(s.sh, n.name, tr, s.interval(), l.width))
			drawn++
		}
	}
	if drawn == 0 && len(l.all) == 0 {
		l.text("", s.osHint("No utilisation"), st.faint)
	}
}

// usedAt is when the totals were read: they come from the operating system's
// agent where there is one.
func (s *serverScreen) usedAt() time.Time {
	if ep := endpointState(&s.entry.State, fleet.OS); ep != nil {
		return ep.LastOK
	}
	return s.entry.State.LastRead()
}

func cpuText(t fleet.Totals) string {
	var sockets, cores, logical string
	if t.CPUSockets != nil {
		sockets = plural(int(*t.CPUSockets), "socket", "sockets")
	}
	if t.CPUCores != nil {
		cores = plural(int(*t.CPUCores), "core", "cores")
	}
	if t.LogicalCPUs != nil {
		logical = plural(int(*t.LogicalCPUs), "logical CPU", "logical CPUs")
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
	st, now := s.sh.styles, s.sh.now()
	for _, ep := range endpointsOf(s.entry) {
		l.gap()
		l.row(s.endpointLine(ep))
		if ep.Note != "" {
			l.text("    ", clean(ep.Note), st.warn)
		}
		if ep.Ping.Note != "" {
			l.text("    ", clean(ep.Ping.Note), st.faint)
		}
		if ep.LastTry.IsZero() {
			continue
		}
		profiles := "none: nothing is known about this kind of device"
		if len(ep.Profiles) > 0 {
			profiles = ""
			for i, p := range ep.Profiles {
				if i > 0 {
					profiles += ", "
				}
				profiles += clean(p)
			}
		}
		l.field("  profiles", profiles, st.plain)
		l.field("  credential", clean(ep.Credential), st.plain)
		l.field("  rhythm", "every "+span(ep.Interval)+"; whole inventory "+fullText(now, ep.LastFull), st.plain)
		l.field("  last read", fmt.Sprintf("%s, %s, %s in %s", plural(ep.Cost.PDUs, "request", "requests"),
			plural(ep.Cost.Varbinds, "value", "values"), bytesText(int64(ep.Cost.Bytes)), latency(ep.Cost.Took)), st.plain)
		if ep.Cost.Retries > 0 {
			l.field("  retries", plural(ep.Cost.Retries, "request had", "requests had")+" to be repeated", st.warn)
		}
		for _, e := range ep.Errors {
			l.field("  not read", clean(e.What)+": "+clean(e.Text), st.warn)
		}
	}
	if len(l.all) == 0 {
		l.text("", "No endpoint in the inventory: nothing to ask.", st.faint)
	}
	if v := s.entry.State.RollUp; v != nil {
		l.gap()
		l.head("What the device says of itself")
		verdictLines(l, &s.entry.State, *v)
		if command := snmpget(&s.entry.State, v.Evidence); command != "" {
			l.text("  ", command, st.bold)
		}
	}
}

func fullText(now, t time.Time) string {
	if t.IsZero() {
		return "not read yet"
	}
	return "read " + ago(now, t) + " ago"
}

// events is the server's history, newest first.
func (s *serverScreen) events(l *lines) {
	st, now := s.sh.styles, s.sh.now()
	switch {
	case s.trouble != "":
		l.text("", "The history could not be read: "+clean(s.trouble), st.bad)
		return
	case !s.loaded:
		l.text("", "Reading the history…", st.faint)
		return
	case len(s.history) == 0:
		l.text("", "No event yet: nothing has changed since this server was added.", st.faint)
		return
	}
	for _, e := range s.history {
		mark := st.faint.Render(fit(when(now, e.Time), 13)) + st.healthStyle(e.Health).Render(fit(st.badgeText(e.Health), 11))
		text := clean(e.Text)
		if e.Ack != nil {
			text += " (known to " + clean(e.Ack.By) + ")"
		}
		at := len(l.all)
		l.text(spaces(13+11), text, st.plain)
		l.all[at] = mark + strings.TrimPrefix(l.all[at], spaces(13+11))
	}
}
