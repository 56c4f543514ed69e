package tui

import (
	"fmt"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/queue"
)

// nowFacts is how the slot and its server are at this moment.
func (o *orderScreen) nowFacts(l *lines, ord *queue.Order, e *fleet.Entry) {
	s, now := o.sh.styles, o.sh.now()
	c, gone := knownPart(&e.State, ord.Slot)
	switch {
	case ord.Slot == queue.ServerSlot:
	case e.State.LastRead().IsZero():
		l.field("slot now", "the server was never read", s.warn)
	case gone:
		l.field("slot now", "empty: the part left it "+ago(now, e.State.Gone[ord.Slot].At)+" ago and nothing followed it", s.warn)
	case c == nil:
		l.field("slot now", "the device no longer lists this slot", s.warn)
	default:
		text := s.badge(c.Health)
		if m := clean(c.Native.Meaning); m != "" {
			text += ` "` + m + `"`
		}
		l.field("slot now", joined(text, otherPart(ord, c)), s.plain)
		if c.Native.OID != "" {
			l.field(" ", joined(clean(c.Native.OID)+" = "+clean(c.Native.Value), readAt(o.sh, c.Native, &e.State)), s.faint)
		}
	}
	if p, ok := e.State.Proofs[ord.Slot]; ok && ord.State == queue.Replaced {
		l.field("proof", proofText(p, o.sh.desk.Verify().Reads, now), s.plain)
	}
	health := s.badge(e.State.Health)
	if !e.State.Since.IsZero() {
		health += " for " + ago(now, e.State.Since)
	}
	last := "last read " + ago(now, e.State.LastRead()) + " ago"
	if e.State.LastRead().IsZero() {
		last = "never read"
	}
	l.field("server now", joined(health, clean(joinSpace(e.State.Device.Vendor, e.State.Device.Model)), last), s.plain)
	if text := staleText(&e.State, now); text != "" {
		l.field(" ", text, s.warn)
	}
	o.touches(l, e)
}

// otherPart says when the slot holds a part other than the order's old one.
func otherPart(ord *queue.Order, c *fleet.Component) string {
	have, old := c.Identity(), fleet.NormalSerial(ord.Old.Serial)
	switch {
	case c.Health == fleet.Absent:
		return "the slot is empty"
	case have == "" || old == "":
		return ""
	case have == old:
		return "still the old part"
	case ord.New != nil && have == fleet.NormalSerial(ord.New.Serial):
		return "the new part"
	}
	return "another part sits there: serial " + clean(c.Serial)
}

// paperFacts are people, dates and references; what is unknown is left out.
func (o *orderScreen) paperFacts(l *lines, ord *queue.Order) {
	s, now := o.sh.styles, o.sh.now()
	l.field("people", joined("proposed by "+clean(ord.CreatedBy), labelled("approved by", ord.Approver), labelled("assigned to", ord.Assignee)), s.plain)
	l.field("references", joined(labelled("change", ord.ChangeRef), labelled("vendor case", ord.VendorCase), labelled("RMA", ord.RMA)), s.plain)
	if !ord.Due.IsZero() {
		d := fleet.Date(ord.Due.Format(time.DateOnly))
		l.field("due", string(d)+dueText(d, now), s.plain)
	}
	if ord.State == queue.Deferred {
		l.field("deferred", "until "+clean(string(ord.DeferredTill))+dueText(ord.DeferredTill, now)+", then "+stateName(ord.Before)+" again", s.plain)
	}
	if ord.State == queue.Rejected && ord.QuietTill != "" {
		l.field("quiet", "the same reason proposes nothing before "+clean(string(ord.QuietTill)), s.plain)
	}
	if d := ord.Disposition; d != nil {
		l.field("disposal", joined(clean(d.Method)+" by "+clean(d.By), when(now, d.At), labelled("certificate", d.Certificate)), s.plain)
	}
}

func swapTime(ord *queue.Order, now time.Time) string {
	if ord.SwappedAt.IsZero() {
		return ""
	}
	return "swapped " + when(now, ord.SwappedAt)
}

// touches is what stops when the work goes wrong, and who has to know.
func (o *orderScreen) touches(l *lines, e *fleet.Entry) {
	text := serviceText(e.Server)
	if t := &o.trip; t.Service != "" && text == "" {
		text = labelled("service", t.Service)
	}
	if text != "" {
		l.field("touches", joined(text, labelled("owner", firstOf(o.trip.Owner, e.Server.Owner))), o.sh.styles.plain)
	}
}

// proofText is how far the new part has proven itself: reads beyond those that
// are asked for prove no more, only time does.
func proofText(p fleet.Proof, wanted int, now time.Time) string {
	return fmt.Sprintf("%d of %s in a row, in the slot for %s", min(p.Good, wanted), plural(wanted, "good read", "good reads"), ago(now, p.Since))
}
