package tui

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/exp/golden"

	"ironage/internal/ops"
)

// TestWalk opens the pick list from marks and from what is ready.
func TestWalk(t *testing.T) {
	c := newConsole(t, 80, 24, walkView(t)).press("3", "space", "space", "t")
	if got := c.screen(); !strings.Contains(got, "for 2 orders in") {
		t.Errorf("got\n%s\nwant the two marked orders", got)
	}
	c.press("t")
	if got := c.screen(); !strings.Contains(got, "ironage queue picklist 20 2") {
		t.Errorf("got\n%s\nwant the command", got)
	}
	c.press(":", "type:picklist", "enter")
	if got := c.screen(); !strings.Contains(got, "for 12 orders in 3 racks") {
		t.Errorf("got\n%s\nwant every ready order", got)
	}
	p := c.app.top().(*pickList)
	for range p.stops {
		name := orderName(p.stops[p.cursor].Order.ID)
		if got := c.line("▸ "); !strings.Contains(got, name) {
			t.Fatalf("%s is under the cursor, but not on screen:\n%s", name, c.screen())
		}
		c.press("j")
	}
	c.press("enter")
	if got := c.screen(); !strings.Contains(got, "› #31") && !strings.Contains(got, "› #") {
		t.Errorf("got\n%s\nwant the order's page", got)
	}
}

func TestGoldenPickList(t *testing.T) {
	for _, x := range []struct {
		name string
		view *ops.View
		all  bool
	}{{"rows", walkView(t), true}, {"empty", workView(), false}} {
		sizes := windows
		if !x.all {
			sizes = windows[:1]
		}
		for _, s := range sizes {
			t.Run(fmt.Sprintf("%s-%dx%d", x.name, s[0], s[1]), func(t *testing.T) {
				c := newConsole(t, s[0], s[1], x.view)
				c.send(openPickListMsg{})
				checkFits(t, x.name, c.app.View().Content, s[0], s[1])
				golden.RequireEqual(t, c.screen())
			})
		}
	}
}

func TestGoldenDisposals(t *testing.T) {
	for _, x := range []struct {
		name string
		view *ops.View
		keys []string
		all  bool
	}{
		{"rows", disposalView(t), nil, true},
		{"empty", workView(), nil, false},
		{"nothing-yet", nil, nil, false},
		{"none-matching", disposalView(t), []string{"/", "type:zzz", "enter"}, false},
		{"close", disposalView(t), []string{"C"}, true},
		{"close-two", disposalView(t), []string{"space", "space", "C"}, false},
	} {
		sizes := windows
		if !x.all {
			sizes = windows[:1]
		}
		for _, s := range sizes {
			bubble(t, fmt.Sprintf("%s-%dx%d", x.name, s[0], s[1]), func(t *testing.T) {
				c := newConsole(t, s[0], s[1], x.view)
				c.send(openDisposalsMsg{})
				c.press(x.keys...)
				checkFits(t, x.name, c.app.View().Content, s[0], s[1])
				golden.RequireEqual(t, c.screen())
			})
		}
	}
}

// TestDisposalClose says what became of a disk from the register.
func TestDisposalClose(t *testing.T) {
	bubble(t, "one", func(t *testing.T) {
		c := newConsole(t, 100, 30, disposalView(t))
		c.press(":", "type:disposals", "enter", "C")
		c.press("down", "down", "enter", "enter", "type:SHRED-9", "enter", "enter", "y")
		if got := c.desk.calls(); len(got) != 1 || !strings.HasPrefix(got[0], "move 18 v") || !strings.Contains(got[0], "to closed") {
			t.Errorf("desk was asked %v, want #18 closed; the screen is\n%s", got, c.screen())
		}
	})
	c := newConsole(t, 100, 30, disposalView(t))
	c.send(openDisposalsMsg{})
	c.press("G", "C")
	if got := c.screen(); !strings.Contains(got, "settled already") {
		t.Errorf("got\n%s\nwant a word that it is settled", got)
	}
	c.press("enter")
	if got := c.screen(); !strings.Contains(got, "› #7") {
		t.Errorf("got\n%s\nwant the order's page", got)
	}
}
