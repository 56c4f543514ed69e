package tui

import (
	"fmt"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/exp/golden"

	"ironage/internal/fleet"
	"ironage/internal/ops"
	"ironage/internal/queue"
)

// windows are the sizes at which every screen must look right.
var windows = [][2]int{{80, 24}, {120, 40}, {200, 60}}

// emptyView is a fleet without servers.
func emptyView() *ops.View {
	return &ops.View{Fleet: fleet.NewSnapshot(1, threeAM, nil), Collector: ops.Collector{Here: true, Heartbeat: threeAM}}
}

// troubledView is handView seen by a viewer whose collector died, with notices.
func troubledView() *ops.View {
	v := handView()
	v.Collector = ops.Collector{Owner: "noc-2:991", Heartbeat: before(7 * 60e9), Started: before(48 * 3600e9), Late: 5}
	v.Notices = []ops.Notice{
		{Code: "ping", Health: fleet.Warning, Text: "this machine may not ping: set net.ipv4.ping_group_range to \"0 2147483647\"", Since: before(3600e9)},
		{Code: "config", Health: fleet.Critical, Text: "ironage.yaml:14:7: unknown key \"polling.intervall\", did you mean interval? The old configuration stays in force", Since: before(60e9)},
	}
	return v
}

// TestGolden compares what a person reads with testdata. Each screen is shown
// in its states: nothing yet, empty, none matching or failed, and rows.
func TestGolden(t *testing.T) {
	tests := []struct {
		name string
		view *ops.View
		keys []string
		all  bool // at every window size
	}{
		{"overview", handView(), nil, true},
		{"overview-nothing-yet", nil, nil, false},
		{"overview-empty", emptyView(), nil, false},
		{"overview-trouble", troubledView(), nil, true},
		{"overview-services", handView(), []string{"tab", "tab", "tab", "tab", "tab", "tab", "j"}, false},
		{"overview-acknowledge", handView(), []string{"a", "type:chờ"}, false},
		{"servers", handView(), []string{"2"}, true},
		{"servers-nothing-yet", nil, []string{"2"}, false},
		{"servers-empty", emptyView(), []string{"2"}, false},
		{"servers-none-matching", handView(), []string{"2", "/", "type:rack:Z*", "enter"}, false},
		{"servers-filter-wrong", handView(), []string{"2", "/", "type:disk heath:critical"}, false},
		{"servers-filtered", handView(), []string{"2", "/", "type:health:critical,warning", "enter", "j"}, true},
		{"servers-by-age", handView(), []string{"2", "A"}, false},
		{"events", handView(), []string{"4"}, true},
		{"events-nothing-yet", nil, []string{"4"}, false},
		{"events-empty", emptyView(), []string{"4"}, false},
		{"events-none-matching", handView(), []string{"4", "/", "type:event:firmware", "enter"}, false},
		{"events-acknowledge", handView(), []string{"4", "j", "a", "type:on"}, false},
		{"keys", handView(), []string{"2", "?"}, true},
		{"palette", handView(), []string{":", "type:b02"}, false},
		{"palette-nothing", handView(), []string{":", "type:zzz"}, false},
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

func TestTooSmall(t *testing.T) {
	for _, s := range [][2]int{{20, 5}, {59, 40}, {200, 14}, {1, 1}, {0, 0}} {
		c := newConsole(t, s[0], s[1], handView())
		checkFits(t, "too small", c.app.View().Content, max(s[0], 1), max(s[1], 1))
	}
	golden.RequireEqual(t, newConsole(t, 20, 5, handView()).screen())
}

// TestScreensFit draws every screen itself, without the App's last guard, at
// many sizes.
func TestScreensFit(t *testing.T) {
	sizes := append([][2]int{{60, 10}, {61, 11}, {79, 17}, {109, 30}, {110, 30}, {250, 80}}, windows...)
	for name, v := range map[string]*ops.View{"hand": handView(), "none": nil, "empty": emptyView(), "trouble": troubledView()} {
		sh := newConsole(t, 80, 24, v).app.sh
		screens := []screen{newOverview(sh), newServers(sh, ""), newServers(sh, "health:ok"), newServers(sh, "rubbish:"), newEvents(sh, "")}
		for _, s := range screens {
			screens = append(screens, newHelp(sh, s))
		}
		for _, s := range screens {
			for _, size := range sizes {
				checkFits(t, name+" "+s.Title(), s.View(size[0], size[1]), size[0], size[1])
			}
			for _, k := range []string{"/", "a", "tab"} {
				s, _ = s.Update(keyPress(k))
			}
			for _, size := range sizes {
				checkFits(t, name+" "+s.Title()+" while typing", s.View(size[0], size[1]), size[0], size[1])
			}
		}
	}
}

// TestColoursAreNeverAlone draws with and without colours and expects the same
// words: whoever sees no colour misses nothing.
func TestColoursAreNeverAlone(t *testing.T) {
	dark, light := newConsole(t, 120, 40, handView()), newConsole(t, 120, 40, handView())
	light.send(tea.BackgroundColorMsg{Color: light.app.sh.styles.rule.GetForeground()})
	if dark.screen() != light.screen() {
		t.Error("the theme changes what is written")
	}
	for _, h := range fleet.Healths {
		st := newStyles(theme{}, nil)
		if width(st.glyphText(h)) != 1 || width(newStyles(theme{ascii: true}, nil).glyphText(h)) != 1 {
			t.Errorf("the glyph of %s is not one cell", h)
		}
		for _, other := range fleet.Healths {
			if h != other && st.glyphText(h) == st.glyphText(other) {
				t.Errorf("%s and %s have the same glyph", h, other)
			}
		}
	}
	for _, s := range queue.States() {
		if _, ok := dark.app.sh.styles.states[s]; !ok {
			t.Errorf("state %s has no style", s)
		}
	}
}
