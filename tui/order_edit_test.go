package tui

import (
	"slices"
	"strings"
	"testing"

	"ironage/internal/fleet"
	"ironage/internal/queue"
)

// TestOrderEdit changes fields through their form and sends nothing else.
func TestOrderEdit(t *testing.T) {
	bubble(t, "only what changed", func(t *testing.T) {
		c := atOrder(t, 80, 24, queue.Ordered, queue.Technician).press("e", "type:minh")
		c.press(slices.Repeat([]string{"tab"}, 7)...)
		c.press("type:SR-55", "ctrl+s")
		want := `edit 17 v3 map[assignee:minh vendor_case:SR-55] "" by lan`
		if got := c.desk.calls(); len(got) != 1 || got[0] != want {
			t.Errorf("desk was asked %v, want %s\n%s", got, want, c.screen())
		}
		if got := c.screen(); !strings.Contains(got, "#17 was changed") {
			t.Errorf("got\n%s\nwant a word that it was changed", got)
		}
	})
	bubble(t, "nothing", func(t *testing.T) {
		c := atOrder(t, 80, 24, queue.Ordered, queue.Technician).press("e", "ctrl+s")
		if got := c.screen(); !strings.Contains(got, "nothing was changed") || len(c.desk.calls()) > 0 {
			t.Errorf("asked %v; got\n%s\nwant nothing asked", c.desk.calls(), got)
		}
	})
	bubble(t, "a field cannot be emptied", func(t *testing.T) {
		c := atOrder(t, 80, 24, queue.Ordered, queue.Technician).press("e", "tab", "tab")
		c.press(slices.Repeat([]string{"backspace"}, 9)...)
		c.press("ctrl+s")
		if got := c.screen(); !strings.Contains(got, "Order reference cannot be emptied") {
			t.Errorf("got\n%s\nwant the refusal", got)
		}
	})
	bubble(t, "a conflict keeps what was typed", func(t *testing.T) {
		c := atOrder(t, 80, 24, queue.Approved, queue.Engineer)
		c.changedBy(t)
		c.press("e", "type:minh", "ctrl+s")
		if got := c.screen(); !strings.Contains(got, "change its fields") || !strings.Contains(got, "minh") {
			t.Fatalf("got\n%s\nwant both changes", got)
		}
		c.desk.err = nil
		c.press("enter")
		if got := c.screen(); !strings.Contains(got, "Edit #17") || !strings.Contains(got, "> minh") {
			t.Errorf("got\n%s\nwant the form again", got)
		}
	})
	bubble(t, "not when finished", func(t *testing.T) {
		c := atOrder(t, 80, 24, queue.Closed, queue.Lead).press("e")
		if got := c.screen(); !strings.Contains(got, "its fields stay as they are") {
			t.Errorf("got\n%s\nwant a word why", got)
		}
	})
}

// TestFormSave holds that saving at once never answers a question.
func TestFormSave(t *testing.T) {
	bubble(t, "question", func(t *testing.T) {
		c := atOrder(t, 80, 24, queue.Proposed, queue.Engineer).press("Z", "type:x", "ctrl+s")
		if got := c.screen(); len(c.desk.calls()) > 0 || !strings.Contains(got, "answer the question at the end first") {
			t.Errorf("asked %v; got\n%s\nwant the question still asked", c.desk.calls(), got)
		}
	})
	bubble(t, "missing", func(t *testing.T) {
		c := atOrder(t, 80, 24, queue.Approved, queue.Technician).press("O", "ctrl+s")
		if got := c.screen(); len(c.desk.calls()) > 0 || !strings.Contains(got, "is needed") {
			t.Errorf("asked %v; got\n%s\nwant a word about what is missing", c.desk.calls(), got)
		}
	})
}

// TestOrderLinks goes from an order to those that belong to it.
func TestOrderLinks(t *testing.T) {
	o, log := orderedTo(t, queue.Approved)
	o.RepeatOf, o.Parent, o.Flags = 9, 12, []string{queue.FlagRecovered}
	o.Score, o.P, o.Explanation = 31.25, 0.394, "12-month failure probability 39.4 % = 2 % (age) × 8 (pending)"
	o.Reasons[0].StillTrue = false
	whole := failedDisk(12)
	whole.Slot, whole.Place, whole.Kind = queue.ServerSlot, "", fleet.Chassis
	c := newConsole(t, 120, 40, workView(o, whole))
	c.desk.logs = map[int64][]queue.Entry{o.ID: log}
	c.send(openOrderMsg{o.ID})
	for _, text := range []string{"the whole server is #12", "did not last: #9", "recovered: healthy again without a swap", "no longer seen", "score 31.2 · failure within 12 months: 39.4 %", "× 8 (pending)"} {
		if got := c.screen(); !strings.Contains(got, text) {
			t.Errorf("got\n%s\nwant %q", got, text)
		}
	}
	c.press("l")
	if got := c.screen(); !strings.Contains(got, "#12 proposed  whole server of tdo-db-07") || !strings.Contains(got, "belongs to it: #17") {
		t.Errorf("got\n%s\nwant the order for the whole server", got)
	}
}
