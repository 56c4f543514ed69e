// Package lists is what the console and the commands share about lists: the
// rows of servers, parts, services, orders and events as people look for
// them, and the filter language of each. It is pure: no I/O and no clock, time
// is asked of its caller. It must never draw a row or clean a text; what it
// holds is as devices and people gave it.
package lists

import (
	"strings"
	"time"

	"ironage/internal/ageing"
	"ironage/internal/filter"
	"ironage/internal/fleet"
	"ironage/internal/queue"
)

// Clock is where a list takes the time from.
type Clock func() time.Time

// The values that fields of several lists choose from.
var (
	healthWords = []string{"ok", "warning", "critical", "unknown"}
	tierWords   = []string{"p1", "p2", "p3", "p4"}
	critWords   = []string{"low", "normal", "high", "critical"}
	yesOrNo     = []string{"yes", "no"}
)

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

func kindWords() []string {
	out := make([]string, len(fleet.Kinds))
	for i, k := range fleet.Kinds {
		out[i] = k.String()
	}
	return out
}

// stateWords are the states of orders in one word each: in-progress.
func stateWords() []string {
	var out []string
	for _, s := range queue.States() {
		out = append(out, stateWord(s))
	}
	return out
}

func stateWord(s queue.State) string { return strings.ReplaceAll(string(s), "_", "-") }

func bandWords() []string {
	var out []string
	for _, b := range ageing.Bands {
		out = append(out, BandWord(b))
	}
	return out
}

// BandWord is an age band as a filter names it: one word, "over", "far-over".
func BandWord(b ageing.Band) string {
	return strings.ReplaceAll(strings.TrimSuffix(b.String(), " age"), " ", "-")
}

// Warranty states as a filter names them.
const (
	WarrantyOK       = "ok"
	WarrantyExpiring = "expiring"
	WarrantyExpired  = "expired"
	WarrantyUnknown  = "unknown"
)

// WarrantyWord is where a warranty stands, in one of four words: one that has
// not begun yet is as good as one that runs.
func WarrantyWord(c ageing.Cover) string {
	switch c {
	case ageing.CoverExpired:
		return WarrantyExpired
	case ageing.CoverExpiring:
		return WarrantyExpiring
	case ageing.CoverActive, ageing.CoverFuture:
		return WarrantyOK
	}
	return WarrantyUnknown
}

// joinLines joins texts with line ends between, which no word of a filter can
// hold, so that nothing is found across two of them.
func joinLines(texts []string) string {
	var b strings.Builder
	for _, t := range texts {
		if t != "" {
			b.WriteString(strings.ReplaceAll(t, "\n", " "))
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// choice is a field with few values.
func choice[R any](name, about string, words []string, get func(R) string) filter.Field[R] {
	return filter.Field[R]{Name: name, About: about, Choices: words, Whole: true, Text: get}
}

// text is a field that a part of is enough for.
func text[R any](name, about, hint string, get func(R) string) filter.Field[R] {
	return filter.Field[R]{Name: name, About: about, Hint: hint, Text: get}
}

// name is a field that must be given whole, or with wildcards.
func name[R any](name, about, hint string, get func(R) string) filter.Field[R] {
	return filter.Field[R]{Name: name, About: about, Hint: hint, Whole: true, Text: get}
}

// warranty is the field about what is left of a warranty.
func warranty[R any](get func(R) (ageing.Cover, int)) filter.Field[R] {
	return filter.Field[R]{Name: "warranty", About: "where the server's warranty stands, or the days left of it", Hint: "<90d",
		Choices: []string{WarrantyOK, WarrantyExpiring, WarrantyExpired, WarrantyUnknown}, Whole: true, Measure: filter.Days,
		Text: func(r R) string { c, _ := get(r); return WarrantyWord(c) },
		Number: func(r R) (float64, bool) {
			c, days := get(r)
			return float64(days), c != ageing.CoverUnknown
		}}
}

// years is how long ago something was, as filters measure it.
func years(now, at time.Time) float64 { return now.Sub(at).Hours() / 24 / ageing.DaysPerYear }
