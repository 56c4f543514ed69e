package tui

import (
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"ironage/internal/ageing"
	"ironage/internal/fleet"
)

// help is the `?` page: the keys that work on the screen below it, read from
// the keymap, and the filter language where there is a filter.
type help struct {
	sh    *shared
	about screen
	top   int
	page  int
}

func newHelp(sh *shared, about screen) screen { return &help{sh: sh, about: about} }

func (h *help) Title() string       { return "Keys" }
func (h *help) Typing() bool        { return false }
func (h *help) Keys() []key.Binding { return []key.Binding{h.sh.keys.Up, h.sh.keys.Down} }

func (h *help) Update(msg tea.Msg) (screen, tea.Cmd) {
	press, ok := msg.(tea.KeyPressMsg)
	if !ok {
		return h, nil
	}
	k := h.sh.keys
	switch {
	case key.Matches(press, k.Up):
		h.top--
	case key.Matches(press, k.Down):
		h.top++
	case key.Matches(press, k.PageUp, k.HalfUp):
		h.top -= h.page
	case key.Matches(press, k.PageDown, k.HalfDown):
		h.top += h.page
	case key.Matches(press, k.Top):
		h.top = 0
	case key.Matches(press, k.Bottom):
		h.top = len(h.lines(minWidth))
	}
	h.top = max(min(h.top, len(h.lines(minWidth))-h.page), 0)
	return h, nil
}

// View shows the sections; a page too long for the window scrolls.
func (h *help) View(w, height int) string {
	all := h.lines(w)
	h.page = height
	top := max(min(h.top, len(all)-height), 0)
	return strings.Join(all[top:min(top+height, len(all))], "\n")
}

// section is a group of keys under a heading.
type section struct {
	title string
	keys  []key.Binding
}

func (h *help) sections() []section {
	k := h.sh.keys
	return []section{
		{h.sh.t.Say("On this screen: %s", h.sh.t.Text(clean(h.about.Title()))), allowed(h.sh, h.about.Keys())},
		{h.sh.t.Say("Everywhere"), k.global()},
		{h.sh.t.Say("In lists"), k.moving()},
	}
}

func (h *help) lines(w int) []string {
	st, say := h.sh.styles, h.sh.t.Say
	var out []string
	for _, s := range h.sections() {
		if len(s.keys) == 0 {
			continue
		}
		if len(out) > 0 {
			out = append(out, "")
		}
		out = append(out, " "+st.title.Render(s.title))
		out = append(out, h.grid(s.keys, w)...)
	}
	signs := " "
	for _, h := range []fleet.Health{fleet.Critical, fleet.Warning, fleet.Unknown, fleet.OK, fleet.Absent} {
		signs += "  " + st.badge(h)
	}
	out = append(out, "", " "+st.title.Render(say("Signs")), cut(signs, w), cut("   "+say("age")+"  "+
		st.band(ageing.BandOver).Render(say("5.2 y + over its service life"))+"  "+st.band(ageing.BandFarOver).Render(say("7.8 y ++ far over it"))+"  "+say("~ about  >= at least"), w))
	out = append(out, "", " "+st.title.Render(say("Filters (/)")))
	for _, l := range []string{
		"word             anywhere: names, places, findings, serial numbers",
		"field:value      health:critical  rack:A*  service:TDOffice  age:>5y  stale:yes",
		"a,b              either:  health:critical,warning",
		"!word            not:  !service:test",
		`"two words"      spaces and colons as they are;  * any text, ? one character`,
	} {
		out = append(out, cut("   "+say(l), w))
	}
	fields := say("fields of servers: %s", strings.Join(fieldNames(serverLanguage(h.sh)), ", "))
	for l := range strings.SplitSeq(ansi.Wrap(fields, w-4, ""), "\n") {
		out = append(out, "   "+l)
	}
	return out
}

// grid sets keys in as many columns as fit.
func (h *help) grid(bs []key.Binding, w int) []string {
	st := h.sh.styles
	const keyWidth, cellWidth = 10, 38
	cols := max((w-2)/cellWidth, 1)
	rows := (len(bs) + cols - 1) / cols
	out := make([]string, rows)
	for r := range rows {
		line := "   "
		for c := range cols {
			if i := c*rows + r; i < len(bs) {
				b := bs[i].Help()
				line += st.keyName.Render(fit(b.Key, keyWidth)) + " " + fit(h.sh.t.Text(b.Desc), cellWidth-keyWidth-1)
			}
		}
		out[r] = cut(strings.TrimRight(line, " "), w)
	}
	return out
}

func fieldNames[R any](l *language[R]) []string {
	out := make([]string, len(l.Fields))
	for i := range l.Fields {
		out[i] = l.Fields[i].Name
	}
	return out
}
