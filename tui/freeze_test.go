package tui

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"ironage/internal/fleet"
	"ironage/internal/queue"
)

// betterView is handView after hn-a07-01 recovered.
func betterView() viewMsg {
	v := handView()
	e := *v.Fleet.Find("hn-a07-01")
	e.State.Health, e.State.Findings = fleet.OK, nil
	v.Fleet = v.Fleet.With(8, threeAM, []fleet.Entry{e})
	return viewMsg{v}
}

func TestFreeze(t *testing.T) {
	c := newConsole(t, 120, 40, handView())
	now := threeAM
	c.app.sh.now = func() time.Time { return now }
	c.press("2", "f")
	before := strings.Join(strings.Split(c.screen(), "\n")[3:], "\n")
	now = now.Add(3 * time.Minute)
	c.send(betterView())
	if got := c.line("FROZEN"); !strings.Contains(got, "FROZEN since 03:04:05 (3m ago), f goes on") || !strings.Contains(got, "03:07:05") {
		t.Errorf("the header says %q", got)
	}
	c.app.Update(tickMsg{}) // its command waits for the next tick
	c.app.said = sayMsg{}
	if got := strings.Join(strings.Split(c.screen(), "\n")[3:], "\n"); !strings.HasPrefix(before, got[:len(got)/2]) {
		t.Errorf("it moved while frozen:\n%s\nwas:\n%s", got, before)
	}
	c.press("f")
	if got := c.line("hn-a07-01"); !strings.Contains(got, "✓ ok") || c.line("FROZEN") != "" {
		t.Errorf("the newest view is not shown:\n%s", c.screen())
	}
	c.press("f", "f")
	if c.line("FROZEN") != "" {
		t.Error("frozen and thawed without a view in between")
	}
}

// TestFreezeLetsAlarmsThrough: who looks at a frozen screen must still learn
// that the wrong disk was pulled.
func TestFreezeLetsAlarmsThrough(t *testing.T) {
	c := newConsole(t, 120, 40, orderView(t, queue.InProgress)).press("f")
	c.send(viewMsg{wrongPull(t)})
	if c.line("WRONG PART PULLED") == "" {
		t.Errorf("no alarm:\n%s", c.screen())
	}
}

func TestTheAisleIsNeverFrozen(t *testing.T) {
	c := newConsole(t, 80, 24, orderView(t, queue.Ready)).press("f", ":", "type:aisle 17", "enter")
	if c.app.frozen != nil || !strings.Contains(c.crumbs(), "aisle") {
		t.Errorf("frozen: %v, at %q", c.app.frozen != nil, c.crumbs())
	}
	for _, k := range []string{"f", "y", "w", "-", "[", "]"} {
		if c.press(k); c.app.frozen != nil || !strings.Contains(c.crumbs(), "aisle") {
			t.Fatalf("%s does something in the aisle: %q", k, c.crumbs())
		}
	}
}

func TestMouse(t *testing.T) {
	c := newConsole(t, 120, 40, handView()).press("2")
	wheel := tea.MouseWheelMsg{Button: tea.MouseWheelDown}
	if c.send(wheel); !strings.Contains(c.line("▸ "), "hn-a07-01") {
		t.Error("the mouse is off until it is asked for")
	}
	if c.app.View().MouseMode != tea.MouseModeNone {
		t.Error("the terminal is asked for the mouse")
	}
	c.send(chooseMsg{prefMouse, "yes"})
	if c.app.View().MouseMode == tea.MouseModeNone {
		t.Error("the terminal is not asked for the mouse")
	}
	first := c.app.cursorLine()
	if c.send(wheel); c.app.cursorLine() != first+wheelLines {
		t.Errorf("the wheel: the cursor is on line %d, want %d", c.app.cursorLine(), first+wheelLines)
	}
	for _, y := range []int{first + 5, first + 1, first + 7} {
		if c.send(tea.MouseClickMsg{Button: tea.MouseLeft, X: 10, Y: y}); c.app.cursorLine() != y {
			t.Errorf("a click on line %d: the cursor is on %d", y, c.app.cursorLine())
		}
	}
	for _, y := range []int{0, 39, 500, -3} {
		c.send(tea.MouseClickMsg{Button: tea.MouseLeft, X: 10, Y: y})
	}
	c.press("/", "type:x")
	if c.send(wheel); !c.app.top().Typing() {
		t.Error("the wheel ended the typing")
	}
}

func TestCopy(t *testing.T) {
	c := newConsole(t, 120, 40, handView())
	for _, x := range []struct{ text, want string }{{"7XK2L13", "copied: 7XK2L13"}, {"", "nothing to copy"}, {"a\x1b[31mb", "copied: a?[31mb"}} {
		c.app.stack = append(c.app.stack[:1:1], &copyable{screen: c.app.stack[0], text: x.text})
		if c.press("y"); c.line(x.want) == "" {
			t.Errorf("%q: want %q:\n%s", x.text, x.want, c.screen())
		}
	}
}

// copyable is a screen with something to copy.
type copyable struct {
	screen
	text string
}

func (c *copyable) Copy() string { return c.text }
func (c *copyable) Update(msg tea.Msg) (screen, tea.Cmd) {
	return c, nil
}
