package tui

import (
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"ironage/internal/fleet"
	"ironage/internal/queue"
)

// bulkScreen changes several orders with one form. They are changed one by
// one; what is refused or was changed by somebody else is left alone, stays
// marked, and can be tried again with what was typed.
type bulkScreen struct {
	sh     *shared
	ids    []int64
	menu   []bulkMove
	cursor int
	top    int

	form     *form
	move     bulkMove
	versions map[int64]int64 // of the orders as the person saw them
	typed    map[string]string
	results  []bulkResult
	next     int // result that is on its way, while running
	running  bool
}

// bulkMove is something that can be done with some of the orders.
type bulkMove struct {
	move queue.Move // Action "edit" and "note" are not of the transition table
	able []int64
}

// newBulk opens the choice of what to do; with an action, its form at once.
func newBulk(sh *shared, ids []int64, action string) screen {
	b := &bulkScreen{sh: sh, ids: ids}
	b.refresh()
	for i, m := range b.menu {
		if m.move.Action == action {
			b.cursor = i
			b.open(m)
		}
	}
	return b
}

func (b *bulkScreen) Title() string { return b.sh.t.Count(len(b.ids), "%d order", "%d orders") }

// Typing is true while the form wants the keys, and while orders are changed:
// leaving in between would leave the rest undone without a word.
func (b *bulkScreen) Typing() bool { return b.form != nil || b.running }

// Unsaved reports whether leaving would lose what was typed or is under way.
func (b *bulkScreen) Unsaved() bool { return b.running || b.form != nil && b.form.touched() }

// Keys are those of the choice, the form, or the results.
func (b *bulkScreen) Keys() []key.Binding {
	k := b.sh.keys
	switch {
	case b.running:
		return nil
	case b.form != nil:
		return b.form.keys()
	case b.results != nil && len(b.undone()) == 0:
		return []key.Binding{k.Up, k.Down}
	}
	if b.results != nil {
		return []key.Binding{k.Again, k.Up, k.Down}
	}
	out := []key.Binding{k.Open, k.Up, k.Down}
	for _, m := range b.menu {
		out = append(out, b.keyOf(m.move))
	}
	return out
}

func (b *bulkScreen) keyOf(m queue.Move) key.Binding {
	switch m.Action {
	case editAction:
		return b.sh.keys.Edit
	case noteAction:
		return b.sh.keys.Note
	}
	return b.sh.keys.moveKey(m.Action, b.sh.moveWord(m))
}

// refresh works out what can be done with how many of the orders.
func (b *bulkScreen) refresh() {
	by := make(map[string]*bulkMove)
	var order []string
	add := func(m queue.Move, id int64) {
		have := by[m.Action]
		if have == nil {
			have = &bulkMove{move: m}
			by[m.Action], order = have, append(order, m.Action)
		}
		have.able = append(have.able, id)
	}
	for _, id := range b.ids {
		o := b.sh.orderByID(id)
		if o == nil {
			continue
		}
		for _, m := range queue.Moves(*o, b.sh.actor.Role) {
			if !m.Checked { // work starts one order at a time: each has its own checks
				add(m, id)
			}
		}
		if len(queue.EditFields(*o, b.sh.actor.Role)) > 0 {
			add(queue.Move{Action: editAction, Label: "Assign, edit"}, id)
		}
		if mayAct(b.sh) {
			add(queue.Move{Action: noteAction, Label: "Add a note"}, id)
		}
	}
	b.menu = b.menu[:0]
	for _, t := range queue.Transitions() {
		if m := by[t.Action]; m != nil {
			b.menu = append(b.menu, *m)
			delete(by, t.Action)
		}
	}
	for _, action := range order {
		if m := by[action]; m != nil {
			b.menu = append(b.menu, *m)
			delete(by, action)
		}
	}
	b.cursor = max(min(b.cursor, len(b.menu)-1), 0)
}

func (b *bulkScreen) Update(msg tea.Msg) (screen, tea.Cmd) {
	switch msg := msg.(type) {
	case viewMsg:
		if b.form == nil && !b.running {
			b.refresh()
		}
	case bulkAnswerMsg:
		if msg.of == b {
			return b, b.answered(msg)
		}
	case tea.KeyPressMsg:
		return b, b.pressed(msg)
	default:
		if b.form != nil && !b.running {
			return b, b.typing(msg)
		}
	}
	return b, nil
}

func (b *bulkScreen) pressed(msg tea.KeyPressMsg) tea.Cmd {
	k := b.sh.keys
	switch {
	case b.running:
		return nil
	case b.form != nil:
		return b.typing(msg)
	case b.results != nil:
		return b.inResults(msg)
	}
	for _, m := range b.menu {
		if key.Matches(msg, b.keyOf(m.move)) {
			b.open(m)
			return nil
		}
	}
	switch {
	case key.Matches(msg, k.Up):
		b.cursor = max(b.cursor-1, 0)
	case key.Matches(msg, k.Down):
		b.cursor = max(min(b.cursor+1, len(b.menu)-1), 0)
	case key.Matches(msg, k.Open) && b.cursor < len(b.menu):
		b.open(b.menu[b.cursor])
	}
	return nil
}

// inResults scrolls the results, and tries again what was not done.
func (b *bulkScreen) inResults(msg tea.KeyPressMsg) tea.Cmd {
	k := b.sh.keys
	switch {
	case key.Matches(msg, k.Up):
		b.top--
	case key.Matches(msg, k.Down):
		b.top++
	case key.Matches(msg, k.PageUp):
		b.top -= 10
	case key.Matches(msg, k.PageDown):
		b.top += 10
	case key.Matches(msg, k.Again):
		return b.again()
	}
	b.top = max(min(b.top, len(b.results)-1), 0)
	return nil
}

// undone are the orders that were not changed.
func (b *bulkScreen) undone() []int64 {
	var ids []int64
	for _, r := range b.results {
		if r.outcome != bulkDone {
			ids = append(ids, r.id)
		}
	}
	return ids
}

// again goes back to the form with what was typed, for the orders that were
// not changed; to the choice when the same cannot be done with any of them.
func (b *bulkScreen) again() tea.Cmd {
	rest, action := b.undone(), b.move.move.Action
	if len(rest) == 0 {
		return send(backMsg{})
	}
	b.ids, b.results, b.top = rest, nil, 0
	b.refresh()
	for i, m := range b.menu {
		if m.move.Action == action {
			b.cursor = i
			b.open(m)
			return nil
		}
	}
	return b.sh.says(fleet.Warning, "that cannot be done with any of them now; choose what to do")
}

func (b *bulkScreen) View(width, height int) string {
	w := width - 1
	if b.form != nil && !b.running {
		return indent(strings.Split(b.form.view(w, height), "\n"))
	}
	if b.results != nil {
		return indent(b.resultLines(w, height))
	}
	return indent(b.choice(w).box(0, height))
}

// choice is what can be done, with how many of the orders, and which they are.
func (b *bulkScreen) choice(w int) *lines {
	s, t := b.sh.styles, b.sh.t
	l := newLines(b.sh, w)
	l.head(t.Count(len(b.ids), "What shall be done with %d order?", "What shall be done with %d orders?"))
	for i, m := range b.menu {
		lead := s.noCur
		if i == b.cursor {
			lead = s.cursor
		}
		count := t.Say("all")
		if n := len(m.able); n < len(b.ids) {
			count = t.Say("%d of %d", n, len(b.ids))
		}
		line := lead + s.keyName.Render(b.keyOf(m.move).Help().Key) + " " + fit(t.Text(m.move.Label), 18) + fit(count, 10) + s.faint.Render(t.Text(summaryOf(m.move)))
		line = cut(line, w)
		if i == b.cursor {
			line = highlight(s, pad(line, w))
		}
		l.row(line)
	}
	if len(b.menu) == 0 {
		l.text("", t.Say("There is nothing that you may do with them now."), s.plain)
	}
	l.gap()
	l.text("", t.Say("Each is changed by itself: one that is refused, or that somebody else changed meanwhile, is left alone and stays marked. "+
		"Work is started on one order at a time, because each has its own checks."), s.faint)
	l.gap()
	for _, id := range b.ids {
		l.row(b.orderLine(id))
	}
	return l
}

// orderLine is one order in the list of those that are changed.
func (b *bulkScreen) orderLine(id int64) string {
	s, o := b.sh.styles, b.sh.orderByID(id)
	if o == nil {
		return fit(orderName(id), 6) + " " + s.faint.Render(b.sh.t.Say("is no longer in the queue"))
	}
	return fit(orderName(id), 6) + " " + s.tier(o.Tier).Render(clean(string(o.Tier))) + " " + s.state(o.State).Render(b.sh.stateCell(o.State)) + " " +
		joined(b.sh.subject(o), b.sh.with("assigned to %s", o.Assignee))
}

// has reports whether the move can be made with the order.
func (m *bulkMove) has(id int64) bool { return slices.Contains(m.able, id) }
