package tui

import (
	"context"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"ironage/internal/fleet"
	"ironage/internal/queue"
)

// What a person does on a server's page. Nothing here is shown as done before
// the Desk's call returned.

func say(h fleet.Health, format string, args ...any) tea.Cmd {
	return func() tea.Msg { return sayMsg{h, fmt.Sprintf(format, args...)} }
}

// propose opens the proposal form, or says why not.
func (s *serverScreen) propose() tea.Cmd {
	if !s.sh.actor.Role.Includes(queue.Technician) {
		return say(fleet.Warning, "a work order is proposed by a technician; you are a %s", s.sh.actor.Role)
	}
	c := s.part()
	if c == nil {
		return say(fleet.Warning, "choose a part first")
	}
	if o := orderOf(s.sh, s.name, c.Key()); o != nil {
		return openExisting(o)
	}
	if !c.Kind.Replaceable() {
		return say(fleet.Warning, "a %s is not replaced; choose the part behind it", kindName(c.Kind, 1))
	}
	if _, gone := knownPart(&s.entry.State, c.Key()); c.Health == fleet.Absent && !gone {
		return say(fleet.Warning, "the slot is empty: there is no part to replace")
	}
	name, key := s.name, c.Key()
	return func() tea.Msg { return proposeMsg{name, key} }
}

// openExisting opens the order that a place already has, and says so.
func openExisting(o *queue.Order) tea.Cmd {
	id := o.ID
	text := fmt.Sprintf("this slot already has open order #%d (%s)", id, stateName(o.State))
	return tea.Sequence(func() tea.Msg { return openOrderMsg{id} }, say(fleet.OK, "%s", text))
}

func (s *serverScreen) openOrder() tea.Cmd {
	c := s.part()
	if c == nil {
		return say(fleet.Warning, "choose a part first")
	}
	o := orderOf(s.sh, s.name, c.Key())
	if o == nil {
		return say(fleet.Unknown, "no open work order for %s", partName(c.Kind, clean(c.Label())))
	}
	id := o.ID
	return func() tea.Msg { return openOrderMsg{id} }
}

// explain shows how the risk of the part under the cursor comes about.
func (s *serverScreen) explain() tea.Cmd {
	c := s.part()
	if c == nil {
		return say(fleet.Warning, "choose a part first")
	}
	if s.judged[c.Key()] == nil {
		return say(fleet.Unknown, "a %s does not age: there is nothing to explain", kindName(c.Kind, 1))
	}
	return send(explainMsg{s.name, c.Key()})
}

// copyCommand puts the snmpget command of the part into the clipboard.
func (s *serverScreen) copyCommand() tea.Cmd {
	c := s.part()
	if c == nil || s.entry == nil || !numericOID(c.Native.OID) {
		return say(fleet.Warning, "nothing to copy: no single object stands behind this line")
	}
	return tea.Batch(tea.SetClipboard(snmpget(&s.entry.State, c.Native)), say(fleet.OK, "snmpget command copied"))
}

// acknowledge opens the form for the finding under the cursor.
func (s *serverScreen) acknowledge() tea.Cmd {
	if s.at != inFindings {
		s.show(inFindings)
		return nil
	}
	f, ok := s.found()
	if !ok {
		return say(fleet.Unknown, "there is nothing to acknowledge")
	}
	if !s.sh.actor.Role.Includes(queue.Technician) {
		return say(fleet.Warning, "findings are acknowledged by a technician; you are a %s", s.sh.actor.Role)
	}
	s.ackOf = f
	s.ack = newForm(s.sh, "Acknowledge: "+clean(f.Text), []queue.Field{
		{Name: "note", Label: "Note", Required: true, Hint: "why it is known, or what is being done"}}, nil)
	s.ack.intro = []string{"It stays visible and no longer alerts. Your name and note go with it."}
	s.ack.start()
	return nil
}

// typing feeds the open form and sends it when it is complete.
func (s *serverScreen) typing(msg tea.Msg) tea.Cmd {
	if s.ack == nil {
		return nil
	}
	cmd := s.ack.update(msg)
	switch s.ack.state {
	case formAborted:
		s.ack = nil
		return say(fleet.Unknown, "not acknowledged")
	case formDone:
		s.ack.sending()
		return s.sendAck(s.ack.typed()["note"])
	}
	return cmd
}

func (s *serverScreen) sendAck(note string) tea.Cmd {
	sh, name, f := s.sh, s.name, s.ackOf
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(sh.ctx, deskWait)
		defer cancel()
		return ackedMsg{s, sh.desk.AckFinding(ctx, sh.actor, name, f.Key, f.Code, note)}
	}
}

func (s *serverScreen) acknowledged(msg ackedMsg) tea.Cmd {
	if s.ack == nil {
		return nil
	}
	if msg.err != nil {
		s.ack.failed(msg.err.Error())
		return nil
	}
	s.ack = nil
	return say(fleet.OK, "acknowledged: %s", clean(s.ackOf.Text))
}

// openOrderIDs are the open orders of a server, by component key.
func openOrderIDs(sh *shared, server string) map[string]int64 {
	out := make(map[string]int64)
	if sh.view == nil {
		return out
	}
	for i := range sh.view.Orders {
		if o := &sh.view.Orders[i]; o.Server == server && o.State.Open() {
			out[o.Slot] = o.ID
		}
	}
	return out
}

// orderOf is the open order for a component of a server, or nil.
func orderOf(sh *shared, server, key string) *queue.Order {
	if sh.view == nil || key == "" {
		return nil
	}
	for i := range sh.view.Orders {
		if o := &sh.view.Orders[i]; o.Server == server && o.Slot == key && o.State.Open() {
			return o
		}
	}
	return nil
}
