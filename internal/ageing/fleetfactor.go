package ageing

import (
	"strings"
	"time"
)

// FleetMonths is how far back failures count for the fleet factor and for batches.
const FleetMonths = 36

// Failure is a part that is proven to have failed in this installation.
type Failure struct {
	Kind, Model, Part, Firmware, Week string // Kind is a life kind; Week the manufacture week, "2014-W42"
	Server, Key, Serial               string
	At                                time.Time
}

// FleetKey is what fleet factors are kept by: life kind and model in normal form.
type FleetKey struct{ Kind, Model string }

// Presence is a part while this installation watched it. Failures before the
// first look could not have been recorded, so that time does not count either.
type Presence struct {
	Kind, Model, Firmware, Week string
	// From is when it was first seen, To when it left; the zero To is now.
	From, To time.Time
	// HazardYears is its hazard age now, or when it left.
	HazardYears float64
}

// Experience is what an installation saw of its parts: how many, how many
// failures the baseline expected of them in the last 36 months, and how many
// there were. What several of them counted adds up exactly, in any order. Not
// for concurrent use.
type Experience struct {
	now, since time.Time
	baseline   func(kind string, from, years float64) float64
	cohorts    map[Cohort]*CohortCount
}

// Cohort is parts of one make: the finest grain in which batches are looked for.
type Cohort struct{ Kind, Model, Firmware, Week string }

// CohortCount is what was counted of a cohort.
type CohortCount struct {
	Parts, Failures int
	Expected        Expected // by the baseline
}

// NewExperience starts counting. The baseline is the hazard that a clean part
// of a kind collects from an age on over some years; NaN where there is none.
func NewExperience(now time.Time, baseline func(kind string, from, years float64) float64) *Experience {
	return &Experience{now: now, since: now.AddDate(0, -FleetMonths, 0), baseline: baseline, cohorts: map[Cohort]*CohortCount{}}
}

func (e *Experience) cohort(kind, model, firmware, week string) *CohortCount {
	k := Cohort{kind, NormalPart(model), strings.TrimSpace(firmware), week}
	c := e.cohorts[k]
	if c == nil {
		c = &CohortCount{}
		e.cohorts[k] = c
	}
	return c
}

// Watch counts a part for the time in which it could be seen to fail.
func (e *Experience) Watch(p *Presence) {
	if p.Kind == "" || NormalPart(p.Model) == "" || p.From.IsZero() {
		return
	}
	to := p.To
	if to.IsZero() || to.After(e.now) {
		to = e.now
	}
	from := p.From
	if from.Before(e.since) {
		from = e.since
	}
	if !from.Before(to) {
		return
	}
	years := to.Sub(from).Hours() / HoursPerYear
	c := e.cohort(p.Kind, p.Model, p.Firmware, p.Week)
	c.Parts++
	c.Expected += expect(e.baseline(p.Kind, max(p.HazardYears-years, 0), years))
}

// Fail counts a proven failure within the window; every failure once.
func (e *Experience) Fail(f *Failure) {
	if f.Kind == "" || NormalPart(f.Model) == "" || f.At.Before(e.since) || f.At.After(e.now) {
		return
	}
	e.cohort(f.Kind, f.Model, f.Firmware, f.Week).Failures++
}

// Merge adds what another Experience of the same moment counted.
func (e *Experience) Merge(o *Experience) {
	for k, c := range o.cohorts {
		e.cohort(k.Kind, k.Model, k.Firmware, k.Week).add(*c)
	}
}

// Factors is what was learnt of each kind and model, for Subject.Fleet.
func (e *Experience) Factors() map[FleetKey]FleetFactor {
	sums := map[FleetKey]CohortCount{}
	for k, c := range e.cohorts {
		key := FleetKey{k.Kind, k.Model}
		sum := sums[key]
		sum.add(*c)
		sums[key] = sum
	}
	out := make(map[FleetKey]FleetFactor, len(sums))
	for k, c := range sums {
		out[k] = FleetFactor{Failures: c.Failures, Expected: c.Expected.Float()}
	}
	return out
}

func (c *CohortCount) add(o CohortCount) {
	c.Parts, c.Failures, c.Expected = c.Parts+o.Parts, c.Failures+o.Failures, c.Expected+o.Expected
}
