package tui

import (
	"maps"
	"slices"
	"strings"

	"charm.land/lipgloss/v2"

	"ironage/internal/fleet"
	"ironage/internal/queue"
)

// timeline is the order's log, newest first.
func (o *orderScreen) timeline(l *lines) {
	s := o.sh.styles
	l.head("What happened, newest first")
	switch {
	case o.trouble != "":
		failedState(o.sh.t.Say("The log could not be read: %s", o.sh.t.Text(clean(o.trouble)))).put(l, "")
	case !o.loaded:
		l.text("", o.sh.t.Say("Reading the log…"), s.faint)
	case len(o.log) == 0:
		l.text("", o.sh.t.Say("The log is empty."), s.faint)
	}
	for _, en := range o.log {
		o.entryLines(l, en, s.plain)
	}
}

func (o *orderScreen) entryLines(l *lines, en queue.Entry, style lipgloss.Style) {
	s, t := o.sh.styles, o.sh.t
	who := clean(en.Actor.Name)
	if en.Actor.Role == queue.System {
		who = t.Say("ironage, automatic")
	} else if en.Actor.Role != "" {
		who += " (" + o.sh.roleWord(en.Actor.Role) + ")"
	}
	look := s.bold
	what := o.sh.entryWord(en)
	if en.Action == "alarm" {
		what, look = s.glyphText(fleet.Critical)+" "+t.Say("ALARM"), s.bad
	}
	l.row(s.faint.Render(fit(o.sh.moment(en.Time), labelWidth)) + look.Render(what) + style.Render(" "+t.Say("by %s", who)))
	pad := spaces(labelWidth)
	if en.Reason != "" {
		l.text(pad, `"`+o.sh.entryReason(en)+`"`, style)
	}
	if text := o.sh.fieldsText(en.Fields); text != "" {
		l.text(pad, text, s.faint)
	}
	if len(en.Confirmed) > 0 {
		l.text(pad, t.Say("confirmed: %s", clean(strings.Join(en.Confirmed, ", "))), s.faint)
	}
	l.textIf(pad, o.sh.entryEvidence(en), s.faint)
}

// entryWord is what an entry did: from which state to which, or the action.
func (sh *shared) entryWord(en queue.Entry) string {
	switch {
	case en.From == en.To || en.To == "":
		return sh.t.Text(actionWord(en.Action))
	case en.From == "":
		return sh.stateWord(en.To)
	}
	return sh.stateWord(en.From) + " → " + sh.stateWord(en.To)
}

// actionWord is a word of the log as people say it.
func actionWord(action string) string { return strings.ReplaceAll(clean(action), "-", " ") }

// entryReason is why: a person's words as they are, the program's translated.
func (sh *shared) entryReason(en queue.Entry) string {
	if en.Actor.Role == queue.System {
		return sh.dated(sh.t.Text(clean(en.Reason)))
	}
	return clean(en.Reason)
}

// entryEvidence is what the program went by; a person's step has none, and what
// the entry says already is not said twice.
func (sh *shared) entryEvidence(en queue.Entry) string {
	ev := en.Evidence
	meaning := clean(ev.Meaning)
	if strings.Contains(clean(en.Reason), meaning) {
		meaning = ""
	}
	if ev.OID == "" {
		return sh.dated(sh.t.Text(meaning))
	}
	if strings.Contains(meaning, " ") { // a sentence of ironage's; a word is the device's own
		meaning = sh.dated(sh.t.Text(meaning))
	}
	return strings.TrimSpace(clean(ev.OID) + " = " + clean(ev.Value) + " " + meaning)
}

// fieldsText is "expected 2026-12-01, order ref PO-1 (was PO-0)".
func (sh *shared) fieldsText(fields map[string][2]string) string {
	var parts []string
	for _, k := range slices.Sorted(maps.Keys(fields)) {
		was, is := sh.fieldValue(k, fields[k][0]), sh.fieldValue(k, fields[k][1])
		text := sh.t.Text(fieldName(k)) + " " + firstOf(is, sh.t.Say("taken away"))
		if was != "" {
			text += " (" + sh.t.Say("was %s", was) + ")"
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, ", ")
}

// fieldValue is a value as the log has it: words of ours are translated, what
// people wrote is not.
func (sh *shared) fieldValue(field, v string) string {
	v = clean(v)
	switch field {
	case "reasons", "flags", "disposition", "untracked":
		words := strings.Split(v, ",")
		for i, w := range words {
			words[i] = sh.listedWord(field, w)
		}
		return strings.Join(words, ", ")
	}
	return sh.dated(v)
}

// listedWord is a reason, a flag or a choice in a list of the log's.
func (sh *shared) listedWord(field, w string) string {
	code, gone := strings.CutSuffix(w, " (no longer)")
	word := sh.t.Text(fieldName(code))
	if field == "reasons" {
		word = sh.reasonWord(queue.ReasonCode(code))
	}
	if gone {
		word += " (" + sh.t.Say("no longer") + ")"
	}
	return word
}

// conflictPanel shows both changes: what somebody else did, what was typed here.
func (o *orderScreen) conflictPanel(width int) *lines {
	s, c := o.sh.styles, o.conflict
	l := newLines(o.sh, width)
	l.text("", s.glyphText(fleet.Critical)+" "+o.sh.conflictText(c), s.bad)
	l.gap()
	l.head("What was changed meanwhile")
	for _, en := range c.Since {
		o.entryLines(l, en, s.plain)
	}
	l.text("", o.sh.t.Say("%s is %s now.", orderName(c.Order.ID), o.sh.stateWord(c.Order.State)), s.plain)
	l.gap()
	l.head("What you wanted")
	label := o.sh.t.Say("add a note")
	switch o.move.Action {
	case "":
	case editAction:
		label = o.sh.t.Say("change its fields")
	default:
		label = o.sh.t.Text(o.move.Label) + " → " + o.sh.stateWord(o.move.To)
	}
	l.text("", label, s.bold)
	for _, a := range o.form.asks {
		if v := o.kept[a.Name]; v != "" {
			l.field(cut(o.sh.t.Text(a.Label), labelWidth-1), clean(v), s.plain)
		}
	}
	l.gap()
	k := o.sh.keys
	for _, b := range []struct{ key, text string }{{k.Reload.Help().Key, k.Reload.Help().Desc}, {k.Drop.Help().Key, k.Drop.Help().Desc}} {
		l.row(s.keyName.Render(fit(b.key, 6)) + " " + o.sh.t.Text(b.text))
	}
	return l
}

// conflictText is "Changed by lan 14:03: approved → ordered; your change was not saved".
func (sh *shared) conflictText(c *queue.Conflict) string {
	who, at := clean(c.By), sh.moment(c.At)
	n := len(c.Since)
	if n == 0 {
		return sh.t.Say("Changed by %s %s; your change was not saved", who, at)
	}
	what := sh.t.Text(actionWord(c.Since[n-1].Action))
	if from, to := c.Since[0].From, c.Since[n-1].To; from != to {
		what = sh.stateWord(from) + " → " + sh.stateWord(to)
	}
	return sh.t.Say("Changed by %s %s: %s; your change was not saved", who, at, what)
}
