package fleet

import (
	"math"
	"time"
)

// Trail is how an error counter of one part grew while it was watched.
type Trail struct {
	// Base is the value at the first read, at BaseAt: what led to it has no date.
	Base   float64   `json:"base"`
	BaseAt time.Time `json:"base_at"`
	// Steps are the later values, oldest first, at most TrailLength. Recent ones
	// are one per change; of older ones only the last of each span is kept.
	Steps []Step `json:"steps,omitempty"`
	// FirstRise is when the counter was first seen to leave zero. It stays zero
	// for a counter that was above zero when it was first read, also after that
	// counter began anew: its first event has no date.
	FirstRise time.Time `json:"first_rise,omitzero"`
	// Rose is the latest rise before the counter last began anew.
	Rose time.Time `json:"rose,omitzero"`
	// Undated means that the counter once stood above zero without anybody
	// having seen it leave zero, and began anew since.
	Undated bool `json:"undated,omitempty"`
}

// Step is a counter's value from At on.
type Step struct {
	At    time.Time `json:"at"`
	Value float64   `json:"value"`
}

// TrailLength is how many changes a Trail keeps.
const TrailLength = 64

// Value is the counter's latest value.
func (t Trail) Value() float64 {
	if n := len(t.Steps); n > 0 {
		return t.Steps[n-1].Value
	}
	return t.Base
}

// Rise is how much the counter grew since then, as far as it was watched. It
// never says too little; where old changes were merged (see Add) it counts the
// whole span in which since falls.
func (t Trail) Rise(since time.Time) float64 {
	before := t.Base
	for _, s := range t.Steps {
		if !s.At.After(since) {
			before = s.Value
		}
	}
	return max(0, t.Value()-before)
}

// LastRise is when the counter was last seen to grow; zero if it never did.
func (t Trail) LastRise() time.Time {
	if n := len(t.Steps); n > 0 {
		return t.Steps[n-1].At
	}
	return t.Rose
}

// Add returns the trail with a value read at that time. A value that fell is a
// counter that began anew: it becomes the base, and reset is true. What is no
// count, and a read from before the latest change (the clock was set back),
// changes nothing. The trail itself is not written to.
func (t Trail) Add(v float64, at time.Time) (next Trail, reset bool) {
	last := t.Value()
	switch {
	case math.IsNaN(v) || math.IsInf(v, 0) || v < 0:
		return t, false
	case t.BaseAt.IsZero():
		return Trail{Base: v, BaseAt: at}, false
	case v == last || at.Before(t.BaseAt) || at.Before(t.LastRise()):
		return t, false
	case v < last:
		return Trail{Base: v, BaseAt: at, FirstRise: t.FirstRise, Rose: t.LastRise(), Undated: t.FirstRise.IsZero()}, true
	}
	if last == 0 && t.FirstRise.IsZero() && !t.Undated {
		t.FirstRise = at
	}
	steps := make([]Step, len(t.Steps), len(t.Steps)+1)
	copy(steps, t.Steps)
	steps = append(steps, Step{at, v})
	t.Steps = steps
	if len(t.Steps) > TrailLength {
		t.Steps = thinned(t.Steps, at)
	}
	return t, false
}

// Spans of which only the last change is kept once there are more changes than
// a trail holds: what is older may be told more roughly. Dropping the earlier
// one makes its growth look later than it was, so nothing is ever counted too
// little. At most 13+31+16+1 steps remain.
const (
	day         = 24 * time.Hour
	fineFor     = 2 * day
	fineSpan    = 4 * time.Hour
	dailyFor    = 32 * day
	coarseFor   = 92 * day
	coarseSpan  = 4 * day
	oldestSpan  = int64(-1)
	spanSpacing = int64(1) << 40 // keeps the numbers of different kinds of span apart
)

func thinned(steps []Step, now time.Time) []Step {
	out := steps[:0]
	for i, s := range steps {
		if i+1 < len(steps) && span(s.At, now) == span(steps[i+1].At, now) {
			continue
		}
		out = append(out, s)
	}
	return out
}

// span numbers the stretch of time in which only one change is kept.
func span(at, now time.Time) int64 {
	sec := func(d time.Duration) int64 { return at.Unix() / int64(d/time.Second) }
	switch age := now.Sub(at); {
	case age < fineFor:
		return sec(fineSpan)
	case age < dailyFor:
		return sec(day) + spanSpacing
	case age < coarseFor:
		return sec(coarseSpan) + 2*spanSpacing
	}
	return oldestSpan
}
