package fleet

import (
	"testing"
	"time"
)

func TestDaysLeft(t *testing.T) {
	now := time.Date(2026, 3, 14, 0, 0, 0, 0, time.UTC)
	for _, x := range []struct {
		fill  Fill
		days  float64
		known bool
	}{
		{Fill{At: now.Add(36 * time.Hour)}, 1.5, true},
		{Fill{At: now.Add(-time.Hour)}, 0, true},
		{Fill{Why: FillSteady}, 0, false},
	} {
		if days, known := x.fill.DaysLeft(now); days != x.days || known != x.known {
			t.Errorf("%+v: got %v, %v", x.fill, days, known)
		}
	}
}

// TestTrendGaps: only what is longer than the rhythm is a gap, and gaps leave
// with the values beside them.
func TestTrendGaps(t *testing.T) {
	at := time.Date(2026, 3, 14, 0, 0, 0, 0, time.UTC)
	tr := Trend{}
	step := func(after time.Duration) {
		at = at.Add(after)
		tr = tr.Break(at, time.Minute).Add(1, at)
	}
	step(0)
	step(2 * time.Minute)
	if len(tr.Gaps()) != 0 {
		t.Errorf("one missed read: got gaps %v", tr.Gaps())
	}
	before := at
	step(9 * time.Minute)
	if len(tr.Gaps()) != 1 || !tr.Gaps()[0].From.Equal(before) || !tr.Gaps()[0].To.Equal(at) {
		t.Errorf("nine minutes: got gaps %v", tr.Gaps())
	}
	for range TrendLength {
		step(time.Minute)
	}
	step(5 * time.Minute)
	if len(tr.Gaps()) != 1 || !tr.Gaps()[0].To.Equal(at) {
		t.Errorf("an hour later: got gaps %v, want the newest only", tr.Gaps())
	}
}

func TestErrorsOfAComponent(t *testing.T) {
	c := Component{Counters: map[string]float64{"media_errors": 3, "crc_errors": 90, "pending": -1, "other": 7}}
	if got := c.Errors(); got != 3 {
		t.Errorf("got %v, want 3: cabling and the unknown do not count", got)
	}
}
