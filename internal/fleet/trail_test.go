package fleet

import (
	"fmt"
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var start = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

// trailOf adds values an hour apart.
func trailOf(vs ...float64) (Trail, bool) {
	var t Trail
	reset := false
	for i, v := range vs {
		var r bool
		t, r = t.Add(v, start.Add(time.Duration(i)*time.Hour))
		reset = reset || r
	}
	return t, reset
}

func TestTrail(t *testing.T) {
	hour := func(n int) time.Time { return start.Add(time.Duration(n) * time.Hour) }
	for _, c := range []struct {
		name      string
		values    []float64
		value     float64
		rise      float64 // since the beginning
		steps     int
		first     time.Time
		last      time.Time
		reset     bool
		undated   bool
		riseSince float64 // since hour 1
	}{
		{name: "never read"},
		{name: "stays at zero", values: []float64{0, 0, 0}},
		{name: "leaves zero", values: []float64{0, 0, 3}, value: 3, rise: 3, steps: 1, first: hour(2), last: hour(2), riseSince: 3},
		{name: "was above zero before", values: []float64{4, 4, 6}, value: 6, rise: 2, steps: 1, last: hour(2), riseSince: 2},
		{name: "rises twice", values: []float64{0, 1, 5}, value: 5, rise: 5, steps: 2, first: hour(1), last: hour(2), riseSince: 4},
		{name: "falls to zero", values: []float64{0, 7, 0}, first: hour(1), last: hour(1), reset: true},
		{name: "falls and rises", values: []float64{0, 7, 2, 3}, value: 3, rise: 1, steps: 1, first: hour(1), last: hour(3), reset: true, riseSince: 1},
		{name: "its first event stays undated after a fall", values: []float64{5, 0, 2}, value: 2, rise: 2, steps: 1, last: hour(2), reset: true, undated: true, riseSince: 2},
		{name: "no numbers", values: []float64{1, math.NaN(), math.Inf(1), -1, 2}, value: 2, rise: 1, steps: 1, last: hour(4), riseSince: 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, reset := trailOf(c.values...)
			if got.Value() != c.value || got.Rise(start) != c.rise || got.Rise(hour(1)) != c.riseSince || len(got.Steps) != c.steps || reset != c.reset {
				t.Errorf("value %v, rise %v and %v, steps %d, reset %v; want %v, %v and %v, %d, %v", got.Value(), got.Rise(start), got.Rise(hour(1)), len(got.Steps), reset,
					c.value, c.rise, c.riseSince, c.steps, c.reset)
			}
			if !got.FirstRise.Equal(c.first) || !got.LastRise().Equal(c.last) || got.Undated != c.undated {
				t.Errorf("first rise %v, last %v, undated %v; want %v, %v, %v", got.FirstRise, got.LastRise(), got.Undated, c.first, c.last, c.undated)
			}
		})
	}
}

// A clock that is set back must not date changes before those that were seen.
func TestTrailWaitsForTheClock(t *testing.T) {
	was, _ := trailOf(0, 3)
	got, reset := was.Add(5, start.AddDate(-1, 0, 0))
	if got.Value() != 3 || reset {
		t.Errorf("read a year before: got %v, reset %v, want it to be left alone", got, reset)
	}
	if got, _ = got.Add(5, start.Add(2*time.Hour)); got.Value() != 5 || got.Rise(start) != 5 {
		t.Errorf("once the clock has caught up: got %+v, want 5", got)
	}
}

// Whatever a device counts: a trail is bounded, ordered, never negative, and
// says how much a counter rose to the point for as long as it holds every
// change, never too little afterwards, and too much by less than a span.
func TestTrailProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var tr Trail
		at, v := start, rapid.SampledFrom([]float64{0, 0, 7}).Draw(t, "first")
		type seen struct {
			at time.Time
			v  float64
		}
		var all []seen
		var first time.Time
		zero := v == 0
		for i := range rapid.IntRange(1, 300).Draw(t, "reads") {
			if i > 0 {
				at = at.Add(rapid.SampledFrom([]time.Duration{time.Minute, time.Hour, 7 * time.Hour, 26 * time.Hour, 200 * time.Hour}).Draw(t, "later"))
				v += rapid.SampledFrom([]float64{0, 1, 1, 40}).Draw(t, "more")
			}
			if v > 0 && zero && first.IsZero() {
				first = at
			}
			before := fmt.Sprint(tr)
			next, reset := tr.Add(v, at)
			if fmt.Sprint(tr) != before {
				t.Fatal("Add wrote to the trail before")
			}
			tr = next
			all = append(all, seen{at, v})
			if reset || tr.Value() != v || len(tr.Steps) > TrailLength {
				t.Fatalf("reset %v, value %v want %v, %d steps", reset, tr.Value(), v, len(tr.Steps))
			}
		}
		if !tr.FirstRise.Equal(first) {
			t.Fatalf("first rise %v, want %v", tr.FirstRise, first)
		}
		for i := 1; i < len(tr.Steps); i++ {
			if a, b := tr.Steps[i-1], tr.Steps[i]; !a.At.Before(b.At) || a.Value >= b.Value {
				t.Fatalf("steps %v, %v are out of order", a, b)
			}
		}
		valueAt := func(when time.Time) float64 {
			out := all[0].v
			for _, s := range all {
				if !s.at.After(when) {
					out = s.v
				}
			}
			return out
		}
		for days := 0.0; days < 60; days += 0.7 {
			since := at.Add(-time.Duration(days * float64(day)))
			exact := v - valueAt(since)
			width := day + time.Second
			if days > 31 {
				width = coarseSpan + time.Second
			}
			most := v - valueAt(since.Add(-width))
			if got := tr.Rise(since); got < exact || got > most {
				t.Fatalf("rise in %.1f days: got %v, want %v to %v", days, got, exact, most)
			}
		}
	})
}

func TestTrailForgetsWhatIsOld(t *testing.T) {
	var tr Trail
	at := start
	for i := range 10_000 { // more than a year
		tr, _ = tr.Add(float64(i), at)
		at = at.Add(time.Hour)
	}
	if n := len(tr.Steps); n > TrailLength || n < 40 {
		t.Errorf("got %d steps, want 40 to %d", n, TrailLength)
	}
	if got := tr.Rise(at.Add(-30 * day)); got < 719 || got > 719+24 {
		t.Errorf("rise in 30 days of one an hour: got %v, want 719 to 743", got)
	}
	if got := tr.Rise(at.Add(-day)); got < 23 || got > 28 {
		t.Errorf("rise in a day of one an hour: got %v, want 23 to 28", got)
	}
}
