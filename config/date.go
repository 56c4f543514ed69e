package config

import (
	"fmt"
	"regexp"
	"strconv"
	"time"

	"ironage/internal/fleet"
)

var (
	dateForm    = regexp.MustCompile(`^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$`)
	weekForm    = regexp.MustCompile(`^\d{4}-W(0[1-9]|[1-4]\d|5[0-3])$`)
	foreignForm = regexp.MustCompile(`^(\d{1,2})([./-])(\d{1,2})[./-](\d{4})$`)
)

// Years outside these are slips of the keyboard, not servers.
const (
	firstYear = 1980
	lastYear  = 2099
)

// parseDate accepts 2018-05-14, 2018-05, 2018 and 2018-W20, or says what is
// wrong with s.
func parseDate(s string) (fleet.Date, string) {
	const expected = "is not a date; expected 2018-05-14, 2018-05 or 2018"
	if s == "" {
		return "", ""
	}
	if weekForm.MatchString(s) {
		return fleet.Date(s), ""
	}
	m := dateForm.FindStringSubmatch(s)
	if m == nil {
		return "", expected + turnedRound(s)
	}
	if y, _ := strconv.Atoi(m[1]); y < firstYear || y > lastYear { // four digits by dateForm
		return "", fmt.Sprintf("has a year outside %d to %d", firstYear, lastYear)
	}
	layout := "2006-01-02"[:len(s)]
	if _, err := time.Parse(layout, s); err != nil {
		return "", "does not exist" + lastOfMonth(m) + "; expected 2018-05-14, 2018-05 or 2018"
	}
	return fleet.Date(s), ""
}

// turnedRound proposes the date that a person of another habit meant, where
// that is beyond doubt: with dots the day comes first, and a 31 is no month.
func turnedRound(s string) string {
	m := foreignForm.FindStringSubmatch(s)
	if m == nil {
		return ""
	}
	first, _ := strconv.Atoi(m[1]) // digits by foreignForm
	second, _ := strconv.Atoi(m[3])
	dayFirst := m[2] == "." || first > 12
	if !dayFirst && second <= 12 {
		return " (year, month, day)"
	}
	d, mon := first, second
	if !dayFirst {
		d, mon = second, first
	}
	return fmt.Sprintf("; did you mean %s-%02d-%02d?", m[4], mon, d)
}

// lastOfMonth explains a day beyond its month's end.
func lastOfMonth(m []string) string {
	y, _ := strconv.Atoi(m[1])
	mon, _ := strconv.Atoi(m[2])
	if mon < 1 || mon > 12 {
		return " (months are 01 to 12)"
	}
	last := time.Date(y, time.Month(mon)+1, 0, 0, 0, 0, 0, time.UTC).Day()
	return fmt.Sprintf(" (%s has %d days)", time.Month(mon).String()+" "+m[1], last)
}
