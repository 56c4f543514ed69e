package tui

import (
	"fmt"
	"testing"

	"github.com/charmbracelet/x/exp/golden"

	"ironage/internal/ops"
)

// TestGoldenListsVietnamese shows the lists of servers, services and ageing as
// a Vietnamese technician reads them, in their states.
func TestGoldenListsVietnamese(t *testing.T) {
	tests := []struct {
		name string
		view *ops.View
		keys []string
		all  bool // at every window size
	}{
		{"servers", handView(), []string{"2"}, true},
		{"servers-wide", handView(), []string{"2", "w"}, true},
		{"servers-nothing-yet", nil, []string{"2"}, false},
		{"servers-empty", emptyView(), []string{"2"}, false},
		{"servers-none-matching", handView(), []string{"2", "/", "type:rack:Z*", "enter"}, false},
		{"servers-filter-wrong", handView(), []string{"2", "/", "type:disk heath:critical"}, false},
		{"servers-filter-offers", handView(), []string{"2", "/", "type:service:", "tab"}, false},
		{"servers-filtered", handView(), []string{"2", "/", "type:health:critical,warning", "enter", "j"}, true},
		{"services", ageingView(), []string{"6"}, true},
		{"services-nothing-yet", nil, []string{"6"}, false},
		{"services-filtered", ageingView(), []string{"6", "/", "type:share:>50%", "enter"}, false},
		{"ageing", ageingView(), []string{"5"}, true},
		{"ageing-empty", emptyView(), []string{"5"}, false},
		{"ageing-over-age", ageingView(), []string{"5", "tab"}, true},
		{"ageing-over-age-parts", ageingView(), []string{"5", "tab", "v"}, true},
		{"ageing-over-age-filtered", ageingView(), []string{"5", "tab", "v", "/", "type:kind:dimm used:>120%", "enter"}, false},
		{"ageing-risk", ageingView(), []string{"5", "tab", "tab"}, true},
		{"ageing-forecast", ageingView(), []string{"5", "tab", "tab", "tab"}, true},
		{"ageing-budget", ageingView(), []string{"5", "tab", "tab", "tab", "tab"}, true},
		{"ageing-batches", ageingView(), []string{"5", "tab", "tab", "tab", "tab", "tab"}, false},
		{"slice", ageingView(), []string{"5", "b"}, false},
	}
	for _, x := range tests {
		sizes := windows
		if !x.all {
			sizes = windows[:1]
		}
		for _, s := range sizes {
			t.Run(fmt.Sprintf("%s-%dx%d", x.name, s[0], s[1]), func(t *testing.T) {
				c := newConsole(t, s[0], s[1], x.view, inVietnamese).press(x.keys...)
				checkFits(t, x.name, c.app.View().Content, s[0], s[1])
				golden.RequireEqual(t, c.screen())
			})
		}
	}
}
