package tui

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/exp/golden"

	"ironage/internal/fleet"
	"ironage/internal/lang"
	"ironage/internal/ops"
)

func TestGoldenRacks(t *testing.T) {
	tests := []struct {
		name string
		view *ops.View
		keys []string
		all  bool
	}{
		{"racks", rackView(), []string{"7"}, true},
		{"racks-age", rackView(), []string{"7", "c"}, false},
		{"racks-risk", rackView(), []string{"7", "c", "c"}, false},
		{"racks-heat", rackView(), []string{"7", "c", "c", "c", "l"}, true},
		{"racks-rear", rackView(), []string{"7", "v"}, false},
		{"racks-chassis", rackView(), []string{"7", "l", "l", "j", "j", "j"}, true},
		{"racks-wide", rackView(), []string{"7", "w"}, true},
		{"racks-rooms", rackView(), []string{"7", "b", "c"}, true},
		{"racks-filtered", rackView(), []string{"7", "/", "type:health:critical", "enter"}, false},
		{"racks-none-matching", rackView(), []string{"7", "/", "type:rack:Z*", "enter"}, false},
		{"racks-nothing-yet", nil, []string{"7"}, false},
		{"racks-no-place", noRacksView(), []string{"7"}, false},
		{"racks-empty", emptyView(), []string{"7"}, false},
	}
	for _, x := range tests {
		sizes := windows
		if !x.all {
			sizes = windows[:1]
		}
		for _, code := range lang.Codes() {
			for _, s := range sizes {
				t.Run(fmt.Sprintf("%s-%dx%d-%s", x.name, s[0], s[1], code), func(t *testing.T) {
					with := []func(*Config){in(code)}
					if x.view != nil && x.view.Fleet.Len() > 12 {
						with = append(with, inRacks)
					}
					c := newConsole(t, s[0], s[1], x.view, with...).press(x.keys...)
					checkFits(t, x.name, c.app.View().Content, s[0], s[1])
					golden.RequireEqual(t, c.screen())
				})
			}
		}
	}
}

// The cursor goes by server and by rack, opens what it is on, and is told where.
func TestRackCursor(t *testing.T) {
	c := newConsole(t, 120, 40, rackView(), inRacks).press("7")
	at := func(want string) {
		t.Helper()
		s, ok := c.app.top().(*rackScreen)
		if !ok || s.server != want {
			t.Fatalf("the cursor is on %q (%T), want %s", s.server, c.app.top(), want)
		}
	}
	at("hn-a07-03")
	c.press("j")
	at("hn-a07-04") // on the rear of the same unit: the rack turns round for it
	if line := c.line("hn-a07-04"); !strings.Contains(line, "▸") {
		t.Errorf("the server on the rear is not shown: %q", line)
	}
	c.press("G")
	at("hn-a07-01")
	c.press("l", "g")
	at("hn-b02-14")
	c.press("tab") // the next room has an empty rack
	at("")
	c.press("shift+tab", "k")
	at("hn-a07-03")
	c.press("enter")
	if got := c.app.top().Title(); !strings.Contains(got, "hn-a07-03") {
		t.Errorf("enter opened %q", got)
	}
	c.send(openRackMsg{"hanoi/dc1/C11"})
	at("hn-c11-22")
	if s := c.screen(); !strings.Contains(s, "▸ C11") {
		t.Errorf("the rack is not shown:\n%s", s)
	}
	c.send(openRackMsg{"b02"})
	at("hn-b02-14")
	if got := c.app.top().(copier).Copy(); !strings.Contains(got, "rack B02 U14") {
		t.Errorf("copied %q", got)
	}
}

// A filter hides racks, never units that are taken.
func TestRackFilter(t *testing.T) {
	c := newConsole(t, 120, 40, rackView(), inRacks).press("7", "/", "type:health:critical", "enter")
	s := c.screen()
	if strings.Contains(s, "B02") || !strings.Contains(s, "hn-a07-02") {
		t.Errorf("want A07 with all its servers, and no B02:\n%s", s)
	}
	c.press("G", "g", "j")
	if got := c.app.top().(*rackScreen).server; got != "hn-a07-01" {
		t.Errorf("the cursor is on %s, which the filter leaves out", got)
	}
	c.press("esc")
	if !strings.Contains(c.screen(), "B02") {
		t.Error("esc does not show all")
	}
}

// Conflicts, free units and unknown places are said in words.
func TestRackWords(t *testing.T) {
	c := newConsole(t, 200, 60, rackView(), inRacks).press("7")
	for _, want := range []string{"same unit", "2 in conflict", "beyond the rack:", "position not written down:", "in no rack", "hn-kho-01", "Slot 3 ✓ hn-blade-2", "rear"} {
		if !strings.Contains(c.screen(), want) {
			t.Errorf("%q is not said:\n%s", want, c.screen())
		}
	}
}

// In ASCII everything is still there.
func TestRackASCII(t *testing.T) {
	c := newConsole(t, 80, 24, rackView(), inRacks).press("7", "c")
	c.app.theme.ascii = true
	c.app.restyle()
	if drawn := c.app.View().Content; hasHigh(drawn) {
		t.Error("the ASCII theme draws other characters")
	}
	golden.RequireEqual(t, c.screen())
}

func TestRacksFit(t *testing.T) {
	sizes := append([][2]int{{60, 10}, {61, 11}, {79, 17}, {110, 30}, {250, 80}}, windows...)
	for name, v := range map[string]*ops.View{"racks": rackView(), "hand": handView(), "none": nil, "empty": emptyView(), "nowhere": noRacksView(), "many": manyView(300)} {
		for _, code := range lang.Codes() {
			c := newConsole(t, 80, 24, v, in(code), inRacks).press("7")
			for _, keys := range []string{"", "c", "c", "c", "c", "v", "w", "b", "c", "c", "l", "j", "b", "/"} {
				if keys != "" {
					c.press(keys)
				}
				s := c.app.top()
				for _, size := range sizes {
					checkFits(t, name+" "+string(code)+" after "+keys, s.View(size[0], size[1]), size[0], size[1])
				}
			}
		}
	}
}

func BenchmarkRacks(b *testing.B) {
	c := newConsole(b, 200, 50, manyView(10_000)).press("7")
	b.Run("key to drawn view", func(b *testing.B) {
		keys := []string{"j", "l", "l", "h", "k"}
		for i := 0; b.Loop(); i++ {
			c.press(keys[i%len(keys)])
			_ = c.app.View()
		}
	})
	b.Run("rooms", func(b *testing.B) {
		c.press("b")
		for b.Loop() {
			c.press("j")
			_ = c.app.View()
		}
		c.press("b")
	})
	b.Run("snapshot", func(b *testing.B) {
		v := c.app.sh.view
		changed := *v.Fleet.At(100)
		for b.Loop() {
			next := *v
			changed.State.Updated = changed.State.Updated.Add(1)
			next.Fleet = v.Fleet.With(v.Fleet.Revision+1, threeAM, []fleet.Entry{changed})
			c.send(viewMsg{&next})
			_ = c.app.View()
		}
	})
}
