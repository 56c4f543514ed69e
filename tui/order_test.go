package tui

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/exp/golden"

	"ironage/internal/fleet"
	"ironage/internal/queue"
)

// atOrder is a console that shows the failed disk's order in a state.
func atOrder(t testing.TB, w, h int, state queue.State, role queue.Role, with ...func(*Config)) *console {
	t.Helper()
	o, log := orderedTo(t, state)
	c := newConsole(t, w, h, workView(o), with...)
	c.desk.logs = map[int64][]queue.Entry{o.ID: log}
	c.app.sh.actor.Role = role
	c.send(openOrderMsg{o.ID})
	return c
}

// changedBy makes the desk refuse every change, because tuan ordered the part
// a minute ago.
func (c *console) changedBy(t testing.TB) queue.Order {
	t.Helper()
	o, log := orderedTo(t, queue.Approved)
	next, log := step(t, o, log, before(time.Minute), tuan, queue.Change{Action: "order",
		Fields: map[string]string{"part_number": "CN0G2G54", "order_ref": "PO-2291", "expected": "2026-03-17"}})
	c.desk.err = &queue.Conflict{By: "tuan", At: before(time.Minute), Version: next.Version, Order: next, Since: log[len(log)-1:]}
	return next
}

// TestGoldenOrder shows a work order in its states, and every move's form.
func TestGoldenOrder(t *testing.T) {
	tests := []struct {
		name  string
		state queue.State
		role  queue.Role
		keys  []string
		all   bool
	}{
		{"proposed", queue.Proposed, queue.Engineer, nil, true},
		{"proposed-viewer", queue.Proposed, queue.Viewer, nil, false},
		{"approved-technician", queue.Approved, queue.Technician, nil, false},
		{"ordered", queue.Ordered, queue.Technician, nil, false},
		{"ready", queue.Ready, queue.Technician, nil, true},
		{"in-progress", queue.InProgress, queue.Technician, nil, true},
		{"replaced", queue.Replaced, queue.Technician, nil, false},
		{"verified", queue.Verified, queue.Technician, nil, false},
		{"closed", queue.Closed, queue.Engineer, nil, true},
		{"deferred", queue.Deferred, queue.Engineer, nil, false},
		{"scrolled", queue.Closed, queue.Engineer, []string{"G"}, false},
		{"form-approve", queue.Proposed, queue.Engineer, []string{"A"}, true},
		{"form-reject", queue.Proposed, queue.Engineer, []string{"X", "type:it is the backplane"}, true},
		{"form-order", queue.Approved, queue.Technician, []string{"O"}, true},
		{"form-order-bad-date", queue.Approved, queue.Technician, []string{"O", "enter", "type:PO-7", "enter", "type:next week", "enter"}, false},
		{"form-from-stock", queue.Approved, queue.Technician, []string{"T"}, false},
		{"form-receive", queue.Ordered, queue.Technician, []string{"R"}, false},
		{"form-start", queue.Ready, queue.Technician, []string{"S"}, true},
		{"form-abort", queue.InProgress, queue.Technician, []string{"B"}, false},
		{"form-verify", queue.Replaced, queue.Engineer, []string{"V"}, false},
		{"form-close", queue.Verified, queue.Technician, []string{"C"}, true},
		{"form-defer", queue.Proposed, queue.Engineer, []string{"D"}, false},
		{"form-resume", queue.Deferred, queue.Engineer, []string{"U"}, false},
		{"form-cancel", queue.InProgress, queue.Engineer, []string{"Z", "type:server is retired", "enter"}, false},
		{"form-note", queue.Ready, queue.Technician, []string{"n", "type:cage key is with the guard"}, false},
	}
	for _, x := range tests {
		sizes := windows
		if !x.all {
			sizes = windows[:1]
		}
		for _, s := range sizes {
			bubble(t, fmt.Sprintf("%s-%dx%d", x.name, s[0], s[1]), func(t *testing.T) {
				c := atOrder(t, s[0], s[1], x.state, x.role).press(x.keys...)
				checkFits(t, x.name, c.app.View().Content, s[0], s[1])
				golden.RequireEqual(t, c.screen())
			})
		}
	}
}

// TestGoldenConflict shows what a person sees when somebody was faster.
func TestGoldenConflict(t *testing.T) {
	for _, s := range windows {
		bubble(t, fmt.Sprintf("%dx%d", s[0], s[1]), func(t *testing.T) {
			c := atOrder(t, s[0], s[1], queue.Approved, queue.Engineer)
			c.changedBy(t)
			c.press("T", "type:cage 2, shelf B", "enter", "type:WFK9Z114", "enter", "enter")
			checkFits(t, "conflict", c.app.View().Content, s[0], s[1])
			golden.RequireEqual(t, c.screen())
		})
	}
}

func TestOrderMove(t *testing.T) {
	bubble(t, "shown as done only when the desk said so", func(t *testing.T) {
		c := atOrder(t, 80, 24, queue.Proposed, queue.Engineer).press("enter")
		if !strings.Contains(c.screen(), "Approve #17: proposed → approved") {
			t.Fatalf("got\n%s\nwant the form", c.screen())
		}
		c.press("type:CN0G2G54", "enter", "type:second one this month")
		if len(c.desk.calls()) > 0 || !c.app.top().Typing() {
			t.Fatalf("asked %v, typing %v before the form was finished", c.desk.calls(), c.app.top().Typing())
		}
		c.press("enter")
		if got := c.desk.calls(); len(got) != 1 || got[0] != "move 17 v1 to approved by lan" {
			t.Errorf("desk was asked %v, want one move from version 1", got)
		}
		if got := c.screen(); !strings.Contains(got, "#17 is now approved") || !strings.Contains(got, "P2 #17 approved") {
			t.Errorf("got\n%s\nwant the success, and the order as the desk returned it although the view is older", got)
		}
	})
	bubble(t, "while it is sent nothing is said to be done", func(t *testing.T) {
		c := atOrder(t, 80, 24, queue.Proposed, queue.Engineer).press("A")
		o := c.app.top().(*orderScreen)
		o.form.sending()
		if got := c.screen(); !strings.Contains(got, "Saving… not done until the store says so.") {
			t.Errorf("got\n%s\nwant it to say that it is not done", got)
		}
		if c.press("esc"); o.form == nil {
			t.Error("Esc leaves while the change is on its way")
		}
		if !o.Unsaved() {
			t.Error("leaving while the change is on its way is not asked about")
		}
	})
	bubble(t, "missing fields hold it back", func(t *testing.T) {
		c := atOrder(t, 80, 24, queue.Approved, queue.Technician).press("O", "enter", "enter")
		if got := c.screen(); !strings.Contains(got, "Order reference is needed") || len(c.desk.calls()) != 0 {
			t.Errorf("got\n%s\nasked %v\nwant a word about the order reference and no call", got, c.desk.calls())
		}
		c.press("esc")
		if got := c.screen(); !strings.Contains(got, "nothing was changed") {
			t.Errorf("got\n%s\nwant a word that nothing was changed", got)
		}
	})
	bubble(t, "what the queue would refuse is said before anything is sent", func(t *testing.T) {
		c := atOrder(t, 80, 24, queue.Approved, queue.Technician).press("O", "type:A", "enter", "type:PO-1", "enter", "type:2026-01-01", "enter", "enter")
		if got := c.screen(); !strings.Contains(got, "Not saved: Expected date 2026-01-01 is in the past") || len(c.desk.calls()) != 0 {
			t.Errorf("got\n%s\nasked %v\nwant the refusal without a call", got, c.desk.calls())
		}
	})
	bubble(t, "no is no", func(t *testing.T) {
		c := atOrder(t, 80, 24, queue.Proposed, queue.Engineer).press("Z", "type:x", "enter", "enter")
		if got := c.screen(); !strings.Contains(got, "nothing was changed") || len(c.desk.calls()) != 0 {
			t.Errorf("got\n%s\nasked %v\nwant nothing done: the answer stood at no", got, c.desk.calls())
		}
	})
	bubble(t, "yes is yes", func(t *testing.T) {
		c := atOrder(t, 80, 24, queue.Proposed, queue.Engineer).press("Z", "type:retired", "enter", "y")
		if got := c.desk.calls(); len(got) != 1 || got[0] != "move 17 v1 to cancelled by lan" {
			t.Errorf("desk was asked %v, want the order cancelled", got)
		}
	})
	bubble(t, "a failure keeps what was typed", func(t *testing.T) {
		c := atOrder(t, 80, 24, queue.Approved, queue.Technician)
		c.desk.err = errors.New("the disk under the database is full")
		c.press("T", "type:shelf 9", "enter", "enter", "enter")
		if got := c.screen(); !strings.Contains(got, "Not saved: the disk under the database is full") || !strings.Contains(got, "> shelf 9") {
			t.Errorf("got\n%s\nwant the reason, and the shelf still typed", got)
		}
	})
	bubble(t, "a note", func(t *testing.T) {
		c := atOrder(t, 80, 24, queue.Ready, queue.Technician).press("n", "type:key is with the guard", "enter")
		if got := c.desk.calls(); len(got) != 1 || got[0] != `note 17 v4 "key is with the guard" by lan` {
			t.Errorf("desk was asked %v, want the note", got)
		}
	})
}

func TestOrderRefusal(t *testing.T) {
	bubble(t, "says why", func(t *testing.T) {
		c := atOrder(t, 80, 24, queue.Approved, queue.Technician)
		c.desk.err = &queue.Refusal{Order: 17, From: queue.Approved, To: queue.Ready, Why: "this takes an engineer; you are a technician", Missing: []string{"Spare"}}
		c.press("T", "type:shelf 9", "enter", "enter", "enter")
		if got := c.screen(); !strings.Contains(got, "this takes an engineer; you are a technician; missing: Spare") {
			t.Errorf("got\n%s\nwant the refusal's words", got)
		}
	})
	bubble(t, "asks for checks it did not know of", func(t *testing.T) {
		c := atOrder(t, 80, 24, queue.Ready, queue.Technician)
		c.desk.err = &queue.Refusal{Order: 17, From: queue.Ready, To: queue.InProgress, Confirm: []queue.Check{{Code: queue.CheckSameServer, Text: "work on the same server is in progress: order 12"}}}
		c.press("S", "type:yes", "enter", "enter", "type:CHG-1", "enter", "enter")
		got := c.screen()
		if !strings.Contains(got, "work on the same server is in progress: order 12  type") || !strings.Contains(got, "> CHG-1") && !strings.Contains(got, "more lines") {
			t.Errorf("got\n%s\nwant the new check among the fields, and what was typed", got)
		}
		c.desk.err = nil
		c.press("enter", "type:yes", "enter", "enter", "enter", "enter")
		if !strings.Contains(c.screen(), "#17 is now in progress") {
			t.Errorf("got\n%s\nwant it started after the confirmation", c.screen())
		}
	})
}

func TestOrderConflict(t *testing.T) {
	conflict := func(t *testing.T) *console {
		c := atOrder(t, 80, 24, queue.Approved, queue.Engineer)
		c.changedBy(t)
		c.press("T", "type:shelf 9", "enter", "type:SN1", "enter", "enter")
		if got := c.screen(); !strings.Contains(got, "Changed by tuan 03:03:05: approved → ordered; your change was not saved") || !strings.Contains(got, "shelf 9") {
			t.Fatalf("got\n%s\nwant both changes", got)
		}
		return c
	}
	bubble(t, "reload keeps what was typed for the next form", func(t *testing.T) {
		c := conflict(t)
		c.desk.err = nil
		c.press("enter")
		if got := c.screen(); !strings.Contains(got, "P2 #17 ordered") || !strings.Contains(got, "is kept") {
			t.Fatalf("got\n%s\nwant the order as it is now", got)
		}
		c.press("R")
		if got := c.screen(); !strings.Contains(got, "> shelf 9") || !strings.Contains(got, "> SN1") {
			t.Errorf("got\n%s\nwant the typed values in the new form", got)
		}
		c.press("enter", "enter", "enter", "enter")
		if got := c.desk.calls(); got[len(got)-1] != "move 17 v3 to ready by lan" {
			t.Errorf("desk was asked %v, want the move from the new version", got)
		}
	})
	bubble(t, "reload opens the same form when it still fits", func(t *testing.T) {
		c := atOrder(t, 80, 24, queue.Ready, queue.Engineer)
		o, log := orderedTo(t, queue.Ready)
		noted, e, err := queue.Note(o, "key is with the guard", tuan, before(time.Minute))
		if err != nil {
			t.Fatal(err)
		}
		c.desk.err = &queue.Conflict{By: "tuan", At: before(time.Minute), Version: noted.Version, Order: noted, Since: append(log, e)[len(log):]}
		c.press("Z", "type:not needed", "enter", "y")
		c.desk.err = nil
		c.press("r")
		if got := c.screen(); !strings.Contains(got, "Cancel #17: ready → cancelled") || !strings.Contains(got, "> not needed") {
			t.Errorf("got\n%s\nwant the form again with the reason", got)
		}
	})
	bubble(t, "nothing is sent again while the conflict is read", func(t *testing.T) {
		c := conflict(t)
		had := len(c.desk.calls())
		c.send(tea.WindowSizeMsg{Width: 100, Height: 30})
		c.send(viewMsg{c.desk.view})
		c.send(struct{}{}) // whatever the App hands on
		c.press("x", "tab", "j")
		if got := c.desk.calls()[had:]; len(got) != 0 {
			t.Errorf("desk was asked %v, want nothing", got)
		}
	})
	bubble(t, "drop", func(t *testing.T) {
		c := conflict(t).press("esc")
		if got := c.screen(); !strings.Contains(got, "dropped") || c.app.top().Typing() {
			t.Errorf("got\n%s\nwant the order's page", got)
		}
	})
	bubble(t, "a change while typing is announced", func(t *testing.T) {
		c := atOrder(t, 80, 24, queue.Approved, queue.Engineer).press("T", "type:shelf 9")
		next, _ := orderedTo(t, queue.Ordered)
		c.send(viewMsg{workView(next)})
		if got := c.screen(); !strings.Contains(got, "tuan changed this order") || !strings.Contains(got, "> shelf 9") {
			t.Errorf("got\n%s\nwant a warning and the text still there", got)
		}
	})
}

// TestOrderRoles holds that a role is offered only what it may do, and told
// who may do the rest.
func TestOrderRoles(t *testing.T) {
	tests := []struct {
		state     queue.State
		role      queue.Role
		want, not string
	}{
		{queue.Proposed, queue.Viewer, "Others may: approve, reject, defer, cancel (an engineer).", "What you can do now"},
		{queue.Proposed, queue.Technician, "Others may: approve, reject, defer, cancel (an engineer).", "A Approve"},
		{queue.Proposed, queue.Engineer, "A Approve", "Others may"},
		{queue.Approved, queue.Technician, "Others may: defer, cancel (an engineer).", "Z Cancel"},
		{queue.InProgress, queue.Technician, "ironage sees the new serial number", "State the swap"},
		{queue.Closed, queue.Lead, "A finished order never reopens", "What you can do now"},
	}
	for _, x := range tests {
		t.Run(string(x.state)+" "+string(x.role), func(t *testing.T) {
			got := strings.Join(strings.Fields(atOrder(t, 80, 24, x.state, x.role).screen()), " ")
			if !strings.Contains(got, x.want) || strings.Contains(got, x.not) {
				t.Errorf("got\n%s\nwant %q and not %q", got, x.want, x.not)
			}
		})
	}
}

func TestOrderNotThere(t *testing.T) {
	c := newConsole(t, 80, 24, workView())
	c.send(openOrderMsg{4711})
	if got := c.screen(); !strings.Contains(got, "There is no work order #4711") {
		t.Errorf("got\n%s\nwant it to say so", got)
	}
	c.press("enter", "n", "o", "y", "j", "pgdown") // nothing may break
}

// TestOrderFollowsTheView holds that a change by somebody else appears.
func TestOrderFollowsTheView(t *testing.T) {
	c := atOrder(t, 80, 24, queue.Approved, queue.Engineer)
	next, log := orderedTo(t, queue.Ordered)
	c.desk.logs[17] = log
	c.send(viewMsg{workView(next)})
	c.press("G")
	if got := c.screen(); !strings.Contains(got, "P2 #17 ordered") || !strings.Contains(got, "approved → ordered by tuan") {
		c.press("g")
		t.Errorf("got\n%s\nwant the new state and its log", got)
	}
}

// TestAhead counts days as the calendar on the wall does, whatever the hour
// and the time zone.
func TestAhead(t *testing.T) {
	hanoi := time.FixedZone("ICT", 7*3600)
	for _, hour := range []int{0, 3, 7, 12, 23} {
		now := time.Date(2026, 3, 14, hour, 30, 0, 0, hanoi)
		for date, want := range map[fleet.Date]string{"2026-03-14": "2026-03-14 (today)", "2026-03-15": "2026-03-15 (in 1 day)",
			"2026-03-28": "2026-03-28 (in 14 days)", "2026-03-13": "2026-03-13 (1 day late)", "": "", "2026-03": "2026-03"} {
			sh := &shared{now: func() time.Time { return now }}
			if got := sh.ahead(date); got != want {
				t.Errorf("%s at %d h: got %q, want %q", date, hour, got, want)
			}
		}
	}
}
