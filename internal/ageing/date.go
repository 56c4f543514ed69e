// Package ageing says how old servers and parts are, where that knowledge comes
// from, and how age compares with the planned service life. It is pure: no I/O
// and no clock. It must never invent a date: what no source tells is unknown.
package ageing

import (
	"fmt"
	"regexp"
	"strconv"
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

var dateForm = regexp.MustCompile(`^(\d{4})(?:-(?:W(\d{2})|(\d{2})(?:-(\d{2}))?))?$`)

// ParseDate reads "2018-05-14", "2018-05", "2018" and "2014-W42". The empty
// date gives the zero Date and no error; an impossible one an error that says
// what was expected.
func ParseDate(d fleet.Date) (Date, error) {
	if d == "" {
		return Date{}, nil
	}
	m := dateForm.FindStringSubmatch(string(d))
	if m == nil {
		return Date{}, fmt.Errorf("%q is not a date: write 2018-05-14, 2018-05 or 2018", string(d))
	}
	year := atoi(m[1])
	switch {
	case m[2] != "":
		return weekDate(year, atoi(m[2])), nil
	case m[3] == "":
		return Date{day(year, 7, 1), Year}, nil
	}
	month := atoi(m[3])
	if month < 1 || month > 12 {
		return Date{}, fmt.Errorf("%q is not a date: there is no month %s", string(d), m[3])
	}
	if m[4] == "" {
		return Date{day(year, time.Month(month), 15), Month}, nil
	}
	t := day(year, time.Month(month), atoi(m[4]))
	if t.Month() != time.Month(month) || t.Day() != atoi(m[4]) {
		return Date{}, fmt.Errorf("%q is not a date: month %d of %d has no day %s", string(d), month, year, m[4])
	}
	return Date{t, Day}, nil
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
	return d.Precision != NoDate && !d.Time.Before(Earliest) && !d.Time.After(now.UTC().AddDate(0, 0, 1))
}

func day(year int, month time.Month, d int) time.Time {
	return time.Date(year, month, d, 0, 0, 0, 0, time.UTC)
}

// today is the UTC calendar day of t.
func today(t time.Time) time.Time {
	t = t.UTC()
	return day(t.Year(), t.Month(), t.Day())
}

func atoi(s string) int { n, _ := strconv.Atoi(s); return n } // callers matched digits only
