package tui

import (
	"context"
	"errors"
	"strings"

	tea "charm.land/bubbletea/v2"

	"ironage/internal/fleet"
	"ironage/internal/queue"
)

// editAction is the log's word for a change of fields.
const editAction = "edit"

// openEdit opens the form about the fields of an open order.
func (o *orderScreen) openEdit() tea.Cmd {
	ord := o.order()
	if ord == nil {
		return nil
	}
	fields := queue.EditFields(*ord, o.sh.actor.Role)
	if len(fields) == 0 {
		return o.noEdit(ord)
	}
	for i := range fields {
		fields[i] = o.sh.offerStock(fields[i], &o.trip)
	}
	o.version, o.move = ord.Version, queue.Move{Action: editAction, Label: "Edit", To: ord.State}
	o.form = newForm(o.sh, o.sh.t.Say("Edit %s", orderName(ord.ID)), append(fields, editReason()), editPreset(*ord, fields))
	for name, v := range o.kept {
		if p, ok := o.form.values[name]; ok {
			*p = v
		}
	}
	o.form.intro = []string{o.sh.orderLine(ord)}
	o.form.start()
	return nil
}

// editReason is the last line of every form about fields.
func editReason() queue.Field {
	return queue.Field{Name: "reason", Label: "Reason", Kind: queue.FieldText, Hint: "why, for whoever reads the log"}
}

func editPreset(ord queue.Order, fields []queue.Field) map[string]string {
	preset := make(map[string]string, len(fields))
	for _, f := range fields {
		preset[f.Name] = queue.Value(ord, f.Name)
	}
	return preset
}

// noEdit is why no field can be changed.
func (o *orderScreen) noEdit(ord *queue.Order) tea.Cmd {
	if !ord.State.Open() {
		return o.sh.says(fleet.Warning, "%s is %s: its fields stay as they are; a note can still be added", orderName(ord.ID), o.sh.stateWord(ord.State))
	}
	return o.sh.refuseRole("your role is %s: technicians, engineers and leads change fields")
}

// editsOf are the fields that differ from what the form began with.
func editsOf(f *form) (fields map[string]string, reason string) {
	fields = make(map[string]string)
	typed := f.typed()
	for _, a := range f.asks {
		switch v := typed[a.Name]; {
		case a.Name == "reason":
			reason = v
		case v != strings.TrimSpace(f.preset[a.Name]):
			fields[a.Name] = v
		}
	}
	return fields, reason
}

// sendEdit asks the Desk to change the fields that were changed in the form.
func (o *orderScreen) sendEdit(ask func(func(context.Context) (queue.Order, error)) tea.Cmd) tea.Cmd {
	fields, reason := editsOf(o.form)
	if len(fields) == 0 {
		o.form = nil
		return o.sh.says(fleet.Unknown, "nothing was changed")
	}
	if ord := o.order(); ord != nil && ord.Version == o.version {
		var refusal *queue.Refusal
		if _, _, err := queue.Edit(*ord, fields, reason, o.sh.actor, o.sh.now()); errors.As(err, &refusal) {
			o.form.failed(o.sh.refusalText(refusal))
			return nil
		}
	}
	sh, id, version := o.sh, o.id, o.version
	return ask(func(ctx context.Context) (queue.Order, error) {
		return sh.desk.Edit(ctx, sh.actor, id, version, fields, reason)
	})
}
