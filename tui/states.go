package tui

import (
	"charm.land/lipgloss/v2"

	"ironage/internal/fleet"
)

// emptyKind is why a list has no rows to show.
type emptyKind uint8

const (
	emptyNone     emptyKind = iota // there is nothing, and that is well
	emptyLoading                   // no answer yet
	emptyNew                       // nothing is configured yet
	emptyFiltered                  // no row matches the filter
	emptyFailed                    // the answer was an error
	emptyStale                     // what was read is too old to be shown as true
)

// emptyState says in place of rows why there are none, and what to do next.
// Both sentences are English; they are drawn in the reader's language.
type emptyState struct {
	kind emptyKind
	what string // why there is nothing to see
	next string // what a person can do about it; empty where there is nothing to do
}

// nothingRead is the state of every list before the store has answered.
func nothingRead() emptyState {
	return emptyState{kind: emptyLoading, what: "waiting for the first answer of the store …"}
}

// noneMatch is the state of a list whose filter leaves nothing; what says of
// what: "no event matches the filter".
func noneMatch(what string) emptyState {
	return emptyState{kind: emptyFiltered, what: what, next: "Esc shows all"}
}

// failedState is the state of a list whose answer was an error; the list is read
// anew when it is opened.
func failedState(what string) emptyState {
	return emptyState{kind: emptyFailed, what: what, next: "go back with Esc and open it again"}
}

// lines are the state in at most h lines of at most w cells, each beginning
// with indent.
func (e emptyState) lines(sh *shared, indent string, w, h int) []string {
	l := newLines(sh, w)
	e.put(l, indent)
	return l.all[:min(len(l.all), max(h, 0))]
}

// put adds the state to other lines.
func (e emptyState) put(l *lines, indent string) {
	sh := l.sh
	glyph, style := e.look(sh.styles)
	text := sh.t.Text(e.what)
	if glyph != "" {
		text = glyph + " " + text
	}
	l.text(indent, text, style)
	if e.next != "" {
		l.text(indent, sh.t.Text(e.next), sh.styles.faint)
	}
}

// look is the glyph and the style of a state; a quiet one has no glyph.
func (e emptyState) look(st *styles) (string, lipgloss.Style) {
	switch e.kind {
	case emptyFailed:
		return st.glyphText(fleet.Critical), st.bad
	case emptyStale:
		return st.glyphText(fleet.Warning), st.warn
	case emptyNew:
		return "", st.bold
	}
	return "", st.faint
}
