package tui

import (
	"strings"

	"ironage/internal/fleet"
)

// changeGroup is what a person looks for in a server's history.
type changeGroup uint8

const (
	allChanges changeGroup = iota
	healthChanges
	partChanges // what came, went, or is another
	firmwareChanges
	otherChanges
	changeGroups
)

// name is the group in a few words.
func (g changeGroup) name() string {
	return [changeGroups]string{"everything", "health", "parts", "firmware", "the rest"}[g]
}

// groupOf says where a change belongs.
func groupOf(k fleet.EventKind) changeGroup {
	switch k {
	case fleet.EventHealth:
		return healthChanges
	case fleet.EventSerial, fleet.EventAppeared, fleet.EventVanished, fleet.EventMoved, fleet.EventDuplicate, fleet.EventCapacity:
		return partChanges
	case fleet.EventFirmware:
		return firmwareChanges
	}
	return otherChanges
}

// changeTabs are the groups with how much there is of each, the one that is
// shown in brackets.
func (s *serverScreen) changeTabs() string {
	var n [changeGroups]int
	for i := range s.history {
		n[groupOf(s.history[i].Kind)]++
		n[allChanges]++
	}
	parts := make([]string, 0, changeGroups+1)
	for g := range changeGroups {
		text := s.sh.t.Text(g.name()) + " " + s.sh.t.Int(int64(n[g]))
		if g == s.changes {
			parts = append(parts, s.sh.styles.bold.Render("["+text+"]"))
		} else {
			parts = append(parts, s.sh.styles.faint.Render(text))
		}
	}
	return strings.Join(parts, "  ") + s.sh.styles.faint.Render("   "+s.sh.keys.Changes.Help().Key)
}

// events is the server's history, newest first.
func (s *serverScreen) events(l *lines) {
	st := s.sh.styles
	switch {
	case s.trouble != "":
		failedState(s.sh.t.Say("The history could not be read: %s", clean(s.trouble))).put(l, "")
		return
	case !s.loaded:
		l.text("", s.sh.t.Say("Reading the history…"), st.faint)
		return
	case len(s.history) == 0:
		l.text("", s.sh.t.Say("No event yet: nothing has changed since this server was added."), st.faint)
		return
	}
	shown := 0
	for i := range s.history {
		if e := &s.history[i]; s.changes == allChanges || groupOf(e.Kind) == s.changes {
			s.eventLine(l, e)
			shown++
		}
	}
	if shown == 0 {
		l.text("", s.sh.t.Say("No such change among the last events; %s shows others.", s.sh.keys.Changes.Help().Key), st.faint)
	} else if len(s.history) >= historyLength {
		l.text("", s.sh.t.Say("The last %d events; older ones: ironage events %s", len(s.history), clean(s.name)), st.faint)
	}
}

// eventLine is one change: when, how worrying, what, and from what to what.
func (s *serverScreen) eventLine(l *lines, e *fleet.Event) {
	const whenWidth = 13
	st, badgeWidth := s.sh.styles, s.badgeWidth()+2
	mark := st.faint.Render(fit(s.sh.moment(e.Time), whenWidth)) + st.healthStyle(e.Health).Render(fit(st.badgeText(e.Health), badgeWidth))
	text := s.sh.dated(s.sh.t.Text(clean(e.Text)))
	if e.Ack != nil {
		text += " (" + s.sh.t.Say("known to %s", clean(e.Ack.By)) + ")"
	}
	at := len(l.all)
	indent := spaces(whenWidth + badgeWidth)
	l.text(indent, text, st.plain)
	l.all[at] = mark + strings.TrimPrefix(l.all[at], indent)
}
