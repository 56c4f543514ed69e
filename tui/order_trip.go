package tui

import (
	"cmp"
	"strings"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/queue"
)

func (o *orderScreen) titleLine(ord *queue.Order, width int) string {
	s := o.sh.styles
	left := s.tier(ord.Tier).Render(clean(string(ord.Tier))) + " " + s.title.Render(orderName(ord.ID)) + " " +
		s.state(ord.State).Render(o.sh.stateWord(ord.State)) + "  " + s.bold.Render(o.sh.subject(ord))
	right := o.sh.clocks(ord)
	if width >= 100 {
		right += " " + o.sh.t.Say("by %s", clean(ord.ChangedBy))
	}
	return spread(left, s.faint.Render(right), width)
}

// clocks are the two of every order: since the fault, since the last change.
func (sh *shared) clocks(ord *queue.Order) string {
	if t := faultSince(ord); !t.IsZero() {
		return sh.t.Say("fault %s ago, changed %s ago", sh.since(t), sh.since(ord.Changed))
	}
	return sh.t.Say("opened %s ago, changed %s ago", sh.since(ord.Created), sh.since(ord.Changed))
}

// tripFacts is everything that the trip to the machine needs, most needed first.
func (o *orderScreen) tripFacts(l *lines, ord *queue.Order) {
	s, t, sh := o.sh.styles, &o.trip, o.sh
	if ord.HasFlag(queue.FlagWrongPart) && o.sh.view != nil {
		for part := range strings.SplitSeq(wrapped(s.glyphText(fleet.Critical)+" "+sh.alarmText(sh.view, ord, true), l.width), "\n") {
			l.row(s.alarm.Render(fit(part, l.width)))
		}
		l.gap()
	}
	if e := o.entry(); e != nil { // what was just seen is what one waits for
		l.field("just seen", sh.t.Text(pendingText(&e.State, ord.Slot, sh.now())), s.warn)
	}
	l.field("go to", o.where()+" · "+sh.t.Say("slot %s", sh.tripSlot(ord, t)), s.bold)
	if swapped(ord) {
		l.field("taken out", joined(sh.partText(ord), sh.with("serial %s", ord.Old.Serial)), s.plain)
		l.field("fitted", sh.fittedText(ord), s.bold)
	} else {
		l.field("pull", sh.labelText(cmp.Or(t.Pull, ord.Old.Serial)), s.bold)
		l.field(" ", sh.partText(ord), s.plain)
		l.field("bring", sh.bringText(ord, t), s.bold)
		l.field("on hand", sh.shelf(t), s.plain)
		l.field("fit", sh.fitText(ord), s.bold)
		l.field("swap", sh.t.Text(clean(t.HotSwap)), s.plain)
		l.field("redundancy", joined(sh.t.Text(clean(t.Redundancy)), sh.with("array %s", sh.t.Text(clean(t.Array)))), s.plain)
	}
	l.field("window", clean(ord.Window), s.bold)
	o.flagFacts(l, ord)
	o.reasonFacts(l, ord)
	if e := o.entry(); e != nil {
		o.nowFacts(l, ord, e)
	}
	l.field("machine", joined(clean(t.Machine), sh.with("chassis %s", t.Chassis), sh.with("asset %s", t.AssetTag)), s.plain)
	l.field("warranty", sh.dated(sh.t.Text(clean(t.Warranty))), s.plain)
	o.paperFacts(l, ord)
}

// where is the way to the machine.
func (o *orderScreen) where() string {
	if t := &o.trip; t.Site != "" || t.Room != "" || t.Rack != "" {
		return o.sh.placeWord(fleet.Server{Site: t.Site, Room: t.Room, Rack: t.Rack, Position: t.Position, Height: t.Height, Face: t.Face})
	}
	if e := o.entry(); e != nil {
		return firstOf(o.sh.placeWord(e.Server), o.sh.t.Say("place not in the inventory"))
	}
	return o.sh.t.Say("server is no longer in the inventory")
}

// tripSlot is the slot as it is printed; an order about a whole server has words.
func (sh *shared) tripSlot(ord *queue.Order, t *queue.Trip) string {
	if ord.Slot == queue.ServerSlot {
		return sh.t.Text(cleanOr(t.Slot, wholeServer))
	}
	return cleanOr(t.Slot, slotName(ord))
}

// shelf is where such parts lie, or that none is left.
func (sh *shared) shelf(t *queue.Trip) string {
	if t.NoneLeft() {
		return sh.t.Text(t.Shelf())
	}
	return sh.shelfWords(t.OnHand)
}

// bringText is the part to take along and what may stand in for it.
func (sh *shared) bringText(ord *queue.Order, t *queue.Trip) string {
	text := joined(clean(cmp.Or(t.Bring, ord.FitPart)), clean(t.Capacity), clean(t.Form))
	if len(t.Substitutes) > 0 {
		text = joined(text, sh.t.Say("or %s", clean(strings.Join(t.Substitutes, ", "))))
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
		l.field("flag", o.sh.flagText(f), style)
	}
	if ord.Untracked {
		l.field("note", o.sh.t.Say("this part has no serial number: a swap cannot be seen and must be stated"), s.warn)
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
func (sh *shared) flagText(f string) string {
	word, meaning := fieldName(f), clean(queue.FlagMeaning(f))
	if word == meaning {
		return sh.t.Text(word)
	}
	return sh.t.Text(word) + ": " + sh.t.Text(meaning)
}

// reasonFacts are the causes, and the judgement as it was when it was made.
func (o *orderScreen) reasonFacts(l *lines, ord *queue.Order) {
	s := o.sh.styles
	for i, r := range ord.Reasons {
		label, style := "why", s.plain
		if i > 0 {
			label = " "
		}
		text := o.sh.reasonText(r)
		if !swapped(ord) { // of the old part nothing is seen any more
			text += o.sh.holdsText(r)
		}
		if !holds(r) {
			style = s.faint
		}
		l.field(label, text, style)
	}
	if ord.P > 0 || ord.Score > 0 {
		l.field("judged", o.sh.t.Say("score %s · failure within 12 months: %s", o.sh.figure(ord.Score), o.sh.chance(ord.P)), s.plain)
		l.field(" ", o.sh.t.Text(clean(ord.Explanation)), s.faint)
	}
}

// chance is a probability as the risk lists write it.
func (sh *shared) chance(p float64) string {
	switch {
	case p >= 1:
		return sh.t.Say("it has failed")
	case p <= 0:
		return sh.t.Say("no estimate")
	case p < 0.001:
		return "<" + sh.t.Number(0.1, 1) + " %"
	}
	return sh.t.Number(min(p*100, 95), 1) + " %"
}

// swapped reports whether the old part is out already.
func swapped(ord *queue.Order) bool {
	return ord.State == queue.Replaced || ord.State == queue.Verified || ord.State == queue.Closed
}

// partText is the old part without its serial number.
func (sh *shared) partText(ord *queue.Order) string {
	size := ""
	if ord.Old.CapacityBytes > 0 {
		size = capacityText(ord.Kind, ord.Old.CapacityBytes)
	}
	return cleanOr(joined(clean(ord.Old.Vendor), clean(ord.Old.Model), sh.with("part %s", ord.Old.PartNumber), size), sh.kindWord(ord.Kind, 1)+", "+sh.t.Say("model not known"))
}

// labelText is the check that the part in the hand is the right one.
func (sh *shared) labelText(serial string) string {
	if fleet.NormalSerial(serial) == "" {
		return sh.t.Say("no serial number known: check the slot twice before pulling")
	}
	return sh.t.Say("serial %s – if the label differs, stop", clean(serial))
}

// fittedText is the part that sits in the slot since the swap.
func (sh *shared) fittedText(ord *queue.Order) string {
	part := queue.Part{}
	if ord.New != nil {
		part = *ord.New
	}
	return cleanOr(joined(clean(part.Vendor), clean(part.Model), sh.with("part %s", firstOf(part.PartNumber, ord.FitPart)),
		sh.with("serial %s", part.Serial), sh.swapTime(ord)), sh.t.Say("not known"))
}

// fitText is the part to put in, where it is or when it comes.
func (sh *shared) fitText(ord *queue.Order) string {
	expected := ""
	if ord.Expected != "" && ord.Received == "" {
		expected = sh.t.Say("expected %s", sh.ahead(ord.Expected))
	}
	text := joined(sh.with("part %s", ord.FitPart), sh.with("serial %s", ord.PartSerial), sh.with("spare %s", ord.Spare),
		sh.with("ordered as %s", ord.OrderRef), expected, sh.with("received %s", sh.day(string(ord.Received))))
	return firstOf(text, sh.t.Say("not decided yet"))
}

// ahead is a date with how far away it is.
func (sh *shared) ahead(d fleet.Date) string {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return clean(string(d))
	}
	year, month, day := sh.now().Date() // of where the person is
	days := int(t.Sub(time.Date(year, month, day, 0, 0, 0, 0, time.UTC)).Hours() / 24)
	switch {
	case days < 0:
		return sh.t.Date(t) + " (" + sh.t.Count(-days, "%d day late", "%d days late") + ")"
	case days == 0:
		return sh.t.Date(t) + " (" + sh.t.Say("today") + ")"
	}
	return sh.t.Date(t) + " (" + sh.t.Count(days, "in %d day", "in %d days") + ")"
}

// holds reports whether a reason still speaks for the order.
func holds(r queue.Reason) bool { return r.StillTrue || r.Code == queue.ReasonManual }

func (sh *shared) reasonText(r queue.Reason) string {
	text := sh.reasonWord(r.Code)
	told := clean(r.Text)
	if r.Code != queue.ReasonManual { // a person's words stay as they are
		told = sh.dated(sh.t.Text(told))
	}
	switch {
	case strings.Contains(fold(clean(r.Text)), fold(reasonName(r.Code))):
		text = told // says it itself: not "age: over age"
	case told != "":
		text += ": " + told
	}
	if !r.FirstSeen.IsZero() {
		text += ", " + sh.t.Say("since %s (%s)", sh.moment(r.FirstSeen), sh.since(r.FirstSeen))
	}
	return text
}

// holdsText says whether a reason still holds; a person's own words do.
func (sh *shared) holdsText(r queue.Reason) string {
	switch {
	case holds(r) && r.Code == queue.ReasonManual:
		return ""
	case holds(r):
		return ", " + sh.t.Say("still so")
	case r.LastSeen.IsZero():
		return ", " + sh.t.Say("no longer seen")
	}
	return ", " + sh.t.Say("no longer seen since %s", sh.moment(r.LastSeen))
}
