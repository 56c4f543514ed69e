package tui

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/exp/golden"

	"ironage/internal/ops"
	"ironage/internal/queue"
)

// aisleWindows are the usual sizes and a phone's.
var aisleWindows = append([][2]int{{40, 12}, {40, 30}}, windows...)

// orderView is the failed disk's order in a state.
func orderView(t testing.TB, s queue.State) *ops.View {
	o, _ := orderedTo(t, s)
	return workView(o)
}

// TestGoldenAisle shows one order in large text at every size, from a phone's on.
func TestGoldenAisle(t *testing.T) {
	noSerial, _ := orderedTo(t, queue.InProgress)
	noSerial.Old.Serial, noSerial.Untracked, noSerial.Place = "", true, "Khay số 3 — 硬盘"
	tests := []struct {
		name string
		view *ops.View
		keys []string
		all  bool
	}{
		{"ready", orderView(t, queue.Ready), nil, true},
		{"in-progress", orderView(t, queue.InProgress), nil, true},
		{"wrong-part", wrongPull(t), nil, true},
		{"verifying", provenSome(t), nil, true},
		{"verified", orderView(t, queue.Verified), nil, false},
		{"proposed", orderView(t, queue.Proposed), nil, false},
		{"untracked", workView(noSerial), nil, false},
		{"start", orderView(t, queue.Ready), []string{"s"}, false},
		{"note", orderView(t, queue.InProgress), []string{"n", "type:khay 3 kẹt"}, false},
		{"scrolled", orderView(t, queue.InProgress), []string{"j", "j"}, false},
	}
	for _, x := range tests {
		sizes := aisleWindows
		if !x.all {
			sizes = aisleWindows[:1]
		}
		for _, s := range sizes {
			bubble(t, fmt.Sprintf("%s-%dx%d", x.name, s[0], s[1]), func(t *testing.T) {
				c := newConsole(t, s[0], s[1], x.view)
				c.app.sh.actor.Role = queue.Technician
				c.send(openAisleMsg{17})
				c.press(x.keys...)
				checkFits(t, x.name, c.app.View().Content, s[0], s[1])
				golden.RequireEqual(t, c.screen())
			})
		}
	}
}

// TestAisleStory works an order from a phone: start, the wrong disk, the right
// one, proof.
func TestAisleStory(t *testing.T) {
	bubble(t, "story", func(t *testing.T) {
		c := newConsole(t, 40, 12, orderView(t, queue.Ready))
		c.app.sh.actor.Role = queue.Technician
		if got := c.screen(); !strings.Contains(got, ":aisle") {
			t.Fatalf("got\n%s\nwant the way to aisle mode from a phone", got)
		}
		c.press(":", "type:aisle 17", "enter")
		want := func(texts ...string) {
			t.Helper()
			for _, text := range texts {
				if got := strings.Join(strings.Fields(c.screen()), " "); !strings.Contains(got, text) {
					t.Errorf("got\n%s\nwant %q", c.screen(), text)
				}
			}
		}
		want("WHERE hanoi, dc1, rack A07 U21–22", "BRING CN0G2G54", "press s when you stand")
		c.press("s", "type:yes", "enter", "enter", "type:CHG-9", "enter", "enter")
		if got := c.desk.calls(); len(got) != 1 || got[0] != "move 17 v4 to in_progress by lan" {
			t.Fatalf("desk was asked %v, want the work started; the screen is\n%s", got, c.screen())
		}
		c.send(viewMsg{wrongPull(t)})
		want("WRONG PART PULLED: Bay 4 (WFK0A004)", "order #17 is for Bay 3")
		c.send(viewMsg{orderView(t, queue.InProgress)})
		want("the old part is still in its slot", "by tuan")
		if strings.Contains(c.screen(), "WRONG") {
			t.Errorf("got\n%s\nwant the alarm gone when the part is back", c.screen())
		}
		c.send(viewMsg{provenSome(t)})
		want("new serial seen: WFK9Z114", "verifying 3/10 healthy reads")
		c.press("esc")
		want("ironage needs a window of 60×15")
	})
}

// TestAisleFits holds that every line fits, whatever a device or file says.
func TestAisleFits(t *testing.T) { bubble(t, "any size", aisleFits) }

func aisleFits(t *testing.T) {
	for _, state := range []queue.State{queue.Approved, queue.Ready, queue.InProgress, queue.Replaced, queue.Verified} {
		v := orderView(t, state)
		o := &v.Orders[0]
		o.Place = "Bay\x1b[2J\u202e " + strings.Repeat("å̷̢", 60)
		o.Old.Serial, o.Spare = strings.Repeat("ＷＦＫ", 40), strings.Repeat("kệ ", 80)
		for _, w := range []int{40, 61, 120} {
			for _, h := range []int{12, 30} {
				c := newConsole(t, w, h, v)
				c.send(openAisleMsg{17})
				for _, k := range []string{"j", "j", "pgdown", "k", "n", "type:x", "esc", "?", "esc", ":"} {
					c.press(k)
					drawn := c.app.View().Content
					checkFits(t, fmt.Sprintf("%s after %s", state, k), drawn, w, h)
					if strings.Contains(drawn, "\x1b[2J") || strings.ContainsRune(drawn, '\u202e') {
						t.Fatalf("%s: a device's escape is drawn", state)
					}
				}
			}
		}
	}
}
