package tui

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// dateValue reads a date as people type it: "2026-01-31", "2026-01", "today",
// "tomorrow", "+14d", "+2w", "+1m". Days are those of UTC, as the queue counts
// them: a form must not suggest a day that the queue takes for tomorrow.
func dateValue(now time.Time, s string) (string, error) {
	now = now.UTC()
	s = strings.ToLower(strings.TrimSpace(s))
	switch s {
	case "today":
		return now.Format(time.DateOnly), nil
	case "tomorrow":
		return now.AddDate(0, 0, 1).Format(time.DateOnly), nil
	}
	if rest, ok := strings.CutPrefix(s, "+"); ok && len(rest) > 1 {
		n, err := strconv.Atoi(rest[:len(rest)-1])
		if err == nil && n >= 0 && n <= 999 {
			switch rest[len(rest)-1] {
			case 'd':
				return now.AddDate(0, 0, n).Format(time.DateOnly), nil
			case 'w':
				return now.AddDate(0, 0, 7*n).Format(time.DateOnly), nil
			case 'm':
				return now.AddDate(0, n, 0).Format(time.DateOnly), nil
			}
		}
	}
	if _, err := time.Parse(time.DateOnly, s); err != nil {
		return "", fmt.Errorf("%q is no date: write it like %s, or +14d", clean(s), now.Format(time.DateOnly))
	}
	return s, nil
}

// checkTime says whether the queue can read a moment.
func checkTime(s string) error {
	for _, layout := range []string{"2006-01-02 15:04", time.RFC3339} {
		if _, err := time.Parse(layout, strings.TrimSpace(s)); err == nil {
			return nil
		}
	}
	return errors.New(`write the time like "2026-01-31 14:03" (UTC)`)
}
