package tui

import (
	"context"
	"fmt"
	"os/exec"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"ironage/internal/fleet"
	"ironage/internal/queue"
)

// What a person does on a server's page. Nothing here is shown as done before
// the Desk's call returned.

// propose opens the proposal form, or says why not.
func (s *serverScreen) propose() tea.Cmd {
	if !s.sh.actor.Role.Includes(queue.Technician) {
		return s.sh.refuseRole("a work order is proposed by a technician; you are a %s")
	}
	c := s.part()
	if c == nil {
		return s.sh.says(fleet.Warning, "choose a part first")
	}
	if o := orderOf(s.sh, s.name, c.Key()); o != nil {
		return openExisting(o)
	}
	if !c.Kind.Replaceable() {
		return s.sh.says(fleet.Warning, "a %s is not replaced; choose the part behind it", s.sh.kindWord(c.Kind, 1))
	}
	if _, gone := knownPart(&s.entry.State, c.Key()); c.Health == fleet.Absent && !gone {
		return s.sh.says(fleet.Warning, "the slot is empty: there is no part to replace")
	}
	name, key := s.name, c.Key()
	return func() tea.Msg { return proposeMsg{name, key} }
}

// openExisting opens the order that a place already has, and says so.
func openExisting(o *queue.Order) tea.Cmd {
	id := o.ID
	text := fmt.Sprintf("this slot already has open order #%d (%s)", id, stateName(o.State))
	return tea.Sequence(func() tea.Msg { return openOrderMsg{id} }, send(sayMsg{fleet.OK, text}))
}

func (s *serverScreen) openOrder() tea.Cmd {
	c := s.part()
	if c == nil {
		return s.sh.says(fleet.Warning, "choose a part first")
	}
	o := orderOf(s.sh, s.name, c.Key())
	if o == nil {
		return s.sh.says(fleet.Unknown, "no open work order for %s", s.sh.partWord(c.Kind, clean(c.Label())))
	}
	id := o.ID
	return func() tea.Msg { return openOrderMsg{id} }
}

// explain shows how the risk of the part under the cursor comes about.
func (s *serverScreen) explain() tea.Cmd {
	c := s.part()
	if c == nil {
		return s.sh.says(fleet.Warning, "choose a part first")
	}
	if s.judged[c.Key()] == nil {
		return s.sh.says(fleet.Unknown, "a %s does not age: there is nothing to explain", s.sh.kindWord(c.Kind, 1))
	}
	return send(explainMsg{s.name, c.Key()})
}

// copyCommand puts the snmpget command of the part into the clipboard.
func (s *serverScreen) copyCommand() tea.Cmd {
	c := s.part()
	if c == nil || s.entry == nil || !numericOID(c.Native.OID()) {
		return s.sh.says(fleet.Warning, "nothing to copy: no single object stands behind this line")
	}
	return tea.Batch(tea.SetClipboard(snmpget(&s.entry.State, c.Native.Evidence())), s.sh.says(fleet.OK, "snmpget command copied"))
}

// Copy is the value under the cursor: a part's serial number, a finding's
// words, a reading, else the server's own serial number.
func (s *serverScreen) Copy() string {
	if s.entry == nil {
		return ""
	}
	switch s.at {
	case inParts:
		if c := s.part(); c != nil {
			return firstOf(clean(c.Serial), clean(c.Part), clean(c.Model), clean(c.Label()))
		}
		return ""
	case inFindings:
		if f, ok := s.found(); ok {
			return s.findingWords(&f)
		}
		return ""
	case inReadings:
		if c, _ := s.curve(); c != nil {
			return c.value(s.sh)
		}
		return ""
	}
	return clean(firstOf(s.entry.State.Device.Serial, s.entry.Server.Serial))
}

// pager shows the whole page as text in the person's pager.
func (s *serverScreen) pager() tea.Cmd {
	words := strings.Fields(s.sh.pager)
	if len(words) == 0 || s.entry == nil {
		return s.sh.says(fleet.Warning, "there is no pager here: ironage server %s prints the same", clean(s.name))
	}
	cmd := exec.CommandContext(s.sh.ctx, words[0], words[1:]...)
	cmd.Stdin = strings.NewReader(s.text(max(s.width, 80)))
	return tea.ExecProcess(cmd, func(err error) tea.Msg {
		if err != nil {
			return sayMsg{fleet.Warning, s.sh.t.Say("%s did not work: %s; set PAGER to another, such as less", words[0], err.Error())}
		}
		return nil
	})
}

// maintain plans maintenance of this server.
func (s *serverScreen) maintain() tea.Cmd {
	if !mayAct(s.sh) {
		return s.sh.refuseRole("maintenance is planned by a technician; you are a %s")
	}
	return send(openMaintenanceMsg{scope: "server", name: s.name})
}

// acknowledge opens the form for the finding under the cursor.
func (s *serverScreen) acknowledge() tea.Cmd {
	if s.at != inFindings {
		s.show(inFindings)
		return nil
	}
	f, ok := s.found()
	if !ok {
		return s.sh.says(fleet.Unknown, "there is nothing to acknowledge")
	}
	if !s.sh.actor.Role.Includes(queue.Technician) {
		return s.sh.refuseRole("findings are acknowledged by a technician; you are a %s")
	}
	s.ackOf = f
	s.ack = newAckForm(s.sh, s.findingWords(&f))
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
		return s.sh.says(fleet.Unknown, "not acknowledged")
	case formDone:
		s.ack.sending()
		return s.sendAck(acked(s.sh, s.ack))
	}
	return cmd
}

func (s *serverScreen) sendAck(note string, until time.Time) tea.Cmd {
	sh, name, f := s.sh, s.name, s.ackOf
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(sh.ctx, deskWait)
		defer cancel()
		return ackedMsg{s, sh.desk.AckFinding(ctx, sh.actor, name, f.Key, f.Code, note, until)}
	}
}

func (s *serverScreen) acknowledged(msg ackedMsg) tea.Cmd {
	if s.ack == nil {
		return nil
	}
	if msg.err != nil {
		s.ack.failed(s.sh.t.Text(msg.err.Error()))
		return nil
	}
	s.ack = nil
	return s.sh.says(fleet.OK, "acknowledged: %s", s.findingWords(&s.ackOf))
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
