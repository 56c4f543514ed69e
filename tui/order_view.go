package tui

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"charm.land/lipgloss/v2"

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
		l.text("", "There is no work order "+orderName(o.id)+". Esc goes back to where you came from.", o.sh.styles.faint)
		return indent(l.all)
	}
	out := []string{o.titleLine(ord, w)}
	menu := o.menu(ord, w)
	room := max(height-1-len(menu), 3)
	if w >= besideFrom {
		right := max(w*2/5, 60)
		left := w - right - 3
		facts, story := newLines(o.sh, left), newLines(o.sh, right)
		o.tripFacts(facts, ord)
		o.timeline(story)
		o.page = room
		o.scroll = max(min(o.scroll, max(len(story.all), len(facts.all))-room), 0)
		rule := " " + o.sh.styles.rule.Render("│") + " "
		out = append(out, beside(facts.box(o.scroll, room), left, rule, story.box(o.scroll, room))...)
	} else {
		doc := newLines(o.sh, w)
		o.tripFacts(doc, ord)
		doc.gap()
		o.timeline(doc)
		o.page = room
		o.scroll = max(min(o.scroll, len(doc.all)-room), 0)
		out = append(out, doc.box(o.scroll, room)...)
	}
	out = append(out, menu...)
	return indent(out[:min(len(out), height)])
}

func (o *orderScreen) titleLine(ord *queue.Order, width int) string {
	s, now := o.sh.styles, o.sh.now()
	left := s.tier(ord.Tier).Render(clean(string(ord.Tier))) + " " + s.title.Render(orderName(ord.ID)) + " " +
		s.state(ord.State).Render(stateName(ord.State)) + "  " +
		s.bold.Render(fmt.Sprintf("%s %s of %s", kindName(ord.Kind, 1), slotName(ord), clean(ord.Server)))
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
	l.field("pull", pullText(ord), s.bold)
	l.field("fit", fitText(ord, o.sh.now()), s.bold)
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

// pullText is the part to take out, and the check that it is the right one.
func pullText(ord *queue.Order) string {
	part := joined(clean(ord.Old.Vendor), clean(ord.Old.Model), labelled("part", ord.Old.PartNumber))
	if ord.Old.CapacityBytes > 0 {
		part = joined(part, capacityText(ord.Kind, ord.Old.CapacityBytes))
	}
	if fleet.NormalSerial(ord.Old.Serial) == "" {
		return joined(part, "no serial number known: check the slot twice before pulling")
	}
	return joined(part, "serial "+clean(ord.Old.Serial)) + " – if the label differs, stop"
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
	t, err := time.ParseInLocation(time.DateOnly, string(d), now.Location())
	if err != nil {
		return ""
	}
	days := int(t.Sub(now.Truncate(24*time.Hour)).Hours() / 24)
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
	if r.Text != "" {
		text += ": " + clean(r.Text)
	}
	if !r.FirstSeen.IsZero() {
		text += ", since " + when(now, r.FirstSeen)
	}
	if !r.StillTrue && r.Code != queue.ReasonManual {
		text += " (no longer seen)"
	}
	return text
}

// nowFacts is how the slot and its server are at this moment.
func (o *orderScreen) nowFacts(l *lines, ord *queue.Order, e *fleet.Entry) {
	s, now := o.sh.styles, o.sh.now()
	c := e.State.Component(ord.Slot)
	switch {
	case e.State.LastRead().IsZero():
		l.field("slot now", "the server was never read", s.warn)
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
	if ord.New != nil {
		l.field("new part", joined(clean(ord.New.Vendor), clean(ord.New.Model), labelled("serial", ord.New.Serial), swapTime(ord, now)), s.plain)
	}
	if d := ord.Disposition; d != nil {
		l.field("old part", joined(clean(d.Method)+" by "+clean(d.By), when(now, d.At)), s.plain)
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

// timeline is the order's log, newest first.
func (o *orderScreen) timeline(l *lines) {
	s := o.sh.styles
	l.head("What happened, newest first")
	switch {
	case o.trouble != "":
		l.text("", "The log could not be read: "+clean(o.trouble), s.bad)
	case !o.loaded:
		l.text("", "Reading the log…", s.faint)
	case len(o.log) == 0:
		l.text("", "The log is empty.", s.faint)
	}
	for _, en := range o.log {
		o.entryLines(l, en, s.plain)
	}
}

func (o *orderScreen) entryLines(l *lines, en queue.Entry, style lipgloss.Style) {
	s := o.sh.styles
	who := clean(en.Actor.Name)
	if en.Actor.Role == queue.System {
		who = "ironage"
	} else if en.Actor.Role != "" {
		who += " (" + clean(string(en.Actor.Role)) + ")"
	}
	what := clean(en.Action)
	if en.From != en.To && en.To != "" {
		what = stateName(en.To)
		if en.From != "" {
			what = stateName(en.From) + " → " + what
		}
	}
	l.row(s.faint.Render(fit(when(o.sh.now(), en.Time), labelWidth)) + s.bold.Render(what) + style.Render(" by "+who))
	pad := spaces(labelWidth)
	if en.Reason != "" {
		l.text(pad, "“"+clean(en.Reason)+"”", style)
	}
	if text := fieldsText(en.Fields); text != "" {
		l.text(pad, text, s.faint)
	}
	if len(en.Confirmed) > 0 {
		l.text(pad, "confirmed: "+clean(strings.Join(en.Confirmed, ", ")), s.faint)
	}
	if en.Evidence.OID != "" {
		l.text(pad, clean(en.Evidence.OID)+" = "+clean(en.Evidence.Value)+" "+clean(en.Evidence.Meaning), s.faint)
	}
}

// fieldsText is "expected 2026-12-01, order ref PO-1 (was PO-0)".
func fieldsText(fields map[string][2]string) string {
	var parts []string
	for _, k := range slices.Sorted(maps.Keys(fields)) {
		v := fields[k]
		text := fieldName(k) + " " + cleanOr(v[1], "taken away")
		if v[0] != "" {
			text += " (was " + clean(v[0]) + ")"
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, ", ")
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
			parts = append(parts, strings.Join(labels, ", ")+": "+article(role))
		}
	}
	if len(parts) > 0 {
		return "Others may: " + strings.Join(parts, "; ") + "."
	}
	if len(o.moves) > 0 {
		return ""
	}
	switch {
	case ord.State.Final():
		return "Finished. A finished order never reopens; a new problem makes a new one."
	case ord.State == queue.Replaced:
		return "ironage watches the new part and verifies it by itself."
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

// conflictPanel shows both changes: what somebody else did, what was typed here.
func (o *orderScreen) conflictPanel(width int) *lines {
	s, c := o.sh.styles, o.conflict
	l := newLines(o.sh, width)
	l.row(s.bad.Render(s.glyphText(fleet.Critical) + " Your change was not saved"))
	l.text("", conflictText(c, o.sh.now()), s.bold)
	l.gap()
	l.head("What was changed meanwhile")
	for _, en := range c.Since {
		o.entryLines(l, en, s.plain)
	}
	l.text("", orderName(c.Order.ID)+" is "+stateName(c.Order.State)+" now.", s.plain)
	l.gap()
	l.head("What you wanted")
	label := "add a note"
	if o.move.Action != "" {
		label = o.move.Label + " → " + stateName(o.move.To)
	}
	l.text("", label, s.bold)
	for _, a := range o.form.asks {
		if v := o.kept[a.Name]; v != "" {
			l.field(fit(a.Label, labelWidth-1), clean(v), s.plain)
		}
	}
	l.gap()
	k := o.sh.keys
	for _, b := range []struct{ key, text string }{{k.Reload.Help().Key, k.Reload.Help().Desc}, {k.Drop.Help().Key, k.Drop.Help().Desc}} {
		l.row(s.keyName.Render(fit(b.key, 6)) + " " + b.text)
	}
	return l
}

// conflictText is "changed by lan 14:03: approved → ordered; your change was not saved".
func conflictText(c *queue.Conflict, now time.Time) string {
	text := "changed by " + clean(c.By) + " " + when(now, c.At)
	if n := len(c.Since); n > 0 {
		if from, to := c.Since[0].From, c.Since[n-1].To; from != to {
			text += ": " + stateName(from) + " → " + stateName(to)
		} else {
			text += ": " + clean(c.Since[n-1].Action)
		}
	}
	return text + "; your change was not saved"
}
