package tui

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/exp/golden"

	"ironage/internal/queue"
)

// TestAlarmInANarrowLine: what is to be done is whole where the sentence is not.
func TestAlarmInANarrowLine(t *testing.T) {
	for size, want := range map[int]string{
		80: "WRONG PART PULLED: Bay 4 of tdo-db-07; order #17 is for Bay 3. Put it back.",
		70: "WRONG PART PULLED: put Bay 4 of tdo-db-07 back; #17 is Bay 3",
	} {
		if got := newConsole(t, size, 24, wrongPull(t)).screen(); !strings.Contains(got, want) {
			t.Errorf("%d columns: got\n%s\nwant %q", size, got, want)
		}
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

// TestGoldenAlarm shows the alarm on the order's page and above another screen.
func TestGoldenAlarm(t *testing.T) {
	for _, x := range []struct {
		name string
		keys []string
	}{{"order", nil}, {"board", []string{"3", "b"}}} {
		for _, s := range windows {
			t.Run(fmt.Sprintf("%s-%dx%d", x.name, s[0], s[1]), func(t *testing.T) {
				c := newConsole(t, s[0], s[1], wrongPull(t))
				c.send(openOrderMsg{17})
				c.press(x.keys...)
				checkFits(t, x.name, c.app.View().Content, s[0], s[1])
				golden.RequireEqual(t, c.screen())
			})
		}
	}
}
