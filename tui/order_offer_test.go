package tui

import (
	"strings"
	"testing"

	"ironage/internal/queue"
)

// stockedDesk has shelves with parts that fit.
type stockedDesk struct {
	*fakeDesk
	shelves []queue.Shelf
}

func (d stockedDesk) Trips(orders []queue.Order) []queue.Trip {
	out := d.fakeDesk.Trips(orders)
	for i := range out {
		out[i].Shelves = d.shelves
	}
	return out
}

// atStock is the form that takes a part from stock, with these shelves.
func atStock(t testing.TB, shelves ...queue.Shelf) *console {
	t.Helper()
	c := atOrder(t, 100, 30, queue.Approved, queue.Technician)
	c.app.sh.desk = stockedDesk{c.desk, shelves}
	c.send(viewMsg{c.app.sh.view})
	return c.press("T")
}

// TestSpareOffersTheStock: whoever takes a part from stock need not look up where
// it lies.
func TestSpareOffersTheStock(t *testing.T) {
	bubble(t, "the only shelf stands there already", func(t *testing.T) {
		c := atStock(t, queue.Shelf{Place: "Kho A, kệ 3", Left: 2, Serials: []string{"WFK9Z114"}})
		if got := c.screen(); !strings.Contains(got, "in stock: 2 in Kho A, kệ 3") || !strings.Contains(got, "> Kho A, kệ 3") || !strings.Contains(got, "in stock: WFK9Z114") {
			t.Fatalf("got\n%s\nwant the shelf and the serial number offered", got)
		}
		c.press("enter", "type:wfk", "right", "ctrl+s")
		if got := c.desk.calls(); len(got) != 1 {
			t.Errorf("desk was asked %v, want one move\n%s", got, c.screen())
		}
	})
	bubble(t, "of several, the beginning is enough", func(t *testing.T) {
		c := atStock(t, queue.Shelf{Place: "Kho A, kệ 3", Left: 2}, queue.Shelf{Place: "cage 2, shelf B", Left: 1})
		if got := c.screen(); !strings.Contains(got, "in stock: 2 in Kho A, kệ 3; 1 in cage 2, shelf B · → completes") {
			t.Fatalf("got\n%s\nwant both shelves", got)
		}
		c.press("type:cag", "right")
		if got := c.screen(); !strings.Contains(got, "> cage 2, shelf B") {
			t.Errorf("got\n%s\nwant the shelf completed", got)
		}
	})
	bubble(t, "nothing in stock, nothing offered", func(t *testing.T) {
		if got := atStock(t).screen(); !strings.Contains(got, "spare's reference, or where it lies") || strings.Contains(got, "in stock:") {
			t.Errorf("got\n%s\nwant the field as it is", got)
		}
	})
}

// TestQueueCopies: what y puts on the clipboard on the queue's screens.
func TestQueueCopies(t *testing.T) {
	c := newConsole(t, 100, 30, queueView(t)).press("3", "y")
	if got := c.screen(); !strings.Contains(got, "copied: #41 tdo-db-07 Bay 1") {
		t.Errorf("got\n%s\nwant the order's line", got)
	}
	c.press("b", "y")
	if got := c.screen(); !strings.Contains(got, "copied: #41 tdo-db-07 Bay 1") {
		t.Errorf("board: got\n%s\nwant the order's line", got)
	}
	o := atOrder(t, 100, 30, queue.Ready, queue.Technician).press("y")
	if got := o.screen(); !strings.Contains(got, "copied: WFK0A003") {
		t.Errorf("order: got\n%s\nwant the serial number", got)
	}
	d := newConsole(t, 100, 30, disposalView(t))
	d.send(openDisposalsMsg{})
	d.press("y")
	if got := d.screen(); !strings.Contains(got, "copied: WFK0A005") {
		t.Errorf("disposals: got\n%s\nwant the serial number", got)
	}
}
