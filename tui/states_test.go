package tui

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

// TestEmptyStates holds that every state says why there is nothing and what to
// do next, in any window, and that none is told by colour alone.
func TestEmptyStates(t *testing.T) {
	sh := tableShared()
	tb := thingTable(sh, 0)
	for _, x := range []struct {
		why  emptyState
		want string
	}{
		{emptyState{}, "no things today"},
		{nothingRead(), "waiting for the first answer of the store …"},
		{emptyState{kind: emptyNew, what: "no rack is known yet", next: "give servers a rack in the inventory"}, "no rack is known yet\n  give servers a rack in the inventory"},
		{noneMatch("no event matches the filter"), "no event matches the filter\n  Esc shows all"},
		{failedState("the store did not answer"), "✗ the store did not answer\n  go back with Esc and open it again"},
		{emptyState{kind: emptyStale, what: "read two days ago"}, "▴ read two days ago"},
	} {
		tb.empty, tb.why = "no things today", x.why
		got := ansi.Strip(tb.view(60, 6))
		var rows []string
		for _, l := range strings.Split(got, "\n")[1:] {
			rows = append(rows, strings.TrimRight(l, " "))
		}
		if all := strings.Join(rows, "\n"); all != "  "+x.want {
			t.Errorf("got %q, want %q", all, x.want)
		}
		for w := 4; w < 60; w += 5 {
			for h := 1; h < 6; h++ {
				checkFits(t, x.want, tb.view(w, h), w, h)
			}
		}
	}
}
