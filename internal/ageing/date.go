// Package ageing says how old servers and parts are, where that knowledge comes
// from, and how age compares with the planned service life. It is pure: no I/O
// and no clock. It must never invent a date: what no source tells is unknown.
package ageing

import (
	"fmt"
	"time"

	"ironage/internal/fleet"
)

// Precision is how exactly a date is known.
type Precision uint8

// The precisions; the zero value means "no date".
const (
	NoDate Precision = iota
	Day
	Week
	Month
	Year
)

var precisionNames = [...]string{"none", "day", "week", "month", "year"}

func (p Precision) String() string { return precisionNames[p] }

// Date is a calendar day with the precision it was given in. Time is midnight
// UTC: of the day itself, the week's Thursday, the month's 15th or the year's
// 1 July, so that on average no age is too high or too low.
type Date struct {
	Time      time.Time
	Precision Precision
}

// Earliest is the first date that is believed; anything before it is a
// placeholder or a typing error.
var Earliest = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// ParseDate reads "2018-05-14", "2018-05", "2018" and "2014-W42". The empty
// date gives the zero Date and no error; an impossible one an error that says
// what was expected.
func ParseDate(d fleet.Date) (Date, error) {
	s := string(d)
	if s == "" {
		return Date{}, nil
	}
	date, ok := readDate(s)
	if !ok {
		return Date{}, fmt.Errorf("%q is not a date: write 2018-05-14, 2018-05 or 2018%s", s, whyNot(s))
	}
	return date, nil
}

// readDate is ParseDate without words: a fleet has half a million of them.
func readDate(s string) (Date, bool) {
	year, ok := digitsAt(s, 0, 4)
	if !ok {
		return Date{}, false
	}
	switch {
	case len(s) == 4:
		return Date{day(year, 7, 1), Year}, true
	case s[4] != '-':
		return Date{}, false
	case len(s) == 8 && s[5] == 'W':
		week, ok := digitsAt(s, 6, 8)
		return weekDate(year, week), ok
	}
	month, ok := digitsAt(s, 5, 7)
	if !ok || month < 1 || month > 12 {
		return Date{}, false
	}
	if len(s) == 7 {
		return Date{day(year, time.Month(month), 15), Month}, true
	}
	dom, ok := digitsAt(s, 8, 10)
	if !ok || len(s) != 10 || s[7] != '-' || dom < 1 || dom > daysIn(year, month) {
		return Date{}, false
	}
	return Date{day(year, time.Month(month), dom), Day}, true
}

// digitsAt reads s[from:to] as a number of ASCII digits.
func digitsAt(s string, from, to int) (n int, ok bool) {
	if len(s) < to {
		return 0, false
	}
	for _, c := range []byte(s[from:to]) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = 10*n + int(c-'0')
	}
	return n, true
}

// daysIn is the number of days of a month.
func daysIn(year, month int) int {
	return day(year, time.Month(month+1), 0).Day()
}

// whyNot tells what is wrong with a date of the right form.
func whyNot(s string) string {
	month, ok := digitsAt(s, 5, 7)
	switch {
	case !ok || s[4] != '-':
		return ""
	case month < 1 || month > 12:
		return ", there is no month " + s[5:7]
	case len(s) == 10:
		return ", there is no such day in " + s[:7]
	}
	return ""
}

// weekDate is the Thursday of an ISO week. Weeks outside 1–53 leave only the
// year: devices write 0 for "week unknown".
func weekDate(year, week int) Date {
	if week < 1 || week > 53 {
		return Date{day(year, 7, 1), Year}
	}
	fourth := day(year, 1, 4) // always in week 1
	monday := fourth.AddDate(0, 0, -(int(fourth.Weekday())+6)%7)
	return Date{monday.AddDate(0, 0, 7*(week-1)+3), Week}
}

// Believable reports whether d may be used as the start of an age at now: not
// before Earliest and not later than a day ahead (clocks differ).
func (d Date) Believable(now time.Time) bool {
	return d.Precision != NoDate && !d.Time.Before(Earliest) && !d.after(now.UTC().AddDate(0, 0, 1))
}

// after reports whether no day that the date may mean lies before the limit: the
// year that runs is not the future, although its 1 July may be.
func (d Date) after(limit time.Time) bool { return d.Time.After(limit) && d.first().After(limit) }

// first is the first day that the date may mean.
func (d Date) first() time.Time {
	switch d.Precision {
	case Week:
		return d.Time.AddDate(0, 0, -3)
	case Month:
		return day(d.Time.Year(), d.Time.Month(), 1)
	case Year:
		return day(d.Time.Year(), 1, 1)
	}
	return d.Time
}

func day(year int, month time.Month, d int) time.Time {
	return time.Date(year, month, d, 0, 0, 0, 0, time.UTC)
}

// today is the UTC calendar day of t.
func today(t time.Time) time.Time {
	t = t.UTC()
	return day(t.Year(), t.Month(), t.Day())
}
