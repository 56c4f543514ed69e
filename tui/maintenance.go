package tui

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"ironage/internal/fleet"
	"ironage/internal/maintenance"
	"ironage/internal/queue"
)

// windowRow is one window of maintenance with what it amounts to now.
type windowRow struct {
	maintenance.Window
	phase    maintenance.Phase
	at       maintenance.Occurrence // the one that holds, or the next, or the last
	servers  int
	silenced int // findings that would alert
}

// windowList is the Maintenance screen: who works where, now, soon and lately.
type windowList struct {
	sh     *shared
	table  *table[*windowRow]
	filter *filterBar[*windowRow]
	all    int
	active int
	coming int
}

// windowEndedMsg says what became of ending a window.
type windowEndedMsg struct {
	of   *windowList
	what string
	err  error
}

func newMaintenance(sh *shared, filter string) screen {
	s := &windowList{sh: sh, table: newTable(sh, windowColumns(sh))}
	s.table.id = func(r *windowRow) string { return strconv.FormatInt(r.ID, 10) }
	s.filter = newFilterBar(sh, windowLanguage(), filter)
	s.refresh()
	return s
}

func (s *windowList) Title() string { return "Maintenance" }
func (s *windowList) Typing() bool  { return s.filter.open }

// Place is where the palette and the history come back to.
func (s *windowList) Place() string {
	return strings.TrimSpace(string(pageMaintenance) + " " + s.filter.text)
}

// ToggleWide shows all columns.
func (s *windowList) ToggleWide() { s.table.toggleWide() }

// Copy is what the cursor's window is about, as a command takes it.
func (s *windowList) Copy() string {
	r, ok := s.table.row()
	if !ok {
		return ""
	}
	if r.Scope == maintenance.Fleet {
		return r.Reason
	}
	return r.Name
}

// Escape takes the filter away before Esc leaves the screen.
func (s *windowList) Escape() bool {
	had := s.filter.clear()
	if had {
		s.refresh()
	}
	return had
}

// Keys are those of the list, or of the filter while it is typed.
func (s *windowList) Keys() []key.Binding {
	k := s.sh.keys
	switch {
	case s.filter.open:
		return s.filter.keys()
	case !mayAct(s.sh):
		return append([]key.Binding{k.OpenServers, k.Filter}, s.table.sortKeys()...)
	}
	return append([]key.Binding{k.OpenServers, k.NewWindow, k.ChangeWindow, k.EndWindow, k.Filter}, s.table.sortKeys()...)
}

// Detail is the whole of what the cursor's line has no room for.
func (s *windowList) Detail() string {
	r, ok := s.table.row()
	if !ok || s.Typing() {
		return ""
	}
	by := s.sh.t.Say("by %s, %s ago", clean(r.By), s.sh.ago(r.Made))
	if !r.Ended.IsZero() {
		by = joined(by, s.sh.t.Say("ended early by %s", clean(r.EndedBy)))
	}
	rhythm := ""
	if r.Every != nil {
		rhythm = everyText(s.sh, r.Every)
	}
	return joined(clean(r.Reason), rhythm, by)
}

func (s *windowList) Update(msg tea.Msg) (screen, tea.Cmd) {
	switch msg := msg.(type) {
	case viewMsg:
		s.refresh()
	case windowEndedMsg:
		if msg.of != s {
			return s, nil
		}
		if msg.err != nil {
			return s, s.sh.says(fleet.Critical, "not ended: %s", s.sh.t.Text(clean(msg.err.Error())))
		}
		return s, s.sh.says(fleet.OK, "maintenance of %s ended: what is found there alerts again", msg.what)
	case tea.KeyPressMsg:
		if s.filter.open {
			return s, s.typed(msg)
		}
		return s, s.pressed(msg)
	case tea.PasteMsg:
		if s.filter.open {
			return s, s.typed(msg)
		}
	}
	return s, nil
}

func (s *windowList) typed(msg tea.Msg) tea.Cmd {
	changed, cmd := s.filter.update(msg)
	if changed {
		s.refresh()
	}
	return cmd
}

func (s *windowList) pressed(msg tea.KeyPressMsg) tea.Cmd {
	k := s.sh.keys
	r, ok := s.table.row()
	switch {
	case key.Matches(msg, k.Filter):
		s.filter.start()
	case key.Matches(msg, k.NewWindow):
		return send(openMaintenanceMsg{})
	case ok && key.Matches(msg, k.OpenServers):
		return openServersOf(&r.Window)
	case ok && key.Matches(msg, k.ChangeWindow):
		return s.change(r)
	case ok && key.Matches(msg, k.EndWindow):
		return s.end(r)
	default:
		s.table.update(msg)
	}
	return nil
}

// openServersOf shows the servers that a window is about.
func openServersOf(w *maintenance.Window) tea.Cmd {
	quoted := func(field, v string) string { return field + `:"` + strings.ReplaceAll(v, `"`, "?") + `"` }
	switch w.Scope {
	case maintenance.Server:
		return send(openServerMsg{server: w.Name})
	case maintenance.Rack:
		return send(openRackMsg{w.Name})
	case maintenance.Fleet:
		return send(openPageMsg{page: pageServers})
	}
	return send(openPageMsg{page: pageServers, filter: quoted(string(w.Scope), w.Name)})
}

func (s *windowList) change(r *windowRow) tea.Cmd {
	if r.phase == maintenance.Past {
		return s.sh.says(fleet.Unknown, "it is over; announce a new one with %s", s.sh.keys.NewWindow.Help().Key)
	}
	if why := mayMaintain(s.sh, r.Scope); why != "" {
		return send(sayMsg{fleet.Warning, why})
	}
	return send(changeWindowMsg{r.Window})
}

// end asks whether to end a window early. A recurring one that is active ends
// for this time only; one that is not is cancelled for good.
func (s *windowList) end(r *windowRow) tea.Cmd {
	t := s.sh.t
	if r.phase == maintenance.Past {
		return s.sh.says(fleet.Unknown, "it is over already")
	}
	if why := mayMaintain(s.sh, r.Scope); why != "" {
		return send(sayMsg{fleet.Warning, why})
	}
	what := scopeText(s.sh, &r.Window)
	forGood := r.phase != maintenance.Active || r.Every == nil
	question := t.Say("End maintenance of %s now?", what)
	switch {
	case r.phase == maintenance.Coming && r.Every != nil:
		question = t.Say("Cancel maintenance of %s for good, all times?", what)
	case r.phase == maintenance.Coming:
		question = t.Say("Cancel maintenance of %s?", what)
	case r.Every != nil:
		question = t.Say("End maintenance of %s for this time?", what)
	case r.silenced > 0:
		question = t.Say("End maintenance of %s now? %s", what, t.Count(r.silenced, "%d finding alerts again.", "%d findings alert again."))
	}
	sh, w := s.sh, r.Window
	return send(askMsg{question, func() tea.Msg {
		ctx, cancel := context.WithTimeout(sh.ctx, deskWait)
		defer cancel()
		_, err := sh.desk.EndWindow(ctx, sh.actor, w.ID, w.Version, forGood)
		return windowEndedMsg{s, what, err}
	}})
}

// mayMaintain says why a person may not announce maintenance of a scope; ""
// when they may.
func mayMaintain(sh *shared, scope maintenance.Scope) string {
	switch {
	case sh.actor.Role.Includes(queue.Engineer):
		return ""
	case !sh.actor.Role.Includes(queue.Technician):
		return sh.t.Say("your role is %s: you may look, but not announce maintenance", sh.roleWord(sh.actor.Role))
	case scope == maintenance.Server || scope == maintenance.Rack:
		return ""
	}
	return sh.t.Say("your role is %s: maintenance of more than a rack is announced by an engineer", sh.roleWord(sh.actor.Role))
}

func (s *windowList) refresh() {
	rows := windowRows(s.sh)
	s.all, s.active, s.coming = len(rows), 0, 0
	for _, r := range rows {
		switch r.phase {
		case maintenance.Active:
			s.active++
		case maintenance.Coming:
			s.coming++
		}
	}
	s.table.setRows(s.filter.apply(rows))
	switch {
	case s.sh.view == nil:
		s.table.why = nothingRead()
	case s.all == 0 && mayAct(s.sh):
		s.table.why = emptyState{kind: emptyNew, what: "no maintenance is announced", next: "n announces the first: what is found there is shown, and does not alert"}
	case s.all == 0:
		s.table.why = emptyState{kind: emptyNew, what: "no maintenance is announced"}
	default:
		s.table.why = noneMatch("no maintenance matches the filter")
	}
}

// windowRows are the windows of the view with what they amount to.
func windowRows(sh *shared) []*windowRow {
	if sh.view == nil {
		return nil
	}
	now := sh.now()
	tally := tallyScopes(sh)
	rows := make([]*windowRow, len(sh.view.Windows))
	for i, w := range sh.view.Windows {
		r := &windowRow{Window: w, phase: w.Phase(now)}
		switch r.phase {
		case maintenance.Active:
			r.at, _ = w.At(now)
		case maintenance.Coming:
			r.at, _ = w.Next(now)
		default:
			r.at, _ = w.Last(now)
		}
		if t := tally[fmt.Sprint(w.Scope, "\x00", w.Name)]; t != nil {
			r.servers, r.silenced = t.servers, t.silenced
		}
		rows[i] = r
	}
	return rows
}

type scopeTally struct{ servers, silenced int }

// tallyScopes counts the servers and the silenced findings of the scopes that
// the view's windows are about, in one walk over the fleet.
func tallyScopes(sh *shared) map[string]*scopeTally {
	out := map[string]*scopeTally{}
	for i := range sh.view.Windows {
		w := &sh.view.Windows[i]
		out[fmt.Sprint(w.Scope, "\x00", w.Name)] = &scopeTally{}
	}
	if len(out) == 0 || sh.view.Fleet == nil {
		return out
	}
	for e := range sh.view.Fleet.All() {
		silenced := 0
		for i := range e.State.Findings {
			f := &e.State.Findings[i]
			if f.Maintenance && !f.Acknowledged && f.ConsequenceOf == "" && f.Health != fleet.OK && f.Health != fleet.Absent {
				silenced++
			}
		}
		sv := &e.Server
		for scope, name := range map[maintenance.Scope]string{maintenance.Server: sv.Name, maintenance.Rack: maintenance.RackPath(sv),
			maintenance.Site: sv.Site, maintenance.Service: sv.Service, maintenance.Fleet: ""} {
			if t := out[fmt.Sprint(scope, "\x00", name)]; t != nil {
				t.servers++
				t.silenced += silenced
			}
		}
	}
	return out
}

func (s *windowList) View(w, h int) string {
	out := s.filter.view(w, s.sh.t.Say("%d of %d", len(s.table.rows), s.all))
	if len(out) == 0 && s.all > 0 {
		out = []string{cut(" "+s.sh.styles.faint.Render(joined(s.sh.t.Say("%d going on", s.active),
			s.sh.t.Say("%d coming", s.coming), s.sh.t.Say("%d past", s.all-s.active-s.coming))), w)}
	}
	return strings.Join(append(out, strings.Split(s.table.view(w, h-len(out)), "\n")...), "\n")
}
