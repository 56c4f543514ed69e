package tui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"ironage/internal/fleet"
)

// maxSpots bounds how far back the console remembers where one was.
const maxSpots = 50

// spot is a place where one was: a page with what was opened from it. The
// screens are kept as they are, with their cursors.
type spot struct {
	at    page
	place string // what makes it another place than the one before
	stack []screen
}

// trail are the places of this visit, as a browser keeps them.
type trail struct {
	spots []spot
	at    int
	last  *spot // where one was before the present place, whichever way one came
}

// place names where one is. Cursors and sorting are no part of it.
func (a *App) place() string {
	var b strings.Builder
	b.WriteString(string(a.at))
	for _, s := range a.stack {
		b.WriteByte(0)
		b.WriteString(spotName(s))
	}
	return b.String()
}

func spotName(s screen) string {
	if p, ok := s.(placer); ok {
		return p.Place()
	}
	return s.Title()
}

// passing is a screen that is no place to come back to: a form, the help.
func passing(s screen) bool {
	switch s.(type) {
	case *help, *proposeScreen, *bulkScreen:
		return true
	}
	return s.Typing()
}

// remember notes where one is, unless that is where one was already.
func (a *App) remember() {
	if a.palette != nil || passing(a.top()) {
		return
	}
	h, here := &a.trail, spot{a.at, a.place(), slices.Clone(a.stack)}
	if len(h.spots) > 0 {
		was := h.spots[h.at]
		if was.place == here.place {
			h.spots[h.at] = here
			return
		}
		h.last = &was
		h.spots = h.spots[:h.at+1]
	}
	h.spots = append(h.spots, here)
	if n := len(h.spots) - maxSpots; n > 0 {
		h.spots = slices.Delete(h.spots, 0, n)
	}
	h.at = len(h.spots) - 1
}

// older and newer go through the places of this visit.
func (a *App) older() tea.Cmd {
	if a.trail.at == 0 {
		a.say(fleet.Unknown, a.sh.t.Say("this is where you began"))
		return nil
	}
	return a.goAlong(-1)
}

func (a *App) newer() tea.Cmd {
	if a.trail.at >= len(a.trail.spots)-1 {
		a.say(fleet.Unknown, a.sh.t.Say("nothing after this: the way back is ["))
		return nil
	}
	return a.goAlong(1)
}

func (a *App) goAlong(step int) tea.Cmd {
	h := &a.trail
	was := h.spots[h.at]
	h.last = &was
	h.at += step
	cmd := a.restore(h.spots[h.at])
	h.spots[h.at].place = a.place() // a filter that no longer reads would be a new place else
	return cmd
}

// lastView goes to where one was before, and from there back again.
func (a *App) lastView() tea.Cmd {
	if a.trail.last == nil {
		a.say(fleet.Unknown, a.sh.t.Say("no other view yet"))
		return nil
	}
	return a.restore(*a.trail.last)
}

// restore shows a place as it was left; a list that was filtered otherwise since
// is made anew.
func (a *App) restore(s spot) tea.Cmd {
	a.leaveFeedback()
	a.cover()
	a.at, a.stack = s.at, slices.Clone(s.stack)
	if a.place() != s.place {
		parts := strings.Split(s.place, "\x00")
		_, filter, _ := strings.Cut(parts[1], " ")
		if again := makePage(a.sh, s.at, filter); again != nil && spotName(a.stack[0]) != parts[1] {
			a.stack[0] = again
		}
	}
	a.pages[a.at] = a.stack[0]
	return a.greet()
}
