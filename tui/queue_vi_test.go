package tui

import (
	"fmt"
	"testing"

	"github.com/charmbracelet/x/exp/golden"

	"ironage/internal/lang"
	"ironage/internal/ops"
	"ironage/internal/queue"
)

// TestGoldenQueueVietnamese shows the queue's screens to a technician who reads
// Vietnamese, at every size; in English they stand in tests of their own.
func TestGoldenQueueVietnamese(t *testing.T) {
	for _, x := range []struct {
		name string
		view *ops.View
		msg  any
		role queue.Role
		keys []string
		all  bool
	}{
		{"list", queueView(t), nil, queue.Engineer, []string{"3"}, true},
		{"list-marked", queueView(t), nil, queue.Engineer, []string{"3", "space", "space"}, false},
		{"list-empty", workView(), nil, queue.Engineer, []string{"3"}, false},
		{"list-nothing-yet", nil, nil, queue.Engineer, []string{"3"}, false},
		{"list-viewer", queueView(t), nil, queue.Viewer, []string{"3", "m"}, false},
		{"board", boardView(t), nil, queue.Engineer, []string{"3", "b"}, true},
		{"bulk", queueView(t), nil, queue.Engineer, []string{"3", "space", "space", "space", "m"}, true},
		{"order-proposed", nil, queue.Proposed, queue.Engineer, nil, true},
		{"ready", nil, queue.Ready, queue.Technician, nil, true},
		{"in-progress", nil, queue.InProgress, queue.Technician, nil, true},
		{"verified", nil, queue.Verified, queue.Technician, nil, false},
		{"closed", nil, queue.Closed, queue.Engineer, nil, true},
		{"deferred", nil, queue.Deferred, queue.Engineer, nil, false},
		{"viewer", nil, queue.Proposed, queue.Viewer, nil, false},
		{"form-order", nil, queue.Approved, queue.Technician, []string{"O"}, true},
		{"form-start", nil, queue.Ready, queue.Technician, []string{"S"}, true},
		{"form-close", nil, queue.Verified, queue.Technician, []string{"C"}, true},
		{"form-cancel", nil, queue.InProgress, queue.Engineer, []string{"Z", "type:máy đã bỏ", "enter"}, false},
		{"form-refused", nil, queue.Approved, queue.Technician, []string{"O", "type:A", "enter", "type:PO-1", "enter", "type:2026-01-01", "enter", "enter"}, false},
		{"picklist", walkView(t), openPickListMsg{}, queue.Technician, nil, true},
		{"picklist-empty", workView(), openPickListMsg{}, queue.Technician, nil, false},
		{"disposals", disposalView(t), openDisposalsMsg{}, queue.Technician, nil, true},
		{"propose", workView(), proposeMsg{"tdo-db-07", "disk/Disk 3"}, queue.Engineer, nil, true},
		{"alarm", wrongPull(t), openOrderMsg{17}, queue.Technician, nil, true},
	} {
		sizes := windows
		if !x.all {
			sizes = windows[:1]
		}
		for _, s := range sizes {
			bubble(t, fmt.Sprintf("%s-%dx%d", x.name, s[0], s[1]), func(t *testing.T) {
				msg, view := x.msg, x.view
				state, isState := msg.(queue.State)
				var log []queue.Entry
				if isState {
					var o queue.Order
					o, log = orderedTo(t, state)
					view, msg = workView(o), openOrderMsg{o.ID}
				}
				c := newConsole(t, s[0], s[1], view, inVietnamese, as(x.role))
				c.desk.logs = map[int64][]queue.Entry{17: log}
				if msg != nil {
					c.send(msg)
				}
				c.press(x.keys...)
				checkFits(t, x.name, c.app.View().Content, s[0], s[1])
				golden.RequireEqual(t, c.screen())
			})
		}
	}
}

// TestGoldenConflictVietnamese shows both changes when somebody was faster.
func TestGoldenConflictVietnamese(t *testing.T) {
	for _, s := range windows {
		bubble(t, fmt.Sprintf("%dx%d", s[0], s[1]), func(t *testing.T) {
			c := atOrder(t, s[0], s[1], queue.Approved, queue.Engineer, inVietnamese)
			c.changedBy(t)
			c.press("T", "type:lồng 2, kệ B", "enter", "type:WFK9Z114", "enter", "enter")
			checkFits(t, "conflict", c.app.View().Content, s[0], s[1])
			golden.RequireEqual(t, c.screen())
		})
	}
}

// TestGoldenAisleVietnamese is what a technician reads on a phone in the aisle.
func TestGoldenAisleVietnamese(t *testing.T) {
	for _, x := range []struct {
		name string
		view *ops.View
		keys []string
	}{
		{"ready", orderView(t, queue.Ready), nil},
		{"in-progress", orderView(t, queue.InProgress), nil},
		{"wrong-part", wrongPull(t), nil},
		{"verifying", provenSome(t), nil},
		{"verified", orderView(t, queue.Verified), nil},
		{"proposed", orderView(t, queue.Proposed), []string{"s"}},
		{"start", orderView(t, queue.Ready), []string{"s"}},
		{"note", orderView(t, queue.InProgress), []string{"n", "type:khay 3 kẹt"}},
	} {
		for _, s := range [][2]int{{40, 12}, {40, 20}, {80, 24}, {120, 40}, {200, 60}} {
			if s[0] > 80 && x.name != "in-progress" {
				continue
			}
			bubble(t, fmt.Sprintf("%s-%dx%d", x.name, s[0], s[1]), func(t *testing.T) {
				c := newConsole(t, s[0], s[1], x.view, in(lang.Vietnamese), as(queue.Technician))
				c.send(openAisleMsg{17})
				c.press(x.keys...)
				checkFits(t, x.name, c.app.View().Content, s[0], s[1])
				golden.RequireEqual(t, c.screen())
			})
		}
	}
}
