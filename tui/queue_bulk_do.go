package tui

import (
	"context"
	"errors"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"ironage/internal/fleet"
	"ironage/internal/queue"
)

// noteAction is the log's word for a note.
const noteAction = "note"

// bulkOutcome is what became of one order.
type bulkOutcome uint8

const (
	bulkWaiting  bulkOutcome = iota
	bulkDone                 // changed as wanted
	bulkRefused              // the queue, or the store, said no
	bulkConflict             // somebody else was faster
	bulkLeft                 // was never asked for: it stands where this cannot be done
)

// bulkResult is one order with what became of it.
type bulkResult struct {
	id      int64
	outcome bulkOutcome
	text    string
}

// bulkAnswerMsg is the Desk's answer about one of the orders; lists of orders
// take their marks from those that were changed.
type bulkAnswerMsg struct {
	of    *bulkScreen
	id    int64
	order queue.Order
	err   error
}

// open opens the form for a move with the orders as they are shown now.
func (b *bulkScreen) open(m bulkMove) {
	b.move, b.versions = m, make(map[int64]int64, len(m.able))
	var orders []*queue.Order
	for _, id := range m.able {
		if o := b.sh.orderByID(id); o != nil {
			orders, b.versions[id] = append(orders, o), o.Version
		}
	}
	asks := b.asks(orders)
	t, n := b.sh.t, len(orders)
	label := t.Text(m.move.Label)
	f := newForm(b.sh, label+": "+t.Count(n, "%d order", "%d orders"), asks, b.presets(asks, orders))
	for name, v := range b.typed {
		if p, ok := f.values[name]; ok {
			*p = v
		}
	}
	f.intro = []string{b.about(orders)}
	if left := len(b.ids) - n; left > 0 {
		f.intro = append(f.intro, t.Count(left, "%d other is left alone: this cannot be done there now.", "%d others are left alone: this cannot be done there now."))
	}
	switch {
	case m.move.Destructive:
		f.confirmWith(t.Say("%s %s for good? Finished orders never reopen.", label, t.Count(n, "%d order", "%d orders")), t.Say("Yes, all of them"))
	case len(asks) == 0:
		f.confirmWith(label+" "+t.Count(n, "%d order", "%d orders")+"?", t.Say("Yes, all of them"))
	}
	b.form = f.start()
}

// about names the orders of a form.
func (b *bulkScreen) about(orders []*queue.Order) string {
	var names []string
	for _, o := range orders {
		names = append(names, orderName(o.ID))
	}
	return strings.Join(names, ", ")
}

// asks are the fields of the form: what any of the orders asks for, needed as
// soon as one that has no value for it needs it.
func (b *bulkScreen) asks(orders []*queue.Order) []queue.Field {
	var out []queue.Field
	for _, o := range orders {
		for _, f := range b.fieldsOf(o) {
			f.Required = f.Required && queue.Value(*o, f.Name) == ""
			at := slices.IndexFunc(out, func(x queue.Field) bool { return x.Name == f.Name })
			if at < 0 {
				out = append(out, f)
				continue
			}
			out[at].Required = out[at].Required || f.Required
		}
	}
	if b.move.move.Action == editAction {
		out = append(out, editReason())
	}
	return out
}

func (b *bulkScreen) fieldsOf(o *queue.Order) []queue.Field {
	switch b.move.move.Action {
	case editAction:
		return queue.EditFields(*o, b.sh.actor.Role)
	case noteAction:
		return []queue.Field{{Name: noteAction, Label: "Note", Required: true, Hint: "goes into each log with your name"}}
	}
	for _, m := range queue.Moves(*o, b.sh.actor.Role) {
		if m.Action == b.move.move.Action {
			return m.Fields
		}
	}
	return nil
}

// presets are the values that all of the orders share. What differs is left
// open: each order keeps its own.
func (b *bulkScreen) presets(asks []queue.Field, orders []*queue.Order) map[string]string {
	preset := make(map[string]string, len(asks))
	for _, f := range asks {
		for i, o := range orders {
			v := presetOf(b.sh, *o, f)
			if b.move.move.Action == editAction {
				v = queue.Value(*o, f.Name)
			}
			if i > 0 && v != preset[f.Name] {
				delete(preset, f.Name)
				break
			}
			preset[f.Name] = v
		}
	}
	return preset
}

func (b *bulkScreen) typing(msg tea.Msg) tea.Cmd {
	cmd := b.form.update(msg)
	switch b.form.state {
	case formAborted:
		b.form = nil
		return b.sh.says(fleet.Unknown, "nothing was changed")
	case formDone:
		return b.run()
	}
	return cmd
}

// run begins to change the orders, one by one.
func (b *bulkScreen) run() tea.Cmd {
	b.typed = b.form.typed()
	if b.move.move.Action == editAction {
		fields, _ := editsOf(b.form)
		if len(fields) == 0 {
			b.form = nil
			return b.sh.says(fleet.Unknown, "nothing was changed")
		}
	}
	b.form.sending() // a finished form must never send itself again
	b.results, b.top, b.next, b.running = nil, 0, -1, true
	for _, id := range b.ids {
		r := bulkResult{id: id}
		if !b.move.has(id) {
			r.outcome, r.text = bulkLeft, b.whyNot(id)
		}
		b.results = append(b.results, r)
	}
	return b.step()
}

// whyNot is why this cannot be done with an order: where it stands, or whose
// word it takes.
func (b *bulkScreen) whyNot(id int64) string {
	o := b.sh.orderByID(id)
	if o == nil {
		return b.sh.t.Say("left alone: it is no longer in the queue")
	}
	for _, role := range []queue.Role{queue.Technician, queue.Engineer, queue.Lead} {
		for _, m := range queue.Moves(*o, role) {
			if m.Action == b.move.move.Action {
				return b.sh.t.Say("left alone: it takes %s", b.sh.takes(role))
			}
		}
	}
	return b.sh.t.Say("left alone: it is %s", b.sh.stateWord(o.State))
}

// step asks for the next change, or ends.
func (b *bulkScreen) step() tea.Cmd {
	for b.next++; b.next < len(b.results); b.next++ {
		if r := &b.results[b.next]; r.outcome == bulkWaiting {
			return b.ask(r.id)
		}
	}
	done := 0
	for _, r := range b.results {
		if r.outcome == bulkDone {
			done++
		}
	}
	b.running, b.form = false, nil
	health := fleet.OK
	if done < len(b.results) {
		health = fleet.Warning
	} else {
		b.typed = nil
	}
	if len(b.results) == 1 {
		return b.sh.says(health, "%d of 1 order changed", done)
	}
	return b.sh.says(health, "%d of %d orders changed", done, len(b.results))
}

// ask asks the Desk for one change, against the version that the person saw.
func (b *bulkScreen) ask(id int64) tea.Cmd {
	sh, action, version, typed := b.sh, b.move.move.Action, b.versions[id], b.typed
	move, edits := b.move.move, map[string]string{}
	reason := ""
	if action == editAction {
		edits, reason = editsOf(b.form)
	}
	if o := sh.orderByID(id); o != nil {
		for _, m := range queue.Moves(*o, sh.actor.Role) {
			if m.Action == action {
				move = m // back from deferred, each to its own state
			}
		}
	}
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(sh.ctx, deskWait)
		defer cancel()
		var o queue.Order
		var err error
		switch action {
		case noteAction:
			o, err = sh.desk.Note(ctx, sh.actor, id, version, typed[noteAction])
		case editAction:
			o, err = sh.desk.Edit(ctx, sh.actor, id, version, edits, reason)
		default:
			o, err = sh.desk.Move(ctx, sh.actor, id, version, changeOf(move, typed))
		}
		return bulkAnswerMsg{b, id, o, err}
	}
}

// answered notes what became of one order and goes on with the next.
func (b *bulkScreen) answered(msg bulkAnswerMsg) tea.Cmd {
	if !b.running || b.next >= len(b.results) {
		return nil
	}
	r := &b.results[b.next]
	var conflict *queue.Conflict
	var refusal *queue.Refusal
	switch {
	case msg.err == nil:
		r.outcome, r.text = bulkDone, b.sh.t.Say("is now %s", b.sh.stateWord(msg.order.State))
		if a := b.move.move.Action; a == noteAction || a == editAction {
			r.text = b.sh.t.Say("changed")
		}
	case errors.As(msg.err, &conflict):
		r.outcome, r.text = bulkConflict, b.sh.conflictText(conflict)
	case errors.As(msg.err, &refusal):
		r.outcome, r.text = bulkRefused, b.sh.t.Say("refused: %s", b.sh.refusalText(refusal))
	default:
		r.outcome, r.text = bulkRefused, b.sh.t.Say("not changed: %s", b.sh.t.Text(clean(msg.err.Error())))
	}
	return b.step()
}

// resultLines are the orders with what became of each.
func (b *bulkScreen) resultLines(w, height int) []string {
	s, t := b.sh.styles, b.sh.t
	head := newLines(b.sh, w)
	if b.running {
		head.text("", t.Say("Changing order %d of %d… not done until the store says so.", min(b.next+1, len(b.results)), len(b.results)), s.warn)
	} else {
		head.head(t.Say("%s: what became of each", t.Text(b.move.move.Label)))
	}
	head.gap()
	body := newLines(b.sh, w)
	starts := make([]int, len(b.results))
	for i, r := range b.results {
		starts[i] = len(body.all)
		glyph, style := outcomeLook(s, r.outcome)
		lead := style.Render(glyph) + " " + s.bold.Render(fit(orderName(r.id), 6))
		for n, part := range strings.Split(wrapped(firstOf(r.text, t.Say("waits")), w-9), "\n") {
			if n > 0 {
				lead = spaces(8)
			}
			body.row(lead + " " + style.Render(part))
		}
	}
	var foot []string
	if n := len(b.undone()); !b.running && n > 0 {
		k := b.sh.keys.Again.Help().Key
		foot = []string{"", cut(s.faint.Render(t.Say("%s tries the other %s again with what you typed; they stay marked.", k, t.Count(n, "%d order", "%d orders"))), w)}
	}
	room := max(height-len(head.all)-len(foot), 1)
	top := 0
	if b.top < len(starts) {
		top = starts[b.top]
	}
	return append(append(head.all, body.box(top, min(room, max(len(body.all), 1)))...), foot...)
}

func outcomeLook(s *styles, o bulkOutcome) (glyph string, style lipgloss.Style) {
	switch o {
	case bulkDone:
		return s.glyphText(fleet.OK), s.good
	case bulkRefused:
		return s.glyphText(fleet.Critical), s.bad
	case bulkConflict:
		return s.glyphText(fleet.Warning), s.warn
	}
	return s.glyphText(fleet.Absent), s.faint
}
