package tui

import (
	"strings"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/lang"
)

// How times, sizes and figures are written in the language of whoever reads.
// In English they are what the functions of the same names write.

// ago says how long t lies back: "12s", "9d"; "12s", "9 ngày".
func (sh *shared) ago(t time.Time) string {
	if t.IsZero() {
		return sh.t.Say("never")
	}
	return sh.t.Span(max(sh.now().Sub(t), 0))
}

// when is a moment as a person wants it: the time today, the date before.
func (sh *shared) when(t time.Time) string {
	now := sh.now()
	here := t.In(now.Location())
	switch {
	case t.IsZero():
		return sh.t.Say("never")
	case sameDay(now, t):
		return here.Format("15:04:05")
	case here.Year() == now.Year():
		return sh.t.DayTime(here)
	}
	return sh.t.Date(here)
}

// bytes is a size: "16 GiB", "1.8 TiB"; "1,8 TiB".
func (sh *shared) bytes(n int64) string { return decimals(sh.t, bytesText(n)) }

// number is a reading with as many digits as it needs.
func (sh *shared) number(v float64) string { return decimals(sh.t, number(v)) }

// reading is a number with its unit.
func (sh *shared) reading(v float64, u fleet.Unit) string { return decimals(sh.t, figure(v, u)) }

// count is a count as the language groups it.
func (sh *shared) count(n int) string { return sh.t.Int(int64(n)) }

// decimals writes an English figure with the marks of a language; what follows
// the number stays.
func decimals(t *lang.Tongue, english string) string {
	if t.Code() == lang.English {
		return english
	}
	end := strings.IndexFunc(english, func(r rune) bool { return (r < '0' || r > '9') && r != '.' && r != ',' && r != '-' })
	if end < 0 {
		end = len(english)
	}
	swap := strings.NewReplacer(".", ",", ",", ".")
	return swap.Replace(english[:end]) + english[end:]
}
