package tui

import (
	"fmt"
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
	panels []*sidePanel // health, age, queue, services
	focus  int          // 0: the causes; else panels[focus-1]
	poll   []string
	prompt prompt
	later  *later[struct{}, nextYear]
	bands  []sideRow // servers by age band
}

func newOverview(sh *shared) screen {
	o := &overview{sh: sh, causes: newTable(sh, causeColumns(sh))}
	o.causes.id = causeRow.id
	o.panels = []*sidePanel{{title: "Health"}, {title: "Ageing"}, {title: "Queue"}, {title: "Services"}}
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
func (o *overview) Typing() bool  { return o.prompt.open }

// Escape leads from a side panel back to the causes.
func (o *overview) Escape() bool {
	had := o.focus > 0
	o.focus = 0
	return had
}

func (o *overview) Keys() []key.Binding {
	k := o.sh.keys
	if o.prompt.open {
		return o.prompt.keys()
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
	if !ok || o.focus > 0 || o.prompt.open {
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
		if o.prompt.open {
			return o, o.prompt.update(msg)
		}
		return o, o.pressed(msg)
	case tea.PasteMsg:
		if o.prompt.open {
			return o, o.prompt.update(msg)
		}
	}
	return o, nil
}

func (o *overview) refresh() {
	o.causes.want("SERVER", o.sh.digests.nameWidth())
	o.causes.setRows(causeRows(o.sh))
	o.causes.empty = o.emptyText()
	sum := summarize(o.sh)
	o.panels[0].rows = healthRows(o.sh)
	o.bands = ageRows(o.sh, sum)
	o.fillAgeing()
	o.panels[2].rows = queueRows(o.sh)
	o.panels[3].rows = serviceRows(o.sh, sum)
	o.poll = pollLines(o.sh, sum)
}

// fillAgeing puts what is to be expected before the age bands.
func (o *overview) fillAgeing() {
	o.panels[1].rows = append(outlookRows(o.sh, o.later), o.bands...)
}

func (o *overview) emptyText() string {
	switch v := o.sh.view; {
	case v == nil || v.Fleet == nil:
		return "waiting for the first answer of the store …"
	case v.Fleet.Len() == 0:
		return noServers
	case v.Fleet.Count(fleet.Unknown) < v.Fleet.Len():
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

// askNote asks for the note of an acknowledgement.
func (o *overview) askNote(c causeRow) tea.Cmd {
	switch {
	case !mayAct(o.sh):
		return refuseViewer("acknowledge")
	case c.Acknowledged:
		return send(sayMsg{fleet.OK, c.where + ": already acknowledged"})
	case c.Code == health.Stale:
		return send(sayMsg{fleet.Warning, "staleness cannot be acknowledged: it ends when the server is read again"})
	}
	o.prompt.ask(o.sh, "Acknowledge "+c.where+": "+c.text, "note (may be empty): ", func(note string) tea.Cmd {
		return acknowledge(o.sh, c.Cause, note, time.Time{})
	})
	return nil
}

// proposeFor opens the proposal of a work order for the part behind a cause.
func proposeFor(sh *shared, c causeRow) tea.Cmd {
	if !mayAct(sh) {
		return refuseViewer("propose work orders")
	}
	if n := len(c.Keys); n > 0 {
		return tea.Batch(send(openServerMsg{server: c.Server, key: c.Key}),
			send(sayMsg{fleet.OK, fmt.Sprintf("%d parts stand behind that line: choose one here and press p", n)}))
	}
	kind, _, _ := strings.Cut(c.Key, "/")
	if c.Server == "" || !fleet.Kind(kind).Replaceable() {
		return send(sayMsg{fleet.Warning, "there is no replaceable part behind this line; open it and choose one with p"})
	}
	return send(proposeMsg{server: c.Server, key: c.Key})
}

// View stacks notices, panels and causes as the window allows.
func (o *overview) View(w, h int) string {
	out := o.notices(w, max(h/6, 1))
	room := h - len(out)
	if o.prompt.open {
		room -= 2
	}
	if w >= wideOverview {
		out = append(out, o.wide(w, room)...)
	} else {
		out = append(out, o.narrow(w, room)...)
	}
	if o.prompt.open {
		for len(out) < h-2 {
			out = append(out, "")
		}
		out = append(out[:h-2], o.prompt.view(w))
	}
	return strings.Join(out, "\n")
}

// wideOverview is the width from which four panels stand beside each other.
const wideOverview = 110

// besideOverview is the width from which services stand beside the causes even
// in a tall window.
const besideOverview = 180

// wide: health, age, queue and polling on top; then the causes, with services
// beside them where that leaves the causes room to be read, else below.
func (o *overview) wide(w, h int) []string {
	const topHeight = 7
	cols := []block{o.block(0), o.block(1), o.block(2), {title: "Polling", lines: o.poll}}
	out := abreast(o.sh, cols, w, topHeight)
	h -= len(out)
	if rows := len(o.panels[3].rows) + 2; w < besideOverview && h >= rows+12 {
		out = append(out, strings.Split(o.causesView(w, h-rows), "\n")...)
		return append(out, abreast(o.sh, []block{o.block(3)}, min(w, 72), rows)...)
	}
	side := max(min(w/4, 44), 32)
	left := strings.Split(o.causesView(w-side-2, h), "\n")
	right := abreast(o.sh, []block{o.block(3)}, side, h)
	return append(out, beside(left, w-side-2, "  ", right)...)
}

// narrow: health and polling on top, causes, and the rest below if it fits.
func (o *overview) narrow(w, h int) []string {
	const topHeight = 5
	out := abreast(o.sh, []block{o.block(0), {title: "Polling", lines: o.poll}}, w, topHeight)
	h -= topHeight
	bottom := 0
	if h >= 11 {
		bottom = max(min(h-len(o.causes.rows)-2, 7), 4)
	}
	out = append(out, strings.Split(o.causesView(w, h-bottom), "\n")...)
	for len(out) < topHeight+h-bottom {
		out = append(out, "")
	}
	if bottom > 0 {
		out = append(out, abreast(o.sh, []block{o.block(1), o.block(2), o.block(3)}, w, bottom)...)
	}
	return out
}

// causesView is the list under its title.
func (o *overview) causesView(w, h int) string {
	open := 0
	for i := range o.causes.rows {
		if o.causes.rows[i].Alerts() {
			open++
		}
	}
	title := "Needs a person now"
	if o.sh.view != nil {
		title += ": " + plural(open, "cause", "causes")
	}
	if known := len(o.causes.rows) - open; known > 0 {
		title += ", " + fmt.Sprintf("%d already known", known)
	}
	if n := len(o.causes.rows); n > h-2 {
		title += " (" + o.causes.position() + ")"
	}
	return heading(o.sh, title, o.focus == 0, w) + "\n" + o.causes.view(w, h-1)
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
	words := strings.Fields(clean(n.Text))
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
