package maintenance

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// drawn is any recurring window.
func drawn(t *rapid.T) Window {
	r := &Rhythm{At: rapid.IntRange(0, 24*60-1).Draw(t, "at"), For: time.Duration(rapid.IntRange(1, 7*24*60).Draw(t, "minutes")) * time.Minute,
		Zone: rapid.SampledFrom([]string{"", "Asia/Ho_Chi_Minh", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "America/Havana", "Atlantic/Azores", "America/Santiago"}).Draw(t, "zone")}
	if rapid.Bool().Draw(t, "monthly") {
		r.MonthDay = rapid.IntRange(1, 31).Draw(t, "day")
	} else {
		for d := range 7 {
			if rapid.Bool().Draw(t, "weekday") {
				r.Weekdays = append(r.Weekdays, time.Weekday(d))
			}
		}
		if len(r.Weekdays) == 0 {
			r.Weekdays = []time.Weekday{time.Sunday}
		}
	}
	return Window{ID: 1, Scope: Fleet, Reason: "r", From: moment(t, "from"), Every: r}
}

func moment(t *rapid.T, name string) time.Time {
	return time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(rapid.IntRange(0, 2*365*24*60).Draw(t, name)) * time.Minute)
}

// TestNextIsTheNext: it begins after now, holds from there on, and nothing
// begins in between.
func TestNextIsTheNext(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, now := drawn(t), moment(t, "now")
		o, ok := w.Next(now)
		if !ok {
			t.Fatalf("a window for good has no next occurrence after %v", now)
		}
		if !o.From.After(now) || o.To.Sub(o.From) != w.Every.For || o.From.Before(w.From) {
			t.Fatalf("after %v comes %+v", now, o)
		}
		if _, holds := w.At(o.From); !holds {
			t.Fatalf("it does not hold when it begins, at %v", o.From)
		}
		gap := o.From.Sub(now)
		between := now.Add(time.Duration(rapid.Int64Range(0, int64(gap-1)).Draw(t, "between")))
		if again, _ := w.Next(between); !again.From.Equal(o.From) {
			t.Fatalf("from %v the next is %v, from %v it is %v", now, o.From, between, again.From)
		}
	})
}

// TestHoldsOnlyInAnOccurrence: what holds began before, ends later, and has not
// lasted longer than it may.
func TestHoldsOnlyInAnOccurrence(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, now := drawn(t), moment(t, "now")
		o, ok := w.At(now)
		if ok && (!o.Holds(now) || o.To.Sub(o.From) != w.Every.For || o.From.Before(w.From)) {
			t.Fatalf("at %v holds %+v", now, o)
		}
		if _, next := w.Next(now); !ok && !next {
			t.Fatal("it neither holds nor comes")
		}
	})
}

// TestEndedHoldsNoMore: what a person ended does not hold from then on.
func TestEndedHoldsNoMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, now := drawn(t), moment(t, "now")
		forGood := rapid.Bool().Draw(t, "for good")
		ended, err := End(w, forGood, "lan", now)
		if err != nil {
			return
		}
		if o, ok := ended.At(now); ok {
			t.Fatalf("it still holds %+v", o)
		}
		later := now.Add(time.Duration(rapid.IntRange(0, 60*24*60).Draw(t, "later")) * time.Minute)
		if o, ok := ended.At(later); ok && (forGood || o.From.Before(now)) {
			t.Fatalf("at %v holds %+v, which was ended at %v", later, o, now)
		}
	})
}

// TestSpansAreReadBack: what is written for people is what they may type.
func TestSpansAreReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := time.Duration(rapid.IntRange(1, 400*24*60).Draw(t, "minutes")) * time.Minute
		if got, err := ParseSpan(Span(d)); err != nil || got != d {
			t.Fatalf("%v is written %q and read %v, %v", d, Span(d), got, err)
		}
	})
}

// TestLastHeld: what was over last did hold, also when the window itself is over.
func TestLastHeld(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, now := drawn(t), moment(t, "now")
		if rapid.Bool().Draw(t, "ends") {
			w.To = w.From.Add(time.Duration(rapid.IntRange(1, 60*24*60).Draw(t, "to")) * time.Minute)
		}
		if o, ok := w.Last(now); ok {
			if _, held := w.At(o.From); !held || o.To.After(now) {
				t.Fatalf("at %v the last of %+v was %+v, which never held", now, w, o)
			}
		}
	})
}
