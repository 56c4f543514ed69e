package tui

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/exp/golden"

	"ironage/internal/fleet"
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
		{"finished", boardView(t), []string{"b", "f", "l", "l", "l", "l", "l", "l", "l", "l", "l"}, false},
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
		c.press("esc", "q")
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

// TestWalk opens the pick list from marks and from what is ready.
func TestWalk(t *testing.T) {
	c := newConsole(t, 80, 24, walkView(t)).press("3", "space", "space", "w")
	if got := c.screen(); !strings.Contains(got, "for 2 orders in") {
		t.Errorf("got\n%s\nwant the two marked orders", got)
	}
	c.press("w")
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

// TestAlarm shows the alarm on every screen until the part is back.
func TestAlarm(t *testing.T) {
	c := newConsole(t, 120, 40, wrongPull(t))
	for _, k := range []string{"1", "2", "3", "4", "5", "6", "?"} {
		c.press(k)
		if got := c.screen(); !strings.Contains(got, "✗ WRONG PART PULLED: Bay 4 (WFK0A004) of tdo-db-07; order #17 is for Bay 3 (WFK0A003). Put it back.") {
			t.Errorf("%s: got\n%s\nwant the alarm", k, got)
		}
		checkFits(t, k, c.app.View().Content, 120, 40)
	}
	c.send(openOrderMsg{17})
	if got := c.screen(); strings.Count(got, "WRONG PART PULLED") != 2 || !strings.Contains(got, "wrong part: another part than this order's was pulled") {
		t.Errorf("got\n%s\nwant the alarm on the order's page too, and its flag", got)
	}
	c.app.theme.ascii = true
	c.app.restyle()
	if drawn := c.app.View().Content; hasHigh(drawn) || !strings.Contains(drawn, "X WRONG PART PULLED") {
		t.Error("the alarm is not told in ASCII")
	}
	c.send(viewMsg{orderView(t, queue.InProgress)})
	if got := c.screen(); strings.Contains(got, "WRONG PART") {
		t.Errorf("got\n%s\nwant no alarm any more", got)
	}
	two := wrongPull(t)
	second := two.Orders[0]
	second.ID, second.Server, second.Slot = 18, "gone\x1b[31m", "disk/Disk 1"
	two.Orders = append(two.Orders, second)
	c.send(viewMsg{two})
	if got := c.screen(); !strings.Contains(got, "and 1 more") || strings.ContainsRune(got, '\x1b') {
		t.Errorf("got\n%s\nwant both alarms counted", got)
	}
}

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
		for _, keys := range [][]string{{"3"}, {"b"}, {"l", "j"}, {"space", "w"}, {"esc"}, {"m"}, {"e"}, {"esc", "esc"}, {"enter"}, {"pgdown"}, {"esc"},
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
