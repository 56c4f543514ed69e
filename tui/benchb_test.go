package tui

import (
	"testing"

	tea "charm.land/bubbletea/v2"

	"ironage/internal/ops"
	"ironage/internal/queue"
)

// The figures of the pages: what drawing costs after a key that moves the
// cursor, which is what a person waits for.

func benchKeys(b *testing.B, c *console, keys ...string) {
	b.Helper()
	presses := make([]tea.KeyPressMsg, len(keys))
	for i, k := range keys {
		presses[i] = keyPress(k)
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		c.app.Update(presses[i%len(presses)])
		if c.app.View().Content == "" {
			b.Fatal("nothing drawn")
		}
		i++
	}
}

func BenchmarkViewServer(b *testing.B) {
	benchKeys(b, atServer(b, 200, 50, "tdo-db-07", failedDisk(17)), "j", "j", "j", "k", "k", "k")
}

func BenchmarkViewServerIdle(b *testing.B) {
	c := atServer(b, 200, 50, "tdo-db-07", failedDisk(17))
	b.ReportAllocs()
	for b.Loop() {
		if c.app.View().Content == "" {
			b.Fatal("nothing drawn")
		}
	}
}

// longQueue is a view with very many orders.
func longQueue(tb testing.TB, n int) *ops.View {
	tb.Helper()
	some := queueView(tb).Orders
	var orders []queue.Order
	for i := range n {
		o := some[i%len(some)]
		o.ID = int64(i + 1)
		orders = append(orders, o)
	}
	return workView(orders...)
}

func BenchmarkViewQueue(b *testing.B) {
	benchKeys(b, newConsole(b, 200, 50, longQueue(b, 5000)).press("3"), "j", "j", "j", "k", "k", "k")
}

// BenchmarkViewBoard is a key on the board of 5,000 orders.
func BenchmarkViewBoard(b *testing.B) {
	benchKeys(b, newConsole(b, 200, 50, longQueue(b, 5000)).press("3", "b"), "j", "l", "j", "h", "k", "k")
}

// BenchmarkQueueNewView is what a change of one order costs a list of 5,000.
func BenchmarkQueueNewView(b *testing.B) {
	c := newConsole(b, 200, 50, longQueue(b, 5000)).press("3")
	next := viewMsg{longQueue(b, 5000)}
	b.ReportAllocs()
	for b.Loop() {
		c.app.Update(next)
	}
}

func BenchmarkViewOrder(b *testing.B) {
	benchKeys(b, atOrder(b, 200, 50, queue.InProgress, queue.Engineer), "j", "k")
}
