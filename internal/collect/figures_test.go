package collect

import (
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"ironage/internal/fleet"
)

// With a hundred slots for a thousand endpoints of 0.4 s each, one in twenty of them
// dead, polls keep to their schedule and the dead are tried less and less.
func TestScheduleHoldsWithDeadEndpoints(t *testing.T) {
	collecting(t, racks("hn", 1000), func(c *Config) { c.Concurrency = 24 }, func(t *testing.T, r *rig) {
		dead := func(s fleet.Server) bool { return strings.HasSuffix(s.Name, "00") || strings.HasSuffix(s.Name, "50") }
		r.prober.set(func(p *fakeProber) {
			p.silent = dead
			p.took = func(s fleet.Server) time.Duration {
				if dead(s) {
					return 7 * time.Second
				}
				return 400 * time.Millisecond
			}
		})
		r.at(15 * time.Minute)
		off := 0
		for _, s := range racks("hn", 1000) {
			if dead(s) {
				continue
			}
			reads := r.prober.of(s.Name)
			for i := len(reads) - 5; i < len(reads); i++ {
				if d := reads[i].at.Sub(reads[i-1].at) - time.Minute; d.Abs() > 3*time.Second {
					off++
				}
			}
		}
		if off > 0 {
			t.Errorf("%d of %d polls of live endpoints were more than 5 %% off schedule", off, 980*5)
		}
		s := r.c.Status()
		if s.Silent != 20 || s.Late != 0 || s.Unread != 0 || s.DelayP99 > time.Second {
			t.Errorf("figures: got %+v", s)
		}
		if s.Rate < 15 || s.Rate > 18 {
			t.Errorf("reads a second: got %v, want about 16.5", s.Rate)
		}
	})
}

// Status reads of what is known go on while a large fleet is read for the first time.
func TestFirstInventoriesDoNotStarveStatusReads(t *testing.T) {
	collecting(t, racks("old", 100), func(c *Config) { c.Concurrency = 16 }, func(t *testing.T, r *rig) {
		r.at(3 * time.Minute)
		r.prober.set(func(p *fakeProber) {
			p.took = func(s fleet.Server) time.Duration {
				if s.Site == "new" {
					return 20 * time.Second // an inventory of a slow controller
				}
				return time.Second
			}
		})
		r.c.SetInventory(append(racks("old", 100), racks("new", 2000)...))
		r.at(10 * time.Minute)
		for _, s := range racks("old", 100) {
			reads := r.prober.of(s.Name)
			for i := 3; i < len(reads); i++ {
				if d := reads[i].at.Sub(reads[i-1].at); d > 66*time.Second {
					t.Fatalf("%s was not read for %v", s.Name, d)
				}
			}
		}
		if s := r.c.Status(); s.Unread == 0 || s.Waiting.Inventory == 0 || s.Beside == 0 {
			t.Errorf("nothing waits any more: %+v", s)
		}
	})
}

// What the kernel throws away and what is late is said once, with what to do,
// and taken back when it is over.
func TestNoticesOfFigures(t *testing.T) {
	var drops atomic.Int64
	figures := func() (fleet.TransportLoad, fleet.ProcessLoad) {
		return fleet.TransportLoad{KernelDrops: drops.Load()}, fleet.ProcessLoad{}
	}
	collecting(t, racks("hn", 90), func(c *Config) { c.Concurrency, c.Figures = 4, figures }, func(t *testing.T, r *rig) {
		r.at(2 * time.Minute)
		if got := r.notes.of(dropsNotice) + r.notes.of(behindNotice); got != "" {
			t.Errorf("while all is well: got %q", got)
		}
		drops.Store(7)
		r.prober.set(func(p *fakeProber) { p.took = func(fleet.Server) time.Duration { return 29 * time.Second } })
		r.at(12 * time.Minute)
		drops.Store(8)
		r.at(13 * time.Minute)
		if got := r.notes.of(dropsNotice); !strings.Contains(got, "net.core.rmem_max") {
			t.Errorf("of lost answers: got %q", got)
		}
		if got := r.notes.of(behindNotice); !strings.Contains(got, "polling.concurrency") {
			t.Errorf("of late polls: got %q with %+v", got, r.c.Status())
		}
		r.prober.set(func(p *fakeProber) { p.took = nil })
		r.at(30 * time.Minute)
		if got := r.notes.of(dropsNotice) + r.notes.of(behindNotice); got != "" {
			t.Errorf("after it is over: got %q", got)
		}
	})
}

// In a large fleet many states go into one transaction, unless somebody waits.
func TestWritesOfALargeFleetAreFew(t *testing.T) {
	collecting(t, racks("hn", 5000), nil, func(t *testing.T, r *rig) {
		r.at(3 * time.Minute)
		before := r.store.transactions()
		r.at(4 * time.Minute)
		if got := r.store.transactions() - before; got < 20 || got > 70 {
			t.Errorf("transactions a minute: got %d, want about one in two seconds", got)
		}
		if s := r.c.Status(); s.Saves == 0 {
			t.Errorf("no transaction was counted: %+v", s)
		}
	})
}
