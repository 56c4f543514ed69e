package ageing

import (
	"math"
)

// Model is the risk model: its tables and the limits of what it may say.
type Model struct {
	Tables *Tables
	// CapProduct limits the product of all factors, CapHazard the hazard per year.
	CapProduct, CapHazard float64
	// FleetK is how many imagined failures a model starts with; the factor stays
	// between FleetMin and FleetMax.
	FleetK, FleetMin, FleetMax float64
}

// DefaultModel is the model of the ageing reference, §3.
func DefaultModel() *Model {
	return &Model{Tables: DefaultTables(), CapProduct: 60, CapHazard: 3, FleetK: 4, FleetMin: 0.3, FleetMax: 5}
}

// fleetMinExpected is how many failures must have been expected before their
// absence says something.
const fleetMinExpected = 0.5

// FleetFactor is what this installation's own failures make of a model's
// hazard; used is false while there is too little to learn from.
func (m *Model) FleetFactor(f FleetFactor) (factor float64, used bool) {
	if f.Failures < 0 || !(f.Expected >= 0) || math.IsInf(f.Expected, 0) || f.Expected < fleetMinExpected && f.Failures < 1 {
		return 1, false
	}
	factor = (float64(f.Failures) + m.FleetK) / (f.Expected + m.FleetK)
	return min(max(factor, m.FleetMin), m.FleetMax), true
}

// Baseline is the number of failures to expect of a clean part of that life
// kind and hazard age within the given years; NaN for kinds without a table.
func (m *Model) Baseline(kind string, age, years float64) float64 {
	t := m.Tables.Kinds[kind]
	if t == nil {
		return math.NaN()
	}
	return over(t.PerYear, age, years)
}

// Hazard is the number of failures to expect of a part within the given
// years: NaN for kinds without a table, and 0 for a part that has failed
// already, because that is a fact and no risk.
func (m *Model) Hazard(s *Subject, years float64) float64 {
	var h [1]float64
	m.Hazards(s, []float64{years}, h[:])
	return h[0]
}

// Hazards is Hazard for several horizons at once: h[i] belongs to years[i].
func (m *Model) Hazards(s *Subject, years, h []float64) {
	if s.Failed {
		clear(h[:len(years)])
		return
	}
	a, known := m.assess(s)
	for i, y := range years {
		h[i] = math.NaN()
		if known {
			h[i] = a.over(m, y).h
		}
	}
}

// Probability turns a hazard into the probability of at least one failure.
func Probability(h float64) float64 { return -math.Expm1(-h) }

// over sums a piecewise constant hazard from an age on; its last value continues.
func over(perYear []float64, age, years float64) float64 {
	if len(perYear) == 0 || !(years > 0) {
		return 0
	}
	last := float64(len(perYear) - 1)
	if age >= last { // also ages so high that no year more is seen in them
		return perYear[len(perYear)-1] * years
	}
	if !(age > 0) {
		age = 0
	}
	sum := 0.0
	for end := age + years; age < end; {
		year := math.Floor(age)
		next := min(year+1, end)
		if year >= last {
			year, next = last, end
		}
		sum += perYear[int(year)] * (next - age)
		age = next
	}
	return sum
}

// at is the factor at a temperature.
func (v *Curve) at(celsius float64) float64 {
	return min(max(math.Exp2((celsius-v.Reference)/v.Doubling), v.Min), v.Max)
}
