package tui

import (
	"context"
	"errors"
	"maps"
	"strconv"
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"ironage/internal/fleet"
	"ironage/internal/queue"
)

// checkPrefix marks the fields of a form that are confirmations of checks.
const checkPrefix = "check:"

func orderName(id int64) string { return "#" + strconv.FormatInt(id, 10) }

// openMove opens the form for a move of the order as it is shown now.
func (o *orderScreen) openMove(m queue.Move) tea.Cmd {
	ord := o.order()
	if ord == nil {
		return nil
	}
	o.version, o.move = ord.Version, m
	o.form = o.moveForm(*ord, m, o.checks(*ord, m), o.kept)
	return nil
}

// checks are what must be confirmed before this move.
func (o *orderScreen) checks(ord queue.Order, m queue.Move) []queue.Check {
	if !m.Checked || o.sh.view == nil {
		return nil
	}
	return queue.Checks(ord, o.facts(ord), o.sh.now())
}

func (o *orderScreen) facts(ord queue.Order) queue.Facts {
	return queue.FactsOf(ord, o.sh.view.Fleet, o.sh.view.Orders)
}

// moveForm asks for what a move needs, preset with what the order already
// holds; typed values come before those.
func (o *orderScreen) moveForm(ord queue.Order, m queue.Move, checks []queue.Check, typed map[string]string) *form {
	asks := make([]queue.Field, 0, len(m.Fields)+len(checks))
	preset := make(map[string]string, len(m.Fields))
	for _, c := range checks {
		asks = append(asks, queue.Field{Name: checkPrefix + c.Code, Label: o.sh.t.Text(clean(c.Text)), Required: true, Kind: queue.FieldText, Hint: o.sh.t.Say(`type "yes"`)})
	}
	for _, f := range m.Fields {
		if f.Name == "part_number" && ord.Old.PartNumber != "" {
			f.Hint = o.sh.t.Text(f.Hint) + "; " + o.sh.t.Say("the old part is %s", clean(ord.Old.PartNumber))
		}
		f = o.sh.offerStock(f, &o.trip)
		asks = append(asks, f)
		preset[f.Name] = presetOf(o.sh, ord, f)
	}
	maps.Copy(preset, typed)
	t := o.sh.t
	label := t.Text(m.Label)
	f := newForm(o.sh, label+" "+orderName(ord.ID)+": "+o.sh.stateWord(ord.State)+" → "+o.sh.stateWord(m.To), asks, preset)
	f.intro = []string{o.sh.orderLine(&ord)}
	if n := len(checks); n > 0 {
		f.intro = append(f.intro, t.Count(n, "%d thing has to be confirmed before work starts; your word is kept in the log.",
			"%d things have to be confirmed before work starts; your word is kept in the log."))
	}
	switch {
	case m.Destructive:
		f.confirmWith(t.Say("%s %s for good? Finished orders never reopen.", label, orderName(ord.ID)), t.Say("Yes, %s it", o.sh.moveWord(m)))
	case len(asks) == 0:
		f.confirmWith(label+" "+orderName(ord.ID)+"?", t.Say("Yes, %s", o.sh.moveWord(m)))
	}
	return f.start()
}

// presetOf is what a field most likely holds: what the order has, or the
// person and the moment.
func presetOf(sh *shared, ord queue.Order, f queue.Field) string {
	if v := queue.Value(ord, f.Name); v != "" {
		return v
	}
	switch {
	case f.Kind == queue.FieldPerson:
		return sh.actor.Name
	case f.Kind == queue.FieldTime:
		return sh.now().UTC().Format("2006-01-02 15:04")
	case f.Name == "spare":
		return onlyOffer(f)
	case f.Name == "received":
		return sh.now().UTC().Format(time.DateOnly)
	}
	return ""
}

// orderLine is an order in one line, for the head of a form.
func (sh *shared) orderLine(ord *queue.Order) string {
	return joined(sh.subject(ord), clean(ord.Old.Model), sh.with("serial %s", ord.Old.Serial))
}

func (o *orderScreen) openNote() tea.Cmd {
	ord := o.order()
	if ord == nil {
		return nil
	}
	if !o.sh.actor.Role.Includes(queue.Technician) {
		return o.sh.refuseRole("your role is %s: technicians, engineers and leads write notes")
	}
	o.version, o.move = ord.Version, queue.Move{}
	o.form = newForm(o.sh, o.sh.t.Say("Note on %s", orderName(ord.ID)), []queue.Field{{Name: "note", Label: "Note", Required: true, Hint: "goes into the log with your name"}}, o.kept)
	o.form.intro = []string{o.sh.orderLine(ord)}
	o.form.start()
	return nil
}

// typing feeds the open form, and sends it when it is complete.
func (o *orderScreen) typing(msg tea.Msg) tea.Cmd {
	cmd := o.form.update(msg)
	switch o.form.state {
	case formAborted:
		o.form = nil
		return o.sh.says(fleet.Unknown, "nothing was changed")
	case formDone:
		o.form.sending()
		return o.send()
	}
	return cmd
}

// send asks the Desk for the change, against the version that the person saw.
func (o *orderScreen) send() tea.Cmd {
	sh, id, version, action := o.sh, o.id, o.version, o.move.Action
	typed := o.form.typed()
	ask := func(work func(context.Context) (queue.Order, error)) tea.Cmd {
		return func() tea.Msg {
			ctx, cancel := context.WithTimeout(sh.ctx, deskWait)
			defer cancel()
			ord, err := work(ctx)
			return movedMsg{o, ord, err}
		}
	}
	switch action {
	case "":
		return ask(func(ctx context.Context) (queue.Order, error) {
			return sh.desk.Note(ctx, sh.actor, id, version, typed["note"])
		})
	case editAction:
		return o.sendEdit(ask)
	}
	c := changeOf(o.move, typed)
	if ord := o.order(); ord != nil && ord.Version == version {
		if o.move.Checked && o.sh.view != nil {
			facts := o.facts(*ord)
			c.Facts = &facts
		}
		// The queue's own rules say at once what the Desk would refuse.
		var refusal *queue.Refusal
		if _, _, err := queue.Apply(*ord, c, sh.actor, sh.now()); errors.As(err, &refusal) {
			o.refused(refusal)
			return nil
		}
	}
	return ask(func(ctx context.Context) (queue.Order, error) {
		return sh.desk.Move(ctx, sh.actor, id, version, c)
	})
}

// changeOf makes the change that a filled form stands for.
func changeOf(m queue.Move, typed map[string]string) queue.Change {
	c := queue.Change{Action: m.Action, To: m.To, Fields: map[string]string{}}
	for name, v := range typed {
		if code, ok := strings.CutPrefix(name, checkPrefix); ok {
			c.Confirmed = append(c.Confirmed, code)
		} else if name == "reason" {
			c.Reason = v
		} else {
			c.Fields[name] = v
		}
	}
	return c
}

// answered shows what became of a change: only here is it done.
func (o *orderScreen) answered(msg movedMsg) tea.Cmd {
	if o.form == nil { // cannot be left while it is sent; but never swallow an answer
		if msg.err != nil {
			return o.sh.says(fleet.Critical, "%s was not changed: %s", orderName(o.id), o.sh.t.Text(clean(msg.err.Error())))
		}
		return o.done(msg.order)
	}
	var conflict *queue.Conflict
	var refusal *queue.Refusal
	switch {
	case msg.err == nil:
		return o.done(msg.order)
	case errors.As(msg.err, &conflict):
		// The form stays as it was sent: a finished form must never send itself again.
		o.kept, o.conflict = o.form.typed(), conflict
	case errors.As(msg.err, &refusal):
		o.refused(refusal)
	default:
		o.form.failed(o.sh.t.Text(clean(msg.err.Error())))
	}
	return nil
}

func (o *orderScreen) done(ord queue.Order) tea.Cmd {
	action := o.move.Action
	t, name := o.sh.t, orderName(ord.ID)
	text := t.Say("%s is now %s", name, o.sh.stateWord(ord.State))
	switch action {
	case "":
		text = t.Say("note added to %s", name)
	case editAction:
		text = t.Say("%s was changed", name)
	}
	o.form, o.kept, o.mine, o.cursor = nil, nil, &ord, 0
	o.refresh()
	return tea.Batch(send(sayMsg{fleet.OK, text}), o.loadLog())
}

// refused gives the form back with the reason; checks that nobody asked about
// before join the form.
func (o *orderScreen) refused(r *queue.Refusal) {
	typed := o.form.typed()
	var more []queue.Check
	for _, c := range r.Confirm {
		if _, asked := o.form.values[checkPrefix+c.Code]; !asked {
			more = append(more, c)
		}
	}
	if ord := o.order(); len(more) > 0 && ord != nil {
		o.form = o.moveForm(*ord, o.move, append(o.checks(*ord, o.move), more...), typed)
	}
	o.form.failed(o.sh.refusalText(r))
}

// refusalText is why a change was refused, in one sentence.
func (sh *shared) refusalText(r *queue.Refusal) string {
	var parts []string
	if r.Why != "" {
		parts = append(parts, sh.t.Text(clean(r.Why)))
	}
	if len(r.Missing) > 0 {
		names := make([]string, len(r.Missing))
		for i, m := range r.Missing {
			names[i] = sh.t.Text(clean(m))
		}
		parts = append(parts, sh.t.Say("missing: %s", strings.Join(names, ", ")))
	}
	for _, c := range r.Confirm {
		parts = append(parts, sh.t.Say("to be confirmed: %s", sh.t.Text(clean(c.Text))))
	}
	if len(parts) == 0 {
		return sh.t.Text(clean(r.Error()))
	}
	return strings.Join(parts, "; ")
}

// inConflict handles the keys of the panel about a conflict.
func (o *orderScreen) inConflict(msg tea.KeyPressMsg) tea.Cmd {
	k := o.sh.keys
	switch {
	case key.Matches(msg, k.Reload):
		return o.reload()
	case key.Matches(msg, k.Drop):
		o.conflict, o.form, o.kept = nil, nil, nil
		o.refresh()
		return o.sh.says(fleet.Unknown, "dropped; the order stands as it was changed")
	}
	return nil
}

// reload takes the order as it is now and opens the form again with what was
// typed, when the move still makes sense.
func (o *orderScreen) reload() tea.Cmd {
	now := o.conflict.Order
	if cur := o.order(); cur == nil || now.Version > cur.Version {
		o.mine = &now
	}
	o.conflict, o.form = nil, nil
	o.refresh()
	switch o.move.Action {
	case "":
		return tea.Batch(o.openNote(), o.loadLog())
	case editAction:
		return tea.Batch(o.openEdit(), o.loadLog())
	}
	for _, m := range o.moves {
		if m.Action == o.move.Action {
			return tea.Batch(o.openMove(m), o.loadLog())
		}
	}
	o.cursor = 0
	return tea.Batch(o.loadLog(), o.sh.says(fleet.Warning, `%s is %s: no "%s" now; what you typed is kept`,
		orderName(o.id), o.sh.stateWord(now.State), o.sh.moveWord(o.move)))
}
