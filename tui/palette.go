package tui

import (
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"ironage/internal/lang"
)

// paletteRows is how many proposals the palette shows at once.
const paletteRows = 8

// palette is the `:` line: the name of a screen, a server, a rack, a work order
// or something to do, completed while it is typed.
type palette struct {
	sh       *shared
	commands []choice
	racks    []choice
	input    textinput.Model
	found    []choice
	at       int
	more     int // how many further ones there are
	closed   bool
}

// choice is one thing that the palette can open or do.
type choice struct {
	name, what string
	msg        tea.Msg
	// also are its names in other languages: what somebody learned in one must
	// work in the other.
	also []string
	// with makes the message of what was typed after the name; nil takes nothing.
	with func(typed string) tea.Msg
}

func newPalette(sh *shared, commands []choice) *palette {
	p := &palette{sh: sh, commands: slices.Concat(pageChoices(sh), commands), racks: rackChoices(sh), input: newInput(sh, ": ", "")}
	p.input.Placeholder = sh.t.Say("a screen, a server, a rack, #order or something to do")
	p.search()
	return p
}

// named is a choice whose name is a text of ours: it answers to every language.
func named(sh *shared, name, what string, msg tea.Msg) choice {
	c := choice{name: sh.t.Say(name), what: what, msg: msg}
	for _, code := range lang.Codes() {
		if t, err := lang.New(code); err == nil {
			if other := t.Say(name); other != c.name {
				c.also = append(c.also, other)
			}
		}
	}
	return c
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
	typed := strings.TrimSpace(p.input.Value())
	msg := queueCommand(typed)
	if msg == nil {
		msg = p.withMore(typed)
	}
	if msg == nil && p.at < len(p.found) {
		msg = p.found[p.at].msg
	}
	if msg == nil {
		return nil
	}
	p.closed = true
	return send(msg)
}

// withMore reads a name with something after it: "servers health:critical" opens
// the list filtered, "theme dark" and "save filter night" are done.
func (p *palette) withMore(typed string) tea.Msg {
	for i, r := range typed {
		if r != ' ' {
			continue
		}
		name, rest := fold(typed[:i]), strings.TrimSpace(typed[i:])
		for _, c := range p.commands {
			if c.with != nil && slices.ContainsFunc(append([]string{c.name}, c.also...), func(n string) bool { return fold(n) == name }) {
				return c.with(rest)
			}
		}
	}
	first, rest, ok := strings.Cut(typed, " ")
	if !ok {
		return nil
	}
	for _, pg := range pageOrder() { // "age forecast" will do for "ageing forecast"
		if pageMakers()[pg] != nil && strings.HasPrefix(string(pg), strings.ToLower(first)) && len(p.found) == 0 {
			return openPageMsg{page: pg, filter: strings.TrimSpace(rest)}
		}
	}
	return nil
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
	p.offer(add, want)
	p.found = slices.Concat(begin, contain)
	if n := len(p.found) - paletteRows; n > 0 {
		p.found = p.found[:paletteRows]
		p.more += n
	}
}

// offer goes through everything that can be opened or done.
func (p *palette) offer(add func(string, func() choice), want string) {
	for _, c := range p.commands {
		add(bestName(&c, want), func() choice { return c })
	}
	p.offerAisle(add)
	p.offerOrders(add)
	for _, c := range p.racks {
		add(c.name, func() choice { return c })
	}
	for _, d := range p.sh.digests.all {
		add(d.name, func() choice {
			return choice{name: d.name, what: fit(p.sh.t.Text(d.entry.State.Health.String()), widest(healthWords(), p.sh.t.Text)) + "  " + d.place,
				msg: openServerMsg{server: d.entry.Server.Name}}
		})
	}
}

// bestName is the name of a choice that fits what is wanted: its own, else one
// in another language.
func bestName(c *choice, want string) string {
	if !strings.Contains(fold(c.name), want) {
		for _, other := range c.also {
			if strings.Contains(fold(other), want) {
				return other
			}
		}
	}
	return c.name
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
		out = append(out, " "+st.faint.Render(p.sh.t.Say("nothing is called that")))
	case p.more > 0:
		out = append(out, " "+st.faint.Render(p.sh.t.Say("and %d more", p.more)))
	}
	p.input.SetWidth(max(w-6, 8))
	return append(out, cut(" "+p.input.View(), w))
}
