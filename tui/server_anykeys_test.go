package tui

import (
	"fmt"
	"testing"
	"testing/synctest"

	tea "charm.land/bubbletea/v2"
	"pgregory.net/rapid"

	"ironage/internal/queue"
)

// TestPagesAnyKeys presses whatever may be pressed on a server's page, an order
// and their forms, while the fleet changes underneath: nothing may break, and
// no change is sent twice.
func TestPagesAnyKeys(t *testing.T) {
	keys := []string{"j", "k", "g", "G", "enter", "esc", "tab", "shift+tab", "a", "p", "o", "r", "e", "n", "y", "f", "h", "l", "c", "v", "Y", "A", "X", "D", "Z", "O", "T", "S",
		"ctrl+d", "ctrl+u", "pgup", "pgdown", "left", "right", "up", "down", "type:yes", "type:+3d", "type:đĩa \u202e", "3", "/", "type:tier:p1"}
	states := []queue.State{queue.Proposed, queue.Approved, queue.Ready, queue.InProgress, queue.Replaced, queue.Verified, queue.Closed}
	type action struct {
		key  string
		then int // what else happens
		w, h int
		next queue.State
	}
	actions := rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) action {
		return action{rapid.SampledFrom(keys).Draw(rt, "key"), rapid.IntRange(0, 9).Draw(rt, "then"),
			rapid.IntRange(60, 220).Draw(rt, "w"), rapid.IntRange(15, 70).Draw(rt, "h"), rapid.SampledFrom(states).Draw(rt, "next")}
	}), 1, 25)
	rapid.Check(t, func(rt *rapid.T) {
		state, script := rapid.SampledFrom(states).Draw(rt, "state"), actions.Draw(rt, "script")
		role := rapid.SampledFrom([]queue.Role{queue.Viewer, queue.Technician, queue.Engineer, queue.Lead}).Draw(rt, "role")
		atTheOrder := rapid.Bool().Draw(rt, "at the order")
		wrong := ""
		synctest.Test(t, func(t *testing.T) {
			o, log := orderedTo(t, state)
			c := newConsole(t, 80, 24, workView(o))
			c.desk.logs = map[int64][]queue.Entry{o.ID: log}
			c.app.sh.actor.Role = role
			c.send(openServerMsg{server: "tdo-db-07"})
			if atTheOrder {
				c.send(openOrderMsg{o.ID})
			}
			for _, a := range script {
				had := len(c.desk.calls())
				c.press(a.key)
				if n := len(c.desk.calls()) - had; n > 1 {
					wrong = fmt.Sprintf("%q asked the desk %d times: %v", a.key, n, c.desk.calls()[had:])
				}
				switch a.then {
				case 0:
					c.send(tea.WindowSizeMsg{Width: a.w, Height: a.h})
				case 1:
					next, _ := orderedTo(t, a.next)
					c.send(viewMsg{workView(next)})
				case 2:
					c.send(viewMsg{emptyView()})
				case 3:
					c.changedBy(t)
				case 4:
					c.desk.err = nil
				}
				checkFits(t, "any keys", c.app.View().Content, c.app.width, c.app.height)
				checkFits(t, "the page itself", c.app.top().View(c.app.width, c.app.height-5), c.app.width, c.app.height-5)
			}
		})
		if wrong != "" {
			rt.Fatal(wrong)
		}
	})
}
