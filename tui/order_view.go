package tui

import (
	"strings"

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
		text := o.sh.t.Say("There is no work order %s. Esc goes back to where you came from.", orderName(o.id))
		if !o.loaded || len(o.log) > 0 {
			text = o.sh.t.Say("Fetching %s …", orderName(o.id)) // just made: the next view has it
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

// menu is what may be done now; it stays in view whatever is scrolled.
func (o *orderScreen) menu(ord *queue.Order, width int) []string {
	s := o.sh.styles
	l := newLines(o.sh, width)
	l.row(s.rule.Render(strings.Repeat(s.hline, width)))
	if len(o.moves) > 0 {
		l.head(o.sh.t.Say("What you can do now, as %s", o.sh.roleWord(o.sh.actor.Role)))
	}
	for i, m := range o.moves {
		lead := s.noCur
		if i == o.cursor {
			lead = s.cursor
		}
		line := lead + s.keyName.Render(o.sh.keys.moveKey(m.Action, "").Help().Key) + " " + fit(o.sh.t.Text(m.Label), 18) + s.faint.Render(" → "+o.sh.stateCell(m.To)+"  "+o.sh.t.Text(summaryOf(m)))
		line = cut(line, width)
		if i == o.cursor {
			line = highlight(s, pad(line, width))
		}
		l.row(line)
	}
	switch {
	case ord.State == queue.InProgress && !ord.Untracked:
		l.text("", o.sh.t.Say("Swap the part; nothing else to type: ironage sees the new serial number within two reads and moves the order on."), s.plain)
	case ord.State == queue.Replaced:
		l.text("", o.sh.t.Say("ironage watches the new part and verifies it by itself once it has read healthy for long enough."), s.plain)
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
				labels = append(labels, o.sh.moveWord(m))
			}
		}
		if len(labels) > 0 {
			parts = append(parts, strings.Join(labels, ", ")+" ("+o.sh.takes(role)+")")
		}
	}
	if len(parts) > 0 {
		return o.sh.t.Say("Others may: %s.", strings.Join(parts, ", "))
	}
	if len(o.moves) > 0 {
		return ""
	}
	if ord.State.Final() {
		return o.sh.t.Say("Finished. A finished order never reopens; a new problem makes a new one.")
	}
	return o.sh.t.Say("Nobody needs to do anything now.")
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
	l.text("", o.sh.t.Say("%s changed this order %s ago (now %s) while you type. Saving will not overwrite it: you will see both first.",
		clean(ord.ChangedBy), o.sh.since(ord.Changed), o.sh.stateWord(ord.State)), o.sh.styles.warn)
	return strings.Join(l.all, "\n") + "\n" + o.form.view(width, height-len(l.all))
}
