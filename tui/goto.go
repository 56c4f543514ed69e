package tui

import (
	"slices"

	tea "charm.land/bubbletea/v2"
)

func (a *App) top() screen { return a.stack[len(a.stack)-1] }

// cover is called when another screen is to be seen.
func (a *App) cover() {
	if len(a.stack) == 0 {
		return
	}
	if r, ok := a.top().(rester); ok {
		r.Rest()
	}
}

func (a *App) push(s screen) tea.Cmd {
	a.leaveFeedback()
	a.cover()
	a.stack = append(a.stack, s)
	return a.greet()
}

// greet tells the top screen the size and the latest view, as if it had been
// there all along, and starts what it wants to start.
func (a *App) greet() tea.Cmd {
	var cmds []tea.Cmd
	if starter, ok := a.top().(interface{ Init() tea.Cmd }); ok {
		cmds = append(cmds, starter.Init())
	}
	cmds = append(cmds, a.toTop(tea.WindowSizeMsg{Width: a.width, Height: a.height}))
	if a.sh.view != nil {
		cmds = append(cmds, a.toTop(viewMsg{a.sh.view}))
	}
	return tea.Batch(cmds...)
}

func (a *App) toTop(msg tea.Msg) tea.Cmd {
	s, cmd := a.top().Update(msg)
	a.stack[len(a.stack)-1] = s
	if len(a.stack) == 1 {
		a.pages[a.at] = s
	}
	return cmd
}

// showPage shows a top-level screen as it was left, or afresh with a filter.
func (a *App) showPage(p page, filter string) tea.Cmd {
	a.cover()
	s := a.pages[p]
	if s == nil || filter != "" {
		if s = makePage(a.sh, p, filter); s == nil {
			p, s = pageOverview, newOverview(a.sh)
		}
	}
	a.leaveFeedback()
	a.settingsOf(s)
	a.at, a.pages[p], a.stack = p, s, []screen{s}
	return a.greet()
}

// back closes the top screen; from a top-level screen it leads to Overview.
func (a *App) back() tea.Cmd {
	if len(a.stack) > 1 {
		a.leaveFeedback()
		a.stack = slices.Delete(a.stack, len(a.stack)-1, len(a.stack))
		return a.greetAgain()
	}
	if a.at != pageOverview {
		return a.showPage(pageOverview, "")
	}
	return nil
}

// greetAgain gives an uncovered screen the present view.
func (a *App) greetAgain() tea.Cmd {
	if a.sh.view == nil {
		return nil
	}
	return a.toTop(viewMsg{a.sh.view})
}
