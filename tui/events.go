package tui

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"ironage/internal/fleet"
	"ironage/internal/lists"
)

// eventList is the Events screen: what changed, newest first. Acknowledged
// events are dimmed and never hidden.
type eventList struct {
	sh     *shared
	table  *table[*fleet.Event]
	filter *filterBar[*fleet.Event]
	prompt prompt
}

func newEvents(sh *shared) screen {
	s := &eventList{sh: sh, table: newTable(sh, eventColumns(sh))}
	s.table.id = func(e *fleet.Event) string { return fmt.Sprint(e.ID) }
	s.filter = newFilterBar(sh, eventLanguage(sh), "")
	s.refresh()
	return s
}

func (s *eventList) Title() string { return "Events" }
func (s *eventList) Typing() bool  { return s.filter.open || s.prompt.open }

// Escape takes marks and the filter away before Esc leaves the screen.
func (s *eventList) Escape() bool {
	if s.table.unmark() {
		return true
	}
	had := s.filter.clear()
	if had {
		s.refresh()
	}
	return had
}

func (s *eventList) Keys() []key.Binding {
	k := s.sh.keys
	switch {
	case s.filter.open:
		return s.filter.keys()
	case s.prompt.open:
		return s.prompt.keys()
	case !mayAct(s.sh):
		return append([]key.Binding{k.Open, k.Filter}, s.table.sortKeys()...)
	}
	return append([]key.Binding{k.Open, k.Ack, k.Mark, k.Filter}, s.table.sortKeys()...)
}

// Detail is the whole of what the cursor's line has no room for.
func (s *eventList) Detail() string {
	e, ok := s.table.row()
	if !ok || s.Typing() {
		return ""
	}
	text := clean(e.Text)
	if e.Ack != nil {
		text = joined(text, ackText(s.sh, e))
	}
	return joined(text, clean(e.Key))
}

func (s *eventList) Update(msg tea.Msg) (screen, tea.Cmd) {
	switch msg := msg.(type) {
	case viewMsg:
		s.refresh()
	case tea.KeyPressMsg:
		return s, s.pressed(msg)
	case tea.PasteMsg:
		if s.Typing() {
			return s, s.typed(msg)
		}
	}
	return s, nil
}

func (s *eventList) typed(msg tea.Msg) tea.Cmd {
	if s.prompt.open {
		return s.prompt.update(msg)
	}
	changed, cmd := s.filter.update(msg)
	if changed {
		s.refresh()
	}
	return cmd
}

func (s *eventList) pressed(msg tea.KeyPressMsg) tea.Cmd {
	k := s.sh.keys
	e, ok := s.table.row()
	switch {
	case s.Typing():
		return s.typed(msg)
	case key.Matches(msg, k.Filter):
		s.filter.start()
	case key.Matches(msg, k.Open) && ok:
		if e.Server == "" {
			return send(sayMsg{fleet.OK, "this event is about the program, not about a server"})
		}
		return send(openServerMsg{server: e.Server, key: e.Key})
	case key.Matches(msg, k.Ack) && ok:
		return s.askNote()
	case key.Matches(msg, k.Mark) && ok:
		s.table.toggleMark()
		s.table.moveTo(s.table.cursor + 1)
	default:
		s.table.update(msg)
	}
	return nil
}

// askNote asks for the note with which the marked events, or the one under the
// cursor, are acknowledged.
func (s *eventList) askNote() tea.Cmd {
	if !mayAct(s.sh) {
		return refuseViewer("acknowledge")
	}
	var ids []int64
	var last *fleet.Event
	for _, e := range s.table.chosen() {
		if last = e; e.Ack == nil {
			ids = append(ids, e.ID)
		}
	}
	if len(ids) == 0 {
		return send(sayMsg{fleet.OK, "already acknowledged by " + clean(last.Ack.By)})
	}
	about := plural(len(ids), "event", "events")
	if len(s.table.chosen()) == 1 {
		about = strings.TrimSpace(clean(last.Server) + " " + clean(last.Text))
	}
	s.prompt.ask(s.sh, "Acknowledge: "+about, "note (may be empty): ", func(note string) tea.Cmd {
		s.table.unmark()
		return func() tea.Msg {
			if err := s.sh.desk.AckEvents(s.sh.ctx, s.sh.actor, ids, note, time.Time{}); err != nil {
				return sayMsg{fleet.Critical, fmt.Sprintf("not acknowledged: %v", err)}
			}
			return sayMsg{fleet.OK, "acknowledged: " + about}
		}
	})
	return nil
}

func (s *eventList) refresh() {
	var rows []*fleet.Event
	if v := s.sh.view; v != nil {
		rows = make([]*fleet.Event, len(v.Events))
		for i := range v.Events {
			rows[i] = &v.Events[i]
		}
	}
	all := len(rows)
	s.table.setRows(s.filter.apply(rows))
	switch {
	case s.sh.view == nil:
		s.table.empty = "waiting for the first answer of the store …"
	case all == 0:
		s.table.empty = "nothing has changed since this store was made"
	default:
		s.table.empty = "no event matches the filter; Esc shows all"
	}
}

func (s *eventList) View(w, h int) string {
	total := 0
	if s.sh.view != nil {
		total = len(s.sh.view.Events)
	}
	out := s.filter.view(w, fmt.Sprintf("%d of %s", len(s.table.rows), plural(total, "event", "events")))
	if s.prompt.open {
		h -= 2
	}
	out = append(out, strings.Split(s.table.view(w, h-len(out)), "\n")...)
	if s.prompt.open {
		for len(out) < h {
			out = append(out, "")
		}
		out = append(out, s.prompt.view(w))
	}
	return strings.Join(out, "\n")
}

func eventColumns(sh *shared) []column[*fleet.Event] {
	st := func() *styles { return sh.styles }
	dim := func(e *fleet.Event) (lipgloss.Style, bool) { return st().faint, e.Ack != nil }
	return []column[*fleet.Event]{
		{title: "WHEN", width: 12, letter: sortKey("T", "time"), down: true,
			less:  func(a, b *fleet.Event) int { return a.Time.Compare(b.Time) },
			text:  func(e *fleet.Event) string { return when(sh.now(), e.Time) },
			style: func(*fleet.Event) (lipgloss.Style, bool) { return st().faint, true }},
		{title: "NOW", width: 10, letter: sortKey("H", "health"), down: true,
			less: func(a, b *fleet.Event) int { return cmp.Compare(a.Health.Severity(), b.Health.Severity()) },
			text: func(e *fleet.Event) string { return st().badgeText(e.Health) },
			style: func(e *fleet.Event) (lipgloss.Style, bool) {
				if e.Ack != nil {
					return st().faint, true
				}
				return st().healthStyle(e.Health), true
			}},
		{title: "SERVER", width: 12, min: 10, max: 18, letter: sortKey("N", "server"),
			less: func(a, b *fleet.Event) int { return cmp.Compare(a.Server, b.Server) },
			text: func(e *fleet.Event) string { return clean(e.Server) }, style: dim},
		{title: "WHAT", width: 40, min: 20, max: 120, text: func(e *fleet.Event) string { return clean(e.Text) }, style: dim},
		{title: "KIND", width: 11, priority: 3, letter: sortKey("K", "kind"),
			less: func(a, b *fleet.Event) int { return cmp.Compare(a.Kind, b.Kind) },
			text: func(e *fleet.Event) string { return clean(string(e.Kind)) }, style: dim},
		{title: "PART", width: 20, priority: 4, text: func(e *fleet.Event) string { return clean(e.Key) }, style: dim},
		{title: "ACKNOWLEDGED", width: 20, min: 14, max: 60, priority: 2, text: func(e *fleet.Event) string { return ackText(sh, e) },
			style: func(*fleet.Event) (lipgloss.Style, bool) { return st().faint, true }},
	}
}

// ackText is who knows of an event, since when, and what they noted.
func ackText(sh *shared, e *fleet.Event) string {
	if e.Ack == nil {
		return "-"
	}
	text := clean(e.Ack.By) + " " + ago(sh.now(), e.Ack.At)
	if e.Ack.Note != "" {
		text += ": " + clean(e.Ack.Note)
	}
	return text
}

// eventLanguage is what the Events list can be filtered by.
func eventLanguage(sh *shared) *language[*fleet.Event] { return lists.Events(aboutServers(sh)) }
