package tui

import (
	"slices"
	"strconv"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"ironage/internal/fleet"
	"ironage/internal/racks"
)

// rackScreen is the Racks screen: elevations to the unit, several beside each
// other, or the rooms with a cell for each rack.
type rackScreen struct {
	sh     *shared
	filter *filterBar[*digest]
	data   rackData
	shown  []*racks.Rack
	keep   map[string]bool // servers that the filter keeps; nil: all

	at     int    // the cursor's rack among the shown
	server string // the cursor's server; "" in an empty rack
	want   string // a rack to go to when the fleet is there

	tint              tint
	rear, wide, rooms bool

	// What the last drawing found out, for keys that depend on it.
	left, perPage, perRow int
	look                  rackPaint
}

func newRacks(sh *shared, filter string) screen {
	s := &rackScreen{sh: sh, perPage: 1, perRow: 1}
	s.filter = newFilterBar(sh, serverLanguage(sh), filter)
	s.refresh()
	return s
}

// Title names the screen, with the rack under the cursor.
func (s *rackScreen) Title() string { return s.sh.t.Say("Racks") }

// Typing is true while the filter is typed.
func (s *rackScreen) Typing() bool { return s.filter.open }

// Rest lets go of what the servers' states said; their places stay.
func (s *rackScreen) Rest() { s.data.of, s.data.seen, s.data.bases = nil, nil, nil }

// Escape takes the filter away, then leaves the rooms.
func (s *rackScreen) Escape() bool {
	if s.filter.clear() {
		s.refresh()
		return true
	}
	return false
}

// ToggleWide shows fewer racks with more about each server, or more racks.
func (s *rackScreen) ToggleWide() { s.wide = !s.wide }

// Place is the rack under the cursor, as the palette knows it.
func (s *rackScreen) Place() string {
	if r := s.rack(); r != nil && r.Name != "" {
		return "rack " + rackPath(r)
	}
	return "racks"
}

// rackPath names a rack so that it is the only one.
func rackPath(r *racks.Rack) string { return strings.Join([]string{r.Site, r.Room, r.Name}, "/") }

// Copy is where the server under the cursor stands.
func (s *rackScreen) Copy() string {
	if p := s.placed(); p != nil {
		return clean(p.Server.Name) + ": " + s.placeText(p)
	}
	if r := s.rack(); r != nil && r.Name != "" {
		return joinComma(clean(r.Site), clean(r.Room), s.sh.t.Say("rack %s", clean(r.Name)))
	}
	return ""
}

// placeText is where a server stands; a blade stands where its chassis does.
func (s *rackScreen) placeText(p *racks.Placed) string {
	if p.In != nil {
		return joinComma(s.sh.t.Text(placeOf(*p.In.Server)), s.sh.t.Say("slot %s of %s", clean(p.Slot), clean(p.In.Server.Name)))
	}
	if at := placeOf(*p.Server); at != "" {
		return s.sh.t.Text(at)
	}
	return s.sh.t.Say("place not written down")
}

func joinComma(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), ", ")
}

// Detail is the server under the cursor in full.
func (s *rackScreen) Detail() string {
	p := s.placed()
	if s.filter.open {
		return ""
	}
	if p == nil || s.rooms {
		return s.rackDetail()
	}
	x := s.sh.digests.byName[p.Server.Name]
	if x == nil {
		return ""
	}
	parts := []string{x.name, s.placeText(p)}
	if len(p.Clash) > 0 {
		parts = append(parts, s.sh.t.Say("claims a unit that %s has too", clean(p.Clash[0].Server.Name)))
	}
	return joined(append(parts, s.sh.t.Text(x.findingCell(s.sh)), x.model, x.service)...)
}

// rackDetail is the rack under the cursor in full.
func (s *rackScreen) rackDetail() string {
	r, t := s.rack(), s.sh.t
	if r == nil || r.Name == "" {
		return ""
	}
	parts := []string{joinComma(t.Say("rack %s", clean(r.Name)), clean(r.Room), clean(r.Site)),
		t.Count(r.Sum.Servers, "%d server", "%d servers"), t.Say("%s of %s U used", strconv.Itoa(r.Sum.Used), strconv.Itoa(r.Sum.Units))}
	for _, h := range []fleet.Health{fleet.Critical, fleet.Warning, fleet.Unknown} {
		if n := r.Sum.Counts[h]; n > 0 {
			parts = append(parts, t.Say("%d %s", n, s.sh.styles.word(h)))
		}
	}
	if pct, known := r.Sum.OverPct(); known {
		parts = append(parts, t.Say("%s over age", percent(pct)))
	}
	if r.Sum.Risk >= 0 {
		parts = append(parts, t.Say("risk up to %s", percent(r.Sum.Risk)))
	}
	if p := r.Sum.Hottest; p != nil {
		parts = append(parts, t.Say("hottest inlet %s (%s)", celsius(p.Inlet), clean(p.Server.Name)))
	}
	return joined(parts...)
}

// Keys are the keys of the screen, the most useful first.
func (s *rackScreen) Keys() []key.Binding {
	if s.filter.open {
		return s.filter.keys()
	}
	k := s.sh.keys
	keys := []key.Binding{k.Open, k.RackTint, k.RackRooms, k.Filter, k.RackLeft, k.RackRight, k.NextRoom, k.Wide, k.ReadNow, k.Maintain}
	if slices.ContainsFunc(s.shown, (*racks.Rack).HasRear) || s.rear {
		keys = slices.Insert(keys, 2, k.RackFace)
	}
	return keys
}

// Update reacts to a message.
func (s *rackScreen) Update(msg tea.Msg) (screen, tea.Cmd) { return s, toList(s, msg) }

func (s *rackScreen) typed(msg tea.Msg) tea.Cmd {
	changed, cmd := s.filter.update(msg)
	if changed {
		s.refresh()
	}
	return cmd
}

func (s *rackScreen) pressed(msg tea.KeyPressMsg) tea.Cmd {
	k := s.sh.keys
	switch {
	case s.filter.open:
		return s.typed(msg)
	case key.Matches(msg, k.Filter):
		s.filter.start()
	case key.Matches(msg, k.Open):
		return s.open()
	case key.Matches(msg, k.ReadNow):
		if p := s.placed(); p != nil && !s.rooms {
			return readNow(s.sh, p.Server.Name)
		}
	case key.Matches(msg, k.Maintain):
		if r := s.rack(); r != nil && r.Name != "" && !s.rooms {
			return send(openMaintenanceMsg{scope: "rack", name: rackPath(r)})
		}
	case key.Matches(msg, k.RackTint):
		s.tint = (s.tint + 1) % tints
	case key.Matches(msg, k.RackFace):
		s.rear = !s.rear
	case key.Matches(msg, k.RackRooms):
		s.rooms = !s.rooms
	default:
		s.move(msg)
	}
	return nil
}

// open shows the server under the cursor; in the rooms, the rack.
func (s *rackScreen) open() tea.Cmd {
	if s.rooms {
		s.rooms = false
		return nil
	}
	if p := s.placed(); p != nil {
		return send(openServerMsg{server: p.Server.Name})
	}
	return nil
}

// refresh takes the latest fleet and filters it again.
func (s *rackScreen) refresh() {
	s.data.sync(s.sh)
	at := s.rack()
	s.keep = nil
	if s.filter.keep != nil {
		s.keep = make(map[string]bool)
		for _, x := range s.filter.apply(s.sh.digests.all) {
			s.keep[x.entry.Server.Name] = true
		}
	}
	s.shown = s.data.all()
	if s.keep != nil {
		s.shown = slices.DeleteFunc(slices.Clone(s.shown), func(r *racks.Rack) bool { return len(s.listOf(r)) == 0 })
	}
	if !s.goToWanted() {
		s.follow(at)
	}
}

// follow keeps the cursor on its server, wherever it went, or in its rack.
func (s *rackScreen) follow(was *racks.Rack) {
	if s.server != "" && s.data.layout != nil && s.data.layout.Of(s.server) != nil {
		for i, r := range s.shown {
			if slices.ContainsFunc(s.listOf(r), func(p *racks.Placed) bool { return p.Server.Name == s.server }) {
				s.at = i
				return
			}
		}
	}
	if was != nil {
		if i := slices.IndexFunc(s.shown, func(r *racks.Rack) bool { return r.ID == was.ID }); i >= 0 {
			s.at = i
		}
	}
	s.goTo(s.at, 0)
}

// goToWanted puts the cursor on the rack that was asked for, once there is one.
func (s *rackScreen) goToWanted() bool {
	if s.want == "" || len(s.shown) == 0 {
		return false
	}
	for _, same := range []func(r *racks.Rack) bool{
		func(r *racks.Rack) bool { return rackPath(r) == s.want },
		func(r *racks.Rack) bool { return r.Name == s.want },
		func(r *racks.Rack) bool { return r.Name != "" && strings.EqualFold(r.Name, s.want) },
	} {
		if i := slices.IndexFunc(s.shown, same); i >= 0 {
			s.want = ""
			s.goTo(i, 0)
			return true
		}
	}
	s.want = ""
	return false
}

// View draws the racks.
func (s *rackScreen) View(w, h int) string {
	out := s.filter.view(w, s.countText())
	if text := s.emptyText(); text != "" {
		for line := range strings.SplitSeq(wrapped(text, w-4), "\n") {
			out = append(out, "  "+s.sh.styles.faint.Render(line))
		}
		return strings.Join(out[:min(len(out), h)], "\n")
	}
	out = append(out, s.headLine(w))
	if s.rooms {
		out = append(out, s.drawRooms(w, h-len(out))...)
	} else {
		out = append(out, s.drawRacks(w, h-len(out))...)
	}
	return strings.Join(out[:min(len(out), h)], "\n")
}

func (s *rackScreen) countText() string {
	n := 0
	for range s.keep {
		n++
	}
	return s.sh.t.Count(n, "%d server", "%d servers") + ", " + s.sh.t.Count(len(s.shown), "%d rack", "%d racks")
}

// emptyText says why nothing is shown, and what to do about it.
func (s *rackScreen) emptyText() string {
	t := s.sh.t
	switch v := s.sh.view; {
	case v == nil || v.Fleet == nil || s.data.layout == nil:
		return t.Say("waiting for the first answer of the store …")
	case v.Fleet.Len() == 0 && len(s.data.layout.Racks) == 0:
		return t.Text(noServers)
	case len(s.data.layout.Racks) == 0:
		return t.Say("no server has a rack yet: write rack: (and room:, site:, position: its lowest unit, height:) to the servers in the inventory file; racks: in the configuration says how high a rack is")
	case len(s.shown) == 0:
		return t.Say("no server matches the filter; Esc shows all")
	}
	return ""
}

// headLine is where one is among the racks, and the legend.
func (s *rackScreen) headLine(w int) string {
	st, t := s.sh.styles, s.sh.t
	where := t.Say("rack %s of %s", t.Int(int64(s.at+1)), t.Int(int64(len(s.shown))))
	if s.rear && !s.rooms {
		where += " · " + t.Say("seen from the rear")
	}
	return cut(" "+st.bold.Render(where)+"  "+s.legend(), w)
}

// rack is the one under the cursor, or nil.
func (s *rackScreen) rack() *racks.Rack {
	if s.at < 0 || s.at >= len(s.shown) {
		return nil
	}
	return s.shown[s.at]
}

// placed is the server under the cursor, or nil.
func (s *rackScreen) placed() *racks.Placed {
	if s.server == "" || s.data.layout == nil {
		return nil
	}
	return s.data.layout.Of(s.server)
}

// listOf are the servers of a rack that the cursor goes through.
func (s *rackScreen) listOf(r *racks.Rack) []*racks.Placed {
	if r == nil || s.keep == nil {
		if r == nil {
			return nil
		}
		return r.Servers
	}
	var out []*racks.Placed
	for _, p := range r.Servers {
		if s.keep[p.Server.Name] {
			out = append(out, p)
		}
	}
	return out
}

// stale reports whether what is shown of a server was read too long ago.
func (s *rackScreen) stale(p *racks.Placed) bool {
	x := s.sh.digests.byName[p.Server.Name]
	return x != nil && x.stale(s.sh.now()) && x.entry.State.Health != fleet.Unknown
}
