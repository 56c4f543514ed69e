package maintenance

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Rhythm is when a recurring window begins, and for how long.
type Rhythm struct {
	// Weekdays are the days of the week, or MonthDay is the day of the month (1 to
	// 31; a month that is shorter takes its last day).
	Weekdays []time.Weekday `json:"weekdays,omitempty"`
	MonthDay int            `json:"month_day,omitempty"`
	// At is the minute of the day at which it begins, by the clock on the wall.
	At int `json:"at"`
	// For is how long it lasts; across a change of the clock too.
	For time.Duration `json:"for"`
	// Zone is the time zone of that clock, as in "Asia/Ho_Chi_Minh"; "" is UTC.
	Zone string `json:"zone,omitempty"`
}

// longestGap is how many days at most lie between two occurrences.
const longestGap = 32

// zone is the rhythm's time zone; one that this machine does not know is UTC,
// because a window that holds at another hour is better than none.
func (r *Rhythm) zone() *time.Location {
	loc, err := time.LoadLocation(r.Zone)
	if err != nil {
		return time.UTC
	}
	return loc
}

// on reports whether it begins on a day.
func (r *Rhythm) on(day time.Time) bool {
	if r.MonthDay > 0 {
		y, m, d := day.Date()
		last := time.Date(y, m+1, 0, 0, 0, 0, 0, time.UTC).Day()
		return d == min(r.MonthDay, last)
	}
	return slices.Contains(r.Weekdays, day.Weekday())
}

// begins is the occurrence that begins on a day.
func (r *Rhythm) begins(day time.Time, loc *time.Location) Occurrence {
	from := wall(day, r.At, loc)
	return Occurrence{from, from.Add(r.For)}
}

// wall is the moment at which clocks show a minute of a day. One that the
// change to summer time leaves out is the moment of the change; of one that
// comes twice, it is the first.
func wall(day time.Time, minute int, loc *time.Location) time.Time {
	y, m, d := day.Date()
	t := time.Date(y, m, d, minute/60, minute%60, 0, 0, loc)
	begin, end := t.ZoneBounds()
	switch shown, want := shownAs(t), time.Date(y, m, d, minute/60, minute%60, 0, 0, time.UTC); {
	case shown.After(want): // whole dates are compared: at midnight the clock may show the day before
		return begin
	case shown.Before(want):
		return end
	}
	if begin.IsZero() {
		return t
	}
	_, before := begin.Add(-time.Second).Zone()
	_, after := t.Zone()
	back := time.Duration(before-after) * time.Second
	if first := t.Add(-back); back > 0 && first.Before(begin) {
		return first
	}
	return t
}

// shownAs is what a clock shows at t, as if it were in UTC.
func shownAs(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, t.Hour(), t.Minute(), 0, 0, time.UTC)
}

// days calls yield with the days from one that is off days from now on, at
// their noon in UTC, so that no change of a clock skips one.
func (r *Rhythm) days(now time.Time, off, step, count int, yield func(day time.Time) bool) {
	y, m, d := now.In(r.zone()).Date()
	for i := range count {
		if day := time.Date(y, m, d+off+i*step, 12, 0, 0, 0, time.UTC); r.on(day) && !yield(day) {
			return
		}
	}
}

// around are the occurrences that may hold at now.
func (r *Rhythm) around(now time.Time) []Occurrence {
	var out []Occurrence
	loc := r.zone()
	back := int(r.For/(24*time.Hour)) + 2
	r.days(now, -back, 1, back+2, func(day time.Time) bool {
		out = append(out, r.begins(day, loc))
		return true
	})
	return out
}

// next is the first occurrence that begins after a moment.
func (r *Rhythm) next(after time.Time) (o Occurrence, ok bool) {
	loc := r.zone()
	r.days(after, -1, 1, longestGap+2, func(day time.Time) bool {
		o = r.begins(day, loc)
		ok = o.From.After(after)
		return !ok
	})
	return o, ok
}

// last is the latest occurrence that began before a moment.
func (r *Rhythm) last(before time.Time) (o Occurrence, ok bool) {
	loc := r.zone()
	r.days(before, 1, -1, longestGap+2, func(day time.Time) bool {
		o = r.begins(day, loc)
		ok = o.From.Before(before)
		return !ok
	})
	return o, ok
}

// Days says on which days: "sat", "mon, thu", "day 1 of the month".
func (r *Rhythm) Days() string {
	if r.MonthDay > 0 {
		return fmt.Sprintf("day %d of the month", r.MonthDay)
	}
	if len(r.Weekdays) == 7 {
		return "day"
	}
	var out []string
	for _, d := range r.Weekdays {
		out = append(out, DayName(d))
	}
	return strings.Join(out, ", ")
}

// DayName is the short name of a weekday: "mon".
func DayName(d time.Weekday) string { return strings.ToLower(d.String()[:3]) }

// Clock is the time of day at which it begins: "22:00".
func (r *Rhythm) Clock() string { return fmt.Sprintf("%02d:%02d", r.At/60, r.At%60) }

// String is the rhythm in words: "every sat 22:00 for 4h (Asia/Ho_Chi_Minh)".
func (r *Rhythm) String() string {
	s := fmt.Sprintf("every %s %s for %s", r.Days(), r.Clock(), Span(r.For))
	if r.Zone != "" && r.Zone != "UTC" {
		s += " (" + r.Zone + ")"
	}
	return s
}

// Span is a duration as people type it: "4h", "1h30m", "3d".
func Span(d time.Duration) string {
	d = d.Round(time.Minute)
	days, hours, minutes := d/(24*time.Hour), d%(24*time.Hour)/time.Hour, d%time.Hour/time.Minute
	var b strings.Builder
	for _, p := range []struct {
		n    time.Duration
		unit string
	}{{days, "d"}, {hours, "h"}, {minutes, "m"}} {
		if p.n > 0 {
			fmt.Fprintf(&b, "%d%s", p.n, p.unit)
		}
	}
	if b.Len() == 0 {
		return "0m"
	}
	return b.String()
}
