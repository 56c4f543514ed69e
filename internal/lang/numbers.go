package lang

import (
	"strconv"
	"strings"
	"time"
)

// Int is a count as the language groups it: 1,234 or 1.234.
func (t *Tongue) Int(n int64) string {
	return t.marks(group(strconv.FormatInt(n, 10)))
}

// Number is a number with so many decimals, with the language's marks.
func (t *Tongue) Number(v float64, decimals int) string {
	whole, fraction, has := strings.Cut(strconv.FormatFloat(v, 'f', decimals, 64), ".")
	whole = group(whole)
	if has {
		whole += "." + fraction
	}
	return t.marks(whole)
}

// group puts commas between the thousands of a whole number.
func group(s string) string {
	first := 0
	if strings.HasPrefix(s, "-") {
		first = 1
	}
	for i := len(s) - 3; i > first; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// marks turns English marks into the language's.
func (t *Tongue) marks(english string) string {
	if t.Code() == Vietnamese {
		return swapMarks(english)
	}
	return english
}

// swapMarks makes 1,234.5 into 1.234,5.
func swapMarks(s string) string {
	if strings.IndexByte(s, ',') < 0 && strings.IndexByte(s, '.') < 0 {
		return s
	}
	b := []byte(s)
	for i, c := range b {
		switch c {
		case ',':
			b[i] = '.'
		case '.':
			b[i] = ','
		}
	}
	return string(b)
}

// isDate reports that a text is a day as sentences from below write it,
// 2026-03-14, alone or with a time behind it.
func isDate(s string) bool {
	const form = "dddd-dd-dd"
	if len(s) < len(form) || len(s) > len(form) && (len(s) != len(form)+len(" 15:04") || s[len(form)] != ' ' || s[13] != ':') {
		return false
	}
	for i := range len(form) {
		if form[i] == '-' && s[i] != '-' || form[i] == 'd' && !isDigit(s[i]) {
			return false
		}
	}
	return true
}

// turnDate is such a day as Vietnamese writes it: 14/03/2026.
func turnDate(s string) string { return s[8:10] + "/" + s[5:7] + "/" + s[:4] + s[10:] }

// Date is a day: 2026-03-14 in English, 14/03/2026 in Vietnamese.
func (t *Tongue) Date(at time.Time) string { return t.layout(at, "2006-01-02", "02/01/2006") }

// Month is a month of a year: 2026-03 in English, 03/2026 in Vietnamese.
func (t *Tongue) Month(at time.Time) string { return t.layout(at, "2006-01", "01/2006") }

// DayTime is a moment of this year to the minute: "Mar 14 03:04", "14/03 03:04".
func (t *Tongue) DayTime(at time.Time) string { return t.layout(at, "Jan 02 15:04", "02/01 15:04") }

// DateTime is a moment of any year to the minute: "2026-03-14 03:04",
// "14/03/2026 03:04".
func (t *Tongue) DateTime(at time.Time) string {
	return t.layout(at, "2006-01-02 15:04", "02/01/2006 15:04")
}

// Weekday is a day of the week: Saturday, thứ Bảy.
func (t *Tongue) Weekday(d time.Weekday) string {
	if t.Code() == Vietnamese {
		return [...]string{"Chủ nhật", "thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy"}[d]
	}
	return d.String()
}

func (t *Tongue) layout(at time.Time, english, vietnamese string) string {
	if t.Code() == Vietnamese {
		return at.Format(vietnamese)
	}
	return at.Format(english)
}

// Span is a length of time in its largest unit that says something, as narrow
// columns have it: 12s 3m 5h 9d 2y. Vietnamese writes 12s 3ph 5h 9 ngày 2 năm:
// s and h are read as everywhere, but m would be a metre, and n could be a day
// (ngày) as well as a year (năm).
func (t *Tongue) Span(d time.Duration) string {
	const day, year = 24 * time.Hour, 365 * 24 * time.Hour
	n, units := int64(d/year), [2]string{"y", " năm"}
	switch {
	case d < time.Minute:
		n, units = int64(d/time.Second), [2]string{"s", "s"}
	case d < time.Hour:
		n, units = int64(d/time.Minute), [2]string{"m", "ph"}
	case d < 2*day:
		n, units = int64(d/time.Hour), [2]string{"h", "h"}
	case d < 2*year:
		n, units = int64(d/day), [2]string{"d", " ngày"}
	}
	if t.Code() == Vietnamese {
		return t.Int(n) + units[1]
	}
	return t.Int(n) + units[0]
}
