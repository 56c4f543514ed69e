package health

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"ironage/internal/fleet"
)

var noon = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

const (
	u = fleet.Unknown
	o = fleet.OK
	w = fleet.Warning
	c = fleet.Critical
	a = fleet.Absent
)

func TestConfirm(t *testing.T) {
	two := Reads{Detect: 2, Recover: 2}
	for _, tc := range []struct {
		name    string
		was     fleet.Health
		reads   []fleet.Health
		latched bool
		need    Reads
		want    []fleet.Health
	}{
		{"one bad read is not enough", o, []fleet.Health{c, o, c, o}, false, two, []fleet.Health{o, o, o, o}},
		{"two in a row are", o, []fleet.Health{c, c}, false, two, []fleet.Health{o, c}},
		{"a latched state at once", o, []fleet.Health{c}, true, two, []fleet.Health{c}},
		{"recovery from a latched state takes its reads", c, []fleet.Health{o, o}, true, two, []fleet.Health{c, o}},
		{"warning then critical confirms the warning first", o, []fleet.Health{w, c, c}, false, two, []fleet.Health{o, w, c}},
		{"critical then warning confirms the warning", o, []fleet.Health{c, w, w}, false, two, []fleet.Health{o, w, w}},
		{"recovery through warning", c, []fleet.Health{w, o, o}, false, two, []fleet.Health{c, w, o}},
		{"a better read restarts a worsening", w, []fleet.Health{c, o, c, c}, false, two, []fleet.Health{w, w, w, c}},
		{"slot emptied", o, []fleet.Health{a, a}, false, two, []fleet.Health{o, a}},
		{"slot filled with a failing part", a, []fleet.Health{c, w}, false, two, []fleet.Health{a, w}},
		{"unknown is believed after two", o, []fleet.Health{u, u}, false, two, []fleet.Health{o, u}},
		{"need of one changes at once", o, []fleet.Health{w, o}, false, Reads{1, 1}, []fleet.Health{w, o}},
		{"zero needs count as one", o, []fleet.Health{w}, false, Reads{}, []fleet.Health{w}},
		{"three to detect, one to recover", o, []fleet.Health{c, c, c, o}, false, Reads{3, 1}, []fleet.Health{o, o, c, o}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			h, wait := tc.was, (*fleet.Hold)(nil)
			for i, r := range tc.reads {
				h, wait = Confirm(h, wait, Read{Health: r, Latched: tc.latched && r == c, At: noon}, tc.need)
				if h != tc.want[i] {
					t.Fatalf("after read %d (%s): got %s, want %s", i+1, r, h, tc.want[i])
				}
			}
		})
	}
}

var anyHealth = rapid.SampledFrom([]fleet.Health{u, o, w, c, a})

// What is confirmed was seen, or worse, in every one of the last N reads of a
// worsening; and no read is forgotten or counted twice.
func TestConfirmNeverFlipsEarly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		need := Reads{Detect: rapid.IntRange(1, 4).Draw(t, "detect"), Recover: rapid.IntRange(1, 4).Draw(t, "recover")}
		h, wait := anyHealth.Draw(t, "was"), (*fleet.Hold)(nil)
		same := 0 // reads in a row that differed from the confirmed health
		for range rapid.IntRange(1, 30).Draw(t, "reads") {
			r := anyHealth.Draw(t, "read")
			before := h
			h, wait = Confirm(h, wait, Read{Health: r, At: noon}, need)
			same++
			if r == before {
				same = 0
			}
			if h != before {
				least := need.Recover
				if h == a || before == a || h.Worse(before) {
					least = need.Detect
				}
				if same < least {
					t.Fatalf("%s → %s after %d reads, want at least %d", before, h, same, least)
				}
				same = 1 // this read may be the first of the next count
				if r == h {
					same = 0
				}
			}
			if (wait == nil) != (h == r) {
				t.Fatalf("confirmed %s, read %s: a change waits = %v", h, r, wait != nil)
			}
			if wait != nil && (wait.Reads < 1 || wait.Health == h) {
				t.Fatalf("waiting change %+v of %s makes no sense", *wait, h)
			}
		}
	})
}

// N equal reads in a row are always believed.
func TestConfirmGetsThere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		need := Reads{Detect: rapid.IntRange(1, 4).Draw(t, "detect"), Recover: rapid.IntRange(1, 4).Draw(t, "recover")}
		h, wait := anyHealth.Draw(t, "was"), (*fleet.Hold)(nil)
		for range rapid.IntRange(0, 10).Draw(t, "noise") {
			h, wait = Confirm(h, wait, Read{Health: anyHealth.Draw(t, "read"), At: noon}, need)
		}
		r := anyHealth.Draw(t, "steady")
		for range max(need.Detect, need.Recover) + 4 {
			h, wait = Confirm(h, wait, Read{Health: r, At: noon}, need)
		}
		if h != r || wait != nil {
			t.Fatalf("after steady reads of %s: got %s, waiting %v", r, h, wait)
		}
	})
}

func TestLimitLevel(t *testing.T) {
	l := Limit{Warn: 85, Crit: 95, Margin: 3}
	for _, tc := range []struct {
		v         float64
		was, want fleet.Health
	}{
		{84.9, o, o}, {85, o, w}, {95, o, c}, {100, o, c},
		{83, w, w}, {82, w, o}, {94, c, c}, {92, c, w}, {82, c, o}, {96, w, c}, {94.9, w, w},
	} {
		if got := l.Level(tc.v, tc.was); got != tc.want {
			t.Errorf("Level(%v, was %s): got %s, want %s", tc.v, tc.was, got, tc.want)
		}
	}
	if got := (Limit{Warn: 80, Crit: 100}).Level(80, w); got != w {
		t.Errorf("without a margin, at the threshold: got %s, want warning", got)
	}
	if got := (Limit{Warn: 80, Crit: 100, Off: true}).Level(100, c); got != o {
		t.Errorf("switched off: got %s, want ok", got)
	}
}
