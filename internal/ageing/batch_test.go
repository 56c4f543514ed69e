package ageing

import (
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// experienced is an Experience whose baseline is 2 % a year whatever the age.
func experienced(now time.Time) *Experience {
	return NewExperience(now, func(kind string, _, years float64) float64 {
		if kind != "hdd" {
			return math.NaN()
		}
		return 0.02 * years
	})
}

// fill watches n parts for two years and lets some of them fail.
func (e *Experience) fill(n, failed int, model, firmware, week string) {
	for range n {
		e.Watch(&Presence{Kind: "hdd", Model: model, Firmware: firmware, Week: week, From: e.now.AddDate(-2, 0, 0), HazardYears: 5})
	}
	for range failed {
		e.Fail(&Failure{Kind: "hdd", Model: strings.ToLower(model), Firmware: firmware, Week: week, At: e.now.AddDate(0, -1, 0)})
	}
}

func TestExperienceCountsTheWatchedTime(t *testing.T) {
	now := newYear
	for _, c := range []struct {
		name string
		p    Presence
		want float64 // years
	}{
		{"one year", Presence{From: now.AddDate(-1, 0, 0)}, 365 / DaysPerYear},
		{"36 months at most", Presence{From: now.AddDate(-9, 0, 0)}, 1096 / DaysPerYear},
		{"left half a year ago", Presence{From: now.AddDate(-1, 0, 0), To: now.Add(-182 * 24 * time.Hour)}, 183 / DaysPerYear},
		{"left before the window", Presence{From: now.AddDate(-9, 0, 0), To: now.AddDate(-4, 0, 0)}, 0},
		{"left in the future", Presence{From: now.AddDate(-1, 0, 0), To: now.AddDate(1, 0, 0)}, 365 / DaysPerYear},
		{"seen in the future", Presence{From: now.AddDate(1, 0, 0)}, 0},
		{"never seen", Presence{}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := experienced(now)
			c.p.Kind, c.p.Model = "hdd", "M"
			e.Watch(&c.p)
			if got := e.Factors()[FleetKey{"hdd", "M"}].Expected; math.Abs(got-0.02*c.want) > 1e-9 {
				t.Errorf("got %v, want %v", got, 0.02*c.want)
			}
		})
	}
}

// The baseline is asked for the ages that the part had while it was watched.
func TestExperienceIntegratesTheAges(t *testing.T) {
	m := DefaultModel()
	e := NewExperience(newYear, m.Baseline)
	e.Watch(&Presence{Kind: "hdd", Model: "M", From: newYear.Add(-time.Duration(2 * HoursPerYear * float64(time.Hour))), HazardYears: 5})
	if got := e.Factors()[FleetKey{"hdd", "M"}].Expected; math.Abs(got-(0.018+0.022)) > 1e-9 {
		t.Errorf("got %v, want the sum of years 3 and 4, 0.040", got)
	}
}

// The examples of reference §3.3, from counted parts and failures.
func TestFleetFactorExamples(t *testing.T) {
	m := DefaultModel()
	for _, c := range []struct {
		failures int
		expected float64
		want     float64
		used     bool
	}{
		{14, 6.0, 1.8, true}, {0, 3.0, 0.571, true}, {0, 0.4, 1, false}, {1, 0.1, 1.220, true}, {0, 0.5, 0.889, true}, {100, 1, 5, true}, {0, 100, 0.3, true},
	} {
		e := NewExperience(newYear, func(string, float64, float64) float64 { return c.expected })
		e.Watch(&Presence{Kind: "hdd", Model: "m", From: newYear.AddDate(-1, 0, 0)})
		e.fill(0, c.failures, "M", "", "")
		f := e.Factors()[FleetKey{"hdd", "M"}]
		got, used := m.FleetFactor(f)
		if f.Failures != c.failures || !within(got, c.want, 0.001) || used != c.used {
			t.Errorf("%d failures, %v expected: got %v from %+v, want %v, %v", c.failures, c.expected, got, f, c.want, c.used)
		}
	}
}

func TestExperienceForgetsOldFailures(t *testing.T) {
	e := experienced(newYear)
	for _, at := range []time.Time{newYear.AddDate(-3, 0, -1), newYear.AddDate(0, 0, 1), newYear.AddDate(-3, 0, 1)} {
		e.Fail(&Failure{Kind: "hdd", Model: "M", At: at})
	}
	e.Fail(&Failure{Kind: "hdd", At: newYear}) // no model: nobody learns from it
	if got := e.Factors(); len(got) != 1 || got[FleetKey{"hdd", "M"}].Failures != 1 {
		t.Errorf("got %+v, want one failure", got)
	}
}

func TestBatches(t *testing.T) {
	for _, c := range []struct {
		name string
		fill func(e *Experience)
		want []string // names
	}{
		{"as expected", func(e *Experience) { e.fill(100, 4, "M", "F1", "") }, nil},
		{"one failure is no batch", func(e *Experience) { e.fill(1, 1, "M", "F1", "2014-W42") }, nil},
		{"the whole model", func(e *Experience) { e.fill(50, 10, "M", "F1", ""); e.fill(50, 10, "M", "F2", "") }, []string{"M"}},
		{"a model of one firmware is named once", func(e *Experience) { e.fill(100, 20, "M", "F1", "2014-W42") }, []string{"M"}},
		{"one firmware", func(e *Experience) { e.fill(50, 10, "M", "F1", ""); e.fill(200, 6, "M", "F2", "") }, []string{"M, firmware F1"}},
		{"one firmware that lifts its model", func(e *Experience) { e.fill(50, 14, "M", "F1", ""); e.fill(50, 2, "M", "F2", "") }, []string{"M, firmware F1"}},
		{"one week", func(e *Experience) { e.fill(20, 6, "M", "F1", "2014-W42"); e.fill(300, 10, "M", "F1", "2014-W43") }, []string{"M, made 2014-W42"}},
		{"a week and its firmware are one batch", func(e *Experience) { e.fill(20, 6, "M", "F1", "2014-W42"); e.fill(300, 10, "M", "F2", "2014-W43") },
			[]string{"M, firmware F1"}},
		{"a firmware and another week", func(e *Experience) {
			e.fill(20, 6, "M", "F1", "2014-W01")
			e.fill(25, 6, "M", "F2", "2014-W42")
			e.fill(900, 30, "M", "F2", "2014-W02")
		}, []string{"M, firmware F1", "M, made 2014-W42"}},
		{"two chances in a hundred are no batch", func(e *Experience) { e.fill(100, 9, "M", "F1", "") }, nil},
		{"a large firmware that is no worse than its model", func(e *Experience) { e.fill(100, 12, "M", "F1", ""); e.fill(20, 2, "M", "F2", "") }, []string{"M"}},
		{"one bad firmware and one that is worse", func(e *Experience) { e.fill(50, 30, "M", "F1", ""); e.fill(50, 10, "M", "F2", "") }, []string{"M"}},
		{"the worst first", func(e *Experience) { e.fill(100, 12, "A", "", ""); e.fill(100, 20, "B", "", "") }, []string{"B", "A"}},
		{"no baseline, no claim", func(e *Experience) {
			for range 9 {
				e.Watch(&Presence{Kind: "gpu", Model: "G", From: e.since, HazardYears: 1})
				e.Fail(&Failure{Kind: "gpu", Model: "G", At: e.now})
			}
		}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := experienced(newYear)
			c.fill(e)
			var got []string
			for _, b := range e.Batches() {
				got = append(got, b.Name())
				if b.Parts == 0 || b.Failures < 2 || b.Expected <= 0 || b.Chance >= 0.01 {
					t.Errorf("got %+v", b)
				}
			}
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestBatchSaysItsNumbers(t *testing.T) {
	e := experienced(newYear)
	e.fill(100, 20, "ST4000NM0033", "GA67", "")
	if got, want := e.Batches()[0].String(), "ST4000NM0033: 20 failures among 100 parts, 4 expected, chance <0.1 %"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	b := Batch{Model: "M", Week: "2014-W42", Parts: 9, Failures: 2, Expected: 0.123, Chance: 0.0071}
	if got, want := b.String(), "M, made 2014-W42: 2 failures among 9 parts, 0.12 expected, chance 0.7 %"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// Whatever is counted: batches stand out, are ordered, and share no failure; the
// order of counting does not matter.
func TestBatchesProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all, left, right := experienced(newYear), experienced(newYear), experienced(newYear)
		failures := map[string]int{}
		for range rapid.IntRange(1, 12).Draw(t, "cohorts") {
			model := rapid.SampledFrom([]string{"A", "B"}).Draw(t, "model")
			firmware := rapid.SampledFrom([]string{"", "1", "2"}).Draw(t, "firmware")
			week := rapid.SampledFrom([]string{"", "2014-W01", "2014-W02"}).Draw(t, "week")
			n, failed := rapid.IntRange(0, 40).Draw(t, "n"), rapid.IntRange(0, 6).Draw(t, "failed")
			failures[model] += failed
			all.fill(n, failed, model, firmware, week)
			rapid.SampledFrom([]*Experience{left, right}).Draw(t, "half").fill(n, failed, model, firmware, week)
		}
		left.Merge(right)
		got := all.Batches()
		if !reflect.DeepEqual(got, left.Batches()) || !reflect.DeepEqual(all.Factors(), left.Factors()) {
			t.Fatal("the order of counting matters")
		}
		for i, b := range got {
			failures[b.Model] -= b.Failures
			if !b.stands() || failures[b.Model] < 0 || i > 0 && got[i-1].Chance > b.Chance {
				t.Fatalf("got %+v", got)
			}
		}
	})
}
