package exchange

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"ironage/internal/ageing"
	"ironage/internal/fleet"
)

// DateOrder is how dates are read that do not begin with the year.
type DateOrder string

// The orders. Unknown refuses what can be read in two ways.
const (
	UnknownOrder DateOrder = ""
	DayFirst     DateOrder = "dmy"
	MonthFirst   DateOrder = "mdy"
)

var (
	yearFirst = regexp.MustCompile(`^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$`)
	yearLast  = regexp.MustCompile(`^(\d{1,2})([-/.])(\d{1,2})[-/.](\d{4})$`)
	plainDate = regexp.MustCompile(`^\d{4}(?:-\d{2}|-W\d{2})?$`)
	timeOfDay = regexp.MustCompile(`^(\S*\d)[T ]\d{1,2}:\d{2}.*$`)
	noDate    = regexp.MustCompile(`^0000[-/.]00[-/.]00$`)
)

// wordDates are dates that name the month, as Snipe-IT writes them.
var wordDates = []string{"Mon Jan 2, 2006", "Jan 2, 2006", "2 Jan, 2006", "2 Jan 2006", "January 2, 2006"}

// isoDate turns a date as a person or a system wrote it into 2018-05-14,
// 2018-05 or 2018, or says why it cannot.
func isoDate(text string, order DateOrder) (fleet.Date, string) {
	text = strings.TrimSpace(text)
	if m := timeOfDay.FindStringSubmatch(text); m != nil {
		text = m[1]
	}
	if noDate.MatchString(text) {
		return "", "" // what a database writes for "none"
	}
	switch m := yearFirst.FindStringSubmatch(text); {
	case m != nil:
		month, _ := strconv.Atoi(m[2]) // digits by yearFirst
		day, _ := strconv.Atoi(m[3])
		text = fmt.Sprintf("%s-%02d-%02d", m[1], month, day)
	case plainDate.MatchString(text):
	default:
		turned, wrong := turnedDate(text, order)
		if wrong != "" {
			return "", wrong
		}
		text = turned
	}
	if d, err := ageing.ParseDate(fleet.Date(text)); err != nil || d.Precision == ageing.NoDate {
		return "", "does not exist; expected a date like 2018-05-14, 2018-05 or 2018"
	}
	return fleet.Date(text), ""
}

// turnedDate reads dates that do not begin with the year.
func turnedDate(text string, order DateOrder) (string, string) {
	for _, layout := range wordDates {
		if t, err := time.Parse(layout, text); err == nil {
			return t.Format(time.DateOnly), ""
		}
	}
	m := yearLast.FindStringSubmatch(text)
	if m == nil {
		return "", "is not a date; expected 2018-05-14, 2018-05 or 2018"
	}
	first, _ := strconv.Atoi(m[1]) // digits by yearLast
	second, _ := strconv.Atoi(m[3])
	if m[2] == "." && order == UnknownOrder {
		order = DayFirst // nobody writes the month first with dots
	}
	switch order {
	case DayFirst:
		return fmt.Sprintf("%s-%02d-%02d", m[4], second, first), ""
	case MonthFirst:
		return fmt.Sprintf("%s-%02d-%02d", m[4], first, second), ""
	}
	return "", "can be read in two ways; say which with --dates dmy or --dates mdy"
}

// pastDate is the field of a day on which something happened.
func pastDate(name string) Field {
	return Field{name, func(r *Rules, text string) (string, string) {
		d, wrong := isoDate(text, r.Dates)
		if d == "" {
			return "", wrong
		}
		begin, _ := span(d)
		switch {
		case begin.Before(ageing.Earliest):
			return "", "is before 2000, which is a placeholder or a slip; leave it empty when it is not known"
		case r.Today != "" && begin.After(dayOf(r.Today).AddDate(0, 0, 1)):
			return "", "lies in the future"
		}
		return string(d), ""
	}}
}

// anyDate is the field of a day that may still come.
func anyDate(name string) Field {
	return Field{name, func(r *Rules, text string) (string, string) {
		d, wrong := isoDate(text, r.Dates)
		if d == "" {
			return "", wrong
		}
		begin, _ := span(d)
		if begin.Before(ageing.Earliest) || begin.Year() > 2099 {
			return "", "has a year outside 2000 to 2099"
		}
		return string(d), ""
	}}
}

func dayOf(d fleet.Date) time.Time {
	p, err := ageing.ParseDate(d)
	if err != nil {
		return time.Time{}
	}
	return p.Time
}

// span is the first and the last day that a date can mean.
func span(d fleet.Date) (first, last time.Time) {
	p, err := ageing.ParseDate(d)
	if err != nil {
		return time.Time{}, time.Time{}
	}
	switch p.Precision {
	case ageing.Week:
		return p.Time.AddDate(0, 0, -3), p.Time.AddDate(0, 0, 3) // it stands for its Thursday
	case ageing.Month:
		first = time.Date(p.Time.Year(), p.Time.Month(), 1, 0, 0, 0, 0, time.UTC)
		return first, first.AddDate(0, 1, -1)
	case ageing.Year:
		first = time.Date(p.Time.Year(), 1, 1, 0, 0, 0, 0, time.UTC)
		return first, first.AddDate(1, 0, -1)
	}
	return p.Time, p.Time
}

// contradiction says which two dates of a row cannot both be true.
func contradiction(s *Schema, r *Row) string {
	inService, purchased, end := fleet.Date(s.Get(r, "in_service")), fleet.Date(s.Get(r, "purchased")), fleet.Date(s.Get(r, "warranty_end"))
	before := func(a, b fleet.Date) bool {
		if a == "" || b == "" {
			return false
		}
		_, last := span(a)
		first, _ := span(b)
		return last.Before(first)
	}
	switch {
	case before(inService, purchased):
		return fmt.Sprintf("in service %s, before it was purchased %s", inService, purchased)
	case before(end, purchased):
		return fmt.Sprintf("warranty ended %s, before it was purchased %s", end, purchased)
	}
	return ""
}

// warrantyEnd is the last day of a warranty of so many months from a day on;
// "" where the day is not known exactly.
func warrantyEnd(purchased fleet.Date, months int) fleet.Date {
	p, err := ageing.ParseDate(purchased)
	if err != nil || p.Precision != ageing.Day {
		return ""
	}
	y, m, d := p.Time.Date()
	end := time.Date(y, m+time.Month(months), 1, 0, 0, 0, 0, time.UTC)
	days := end.AddDate(0, 1, -1).Day()
	return fleet.Date(end.AddDate(0, 0, min(d, days)-1).Format(time.DateOnly))
}

var monthsForm = regexp.MustCompile(`(?i)^(\d{1,3})(?: *(m|mo|month|months|tháng|mois|y|yr|year|years|năm|ans|an))?$`)

// parseMonths reads the length of a warranty; a plain number is months.
func parseMonths(text string) (int, bool) {
	m := monthsForm.FindStringSubmatch(strings.TrimSpace(text))
	if m == nil {
		return 0, false
	}
	n, _ := strconv.Atoi(m[1]) // digits by monthsForm
	switch strings.ToLower(m[2]) {
	case "y", "yr", "year", "years", "năm", "ans", "an":
		n *= 12
	}
	return n, n <= 600
}

func checkAddress(r *Rules, text string) (string, string) {
	text, _, _ = strings.Cut(strings.TrimSpace(text), "/") // NetBox writes 10.0.0.7/24
	a, err := r.Address(text)
	if err != nil {
		return "", "is no address: " + err.Error()
	}
	return a, ""
}

func checkMemory(r *Rules, text string) (string, string) {
	v, ok := r.Memory(text)
	if !ok {
		return "", "is no size of memory; expected e.g. 64 GB"
	}
	return v, ""
}

func checkSockets(_ *Rules, text string) (string, string) {
	n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(text), ".0"))
	if err != nil || n < 1 || n > 64 {
		return "", "is no number of processors from 1 to 64"
	}
	return strconv.Itoa(n), ""
}

func checkCount(_ *Rules, text string) (string, string) {
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > 10_000 {
		return "", "is no number of parts"
	}
	return strconv.Itoa(n), ""
}

// tallest is the highest unit of a rack, as in the configuration.
const tallest = 100

func units(name string) Field {
	return Field{name, func(_ *Rules, text string) (string, string) {
		whole, fraction, _ := strings.Cut(strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(text)), "U"), ".")
		n, err := strconv.Atoi(whole)
		if err != nil || strings.Trim(fraction, "0") != "" || n < 1 || n > tallest {
			return "", "is no whole rack unit from 1 to 100"
		}
		return strconv.Itoa(n), ""
	}}
}
