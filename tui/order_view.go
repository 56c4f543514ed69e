package tui

import (
	"fmt"
	"strings"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/queue"
)

func (o *orderScreen) View(width, height int) string {
	w := width - 1
	ord := o.order()
	switch {
	case o.conflict != nil:
		return indent(o.conflictPanel(w).box(0, height))
	case o.form != nil:
		return indent(strings.Split(o.formView(w, height), "\n"))
	case ord == nil:
		l := newLines(o.sh, w)
		text := "There is no work order " + orderName(o.id) + ". Esc goes back to where you came from."
		if !o.loaded || len(o.log) > 0 {
			text = "Fetching " + orderName(o.id) + " …" // just made: the next view has it
		}
		l.text("", text, o.sh.styles.faint)
		return indent(l.all)
	}
	out := append([]string{o.titleLine(ord, w)}, o.body(ord, w, height-1)...)
	return indent(out[:min(len(out), height)])
}

// body is the facts with the moves below them, and the timeline beside or
// between. The moves stay in view whatever is scrolled.
func (o *orderScreen) body(ord *queue.Order, width, height int) []string {
	if width < besideFrom {
		menu := o.menu(ord, width)
		doc := newLines(o.sh, width)
		o.tripFacts(doc, ord)
		doc.gap()
		o.timeline(doc)
		return append(o.window(doc, height-len(menu)), menu...)
	}
	right := max(width*2/5, 60)
	left := width - right - 3
	menu := o.menu(ord, left)
	facts, story := newLines(o.sh, left), newLines(o.sh, right)
	o.tripFacts(facts, ord)
	o.timeline(story)
	rule := " " + o.sh.styles.rule.Render("│") + " "
	mine := facts.box(0, min(len(facts.all), height-len(menu)-1))
	mine = append(append(mine, ""), menu...)
	return beside(mine, left, rule, o.window(story, height))
}

// window is the part of a document that is scrolled into view.
func (o *orderScreen) window(doc *lines, height int) []string {
	o.page = max(height-1, 1)
	o.scroll = max(min(o.scroll, len(doc.all)-height), 0)
	return doc.box(o.scroll, max(min(height, len(doc.all)), 1))
}

func (o *orderScreen) titleLine(ord *queue.Order, width int) string {
	s, now := o.sh.styles, o.sh.now()
	left := s.tier(ord.Tier).Render(clean(string(ord.Tier))) + " " + s.title.Render(orderName(ord.ID)) + " " +
		s.state(ord.State).Render(stateName(ord.State)) + "  " +
		s.bold.Render(partName(ord.Kind, slotName(ord))+" of "+clean(ord.Server))
	right := s.faint.Render("opened " + ago(now, ord.Created) + " ago, changed " + ago(now, ord.Changed) + " ago by " + clean(ord.ChangedBy))
	if width < 100 {
		right = s.faint.Render("changed " + ago(now, ord.Changed) + " ago")
	}
	return spread(left, right, width)
}

// tripFacts is everything that the trip to the machine needs, most needed first.
func (o *orderScreen) tripFacts(l *lines, ord *queue.Order) {
	s, e := o.sh.styles, o.entry()
	where := "server is no longer in the inventory"
	if e != nil {
		where = cleanOr(placeOf(e.Server), "place not in the inventory")
	}
	l.field("go to", where+" · slot "+slotName(ord), s.bold)
	if swapped(ord) {
		l.field("taken out", joined(partText(ord), labelled("serial", ord.Old.Serial)), s.plain)
		l.field("fitted", fittedText(ord, o.sh.now()), s.bold)
	} else {
		l.field("pull", partText(ord), s.bold)
		l.field(" ", labelText(ord), s.bold)
		l.field("fit", fitText(ord, o.sh.now()), s.bold)
	}
	for i, r := range ord.Reasons {
		label := "why"
		if i > 0 {
			label = " "
		}
		l.field(label, reasonText(r, o.sh.now()), s.plain)
	}
	if e != nil {
		o.nowFacts(l, ord, e)
	}
	o.paperFacts(l, ord)
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
func labelText(ord *queue.Order) string {
	if fleet.NormalSerial(ord.Old.Serial) == "" {
		return "no serial number known: check the slot twice before pulling"
	}
	return "serial " + clean(ord.Old.Serial) + " – if the label differs, stop"
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
	if !r.StillTrue && r.Code != queue.ReasonManual {
		text += " (no longer seen)"
	}
	return text
}

// nowFacts is how the slot and its server are at this moment.
func (o *orderScreen) nowFacts(l *lines, ord *queue.Order, e *fleet.Entry) {
	s, now := o.sh.styles, o.sh.now()
	c, gone := knownPart(&e.State, ord.Slot)
	switch {
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
	l.field(" ", pendingText(&e.State, ord.Slot, now), s.warn)
	if p, ok := e.State.Proofs[ord.Slot]; ok && ord.State == queue.Replaced {
		l.field("proof", fmt.Sprintf("%s in a row, in the slot for %s", plural(p.Good, "good read", "good reads"), ago(now, p.Since)), s.plain)
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
	if text := serviceText(e.Server); text != "" {
		l.field("touches", joined(text, labelled("owner", e.Server.Owner)), s.plain)
	}
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
	}
	return "another part sits there: serial " + clean(c.Serial)
}

// paperFacts are people, dates and references; what is unknown is left out.
func (o *orderScreen) paperFacts(l *lines, ord *queue.Order) {
	s, now := o.sh.styles, o.sh.now()
	l.field("people", joined("proposed by "+clean(ord.CreatedBy), labelled("approved by", ord.Approver), labelled("assigned to", ord.Assignee)), s.plain)
	l.field("change ref", clean(ord.ChangeRef), s.plain)
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
		l.field("disposal", joined(clean(d.Method)+" by "+clean(d.By), when(now, d.At)), s.plain)
	}
	for _, f := range ord.Flags {
		l.field("note", flagText(f), s.warn)
	}
	if ord.Untracked {
		l.field("note", "this part has no serial number: a swap cannot be seen and must be stated", s.warn)
	}
}

func swapTime(ord *queue.Order, now time.Time) string {
	if ord.SwappedAt.IsZero() {
		return ""
	}
	return "swapped " + when(now, ord.SwappedAt)
}

// flagText is a flag in a sentence.
func flagText(f string) string {
	switch f {
	case queue.FlagUnplannedSwap:
		return "the part was swapped before work was started here"
	case queue.FlagVerificationFailed:
		return "the new part was not healthy: work had to go on"
	case queue.FlagReseat:
		return "the old part came back: it was reseated, nothing was replaced"
	}
	return fieldName(f)
}

// menu is what may be done now; it stays in view whatever is scrolled.
func (o *orderScreen) menu(ord *queue.Order, width int) []string {
	s := o.sh.styles
	l := newLines(o.sh, width)
	l.row(s.rule.Render(strings.Repeat(s.hline, width)))
	if len(o.moves) > 0 {
		l.head("What you can do now, as " + string(o.sh.actor.Role))
	}
	for i, m := range o.moves {
		lead := s.noCur
		if i == o.cursor {
			lead = s.cursor
		}
		line := lead + s.keyName.Render(o.sh.keys.moveKey(m.Action, "").Help().Key) + " " + fit(m.Label, 18) + s.faint.Render(" → "+fit(stateName(m.To), 12)+" "+summaryOf(m))
		line = cut(line, width)
		if i == o.cursor {
			line = highlight(s, pad(line, width))
		}
		l.row(line)
	}
	switch {
	case ord.State == queue.InProgress && !ord.Untracked:
		l.text("", "Swap the part; nothing else to type: ironage sees the new serial number within two reads and moves the order on.", s.plain)
	case ord.State == queue.Replaced:
		l.text("", "ironage watches the new part and verifies it by itself once it has read healthy for long enough.", s.plain)
	}
	if text := o.othersMay(ord); text != "" {
		l.text("", text, s.faint)
	}
	return l.all
}

func summaryOf(m queue.Move) string {
	for _, t := range queue.Transitions() {
		if t.Row == m.Row {
			return t.Summary
		}
	}
	return ""
}

// othersMay says what else could happen to the order, and whose word it takes.
func (o *orderScreen) othersMay(ord *queue.Order) string {
	mine := make(map[string]bool, len(o.moves))
	for _, m := range o.moves {
		mine[m.Action] = true
	}
	var parts []string
	for _, role := range []queue.Role{queue.Technician, queue.Engineer, queue.Lead} {
		var labels []string
		for _, m := range queue.Moves(*ord, role) {
			if !mine[m.Action] {
				mine[m.Action] = true
				labels = append(labels, strings.ToLower(m.Label))
			}
		}
		if len(labels) > 0 {
			parts = append(parts, strings.Join(labels, ", ")+" ("+article(role)+")")
		}
	}
	if len(parts) > 0 {
		return "Others may: " + strings.Join(parts, ", ") + "."
	}
	if len(o.moves) > 0 {
		return ""
	}
	if ord.State.Final() {
		return "Finished. A finished order never reopens; a new problem makes a new one."
	}
	return "Nobody needs to do anything now."
}

func article(r queue.Role) string {
	if r == queue.Engineer {
		return "an engineer"
	}
	return "a " + string(r)
}

// formView is the open form, with a warning when the order changed meanwhile.
func (o *orderScreen) formView(width, height int) string {
	ord := o.order()
	if ord == nil || ord.Version == o.version || o.form.state == formSending {
		return o.form.view(width, height)
	}
	l := newLines(o.sh, width)
	l.text("", fmt.Sprintf("%s changed this order %s ago (now %s) while you type. Saving will not overwrite it: you will see both first.",
		clean(ord.ChangedBy), ago(o.sh.now(), ord.Changed), stateName(ord.State)), o.sh.styles.warn)
	return strings.Join(l.all, "\n") + "\n" + o.form.view(width, height-len(l.all))
}
