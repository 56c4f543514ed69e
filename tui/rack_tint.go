package tui

import (
	"strconv"
	"strings"

	"charm.land/lipgloss/v2"

	"ironage/internal/ageing"
	"ironage/internal/fleet"
	"ironage/internal/lang"
	"ironage/internal/racks"
)

// tint is what the racks are coloured by.
type tint uint8

const (
	tintHealth tint = iota
	tintAge
	tintRisk
	tintHeat
	tints
)

// name is the tint as the legend calls it.
func (t tint) name() string {
	return [tints]string{"health", "age", "risk of a failure in 12 months", "temperature at the inlet"}[t]
}

// hue is how one server or rack looks: a glyph, a style, and the figure behind both.
type hue struct {
	glyph, value string
	style        lipgloss.Style
}

// The steps of what is measured in numbers: below the first one nobody worries.
// The temperatures are those that the makers of servers recommend (27 °C) and
// allow (32 and 35 °C) at the inlet.
var (
	riskSteps = [3]float64{20, 40, 70}
	heatSteps = [3]float64{27, 32, 35}
)

// stepped is the look of a number by its step.
func stepped(st *styles, v float64, steps [3]float64, value string) hue {
	bands := [4]ageing.Band{ageing.BandOK, ageing.BandAgeing, ageing.BandOver, ageing.BandFarOver}
	n := 0
	for n < len(steps) && v > steps[n] {
		n++
	}
	return hue{st.fills[bands[n]], value, st.band(bands[n])}
}

func unknownHue(st *styles) hue {
	return hue{st.fills[ageing.BandUnknown], "", st.band(ageing.BandUnknown)}
}

// hueOf is how a server looks.
func (s *rackScreen) hueOf(p *racks.Placed) hue {
	st, x := s.sh.styles, s.sh.digests.byName[p.Server.Name]
	if x == nil {
		return unknownHue(st)
	}
	switch s.tint {
	case tintAge:
		return hue{st.fills[x.band], s.sh.t.Text(x.age.String()) + bandMark(x.band), st.band(x.band)}
	case tintRisk:
		if p.Risk < 0 {
			return unknownHue(st)
		}
		return stepped(st, p.Risk, riskSteps, riskFigure(s.sh.t, x))
	case tintHeat:
		if !p.InletKnown {
			return unknownHue(st)
		}
		return stepped(st, p.Inlet, heatSteps, celsius(p.Inlet))
	}
	h := x.entry.State.Health
	out := hue{st.glyphText(h), "", st.healthStyle(h).Underline(false)}
	if h != fleet.OK {
		out.value = st.word(h)
	}
	return out
}

// sumHue is how a whole rack or room looks, with its figure.
func (s *rackScreen) sumHue(sum *racks.Sum) hue {
	st := s.sh.styles
	switch s.tint {
	case tintAge:
		pct, known := sum.OverPct()
		if !known {
			return unknownHue(st)
		}
		return stepped(st, pct, [3]float64{0, 25, 75}, percent(pct))
	case tintRisk:
		if sum.Risk < 0 {
			return unknownHue(st)
		}
		return stepped(st, sum.Risk, riskSteps, percent(sum.Risk))
	case tintHeat:
		if sum.Hottest == nil {
			return unknownHue(st)
		}
		return stepped(st, sum.Hottest.Inlet, heatSteps, celsius(sum.Hottest.Inlet))
	}
	h := sum.Worst()
	value := strconv.Itoa(sum.Servers)
	if h.Worse(fleet.OK) {
		value = strconv.Itoa(sum.Counts[h]) + "/" + value
	}
	return hue{st.glyphText(h), value, st.healthStyle(h).Underline(false)}
}

// riskFigure is a server's risk with the marks of the language: "28.4%", ">=21,3%".
func riskFigure(t *lang.Tongue, x *digest) string {
	figure, atLeast := strings.CutPrefix(x.riskText(), ">=")
	if figure = decimals(t, figure); atLeast {
		return ">=" + figure
	}
	return figure
}

func celsius(v float64) string { return strconv.FormatFloat(v, 'f', 0, 64) + " °C" }

// legend says what glyphs and colours mean.
func (s *rackScreen) legend() string {
	st, t := s.sh.styles, s.sh.t
	var parts []string
	entry := func(h hue) { parts = append(parts, h.style.Render(h.glyph+" "+h.value)) }
	switch s.tint {
	case tintHealth:
		for _, h := range []fleet.Health{fleet.Critical, fleet.Warning, fleet.Unknown, fleet.OK} {
			entry(hue{st.glyphText(h), st.word(h), st.healthStyle(h).Underline(false)})
		}
	case tintAge:
		if s.rooms {
			parts = s.steps([3]float64{0, 25, 75}, "%", t.Say("over age"))
			break
		}
		for _, b := range ageing.Bands[:5] {
			entry(hue{st.fills[b], t.Text(b.String()), st.band(b)})
		}
	case tintRisk:
		parts = s.steps(riskSteps, "%", "")
	case tintHeat:
		parts = s.steps(heatSteps, " °C", "")
	}
	if s.tint == tintRisk || s.tint == tintHeat {
		entry(hue{st.fills[ageing.BandUnknown], t.Say("unknown"), st.band(ageing.BandUnknown)})
	}
	out := st.faint.Render(t.Say("coloured by %s:", t.Text(s.tint.name())))
	for _, p := range parts {
		out += "  " + p
	}
	return out
}

// steps is the legend of a number.
func (s *rackScreen) steps(steps [3]float64, unit, of string) []string {
	st, t := s.sh.styles, s.sh.t
	var out []string
	for _, v := range steps {
		h := stepped(st, v, steps, strconv.FormatFloat(v, 'f', 0, 64)+unit)
		word := t.Say("to %s", h.value)
		if v == 0 {
			word = t.Say("none")
		}
		out = append(out, h.style.Render(h.glyph+" "+word))
	}
	last := stepped(st, steps[2]+1, steps, "")
	out = append(out, last.style.Render(last.glyph+" "+t.Say("higher")))
	if of != "" {
		out = append(out, st.faint.Render(of))
	}
	return out
}
