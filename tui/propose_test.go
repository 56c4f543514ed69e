package tui

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/exp/golden"

	"ironage/internal/queue"
)

// atProposal is a console with the proposal form for a component.
func atProposal(t testing.TB, w, h int, key string, orders ...queue.Order) *console {
	t.Helper()
	c := newConsole(t, w, h, workView(orders...))
	c.send(proposeMsg{"tdo-db-07", key})
	return c
}

func TestGoldenPropose(t *testing.T) {
	tests := []struct {
		name, key string
		keys      []string
		all       bool
	}{
		{"failed-disk", "disk/Disk 3", nil, true},
		{"predictive-disk", "disk/Disk 5", nil, false},
		{"untracked-fan", "fan/Fan 2", nil, false},
		{"manual-without-text", "fan/Fan 2", []string{"right", "right", "tab", "tab", "enter"}, false},
		{"gone", "disk/Disk 99", nil, false},
	}
	for _, x := range tests {
		sizes := windows
		if !x.all {
			sizes = windows[:1]
		}
		for _, s := range sizes {
			bubble(t, fmt.Sprintf("%s-%dx%d", x.name, s[0], s[1]), func(t *testing.T) {
				c := atProposal(t, s[0], s[1], x.key).press(x.keys...)
				checkFits(t, x.name, c.app.View().Content, s[0], s[1])
				golden.RequireEqual(t, c.screen())
			})
		}
	}
}

// TestProposeChooses holds that the reason and the tier that the desk gives are chosen.
func TestProposeChooses(t *testing.T) {
	bubble(t, "from the evidence", func(t *testing.T) {
		c := atProposal(t, 80, 24, "disk/Disk 5")
		p := c.app.top().(*proposeScreen)
		if got := *p.form.values["reason"] + " " + *p.form.values["tier"]; got != "predictive P2" {
			t.Errorf("got %q, want predictive P2", got)
		}
	})
	bubble(t, "manual without any", func(t *testing.T) {
		c := atProposal(t, 80, 24, "memory/DIMM A1")
		p := c.app.top().(*proposeScreen)
		if got := *p.form.values["reason"]; got != "manual" {
			t.Errorf("got %q, want manual", got)
		}
	})
}

func TestPropose(t *testing.T) {
	bubble(t, "opens the new order when the desk has made it", func(t *testing.T) {
		c := atProposal(t, 80, 24, "disk/Disk 5").press("enter", "enter", "type:before it fails")
		if len(c.desk.calls()) != 0 {
			t.Fatalf("asked %v before the form was finished", c.desk.calls())
		}
		c.press("enter")
		if got := c.desk.calls(); len(got) != 1 || got[0] != "propose tdo-db-07 disk/Disk 5 by lan" {
			t.Errorf("desk was asked %v, want one proposal", got)
		}
		if got := c.screen(); !strings.Contains(got, "#99 proposed as P2") || !strings.Contains(got, "› #99") {
			t.Errorf("got\n%s\nwant the order's page", got)
		}
		if len(c.app.stack) != 2 {
			t.Errorf("got %d screens on the stack, want the form gone", len(c.app.stack))
		}
	})
	bubble(t, "an open order is opened instead", func(t *testing.T) {
		c := atProposal(t, 80, 24, "disk/Disk 3", failedDisk(17))
		if got := c.screen(); !strings.Contains(got, "P2 #17 proposed") || !strings.Contains(got, "this slot already has open order #17") {
			t.Errorf("got\n%s\nwant order #17 and a word why", got)
		}
	})
	bubble(t, "so is one that somebody made meanwhile", func(t *testing.T) {
		c := atProposal(t, 80, 24, "disk/Disk 3")
		c.desk.err = &queue.Duplicate{Order: failedDisk(31)}
		c.press("enter", "enter", "enter")
		if got := c.screen(); !strings.Contains(got, "› #31") || !strings.Contains(got, "already has open order #31") {
			t.Errorf("got\n%s\nwant order #31 and a word why", got)
		}
	})
	bubble(t, "a refusal keeps the form", func(t *testing.T) {
		c := atProposal(t, 80, 24, "disk/Disk 3")
		c.desk.err = &queue.Refusal{Action: "propose", To: queue.Proposed, Why: "the server is in maintenance"}
		c.press("enter", "enter", "type:hurry", "enter")
		if got := c.screen(); !strings.Contains(got, "Not saved: the server is in maintenance") || !strings.Contains(got, "> hurry") {
			t.Errorf("got\n%s\nwant the reason and the note still typed", got)
		}
	})
	bubble(t, "esc goes back", func(t *testing.T) {
		c := atProposal(t, 80, 24, "disk/Disk 3").press("esc")
		if got := c.screen(); !strings.Contains(got, "nothing was proposed") || len(c.app.stack) != 1 {
			t.Errorf("got\n%s\nwant the screen before", got)
		}
	})
	bubble(t, "a manual reason is the person's own words", func(t *testing.T) {
		c := atProposal(t, 80, 24, "fan/Fan 2")
		p := c.app.top().(*proposeScreen)
		if got := p.chosen("manual", "rattles"); len(got) != 1 || got[0].Code != queue.ReasonManual || got[0].Text != "rattles" {
			t.Errorf("got %v, want one manual reason", got)
		}
	})
}
