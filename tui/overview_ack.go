package tui

import (
	tea "charm.land/bubbletea/v2"

	"ironage/internal/fleet"
	"ironage/internal/health"
)

// askNote opens the form of an acknowledgement.
func (o *overview) askNote(c causeRow) tea.Cmd {
	switch {
	case !mayAct(o.sh):
		return refuseViewer("acknowledge")
	case c.Acknowledged:
		return o.sh.says(fleet.OK, "%s: already acknowledged", c.where)
	case c.Code == health.Stale:
		return o.sh.says(fleet.Warning, "staleness cannot be acknowledged: it ends when the server is read again")
	}
	o.ackOf = c
	o.ack = newAckForm(o.sh, c.where+": "+c.text)
	return nil
}

// noting feeds the form of an acknowledgement and sends it when it is complete.
func (o *overview) noting(msg tea.Msg) tea.Cmd {
	cmd := o.ack.update(msg)
	switch o.ack.state {
	case formAborted:
		o.ack = nil
		return o.sh.says(fleet.Unknown, "not acknowledged")
	case formDone:
		note, until := acked(o.sh, o.ack)
		o.ack.sending()
		return acknowledge(o.sh, o, o.ackOf.Cause, note, until)
	}
	return cmd
}

func (o *overview) acknowledged(msg causeAckedMsg) tea.Cmd {
	if o.ack == nil {
		return nil
	}
	if msg.err != nil {
		o.ack.failed(clean(msg.err.Error()))
		return nil
	}
	o.ack = nil
	if msg.count == 1 {
		return o.sh.says(fleet.OK, "%s: acknowledged; it stays visible and no longer alerts", o.ackOf.where)
	}
	return send(sayMsg{fleet.OK, o.sh.t.Count(msg.count, "%d finding acknowledged", "%d findings acknowledged")})
}
