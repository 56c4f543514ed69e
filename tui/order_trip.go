package tui

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/queue"
)

func (o *orderScreen) titleLine(ord *queue.Order, width int) string {
	s, now := o.sh.styles, o.sh.now()
	left := s.tier(ord.Tier).Render(clean(string(ord.Tier))) + " " + s.title.Render(orderName(ord.ID)) + " " +
		s.state(ord.State).Render(stateName(ord.State)) + "  " +
		s.bold.Render(partName(ord.Kind, slotName(ord))+" of "+clean(ord.Server))
	right := clocks(ord, now)
	if width >= 100 {
		right += " by " + clean(ord.ChangedBy)
	}
	return spread(left, s.faint.Render(right), width)
}

// clocks are the two of every order: since the fault, since the last change.
func clocks(ord *queue.Order, now time.Time) string {
	first := "opened " + ago(now, ord.Created)
	if t := faultSince(ord); !t.IsZero() {
		first = "fault " + ago(now, t)
	}
	return first + " ago, changed " + ago(now, ord.Changed) + " ago"
}

// tripFacts is everything that the trip to the machine needs, most needed first.
func (o *orderScreen) tripFacts(l *lines, ord *queue.Order) {
	s, t := o.sh.styles, &o.trip
	if ord.HasFlag(queue.FlagWrongPart) && o.sh.view != nil {
		for part := range strings.SplitSeq(wrapped(s.glyphText(fleet.Critical)+" "+alarmText(o.sh.view, ord, true), l.width), "\n") {
			l.row(s.alarm.Render(fit(part, l.width)))
		}
		l.gap()
	}
	if e := o.entry(); e != nil { // what was just seen is what one waits for
		l.field("just seen", pendingText(&e.State, ord.Slot, o.sh.now()), s.warn)
	}
	l.field("go to", o.where()+" · slot "+cleanOr(t.Slot, slotName(ord)), s.bold)
	if swapped(ord) {
		l.field("taken out", joined(partText(ord), labelled("serial", ord.Old.Serial)), s.plain)
		l.field("fitted", fittedText(ord, o.sh.now()), s.bold)
	} else {
		l.field("pull", labelText(cmp.Or(t.Pull, ord.Old.Serial)), s.bold)
		l.field(" ", partText(ord), s.plain)
		l.field("bring", bringText(ord, t), s.bold)
		l.field("on hand", clean(t.Shelf()), s.plain)
		l.field("fit", fitText(ord, o.sh.now()), s.bold)
		l.field("swap", cleanOr(t.HotSwap, ""), s.plain)
		l.field("redundancy", joined(clean(t.Redundancy), labelled("array", t.Array)), s.plain)
	}
	l.field("window", clean(ord.Window), s.bold)
	o.flagFacts(l, ord)
	o.reasonFacts(l, ord)
	if e := o.entry(); e != nil {
		o.nowFacts(l, ord, e)
	}
	l.field("machine", joined(clean(t.Machine), labelled("chassis", t.Chassis), labelled("asset", t.AssetTag)), s.plain)
	l.field("warranty", clean(t.Warranty), s.plain)
	o.paperFacts(l, ord)
}

// where is the way to the machine.
func (o *orderScreen) where() string {
	if t := &o.trip; t.Site != "" || t.Room != "" || t.Rack != "" {
		return placeOf(fleet.Server{Site: t.Site, Room: t.Room, Rack: t.Rack, Position: t.Position, Height: t.Height, Face: t.Face})
	}
	if e := o.entry(); e != nil {
		return cleanOr(placeOf(e.Server), "place not in the inventory")
	}
	return "server is no longer in the inventory"
}

// bringText is the part to take along and what may stand in for it.
func bringText(ord *queue.Order, t *queue.Trip) string {
	text := joined(clean(cmp.Or(t.Bring, ord.FitPart)), clean(t.Capacity), clean(t.Form))
	if len(t.Substitutes) > 0 {
		text = joined(text, "or "+clean(strings.Join(t.Substitutes, ", ")))
	}
	return text
}

// flagFacts are the flags with what they mean.
func (o *orderScreen) flagFacts(l *lines, ord *queue.Order) {
	s := o.sh.styles
	for _, f := range ord.Flags {
		style := s.warn
		if f == queue.FlagWrongPart {
			style = s.bad
		}
		l.field("flag", flagText(f), style)
	}
	if ord.Untracked {
		l.field("note", "this part has no serial number: a swap cannot be seen and must be stated", s.warn)
	}
	for i, x := range o.sh.links(ord) {
		label := " "
		if i == 0 {
			label = "linked"
		}
		l.field(label, x.text, s.plain)
	}
}

// flagText is a flag's word and what it means.
func flagText(f string) string {
	word, meaning := fieldName(f), clean(queue.FlagMeaning(f))
	if word == meaning {
		return word
	}
	return word + ": " + meaning
}

// reasonFacts are the causes, and the judgement as it was when it was made.
func (o *orderScreen) reasonFacts(l *lines, ord *queue.Order) {
	s := o.sh.styles
	for i, r := range ord.Reasons {
		label, style := "why", s.plain
		if i > 0 {
			label = " "
		}
		text := reasonText(r, o.sh.now())
		if !swapped(ord) { // of the old part nothing is seen any more
			text += holdsText(r, o.sh.now())
		}
		if !holds(r) {
			style = s.faint
		}
		l.field(label, text, style)
	}
	if ord.P > 0 || ord.Score > 0 {
		l.field("judged", fmt.Sprintf("score %s · failure within 12 months: %s", number(ord.Score), chance(ord.P)), s.plain)
		l.field(" ", clean(ord.Explanation), s.faint)
	}
}

// chance is a probability as the risk lists write it.
func chance(p float64) string {
	switch {
	case p >= 1:
		return "it has failed"
	case p <= 0:
		return "no estimate"
	case p < 0.001:
		return "<0.1 %"
	}
	return strconv.FormatFloat(min(p*100, 95), 'f', 1, 64) + " %"
}

// swapped reports whether the old part is out already.
func swapped(ord *queue.Order) bool {
	return ord.State == queue.Replaced || ord.State == queue.Verified || ord.State == queue.Closed
}

// partText is the old part without its serial number.
func partText(ord *queue.Order) string {
	size := ""
	if ord.Old.CapacityBytes > 0 {
		size = capacityText(ord.Kind, ord.Old.CapacityBytes)
	}
	return cleanOr(joined(clean(ord.Old.Vendor), clean(ord.Old.Model), labelled("part", ord.Old.PartNumber), size), kindName(ord.Kind, 1)+", model not known")
}

// labelText is the check that the part in the hand is the right one.
func labelText(serial string) string {
	if fleet.NormalSerial(serial) == "" {
		return "no serial number known: check the slot twice before pulling"
	}
	return "serial " + clean(serial) + " – if the label differs, stop"
}

// fittedText is the part that sits in the slot since the swap.
func fittedText(ord *queue.Order, now time.Time) string {
	part := queue.Part{}
	if ord.New != nil {
		part = *ord.New
	}
	return cleanOr(joined(clean(part.Vendor), clean(part.Model), labelled("part", firstOf(part.PartNumber, ord.FitPart)),
		labelled("serial", part.Serial), swapTime(ord, now)), "not known")
}

// fitText is the part to put in, where it is or when it comes.
func fitText(ord *queue.Order, now time.Time) string {
	expected := ""
	if ord.Expected != "" && ord.Received == "" {
		expected = "expected " + clean(string(ord.Expected)) + dueText(ord.Expected, now)
	}
	text := joined(labelled("part", ord.FitPart), labelled("serial", ord.PartSerial), labelled("spare", ord.Spare),
		labelled("ordered as", ord.OrderRef), expected, labelled("received", string(ord.Received)))
	return cleanOr(text, "not decided yet")
}

// dueText says how far away a date is.
func dueText(d fleet.Date, now time.Time) string {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return ""
	}
	year, month, day := now.Date() // of where the person is
	days := int(t.Sub(time.Date(year, month, day, 0, 0, 0, 0, time.UTC)).Hours() / 24)
	switch {
	case days < 0:
		return fmt.Sprintf(" (%s late)", plural(-days, "day", "days"))
	case days == 0:
		return " (today)"
	}
	return " (in " + plural(days, "day", "days") + ")"
}

// holds reports whether a reason still speaks for the order.
func holds(r queue.Reason) bool { return r.StillTrue || r.Code == queue.ReasonManual }

func reasonText(r queue.Reason, now time.Time) string {
	text := reasonName(r.Code)
	switch t := clean(r.Text); {
	case strings.Contains(fold(t), fold(text)):
		text = t // says it itself: not "age: over age"
	case t != "":
		text += ": " + t
	}
	if !r.FirstSeen.IsZero() {
		text += ", since " + when(now, r.FirstSeen) + " (" + ago(now, r.FirstSeen) + ")"
	}
	return text
}

// holdsText says whether a reason still holds; a person's own words do.
func holdsText(r queue.Reason, now time.Time) string {
	switch {
	case holds(r) && r.Code == queue.ReasonManual:
		return ""
	case holds(r):
		return ", still so"
	case r.LastSeen.IsZero():
		return ", no longer seen"
	}
	return ", no longer seen since " + when(now, r.LastSeen)
}
