package tui

import (
	"fmt"
	"math"
	"strings"

	"charm.land/lipgloss/v2"

	"ironage/internal/ageing"
	"ironage/internal/outlook"
	"ironage/internal/queue"
)

// outlook is the latest judgement of the fleet, or nil while there is none: of a
// fleet that is being read there cannot be one.
func (sh *shared) outlook() *outlook.Fleet {
	if sh.view == nil || sh.loading() {
		return nil
	}
	return sh.view.Outlook
}

// judgedParts are the judgements of a server's parts, by component key.
func judgedParts(sh *shared, server string) map[string]*outlook.Part {
	of := sh.outlook()
	if of == nil {
		return nil
	}
	v := of.Server(server)
	if v == nil {
		return nil
	}
	out := make(map[string]*outlook.Part, len(v.Parts))
	for i := range v.Parts {
		out[v.Component(&v.Parts[i]).Key()] = &v.Parts[i]
	}
	return out
}

// riskCell is a risk in the fewest cells: "39.4%", ">=1.3%", "failed", "-".
func riskCell(text string) string {
	if text == "no data" {
		return "-"
	}
	return strings.NewReplacer(">= ", ">=", " %", "%").Replace(text)
}

// tierStyle is the style of a tier; its word goes with it.
func tierStyle(st *styles, t ageing.Tier) (lipgloss.Style, bool) {
	look, ok := st.tiers[queue.Tier(t)]
	return look, ok
}

// pctCell is a share of a service life; "" when nobody knows.
func pctCell(pct float64) string {
	if math.IsNaN(pct) {
		return ""
	}
	return fmt.Sprintf("%.0f%%", pct)
}

// partOf is n of all in per cent, without decimals; "-" of nothing.
func partOf(n, all int) string {
	if all == 0 {
		return "-"
	}
	return fmt.Sprintf("%.0f%%", 100*float64(n)/float64(all))
}

// coverText is where a warranty stands, in few words.
func coverText(c ageing.Cover, days int) string {
	switch c {
	case ageing.CoverExpired:
		return "ended " + daysText(-days) + " ago"
	case ageing.CoverExpiring:
		return "ends in " + daysText(days)
	case ageing.CoverActive:
		return "for " + daysText(days)
	case ageing.CoverFuture:
		return "begins in " + daysText(days)
	case ageing.CoverUnknown, "":
		return "unknown"
	}
	return string(c)
}

// daysText is a number of days in a unit that people count in.
func daysText(days int) string {
	if days < 2*365 {
		return plural(days, "day", "days")
	}
	return fmt.Sprintf("%.1f y", float64(days)/ageing.DaysPerYear)
}

func coverStyle(st *styles, c ageing.Cover) lipgloss.Style {
	if c == ageing.CoverExpired || c == ageing.CoverExpiring {
		return st.warn
	}
	return st.faint
}

// flowWords wraps a sentence to lines of w cells.
func flowWords(text string, w int) []string {
	var out []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		switch {
		case line == "":
			line = word
		case width(line)+1+width(word) <= w:
			line += " " + word
		default:
			out, line = append(out, line), word
		}
	}
	if line == "" {
		return out
	}
	return append(out, line)
}

// queueReason is a reason in the queue's words, which are the same.
func queueReason(r ageing.Reason) queue.ReasonCode { return queue.ReasonCode(r) }
