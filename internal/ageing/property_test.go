package ageing

import (
	"maps"
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ironage/internal/fleet"
)

// anySubject draws a part with whatever signals it may show.
func anySubject(t *rapid.T) Subject {
	kinds := slices.Sorted(maps.Keys(DefaultTables().Kinds))
	s := Subject{Kind: rapid.SampledFrom(kinds).Draw(t, "kind"), Now: now, Trails: map[string]fleet.Trail{}}
	s.Age = old(rapid.Float64Range(0, 14).Draw(t, "age"))
	maybe := func(name string, from, to float64) *float64 {
		if !rapid.Bool().Draw(t, name+" known") {
			return nil
		}
		v := rapid.Float64Range(from, to).Draw(t, name)
		return &v
	}
	s.Celsius, s.MaxCelsius, s.InletCelsius = maybe("celsius", 1, 90), maybe("maximum", 40, 80), maybe("inlet", 1, 60)
	s.AirCelsius, s.WearPct, s.SpeedPct = maybe("air", 1, 70), maybe("wear", 0, 255), maybe("speed", 0, 130)
	s.Predicts, s.ReadOnly, s.SpareLow = rapid.Bool().Draw(t, "predicts"), rapid.Bool().Draw(t, "read-only"), rapid.Bool().Draw(t, "spare low")
	s.ThresholdExceeded = rapid.Bool().Draw(t, "threshold")
	s.DegradedFor = time.Duration(rapid.IntRange(0, 100).Draw(t, "degraded h")) * time.Hour
	ago := func(name string) time.Time {
		days := rapid.IntRange(-1, 120).Draw(t, name)
		if days < 0 {
			return time.Time{}
		}
		return now.AddDate(0, 0, -days)
	}
	s.Uncorrected, s.ThermalTrip, s.BatchFailure = ago("uncorrected"), ago("thermal trip"), ago("batch")
	s.Fleet = FleetFactor{rapid.IntRange(0, 40).Draw(t, "failures"), rapid.Float64Range(0, 40).Draw(t, "expected")}
	for _, name := range append([]string{"corrected_errors"}, counters...) {
		if rapid.Bool().Draw(t, name) {
			s.Trails[name] = anyTrail(t, name)
		}
	}
	return s
}

func anyTrail(t *rapid.T, name string) fleet.Trail {
	v := float64(rapid.IntRange(0, 40).Draw(t, name+" base"))
	tr, _ := fleet.Trail{}.Add(v, now.AddDate(-1, 0, 0))
	for _, days := range []int{100, 50, 20, 10, 1} {
		v += float64(rapid.IntRange(0, 30).Draw(t, name+" rise"))
		tr, _ = tr.Add(v, now.AddDate(0, 0, -days))
	}
	return tr
}

// worse are the ways in which a part can get worse, each by one signal.
func worse(t *rapid.T, s Subject) Subject {
	s.Trails = maps.Clone(s.Trails)
	more := func(v *float64, limit float64) *float64 {
		if v == nil {
			return nil
		}
		m := rapid.Float64Range(*v, max(*v, limit)).Draw(t, "worse")
		return &m
	}
	ways := map[string]func(){
		"age": func() { s.Age = old(s.Age.Years + rapid.Float64Range(0, 5).Draw(t, "older")) },
		"counter": func() {
			name := rapid.SampledFrom(append([]string{"corrected_errors"}, counters...)).Draw(t, "counter that rises")
			tr, ok := s.Trails[name]
			if !ok {
				tr, _ = tr.Add(0, now.AddDate(0, 0, -1))
			}
			s.Trails[name], _ = tr.Add(tr.Value()+float64(rapid.IntRange(1, 2000).Draw(t, "by")), now)
		},
		"celsius":   func() { s.Celsius = more(s.Celsius, 150) },
		"inlet":     func() { s.InletCelsius = more(s.InletCelsius, 150) },
		"air":       func() { s.AirCelsius = more(s.AirCelsius, 150) },
		"wear":      func() { s.WearPct = more(s.WearPct, 255) },
		"predicts":  func() { s.Predicts = true },
		"read-only": func() { s.ReadOnly = true },
		"spare":     func() { s.SpareLow = true },
		"threshold": func() { s.ThresholdExceeded = true },
		"degraded":  func() { s.DegradedFor += 30 * time.Hour },
		"errors":    func() { s.Uncorrected = now },
		"trip":      func() { s.ThermalTrip = now },
		"batch":     func() { s.BatchFailure = now },
		"fleet":     func() { s.Fleet.Failures++ },
		"speed": func() {
			if s.SpeedPct != nil {
				s.SpeedPct = ptr(*s.SpeedPct / 2)
			}
		},
	}
	ways[rapid.SampledFrom(slices.Sorted(maps.Keys(ways))).Draw(t, "way")]()
	return s
}

var horizons = []float64{60 / DaysPerYear, .25, .5, 1, 3}

// TestRiskNeverFallsWhenASignalGetsWorse: nor when the part gets older.
func TestRiskNeverFallsWhenASignalGetsWorse(t *testing.T) {
	m := DefaultModel()
	rapid.Check(t, func(t *rapid.T) {
		s := anySubject(t)
		w := worse(t, s)
		for _, years := range horizons {
			before, after := m.Hazard(&s, years), m.Hazard(&w, years)
			if !(after >= before-1e-12) {
				t.Fatalf("over %v y: %v became %v\nbefore %s\nafter  %s", years, before, after, m.Risk(&s, years).Explain(), m.Risk(&w, years).Explain())
			}
		}
	})
}

// TestExplanationReproducesTheNumber: the factors that are listed multiply to
// the product, and with the limits that are listed to H.
func TestExplanationReproducesTheNumber(t *testing.T) {
	m := DefaultModel()
	rapid.Check(t, func(t *rapid.T) {
		s := anySubject(t)
		years := rapid.SampledFrom(horizons).Draw(t, "horizon")
		r := m.Risk(&s, years)
		product := 1.0
		for _, f := range r.Factors {
			product *= f.Value
			if f.Source == "" || f.Signal == "" {
				t.Fatalf("a factor without a name or source: %+v", f)
			}
		}
		h := r.Baseline * product
		for _, l := range r.Limits {
			switch l.Family {
			case "cap product":
				h = r.Baseline * l.Value
			case "floor":
				h = max(h, l.Value*years)
			case "cap hazard":
				h = min(h, l.Value*years)
			}
		}
		if math.Abs(product-r.Product) > 1e-9*product || math.Abs(h-r.H) > 1e-9*h || r.H != m.Hazard(&s, years) {
			t.Fatalf("the listed factors give %v and H %v: %s", product, h, r.Explain())
		}
		if r.P < 0 || r.P > 1-math.Exp(-m.CapHazard*years)+1e-12 {
			t.Fatalf("P %v is out of range: %s", r.P, r)
		}
	})
}

// TestSuccessorInheritsNothing: whatever a part counted, and however its
// records look, the next serial number in its slot starts without it.
func TestSuccessorInheritsNothing(t *testing.T) {
	m := DefaultModel()
	rapid.Check(t, func(t *rapid.T) {
		trails := map[string]fleet.Trail{}
		for _, name := range counters {
			trails[name] = anyTrail(t, name)
		}
		next := fleet.Component{Kind: fleet.Disk, Slot: "1", Serial: "NEW7", Health: fleet.OK}
		st := &fleet.State{Parts: fleet.KeyedOf(map[string]fleet.PartRecord{next.Key(): {Serial: "OLD1", FirstSeen: now.AddDate(-5, 0, 0), Hours: 50_000, Trails: trails}})}
		v := NewSurvey(&fleet.Server{}, st, now)
		age := v.Age(&next)
		s := v.Subject(&next, age)
		if age.HazardYears != 0 || len(s.Trails) != 0 || m.Hazard(&s, 1) != m.Baseline("hdd", 0, 1) {
			t.Fatalf("the new disk inherits: age %s, %s", age, m.Risk(&s, 1).Explain())
		}
	})
}
