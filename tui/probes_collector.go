package tui

import (
	"time"

	"ironage/internal/fleet"
)

// oldFigures is how old the figures of a collector may be before that is said:
// it speaks every few seconds.
const oldFigures = 30 * time.Second

// lateFigure is from which delay on polls count as behind schedule here.
const lateFigure = 3 * time.Second

// workLines say how the collecting process is doing: in a high window all of
// it, else what is not as it should be.
func (s *probeScreen) workLines(h int) []string {
	c := s.sh.view.Collector
	load := &c.Load
	st, t := s.sh.styles, s.sh.t
	asked := t.Say("%d being asked now, %d late", c.InFlight, c.Late)
	if load.Time.IsZero() {
		return []string{st.faint.Render(asked)}
	}
	var parts []string
	if age := s.sh.now().Sub(load.Time); age > oldFigures || c.Owner == "" {
		parts = append(parts, st.warn.Render(t.Say("the collector's figures are %s old", t.Span(age))))
	}
	full := h >= 30
	say := func(bad, always bool, text string) {
		switch {
		case bad:
			parts = append(parts, st.warn.Render(text))
		case always:
			parts = append(parts, st.faint.Render(text))
		}
	}
	say(c.Late > 0, true, asked)
	say(false, full && load.Beside > 0, t.Say("%d of them beside the slots", load.Beside))
	w := load.Waiting
	say(false, full, t.Say("%d waiting for a slot: status %d, inventory %d, silent %d, asked for %d, called %d", w.Total(), w.Status, w.Inventory, w.Silent, w.Asked, w.Called))
	say(false, !full, t.Say("%d waiting for a slot", w.Total()))
	say(false, load.Unread > 0, t.Say("%d not read yet", load.Unread))
	behind := max(load.Behind, load.DelayP99) > lateFigure
	say(behind, full, t.Say("longest wait %.1f s, polls began up to %.1f s late, 99 in a hundred at most %.1f s", load.Behind.Seconds(), load.DelayMost.Seconds(), load.DelayP99.Seconds()))
	say(false, full, t.Say("%.1f reads a second", load.Rate))
	say(load.SaveError != "", full, t.Count(load.Unsaved, "%d state not saved yet", "%d states not saved yet"))
	return append(parts, s.machineParts(load, full)...)
}

// machineParts are the sockets, what was lost on them, and the memory.
func (s *probeScreen) machineParts(load *fleet.CollectorLoad, full bool) []string {
	st, t := s.sh.styles, s.sh.t
	v, p := &load.Transport, &load.Process
	var parts []string
	if full && v.Sockets > 0 {
		parts = append(parts, st.faint.Render(t.Say("sockets %d, %d of %d requests in flight, %d wait for a place, %d gave theirs up", v.Sockets, v.InFlight, v.Window, v.Waiting, int(v.Beside))))
	}
	switch {
	case v.KernelDrops > 0:
		parts = append(parts, st.warn.Render(t.Say("%d answers thrown away by the system", int(v.KernelDrops))))
	case full && v.KernelDrops < 0:
		parts = append(parts, st.faint.Render(t.Say("the system does not tell what it throws away")))
	case full && v.Sockets > 0:
		parts = append(parts, st.faint.Render(t.Say("no answers thrown away by the system")))
	}
	if !full {
		return parts
	}
	if v.Sockets > 0 {
		parts = append(parts, st.faint.Render(t.Say("%d datagrams came too late, %d from strangers", int(v.Late+v.Dropped), int(v.Strays))))
	}
	if n := &load.Notifications; n.Heard > 0 {
		parts = append(parts, st.faint.Render(t.Say("%d notifications heard, %d of known servers", int(n.Heard), int(n.Accepted))))
	}
	if p.Memory > 0 {
		parts = append(parts, st.faint.Render(t.Say("collector's memory %s, %s in use", s.sh.bytes(p.Memory), s.sh.bytes(p.Live))))
	}
	return parts
}
