package tui

import (
	"cmp"
	"fmt"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"ironage/internal/ageing"
	"ironage/internal/fleet"
	"ironage/internal/outlook"
)

// serverList is the Servers screen: every server on one line, sortable and
// filterable.
type serverList struct {
	sh     *shared
	table  *table[*digest]
	filter *filterBar[*digest]
}

func newServers(sh *shared, filter string) screen {
	s := &serverList{sh: sh, table: newTable(sh, serverColumns(sh))}
	s.table.id = func(d *digest) string { return d.entry.Server.Name }
	s.table.sortBy("HEALTH", true)
	s.table.remember(string(pageServers))
	s.filter = newFilterBar(sh, serverLanguage(sh), filter)
	s.refresh()
	return s
}

func (s *serverList) Title() string { return "Servers" }
func (s *serverList) Typing() bool  { return s.filter.open }

// ToggleWide shows every column, firmware and warranty too, or those that fit.
func (s *serverList) ToggleWide() { s.table.toggleWide() }

// Escape takes the filter away before Esc leaves the screen.
func (s *serverList) Escape() bool {
	had := s.filter.clear()
	if had {
		s.refresh()
	}
	return had
}

func (s *serverList) Keys() []key.Binding {
	if s.filter.open {
		return s.filter.keys()
	}
	k := s.sh.keys
	return append([]key.Binding{k.Open, k.Filter, k.ReadNow}, s.table.sortKeys()...)
}

func (s *serverList) Update(msg tea.Msg) (screen, tea.Cmd) { return s, toList(s, msg) }

func (s *serverList) pressed(msg tea.KeyPressMsg) tea.Cmd {
	k := s.sh.keys
	switch {
	case s.filter.open:
		return s.typed(msg)
	case key.Matches(msg, k.Filter):
		s.filter.start()
	case key.Matches(msg, k.Open):
		if d, ok := s.table.row(); ok {
			return send(openServerMsg{server: d.entry.Server.Name})
		}
	case key.Matches(msg, k.ReadNow):
		if d, ok := s.table.row(); ok {
			return readNow(s.sh, d.entry.Server.Name)
		}
	default:
		s.table.update(msg)
	}
	return nil
}

func (s *serverList) typed(msg tea.Msg) tea.Cmd {
	changed, cmd := s.filter.update(msg)
	if changed {
		s.refresh()
	}
	return cmd
}

// refresh takes the latest digests and filters them again.
func (s *serverList) refresh() {
	s.table.want("SERVER", s.sh.digests.nameWidth())
	s.table.setRows(s.filter.apply(s.sh.digests.all))
	s.table.why = s.emptyState()
}

// Rest lets go of the servers; the cursor stays on its own.
func (s *serverList) Rest() { s.table.rest() }

// Detail is the whole of what the cursor's line has no room for.
func (s *serverList) Detail() string {
	d, ok := s.table.row()
	if !ok || s.filter.open {
		return ""
	}
	return joined(d.findingCell(s.sh), d.place, d.service, d.model)
}

func (s *serverList) emptyState() emptyState {
	switch v := s.sh.view; {
	case v == nil || v.Fleet == nil:
		return nothingRead()
	case v.Fleet.Len() == 0:
		return noneConfigured()
	}
	return noneMatch("no server matches the filter")
}

func (s *serverList) View(w, h int) string {
	bar := s.filter.view(w, s.countText())
	return strings.Join(append(bar, s.table.view(w, h-len(bar))), "\n")
}

func (s *serverList) countText() string {
	t := s.sh.t
	return t.Say("%s of %s", t.Int(int64(len(s.table.rows))), t.Count(len(s.sh.digests.all), "%d server", "%d servers"))
}

// noServers is shown where the inventory is empty.
const noServers = "no servers yet: add some to the inventory file, or try `ironage demo`"

// noneConfigured is the state of every list of an empty inventory.
func noneConfigured() emptyState {
	return emptyState{kind: emptyNew, what: "no servers yet", next: "add some to the inventory file, or try `ironage demo`"}
}

// send makes a command of a message to the App.
func send(msg tea.Msg) tea.Cmd { return func() tea.Msg { return msg } }

// readNow asks for a fresh read of one server.
func readNow(sh *shared, server string) tea.Cmd {
	if !mayAct(sh) {
		return send(sayMsg{fleet.Warning, sh.t.Say("%s: your role is %s, which only looks", sh.t.Text(sh.keys.ReadNow.Help().Desc), sh.t.Text(string(sh.actor.Role)))})
	}
	return func() tea.Msg {
		if err := sh.desk.ReadNow(sh.ctx, sh.actor, server); err != nil {
			return sayMsg{fleet.Critical, sh.t.Say("%s was not asked to be read again: %s", clean(server), sh.t.Text(err.Error()))}
		}
		return sayMsg{fleet.OK, sh.t.Say("%s: reading again now; what it says appears here when it answers", clean(server))}
	}
}

// serverColumns are the columns of the list, what matters most first.
func serverColumns(sh *shared) []column[*digest] {
	st := func() *styles { return sh.styles }
	faintIfStale := func(d *digest) (lipgloss.Style, bool) { return st().faint, d.stale(sh.now()) }
	byHealth := func(a, b *digest) int {
		return cmp.Or(cmp.Compare(a.entry.State.Health.Severity(), b.entry.State.Health.Severity()),
			cmp.Compare(worry(a), worry(b)), -cmp.Compare(a.name, b.name))
	}
	return []column[*digest]{
		{title: "HEALTH", width: 10, words: healthWords(), letter: sortKey("H", "health"), less: byHealth, down: true,
			text:  func(d *digest) string { return st().badgeText(d.entry.State.Health) },
			style: func(d *digest) (lipgloss.Style, bool) { return st().healthStyle(d.entry.State.Health), true }},
		{title: "SERVER", width: 12, min: 10, max: 18, letter: sortKey("N", "name"),
			less: func(a, b *digest) int { return cmp.Compare(a.name, b.name) },
			text: func(d *digest) string { return d.name }, style: faintIfStale},
		{title: "WORST FINDING", width: 27, min: 22, max: 100, letter: sortKey("F", "finding"),
			blank: func(d *digest) bool { return d.worst == nil },
			less:  func(a, b *digest) int { return cmp.Compare(a.finding, b.finding) },
			text:  func(d *digest) string { return d.findingCell(sh) },
			style: func(d *digest) (lipgloss.Style, bool) { return d.findingStyle(st()) }},
		{title: "AGE", width: ageWidth, right: true, priority: 1, letter: sortKey("A", "age"), down: true,
			blank: func(d *digest) bool { return !d.age.Known },
			less:  func(a, b *digest) int { return cmp.Compare(a.age.Years, b.age.Years) },
			words: []string{"~9.3 y"}, text: func(d *digest) string { return d.ageCell(sh) },
			style: func(d *digest) (lipgloss.Style, bool) {
				return st().band(d.band), true
			}},
		{title: "RISK", width: 7, right: true, priority: 2, letter: sortKey("P", "risk"), down: true,
			blank: func(d *digest) bool { _, known := d.risk(); return !known },
			less:  func(a, b *digest) int { return cmp.Compare(a.out.H, b.out.H) },
			text:  func(d *digest) string { return sh.t.Text(d.riskText()) }, style: func(d *digest) (lipgloss.Style, bool) { return st().warn, d.risky() }},
		{title: "BAND", width: 12, priority: 7, less: func(a, b *digest) int { return cmp.Compare(a.band, b.band) }, down: true,
			say: true, words: bandNames(), text: func(d *digest) string { return d.band.String() }, style: faintIfStale}, // AGE has the colour
		{title: "SERVICE", width: 14, min: 10, max: 22, priority: 3, letter: sortKey("S", "service"),
			less: func(a, b *digest) int { return cmp.Compare(a.service, b.service) },
			text: func(d *digest) string { return d.service }, style: faintIfStale},
		{title: "PLACE", width: 10, min: 8, max: 18, priority: 2, letter: sortKey("L", "place"),
			less: byPlace, text: func(d *digest) string { return d.place }, style: faintIfStale},
		{title: "MODEL", width: 18, min: 12, max: 26, priority: 5, letter: sortKey("M", "model"),
			less: func(a, b *digest) int { return cmp.Compare(a.model, b.model) },
			text: func(d *digest) string { return d.model }, style: faintIfStale},
		{title: "DISKS", width: 7, right: true, priority: 3, letter: sortKey("D", "disks not well"), down: true,
			less:  func(a, b *digest) int { return cmp.Compare(a.disks.unwell, b.disks.unwell) },
			text:  func(d *digest) string { return d.disks.text(st()) },
			style: func(d *digest) (lipgloss.Style, bool) { return d.disks.style(st()) }},
		{title: "RAM", width: 7, right: true, priority: 4,
			text:  func(d *digest) string { return d.modules.text(st()) },
			style: func(d *digest) (lipgloss.Style, bool) { return d.modules.style(st()) }},
		{title: "CPU", width: 4, right: true, priority: 4, letter: sortKey("C", "CPU use"), down: true, blank: func(d *digest) bool { return d.cpuPct < 0 },
			less: func(a, b *digest) int { return cmp.Compare(a.cpuPct, b.cpuPct) },
			text: func(d *digest) string { return share(d.cpuPct) }, style: faintIfStale},
		{title: "MEM", width: 4, right: true, priority: 4, letter: sortKey("U", "memory used"), down: true, blank: func(d *digest) bool { return d.memPct < 0 },
			less: func(a, b *digest) int { return cmp.Compare(a.memPct, b.memPct) },
			text: func(d *digest) string { return share(d.memPct) }, style: faintIfStale},
		{title: "READ", width: 9, words: []string{"never"}, right: true, priority: 1, letter: sortKey("T", "time of last read"),
			less: func(a, b *digest) int { return a.read.Compare(b.read) },
			text: func(d *digest) string { return d.readCell(sh) }, style: faintIfStale},
		{title: "DOES NOT ANSWER", width: 24, max: 40, priority: 6,
			less: func(a, b *digest) int { return cmp.Compare(a.reach, b.reach) }, down: true,
			text:  func(d *digest) string { return d.reach },
			style: func(d *digest) (lipgloss.Style, bool) { return st().warn, d.reach != "" }},
		{title: "WARRANTY", width: 16, max: 22, priority: 8, less: byWarranty,
			blank: func(d *digest) bool { return d.cover() == ageing.CoverUnknown },
			text:  func(d *digest) string { return d.warrantyText(sh) },
			style: func(d *digest) (lipgloss.Style, bool) { return coverStyle(st(), d.cover()), true }},
		{title: "FIRMWARE", width: 10, max: 24, priority: 9, less: func(a, b *digest) int { return outlook.NaturalCompare(a.row.Firmware(), b.row.Firmware()) },
			blank: func(d *digest) bool { return d.row.Firmware() == "" },
			text:  func(d *digest) string { return clean(d.row.Firmware()) }, style: faintIfStale},
	}
}

// ageWidth is the column of ages; a longer one is written closer: the signs at
// its end must not be cut off.
const ageWidth = 9

func (d *digest) ageCell(sh *shared) string {
	if d.entry.BeingRead && !d.age.Known {
		return "" // its parts may tell
	}
	const usual = "~9.3 y"
	text := sh.t.Text(d.age.String()) + bandMark(d.band)
	if width(text) > ageWidth+width(sh.t.Text(usual))-len(usual) {
		text = strings.NewReplacer(">= ", ">=", "≥ ", "≥", " +", "+").Replace(text)
	}
	return text
}

// cover is where the server's warranty stands.
func (d *digest) cover() ageing.Cover {
	c, _ := d.row.Warranty()
	return c
}

func byWarranty(a, b *digest) int {
	_, x := a.row.Warranty()
	_, y := b.row.Warranty()
	return cmp.Compare(x, y)
}

func (d *digest) warrantyText(sh *shared) string {
	c, days := d.row.Warranty()
	if c == ageing.CoverUnknown {
		return ""
	}
	return sh.t.Text(coverText(c, days))
}

// healthWords are the words of a server's health, for the width of a column.
func healthWords() []string { return []string{"ok", "warning", "critical", "unknown"} }

// bandNames are the words of the age bands.
func bandNames() []string {
	out := make([]string, len(ageing.Bands))
	for i, b := range ageing.Bands {
		out[i] = b.String()
	}
	return out
}

// risky reports whether the server has a part with a reason to be replaced soon.
func (d *digest) risky() bool {
	if d.out == nil || d.out.Worst < 0 {
		return false
	}
	t := d.out.Parts[d.out.Worst].Tier()
	return t == ageing.P1 || t == ageing.P2
}

// worry orders servers of one health: those with news before those that are
// acknowledged.
func worry(d *digest) int {
	if d.worst == nil || d.worst.Acknowledged || d.worst.Maintenance {
		return 0
	}
	return d.worst.Health.Severity()
}

// bandMark says in signs what the colour of an age says: + over age, ++ far
// over; the BAND column of a wide window has the words.
func bandMark(b ageing.Band) string {
	switch b {
	case ageing.BandOver:
		return " +"
	case ageing.BandFarOver:
		return " ++"
	}
	return ""
}

func byPlace(a, b *digest) int {
	x, y := &a.entry.Server, &b.entry.Server
	return cmp.Or(cmp.Compare(x.Site, y.Site), cmp.Compare(x.Room, y.Room), cmp.Compare(x.Rack, y.Rack),
		cmp.Compare(x.Position, y.Position), cmp.Compare(x.Name, y.Name))
}

// findingCell is the worst finding, with how much more there is to know.
func (d *digest) findingCell(sh *shared) string {
	if d.entry.BeingRead {
		return sh.t.Say("being read")
	}
	if d.worst == nil {
		if d.entry.Maintenance != nil && d.reach == "" {
			return strings.TrimSpace(sh.t.Say("(maintenance) %s", ""))
		}
		return d.reach
	}
	text := d.finding
	switch {
	case d.worst.Maintenance:
		text = sh.t.Say("(maintenance) %s", text)
	case d.worst.Acknowledged:
		text = sh.t.Say("(acknowledged) %s", text)
	}
	if n := len(d.entry.State.Findings) - 1; n > 0 {
		text = fmt.Sprintf("%s +%d", text, n)
	}
	return text
}

func (d *digest) findingStyle(st *styles) (lipgloss.Style, bool) {
	switch {
	case d.worst == nil:
		return st.faint, true
	case d.worst.Acknowledged || d.worst.Maintenance:
		return st.faint, true
	case d.worst.Health == fleet.Critical:
		return st.bad, true
	case d.worst.Health == fleet.Warning:
		return st.warn, true
	}
	return st.plain, false
}

func (t tally) style(st *styles) (lipgloss.Style, bool) {
	if t.unwell == 0 {
		return st.plain, false
	}
	return st.healthStyle(t.worst), true
}

// readCell is how long ago the server last answered; "stale" when too long.
func (d *digest) readCell(sh *shared) string {
	if d.entry.BeingRead {
		return ""
	}
	if d.stale(sh.now()) {
		return sh.t.Say("stale %s", sh.ago(d.read))
	}
	return sh.ago(d.read)
}

func share(pct float64) string {
	if pct < 0 {
		return ""
	}
	return percent(pct)
}
