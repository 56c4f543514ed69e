package tui

import (
	"fmt"
	"testing"
)

// BenchmarkOpenServer is opening a server's page and drawing it: aim 16 ms.
func BenchmarkOpenServer(b *testing.B) {
	for _, n := range []int{100, bigFleet} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			c := benchConsole(b, n, "2")
			view := c.desk.view
			for i := range b.N {
				s := newServer(c.app.sh, view.Fleet.At(i*7919%n).Server.Name, "")
				if s.View(200, 45) == "" {
					b.Fatal("nothing drawn")
				}
			}
		})
	}
}

// TestServerViewDoesNotGrow: drawing a server costs the same whatever the size
// of the fleet around it.
func TestServerViewDoesNotGrow(t *testing.T) {
	allocs := func(n int) float64 {
		c := newConsole(t, 200, 50, manyView(n))
		s := newServer(c.app.sh, "srv-00000", "")
		return testing.AllocsPerRun(20, func() { _ = s.View(200, 45) })
	}
	small, large := allocs(10), allocs(1000)
	if large > small*1.2+10 {
		t.Errorf("View makes %.0f allocations among 1,000 servers and %.0f among 10", large, small)
	}
}

// BenchmarkServerChart is a key in the panel of readings.
func BenchmarkServerChart(b *testing.B) {
	benchKeys(b, atServer(b, 200, 50, "tdo-db-07").press("tab", "tab", "tab", "tab", "tab"), "j", "l", "j", "h", "k", "k")
}
