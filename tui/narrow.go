package tui

import (
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// The smallest window for screens that are made for a phone in the aisle.
const (
	leastWidth  = 40
	leastHeight = 12
)

// narrower is a screen that also works in a window too small for the others.
type narrower interface{ Narrow() bool }

// narrow reports whether the present screen is drawn for a small window.
func (a *App) narrow() bool {
	s, ok := a.top().(narrower)
	return ok && s.Narrow() && (a.width < minWidth || a.height < minHeight)
}

// least is the smallest window for the present screen.
func (a *App) least() (w, h int) {
	if a.narrow() {
		return leastWidth, leastHeight
	}
	return minWidth, minHeight
}

// narrowHeader is one line: where one is, and the time.
func (a *App) narrowHeader() []string {
	st := a.sh.styles
	right := st.faint.Render(a.now().Format("15:04:05")) + " "
	return []string{spread(" "+a.breadcrumbs(a.width-width(right)-2), right, a.width)}
}

// tooSmall says which size is needed, and what fits nevertheless; the palette
// works, because a phone's way to aisle mode leads through it.
func (a *App) tooSmall() []string {
	size := func(w, h int) string { return strconv.Itoa(w) + "×" + strconv.Itoa(h) }
	text := a.sh.t.Say("ironage needs a window of %s; this one is %s. Make it larger, or q to quit.",
		size(minWidth, minHeight), size(a.width, a.height))
	if a.width >= leastWidth && a.height >= leastHeight {
		text += " " + a.sh.t.Say("One work order fits: type :aisle and its number.")
	}
	out := strings.Split(ansi.Wrap(text, max(a.width, 1), ""), "\n")
	if a.palette == nil || a.width < leastWidth || a.height < leastHeight {
		return out
	}
	foot := a.palette.view(a.width)
	out = out[:min(len(out), max(a.height-len(foot), 0))]
	for len(out)+len(foot) < a.height {
		out = append(out, "")
	}
	return append(out, foot...)
}
