package tui

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"ironage/internal/queue"
)

// queueList is the Queue screen: the work orders by priority and state.
type queueList struct {
	sh     *shared
	table  *table[*queue.Order]
	filter *filterBar[*queue.Order]
	done   bool // finished ones are shown too
	counts map[queue.State]int
	all    int // shown when nothing is filtered
}

func newQueue(sh *shared, filter string) screen {
	q := &queueList{sh: sh, table: newTable(sh, orderColumns(sh))}
	q.table.id = func(o *queue.Order) string { return strconv.FormatInt(o.ID, 10) }
	q.filter = newFilterBar(sh, orderLanguage(sh), filter)
	q.done = strings.Contains(filter, "state:") // asking for a state must not hide it
	q.refresh()
	return q
}

func (q *queueList) Title() string { return "Queue" }
func (q *queueList) Typing() bool  { return q.filter.open }

// Escape takes the filter away before Esc leaves the screen.
func (q *queueList) Escape() bool {
	had := q.filter.clear()
	if had {
		q.refresh()
	}
	return had
}

// Keys are those of the list, or of the filter while it is typed.
func (q *queueList) Keys() []key.Binding {
	if q.filter.open {
		return q.filter.keys()
	}
	k := q.sh.keys
	return append([]key.Binding{k.Open, k.Filter, k.Finished, k.OpenServer}, q.table.sortKeys()...)
}

func (q *queueList) Update(msg tea.Msg) (screen, tea.Cmd) {
	switch msg := msg.(type) {
	case viewMsg:
		q.refresh()
	case tea.KeyPressMsg:
		if q.filter.open {
			return q, q.typed(msg)
		}
		return q, q.pressed(msg)
	case tea.PasteMsg:
		if q.filter.open {
			return q, q.typed(msg)
		}
	}
	return q, nil
}

func (q *queueList) pressed(msg tea.KeyPressMsg) tea.Cmd {
	k := q.sh.keys
	switch {
	case key.Matches(msg, k.Filter):
		q.filter.start()
	case key.Matches(msg, k.Finished):
		q.done = !q.done
		q.refresh()
	case key.Matches(msg, k.Open):
		if o, ok := q.table.row(); ok {
			return send(openOrderMsg{o.ID})
		}
	case key.Matches(msg, k.OpenServer):
		if o, ok := q.table.row(); ok {
			return send(openServerMsg{o.Server, o.Slot})
		}
	default:
		q.table.update(msg)
	}
	return nil
}

func (q *queueList) typed(msg tea.Msg) tea.Cmd {
	changed, cmd := q.filter.update(msg)
	if changed {
		q.refresh()
	}
	return cmd
}

// refresh takes the latest orders: by tier, then by how far they are.
func (q *queueList) refresh() {
	q.counts = make(map[queue.State]int)
	var rows []*queue.Order
	if q.sh.view != nil {
		for i := range q.sh.view.Orders {
			o := &q.sh.view.Orders[i]
			q.counts[o.State]++
			if q.done || !o.State.Final() {
				rows = append(rows, o)
			}
		}
	}
	slices.SortStableFunc(rows, byUrgency)
	q.all = len(rows)
	q.table.setRows(q.filter.apply(rows))
	q.table.empty = q.emptyText()
}

// byUrgency is the order of the list: what is finished last, then by tier, then
// by how far it has come, then the oldest first.
func byUrgency(a, b *queue.Order) int {
	final := func(o *queue.Order) int {
		if o.State.Final() {
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(final(a), final(b)), cmp.Compare(a.Tier, b.Tier),
		cmp.Compare(stateRank(a.State), stateRank(b.State)), a.Created.Compare(b.Created), cmp.Compare(a.ID, b.ID))
}

// stateRank orders states by what waits for somebody's hands or word: work that
// is going on first, then what is to be decided, what is to be fetched.
func stateRank(s queue.State) int {
	return slices.Index([]queue.State{queue.InProgress, queue.Ready, queue.Proposed, queue.Approved, queue.Ordered,
		queue.Replaced, queue.Verified, queue.Deferred, queue.Closed, queue.Rejected, queue.Cancelled}, s)
}

func (q *queueList) emptyText() string {
	switch {
	case q.sh.view == nil:
		return "waiting for the first answer of the store …"
	case len(q.sh.view.Orders) == 0:
		return "no work order yet: p on a part of a server proposes one"
	case q.all == 0:
		return "no open work order; " + q.sh.keys.Finished.Help().Key + " shows the finished ones"
	}
	return "no work order matches the filter; Esc shows all"
}

func (q *queueList) View(w, h int) string {
	bar := q.filter.view(w, q.countText())
	if counts := q.countLines(w); h-len(bar)-len(counts) >= 5 { // in a tiny window rows come first
		bar = append(counts, bar...)
	}
	bar = bar[:min(len(bar), h)]
	if room := h - len(bar); room > 0 {
		bar = append(bar, q.table.view(w, room))
	}
	return strings.Join(bar, "\n")
}

func (q *queueList) countText() string {
	return fmt.Sprintf("%d of %s", len(q.table.rows), plural(q.all, "order", "orders"))
}

// countLines is how many orders stand in each state, on as many lines as it takes.
func (q *queueList) countLines(w int) []string {
	st := q.sh.styles
	var parts []string
	final := 0
	for _, s := range queue.States() {
		n := q.counts[s]
		if s.Final() {
			final += n
			continue
		}
		if n > 0 {
			parts = append(parts, st.state(s).Render(fmt.Sprintf("%d %s", n, stateName(s))))
		}
	}
	if len(parts) == 0 {
		parts = append(parts, st.faint.Render("no open order"))
	}
	verb := "shows"
	if q.done {
		verb = "hides"
	}
	if final > 0 {
		parts = append(parts, st.faint.Render(fmt.Sprintf("%d finished (%s %s)", final, q.sh.keys.Finished.Help().Key, verb)))
	}
	return flow(parts, w)
}

// orderColumns are the columns of the queue.
func orderColumns(sh *shared) []column[*queue.Order] {
	type O = *queue.Order
	st := func() *styles { return sh.styles }
	faintDone := func(o O) (lipgloss.Style, bool) { return st().faint, o.State.Final() }
	byText := func(text func(O) string) func(a, b O) int {
		return func(a, b O) int { return cmp.Compare(text(a), text(b)) }
	}
	part := func(o O) string { return joined(clean(o.Old.Model), clean(o.Old.Serial)) }
	return []column[O]{
		{title: "ORDER", width: 5, right: true, letter: sortKey("I", "number"), style: faintDone,
			text: func(o O) string { return "#" + strconv.FormatInt(o.ID, 10) }, less: func(a, b O) int { return cmp.Compare(a.ID, b.ID) }},
		{title: "TIER", width: 4, letter: sortKey("T", "tier"), less: byUrgency,
			text:  func(o O) string { return clean(string(o.Tier)) },
			style: func(o O) (lipgloss.Style, bool) { return st().tier(o.Tier), !o.State.Final() }},
		{title: "STATE", width: 11, letter: sortKey("S", "state"),
			text:  func(o O) string { return stateName(o.State) },
			style: func(o O) (lipgloss.Style, bool) { return st().state(o.State), true },
			less:  func(a, b O) int { return cmp.Or(cmp.Compare(stateRank(a.State), stateRank(b.State)), byUrgency(a, b)) }},
		{title: "SERVER", width: 13, max: 24, letter: sortKey("N", "server"), style: faintDone,
			text: func(o O) string { return clean(o.Server) }, less: byText(func(o O) string { return o.Server })},
		{title: "SLOT", width: 14, max: 26, text: slotName, style: faintDone},
		{title: "KIND", width: 6, priority: 5, max: 15, style: faintDone, text: func(o O) string { return kindName(o.Kind, 1) }},
		{title: "REASON", width: 13, max: 44, priority: 1, text: mainReason, style: faintDone},
		{title: "PART", width: 24, min: 16, max: 40, priority: 6, text: part, style: faintDone},
		{title: "AGE", width: 4, right: true, priority: 2, letter: sortKey("A", "age"), down: true, style: faintDone,
			text: func(o O) string { return ago(sh.now(), o.Created) }, less: func(a, b O) int { return b.Created.Compare(a.Created) }},
		{title: "CHANGED", width: 7, right: true, priority: 3, letter: sortKey("C", "last change"), style: faintDone,
			text: func(o O) string { return ago(sh.now(), o.Changed) }, less: func(a, b O) int { return b.Changed.Compare(a.Changed) }},
		{title: "WHO", width: 10, min: 7, max: 16, priority: 4, style: faintDone, text: func(o O) string { return clean(o.Assignee) }},
	}
}

// mainReason is the first cause that still holds, and how many more there are.
func mainReason(o *queue.Order) string {
	if len(o.Reasons) == 0 {
		return ""
	}
	r := o.Reasons[0]
	for _, x := range o.Reasons {
		if x.StillTrue {
			r = x
			break
		}
	}
	text := reasonName(r.Code)
	if r.Code == queue.ReasonManual && r.Text != "" {
		text = clean(r.Text)
	}
	if n := len(o.Reasons) - 1; n > 0 {
		text += fmt.Sprintf(" +%d", n)
	}
	return text
}

// orderLanguage is what the queue can be filtered by.
func orderLanguage(sh *shared) *language[*queue.Order] {
	type O = *queue.Order
	text := func(name string, get func(O) string) field[O] {
		return field[O]{name: name, texts: func(o O) []string { return []string{get(o)} }}
	}
	states := make([]string, 0, len(queue.States()))
	for _, s := range queue.States() {
		states = append(states, string(s))
	}
	years := func(t time.Time) float64 { return sh.now().Sub(t).Hours() / 24 / 365.25 }
	rack := func(o O) string {
		if sh.view == nil || sh.view.Fleet == nil {
			return ""
		}
		if e := sh.view.Fleet.Find(o.Server); e != nil {
			return e.Server.Rack
		}
		return ""
	}
	return &language[O]{
		fields: []field[O]{
			{name: "state", choices: states, whole: true, texts: func(o O) []string { return []string{string(o.State)} }},
			{name: "tier", choices: []string{"p1", "p2", "p3", "p4"}, whole: true, texts: func(o O) []string { return []string{string(o.Tier)} }},
			text("server", func(o O) string { return o.Server }),
			text("rack", rack),
			text("slot", slotName),
			text("kind", func(o O) string { return string(o.Kind) }),
			{name: "reason", texts: func(o O) []string {
				var out []string
				for _, r := range o.Reasons {
					out = append(out, string(r.Code), reasonName(r.Code), r.Text)
				}
				return out
			}},
			text("part", func(o O) string { return o.Old.Model + " " + o.Old.PartNumber + " " + o.FitPart }),
			text("serial", func(o O) string { return o.Old.Serial + " " + o.PartSerial }),
			text("who", func(o O) string { return o.Assignee }),
			text("ref", func(o O) string { return o.OrderRef + " " + o.ChangeRef }),
			{name: "age", hint: ">14d", number: func(o O) (float64, bool) { return years(o.Created), true }},
		},
		free: func(o O) string {
			return fold(strings.Join([]string{"#" + strconv.FormatInt(o.ID, 10), string(o.Tier), stateName(o.State), o.Server, slotName(o),
				kindName(o.Kind, 1), mainReason(o), o.Old.Vendor, o.Old.Model, o.Old.Serial, o.Assignee, o.OrderRef, o.ChangeRef, string(o.Kind)}, " "))
		},
	}
}
