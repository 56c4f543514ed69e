package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// wheelLines is how far one notch of the wheel goes.
const wheelLines = 3

// moused makes keys of what the mouse did, so that a screen needs to know
// nothing of it: the wheel moves the cursor, a click brings it to a line.
func (a *App) moused(msg tea.MouseMsg) tea.Cmd {
	if !a.mouse || a.palette != nil || a.question != nil || a.top().Typing() || a.waits() {
		return nil
	}
	switch m := msg.Mouse(); m.Button {
	case tea.MouseWheelUp:
		return a.steps(tea.KeyUp, wheelLines)
	case tea.MouseWheelDown:
		return a.steps(tea.KeyDown, wheelLines)
	case tea.MouseLeft:
		if _, clicked := msg.(tea.MouseClickMsg); clicked {
			return a.clicked(m.Y)
		}
	}
	return nil
}

func (a *App) steps(code rune, n int) tea.Cmd {
	cmds := make([]tea.Cmd, n)
	for i := range cmds {
		cmds[i] = a.toTop(tea.KeyPressMsg{Code: code})
	}
	return tea.Batch(cmds...)
}

// clicked brings the cursor to a line of the window, step by step: between two
// lines there may be headings, which it jumps over.
func (a *App) clicked(y int) tea.Cmd {
	var cmds []tea.Cmd
	for at := a.cursorLine(); at >= 0 && at != y; {
		code := tea.KeyDown
		if y < at {
			code = tea.KeyUp
		}
		cmds = append(cmds, a.steps(code, 1))
		next := a.cursorLine()
		if next == at || next < 0 || (next-y)*(at-y) < 0 { // at the end, or past it
			break
		}
		at = next
	}
	return tea.Batch(cmds...)
}

// cursorLine is the line of the window that has the cursor; -1 when none has.
func (a *App) cursorLine() int {
	for i, l := range strings.Split(ansi.Strip(a.frame()), "\n") {
		if strings.Contains(l, a.sh.styles.cursor) {
			return i
		}
	}
	return -1
}
