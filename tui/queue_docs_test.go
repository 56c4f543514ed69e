package tui

import (
	"os"
	"strings"
	"testing"

	"ironage/internal/ops"
	"ironage/internal/queue"
)

// TestQueuePictures: what the manual shows of the queue's screens is what the
// console draws.
func TestQueuePictures(t *testing.T) {
	text, err := os.ReadFile(manual)
	if err != nil {
		t.Fatal(err)
	}
	doc := string(text)
	phone := func(t *testing.T, v *ops.View, with ...func(*Config)) *console {
		c := newConsole(t, 40, 14, v, append(with, as(queue.Technician))...)
		c.send(openAisleMsg{17})
		return c
	}
	showing := func(t *testing.T, w, h int, v *ops.View, msg any, with ...func(*Config)) *console {
		c := newConsole(t, w, h, v, with...)
		c.send(msg)
		return c
	}
	for _, x := range []struct {
		name string
		draw func(t *testing.T) *console
	}{
		{"propose", func(t *testing.T) *console {
			return showing(t, 100, 26, workView(), proposeMsg{"tdo-db-07", "disk/Disk 3"})
		}},
		{"order", func(t *testing.T) *console { return atOrder(t, 100, 40, queue.Ready, queue.Technician) }},
		{"aisle", func(t *testing.T) *console { return phone(t, orderView(t, queue.InProgress)) }},
		{"aisle-vi", func(t *testing.T) *console { return phone(t, orderView(t, queue.InProgress), inVietnamese) }},
		{"aisle-alarm", func(t *testing.T) *console { return phone(t, wrongPull(t)) }},
		{"queue", func(t *testing.T) *console { return newConsole(t, 100, 24, queueView(t)).press("3") }},
		{"queue-vi", func(t *testing.T) *console { return newConsole(t, 100, 20, queueView(t), inVietnamese).press("3") }},
		{"queue-board", func(t *testing.T) *console { return newConsole(t, 100, 26, boardView(t)).press("3", "b") }},
		{"queue-bulk", func(t *testing.T) *console { return bulkConsole(t, 100, 24).press("m", "A", "ctrl+s") }},
		{"picklist", func(t *testing.T) *console { return showing(t, 100, 32, walkView(t), openPickListMsg{}) }},
		{"disposals", func(t *testing.T) *console { return showing(t, 120, 16, disposalView(t), openDisposalsMsg{}) }},
	} {
		bubble(t, x.name, func(t *testing.T) {
			before, rest, ok := strings.Cut(doc, "<!-- picture: "+x.name+" -->\n```\n")
			shown, after, closed := strings.Cut(rest, "```\n")
			if !ok || !closed {
				t.Fatalf("the manual has no place for the picture %q", x.name)
			}
			if drawn := x.draw(t).screen(); drawn != shown {
				doc = before + "<!-- picture: " + x.name + " -->\n```\n" + drawn + "```\n" + after
				if !updating() {
					t.Errorf("the manual shows\n%s\nthe console draws\n%s\n(go test ./tui -run TestQueuePictures -update)", shown, drawn)
				}
			}
		})
	}
	if updating() && doc != string(text) {
		if err := os.WriteFile(manual, []byte(doc), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
