package tui

import (
	"cmp"
	"strconv"

	"charm.land/lipgloss/v2"

	"ironage/internal/fleet"
	"ironage/internal/lists"
)

func eventColumns(sh *shared) []column[*eventRow] {
	st := func() *styles { return sh.styles }
	dim := func(r *eventRow) (lipgloss.Style, bool) { return st().faint, r.known }
	faint := func(*eventRow) (lipgloss.Style, bool) { return st().faint, true }
	by := func(compare func(a, b *eventRow) int) func(a, b *eventRow) int {
		return func(a, b *eventRow) int { return compare(a.top(), b.top()) }
	}
	return []column[*eventRow]{
		{title: "WHEN", width: 12, letter: sortKey("T", "time"), down: true,
			less: by(func(a, b *eventRow) int { return a.Time.Compare(b.Time) }),
			text: func(r *eventRow) string { return sh.when(r.Time) }, style: faint},
		{title: "NOW", width: 10, words: healthWords(), letter: sortKey("H", "health"), down: true,
			less: by(func(a, b *eventRow) int { return cmp.Compare(a.health().Severity(), b.health().Severity()) }),
			text: func(r *eventRow) string { return st().badgeText(r.health()) },
			style: func(r *eventRow) (lipgloss.Style, bool) {
				if r.known {
					return st().faint, true
				}
				return st().healthStyle(r.health()), true
			}},
		{title: "SERVER", width: 12, min: 10, max: 18, letter: sortKey("N", "server"),
			less: by(func(a, b *eventRow) int { return cmp.Compare(a.Server, b.Server) }),
			text: eventServer, style: dim},
		{title: "WHAT", width: 40, min: 20, max: 120, text: func(r *eventRow) string { return eventText(sh, r) }, style: dim},
		{title: "KIND", width: 11, priority: 3, letter: sortKey("K", "kind"), say: true,
			less: by(func(a, b *eventRow) int { return cmp.Compare(a.Kind, b.Kind) }),
			text: func(r *eventRow) string { return eventKindWord(r.Kind) }, style: dim},
		{title: "PART", width: 20, priority: 4, text: func(r *eventRow) string {
			if r.all != nil {
				return ""
			}
			return clean(r.Key)
		}, style: dim},
		{title: "ACKNOWLEDGED", width: 20, min: 14, max: 60, priority: 2, text: func(r *eventRow) string { return rowAckText(sh, r) }, style: faint},
	}
}

// eventKindWord is a kind of event as people say it.
func eventKindWord(k fleet.EventKind) string {
	if k == fleet.EventBack {
		return "back again"
	}
	return clean(string(k))
}

// eventServer is the server of a line; of a storm over several, how many.
func eventServer(r *eventRow) string {
	if r.all == nil {
		return clean(r.Server)
	}
	for _, e := range r.all {
		if e.Server != r.Server {
			return "(" + strconv.Itoa(len(r.all)) + ")"
		}
	}
	return clean(r.Server)
}

// eventText is what a line says; a storm shows that it opens, and its events
// stand under it.
func eventText(sh *shared, r *eventRow) string {
	switch {
	case r.all != nil && r.open:
		return "- " + r.text
	case r.all != nil:
		return "+ " + r.text
	case r.head != nil:
		return "  " + sh.t.Text(clean(r.Text))
	}
	return sh.t.Text(clean(r.Text))
}

// rowAckText is who knows of a line; of a storm, how much of it is known.
func rowAckText(sh *shared, r *eventRow) string {
	if r.all == nil || r.known {
		return ackText(sh, r.Event)
	}
	if n := len(r.all) - len(r.unknown()); n > 0 {
		return sh.t.Say("%d of %d", n, len(r.all))
	}
	return "-"
}

// ackText is who knows of an event, since when, until when, and what they noted.
func ackText(sh *shared, e *fleet.Event) string {
	if e.Ack == nil {
		return "-"
	}
	text := clean(e.Ack.By) + " " + sh.ago(e.Ack.At)
	if until := untilText(sh, e.Ack.Until); until != "" {
		text += ", " + until
	}
	if e.Ack.Note != "" {
		text += ": " + clean(e.Ack.Note)
	}
	return text
}

// eventLanguage is what the Events list can be filtered by.
func eventLanguage(sh *shared) *language[*fleet.Event] { return lists.Events(aboutServers(sh)) }
