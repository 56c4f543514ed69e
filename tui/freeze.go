package tui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"ironage/internal/fleet"
	"ironage/internal/ops"
)

// frozen is a console that stands still while somebody reads it: views wait, and
// for the screens so does the clock, else what waits would look stale.
type frozen struct {
	since time.Time
	held  *ops.View        // the newest that came meanwhile
	now   func() time.Time // the clock that goes on
}

// now is the time by the clock that never stands still.
func (a *App) now() time.Time {
	if a.frozen != nil {
		return a.frozen.now()
	}
	return a.sh.now()
}

// toggleFreeze holds the screen still, or lets it go on with the newest view.
func (a *App) toggleFreeze() tea.Cmd {
	if a.frozen != nil {
		return a.thaw()
	}
	since := a.sh.now()
	a.frozen = &frozen{since: since, now: a.sh.now}
	a.sh.now = func() time.Time { return since }
	a.say(fleet.OK, a.sh.t.Say("the screen stands still; %s lets it go on. A wrong part that is pulled is told nevertheless", a.sh.keys.Freeze.Help().Key))
	return nil
}

// thaw shows the newest that came; nil when nothing was frozen.
func (a *App) thaw() tea.Cmd {
	f := a.frozen
	if f == nil {
		return nil
	}
	a.frozen, a.sh.now, a.said = nil, f.now, sayMsg{}
	if f.held == nil {
		return nil
	}
	return a.show(f.held)
}

// frozenText is what the header says: since when, and how to go on.
func (a *App) frozenText() string {
	f := a.frozen
	return a.sh.t.Say("FROZEN since %s (%s ago), %s goes on", f.since.Format("15:04:05"), a.sh.t.Text(ago(f.now(), f.since)), a.sh.keys.Freeze.Help().Key)
}
