package tui

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"ironage/internal/queue"
)

// pageWords say what each top-level screen is for.
func pageWords() map[page]string {
	return map[page]string{
		pageOverview:    "what needs a person now",
		pageServers:     "every server; add a filter: servers health:critical",
		pageQueue:       "work orders",
		pageEvents:      "what changed",
		pageAgeing:      "how old, how risky, what next year costs",
		pageServices:    "what each service stands on",
		pageRacks:       "what sits where, and where there is room",
		pageProbes:      "what does not answer, and what to do about it",
		pageMaintenance: "when nobody is to be woken",
		pageSettings:    "theme, language, saved filters",
	}
}

// pageChoices are the top-level screens.
func pageChoices(sh *shared) []choice {
	made := pageMakers()
	var out []choice
	for _, p := range pageOrder() {
		if made[p] == nil {
			continue
		}
		// The title, as it stands above the screen: "ageing" alone is a band of age.
		title := strings.ToUpper(string(p[:1])) + string(p[1:])
		c := named(sh, title, sh.t.Say(pageWords()[p]), openPageMsg{page: p})
		c.name = strings.ToLower(c.name)
		c.with = func(typed string) tea.Msg { return openPageMsg{page: p, filter: typed} }
		out = append(out, c)
	}
	return append(out, queueCommands(sh)...)
}

// rackChoices are the racks of the fleet by name; where two rooms have one of
// the same name, with the room.
func rackChoices(sh *shared) []choice {
	if sh.view == nil || sh.view.Fleet == nil {
		return nil
	}
	type place struct{ site, room, rack string }
	count, named := map[place]int{}, map[string]map[place]bool{}
	for e := range sh.view.Fleet.All() {
		s := &e.Server
		if s.Rack == "" {
			continue
		}
		p := place{s.Site, s.Room, s.Rack}
		count[p]++
		if named[s.Rack] == nil {
			named[s.Rack] = map[place]bool{}
		}
		named[s.Rack][p] = true
	}
	var out []choice
	for p, n := range count {
		full := p.site + "/" + p.room + "/" + p.rack
		name := clean(p.rack)
		if len(named[p.rack]) > 1 {
			name = clean(full)
		}
		where := joined(clean(p.site), clean(p.room))
		out = append(out, choice{name: name, what: joined(sh.t.Say("rack"), where, sh.t.Count(n, "%d server", "%d servers")), msg: openRackMsg{full}})
	}
	slices.SortFunc(out, func(a, b choice) int { return cmp.Compare(a.name, b.name) })
	return out
}

// offerOrders offers the work orders by number.
func (p *palette) offerOrders(add func(string, func() choice)) {
	v := p.sh.view
	if v == nil {
		return
	}
	for i := range v.Orders {
		o := &v.Orders[i]
		name := "#" + strconv.FormatInt(o.ID, 10)
		add(name, func() choice { return choice{name: name, what: p.orderWhat(o), msg: openOrderMsg{o.ID}} })
	}
}

// orderWhat is an order in a line: how urgent, how far, where.
func (p *palette) orderWhat(o *queue.Order) string {
	return strings.TrimSpace(fmt.Sprintf("%s %s, %s, %s", o.Tier, p.sh.t.Text(stateName(o.State)), clean(o.Server), slotName(o)))
}
