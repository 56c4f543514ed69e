package tui

import (
	"strings"
	"testing"

	"ironage/internal/fleet"
)

// TestHistory goes back and forth over where one was, as in a browser.
func TestHistory(t *testing.T) {
	for _, x := range []struct{ keys, want string }{
		{"2 enter [", "Servers"},
		{"2 enter [ ]", "Servers › hn-a07-01"},
		{"2 4 [ [", "Overview"},
		{"2 4 [ [ [ [", "Overview"},
		{"2 4 [ [ ] ] ]", "Events"},
		{"2 enter esc [", "Servers › hn-a07-01"},
		{"2 enter 4 -", "Servers › hn-a07-01"},
		{"2 enter 4 - -", "Events"},
		{"2 4 [ -", "Events"},
		{"2 4 [ 3 ]", "Queue"}, // the way forward ends where one turns off
		{"-", "Overview"},
		{"[", "Overview"},
		{"2 ? esc 4 [", "Servers"}, // the help is no place
		{"enter e 2 [", "Overview › hn-a07-01"},
	} {
		c := newConsole(t, 120, 40, handView()).press(strings.Fields(x.keys)...)
		if got := c.crumbs(); got != x.want {
			t.Errorf("%s: got %q, want %q", x.keys, got, x.want)
		}
	}
}

// TestHistoryKeepsThePlace comes back to the cursor and the filter of then.
func TestHistoryKeepsThePlace(t *testing.T) {
	c := newConsole(t, 120, 40, handView()).press("2", "j", "j", "4", "[")
	if got := c.line("▸ "); !strings.Contains(got, "hn-a07-04") && !strings.HasPrefix(strings.TrimSpace(got), "▸") {
		t.Errorf("the cursor is lost: %q", got)
	}
	c = newConsole(t, 120, 40, handView()).press(":", "type:servers rack:C11", "enter", ":", "type:servers rack:B02", "enter", "[")
	if c.line("hn-c11-20") == "" || c.line("hn-b02-12") != "" {
		t.Errorf("the filter of before is not back:\n%s", c.screen())
	}
	c.press("]")
	if c.line("hn-b02-12") == "" {
		t.Errorf("the filter of after is not back:\n%s", c.screen())
	}
}

func TestHistoryIsBounded(t *testing.T) {
	c := newConsole(t, 80, 24, handView())
	for range 2 * maxSpots {
		c.press("2", "4")
	}
	if n := len(c.app.trail.spots); n != maxSpots {
		t.Errorf("got %d places, want %d", n, maxSpots)
	}
	if c.press("["); c.crumbs() != "Servers" {
		t.Errorf("got %q", c.crumbs())
	}
}

// TestHistoryShowsWhatIsNow: a place that is come back to has the latest view.
func TestHistoryShowsWhatIsNow(t *testing.T) {
	c := newConsole(t, 120, 40, handView()).press("2", "4")
	v := handView()
	e := *v.Fleet.Find("hn-a07-01")
	e.State.Health, e.State.Findings = fleet.OK, nil
	v.Fleet = v.Fleet.With(8, threeAM, []fleet.Entry{e})
	c.send(viewMsg{v})
	if got := c.press("[").line("hn-a07-01"); !strings.Contains(got, "✓ ok") {
		t.Errorf("got %q", got)
	}
}
