package tui

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/exp/golden"

	"ironage/internal/queue"
)

// bulkConsole has five orders marked: two proposed ones, one that the store
// refuses, one that somebody changed meanwhile, and one that is ready.
func bulkConsole(t testing.TB, w, h int) *console {
	t.Helper()
	var orders []queue.Order
	for i := range 4 {
		o, _ := orderedTo(t, queue.Proposed)
		o.ID, o.Slot, o.Place = int64(31+i), fmt.Sprintf("disk/Disk %d", i), fmt.Sprintf("Bay %d", i)
		orders = append(orders, o)
	}
	ready, _ := orderedTo(t, queue.Ready)
	ready.ID = 35
	c := newConsole(t, w, h, workView(append(orders, ready)...))
	c.desk.fails = map[int64]error{33: &queue.Refusal{Order: 33, From: queue.Proposed, To: queue.Approved, Why: "the server has left the inventory"},
		34: &queue.Conflict{By: "tuan", At: before(60e9), Version: 2, Order: orders[3],
			Since: []queue.Entry{{Seq: 2, Time: before(60e9), Actor: tuan, Action: "note", Reason: "wait for the weekend"}}}}
	return c.press("3", "space", "space", "space", "space", "space")
}

func TestGoldenBulk(t *testing.T) {
	for _, x := range []struct {
		name string
		keys []string
	}{
		{"choice", []string{"m"}},
		{"approve", []string{"m", "A"}},
		{"approved", []string{"m", "A", "type:CN0G2G54", "enter", "enter"}},
		{"assign", []string{"m", "e"}},
		{"cancel", []string{"m", "Z", "type:moved to another site", "enter"}},
	} {
		for _, s := range windows {
			bubble(t, fmt.Sprintf("%s-%dx%d", x.name, s[0], s[1]), func(t *testing.T) {
				c := bulkConsole(t, s[0], s[1]).press(x.keys...)
				checkFits(t, x.name, c.app.View().Content, s[0], s[1])
				golden.RequireEqual(t, c.screen())
			})
		}
	}
}

// TestBulk changes several orders of which one is refused and one was changed
// by somebody else: the others are done, and these two stay to be tried again.
func TestBulk(t *testing.T) {
	bubble(t, "approve", func(t *testing.T) {
		c := bulkConsole(t, 100, 30).press("m", "A", "type:CN0G2G54", "enter", "type:all of one batch")
		if len(c.desk.calls()) > 0 {
			t.Fatalf("asked %v before the form was finished", c.desk.calls())
		}
		c.press("enter")
		want := []string{"move 31 v1 to approved by lan", "move 32 v1 to approved by lan", "move 33 v1 to approved by lan", "move 34 v1 to approved by lan"}
		if got := c.desk.calls(); !slices.Equal(got, want) {
			t.Errorf("desk was asked %v, want %v", got, want)
		}
		for _, text := range []string{"#31    is now approved", "#33    refused: the server has left the inventory", "#34    Changed by tuan", "#35    left alone: it is ready", "2 of 5 orders changed"} {
			if got := c.screen(); !strings.Contains(got, text) {
				t.Errorf("got\n%s\nwant %q", got, text)
			}
		}
		q := c.app.stack[0].(*queueList)
		if got := q.marked(); !slices.Equal(got, []int64{33, 34, 35}) {
			t.Errorf("still marked: got %v, want those that were not changed", got)
		}
		c.desk.fails = nil
		c.press("enter")
		if got := c.screen(); !strings.Contains(got, "> CN0G2G54") || !strings.Contains(got, "> all of one batch") {
			t.Fatalf("got\n%s\nwant the form with what was typed", got)
		}
		c.press("enter", "enter")
		if got := c.desk.calls()[4:]; !slices.Equal(got, want[2:]) {
			t.Errorf("the second time: got %v, want %v", got, want[2:])
		}
	})
	bubble(t, "says whose word it takes", func(t *testing.T) {
		c := bulkConsole(t, 100, 30)
		v := *c.desk.view
		v.Orders = slices.Clone(v.Orders)
		v.Orders[0].Tier = queue.P4
		c.send(viewMsg{&v})
		c.press("m", "A", "enter", "enter")
		if got := c.screen(); !strings.Contains(got, "#31    left alone: it takes a lead") {
			t.Errorf("got\n%s\nwant it said that approving P4 takes a lead", got)
		}
	})
	bubble(t, "nothing is left behind while it runs", func(t *testing.T) {
		c := bulkConsole(t, 100, 30).press("m", "A")
		b := c.app.top().(*bulkScreen)
		b.run()
		c.send(struct{}{}) // whatever the App hands on
		c.press("esc", "q")
		if got := c.desk.calls(); len(got) > 0 {
			t.Errorf("desk was asked %v a second time", got)
		}
		if c.app.top() != screen(b) || !b.Unsaved() {
			t.Error("Esc leaves while orders are being changed")
		}
	})
	bubble(t, "assign", func(t *testing.T) {
		c := bulkConsole(t, 100, 40)
		c.desk.fails = nil
		c.press("m", "e", "type:minh", "ctrl+s")
		got := c.desk.calls()
		if len(got) != 5 || got[0] != `edit 31 v1 map[assignee:minh] "" by lan` {
			t.Errorf("desk was asked %v, want five edits of the assignee alone", got)
		}
	})
	bubble(t, "no is no", func(t *testing.T) {
		c := bulkConsole(t, 100, 30).press("m", "Z", "type:moved", "enter", "enter")
		if got := c.screen(); len(c.desk.calls()) != 0 || !strings.Contains(got, "nothing was changed") {
			t.Errorf("asked %v; got\n%s\nwant nothing done", c.desk.calls(), got)
		}
	})
	bubble(t, "a store that fails is said for each", func(t *testing.T) {
		c := bulkConsole(t, 100, 30)
		c.desk.fails = nil
		c.press("m", "n", "type:hello")
		c.desk.err = errors.New("the disk under the database is full")
		c.press("enter")
		if got := strings.Count(c.screen(), "not changed: the disk under the database is full"); got != 5 {
			t.Errorf("got %d such lines, want 5:\n%s", got, c.screen())
		}
	})
}
