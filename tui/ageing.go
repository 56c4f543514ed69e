package tui

import (
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"ironage/internal/outlook"
)

// ageingScreen is what the fleet's age means: how old it is, what is past its
// life, what is likely to fail next, which spares and how much money that takes.
// Its panels all speak of the same servers, those of the slice.
type ageingScreen struct {
	sh     *shared
	panels []ageingPanel
	at     int
	slice  outlook.Slice
	picker *slicePicker // open while the slice is chosen
}

// ageingPanel is one panel of the Ageing screen. Its contents are worked out
// beside it, because a fleet has half a million parts.
type ageingPanel interface {
	// id is the panel's name in English, title its tab in the reader's language,
	// with a count where there is one.
	id() string
	title() string
	// bar is the panel's filter; nil where it has none.
	bar() *filterBar[*outlook.Line]
	// aim says of which slice the panel speaks, ask begins to work out what it
	// shows of it, unless that is known.
	aim(outlook.Slice)
	ask(outlook.Slice) tea.Cmd
	take(workedMsg) tea.Cmd
	again()
	keys() []key.Binding
	pressed(tea.KeyPressMsg) tea.Cmd
	view(width, height int) []string
	// detail says more about the line under the cursor.
	detail() string
}

// newAgeing opens the screen; panel names the panel to begin with.
func newAgeing(sh *shared, panel string) screen {
	a := &ageingScreen{sh: sh}
	a.panels = []ageingPanel{newAgeSummary(sh, a), newOverAge(sh), newRanking(sh), newForecast(sh), newBudget(sh), newBatches(sh)}
	for i, p := range a.panels {
		if panel != "" && strings.HasPrefix(strings.ToLower(p.id()), strings.ToLower(panel)) {
			a.at = i
		}
	}
	return a
}

func (a *ageingScreen) Title() string {
	if text := sliceText(a.sh, a.slice); text != "" {
		return a.sh.t.Say("Ageing of %s", text)
	}
	return "Ageing"
}

// Typing is true while a slice is chosen or a filter is typed.
func (a *ageingScreen) Typing() bool { return a.picker != nil || a.filtering() }

func (a *ageingScreen) filtering() bool {
	bar := a.panel().bar()
	return bar != nil && bar.open
}

// Place is the panel that is shown.
func (a *ageingScreen) Place() string {
	return joinSpace(string(pageAgeing), strings.ToLower(a.panel().id()))
}

// Copy is what stands under the cursor.
func (a *ageingScreen) Copy() string {
	if p, ok := a.panel().(copier); ok && a.picker == nil {
		return p.Copy()
	}
	return ""
}

// ToggleWide shows every column of the panel's list, or those that fit.
func (a *ageingScreen) ToggleWide() {
	if p, ok := a.panel().(widener); ok {
		p.ToggleWide()
	}
}

// Escape takes the filter away, then shows the whole fleet again, before Esc
// leaves the screen.
func (a *ageingScreen) Escape() bool {
	if bar := a.panel().bar(); bar != nil && bar.clear() {
		return true
	}
	had := a.slice != outlook.Slice{}
	a.cut(outlook.Slice{})
	return had
}

// cut makes every panel speak of a slice; each works it out when it is shown.
func (a *ageingScreen) cut(s outlook.Slice) {
	a.slice = s
	for _, p := range a.panels {
		p.aim(s)
	}
}

// Init asks anew: an answer that came while the screen was not shown is lost.
func (a *ageingScreen) Init() tea.Cmd {
	for _, p := range a.panels {
		p.again()
	}
	return nil // the view that follows asks
}

func (a *ageingScreen) Keys() []key.Binding {
	if a.picker != nil {
		return a.picker.keys()
	}
	if a.filtering() {
		return a.panel().bar().keys()
	}
	k := a.sh.keys
	keys := []key.Binding{k.NextPanel, k.SliceBy}
	if a.panel().bar() != nil {
		keys = append(keys, k.Filter)
	}
	return append(keys, a.panel().keys()...)
}

func (a *ageingScreen) panel() ageingPanel { return a.panels[a.at] }

// Detail is the whole of what the cursor's line has no room for.
func (a *ageingScreen) Detail() string {
	if a.picker != nil {
		return ""
	}
	return a.panel().detail()
}

func (a *ageingScreen) Update(msg tea.Msg) (screen, tea.Cmd) {
	switch msg := msg.(type) {
	case viewMsg:
		return a, a.panel().ask(a.slice)
	case workedMsg:
		var cmds []tea.Cmd
		for _, p := range a.panels {
			cmds = append(cmds, p.take(msg))
		}
		return a, tea.Batch(cmds...)
	case tea.KeyPressMsg:
		cmd := a.pressed(msg)
		return a, tea.Batch(cmd, a.panel().ask(a.slice))
	case tea.PasteMsg:
		switch {
		case a.picker != nil:
			a.picker.update(msg)
		case a.filtering():
			_, cmd := a.panel().bar().update(msg)
			return a, tea.Batch(cmd, a.panel().ask(a.slice))
		}
	}
	return a, nil
}

func (a *ageingScreen) pressed(msg tea.KeyPressMsg) tea.Cmd {
	k := a.sh.keys
	switch {
	case a.picker != nil:
		a.picker.update(msg)
		if a.picker.closed {
			a.cut(a.picker.slice)
			a.picker = nil
		}
	case a.filtering():
		_, cmd := a.panel().bar().update(msg)
		return cmd
	case key.Matches(msg, k.Filter) && a.panel().bar() != nil:
		a.panel().bar().start()
	case key.Matches(msg, k.NextPanel):
		a.at = (a.at + 1) % len(a.panels)
	case key.Matches(msg, k.PrevPanel):
		a.at = (a.at + len(a.panels) - 1) % len(a.panels)
	case key.Matches(msg, k.SliceBy) && a.waiting().what != "":
		return send(sayMsg{text: a.sh.t.Text(a.waiting().what)})
	case key.Matches(msg, k.SliceBy):
		a.picker = newSlicePicker(a.sh, a.slice)
	default:
		return a.panel().pressed(msg)
	}
	return nil
}

func (a *ageingScreen) View(w, h int) string {
	if a.picker != nil {
		return strings.Join(a.picker.view(w, h), "\n")
	}
	out := []string{a.tabs(w)}
	if why := a.waiting(); why.what != "" {
		out = append(out, why.lines(a.sh, " ", w, h-1)...)
	} else {
		out = append(out, a.panel().view(w, h-1)...)
	}
	return strings.Join(out[:min(len(out), h)], "\n")
}

// waiting says why there is nothing to show yet; it is empty when there is.
func (a *ageingScreen) waiting() emptyState {
	switch v := a.sh.view; {
	case v == nil || v.Fleet == nil:
		return nothingRead()
	case v.Fleet.Len() == 0:
		return noneConfigured()
	case v.Outlook == nil:
		return emptyState{kind: emptyLoading, what: "working out ages and risks …"}
	}
	return emptyState{}
}

// tabs is the line that names the panels, the one shown in brackets; where there
// is no room the counts go.
func (a *ageingScreen) tabs(w int) string {
	st := a.sh.styles
	line := a.tabLine(func(title string) string { return title })
	if width(line) > w {
		line = a.tabLine(func(title string) string { return strings.TrimRight(title, " 0123456789,.") })
	}
	if room := w - width(line) - 2; room > 0 {
		line += " " + st.rule.Render(strings.Repeat(st.hline, room))
	}
	return cut(line, w)
}

func (a *ageingScreen) tabLine(name func(title string) string) string {
	st, line := a.sh.styles, " "
	for i, p := range a.panels {
		title := name(p.title())
		if i == a.at {
			line += st.selected.Render("[" + title + "]")
		} else {
			line += st.faint.Render(" " + title + " ")
		}
	}
	return line
}

// listing is the content of a list panel: its rows, and how many more there are
// than it shows.
type listing[R any] struct {
	rows  []R
	all   int
	count int // in the tab's title; 0: none
	// note is a sentence above the rows, in the language of whoever reads it.
	note  func(*shared) string
	heads []string // titles of columns that depend on the rows
}

// listPanel is a panel that is one list.
type listPanel[K comparable, R any] struct {
	sh    *shared
	name  string
	table *table[R]
	later *later[K, listing[R]]
	// key is the question that the panel asks of a slice.
	key func(outlook.Slice) K
	// act does what keys do to the row under the cursor; false: not one of its keys.
	act func(tea.KeyPressMsg, R) (tea.Cmd, bool)
	// more are the keys beyond those of the list.
	more func() []key.Binding
	// say is more about a row than its line has room for.
	say func(R) string
	// copy is what y puts on the clipboard of a row.
	copy func(R) string
	// none is shown in place of rows.
	none string
	// side draws something about the row under the cursor beside the list.
	side func(r R, width, height int) []string
	got  listing[R]
	// filter is the panel's filter; nil where it has none.
	filter *filterBar[*outlook.Line]
}

// sideFrom is the width from which a list has room for something beside it.
const sideFrom = 160

func newListPanel[K comparable, R any](sh *shared, name string, cols []column[R], work func(*outlook.Fleet, K) listing[R]) *listPanel[K, R] {
	p := &listPanel[K, R]{sh: sh, name: name, table: newTable(sh, cols)}
	p.table.remember(p.settingsName())
	p.later = &later[K, listing[R]]{sh: sh, work: work, done: p.show}
	return p
}

func (p *listPanel[K, R]) show(got listing[R]) {
	p.got = got
	p.table.want("SERVER", p.sh.digests.nameWidth())
	p.table.setRows(got.rows)
	p.table.why = emptyState{what: p.none}
	if p.filter != nil && p.filter.text != "" {
		p.table.why = noneMatch("nothing here matches the filter")
	}
}

// settingsName is the list's name in the settings: "ageing.over-age".
func (p *listPanel[K, R]) settingsName() string {
	return string(pageAgeing) + "." + hyphened(strings.ToLower(p.name))
}

func (p *listPanel[K, R]) id() string                     { return p.name }
func (p *listPanel[K, R]) bar() *filterBar[*outlook.Line] { return p.filter }
func (p *listPanel[K, R]) ToggleWide()                    { p.table.toggleWide() }

// Copy is what stands under the cursor.
func (p *listPanel[K, R]) Copy() string {
	if r, ok := p.table.row(); ok && p.copy != nil && p.later.known() {
		return p.copy(r)
	}
	return ""
}

func (p *listPanel[K, R]) title() string {
	name := p.sh.t.Say(p.name)
	if p.later.known() && p.got.count > 0 {
		return name + " " + p.sh.count(p.got.count)
	}
	return name
}

func (p *listPanel[K, R]) aim(s outlook.Slice)         { p.later.want = p.key(s) }
func (p *listPanel[K, R]) ask(s outlook.Slice) tea.Cmd { return p.later.ask(p.key(s)) }
func (p *listPanel[K, R]) take(msg workedMsg) tea.Cmd  { return p.later.take(msg) }
func (p *listPanel[K, R]) again()                      { p.later.again() }

func (p *listPanel[K, R]) keys() []key.Binding {
	return append(p.more(), p.table.sortKeys()...)
}

func (p *listPanel[K, R]) pressed(msg tea.KeyPressMsg) tea.Cmd {
	if r, ok := p.table.row(); ok && p.later.known() {
		if cmd, mine := p.act(msg, r); mine {
			return cmd
		}
	}
	p.table.update(msg)
	return nil
}

func (p *listPanel[K, R]) detail() string {
	r, ok := p.table.row()
	if !ok || p.say == nil || !p.later.known() {
		return ""
	}
	return p.say(r)
}

func (p *listPanel[K, R]) view(w, h int) []string {
	st := p.sh.styles
	var out []string
	if p.filter != nil {
		out = p.filter.view(w, p.sh.t.Say("%s found", p.sh.count(p.got.all)))
	}
	if !p.later.known() {
		return append(out, " "+st.faint.Render(p.sh.t.Say("working it out …")))
	}
	for _, l := range flowWords(p.note(), w-1) {
		out = append(out, " "+st.faint.Render(l))
	}
	out = out[:min(len(out), max(h-1, 0))]
	h -= len(out)
	r, ok := p.table.row()
	if p.side == nil || w < sideFrom || !ok {
		return append(out, strings.Split(p.table.view(w, h), "\n")...)
	}
	right := max(w*2/5, 64)
	left := w - right - 3
	rule := " " + st.rule.Render("│") + " "
	return append(out, beside(strings.Split(p.table.view(left, h), "\n"), left, rule, p.side(r, right, h))...)
}

// note is the sentence above the rows, with what is not shown of them.
func (p *listPanel[K, R]) note() string {
	text := ""
	if p.got.note != nil {
		text = p.got.note(p.sh)
	}
	if more := p.got.all - len(p.got.rows); more > 0 {
		text = strings.TrimSpace(text + " " + p.sh.t.Say("The first %s of %s.", p.sh.count(len(p.got.rows)), p.sh.count(p.got.all)))
	}
	return text
}
