package tui

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"charm.land/lipgloss/v2"

	"ironage/internal/fleet"
)

// bar is a share as a row of cells: what is used is filled. Its colour follows
// the share; the number beside it says the same.
func bar(s *styles, pct float64, width int) string {
	if width <= 0 {
		return ""
	}
	n := int(math.Round(min(max(pct, 0), 100) * float64(width) / 100))
	if pct > 0 && n == 0 {
		n = 1 // a little is not nothing
	}
	return shareStyle(s, pct).Render(strings.Repeat(s.full, n)) + s.faint.Render(strings.Repeat(s.empty, width-n))
}

// shareStyle colours a used share: from 90 % on it is worth a look, from 95 %
// on urgent. The verdict itself is the finding's, not the colour's.
func shareStyle(s *styles, pct float64) lipgloss.Style {
	switch {
	case pct >= 95:
		return s.bad
	case pct >= 90:
		return s.warn
	}
	return s.good
}

// trendLine is "cpu  ▁▂▃▅  12%  (3–48%, last hour)" for one ring of values.
func trendLine(sh *shared, name string, t fleet.Trend, interval time.Duration, width int) string {
	s, now := sh.styles, sh.now()
	all, read := t.Values(), t.Last()
	values := slices.DeleteFunc(slices.Clone(all), func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) })
	if len(values) == 0 {
		return s.label.Render(fit(name, labelWidth)) + s.faint.Render(sh.t.Say("nothing read yet"))
	}
	last := sh.reading(values[len(values)-1], t.Unit())
	span := sh.number(slices.Min(values)) + " " + sh.t.Say("to") + " " + sh.reading(slices.Max(values), t.Unit())
	age := sh.t.Say("%s ago", sh.ago(read))
	style := s.plain
	if interval > 0 && now.Sub(read) > fleet.StaleAfter*interval {
		style, age = s.faint, sh.t.Say("stale %s", sh.ago(read))
	}
	tail := "  " + fit(last, 9) + s.faint.Render(fit(span, 18)+" "+age)
	room := min(max(width-labelWidth-2-9-18-1-10, 8), fleet.TrendLength)
	return s.label.Render(fit(name, labelWidth)) + style.Render(pad(sparkline(all, room), room)) + style.Render(tail)
}

// filesystemLines draws one line per file system, the fullest first on ties by mount.
func filesystemLines(sh *shared, fs []fleet.Filesystem, width int) []string {
	s := sh.styles
	mount := min(max(width-55, 12), 40)
	said := func(word string, w int) string { return fit(sh.t.Text(word), w) }
	out := []string{s.label.Render(said("mount", mount+1) + said("type", 11) + said("used", 17) + fit(strings.ToLower(sh.t.Say("OF")), 10) + said("free", 10))}
	for _, f := range fs {
		name := fit(clean(f.Mount), mount) + " "
		kind := s.faint.Render(fit(clean(f.Type), 10) + " ")
		pct, known := f.UsedPct()
		if !known {
			out = append(out, name+kind+s.faint.Render(sh.t.Say("size not trustworthy")))
			continue
		}
		line := name + kind + bar(s, pct, 10) + " " + shareStyle(s, pct).Render(fit(fmt.Sprintf("%3.0f%%", fullness(pct)), 6)) +
			fit(sh.bytes(*f.SizeBytes), 10) + fit(sh.bytes(*f.SizeBytes-*f.UsedBytes), 10)
		if f.ReadOnly {
			line += s.warn.Render(sh.t.Say("RO"))
		}
		out = append(out, line)
	}
	return out
}

// fullness rounds as findings do, so that both say the same; but what is not
// full is never said to be.
func fullness(pct float64) float64 {
	if pct < 100 {
		return min(math.Round(pct), 99)
	}
	return pct
}
