package tui

import (
	"fmt"
	"math"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
	"golang.org/x/text/unicode/norm"
)

// maxText bounds what is drawn of one device text, and maxMarks the combining
// marks on one letter: a text of ten megabytes or a tower of accents costs a
// screen nothing.
const (
	maxText  = 2048
	maxMarks = 3
)

// clean makes a text from a device or a file safe to draw: control characters,
// escape sequences, invisible and direction-changing characters become "?", so
// that a serial number can neither move the cursor nor pretend to be another.
// Letters with marks of their own become one character (Unicode's form C), as
// terminals disagree about how wide the two are.
func clean(s string) string {
	if len(s) > maxText {
		s = s[:maxText]
	}
	if plainASCII(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	marks := 0
	for _, r := range s {
		switch {
		case r == '\t' || r == '\n' || r == '\r':
			r = ' '
		case unicode.Is(unicode.Variation_Selector, r): // changes a character's width, terminals disagree how
			continue
		case unicode.In(r, unicode.Mn, unicode.Me) && !unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r):
			if marks++; marks > maxMarks || b.Len() == 0 {
				continue
			}
			b.WriteRune(r)
			continue
		case hostile(r):
			r = '?'
		}
		marks = 0
		b.WriteRune(r)
	}
	return norm.NFC.String(b.String())
}

// hostile characters move the cursor, change the direction, are invisible, or
// join their neighbours to pictures whose width terminals disagree about.
func hostile(r rune) bool {
	return r == utf8.RuneError || unicode.IsControl(r) ||
		unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co, unicode.Cs, unicode.Other_Default_Ignorable_Code_Point,
			unicode.Regional_Indicator) || r >= 0x1f3fb && r <= 0x1f3ff || r == blankBraille
}

// blankBraille is a pattern without dots: it looks like a space and is none.
const blankBraille = '\u2800'

func plainASCII(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// width is how many cells s takes; s may carry escape codes of our own.
func width(s string) int {
	if plainASCII(s) {
		return len(s)
	}
	return ansi.StringWidth(s)
}

// fit pads or cuts s to exactly w cells; what was cut ends in "…".
func fit(s string, w int) string {
	if w <= 0 {
		return ""
	}
	n := width(s)
	if n > w {
		s = cut(s, w)
		n = width(s) // a wide character at the edge may leave one cell free
	}
	if n < w {
		return s + spaces(w-n)
	}
	return s
}

// fitRight is fit for numbers: the text ends at the right edge.
func fitRight(s string, w int) string {
	if w <= 0 {
		return ""
	}
	if n := width(s); n < w {
		return spaces(w-n) + s
	}
	return fit(s, w)
}

// cut shortens s to at most w cells, with "…" where something was cut.
func cut(s string, w int) string {
	if w <= 0 {
		return ""
	}
	if width(s) <= w {
		return s
	}
	return ansi.Truncate(s, w, "…")
}

// wrapped breaks s at words, hard where a word is longer than a line.
func wrapped(s string, w int) string { return ansi.Wrap(s, max(w, 1), "") }

const blanks = "                                                                                                                                "

func spaces(n int) string {
	if n <= 0 {
		return ""
	}
	if n <= len(blanks) {
		return blanks[:n]
	}
	return strings.Repeat(" ", n)
}

// ago says how long t lies back: "12s", "3m", "5h", "9d", "2y"; "never" for no
// time at all. What lies ahead (another machine's clock) counts as now.
func ago(now, t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return span(max(now.Sub(t), 0))
}

// span is a duration in its largest unit that still says something.
func span(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%ds", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%dm", int(d.Minutes()))
	case d < 2*day:
		return fmt.Sprintf("%dh", int(d.Hours()))
	case d < 2*365*day:
		return fmt.Sprintf("%dd", int(d/day))
	}
	return fmt.Sprintf("%dy", int(d/(365*day)))
}

// when is a moment as a person wants it: the time today, the date before.
func when(now, t time.Time) string {
	switch {
	case t.IsZero():
		return "never"
	case sameDay(now, t):
		return t.In(now.Location()).Format("15:04:05")
	case t.In(now.Location()).Year() == now.Year():
		return t.In(now.Location()).Format("Jan 02 15:04")
	}
	return t.In(now.Location()).Format("2006-01-02")
}

func sameDay(a, b time.Time) bool {
	ay, am, ad := a.Date()
	by, bm, bd := b.In(a.Location()).Date()
	return ay == by && am == bm && ad == bd
}

// bytesText is a size in the binary unit that leaves one to four digits:
// "16 GiB", "1.8 TiB".
func bytesText(n int64) string {
	if n < 0 {
		return "?"
	}
	units := []string{"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"}
	v, i := float64(n), 0
	for v >= 1024 && i < len(units)-1 {
		v, i = v/1024, i+1
	}
	if i == 0 || v >= 9.95 || v == math.Trunc(v) {
		return fmt.Sprintf("%.0f %s", v, units[i])
	}
	return fmt.Sprintf("%.1f %s", v, units[i])
}

// percent is a share without decimals: "73%".
func percent(v float64) string { return fmt.Sprintf("%.0f%%", v) }

// sparkline draws the last values as blocks, the scale from zero (or the least
// value, when negative) to the greatest. Missing values (NaN) stay blank.
func sparkline(values []float64, width int) string {
	lo, hi := 0.0, 0.0
	for _, v := range values {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			lo, hi = min(lo, v), max(hi, v)
		}
	}
	return sparklineIn(values, width, lo, hi)
}

// sparklineIn is a sparkline with a given scale, such as 0 to 100 per cent.
func sparklineIn(values []float64, width int, lo, hi float64) string {
	if width <= 0 {
		return ""
	}
	if len(values) > width {
		values = values[len(values)-width:]
	}
	var b strings.Builder
	b.WriteString(spaces(width - len(values)))
	const blocks = "▁▂▃▄▅▆▇█"
	levels := []rune(blocks)
	for _, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			b.WriteByte(' ')
			continue
		}
		level := 0
		if hi > lo {
			level = int((v - lo) / (hi - lo) * float64(len(levels)-1))
		}
		b.WriteRune(levels[min(max(level, 0), len(levels)-1)])
	}
	return b.String()
}

// toASCII turns a finished screen into ASCII for terminals that show nothing
// else: our own glyphs by a table, letters by leaving out their accents, the
// rest as "?" of the same width.
func toASCII(s string) string {
	if !hasHigh(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range norm.NFC.String(s) {
		if unicode.In(r, unicode.Mn, unicode.Me) { // a mark that no letter took
			continue
		}
		if r < utf8.RuneSelf {
			b.WriteRune(r)
			continue
		}
		b.WriteString(asciiFor(r))
	}
	return b.String()
}

func hasHigh(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return true
		}
	}
	return false
}
