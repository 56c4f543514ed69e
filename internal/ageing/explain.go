package ageing

import (
	"fmt"
	"strings"
)

// Risk is the estimate over a horizon in years with everything that led to it.
// Its H is what Hazard gives; where there is no estimate it is 0 and Known false.
func (m *Model) Risk(s *Subject, years float64) Risk {
	r := Risk{Years: years, Failed: s.Failed, HazardYears: s.Age.HazardYears, AgeYears: s.Age.Years, AgeLabel: s.Age.Label(),
		Kind: s.Kind, Confidence: s.confidence(), Flags: s.Age.Flags.Words(), Product: 1, Version: m.Tables.Version}
	if s.Failed {
		r.Known, r.P = true, 1
		return r
	}
	a, known := m.assess(s)
	if !known {
		r.Confidence = None
		return r
	}
	o := a.over(m, years)
	r.Known, r.Baseline, r.BaselineSource, r.Product, r.H, r.P = true, o.base, a.table.Source, o.product, o.h, Probability(o.h)
	r.HazardYears = a.hazardAge()
	r.AtLeast = s.AtLeast()
	r.Flags = (s.Age.Flags | a.flags).Words()
	r.Factors, r.Unused = a.explain(years)
	if f, used := m.FleetFactor(s.Fleet); used {
		r.Factors = append(r.Factors, Factor{Family: "fleet", Value: f, Source: Judgement,
			Signal: "failures here", Seen: fmt.Sprintf("%d of %.1f expected", s.Fleet.Failures, s.Fleet.Expected)})
	}
	r.limit(m, &a, o)
	return r
}

// confidence is how much the estimate can be relied on (reference §3.4).
func (s *Subject) confidence() Confidence {
	switch {
	case !s.Age.Known, s.Age.Source == FromFirstSeen:
		return Low
	case s.Live && (s.Age.Source == FromSwap || s.Age.Source == FromInventory):
		return High
	}
	return Medium
}

// limit notes the caps and floors that took effect, in the order of their application.
func (r *Risk) limit(m *Model, a *assessment, o outcome) {
	h := o.base * o.product
	if o.product > m.CapProduct {
		h = o.base * m.CapProduct
		r.Limits = append(r.Limits, Factor{Family: "cap product", Signal: "largest product of factors", Value: m.CapProduct, Source: Judgement})
	}
	var highest *Floor
	for _, f := range a.floors[:a.nf] {
		if highest == nil || f.PerYear > highest.PerYear {
			highest = f
		}
	}
	for _, f := range a.floors[:a.nf] {
		x := a.floor(f)
		if f == highest && f.PerYear*r.Years > h {
			r.Limits = append(r.Limits, x)
		} else {
			x.Note = join(x.Note, "the estimate is as high without it")
			r.Unused = append(r.Unused, x)
		}
	}
	if highest != nil {
		h = max(h, highest.PerYear*r.Years)
	}
	if h > m.CapHazard*r.Years {
		r.Limits = append(r.Limits, Factor{Family: "cap hazard", Signal: "largest hazard per year", Value: m.CapHazard, Source: Judgement})
	}
}

// explain lists the hits that count and those that a stronger one of their family outdoes.
func (a *assessment) explain(years float64) (used, unused []Factor) {
	for i := range a.n {
		f := a.hits[i].factorOver(years)
		switch {
		case !a.leads(i, years):
			f.Note = join(f.Note, "same family, weaker")
			unused = append(unused, f)
		case f.Value == 1:
			unused = append(unused, f)
		default:
			used = append(used, f)
		}
	}
	return used, append(unused, a.undated()...)
}

// undated are errors that count only by their date, and have none: they are
// from before anybody watched.
func (a *assessment) undated() (out []Factor) {
	for _, name := range []string{"corrected_errors", "uncorrected_errors", "machine_checks"} {
		trail, followed := a.s.Trails[name]
		v := trail.Base
		if !followed {
			v = a.s.Counters[name]
		}
		if v > 0 && finite(v) {
			out = append(out, Factor{Family: "errors", Signal: strings.ReplaceAll(name, "_", " "), Seen: number(v), Value: 1, Note: "from before it was watched: no date"})
		}
	}
	return out
}

func (h *hit) factorOver(years float64) Factor {
	f := Factor{Family: h.family, Value: h.over(years), Source: h.source}
	switch {
	case h.curve != nil:
		f.Signal, f.Seen = h.curve.Text, number(h.seen)+" °C"
	case h.trend != nil:
		f.Signal, f.Seen = h.signal.Text+" in "+number(h.trend.Days)+" days", "+"+number(h.seen)
	default:
		f.Signal, f.Note = h.signal.Text, h.signal.Note
		f.Seen = h.seenText()
	}
	if h.sinceEvent >= 0 && h.signal.Event != nil && h.trend == nil {
		f.Note = join(f.Note, fmt.Sprintf("first seen %.0f days ago", h.sinceEvent))
		if f.Value > h.factor {
			f.Source = h.signal.Event.Source
		}
	}
	return f
}

// seenText is the observed value; nothing where only its presence counts.
func (h *hit) seenText() string {
	switch h.signal.Input {
	case InputOverMaximum, InputBatch, InputThreshold, InputThermalTrip:
		return ""
	}
	text := number(h.seen)
	if h.signal.Unit != "" {
		text += " " + h.signal.Unit
	}
	if h.atLeast {
		text = ">= " + text
	}
	return text
}

func (a *assessment) floor(f *Floor) Factor {
	x := Factor{Family: "floor", Signal: f.Text, Value: f.PerYear, Source: f.Source}
	switch f.Input {
	case InputUncorrected:
		x.Note = fmt.Sprintf("%.0f days ago", a.daysSince(a.s.Uncorrected))
	case InputDegraded:
		if h := a.s.DegradedFor.Hours(); h >= 1 {
			x.Note = fmt.Sprintf("for %.0f h", h)
		}
	case InputSpeed:
		x.Seen = number(*a.s.SpeedPct) + " %"
	}
	return x
}

// String is the probability as people read it: "39.4 %", ">= 1.3 %",
// "<0.1 %", "failed" or "no data". It never says more than 95 %.
func (r Risk) String() string {
	pct, least := 100*min(r.P, 0.95), ""
	if r.AtLeast {
		least = ">= "
	}
	switch {
	case r.Failed:
		return "failed"
	case !r.Known:
		return "no data"
	case pct >= 0.1:
		return fmt.Sprintf("%s%.1f %%", least, pct)
	case r.AtLeast:
		return fmt.Sprintf(">= %.2g %%", pct)
	}
	return "<0.1 %"
}

// Explain is the estimate in one line, every number with the code of its
// source: baseline, what moved it, what was seen and not used, limits, result.
func (r Risk) Explain() string {
	switch {
	case r.Failed:
		return "failed: a fact, no estimate"
	case !r.Known:
		return "no data: nothing is known about the failures of this kind"
	}
	parts := []string{r.baseline()}
	for _, f := range r.Factors {
		parts = append(parts, f.Family+": "+f.String())
	}
	for _, f := range r.Unused {
		f.Source = "" // what did not count needs no proof
		parts = append(parts, "not used: "+f.String())
	}
	parts = append(parts, "product "+number(r.Product))
	for _, f := range r.Limits {
		parts = append(parts, f.limit())
	}
	return strings.Join(append(parts, "H "+number(r.H), "P "+r.String(), "confidence "+string(r.Confidence)), "; ")
}

func (r Risk) baseline() string {
	text := "baseline " + r.Kind + " " + r.AgeLabel
	if (Age{Years: r.AgeYears, HazardYears: r.HazardYears}).OlderByHours() {
		text += fmt.Sprintf(", %.1f y by power-on hours", r.HazardYears)
	}
	if r.Years == 1 {
		text += " " + number(r.Baseline) + "/y"
	} else {
		text += fmt.Sprintf(" %s in %s y", number(r.Baseline), number(r.Years))
	}
	return text + cite(r.BaselineSource)
}

// String is what was seen and what it does: "2 pending x13 [BBSMART]".
func (f Factor) String() string {
	text := strings.TrimSpace(f.Seen + " " + f.Signal)
	if f.Value != 1 && f.Family != "floor" {
		text += " x" + number(f.Value)
	}
	text += cite(f.Source)
	if f.Note != "" {
		text += " (" + f.Note + ")"
	}
	return text
}

func (f Factor) limit() string {
	switch f.Family {
	case "cap product":
		return "product capped at " + number(f.Value) + cite(f.Source)
	case "cap hazard":
		return "H capped at " + number(f.Value) + "/y" + cite(f.Source)
	}
	return "floor " + number(f.Value) + "/y: " + f.String()
}

// cite prints evidence codes: " [SUN08][IBM-PFA]".
func cite(codes string) string {
	if codes == "" {
		return ""
	}
	return " [" + strings.Join(Codes(codes), "][") + "]"
}

// number prints enough digits that a reader's own multiplication agrees.
func number(f float64) string { return fmt.Sprintf("%.5g", f) }

func join(a, b string) string {
	if a == "" {
		return b
	}
	return a + "; " + b
}
