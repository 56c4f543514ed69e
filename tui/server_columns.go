package tui

import (
	"charm.land/lipgloss/v2"

	"ironage/internal/ageing"
	"ironage/internal/fleet"
	"ironage/internal/queue"
)

// partWidths are the widths of a part's columns; 0 leaves one out.
type partWidths struct{ place, model, serial, size, figure, age, risk, tier int }

// partColumns lays a part's columns out: place and figure matter most, then age
// and risk, the serial number, the tier, then model and size.
func partColumns(width, badge, age int) partWidths {
	c := partWidths{place: 16, figure: 13, age: age, risk: 7}
	room := width - 2 - badge - (1 + c.place) - (1 + c.figure) - (1 + c.age) - (1 + c.risk)
	switch {
	case room >= 15:
		c.serial = 14
		room -= 15
	case room >= 12: // long words of a language: short serial numbers still fit
		c.figure -= 2
		c.serial = room + 2 - 4
		room = 3
	}
	if room >= 3 {
		c.tier = 2
		room -= 3
	}
	if room >= 14 {
		c.model = min(room-1, 26)
		room -= c.model + 1
	}
	if room >= 10 {
		c.size = 9
		room -= 10
	}
	grow := func(w *int, most int) {
		if n := min(room, most); n > 0 && *w > 0 {
			*w += n
			room -= n
		}
	}
	grow(&c.place, 14)
	grow(&c.serial, 8)
	grow(&c.figure, 12)
	return c
}

func (s *serverScreen) partLine(r partRow, selected, stale bool, c partWidths, width int) string {
	st := s.sh.styles
	lead := st.noCur
	if selected {
		lead = st.cursor
	}
	switch {
	case r.part == nil && r.fold == "":
		return st.title.Render(cut(r.text, width))
	case r.part == nil:
		sign := "+ "
		if s.opened[r.fold] {
			sign = "- "
		}
		return s.shade(lead+st.faint.Render(sign+r.text), selected, width)
	}
	p := r.part
	badge := s.badgeWidth()
	text := fit(st.badgeText(p.Health), badge)
	look := st.healthStyle(p.Health)
	if r.gone {
		text, look = fit(st.glyphText(fleet.Critical)+" "+s.sh.t.Say("gone"), badge), st.healthStyle(fleet.Critical)
	}
	if stale {
		look = st.faint
	}
	line := lead + look.Render(text)
	cell := func(t string, w int, style lipgloss.Style) {
		if w <= 0 {
			return
		}
		if stale || p.Health == fleet.Absent {
			style = st.faint
		}
		line += " " + style.Render(fit(t, w))
	}
	age, band := s.partAge(p)
	cell(s.slot(p), c.place, st.bold)
	cell(clean(firstOf(p.Model, p.Part)), c.model, st.plain)
	cell(clean(p.Serial), c.serial, st.plain)
	cell(sizeOf(s.sh, p), c.size, st.plain)
	cell(keyFigure(s.sh, p), c.figure, st.plain)
	cell(age, c.age, st.band(band))
	risk, tier := s.partRisk(p)
	cell(fitRight(risk, c.risk), c.risk, st.tier(tier))
	cell(string(tier), c.tier, st.tier(tier))
	return s.shade(line, selected, width)
}

// slot is a part's place, with a mark when an open work order exists for it.
func (s *serverScreen) slot(p *fleet.Component) string {
	text := clean(p.Label())
	if id := s.orders[p.Key()]; id != 0 {
		text += " " + orderName(id)
	}
	return text
}

func (s *serverScreen) partAge(p *fleet.Component) (string, ageing.Band) {
	kind := ageing.LifeKind(p)
	if kind == "" || p.Health == fleet.Absent {
		return "", ageing.BandNone
	}
	age := ageing.OfPart(p, &s.entry.Server, &s.entry.State, s.sh.now())
	if !age.Known {
		return s.sh.t.Say("age ?"), ageing.BandUnknown
	}
	band := s.sh.life.Band(kind, age, p.WearUsedPct)
	return s.sh.t.Text(age.String()) + bandMark(band), band
}

// partRisk is the probability that a part fails within a year, and how urgent
// its replacement is; empty for what has no estimate.
func (s *serverScreen) partRisk(p *fleet.Component) (string, queue.Tier) {
	j := s.judged[p.Key()]
	if j == nil || p.Health == fleet.Absent {
		return "", ""
	}
	return s.sh.t.Text(riskCell(j.Risk())), queue.Tier(j.Tier())
}

// shade pads a line to the width and puts the selection's background behind it.
func (s *serverScreen) shade(line string, selected bool, width int) string {
	line = cut(line, width)
	if !selected {
		return line
	}
	return highlight(s.sh.styles, pad(line, width))
}

// ageWidth is the column that ages of parts take, with their marks.
func (s *serverScreen) ageWidth() int { return width(s.sh.t.Text(">= 9.3 y")) + 2 }
