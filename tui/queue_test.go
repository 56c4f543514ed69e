package tui

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/exp/golden"

	"ironage/internal/ops"
	"ironage/internal/queue"
)

// TestGoldenQueue shows the queue in its states: nothing yet, empty, none
// matching, only finished ones, and rows.
func TestGoldenQueue(t *testing.T) {
	closed, _ := orderedTo(t, queue.Closed)
	tests := []struct {
		name string
		view *ops.View
		keys []string
		all  bool
	}{
		{"nothing-yet", nil, nil, false},
		{"empty", workView(), nil, true},
		{"only-finished", workView(closed), nil, false},
		{"rows", queueView(t), nil, true},
		{"with-finished", queueView(t), []string{"c"}, false},
		{"none-matching", queueView(t), []string{"/", "type:state:prop kind:psu", "enter"}, true},
		{"filtered", queueView(t), []string{"/", "type:state:ready,in_progress", "enter"}, false},
		{"filter-wrong", queueView(t), []string{"/", "type:stat:ready"}, false},
		{"by-server", queueView(t), []string{"N"}, false},
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

// TestQueueOrder holds the order of the list: by tier, then by how far it has
// come, what is finished last.
func TestQueueOrder(t *testing.T) {
	c := newConsole(t, 120, 40, queueView(t)).press("3", "c")
	q := c.app.top().(*queueList)
	for i := 1; i < len(q.table.rows); i++ {
		a, b := q.table.rows[i-1], q.table.rows[i]
		if byUrgency(a, b) > 0 {
			t.Errorf("row %d: got %s %s before %s %s", i, a.Tier, a.State, b.Tier, b.State)
		}
	}
	if got, want := len(q.table.rows), len(queueView(t).Orders); got != want {
		t.Errorf("with finished ones: got %d rows, want %d", got, want)
	}
	c.press("c")
	for _, o := range q.table.rows {
		if o.State.Final() {
			t.Errorf("got #%d (%s) although finished ones are hidden", o.ID, o.State)
		}
	}
}

func TestQueueKeys(t *testing.T) {
	tests := []struct {
		keys []string
		want string
	}{
		{[]string{"enter"}, "P1 #41 approved"},
		{[]string{"o"}, "disk Bay 1"},
		{[]string{"/", "type:rattles", "enter", "enter"}, "#60 proposed  Fan 4 of tdo-db-07"},
		{[]string{"/", "type:tier:p4 state:ready", "enter"}, "1 of 9 orders, Esc shows all"},
		{[]string{"/", "type:#45", "enter"}, "1 of 9 orders"},
		{[]string{"/", "type:rack:A07 !tier:p1,p2,p3", "enter"}, "2 of 9 orders"},
		{[]string{"/", "type:serial:WFK0A003 who:tuan", "enter"}, "3 of 9 orders"},
	}
	for _, x := range tests {
		t.Run(strings.Join(x.keys, " "), func(t *testing.T) {
			c := newConsole(t, 120, 40, queueView(t)).press("3").press(x.keys...)
			if got := c.screen(); !strings.Contains(got, x.want) {
				t.Errorf("got\n%s\nwant %q", got, x.want)
			}
		})
	}
}

// TestQueuePresetFilter holds that a filter for finished states shows them.
func TestQueuePresetFilter(t *testing.T) {
	c := newConsole(t, 120, 40, queueView(t))
	c.send(openPageMsg{page: pageQueue, filter: "state:closed"})
	if got := c.screen(); !strings.Contains(got, "#48") || !strings.Contains(got, "1 of 10 orders") {
		t.Errorf("got\n%s\nwant the closed order", got)
	}
	c.press("esc")
	if got := c.screen(); strings.Contains(got, "Esc shows all") {
		t.Errorf("got\n%s\nwant the filter gone", got)
	}
}
