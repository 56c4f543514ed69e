package tui

import (
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"ironage/internal/fleet"
	"ironage/internal/health"
	"ironage/internal/ops"
)

// overview is the screen for 3 am: what needs a person now, and the state of
// the fleet, the queue and the polling around it.
type overview struct {
	sh     *shared
	causes *table[causeRow]
	panels []*sidePanel // in the order of the panel numbers
	focus  int          // 0: the causes; else panels[focus-1]
	poll   []string
	ack    *form // open while a cause is acknowledged
	ackOf  causeRow
	later  *later[struct{}, nextYear]
	bands  []sideRow // servers by age band
	since  time.Time // from when on changes are news
	watch  health.Watch
	sums   fleetSums
}

// The panels, in the order in which Tab goes through them.
const (
	panelHealth = iota
	panelAgeing
	panelQueue
	panelRacks
	panelSince
	panelServices
)

func newOverview(sh *shared) screen {
	o := &overview{sh: sh, causes: newTable(sh, causeColumns(sh))}
	o.causes.id = causeRow.id
	o.panels = []*sidePanel{{title: "Health"}, {title: "Ageing"}, {title: "Queue"}, {title: "Worst racks"}, {}, {title: "Services"}}
	if o.since = sh.now(); sh.prefs != nil && !sh.prefs.before.IsZero() {
		o.since = sh.prefs.before
	}
	o.later = &later[struct{}, nextYear]{sh: sh, work: lookAhead, done: func(nextYear) { o.fillAgeing() }}
	o.refresh()
	return o
}

// Init asks anew: an answer that came while the screen was not shown is lost.
func (o *overview) Init() tea.Cmd {
	o.later.again()
	return nil
}

func (o *overview) Title() string { return "Overview" }
func (o *overview) Typing() bool  { return o.ack != nil }

// Unsaved reports whether leaving would lose what was typed.
func (o *overview) Unsaved() bool { return o.ack != nil && o.ack.touched() }

// Escape leads from a side panel back to the causes.
func (o *overview) Escape() bool {
	had := o.focus > 0
	o.focus = 0
	return had
}

func (o *overview) Keys() []key.Binding {
	k := o.sh.keys
	if o.ack != nil {
		return o.ack.keys()
	}
	if o.focus > 0 {
		return []key.Binding{k.Open, k.NextPanel, k.PrevPanel}
	}
	find := k.Filter
	find.SetHelp(find.Help().Key, "find servers")
	if !mayAct(o.sh) {
		return []key.Binding{k.Open, k.NextPanel, find}
	}
	return []key.Binding{k.Open, k.Ack, k.Propose, k.ReadNow, k.NextPanel, find}
}

// Detail is the whole of what the cursor's line has no room for.
func (o *overview) Detail() string {
	c, ok := o.causes.row()
	if !ok || o.focus > 0 || o.ack != nil {
		return ""
	}
	service := ""
	if d := o.sh.digests.byName[c.Server]; d != nil {
		service = d.service
	}
	return joined(c.text, c.place, service)
}

func (o *overview) Update(msg tea.Msg) (screen, tea.Cmd) {
	switch msg := msg.(type) {
	case viewMsg:
		o.refresh()
		return o, o.later.ask(struct{}{})
	case workedMsg:
		return o, o.later.take(msg)
	case tea.KeyPressMsg:
		if o.ack != nil {
			return o, o.noting(msg)
		}
		return o, o.pressed(msg)
	case causeAckedMsg:
		if msg.of == o {
			return o, o.acknowledged(msg)
		}
	default: // what the form asks of itself, and pastes
		if o.ack != nil {
			return o, o.noting(msg)
		}
	}
	return o, nil
}

func (o *overview) refresh() {
	o.causes.want("SERVER", o.sh.digests.nameWidth())
	o.causes.setRows(causeRows(o.sh, &o.watch))
	o.causes.empty = o.emptyText()
	o.sums.sync(o.sh.digests.all, o.sh.now())
	sum := &o.sums
	o.panels[panelHealth].rows = healthRows(o.sh)
	o.bands = ageRows(o.sh, sum)
	o.fillAgeing()
	o.panels[panelQueue].rows = queueRows(o.sh)
	o.panels[panelRacks].rows = rackRows(o.sh, sum)
	o.panels[panelSince].rows, o.panels[panelSince].title = sinceRows(o.sh, o.since), o.sinceTitle()
	o.panels[panelServices].rows = serviceRows(o.sh, sum)
	o.poll = pollLines(o.sh, sum)
}

// Rest lets go of the servers that were counted and looked at.
func (o *overview) Rest() { o.watch, o.sums = health.Watch{}, fleetSums{} }

// fillAgeing puts what is to be expected before the age bands.
func (o *overview) fillAgeing() {
	if o.sh.loading() {
		o.panels[panelAgeing].rows = []sideRow{{draw: func(w int) string { return o.sh.styles.faint.Render(cut(o.sh.t.Say("being read"), w)) }}}
		return
	}
	o.panels[panelAgeing].rows = append(outlookRows(o.sh, o.later), o.bands...)
}

func (o *overview) emptyText() string {
	switch v := o.sh.view; {
	case v == nil || v.Fleet == nil:
		return "waiting for the first answer of the store …"
	case v.Fleet.Len() == 0:
		return noServers
	case o.sh.loading():
		return "nothing found so far: what is known is still being read"
	case v.Fleet.Count(fleet.Unknown) < v.Fleet.Len():
	case neverRead(v.Fleet) && v.Collector.Owner == "" && !v.Collector.Here:
		return "nothing is known yet: nobody collects; start it with: ironage collect"
	case neverRead(v.Fleet):
		return "nothing is known yet: no server has been read"
	default:
		return "nothing is known: what answers tells nothing of its hardware; Enter on Health shows the servers"
	}
	return "nothing: no failed part, no silent server, no warning"
}

func (o *overview) pressed(msg tea.KeyPressMsg) tea.Cmd {
	k := o.sh.keys
	stops := len(o.panels) + 1
	switch {
	case key.Matches(msg, k.NextPanel):
		o.focus = (o.focus + 1) % stops
	case key.Matches(msg, k.PrevPanel):
		o.focus = (o.focus + stops - 1) % stops
	case key.Matches(msg, k.Filter):
		return send(openPageMsg{page: pageServers, ask: true})
	case o.focus > 0:
		return o.panels[o.focus-1].pressed(msg, k)
	default:
		return o.inCauses(msg)
	}
	return nil
}

func (o *overview) inCauses(msg tea.KeyPressMsg) tea.Cmd {
	k := o.sh.keys
	c, ok := o.causes.row()
	switch {
	case key.Matches(msg, k.Open) && ok:
		return send(c.open(o.sh))
	case key.Matches(msg, k.Ack) && ok:
		return o.askNote(c)
	case key.Matches(msg, k.Propose) && ok:
		return proposeFor(o.sh, c)
	case key.Matches(msg, k.ReadNow) && ok && c.Server != "":
		return readNow(o.sh, c.Server)
	}
	o.causes.update(msg)
	return nil
}

// proposeFor opens the proposal of a work order for the part behind a cause.
func proposeFor(sh *shared, c causeRow) tea.Cmd {
	if !mayAct(sh) {
		return refuseViewer("propose work orders")
	}
	if n := len(c.Keys); n > 0 {
		return tea.Batch(send(openServerMsg{server: c.Server, key: c.Key}),
			sh.says(fleet.OK, "%d parts stand behind that line: choose one here and press p", n))
	}
	word, _, _ := strings.Cut(c.Key, "/")
	if kind, ok := fleet.FindKind(word); c.Server == "" || !ok || !kind.Replaceable() {
		return sh.says(fleet.Warning, "there is no replaceable part behind this line; open it and choose one with p")
	}
	return send(proposeMsg{server: c.Server, key: c.Key})
}

// View stacks notices, panels and causes as the window allows.
func (o *overview) View(w, h int) string {
	if o.ack != nil {
		return indent(strings.Split(o.ack.view(w-1, h), "\n"))
	}
	out := o.notices(w, max(h/6, 1))
	room := h - len(out)
	switch {
	case o.sh.linear:
		out = append(out, o.listed(w)...)
	case w >= wideOverview:
		out = append(out, o.wide(w, room)...)
	default:
		out = append(out, o.narrow(w, room)...)
	}
	return strings.Join(out, "\n")
}

// wideOverview is the width from which four panels stand beside each other.
const wideOverview = 110

// besideOverview is the width from which panels stand beside the causes.
const besideOverview = 180

// wide: health, age, queue and polling on top; then the causes, with what
// changed, the worst racks and the services beside them where that leaves the
// causes room to be read, else below.
func (o *overview) wide(w, h int) []string {
	const topHeight = 7
	cols := []block{o.block(panelHealth), o.block(panelAgeing), o.block(panelQueue), {title: "Polling", lines: o.poll}}
	out := abreast(o.sh, cols, w, topHeight)
	h -= len(out)
	if w < besideOverview {
		bottom := 0
		if h >= 14 {
			bottom = max(min(h-len(o.causes.rows)-2, h/2, 10), 5)
		}
		out = append(out, o.padded(w, h-bottom)...)
		if bottom > 0 {
			third := (w - 4) / 4
			out = append(out, abreastBy(o.sh, []block{o.block(panelSince), o.block(panelRacks), o.block(panelServices)}, []int{w - 4 - 2*third, third, third}, bottom)...)
		}
		return out
	}
	side := max(min(w/3, 64), 44)
	left := strings.Split(o.causesView(w-side-2, h), "\n")
	right := o.stacked(side, h, panelSince, panelRacks, panelServices)
	return append(out, beside(left, w-side-2, "  ", right)...)
}

// stacked draws panels one below the other: each as tall as it needs to be,
// those that have more to say sharing what is left.
func (o *overview) stacked(w, h int, which ...int) []string {
	var out []string
	for i, p := range which {
		fair := (h - len(out)) / (len(which) - i)
		tall := fair
		if need := len(o.panels[p].rows) + 2; need < fair {
			tall = need
		}
		out = append(out, abreast(o.sh, []block{o.block(p)}, w, tall)...)
	}
	return out
}

// narrow: health, age and polling on top, causes, and below them the queue,
// the worst racks and what changed, if they fit. The services give way: Tab
// brings them into the place of the racks.
func (o *overview) narrow(w, h int) []string {
	const topHeight = 5
	first := max((w-4)*21/76, 18)
	second := max((w-4)*25/76, 18)
	out := abreastBy(o.sh, []block{o.block(panelHealth), o.block(panelAgeing), {title: "Polling", lines: o.poll}}, []int{first, second, w - 4 - first - second}, topHeight)
	h -= topHeight
	bottom := 0
	if h >= 11 {
		bottom = max(min(h-len(o.causes.rows)-2, 7), 4)
	}
	out = append(out, o.padded(w, h-bottom)...)
	if bottom > 0 {
		middle := panelRacks
		if o.focus == panelServices+1 {
			middle = panelServices
		}
		first, second := (w-4)*25/76, (w-4)*21/76
		out = append(out, abreastBy(o.sh, []block{o.block(panelQueue), o.block(middle), o.block(panelSince)}, []int{first, second, w - 4 - first - second}, bottom)...)
	}
	return out
}

// padded is the list of causes on exactly h lines.
func (o *overview) padded(w, h int) []string {
	out := strings.Split(o.causesView(w, h), "\n")
	for len(out) < h {
		out = append(out, "")
	}
	return out
}

// causesView is the list under its title.
func (o *overview) causesView(w, h int) string {
	return o.causesHeading(w, h) + "\n" + o.causes.view(w, h-1)
}

// causesHeading counts the causes of a list h lines high.
func (o *overview) causesHeading(w, h int) string {
	open := 0
	for i := range o.causes.rows {
		if o.causes.rows[i].Alerts() {
			open++
		}
	}
	t := o.sh.t
	title := t.Say("Needs a person now")
	if o.sh.view != nil {
		title += ": " + t.Count(open, "%d cause", "%d causes")
	}
	if o.sh.loading() {
		title += " " + t.Say("so far")
	}
	if known := len(o.causes.rows) - open; known > 0 {
		title += ", " + t.Say("%d already known", known)
	}
	if n := len(o.causes.rows); n > h-2 {
		title += " (" + o.causes.position() + ")"
	}
	return heading(o.sh, title, o.focus == 0, w)
}

// block is panel i as it is drawn beside others.
func (o *overview) block(i int) block {
	return block{title: o.panels[i].title, panel: o.panels[i], focused: o.focus == i+1}
}

// notices are about this program itself: at most room lines, worst first.
func (o *overview) notices(w, room int) []string {
	if o.sh.view == nil {
		return nil
	}
	st := o.sh.styles
	var out []string
	for _, h := range fleet.Healths {
		for _, n := range o.sh.view.Notices {
			if n.Health == h && len(out) < room {
				out = append(out, noticeLines(st, n, w, room-len(out))...)
			}
		}
	}
	return out
}

// noticeLines draw a notice on as many lines as it needs and has: what to type
// or to set stands at its end, and must not be cut off.
func noticeLines(st *styles, n ops.Notice, w, room int) []string {
	head := " " + st.badge(n.Health) + " "
	indent := width(head)
	words := strings.Fields(st.t.Text(clean(n.Text)))
	var lines []string
	line := ""
	for i, word := range words {
		if line != "" && indent+width(line)+1+width(word) > w && len(lines)+1 < room {
			lines, line = append(lines, fit(head+line, w)), ""
			head = spaces(indent)
		}
		if i > 0 && line != "" {
			line += " "
		}
		line += word
	}
	return append(lines, fit(head+line, w))
}

func neverRead(snap *fleet.Snapshot) bool {
	for e := range snap.All() {
		if !e.State.LastRead().IsZero() {
			return false
		}
	}
	return true
}
