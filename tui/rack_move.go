package tui

import (
	"slices"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"ironage/internal/racks"
)

// move moves the cursor: by server within a rack, by rack, by room.
func (s *rackScreen) move(msg tea.KeyPressMsg) {
	k := s.sh.keys
	few := 5
	if s.rooms {
		few = s.perRow
	}
	switch {
	case key.Matches(msg, k.RackLeft):
		s.goTo(s.at-1, s.height())
	case key.Matches(msg, k.RackRight):
		s.goTo(s.at+1, s.height())
	case key.Matches(msg, k.NextRoom):
		s.nextRoom(1)
	case key.Matches(msg, k.PrevRoom):
		s.nextRoom(-1)
	case s.rooms:
		s.moveInRooms(msg)
	case key.Matches(msg, k.Up):
		s.step(-1)
	case key.Matches(msg, k.Down):
		s.step(1)
	case key.Matches(msg, k.HalfUp):
		s.step(-few)
	case key.Matches(msg, k.HalfDown):
		s.step(few)
	case key.Matches(msg, k.PageUp):
		s.goTo(s.at-s.perPage, 0)
	case key.Matches(msg, k.PageDown):
		s.goTo(s.at+s.perPage, 0)
	case key.Matches(msg, k.Top):
		s.step(-1 << 20)
	case key.Matches(msg, k.Bottom):
		s.step(1 << 20)
	}
}

// moveInRooms moves through the cells of the rooms.
func (s *rackScreen) moveInRooms(msg tea.KeyPressMsg) {
	k := s.sh.keys
	switch {
	case key.Matches(msg, k.Up):
		s.cellMove(-1)
	case key.Matches(msg, k.Down):
		s.cellMove(1)
	case key.Matches(msg, k.HalfUp, k.PageUp):
		s.cellMove(-5)
	case key.Matches(msg, k.HalfDown, k.PageDown):
		s.cellMove(5)
	case key.Matches(msg, k.Top):
		s.goTo(0, 0)
	case key.Matches(msg, k.Bottom):
		s.goTo(len(s.shown)-1, 0)
	}
}

// step goes n servers further in the rack.
func (s *rackScreen) step(n int) {
	list := s.listOf(s.rack())
	if len(list) == 0 {
		return
	}
	i := slices.IndexFunc(list, func(p *racks.Placed) bool { return p.Server.Name == s.server })
	s.server = list[max(min(i+n, len(list)-1), 0)].Server.Name
}

// goTo puts the cursor into a rack, on the server nearest to a unit; 0 is the
// topmost server.
func (s *rackScreen) goTo(at, unit int) {
	s.at = max(min(at, len(s.shown)-1), 0)
	list := s.listOf(s.rack())
	if len(list) == 0 {
		s.server = ""
		return
	}
	best := list[0]
	if unit > 0 {
		for _, p := range list {
			if p.Where == racks.InUnits && (best.Where != racks.InUnits || distance(p, unit) < distance(best, unit)) {
				best = p
			}
		}
	}
	s.server = best.Server.Name
}

func distance(p *racks.Placed, unit int) int {
	d := p.High - unit
	if d < 0 {
		return -d
	}
	return d
}

// height is the unit that the cursor is at, so that going sideways stays level.
func (s *rackScreen) height() int {
	p := s.placed()
	for p != nil && p.In != nil {
		p = p.In
	}
	if p == nil || p.Where != racks.InUnits {
		return 0
	}
	return p.High
}

// nextRoom goes to the first rack of the next room, or of the one before.
func (s *rackScreen) nextRoom(by int) {
	r := s.rack()
	if r == nil {
		return
	}
	same := func(a, b *racks.Rack) bool { return a.Site == b.Site && a.Room == b.Room }
	i := s.at
	for i >= 0 && i < len(s.shown) && same(s.shown[i], r) {
		i += by
	}
	if i < 0 || i >= len(s.shown) {
		return
	}
	for by < 0 && i > 0 && same(s.shown[i-1], s.shown[i]) {
		i--
	}
	s.goTo(i, 0)
}

// showRack shows the Racks screen with the cursor on a rack.
func (a *App) showRack(name string) tea.Cmd {
	cmd := a.showPage(pageRacks, "")
	if s, ok := a.top().(*rackScreen); ok {
		s.want, s.rooms = name, false
		s.filter.clear()
		s.refresh()
	}
	return cmd
}
