package outlook

import (
	"maps"
	"math"
	"time"

	"ironage/internal/ageing"
	"ironage/internal/fleet"
)

// modelKey is one kind and model of part: what this installation learns about.
type modelKey struct {
	life  uint8 // position in lifeWords
	model string
}

// exposure is how many failures the baseline expected of a server's parts of
// one model while they were watched.
type exposure struct {
	model    modelKey
	expected float64
}

// watchedYears is how far back failures count (reference §3.3).
const watchedYears = 3

// failures are what was found to fail here, as judgements need it.
type failures struct {
	byModel  map[modelKey]int
	byServer map[string][]ageing.Failure
}

func failuresOf(in *Inputs, now time.Time) *failures {
	out := &failures{byModel: map[modelKey]int{}, byServer: map[string][]ageing.Failure{}}
	since := now.AddDate(-watchedYears, 0, 0)
	for _, x := range in.Failures {
		if x.At.Before(since) || x.At.After(now) {
			continue
		}
		out.byModel[keyOf(word(lifeWords, x.Kind), x.Model)]++
		out.byServer[x.Server] = append(out.byServer[x.Server], x)
	}
	return out
}

func sameFailures(a, b *failures) bool {
	return a == b || a != nil && b != nil && maps.Equal(a.byModel, b.byModel)
}

func keyOf(life uint8, model string) modelKey { return modelKey{life, ageing.NormalModel(model)} }

// normal is a model as it is compared; a fleet has few, so each is worked out once.
func (j *judge) normal(model string) string {
	n, ok := j.models[model]
	if !ok {
		n = ageing.NormalModel(model)
		j.models[model] = n
	}
	return n
}

// expose notes what the baseline expected of a part since it was first seen.
func (j *judge) expose(v *Server, c *fleet.Component, p *Part) {
	if c.Model == "" || p.life == 0 {
		return
	}
	seen := v.Entry.State.FirstSeen[c.Key()]
	if seen.IsZero() {
		return
	}
	days := int(midnight(j.now).Sub(midnight(seen)).Hours() / 24)
	years := min(float64(days)/ageing.DaysPerYear, watchedYears)
	if !(years > 0) {
		return
	}
	s := ageing.Subject{Kind: p.Life(), Age: ageing.Age{HazardYears: max(0, p.HazardAge-years)}, Now: j.now}
	h := j.fleet.Settings.Model.Hazard(&s, years)
	if math.IsNaN(h) {
		return
	}
	key := modelKey{p.life, j.normal(c.Model)}
	for i := range v.exposures {
		if v.exposures[i].model == key {
			v.exposures[i].expected += h
			return
		}
	}
	v.exposures = append(v.exposures, exposure{key, h})
}

func (f *Fleet) sumExposures() map[modelKey]float64 {
	sum := map[modelKey]float64{}
	for _, v := range f.Servers {
		for _, e := range v.exposures {
			sum[e.model] += e.expected
		}
	}
	return sum
}

// factors are what is learnt about each model. What was expected is rounded to
// two digits: one part more must not move the estimates of a whole fleet.
func (j *judge) factors() map[modelKey]ageing.FleetFactor {
	out := make(map[modelKey]ageing.FleetFactor, len(j.fleet.exposures))
	for m, e := range j.fleet.exposures {
		out[m] = ageing.FleetFactor{Failures: j.failures.byModel[m], Expected: twoDigits(e)}
	}
	for m, n := range j.failures.byModel {
		if _, ok := out[m]; !ok {
			out[m] = ageing.FleetFactor{Failures: n}
		}
	}
	return out
}

func twoDigits(v float64) float64 {
	if !(v > 0) {
		return 0
	}
	unit := math.Pow(10, math.Floor(math.Log10(v))-1)
	return math.Round(v/unit) * unit
}
