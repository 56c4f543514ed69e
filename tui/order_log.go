package tui

import (
	"maps"
	"slices"
	"strings"
	"time"

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
		who = "ironage, automatic"
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
	look := s.bold
	if en.Action == "alarm" {
		what, look = s.glyphText(fleet.Critical)+" ALARM", s.bad
	}
	l.row(s.faint.Render(fit(when(o.sh.now(), en.Time), labelWidth)) + look.Render(what) + style.Render(" by "+who))
	pad := spaces(labelWidth)
	if en.Reason != "" {
		l.text(pad, `"`+clean(en.Reason)+`"`, style)
	}
	if text := fieldsText(en.Fields); text != "" {
		l.text(pad, text, s.faint)
	}
	if len(en.Confirmed) > 0 {
		l.text(pad, "confirmed: "+clean(strings.Join(en.Confirmed, ", ")), s.faint)
	}
	l.textIf(pad, entryEvidence(en), s.faint)
}

// entryEvidence is what the program went by; a person's step has none, and what
// the entry says already is not said twice.
func entryEvidence(en queue.Entry) string {
	ev := en.Evidence
	meaning := clean(ev.Meaning)
	if strings.Contains(clean(en.Reason), meaning) {
		meaning = ""
	}
	if ev.OID == "" {
		return meaning
	}
	return strings.TrimSpace(clean(ev.OID) + " = " + clean(ev.Value) + " " + meaning)
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

// conflictPanel shows both changes: what somebody else did, what was typed here.
func (o *orderScreen) conflictPanel(width int) *lines {
	s, c := o.sh.styles, o.conflict
	l := newLines(o.sh, width)
	l.text("", s.glyphText(fleet.Critical)+" "+conflictText(c, o.sh.now()), s.bad)
	l.gap()
	l.head("What was changed meanwhile")
	for _, en := range c.Since {
		o.entryLines(l, en, s.plain)
	}
	l.text("", orderName(c.Order.ID)+" is "+stateName(c.Order.State)+" now.", s.plain)
	l.gap()
	l.head("What you wanted")
	label := "add a note"
	switch o.move.Action {
	case "":
	case editAction:
		label = "change its fields"
	default:
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

// conflictText is "Changed by lan 14:03: approved → ordered; your change was not saved".
func conflictText(c *queue.Conflict, now time.Time) string {
	text := "Changed by " + clean(c.By) + " " + when(now, c.At)
	if n := len(c.Since); n > 0 {
		if from, to := c.Since[0].From, c.Since[n-1].To; from != to {
			text += ": " + stateName(from) + " → " + stateName(to)
		} else {
			text += ": " + clean(c.Since[n-1].Action)
		}
	}
	return text + "; your change was not saved"
}
