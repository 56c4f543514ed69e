package ageing

import (
	"math"
	"time"

	"ironage/internal/fleet"
)

// The most signals with trend and curves, and floors, that a kind may have:
// an assessment keeps them without allocating.
const (
	maxHits   = 24
	maxFloors = 4
)

// hit is a signal that was observed.
type hit struct {
	family string
	// One of these three says what was observed; trend with the signal that rose.
	signal *Signal
	curve  *Curve
	trend  *Trend
	seen   float64
	// atLeast: the counter stands at its maximum and may be higher.
	atLeast bool
	factor  float64
	source  string
	// sinceEvent is how many whole days ago the counter first left zero; negative: not known.
	sinceEvent float64
}

// assessment is a subject held against the table of its kind, before a horizon
// is chosen. It lives on the stack: a fleet is assessed without allocating.
type assessment struct {
	table  *KindTable
	s      *Subject
	hits   [maxHits]hit
	n      int
	floors [maxFloors]*Floor
	nf     int
	fleet  float64
	flags  Flags
}

// outcome is what an assessment makes of a horizon.
type outcome struct {
	base, product, h float64
}

// assess holds a subject against its table; false when the kind has none.
func (m *Model) assess(s *Subject) (a assessment, ok bool) {
	t := m.Tables.Kinds[s.Kind]
	if t == nil {
		return a, false
	}
	a.table, a.s = t, s
	a.fleet, _ = m.FleetFactor(s.Fleet)
	a.gather()
	return a, true
}

// gather collects what was observed.
func (a *assessment) gather() {
	t := a.table
	for i := range t.Signals {
		a.signal(&t.Signals[i])
	}
	for i := range t.Curves {
		a.curve(&t.Curves[i])
	}
	for i := range t.Floors {
		if f := &t.Floors[i]; a.nf < maxFloors && a.holds(f) {
			a.floors[a.nf] = f
			a.nf++
		}
	}
}

func (a *assessment) add(h hit) {
	if a.n < maxHits {
		a.hits[a.n] = h
		a.n++
	}
}

func (a *assessment) signal(sig *Signal) {
	switch sig.Input {
	case InputTemperature:
		if c, ok := a.celsius(a.s.Celsius); ok && a.hazardAge() >= sig.FromYears {
			a.level(sig, c)
		}
	case InputOverMaximum:
		c, ok := a.celsius(a.s.Celsius)
		limit, limited := a.celsius(a.s.MaxCelsius)
		a.level(sig, truth(ok && limited && c > limit))
	case InputWear:
		if w := a.s.WearPct; w != nil {
			if *w >= 0 && *w <= 255 {
				a.level(sig, *w)
			} else {
				a.flags |= BadWear
			}
		}
	case InputBatch:
		a.level(sig, truth(a.recent(a.s.BatchFailure, sig.Days)))
	case InputThermalTrip:
		a.level(sig, truth(a.recent(a.s.ThermalTrip, sig.Days)))
	case InputThreshold:
		a.level(sig, truth(a.s.ThresholdExceeded))
	case InputErrors:
		if t, ok := a.s.Trails["corrected_errors"]; ok {
			a.level(sig, t.Rise(a.s.Now.Add(-daysLong(sig.Days))))
		}
	case InputBurst:
		if t, ok := a.s.Trails["corrected_errors"]; ok {
			a.level(sig, burst(t, a.s.Now.Add(-daysLong(sig.Days))))
		}
	default:
		a.counter(sig)
	}
}

// level adds a signal that reaches its first level.
func (a *assessment) level(sig *Signal, v float64) {
	if l := levelOf(sig.Levels, v); l != nil {
		a.add(hit{family: sig.Family, signal: sig, seen: v, factor: l.Factor, source: l.Source, sinceEvent: -1})
	}
}

// counter adds an error counter by its level and its first event, and its trend.
func (a *assessment) counter(sig *Signal) {
	trail, followed := a.s.Trails[sig.Input]
	v, ok := trail.Value(), followed
	if !followed {
		v, ok = a.s.Counters[sig.Input]
	}
	if !ok {
		return
	}
	if !(v >= 0) || !finite(v) {
		a.flags |= BadCounter
		return
	}
	h := hit{family: sig.Family, signal: sig, seen: v, atLeast: saturated(v), factor: 1, sinceEvent: -1}
	l := levelOf(sig.Levels, v)
	if l != nil {
		h.factor, h.source = l.Factor, l.Source
	}
	open := followed && sig.Event != nil && a.recent(trail.FirstRise, sig.Event.Days)
	if open {
		h.sinceEvent = math.Floor(a.daysSince(trail.FirstRise)) // as ages, so that a budget does not move while people read it
	}
	if l != nil || open {
		a.add(h)
	}
	if t := a.table.Trend; t != nil && len(trail.Steps) > 0 && !open && sig.Family == "media" {
		a.trend(t, sig, &trail)
	}
}

// trend adds that a counter grew. Only its own first event keeps it out: were
// it another counter's, that counter's first error would lower the risk.
func (a *assessment) trend(t *Trend, sig *Signal, trail *fleet.Trail) {
	rise := trail.Rise(a.s.Now.Add(-daysLong(t.Days)))
	before := trail.Value() - rise
	if rise >= t.Rise || rise > 0 && before > 0 && rise >= t.Share*before {
		a.add(hit{family: "trend", signal: sig, trend: t, seen: rise, factor: t.Factor, source: t.Source, sinceEvent: -1})
	}
}

func (a *assessment) curve(v *Curve) {
	var c float64
	var ok bool
	switch v.Input {
	case InputInlet:
		c, ok = a.celsius(a.s.InletCelsius)
	case InputTemperature:
		c, ok = a.celsius(a.s.Celsius)
	case InputAir:
		if c, ok = a.celsius(a.s.AirCelsius); !ok {
			if c, ok = a.celsius(a.s.InletCelsius); ok {
				c += InletRise
			}
		}
	}
	if f := v.at(c); ok && f > 1 {
		a.add(hit{family: v.Family, curve: v, seen: c, factor: f, source: v.Source, sinceEvent: -1})
	}
}

// holds reports whether a floor's condition is met.
func (a *assessment) holds(f *Floor) bool {
	switch s := a.s; f.Input {
	case InputPredicts:
		return s.Predicts
	case InputDegraded:
		return s.DegradedFor > 0 && s.DegradedFor.Hours() >= f.AfterHours
	case InputReadOnly:
		return s.ReadOnly
	case InputSpareLow:
		return s.SpareLow
	case InputUncorrected:
		return a.recent(s.Uncorrected, f.Days)
	case InputSpeed:
		return s.SpeedPct != nil && *s.SpeedPct >= 0 && *s.SpeedPct < f.Below
	}
	return false
}

// over makes the estimate for a horizon in years.
func (a *assessment) over(m *Model, years float64) outcome {
	if !(years > 0) {
		return outcome{product: 1}
	}
	o := outcome{base: over(a.table.PerYear, a.hazardAge(), years), product: a.fleet}
	for i := range a.n {
		if a.leads(i, years) {
			o.product *= a.hits[i].over(years)
		}
	}
	o.h = o.base * min(o.product, m.CapProduct)
	for _, f := range a.floors[:a.nf] {
		o.h = max(o.h, f.PerYear*years)
	}
	o.h = min(o.h, m.CapHazard*years)
	return o
}

// leads reports whether a hit is the largest of its family; the first of equals.
func (a *assessment) leads(i int, years float64) bool {
	f := a.hits[i].over(years)
	for j := range a.n {
		if j == i || a.hits[j].family != a.hits[i].family {
			continue
		}
		if g := a.hits[j].over(years); g > f || g == f && j < i {
			return false
		}
	}
	return true
}

// over is the factor over a horizon: a first event counts for what is left of
// its days, the level for the rest.
func (h *hit) over(years float64) float64 {
	if h.sinceEvent < 0 || h.trend != nil {
		return h.factor
	}
	e := h.signal.Event
	w := min(years, max(0, e.Days-h.sinceEvent)/DaysPerYear)
	return max(h.factor, (w*e.Factor+(years-w)*h.factor)/years)
}

func (a *assessment) hazardAge() float64 {
	if y := a.s.Age.HazardYears; y > 0 && finite(y) {
		return y
	}
	return 0
}

// celsius is a temperature that can be; 0 is a common placeholder.
func (a *assessment) celsius(v *float64) (float64, bool) {
	if v == nil {
		return 0, false
	}
	if !(*v >= 1 && *v <= 150) {
		a.flags |= BadTemperature
		return 0, false
	}
	return *v, true
}

func (a *assessment) recent(t time.Time, days float64) bool {
	return !t.IsZero() && a.daysSince(t) <= days
}

// daysSince is never negative: clocks differ.
func (a *assessment) daysSince(t time.Time) float64 {
	return max(0, a.s.Now.Sub(t).Hours()/24)
}

func daysLong(d float64) time.Duration { return time.Duration(d * 24 * float64(time.Hour)) }

func levelOf(levels []Level, v float64) *Level {
	for i := len(levels) - 1; i >= 0; i-- {
		if v >= levels[i].From {
			return &levels[i]
		}
	}
	return nil
}

// AtLeast reports that an estimate for the part is a lower bound: its age is
// one, or a counter stands at its maximum and may be higher.
func (s *Subject) AtLeast() bool {
	if !s.Age.Known || s.Age.Source == FromFirstSeen {
		return true
	}
	for _, t := range s.Trails {
		if saturated(t.Value()) {
			return true
		}
	}
	for name, v := range s.Counters {
		if _, followed := s.Trails[name]; !followed && saturated(v) {
			return true
		}
	}
	return false
}

// saturated reports whether a counter stands at the most that 8 or 32 bits hold.
func saturated(v float64) bool { return v == 255 || v == 4294967295 }

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// burst is the most that a counter rose within 24 hours, since then. A full
// trail has merged its oldest changes into one that looks sudden: that one is
// left out.
func burst(t fleet.Trail, since time.Time) float64 {
	most, first := 0.0, 0
	if len(t.Steps) >= fleet.TrailLength {
		first = 2
	}
	for i := first; i < len(t.Steps); i++ {
		if t.Steps[i].At.Before(since) {
			continue
		}
		before := t.Base
		for j := i - 1; j >= 0; j-- {
			if j < first || t.Steps[i].At.Sub(t.Steps[j].At) >= 24*time.Hour {
				before = t.Steps[j].Value
				break
			}
		}
		most = max(most, t.Steps[i].Value-before)
	}
	return most
}
