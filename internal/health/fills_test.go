package health

import (
	"math"
	"testing"
	"time"

	"ironage/internal/fleet"
)

const gib = 1 << 30

var fillNow = time.Date(2026, 3, 14, 3, 0, 0, 0, time.UTC)

// grown is so many hours of a use that used says by the days before now.
func grown(hours int, used func(day float64) float64) []fleet.HourValue {
	var out []fleet.HourValue
	for i := hours; i > 0; i-- {
		v := used(-float64(i) / 24)
		out = append(out, fleet.HourValue{Hour: fillNow.Add(-time.Duration(i) * time.Hour), Min: v, Avg: v, Max: v, Count: 60})
	}
	return out
}

func line(perDay float64) func(float64) float64 {
	return func(day float64) float64 { return 64*gib + perDay*gib*day }
}

// wobble is scatter without chance: it looks like noise and is always the same.
func wobble(day float64) float64 { return math.Sin(day*97.3) + math.Sin(day*41.7+1) }

func TestPredictFill(t *testing.T) {
	tests := []struct {
		name  string
		hours []fleet.HourValue
		why   fleet.NoFill
		days  float64 // left of 36 GiB that are free
		off   float64
	}{
		{"4 GiB a day for a month", grown(720, line(4)), "", 9, 0.1},
		{"for three days only", grown(72, line(4)), "", 9, 0.1},
		{"a day's ups and downs on top", grown(720, func(d float64) float64 { return line(4)(d) + 6*gib*math.Sin(2*math.Pi*d) }), "", 9, 1},
		{"scatter on top", grown(720, func(d float64) float64 { return line(4)(d) + 5*gib*wobble(d) }), "", 9, 1.5},
		{"a dump of a day in between", grown(720, func(d float64) float64 {
			if d > -12 && d < -11 {
				return 95 * gib
			}
			return line(4)(d)
		}), "", 9, 0.3},
		{"gaps", append(grown(720, line(4))[:100:100], grown(720, line(4))[500:]...), "", 9, 0.2},
		{"nothing at all", nil, fleet.FillShort, 0, 0},
		{"three hours", grown(3, line(4)), fleet.FillShort, 0, 0},
		{"a day", grown(24, line(4)), fleet.FillShort, 0, 0},
		{"a month with few readings", grown(720, line(4))[:20], fleet.FillShort, 0, 0},
		{"silent for two days", grown(720, line(4))[:672], fleet.FillOld, 0, 0},
		{"steady", grown(720, line(0)), fleet.FillSteady, 0, 0},
		{"shrinks", grown(720, line(-1)), fleet.FillSteady, 0, 0},
		{"only goes up and down", grown(720, func(d float64) float64 { return 64*gib + 8*gib*wobble(d) }), fleet.FillScattered, 0, 0},
		{"grows less than it wobbles", grown(96, func(d float64) float64 { return line(0.5)(d) + 8*gib*wobble(d) }), fleet.FillScattered, 0, 0},
		{"fifty megabytes a day", grown(720, line(0.05)), fleet.FillFar, 0, 0},
		{"no numbers", grown(720, func(float64) float64 { return math.NaN() }), fleet.FillShort, 0, 0},
		{"negative", grown(720, func(float64) float64 { return -1 }), fleet.FillShort, 0, 0},
	}
	for _, x := range tests {
		t.Run(x.name, func(t *testing.T) {
			got := PredictFill(x.hours, 100*gib, 64*gib, fillNow)
			days, known := got.DaysLeft(fillNow)
			if got.Why != x.why && (x.why != fleet.FillScattered || got.Why != fleet.FillSteady) || known != (x.why == "") {
				t.Fatalf("got %+v, want why %q", got, x.why)
			}
			if math.Abs(days-x.days) > x.off {
				t.Errorf("got %.2f days, want %.1f ± %.1f", days, x.days, x.off)
			}
		})
	}
}

func TestPredictFillWhenFullAlready(t *testing.T) {
	got := PredictFill(grown(720, line(4)), 60*gib, 64*gib, fillNow)
	if days, known := got.DaysLeft(fillNow); !known || days != 0 {
		t.Errorf("got %+v, want full now", got)
	}
}

func TestFillWords(t *testing.T) {
	for days, want := range map[float64]string{
		9:    "fills in about 9 days (2026-03-23), growing 4 GiB a day",
		0.25: "fills within about 6 hours, growing 4 GiB a day",
		0:    "fills within the hour, growing 4 GiB a day",
	} {
		f := fleet.Fill{At: fillNow.Add(time.Duration(days * 24 * float64(time.Hour))), PerDay: 4 * gib}
		if got := FillWords(f, fillNow); got != want {
			t.Errorf("%v days: got %q, want %q", days, got, want)
		}
	}
}

// TestFillsDoNotFlap: a prediction that hovers around a threshold makes one
// finding, and one odd prediction makes none.
func TestFillsDoNotFlap(t *testing.T) {
	levels, holds := map[string]fleet.Level{}, map[string]fleet.Hold{}
	r := Default().Rules
	told := ""
	for i, days := range []float64{20, 2, 20, 13.8, 13.9, 14.5, 15.5, 14.2, 13, 2.5, 2.9, 3.4, 4.9, 6, 6, 17, -1, -1} {
		at := fillNow.Add(time.Duration(i) * time.Hour)
		f := fleet.Fill{PerDay: 4 * gib, Made: at}
		if days >= 0 {
			f.At = at.Add(time.Duration(days * 24 * float64(time.Hour)))
		}
		o := fleet.Observation{Time: at, Fills: map[string]fleet.Fill{"/srv": f}}
		Judge(levels, holds, Samples(&o), false, r, &o)
		word := "-"
		if l, ok := levels["fills:/srv"]; ok {
			word = l.Health.String()[:1]
		}
		told += word
	}
	if want := "----wwwwwwccccww--"; told != want {
		t.Errorf("got %s, want %s", told, want)
	}
}

func TestFillsFinding(t *testing.T) {
	st := &fleet.State{Levels: map[string]fleet.Level{"fills:/srv/data": {Health: fleet.Warning, Value: 9,
		Evidence: fleet.Evidence{Meaning: "fills in about 9 days (2026-03-23), growing 4 GiB a day"}}}}
	fs := levelFindings(st)
	if len(fs) != 1 || fs[0].Code != FillsSoon || fs[0].Key != "filesystem//srv/data" || fs[0].Text != "file system /srv/data fills in about 9 days (2026-03-23), growing 4 GiB a day" {
		t.Errorf("got %+v", fs)
	}
}

// TestFillsOfAFullOne: a file system that is nearly full is one cause, not two,
// unless it fills sooner than it looks.
func TestFillsOfAFullOne(t *testing.T) {
	for full, want := range map[fleet.Health]string{fleet.Critical: "filesystem-full:filesystem//srv", fleet.Warning: "filesystem-full:filesystem//srv", fleet.OK: ""} {
		st := &fleet.State{Levels: map[string]fleet.Level{"fills:/srv": {Health: fleet.Warning, Value: 9, Evidence: fleet.Evidence{Meaning: "fills"}}}}
		if full != fleet.OK {
			st.Levels["filesystem:/srv"] = fleet.Level{Health: full, Value: 96}
		}
		for _, f := range levelFindings(st) {
			if f.Code == FillsSoon && f.ConsequenceOf != want {
				t.Errorf("%s: got consequence of %q, want %q", full, f.ConsequenceOf, want)
			}
		}
	}
}

func BenchmarkPredictFill(b *testing.B) {
	hours := grown(720, line(4))
	b.ReportAllocs()
	for b.Loop() {
		PredictFill(hours, 100*gib, 64*gib, fillNow)
	}
}
