package tui

import (
	"strconv"
	"strings"

	"charm.land/lipgloss/v2"

	"ironage/internal/fleet"
	"ironage/internal/racks"
)

// How wide one elevation is drawn.
const (
	rackWidth     = 38 // a name, a figure
	rackWide      = 76 // and what else is known of a server
	rackWidest    = 110
	rackGap       = 2
	rackHeadLines = 2
)

// rackPaint writes cells without asking lipgloss for each of them.
type rackPaint struct {
	painter
	of *styles
}

// line collects one drawn line.
type paintedLine struct {
	b        strings.Builder
	p        *rackPaint
	selected bool
}

func (p *rackPaint) line(selected bool) *paintedLine { return &paintedLine{p: p, selected: selected} }

func (l *paintedLine) put(st lipgloss.Style, text string) {
	l.p.paint(&l.b, l.p.id(l.p.of, st, l.selected), text)
}

// drawRacks draws the racks around the cursor beside each other.
func (s *rackScreen) drawRacks(w, h int) []string {
	if s.look.of != s.sh.styles {
		s.look = rackPaint{of: s.sh.styles}
	}
	want := rackWidth
	if s.wide && w >= rackWide {
		want = rackWide
	}
	n := max(min((w+rackGap)/(want+rackGap), len(s.shown)), 1)
	each := min((w-rackGap*(n-1))/n, max(rackWidest, rackWidth))
	s.perPage = n
	s.left = max(min(s.left, s.at, len(s.shown)-n), s.at-n+1, 0)
	out := make([]string, max(h, 0))
	for i := s.left; i < s.left+n; i++ {
		gap := ""
		if i > s.left {
			gap = spaces(rackGap)
		}
		for y, line := range s.drawRack(i, each, len(out)) {
			out[y] += gap + line
		}
	}
	return out
}

// drawRack is one rack: its heading and as much of it as fits, exactly h lines
// of exactly w cells.
func (s *rackScreen) drawRack(i, w, h int) []string {
	r := s.shown[i]
	out := s.rackHead(r, i == s.at, w)
	room := max(h-len(out), 0)
	v := rackFace{of: r, rear: s.rear, here: i == s.at, width: w}
	ls, level := racks.Lines(r, v.rear, room)
	if v.here && s.server != "" && lineOf(ls, s.server) < 0 { // it hangs behind another one
		v.rear = !v.rear
		ls, level = racks.Lines(r, v.rear, room)
	}
	v.fold = level
	top := 0
	if v.here {
		at := lineOf(ls, s.server)
		top = max(min(at-room/2, len(ls)-room), 0)
	}
	end := min(top+room, len(ls))
	for n := top; n < end; n++ {
		switch {
		case n == top && top > 0:
			out = append(out, s.moreLine(s.sh.t.Count(top+1, "%d more line above", "%d more lines above"), w))
		case n == end-1 && end < len(ls):
			out = append(out, s.moreLine(s.sh.t.Count(len(ls)-n, "%d more line below", "%d more lines below"), w))
		default:
			out = append(out, s.rackRow(&v, &ls[n]))
		}
	}
	if len(ls) == 0 && room > 0 {
		out = append(out, s.moreLine(s.sh.t.Say("nothing in this rack"), w))
	}
	for len(out) < h {
		out = append(out, spaces(w))
	}
	return out[:max(h, 0)]
}

func (s *rackScreen) moreLine(text string, w int) string {
	return s.sh.styles.faint.Render(fit("  "+text, w))
}

// rackHead are the two lines above a rack: its name, and what it amounts to.
func (s *rackScreen) rackHead(r *racks.Rack, here bool, w int) []string {
	st, t := s.sh.styles, s.sh.t
	name, style, lead := clean(r.Name), st.bold, st.noCur
	if r.Name == "" {
		name = t.Say("in no rack")
	}
	if here {
		style, lead = st.mark, st.cursor
	}
	name = cut(name, max(w-6, 4))
	first := s.look.line(false)
	first.put(style, lead+name)
	place := joinComma(clean(r.Room), clean(r.Site))
	if r.Row != "" {
		place = joinComma(t.Say("row %s", clean(r.Row)), place)
	}
	used := width(lead + name)
	first.put(st.faint, fit(" "+place, w-used))
	sum := s.sumHue(&r.Sum)
	facts := t.Say("%s of %s U used", strconv.Itoa(r.Sum.Used), strconv.Itoa(r.Sum.Units))
	if r.Sum.Units == 0 {
		facts = t.Count(r.Sum.Servers, "%d server", "%d servers")
	}
	second := s.look.line(false)
	figure := st.noCur + sum.glyph + " " + s.sumWords(&r.Sum, sum.value)
	figure = fit(figure, min(width(figure), w))
	second.put(sum.style, figure)
	used = width(figure)
	if warn := s.rackWarning(&r.Sum); warn != "" && used < w {
		warn = cut(" · "+warn, w-used)
		second.put(st.warn, warn)
		used += width(warn)
	}
	second.put(st.faint, fit(" · "+facts, w-used))
	return []string{first.b.String(), second.b.String()}
}

// sumWords is the figure of a rack with what it counts.
func (s *rackScreen) sumWords(sum *racks.Sum, value string) string {
	t := s.sh.t
	switch worst := sum.Worst(); {
	case sum.Servers == 0:
		return t.Say("empty")
	case s.tint == tintHealth && worst.Worse(fleet.OK):
		return t.Say("%d of %d %s", sum.Counts[worst], sum.Servers, s.sh.styles.word(worst))
	case s.tint == tintHealth:
		return t.Say("all %s", s.sh.styles.word(worst))
	case value == "":
		return t.Say("unknown")
	case s.tint == tintAge:
		return t.Say("%s over age", value)
	}
	return t.Say("at most %s", value)
}

// rackWarning says what is wrong with what is written down about a rack.
func (s *rackScreen) rackWarning(sum *racks.Sum) string {
	t := s.sh.t
	switch {
	case sum.Clashes > 0:
		return t.Count(sum.Clashes, "%d in conflict", "%d in conflict")
	case sum.Outside > 0:
		return t.Count(sum.Outside, "%d beyond it", "%d beyond it")
	}
	return ""
}

// rackFace is one face of a rack as it is drawn.
type rackFace struct {
	of    *racks.Rack
	rear  bool
	here  bool // the cursor is in it
	fold  racks.Fold
	width int
}

// label is how wide the unit numbers are.
func (v *rackFace) label() int {
	digits := len(strconv.Itoa(v.of.Height))
	if v.fold.Free > 0 || v.fold.Servers {
		return 2*max(digits, 2) + 1
	}
	return max(digits, 2)
}

// rackRow draws one line of a rack.
func (s *rackScreen) rackRow(v *rackFace, l *racks.Line) string {
	st, w, label := s.sh.styles, v.width, v.label()
	selected := v.here && l.P != nil && l.P.Server.Name == s.server
	row := s.look.line(selected)
	lead := " "
	if selected && l.Nth == 0 {
		lead = st.cursor[:len(st.cursor)-1]
	}
	row.put(st.mark, lead)
	inner := w - 1 - label - 3
	if l.Head != 0 {
		text := s.sh.t.Say("position not written down:")
		if l.Head == racks.Outside {
			text = s.sh.t.Say("beyond the rack:")
		}
		row.put(st.faint, fit(text, w-1))
		return row.b.String()
	}
	row.put(st.faint, fitRight(units(l), label))
	row.put(st.rule, "│")
	switch {
	case l.P == nil:
		s.freeCell(row, l, inner+1)
	case l.Nth > 0:
		s.moreOf(row, l, inner+1)
	default:
		s.serverCell(row, l, inner+1, v.rear)
	}
	row.put(st.rule, "│")
	return row.b.String()
}

// units names what a line stands for: "12", "31–42".
func units(l *racks.Line) string {
	switch {
	case l.Hi == 0:
		return ""
	case l.Lo == l.Hi:
		return strconv.Itoa(l.Hi)
	}
	return strconv.Itoa(l.Lo) + "–" + strconv.Itoa(l.Hi)
}

func (s *rackScreen) freeCell(row *paintedLine, l *racks.Line, w int) {
	text := " ·"
	if n := l.Hi - l.Lo + 1; n > 1 {
		text = " · " + s.sh.t.Say("%s U free", strconv.Itoa(n))
	}
	row.put(s.sh.styles.faint, fit(text, w))
}

// moreOf is a further unit of a server: its model, then its service.
func (s *rackScreen) moreOf(row *paintedLine, l *racks.Line, w int) {
	text := ""
	if x := s.sh.digests.byName[l.P.Server.Name]; x != nil && !s.dimmed(l.P) && len(l.P.Blades) == 0 {
		switch l.Nth {
		case 1:
			text = x.model
		case 2:
			text = x.service
		}
	}
	h := s.hueOf(l.P)
	row.put(h.style, " │")
	row.put(s.sh.styles.faint, fit(" "+text, w-2))
}

// dimmed reports whether the filter leaves a server out; it stays visible,
// because the unit is not free.
func (s *rackScreen) dimmed(p *racks.Placed) bool { return s.keep != nil && !s.keep[p.Server.Name] }

// serverCell is a server: glyph, name, and the figure behind its colour.
func (s *rackScreen) serverCell(row *paintedLine, l *racks.Line, w int, rear bool) {
	st, t := s.sh.styles, s.sh.t
	h, name, value := s.hueOf(l.P), clean(l.P.Server.Name), ""
	nameStyle := st.plain
	switch {
	case l.Clash:
		value, h.style = t.Say("same unit"), st.warn
	case s.dimmed(l.P):
		h.style, nameStyle = st.faint, st.faint
	case s.stale(l.P):
		value, nameStyle = t.Say("stale %s", s.sh.ago(s.sh.digests.byName[l.P.Server.Name].read)), st.faint
	case l.Behind && rear:
		value = t.Say("front side")
	case l.Behind:
		value = t.Say("rear side")
	default:
		value = h.value
	}
	lead := " "
	if l.P.In != nil {
		lead = "  " + clean(l.P.Slot) + " "
	}
	row.put(st.faint, lead)
	row.put(h.style, h.glyph)
	rest := w - width(lead) - 1
	if s.wide && w >= rackWide-12 {
		s.wideCells(row, l.P, name, value, nameStyle, h.style, rest)
		return
	}
	value = cut(value, rest/2)
	row.put(nameStyle, " "+fit(name, rest-width(value)-3)+" ")
	row.put(h.style, value+" ")
}

// wideCells are a server in a wide elevation: what the colour says, and age,
// risk, temperature, model and service whatever the colour is of.
func (s *rackScreen) wideCells(row *paintedLine, p *racks.Placed, name, value string, nameStyle, style lipgloss.Style, w int) {
	const nameWidth, valueWidth, ageWidth, riskWidth, heatWidth = 19, 13, 10, 8, 6
	row.put(nameStyle, " "+fit(name, nameWidth)+" ")
	age, risk, heat, more := "", "", "", ""
	if x := s.sh.digests.byName[p.Server.Name]; x != nil {
		age, risk, more = s.sh.t.Text(x.age.String())+bandMark(x.band), riskFigure(s.sh.t, x), joined(x.model, x.service)
		if p.InletKnown {
			heat = celsius(p.Inlet)
		}
	}
	if s.tint != tintHealth && value != "" { // it stands in a column of its own
		value = strings.TrimPrefix(value, s.hueOf(p).value)
	}
	row.put(style, fit(value, valueWidth))
	row.put(s.sh.styles.faint, fitRight(age, ageWidth)+fitRight(risk, riskWidth)+fitRight(heat, heatWidth))
	rest := w - nameWidth - 2 - valueWidth - ageWidth - riskWidth - heatWidth
	row.put(s.sh.styles.faint, fit("  "+more, rest))
}
