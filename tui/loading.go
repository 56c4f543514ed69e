package tui

import tea "charm.land/bubbletea/v2"

// loading reports whether what is known of the fleet is still being read: then
// nothing may be said or done that needs the whole.
func (sh *shared) loading() bool { return sh.view != nil && sh.view.Loading.Going() }

// loadingText says how far reading is.
func (sh *shared) loadingText() string {
	l := sh.view.Loading
	return sh.t.Say("reading what is known: %s of %s", sh.t.Int(int64(l.Done)), sh.t.Int(int64(l.Total)))
}

// early is a screen that is true before the whole fleet was read, now.
type early interface{ Early() bool }

// Early: counts come from every server's health, lists say what is being read.
func (o *overview) Early() bool       { return true }
func (s *serverList) Early() bool     { return true }
func (s *eventList) Early() bool      { return true }
func (s *windowList) Early() bool     { return true }
func (f *windowForm) Early() bool     { return true }
func (s *settingsScreen) Early() bool { return true }
func (h *help) Early() bool           { return true }

// Early reports whether this server was read.
func (s *serverScreen) Early() bool { return s.entry == nil || !s.entry.BeingRead }

// waits reports whether the top screen cannot be shown yet.
func (a *App) waits() bool {
	if !a.sh.loading() {
		return false
	}
	e, ok := a.top().(early)
	return !ok || !e.Early()
}

// waiting stands in place of a screen that cannot be shown yet.
func (a *App) waiting() []string {
	l := newLines(a.sh, a.width)
	l.gap()
	l.text(" ", a.sh.t.Say("This screen needs the whole fleet, which is still being read. It comes by itself."), a.sh.styles.faint)
	return l.all
}

// tooEarly reports whether a message opens what decides, plans or explains by
// the whole fleet while that is being read.
func (a *App) tooEarly(msg tea.Msg) bool {
	switch msg.(type) {
	case explainMsg, openMoveMsg, openAisleMsg, openBulkMsg, openPickListMsg, openDisposalsMsg, proposeMsg:
		return a.sh.loading()
	}
	return false
}
