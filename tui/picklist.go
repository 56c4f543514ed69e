package tui

import (
	"fmt"
	"strconv"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"ironage/internal/fleet"
	"ironage/internal/queue"
)

// pickList is what to load and where to walk, for some orders or for those
// that are ready. It writes nothing: the command line prints it.
type pickList struct {
	sh     *shared
	ids    []int64 // chosen; none: the ready ones
	groups []queue.PickGroup
	loads  []queue.Load
	stops  []queue.Trip // in the order of the walk
	cursor int          // in stops
	page   int
}

func newPickList(sh *shared, ids []int64) screen {
	p := &pickList{sh: sh, ids: ids, page: 5}
	p.refresh()
	return p
}

func (p *pickList) Title() string { return "Pick list" }
func (p *pickList) Typing() bool  { return false }

// Keys are those of the walk.
func (p *pickList) Keys() []key.Binding {
	k := p.sh.keys
	return []key.Binding{k.Open, k.Aisle, k.OpenServer, k.Walk, k.Down, k.Up}
}

// refresh gathers the trips of the chosen orders anew.
func (p *pickList) refresh() {
	var orders []queue.Order
	if p.sh.view != nil {
		want := make(map[int64]bool, len(p.ids))
		for _, id := range p.ids {
			want[id] = true
		}
		for i := range p.sh.view.Orders {
			o := &p.sh.view.Orders[i]
			if want[o.ID] || len(p.ids) == 0 && o.State == queue.Ready {
				orders = append(orders, *o)
			}
		}
	}
	p.groups, p.loads = queue.PickList(p.sh.desk.Trips(orders))
	p.stops = p.stops[:0]
	for _, g := range p.groups {
		p.stops = append(p.stops, g.Trips...)
	}
	p.cursor = max(min(p.cursor, len(p.stops)-1), 0)
}

func (p *pickList) Update(msg tea.Msg) (screen, tea.Cmd) {
	switch msg := msg.(type) {
	case viewMsg:
		p.refresh()
	case tea.KeyPressMsg:
		return p, p.pressed(msg)
	}
	return p, nil
}

func (p *pickList) pressed(msg tea.KeyPressMsg) tea.Cmd {
	k := p.sh.keys
	if key.Matches(msg, k.Walk) {
		return p.sh.says(fleet.OK, "on paper: %s (--output csv for a table)", p.command())
	}
	if p.cursor >= len(p.stops) {
		return nil
	}
	o := &p.stops[p.cursor].Order
	switch {
	case key.Matches(msg, k.Up):
		p.cursor = max(p.cursor-1, 0)
	case key.Matches(msg, k.Down):
		p.cursor = min(p.cursor+1, len(p.stops)-1)
	case key.Matches(msg, k.PageUp, k.HalfUp):
		p.cursor = max(p.cursor-p.page, 0)
	case key.Matches(msg, k.PageDown, k.HalfDown):
		p.cursor = min(p.cursor+p.page, len(p.stops)-1)
	case key.Matches(msg, k.Top):
		p.cursor = 0
	case key.Matches(msg, k.Bottom):
		p.cursor = len(p.stops) - 1
	case key.Matches(msg, k.Open):
		return send(openOrderMsg{o.ID})
	case key.Matches(msg, k.Aisle):
		return send(openAisleMsg{o.ID})
	case key.Matches(msg, k.OpenServer):
		return send(openServerMsg{o.Server, o.Slot})
	}
	return nil
}

// command prints the same list.
func (p *pickList) command() string {
	cmd := "ironage queue picklist"
	for _, id := range p.ids {
		cmd += " " + strconv.FormatInt(id, 10)
	}
	return cmd
}

func (p *pickList) View(width, height int) string {
	l, from, to := p.lines(width - 1)
	p.page = max(height/6, 1)
	top := 0
	if to > height-1 { // the stop under the cursor is seen whole, with its rack where there is room
		top = max(min(from-height/3, len(l.all)-height), 0)
		top = max(top, to-height+1)
	}
	return indent(l.box(top, height))
}

// lines is the whole list, and where the stop under the cursor begins and ends.
func (p *pickList) lines(w int) (l *lines, from, to int) {
	s := p.sh.styles
	l = newLines(p.sh, w)
	l.down = p.sh.keys.Down
	if len(p.stops) == 0 {
		text := p.sh.t.Say("Nothing is ready. Mark orders in the queue with %s and press %s there for a list of just those.",
			p.sh.keys.Mark.Help().Key, p.sh.keys.Walk.Help().Key)
		switch {
		case p.sh.view == nil:
			text = p.sh.t.Say("waiting for the first answer of the store …")
		case len(p.ids) > 0:
			text = p.sh.t.Say("None of the chosen orders is in the queue any more.")
		}
		l.text("", text, s.faint)
		return l, 0, 0
	}
	t := p.sh.t
	l.row(s.title.Render(t.Say("To load")) + s.faint.Render("  "+
		t.Say("for %s in %s", t.Count(len(p.stops), "%d order", "%d orders"), t.Count(len(p.groups), "%d rack", "%d racks"))))
	for _, x := range p.loads {
		p.loadLines(l, x)
	}
	n := 0
	for _, g := range p.groups {
		l.gap()
		l.row(s.title.Render(p.groupName(g)) + s.faint.Render("  "+t.Count(len(g.Trips), "%d order", "%d orders")))
		for i := range g.Trips {
			if n == p.cursor {
				from = len(l.all)
			}
			p.stopLines(l, &g.Trips[i], n == p.cursor)
			if n == p.cursor {
				to = len(l.all)
			}
			n++
		}
	}
	return l, from, to
}

// loadLines is one part to take along, for which orders, and where it lies.
func (p *pickList) loadLines(l *lines, x queue.Load) {
	s := p.sh.styles
	var orders []string
	for _, id := range x.Orders {
		orders = append(orders, orderName(id))
	}
	part, unknown := strings.CutSuffix(clean(x.Part), ", part number not known")
	if unknown {
		part = p.sh.t.Say("part number not known")
	}
	l.text("", fmt.Sprintf("%3d × %s", x.Count, joined(part, p.sh.kindWord(fleet.KindOf(x.Kind), x.Count), strings.Join(orders, " "))), s.bold)
	have := p.sh.t.Say("none known to be on hand")
	if len(x.OnHand) > 0 {
		have = p.sh.t.Say("on hand: %s", p.sh.shelfWords(x.OnHand))
	}
	l.text("      ", have, s.faint)
}

// groupName is a rack with its room and site.
func (p *pickList) groupName(g queue.PickGroup) string {
	return firstOf(p.sh.placeWord(fleet.Server{Site: g.Site, Room: g.Room, Rack: g.Rack}), p.sh.t.Say("place not in the inventory"))
}

// stopLines is one order at one machine: where, what to pull, what to bring.
func (p *pickList) stopLines(l *lines, t *queue.Trip, selected bool) {
	s, o := p.sh.styles, &t.Order
	lead := s.noCur
	if selected {
		lead = s.cursor
	}
	unit := "U?"
	if t.Position > 0 {
		unit = "U" + strconv.Itoa(t.Position)
	}
	if t.Face != "" && t.Face != "front" {
		unit += " " + p.sh.t.Text(clean(t.Face))
	}
	line := lead + s.bold.Render(joined(fit(unit, 4)+clean(o.Server), p.sh.partWord(o.Kind, cleanOr(t.Slot, slotName(o))))) + "  " +
		s.tier(o.Tier).Render(clean(string(o.Tier))) + " " + orderName(o.ID) + " " + s.state(o.State).Render(p.sh.stateWord(o.State))
	line = cut(line, l.width)
	if selected {
		line = highlight(s, pad(line, l.width))
	}
	l.row(line)
	const in = "        "
	sh := p.sh
	l.text(in, sh.t.Say("pull %s", sh.labelText(firstOf(t.Pull, o.Old.Serial))), s.plain)
	l.textIf(in, sh.with("bring %s", sh.bringText(o, t)), s.plain)
	l.textIf(in, joined(sh.with("spare %s", o.Spare), sh.with("serial %s", o.PartSerial), sh.with("window %s", o.Window), sh.with("change %s", o.ChangeRef)), s.plain)
	l.textIf(in, joined(sh.t.Text(clean(t.HotSwap)), sh.t.Text(clean(t.Redundancy))), s.faint)
}
