package tui

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/exp/golden"

	"ironage/internal/ops"
	"ironage/internal/queue"
)

// boardView is queueView with flags and more orders than a column holds.
func boardView(t testing.TB) *ops.View {
	v := queueView(t)
	for i := range v.Orders {
		switch o := &v.Orders[i]; o.State {
		case queue.InProgress:
			o.Flags = []string{queue.FlagWrongPart}
		case queue.Replaced:
			o.Flags = []string{queue.FlagUnplannedSwap, queue.FlagNeedsVerification}
		}
	}
	for i := range 20 {
		o, _ := orderedTo(t, queue.Proposed)
		o.ID, o.Slot, o.Place, o.Tier, o.Server = int64(70+i), fmt.Sprintf("disk/Disk %d", i), fmt.Sprintf("Bay %d", i), queue.P3, "noc-02"
		v.Orders = append(v.Orders, o)
	}
	return v
}

func TestGoldenBoard(t *testing.T) {
	tests := []struct {
		name string
		view *ops.View
		keys []string
		all  bool
	}{
		{"rows", boardView(t), []string{"b"}, true},
		{"right", boardView(t), []string{"b", "l", "l", "l", "l", "l"}, false},
		{"down", boardView(t), []string{"b", "G"}, false},
		{"finished", boardView(t), []string{"b", "c", "l", "l", "l", "l", "l", "l", "l", "l", "l"}, false},
		{"marked", boardView(t), []string{"b", "space", "space", "l", "space"}, true},
		{"filtered", boardView(t), []string{"b", "/", "type:tier:p1", "enter"}, false},
		{"none-matching", boardView(t), []string{"b", "/", "type:zzz", "enter"}, false},
		{"empty", workView(), []string{"b"}, false},
		{"nothing-yet", nil, []string{"b"}, false},
	}
	for _, x := range tests {
		sizes := windows
		if !x.all {
			sizes = windows[:1]
		}
		for _, s := range sizes {
			t.Run(fmt.Sprintf("%s-%dx%d", x.name, s[0], s[1]), func(t *testing.T) {
				c := newConsole(t, s[0], s[1], x.view).press("3").press(x.keys...)
				checkFits(t, x.name, c.app.View().Content, s[0], s[1])
				golden.RequireEqual(t, c.screen())
			})
		}
	}
}

// TestBoardCursor holds that the cursor stays on its order: from list to board,
// and when the order moves to another column.
func TestBoardCursor(t *testing.T) {
	c := newConsole(t, 120, 40, queueView(t)).press("3", "j", "j", "b")
	q := c.app.top().(*queueList)
	if o := q.current(); o == nil || o.ID != 44 {
		t.Fatalf("got %v, want #44, on which the list's cursor stood", o)
	}
	next := queueView(t)
	for i := range next.Orders {
		if next.Orders[i].ID == 44 {
			next.Orders[i].State = queue.Replaced
		}
	}
	c.send(viewMsg{next})
	if o := q.current(); o == nil || o.ID != 44 || q.board.cols[q.board.at].state != queue.Replaced {
		t.Errorf("got %v, want #44 in its new column", o)
	}
	c.press("b")
	if o := q.current(); o == nil || o.ID != 44 {
		t.Errorf("got %v, want #44 in the list", o)
	}
	c.press("b", "enter")
	if got := c.screen(); !strings.Contains(got, "› #44") {
		t.Errorf("got\n%s\nwant the order's page", got)
	}
}

// TestBoardShowsEvery holds that every order of the list can be reached on the
// board, at any size.
func TestBoardShowsEvery(t *testing.T) {
	v := boardView(t)
	for _, size := range [][2]int{{60, 15}, {80, 24}, {200, 60}} {
		c := newConsole(t, size[0], size[1], v).press("3", "b")
		q := c.app.top().(*queueList)
		seen := map[int64]bool{}
		c.press(slices.Repeat([]string{"h"}, 8)...)
		for range q.board.cols {
			c.press("g")
			col := &q.board.cols[q.board.at]
			for range col.orders {
				o := q.current()
				if got := c.screen(); !strings.Contains(got, orderName(o.ID)) {
					t.Fatalf("%v: %s is under the cursor, but not on screen:\n%s", size, orderName(o.ID), got)
				}
				checkFits(t, "board", c.app.View().Content, size[0], size[1])
				seen[o.ID] = true
				c.press("j")
			}
			c.press("l")
		}
		if want := len(q.table.rows); len(seen) != want {
			t.Errorf("%v: saw %d orders, want %d", size, len(seen), want)
		}
	}
}

// TestQueueScreensFit draws the queue's screens over hostile texts at many sizes.
func TestQueueScreensFit(t *testing.T) {
	evil := "\x1b[31m\u202e" + strings.Repeat("ệ", 50) + "硬盘\n\t\x00"
	v := boardView(t)
	for i := range v.Orders {
		o := &v.Orders[i]
		o.Server, o.Place, o.Old.Model, o.Old.Serial, o.Assignee, o.Spare, o.Window = evil, evil, evil, evil, evil, evil, evil
		o.Explanation, o.ChangedBy, o.VendorCase, o.Flags = evil, evil, evil, append(o.Flags, evil)
		o.Disposition = &queue.Disposition{Method: evil, By: evil, Certificate: evil}
	}
	for _, size := range [][2]int{{60, 15}, {61, 16}, {79, 20}, {80, 24}, {133, 33}, {200, 60}} {
		c := newConsole(t, size[0], size[1], v)
		for _, keys := range [][]string{{"3"}, {"b"}, {"l", "j"}, {"space", "t"}, {"esc"}, {"m"}, {"e"}, {"esc", "esc"}, {"enter"}, {"pgdown"}, {"esc"},
			{":", "type:disposals", "enter"}, {"space", "enter"}, {"z"}, {"esc", ":", "type:aisle 4"}} {
			c.press(keys...)
			drawn := c.app.View().Content
			checkFits(t, strings.Join(keys, " "), drawn, size[0], size[1])
			if strings.Contains(drawn, "\x1b[31m\u202e") || strings.ContainsRune(drawn, '\u202e') {
				t.Fatalf("%v: hostile text is drawn as it is", keys)
			}
		}
	}
}
