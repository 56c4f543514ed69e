package tui

import (
	"fmt"
	"testing"

	"github.com/charmbracelet/x/exp/golden"

	"ironage/internal/ops"
)

// TestGoldenAgeing shows the panels of the Ageing screen, the explanation of a
// risk and the Services screen.
func TestGoldenAgeing(t *testing.T) {
	panel := func(n int, keys ...string) []string {
		out := []string{"5"}
		for range n {
			out = append(out, "tab")
		}
		return append(out, keys...)
	}
	tests := []struct {
		name string
		view *ops.View
		keys []string
		all  bool // at every window size
	}{
		{"overview", ageingView(), panel(0), true},
		{"overview-parts", ageingView(), panel(0, "f", "j", "j"), false},
		{"overview-nothing-yet", nil, panel(0), false},
		{"overview-empty", emptyView(), panel(0), false},
		{"overview-not-judged", &ops.View{Fleet: handView().Fleet}, panel(0), false},
		{"over-age", ageingView(), panel(1), true},
		{"over-age-parts", ageingView(), panel(1, "f", "j", "j"), true},
		{"risk", ageingView(), panel(2), true},
		{"risk-by-risk", ageingView(), panel(2, "P", "j"), false},
		{"forecast", ageingView(), panel(3), true},
		{"budget", ageingView(), panel(4), true},
		{"batches", ageingView(), panel(5), true},
		{"batches-none", handView(), panel(5), false},
		{"slice-choosing", ageingView(), panel(1, "b", "tab", "down", "down"), true},
		{"slice-looking", ageingView(), panel(1, "b", "tab", "type:du lieu"), false},
		{"slice-none", ageingView(), panel(1, "b", "type:zzz"), false},
		{"sliced", ageingView(), panel(1, "b", "tab", "type:tdo", "enter"), true},
		{"sliced-to-nothing-over-age", ageingView(), panel(1, "b", "tab", "type:shared", "enter"), false},
		{"explanation", ageingView(), panel(2, "j", "enter"), true},
		{"explanation-scrolled", ageingView(), panel(2, "j", "enter", "ctrl+d", "G"), false},
		{"explanation-failed", ageingView(), panel(2, "enter"), false},
		{"services", ageingView(), []string{"6"}, true},
		{"services-nothing-yet", nil, []string{"6"}, false},
	}
	for _, x := range tests {
		sizes := windows
		if !x.all {
			sizes = windows[:1]
		}
		for _, s := range sizes {
			t.Run(fmt.Sprintf("%s-%dx%d", x.name, s[0], s[1]), func(t *testing.T) {
				c := newConsole(t, s[0], s[1], x.view).press(x.keys...)
				checkFits(t, x.name, c.app.View().Content, s[0], s[1])
				golden.RequireEqual(t, c.screen())
			})
		}
	}
}
