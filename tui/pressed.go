package tui

import (
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"ironage/internal/fleet"
)

func (a *App) pasted(msg tea.PasteMsg) tea.Cmd {
	if a.question != nil {
		return nil
	}
	if a.palette != nil {
		return a.palette.update(msg)
	}
	if a.top().Typing() {
		return a.toTop(msg)
	}
	return nil // pasted text must never act as commands
}

func (a *App) pressed(msg tea.KeyPressMsg) tea.Cmd {
	k := a.sh.keys
	switch {
	case key.Matches(msg, k.ForceQuit):
		return a.quit(msg)
	case a.question != nil:
		return a.answered(msg)
	case a.palette != nil:
		return a.inPalette(msg)
	case a.top().Typing():
		a.leaving = false
		return a.toTop(msg)
	case key.Matches(msg, k.Quit):
		return a.quit(msg)
	}
	a.leaving = false
	if cmd, done := a.wentTo(msg); done {
		return cmd
	}
	switch {
	case key.Matches(msg, k.Palette):
		a.palette = newPalette(a.sh, a.commands())
	case key.Matches(msg, k.Help):
		return a.toggleHelp()
	case key.Matches(msg, k.Back):
		if e, ok := a.top().(escaper); ok && e.Escape() {
			return a.greetAgain() // what it shows instead may have to be worked out
		}
		return a.back()
	default:
		if _, quiet := a.top().(*aisle); !quiet { // a thumb on a phone must hit nothing but its own few keys
			if cmd, done := a.everywhere(msg); done {
				return cmd
			}
		}
		if a.refused(msg) || a.waits() {
			return nil
		}
		return a.toTop(msg)
	}
	return nil
}

// wentTo shows the top-level screen of a number key.
func (a *App) wentTo(msg tea.KeyPressMsg) (tea.Cmd, bool) {
	for _, p := range pageOrder() {
		if !key.Matches(msg, a.sh.keys.page(p)) {
			continue
		}
		if pageMakers()[p] == nil {
			return nil, true
		}
		return a.showPage(p, ""), true
	}
	return nil, false
}

// everywhere are the letters that mean the same on every screen.
func (a *App) everywhere(msg tea.KeyPressMsg) (tea.Cmd, bool) {
	k := a.sh.keys
	switch {
	case key.Matches(msg, k.Older):
		return a.older(), true
	case key.Matches(msg, k.Newer):
		return a.newer(), true
	case key.Matches(msg, k.Last):
		return a.lastView(), true
	case key.Matches(msg, k.Freeze):
		return a.toggleFreeze(), true
	case key.Matches(msg, k.Wide):
		return a.widen()
	case key.Matches(msg, k.Copy):
		return a.copied()
	}
	return nil, false
}

// widen lets a list show more columns.
func (a *App) widen() (tea.Cmd, bool) {
	w, ok := a.top().(widener)
	if !ok {
		a.say(fleet.Unknown, a.sh.t.Say("this screen has no further columns"))
		return nil, true
	}
	w.ToggleWide()
	return nil, true
}

// copied puts the value under the cursor on the clipboard of the terminal, and
// says which: nobody sees a clipboard.
func (a *App) copied() (tea.Cmd, bool) {
	c, ok := a.top().(copier)
	if !ok || a.waits() {
		return nil, false
	}
	text := clean(strings.TrimSpace(c.Copy()))
	if text == "" {
		a.say(fleet.Unknown, a.sh.t.Say("there is nothing to copy here"))
		return nil, true
	}
	a.say(fleet.OK, a.sh.t.Say("copied: %s", text))
	return tea.SetClipboard(text), true
}

// quit leaves; a form that was not saved is asked about once.
func (a *App) quit(msg tea.KeyPressMsg) tea.Cmd {
	unsaved := slices.ContainsFunc(a.stack, func(s screen) bool {
		u, ok := s.(unsaver)
		return ok && u.Unsaved()
	})
	if unsaved && !a.leaving {
		a.leaving = true
		a.say(fleet.Warning, a.sh.t.Say("the form is not saved: press %s again to leave without saving", strings.Replace(msg.String(), "ctrl+", "^", 1)))
		return nil
	}
	return a.leave()
}

// leave ends the console; when somebody last looked is kept first.
func (a *App) leave() tea.Cmd {
	if a.sh.prefs.kept == nil {
		return tea.Quit
	}
	return tea.Sequence(a.noteVisit(), tea.Quit)
}

func (a *App) inPalette(msg tea.KeyPressMsg) tea.Cmd {
	cmd := a.palette.update(msg)
	if a.palette.closed {
		a.palette = nil
	}
	return cmd
}

func (a *App) toggleHelp() tea.Cmd {
	if _, open := a.top().(*help); open {
		return a.back()
	}
	return a.push(newHelp(a.sh, a.top()))
}
