package tui

import (
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"ironage/internal/fleet"
	"ironage/internal/health"
	"ironage/internal/lists"
)

// probeScreen is the Probes screen: how well the fleet can be asked. Every
// endpoint is on one line, those with problems first; what to do about the one
// under the cursor stands below.
type probeScreen struct {
	sh     *shared
	filter *filterBar[*health.Probe]
	table  *table[*health.Probe]
	all    health.Probing
}

func newProbes(sh *shared, filter string) screen {
	s := &probeScreen{sh: sh, table: newTable(sh, probeColumns(sh))}
	s.table.id = func(p *health.Probe) string { return p.Server + "\x00" + p.State.Role.String() }
	s.filter = newFilterBar(sh, lists.Probes(aboutServers(sh)), filter)
	s.refresh()
	return s
}

// Title names the screen.
func (s *probeScreen) Title() string { return s.sh.t.Say("Probes") }

// Typing is true while the filter is typed.
func (s *probeScreen) Typing() bool { return s.filter.open }

// Escape takes the filter away before Esc leaves the screen.
func (s *probeScreen) Escape() bool {
	had := s.filter.clear()
	if had {
		s.refresh()
	}
	return had
}

// Place is the screen with its filter.
func (s *probeScreen) Place() string { return strings.TrimSpace("probes " + s.filter.text) }

// Copy is the command or sentence that helps, else the address.
func (s *probeScreen) Copy() string {
	p, ok := s.table.row()
	if !ok {
		return ""
	}
	if _, command, ok := strings.Cut(p.Do(), ": ironage "); ok {
		return "ironage " + clean(command)
	}
	return clean(p.State.Address)
}

// Keys are the keys of the screen.
func (s *probeScreen) Keys() []key.Binding {
	if s.filter.open {
		return s.filter.keys()
	}
	k := s.sh.keys
	return append([]key.Binding{k.Open, k.Filter, k.ReadNow}, s.table.sortKeys()...)
}

// Update reacts to a message.
func (s *probeScreen) Update(msg tea.Msg) (screen, tea.Cmd) { return s, toList(s, msg) }

func (s *probeScreen) pressed(msg tea.KeyPressMsg) tea.Cmd {
	k := s.sh.keys
	switch {
	case s.filter.open:
		return s.typed(msg)
	case key.Matches(msg, k.Filter):
		s.filter.start()
	case key.Matches(msg, k.Open):
		if p, ok := s.table.row(); ok {
			return send(openServerMsg{server: p.Server, key: health.EndpointKey(p.State.Role)})
		}
	case key.Matches(msg, k.ReadNow):
		if p, ok := s.table.row(); ok {
			return readNow(s.sh, p.Server)
		}
	default:
		s.table.update(msg)
	}
	return nil
}

func (s *probeScreen) typed(msg tea.Msg) tea.Cmd {
	changed, cmd := s.filter.update(msg)
	if changed {
		s.show()
	}
	return cmd
}

// refresh looks at the latest fleet.
func (s *probeScreen) refresh() {
	if s.sh.view != nil && s.sh.view.Fleet != nil {
		s.all = health.LookAtProbes(s.sh.view.Fleet.All(), s.sh.now())
	}
	s.show()
}

func (s *probeScreen) show() {
	rows := make([]*health.Probe, len(s.all.List))
	for i := range rows {
		rows[i] = &s.all.List[i]
	}
	s.table.want("SERVER", s.sh.digests.nameWidth())
	s.table.setRows(s.filter.apply(rows))
	t := s.sh.t
	switch v := s.sh.view; {
	case v == nil || v.Fleet == nil:
		s.table.empty = t.Say("waiting for the first answer of the store …")
	case v.Fleet.Len() == 0:
		s.table.empty = t.Text(noServers)
	case len(rows) == 0:
		s.table.empty = t.Say("no server has an address: write bmc: or os: to the servers in the inventory")
	default:
		s.table.empty = t.Say("no endpoint matches the filter; Esc shows all")
	}
}

// View draws the sums, the endpoints, and what to do about the chosen one.
func (s *probeScreen) View(w, h int) string {
	count := s.sh.t.Say("%d of %s", len(s.table.rows), s.sh.t.Count(len(s.all.List), "%d endpoint", "%d endpoints"))
	out := s.filter.view(w, count)
	if len(s.all.List) > 0 {
		out = append(out, s.sums(w, h)...)
	}
	advice := s.advice(w)
	if room := h - len(out) - len(advice); room < 4 { // the list matters more
		advice = advice[:max(min(len(advice), h-len(out)-4), 0)]
	}
	rows := strings.Split(s.table.view(w, max(h-len(out)-len(advice), 2)), "\n")
	for len(rows) < h-len(out)-len(advice) {
		rows = append(rows, "")
	}
	out = append(append(out, rows...), advice...)
	return strings.Join(out[:min(len(out), h)], "\n")
}

// sums are the figures over all endpoints.
func (s *probeScreen) sums(w, h int) []string {
	st, t, p := s.sh.styles, s.sh.t, &s.all
	parts := []string{st.bold.Render(t.Count(len(p.List), "%d endpoint", "%d endpoints"))}
	for _, code := range append(append([]string{}, health.ProbeProblems...), "") {
		if n := p.Counts[code]; n > 0 {
			g, style := problemLook(st, code)
			parts = append(parts, style.Render(g+" "+t.Int(int64(n))+" "+t.Say(problemWord(code))))
		}
	}
	out := flow(parts, w)
	c := s.sh.view.Collector
	cost := []string{st.faint.Render(t.Say("last reads together: %d requests, %d values, %s, %d sent again", p.PDUs, p.Varbinds, s.sh.bytes(int64(p.Bytes)), p.Retries))}
	cost = append(cost, s.workLines(h)...)
	if p.NoPing > 0 {
		cost = append(cost, st.warn.Render(t.Say("no right to ping %d of them: see `ironage doctor`", p.NoPing)))
	}
	if text, fine := collectorText(c, s.sh.now()); !fine {
		cost = append(cost, st.warn.Render(t.Text(clean(text))))
	}
	out = append(out, flow(append(s.spreads(), cost...), w)...)
	for i := range out {
		out[i] = cut(out[i], w)
	}
	return out
}

// spreads are how reads and echoes are spread over the endpoints.
func (s *probeScreen) spreads() []string {
	st, t := s.sh.styles, s.sh.t
	text := func(name string, d health.Spread) string {
		if d.N == 0 {
			return st.label.Render(name) + " " + st.faint.Render(t.Say("not measured"))
		}
		return st.label.Render(name) + " p50 " + took(t, d.P50) + "  p90 " + took(t, d.P90) + "  p99 " + took(t, d.P99) + "  max " + took(t, d.Max)
	}
	return []string{text(t.Say("one read:"), s.all.Read), text(t.Say("ping:"), s.all.Echo)}
}

// advice is what happened to the endpoint under the cursor, and what to do.
func (s *probeScreen) advice(w int) []string {
	p, ok := s.table.row()
	if !ok || s.filter.open {
		return nil
	}
	st, t, now := s.sh.styles, s.sh.t, s.sh.now()
	l := newLines(s.sh, w)
	l.row(st.rule.Render(strings.Repeat(st.hline, w)))
	if why := p.Why(now); why != "" {
		_, style := problemLook(st, p.Problem())
		l.text(" ", clean(p.Server)+": "+t.Text(clean(why)), style)
		l.text(" ", t.Say("to do: %s", t.Text(clean(p.Do()))), st.plain)
	} else {
		l.row(" " + st.good.Render(t.Say("nothing is wrong with asking %s", clean(p.Server))))
	}
	l.row(" " + st.faint.Render(s.facts(p, now)))
	return l.all
}

// facts are what else is known about asking an endpoint.
func (s *probeScreen) facts(p *health.Probe, now time.Time) string {
	t, e := s.sh.t, p.State
	parts := []string{}
	if !e.LastOK.IsZero() {
		parts = append(parts, t.Say("answered %s ago", s.sh.ago(e.LastOK)))
	}
	if e.NextTry.After(now) {
		parts = append(parts, t.Say("next read in %s", t.Span(e.NextTry.Sub(now))))
	}
	if !e.LastFull.IsZero() {
		parts = append(parts, t.Say("inventory %s ago", s.sh.ago(e.LastFull)))
	}
	if len(e.Profiles) > 0 {
		parts = append(parts, t.Say("profiles %s", clean(strings.Join(e.Profiles, ", "))))
	}
	if e.Credential != "" {
		parts = append(parts, t.Say("credential %s", clean(e.Credential)))
	}
	if len(p.Problems) > 1 {
		var more []string
		for _, code := range p.Problems[1:] {
			more = append(more, t.Say(problemWord(code)))
		}
		parts = append(parts, t.Say("also: %s", strings.Join(more, ", ")))
	}
	if line := s.latencyLine(p); line != "" {
		parts = append(parts, t.Say("ping lately %s", line))
	}
	return joined(parts...)
}

// latencyLine is the trend of the echo, where it is kept.
func (s *probeScreen) latencyLine(p *health.Probe) string {
	x := s.sh.digests.byName[p.Server]
	if x == nil {
		return ""
	}
	const most = 16
	values := x.entry.State.Trends.Get(fleet.TrendRTT).Recent(most)
	if len(values) < 3 {
		return ""
	}
	return sparkline(values, len(values))
}
