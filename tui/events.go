package tui

import (
	"context"
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"ironage/internal/fleet"
)

// eventList is the Events screen: what changed, newest first. Storms of events
// of one cause are one line. Acknowledged events are dimmed and never hidden.
type eventList struct {
	sh     *shared
	table  *table[*eventRow]
	filter *filterBar[*fleet.Event]
	open   map[int64]bool // storms that show their events
	shown  int            // events that the filter keeps
	ack    *form          // open while a note is asked for
	ackOf  []int64
	about  string
}

// eventsAckedMsg says what became of an acknowledgement.
type eventsAckedMsg struct {
	of  *eventList
	err error
}

func newEvents(sh *shared, filter string) screen {
	s := &eventList{sh: sh, table: newTable(sh, eventColumns(sh)), open: map[int64]bool{}}
	s.table.id = (*eventRow).id
	s.table.remember("events")
	s.filter = newFilterBar(sh, eventLanguage(sh), filter)
	s.refresh()
	return s
}

func (s *eventList) Title() string { return "Events" }
func (s *eventList) Typing() bool  { return s.filter.open || s.ack != nil }

// ToggleWide shows all columns.
func (s *eventList) ToggleWide() { s.table.toggleWide() }

// Copy is what the cursor's line says.
func (s *eventList) Copy() string {
	r, ok := s.table.row()
	if !ok {
		return ""
	}
	return strings.TrimSpace(clean(r.Server) + " " + clean(r.Key) + " " + clean(r.Text))
}

// Unsaved reports whether leaving would lose what was typed.
func (s *eventList) Unsaved() bool { return s.ack != nil && s.ack.touched() }

// Escape takes marks and the filter away, and closes a storm, before Esc leaves
// the screen.
func (s *eventList) Escape() bool {
	if s.table.unmark() {
		return true
	}
	if r, ok := s.table.row(); ok && r.top().open {
		s.toggle(r.top())
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
	open := k.Open
	if r, ok := s.table.row(); ok && r.all != nil {
		open.SetHelp(open.Help().Key, "show them")
		if r.open {
			open.SetHelp(open.Help().Key, "fold them")
		}
	}
	switch {
	case s.ack != nil:
		return s.ack.keys()
	case s.filter.open:
		return s.filter.keys()
	case !mayAct(s.sh):
		return append([]key.Binding{open, k.Filter}, s.table.sortKeys()...)
	}
	return append([]key.Binding{open, k.Ack, k.Mark, k.Filter}, s.table.sortKeys()...)
}

// Detail is the whole of what the cursor's line has no room for.
func (s *eventList) Detail() string {
	r, ok := s.table.row()
	if !ok || s.Typing() {
		return ""
	}
	if r.all != nil {
		last := r.all[len(r.all)-1]
		return joined(r.text, s.sh.t.Say("from %s to %s", s.sh.when(last.Time), s.sh.when(r.Time)))
	}
	text := s.sh.t.Text(clean(r.Text))
	if r.Ack != nil {
		text = joined(text, ackText(s.sh, r.Event))
	}
	return joined(text, clean(r.Key))
}

func (s *eventList) Update(msg tea.Msg) (screen, tea.Cmd) {
	switch msg := msg.(type) {
	case viewMsg:
		s.refresh()
	case eventsAckedMsg:
		if msg.of == s {
			return s, s.acknowledged(msg.err)
		}
	case tea.KeyPressMsg:
		return s, s.pressed(msg)
	default: // pastes, and what the form asks of itself
		if s.Typing() {
			return s, s.typed(msg)
		}
	}
	return s, nil
}

func (s *eventList) typed(msg tea.Msg) tea.Cmd {
	if s.ack != nil {
		return s.noting(msg)
	}
	changed, cmd := s.filter.update(msg)
	if changed {
		s.refresh()
	}
	return cmd
}

func (s *eventList) pressed(msg tea.KeyPressMsg) tea.Cmd {
	k := s.sh.keys
	r, ok := s.table.row()
	switch {
	case s.Typing():
		return s.typed(msg)
	case key.Matches(msg, k.Filter):
		s.filter.start()
	case key.Matches(msg, k.Open) && ok:
		return s.enter(r)
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

// enter opens the server of an event, or shows and folds a storm.
func (s *eventList) enter(r *eventRow) tea.Cmd {
	switch {
	case r.all != nil:
		s.toggle(r)
		return nil
	case r.Server != "":
		return send(openServerMsg{server: r.Server, key: r.Key})
	case r.Kind == fleet.EventMaintenance:
		return send(openPageMsg{page: pageMaintenance})
	}
	return s.sh.says(fleet.OK, "this event is about the program, not about a server")
}

func (s *eventList) toggle(r *eventRow) {
	id := r.id()
	s.open[r.key()] = !r.open
	s.refresh()
	s.table.selectFirst(func(x *eventRow) bool { return x.id() == id })
}

// askNote asks for the note with which the marked events, or those of the line
// under the cursor, are acknowledged.
func (s *eventList) askNote() tea.Cmd {
	if !mayAct(s.sh) {
		return refuseViewer("acknowledge")
	}
	seen := map[int64]bool{}
	s.ackOf = nil
	var last *eventRow
	for _, r := range s.table.chosen() {
		last = r
		for _, id := range r.unknown() {
			if !seen[id] {
				seen[id] = true
				s.ackOf = append(s.ackOf, id)
			}
		}
	}
	if last == nil {
		return nil
	}
	if len(s.ackOf) == 0 {
		return s.sh.says(fleet.OK, "already acknowledged by %s", clean(last.Ack.By))
	}
	s.about = s.sh.t.Count(len(s.ackOf), "%d event", "%d events")
	if len(s.table.chosen()) == 1 {
		s.about = strings.TrimSpace(eventServer(last) + " " + strings.TrimLeft(eventText(s.sh, last), "+- "))
	}
	s.ack = newAckForm(s.sh, s.about)
	return nil
}

// noting feeds the form of an acknowledgement and sends it when it is complete.
func (s *eventList) noting(msg tea.Msg) tea.Cmd {
	cmd := s.ack.update(msg)
	switch s.ack.state {
	case formAborted:
		s.ack = nil
		return s.sh.says(fleet.Unknown, "not acknowledged")
	case formDone:
		note, until := acked(s.sh, s.ack)
		s.ack.sending()
		return s.send(note, until)
	}
	return cmd
}

func (s *eventList) send(note string, until time.Time) tea.Cmd {
	sh, ids := s.sh, s.ackOf
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(sh.ctx, deskWait)
		defer cancel()
		return eventsAckedMsg{s, sh.desk.AckEvents(ctx, sh.actor, ids, note, until)}
	}
}

func (s *eventList) acknowledged(err error) tea.Cmd {
	if s.ack == nil {
		return nil
	}
	if err != nil {
		s.ack.failed(clean(err.Error()))
		return nil
	}
	s.ack = nil
	s.table.unmark()
	return s.sh.says(fleet.OK, "acknowledged: %s", s.about)
}

func (s *eventList) refresh() {
	var events []*fleet.Event
	if v := s.sh.view; v != nil {
		events = make([]*fleet.Event, len(v.Events))
		for i := range v.Events {
			events[i] = &v.Events[i]
		}
	}
	all := len(events)
	events = s.filter.apply(events)
	s.shown = len(events)
	s.table.setRows(foldEvents(s.sh, events, s.open))
	switch {
	case s.sh.view == nil:
		s.table.why = nothingRead()
	case all == 0:
		s.table.why = emptyState{kind: emptyNew, what: "nothing has changed since this store was made"}
	default:
		s.table.why = noneMatch("no event matches the filter")
	}
}

func (s *eventList) View(w, h int) string {
	if s.ack != nil {
		return indent(strings.Split(s.ack.view(w-1, h), "\n"))
	}
	total := 0
	if s.sh.view != nil {
		total = len(s.sh.view.Events)
	}
	out := s.filter.view(w, s.sh.t.Say("%d of %s", s.shown, s.sh.t.Count(total, "%d event", "%d events")))
	return strings.Join(append(out, strings.Split(s.table.view(w, h-len(out)), "\n")...), "\n")
}
