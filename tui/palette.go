package tui

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"
)

// paletteRows is how many proposals the palette shows at once.
const paletteRows = 8

// palette is the `:` line: the name of a screen, a server or a work order,
// completed while it is typed.
type palette struct {
	sh     *shared
	input  textinput.Model
	found  []choice
	at     int
	more   int // how many further ones there are
	closed bool
}

// choice is one thing that the palette can open.
type choice struct {
	name, what string
	msg        tea.Msg
}

func newPalette(sh *shared) *palette {
	p := &palette{sh: sh, input: newInput(sh, ": ", "")}
	p.input.Placeholder = "a screen, a server or #order"
	p.search()
	return p
}

func (p *palette) keys() []key.Binding {
	k := p.sh.keys
	return []key.Binding{k.Accept, k.Complete, k.NextChoice, k.PrevChoice, k.Cancel}
}

func (p *palette) update(msg tea.Msg) tea.Cmd {
	if press, ok := msg.(tea.KeyPressMsg); ok {
		k := p.sh.keys
		switch {
		case key.Matches(press, k.Cancel):
			p.closed = true
			return nil
		case key.Matches(press, k.Accept):
			return p.accept()
		case key.Matches(press, k.NextChoice):
			p.at = min(p.at+1, max(len(p.found)-1, 0))
			return nil
		case key.Matches(press, k.PrevChoice):
			p.at = max(p.at-1, 0)
			return nil
		case key.Matches(press, k.Complete):
			if p.at < len(p.found) {
				p.input.SetValue(p.found[p.at].name)
				p.input.CursorEnd()
				p.search()
			}
			return nil
		}
	}
	before := p.input.Value()
	cmd := typeInto(&p.input, msg)
	if p.input.Value() != before {
		p.search()
	}
	return cmd
}

func (p *palette) accept() tea.Cmd {
	if msg := queueCommand(p.input.Value()); msg != nil {
		p.closed = true
		return send(msg)
	}
	if name, filter, ok := strings.Cut(strings.TrimSpace(p.input.Value()), " "); ok {
		for _, pg := range []page{pageServers, pageQueue, pageAgeing} { // "servers health:critical" opens the list filtered, "ageing forecast" that panel
			if strings.HasPrefix(string(pg), strings.ToLower(name)) {
				p.closed = true
				return send(openPageMsg{page: pg, filter: strings.TrimSpace(filter)})
			}
		}
	}
	if p.at >= len(p.found) {
		return nil
	}
	p.closed = true
	return send(p.found[p.at].msg)
}

// search finds what the typed text can mean: what begins with it before what
// contains it.
func (p *palette) search() {
	want := fold(strings.TrimSpace(p.input.Value()))
	p.at, p.more = 0, 0
	var begin, contain []choice
	add := func(name string, c func() choice) {
		f := fold(name)
		switch {
		case strings.HasPrefix(f, want):
			if len(begin) < paletteRows {
				begin = append(begin, c())
				return
			}
		case strings.Contains(f, want):
			if len(contain) < paletteRows {
				contain = append(contain, c())
				return
			}
		default:
			return
		}
		p.more++
	}
	p.offer(add)
	p.found = slices.Concat(begin, contain)
	if n := len(p.found) - paletteRows; n > 0 {
		p.found = p.found[:paletteRows]
		p.more += n
	}
}

// offer goes through everything that can be opened.
func (p *palette) offer(add func(string, func() choice)) {
	screens := []choice{
		{string(pageOverview), "what needs a person now", openPageMsg{page: pageOverview}},
		{string(pageServers), "every server; add a filter: servers health:critical", openPageMsg{page: pageServers}},
		{string(pageQueue), "work orders", openPageMsg{page: pageQueue}},
		{string(pageEvents), "what changed", openPageMsg{page: pageEvents}},
		{string(pageAgeing), "how old, how risky, what next year costs", openPageMsg{page: pageAgeing}},
		{string(pageServices), "what each service stands on", openPageMsg{page: pageServices}},
		{"quit", "leave ironage", tea.QuitMsg{}},
	}
	for _, s := range slices.Concat(screens, queueCommands()) {
		add(s.name, func() choice { return s })
	}
	p.offerAisle(add)
	if v := p.sh.view; v != nil {
		for i := range v.Orders {
			o := &v.Orders[i]
			add("#"+strconv.FormatInt(o.ID, 10), func() choice {
				return choice{"#" + strconv.FormatInt(o.ID, 10),
					fmt.Sprintf("%s %s, %s, %s", o.Tier, stateName(o.State), clean(o.Server), slotName(o)), openOrderMsg{o.ID}}
			})
		}
	}
	for _, d := range p.sh.digests.all {
		add(d.name, func() choice {
			return choice{d.name, strings.TrimSpace(d.entry.State.Health.String() + "  " + d.place), openServerMsg{server: d.entry.Server.Name}}
		})
	}
}

// view is the proposals with the line under them.
func (p *palette) view(w int) []string {
	st := p.sh.styles
	var out []string
	for i, c := range p.found {
		lead, style := st.noCur, st.plain
		if i == p.at {
			lead, style = st.cursor, st.selected
		}
		out = append(out, style.Render(fit(lead+fit(c.name, 24)+"  "+c.what, w)))
	}
	switch {
	case len(p.found) == 0:
		out = append(out, " "+st.faint.Render("nothing is called that"))
	case p.more > 0:
		out = append(out, " "+st.faint.Render(fmt.Sprintf("and %d more", p.more)))
	}
	p.input.SetWidth(max(w-6, 8))
	return append(out, cut(" "+p.input.View(), w))
}
