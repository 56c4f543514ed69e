package maintenance

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

var spanPattern = regexp.MustCompile(`^(?:(\d{1,4})w)?(?:(\d{1,4})d)?(?:(\d{1,5})h)?(?:(\d{1,6})m(?:in)?)?$`)

// ParseSpan reads a duration as people type it: "4h", "90m", "1h30m", "3d", "2w".
func ParseSpan(text string) (time.Duration, error) {
	s := strings.ReplaceAll(strings.ToLower(strings.TrimSpace(text)), " ", "")
	m := spanPattern.FindStringSubmatch(s)
	if m == nil || s == "" {
		return 0, fmt.Errorf("%q is no duration; write 4h, 90m, 1h30m or 3d", text)
	}
	var d time.Duration
	for i, unit := range []time.Duration{7 * 24 * time.Hour, 24 * time.Hour, time.Hour, time.Minute} {
		n, _ := strconv.Atoi(m[i+1]) // empty is none, and the pattern bounds it
		d += time.Duration(n) * unit
	}
	if d <= 0 {
		return 0, fmt.Errorf("%q lasts no time; write 4h, 90m, 1h30m or 3d", text)
	}
	return d, nil
}

// ParseTime reads a moment as people type it, by the clock of now: "now",
// "22:00" (the next one), "2026-03-14" (its beginning), "2026-03-14 22:00",
// RFC 3339, or a duration from now ("4h", "+3d").
func ParseTime(text string, now time.Time) (time.Time, error) {
	s := strings.TrimSpace(text)
	if strings.EqualFold(s, "now") {
		return now, nil
	}
	if d, err := ParseSpan(strings.TrimPrefix(s, "+")); err == nil {
		return now.Add(d), nil
	}
	loc := now.Location()
	for _, layout := range []string{"2006-01-02 15:04", "2006-01-02T15:04", time.RFC3339} {
		if t, err := time.ParseInLocation(layout, s, loc); err == nil {
			return t, nil
		}
	}
	if t, err := time.ParseInLocation(time.DateOnly, s, loc); err == nil {
		return t, nil
	}
	if minute, err := ParseClock(s); err == nil {
		t := wall(now, minute, loc)
		if !t.After(now) {
			t = wall(now.AddDate(0, 0, 1), minute, loc)
		}
		return t, nil
	}
	return time.Time{}, fmt.Errorf("%q is no time; write 2026-03-14 22:00, 2026-03-14, 22:00, or 4h and 3d from now", text)
}

// ParseUntil reads until when something holds: a moment after now. A date
// alone means the whole of that day. Empty is the zero time: for good.
func ParseUntil(text string, now time.Time) (time.Time, error) {
	s := strings.TrimSpace(text)
	if s == "" {
		return time.Time{}, nil
	}
	t, err := ParseTime(s, now)
	if err != nil {
		return time.Time{}, err
	}
	if _, err := time.Parse(time.DateOnly, s); err == nil {
		t = t.AddDate(0, 0, 1)
	}
	if !t.After(now) {
		return time.Time{}, fmt.Errorf("%s is past; expected a time after now", t.Format("2006-01-02 15:04"))
	}
	if t.Sub(now) > longest {
		return time.Time{}, fmt.Errorf("%s is more than a year ahead; expected a time within a year", t.Format(time.DateOnly))
	}
	return t, nil
}

// ParseClock reads a time of day, "22:00", as its minute.
func ParseClock(text string) (int, error) {
	t, err := time.Parse("15:04", strings.TrimSpace(text))
	if err != nil {
		return 0, fmt.Errorf("%q is no time of day; write 22:00", text)
	}
	return t.Hour()*60 + t.Minute(), nil
}

// ParseEvery reads the days of a rhythm: "sat", "mon,thu", "day" (every day),
// "weekday" (mon to fri), "1" (the first of every month) or "last" (its last day).
func ParseEvery(text string) (days []time.Weekday, monthDay int, err error) {
	has := map[time.Weekday]bool{}
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return r == ',' || r == ' ' })
	for _, word := range words {
		if n, err := strconv.Atoi(word); err == nil {
			if n < 1 || n > 31 || len(words) > 1 {
				return nil, 0, fmt.Errorf("%q: a day of the month stands alone and is 1 to 31", text)
			}
			return nil, n, nil
		}
		switch {
		case word == "last" && len(words) == 1:
			return nil, 31, nil
		case word == "day" || word == "daily":
			for d := range 7 {
				has[time.Weekday(d)] = true
			}
		case word == "weekday" || word == "weekdays":
			for d := time.Monday; d <= time.Friday; d++ {
				has[d] = true
			}
		default:
			d, ok := weekday(word)
			if !ok {
				return nil, 0, fmt.Errorf("%q is no day; write sat, mon,thu, day, weekday, 1 (of the month) or last", word)
			}
			has[d] = true
		}
	}
	for i := range 7 { // from Monday on
		if d := time.Weekday((i + 1) % 7); has[d] {
			days = append(days, d)
		}
	}
	if len(days) == 0 {
		return nil, 0, fmt.Errorf("no day is named; write sat, mon,thu, day, weekday, 1 (of the month) or last")
	}
	return days, 0, nil
}

func weekday(word string) (time.Weekday, bool) {
	for d := range 7 {
		name := strings.ToLower(time.Weekday(d).String())
		if len(word) >= 2 && strings.HasPrefix(name, word) {
			return time.Weekday(d), true
		}
	}
	return 0, false
}
