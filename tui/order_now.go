package tui

import (
	"time"

	"ironage/internal/fleet"
	"ironage/internal/queue"
)

// nowFacts is how the slot and its server are at this moment.
func (o *orderScreen) nowFacts(l *lines, ord *queue.Order, e *fleet.Entry) {
	s, t, now := o.sh.styles, o.sh.t, o.sh.now()
	c, gone := knownPart(&e.State, ord.Slot)
	switch {
	case ord.Slot == queue.ServerSlot:
	case e.State.LastRead().IsZero():
		l.field("slot now", t.Say("the server was never read"), s.warn)
	case gone:
		l.field("slot now", t.Say("empty: the part left it %s ago and nothing followed it", o.sh.since(e.State.Gone[ord.Slot].At)), s.warn)
	case c == nil:
		l.field("slot now", t.Say("the device no longer lists this slot"), s.warn)
	default:
		text := s.badge(c.Health)
		if m := clean(c.Native.Meaning()); m != "" {
			text += ` "` + m + `"`
		}
		l.field("slot now", joined(text, o.sh.otherPart(ord, c)), s.plain)
		if c.Native.OID() != "" {
			l.field(" ", joined(clean(c.Native.OID())+" = "+clean(c.Native.Value()), t.Text(readAt(o.sh, c.Native.Evidence(), &e.State))), s.faint)
		}
	}
	if p, ok := e.State.Proofs[ord.Slot]; ok && ord.State == queue.Replaced {
		l.field("proof", o.sh.proofText(p, o.sh.desk.Verify().Reads), s.plain)
	}
	health := s.badge(e.State.Health)
	if !e.State.Since.IsZero() {
		health += " " + t.Say("for %s", o.sh.since(e.State.Since))
	}
	last := t.Say("last read %s ago", o.sh.since(e.State.LastRead()))
	if e.State.LastRead().IsZero() {
		last = t.Say("never read")
	}
	l.field("server now", joined(health, clean(joinSpace(e.State.Device.Vendor, e.State.Device.Model)), last), s.plain)
	if text := staleText(&e.State, now); text != "" {
		l.field(" ", t.Text(text), s.warn)
	}
	o.touches(l, e)
}

// otherPart says when the slot holds a part other than the order's old one.
func (sh *shared) otherPart(ord *queue.Order, c *fleet.Component) string {
	have, old := c.Identity(), fleet.NormalSerial(ord.Old.Serial)
	switch {
	case c.Health == fleet.Absent:
		return sh.t.Say("the slot is empty")
	case have == "" || old == "":
		return ""
	case have == old:
		return sh.t.Say("still the old part")
	case ord.New != nil && have == fleet.NormalSerial(ord.New.Serial):
		return sh.t.Say("the new part")
	}
	return sh.t.Say("another part sits there: serial %s", clean(c.Serial))
}

// paperFacts are people, dates and references; what is unknown is left out.
func (o *orderScreen) paperFacts(l *lines, ord *queue.Order) {
	s, sh, t := o.sh.styles, o.sh, o.sh.t
	l.field("people", joined(sh.with("proposed by %s", ord.CreatedBy), sh.with("approved by %s", ord.Approver), sh.with("assigned to %s", ord.Assignee)), s.plain)
	l.field("references", joined(sh.with("change %s", ord.ChangeRef), sh.with("vendor case %s", ord.VendorCase), sh.with("RMA %s", ord.RMA)), s.plain)
	if !ord.Due.IsZero() {
		l.field("due", sh.ahead(fleet.Date(ord.Due.Format(time.DateOnly))), s.plain)
	}
	if ord.State == queue.Deferred {
		l.field("deferred", t.Say("until %s, then %s again", sh.ahead(ord.DeferredTill), sh.stateWord(ord.Before)), s.plain)
	}
	if ord.State == queue.Rejected && ord.QuietTill != "" {
		l.field("quiet", t.Say("the same reason proposes nothing before %s", sh.day(string(ord.QuietTill))), s.plain)
	}
	if d := ord.Disposition; d != nil {
		l.field("disposal", joined(t.Text(clean(d.Method))+" "+t.Say("by %s", clean(d.By)), sh.moment(d.At), sh.with("certificate %s", d.Certificate)), s.plain)
	}
}

func (sh *shared) swapTime(ord *queue.Order) string {
	if ord.SwappedAt.IsZero() {
		return ""
	}
	return sh.t.Say("swapped %s", sh.moment(ord.SwappedAt))
}

// touches is what stops when the work goes wrong, and who has to know.
func (o *orderScreen) touches(l *lines, e *fleet.Entry) {
	text := o.sh.serviceWord(firstOf(e.Server.Service, o.trip.Service), e.Server.Criticality)
	if text != "" {
		l.field("touches", joined(text, o.sh.with("owner %s", firstOf(o.trip.Owner, e.Server.Owner))), o.sh.styles.plain)
	}
}

// proofText is how far the new part has proven itself: reads beyond those that
// are asked for prove no more, only time does.
func (sh *shared) proofText(p fleet.Proof, wanted int) string {
	return sh.t.Say("%d of %d good reads in a row, in the slot for %s", min(p.Good, wanted), wanted, sh.since(p.Since))
}
