package tui

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/exp/golden"

	"ironage/internal/lang"
	"ironage/internal/ops"
	"ironage/internal/queue"
)

// shot is one screen in one state: what is looked at, and how one gets there.
type shot struct {
	name string
	view *ops.View
	msg  any
	keys []string
}

// shots are all screens of the console in the states that look different.
func shots(t testing.TB) []shot {
	t.Helper()
	order, _ := orderedTo(t, queue.Ready)
	ready := workView(order)
	return []shot{
		{"overview", handView(), nil, nil},
		{"overview-trouble", troubledView(), nil, nil},
		{"overview-empty", emptyView(), nil, nil},
		{"overview-nothing-yet", nil, nil, nil},
		{"servers", handView(), nil, []string{"2"}},
		{"servers-wide", handView(), nil, []string{"2", "w"}},
		{"servers-filter-wrong", handView(), nil, []string{"2", "/", "type:disk heath:critical"}},
		{"servers-none-matching", handView(), nil, []string{"2", "/", "type:rack:Z*", "enter"}},
		{"server", handView(), nil, []string{"2", "enter"}},
		{"server-evidence", handView(), nil, []string{"2", "enter", "e"}},
		{"server-findings", handView(), nil, []string{"2", "enter", "tab"}},
		{"server-charts", handView(), nil, []string{"2", "enter", "tab", "tab", "tab", "tab", "tab"}},
		{"queue", queueView(t), nil, []string{"3"}},
		{"queue-marked", queueView(t), nil, []string{"3", "space", "j", "space"}},
		{"board", queueView(t), nil, []string{"3", "b"}},
		{"bulk", queueView(t), nil, []string{"3", "space", "space", "m"}},
		{"order", ready, openOrderMsg{order.ID}, nil},
		{"order-start", ready, openOrderMsg{order.ID}, []string{"S"}},
		{"aisle", ready, openAisleMsg{order.ID}, nil},
		{"alarm", wrongPull(t), openOrderMsg{17}, nil},
		{"picklist", walkView(t), openPickListMsg{}, nil},
		{"disposals", disposalView(t), openDisposalsMsg{}, nil},
		{"propose", workView(), proposeMsg{"tdo-db-07", "disk/Disk 3"}, nil},
		{"events", handView(), nil, []string{"4"}},
		{"events-storm", stormView(), nil, []string{"4"}},
		{"events-acknowledge", handView(), nil, []string{"4", "a", "type:chờ ổ đĩa mới"}},
		{"ageing", ageingView(), nil, []string{"5"}},
		{"ageing-over-age", ageingView(), nil, []string{"5", "tab"}},
		{"ageing-risk", ageingView(), nil, []string{"5", "tab", "tab"}},
		{"ageing-forecast", ageingView(), nil, []string{"5", "tab", "tab", "tab"}},
		{"ageing-budget", ageingView(), nil, []string{"5", "tab", "tab", "tab", "tab"}},
		{"ageing-batches", ageingView(), nil, []string{"5", "tab", "tab", "tab", "tab", "tab"}},
		{"explanation", ageingView(), nil, []string{"5", "tab", "tab", "x"}},
		{"services", ageingView(), nil, []string{"6"}},
		{"racks", handView(), nil, []string{"7"}},
		{"racks-age", handView(), nil, []string{"7", "c"}},
		{"racks-rooms", handView(), nil, []string{"7", "b"}},
		{"probes", probedView(), nil, []string{"8"}},
		{"maintenance", windowView(), nil, []string{"9"}},
		{"maintenance-announce", windowView(), nil, []string{"9", "n"}},
		{"settings", handView(), nil, []string{"0"}},
		{"keys", handView(), nil, []string{"2", "?"}},
		{"palette", handView(), nil, []string{":", "type:b02"}},
		{"palette-nothing", handView(), nil, []string{":", "type:zzz"}},
	}
}

// take opens a console and goes to the screen.
func (x shot) take(t testing.TB, w, h int, with ...func(*Config)) *console {
	t.Helper()
	c := newConsole(t, w, h, x.view, with...)
	if x.msg != nil {
		c.send(x.msg)
	}
	return c.press(x.keys...)
}

// TestGoldenColours keeps every screen with its styles, at one size: what has a
// colour, what is bold, where the cursor's bar is.
func TestGoldenColours(t *testing.T) {
	for _, x := range shots(t) {
		bubble(t, x.name, func(t *testing.T) { golden.RequireEqual(t, x.take(t, 80, 24).coloured()) })
	}
}

// TestGoldenThemes shows two screens in every theme and in every depth of
// colour, and in ASCII.
func TestGoldenThemes(t *testing.T) {
	names := [...]string{fullColour: "full", colours256: "256", colours16: "16", noColour: "none"}
	for _, x := range shots(t) {
		if x.name != "servers" && x.name != "order" {
			continue
		}
		for _, th := range []theme{{name: themeDark, dark: true}, {name: themeLight}, {name: themeContrast, dark: true}, {name: themeContrast}} {
			for d, colours := range names {
				ground := "light"
				if th.dark {
					ground = "dark"
				}
				th.depth, th.ascii = depth(d), depth(d) == noColour
				bubble(t, strings.Join([]string{x.name, th.name, ground, colours}, "-"), func(t *testing.T) {
					c := x.take(t, 80, 24)
					c.app.theme = th
					c.app.restyle()
					if th.ascii && hasHigh(c.app.View().Content) {
						t.Error("the ASCII theme draws other characters")
					}
					golden.RequireEqual(t, c.coloured())
				})
			}
		}
	}
}

// TestGoldenVietnamese shows what no other test shows in Vietnamese, at every size.
func TestGoldenVietnamese(t *testing.T) {
	wanted := map[string]bool{"overview": true, "overview-trouble": true, "overview-empty": true, "overview-nothing-yet": true, "explanation": true,
		"keys": true, "palette": true, "palette-nothing": true, "server": true, "order": true, "racks-rooms": true}
	for _, x := range shots(t) {
		if !wanted[x.name] {
			continue
		}
		for _, s := range windows {
			bubble(t, fmt.Sprintf("%s-%dx%d", x.name, s[0], s[1]), func(t *testing.T) {
				c := x.take(t, s[0], s[1], inVietnamese)
				checkFits(t, x.name, c.app.View().Content, s[0], s[1])
				golden.RequireEqual(t, c.screen())
			})
		}
	}
}

// TestEveryScreenFits draws every screen in both languages at the smallest, the
// largest and odd sizes, and at one size in every theme: nothing is wider than
// its window, nothing but text and styles leaves, and the words do not depend on
// colours.
func TestEveryScreenFits(t *testing.T) {
	sizes := append([][2]int{{60, 15}, {61, 19}, {99, 31}, {250, 80}}, windows...)
	for _, x := range shots(t) {
		bubble(t, x.name, func(t *testing.T) {
			for _, code := range lang.Codes() {
				for _, s := range sizes {
					c := x.take(t, s[0], s[1], in(code))
					words := c.screen()
					checkHarmless(t, c, s[0], s[1], x.name)
					if s != windows[0] {
						continue
					}
					for n, name := range themeNames() {
						c.app.theme = theme{name: name, dark: n%2 == 0, depth: depth(n)}
						c.app.restyle()
						checkHarmless(t, c, s[0], s[1], fmt.Sprintf("%s in %s, %s", x.name, code, name))
						if c.screen() != words && x.name != "settings" { // which says the theme
							t.Errorf("%s in %s at %v: the theme %s changes what is written", x.name, code, s, name)
						}
					}
				}
			}
		})
	}
}
