package tui

import (
	"image/color"
	"strings"

	"charm.land/lipgloss/v2"
)

// painter writes cells in styles without asking lipgloss for each: a style's
// escape codes are made once and reused. A list draws hundreds of cells per
// key, each in one of a dozen styles.
type painter struct {
	ids   map[look]int
	codes []codes
}

// look is what tells two styles apart as far as a cell is concerned.
type look struct {
	fg, bg                                    color.Color
	bold, faint, underline, reverse, selected bool
}

type codes struct{ open, shut string }

// id returns the number of a style, for comparing and for painting with it.
// A selected cell keeps its colour on the selection's background.
func (p *painter) id(s *styles, st lipgloss.Style, selected bool) int {
	l := look{fg: st.GetForeground(), bg: st.GetBackground(), bold: st.GetBold(), faint: st.GetFaint(),
		underline: st.GetUnderline(), reverse: st.GetReverse(), selected: selected}
	if id, ok := p.ids[l]; ok {
		return id
	}
	if selected {
		st = s.selected.Inherit(st)
		if s.selected.GetReverse() {
			st = s.selected
		}
	}
	if p.ids == nil {
		p.ids = make(map[look]int)
	}
	id := len(p.codes)
	p.ids[l] = id
	p.codes = append(p.codes, codesOf(st))
	return id
}

// codesOf finds what a style writes before and after a text.
func codesOf(st lipgloss.Style) codes {
	const probe = "x"
	before, after, found := strings.Cut(st.UnderlineSpaces(false).Inline(true).Render(probe), probe)
	if !found {
		return codes{}
	}
	return codes{before, after}
}

func (p *painter) paint(b *strings.Builder, id int, text string) {
	if text == "" {
		return
	}
	b.WriteString(p.codes[id].open)
	b.WriteString(text)
	b.WriteString(p.codes[id].shut)
}
