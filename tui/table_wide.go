package tui

import (
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

// maxWideCell bounds a column of a wide list; longer texts are for the page of
// the thing itself.
const maxWideCell = 160

// tableLook is what a person chose of a list.
type tableLook struct {
	sort    string // title of a column; empty is the order given
	reverse bool
	wide    bool
}

// look is how the list is sorted and drawn now.
func (t *table[R]) look() tableLook {
	l := tableLook{reverse: t.sortRev, wide: t.wide}
	if t.sortCol >= 0 {
		l.sort = t.cols[t.sortCol].title
	}
	return l
}

// setLook sorts and draws the list as was chosen before; a column that there is
// no longer leaves the order as it is.
func (t *table[R]) setLook(l tableLook) {
	if l.sort != "" {
		t.sortBy(l.sort, l.reverse)
	}
	if l.wide != t.wide {
		t.toggleWide()
	}
}

// remember keeps what a person chooses of this list in their settings, under
// its name, and begins with what they chose before.
func (t *table[R]) remember(name string) {
	t.name = ""
	if p := t.sh.prefs; p != nil {
		sort, reverse := strings.CutPrefix(p.get(prefSort+name), "-")
		t.setLook(tableLook{sort: sort, reverse: reverse, wide: p.get(prefWide+name) == prefYesNo(true)})
	}
	t.name = name
}

// keep writes the look to the settings, if the list has a name in them.
func (t *table[R]) keep() {
	if t.name == "" || t.sh.prefs == nil {
		return
	}
	l := t.look()
	sort := l.sort
	if l.reverse && sort != "" {
		sort = "-" + sort
	}
	t.keepOne(prefSort+t.name, sort)
	wide := ""
	if l.wide {
		wide = prefYesNo(true)
	}
	t.keepOne(prefWide+t.name, wide)
}

func (t *table[R]) keepOne(name, value string) {
	if t.sh.prefs.get(name) != value {
		t.sh.prefs.keep(name, value)
	}
}

// toggleWide shows all columns as wide as their contents, or those that fit.
func (t *table[R]) toggleWide() {
	t.wide, t.side, t.layoutWidth, t.contents = !t.wide, 0, 0, nil
	t.keep()
}

// updateWide moves a wide list sideways.
func (t *table[R]) updateWide(msg tea.KeyPressMsg) bool {
	if !t.wide {
		return false
	}
	was := t.side
	switch {
	case key.Matches(msg, t.sh.keys.Left):
		t.side = max(t.side-1, 0)
	case key.Matches(msg, t.sh.keys.Right):
		if t.more {
			t.side++
		}
	default:
		return false
	}
	if t.side != was {
		t.layoutWidth = 0
	}
	return true
}

// wideKeys are the bindings of a wide list.
func (t *table[R]) wideKeys() []key.Binding {
	if !t.wide {
		return nil
	}
	return []key.Binding{t.sh.keys.Left, t.sh.keys.Right}
}

// measure widens the columns of a wide list to the rows on screen. They never
// become narrower again, so that lines do not jump while one scrolls.
func (t *table[R]) measure(from, to int) {
	if !t.wide {
		return
	}
	if t.contents == nil {
		t.contents = make([]int, len(t.cols))
		for i := range t.contents {
			t.contents[i] = width(t.shown[i].title) + 1 // the sort's arrow
		}
		t.layoutWidth = 0
	}
	for i := range t.cols {
		c := &t.cols[i]
		for n := from; n < to; n++ {
			w := min(width(t.said(c, t.rows[n])), maxWideCell)
			if w > t.contents[i] {
				t.contents[i], t.layoutWidth = w, 0
			}
		}
	}
}

// wideLayout places the first columns, which stay, and as many of the others as
// fit, beginning with the one that was scrolled to.
func (t *table[R]) wideLayout(room int) []placed {
	t.more = false
	stay := min(t.stay(), len(t.cols))
	var out []placed
	used := -1
	put := func(col int) bool {
		left := room - used - 1
		if left < t.contents[col] && (left < 4 || len(out) > stay) {
			t.more = true
			return false
		}
		w := min(t.contents[col], left)
		out = append(out, placed{col, w})
		used += w + 1
		if w < t.contents[col] {
			t.more = t.more || col < len(t.cols)-1
		}
		return true
	}
	for i := range stay {
		if !put(i) {
			return out
		}
	}
	t.side = max(min(t.side, len(t.cols)-stay-1), 0)
	for i := stay + t.side; i < len(t.cols); i++ {
		if !put(i) {
			break
		}
	}
	return out
}

// stay is how many columns never scroll away: those up to the name of a row.
func (t *table[R]) stay() int {
	for i := range min(len(t.cols), 4) {
		if t.cols[i].title == "SERVER" || t.cols[i].sticky {
			return i + 1
		}
	}
	return min(1, len(t.cols))
}

// edges are the marks in the heading of a wide list that say that there are
// columns beyond the window.
func (t *table[R]) edges() (left, right string) {
	if t.wide && t.side > 0 {
		left = t.sh.styles.before
	}
	if t.wide && t.more {
		right = t.sh.styles.after
	}
	return left, right
}
