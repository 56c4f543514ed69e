package collect

import (
	"fmt"
	"testing"
	"time"

	"ironage/internal/fleet"
)

// TestHoursAreSpread: every server is handed over once in each piece of time,
// and never many of them together.
func TestHoursAreSpread(t *testing.T) {
	const servers = 1000
	h, o := hours{}, &outbox{}
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	seen := map[string]int{}
	most := 0
	for range 2 * int(piece/time.Second) {
		for i := range servers {
			h.take(fmt.Sprintf("srv-%04d", i), fleet.TrendRTT, at, 1)
		}
		next := at.Add(time.Second + time.Millisecond)
		h.due(o, at, next)
		at = next
		most = max(most, len(o.hours))
		for _, v := range o.hours {
			seen[v.Server]++
		}
		o.hours = nil
	}
	if most > servers/20 {
		t.Errorf("%d of %d servers were handed over at once", most, servers)
	}
	for server, n := range seen {
		if n < 2 || n > 3 {
			t.Errorf("%s was handed over %d times in two pieces", server, n)
		}
	}
	if len(seen) != servers {
		t.Errorf("%d of %d servers were handed over", len(seen), servers)
	}
	h.take("late", fleet.TrendRTT, at, 1)
	if h.due(o, at, at.Add(2*piece)); len(o.hours) == 0 || len(h) != 0 {
		t.Errorf("after a long sleep %d hours were handed over, %d servers wait", len(o.hours), len(h))
	}
}
