package collect

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/health"
)

func TestFirstSweepReadsEverythingAtOnce(t *testing.T) {
	collecting(t, racks("hn", 96), nil, func(t *testing.T, r *rig) {
		r.at(3 * time.Second)
		if got := r.prober.count(); got != 96 {
			t.Errorf("reads after 3 s: got %d, want 96", got)
		}
		if got := len(r.store.states); got != 96 {
			t.Errorf("states saved after 3 s: got %d, want 96", got)
		}
		if r.prober.most > DefaultConcurrency {
			t.Errorf("in flight: got %d, want at most %d", r.prober.most, DefaultConcurrency)
		}
		if r.store.transactions() > 30 {
			t.Errorf("transactions: got %d, want few", r.store.transactions())
		}
		if got := r.store.told(fleet.EventHealth, fleet.EventAppeared, fleet.EventUnreachable); got != "" {
			t.Errorf("events of a healthy first sweep: got\n%s", got)
		}
		s := r.c.Status()
		if !s.Collecting || s.Endpoints != 96 || s.Late != 0 {
			t.Errorf("status: got %+v", s)
		}
	})
}

func TestTurnsSpreadOverTheInterval(t *testing.T) {
	collecting(t, racks("hn", 600), nil, func(t *testing.T, r *rig) {
		r.at(5 * time.Minute)
		buckets := [10]int{}
		for _, read := range r.prober.reads {
			if d := read.at.Sub(r.began); d >= 3*time.Minute && d < 4*time.Minute {
				buckets[int((d-3*time.Minute)/(6*time.Second))]++
				if read.rhythm != fleet.Status {
					t.Fatalf("%s after %v: got an %s read", read.server, d, read.rhythm)
				}
			}
		}
		for i, n := range buckets {
			if n < 30 || n > 100 {
				t.Errorf("reads in tenth %d of an interval: got %d, want about 60 (%v)", i, n, buckets)
			}
		}
		for _, s := range []string{"hn-0000", "hn-0123", "hn-0599"} {
			if n := len(r.prober.of(s)); n < 5 || n > 6 {
				t.Errorf("reads of %s in 5 min: got %d, want 5 or 6", s, n)
			}
		}
	})
}

// A clock that is set back must not stop the polling until it has caught up:
// turns are kept with the monotonic reading, which only passing time moves.
func TestTurnsIgnoreTheClockBeingSet(t *testing.T) {
	task := newTask(&fleet.Server{Name: "a"}, bmcEP, time.Now())
	now := time.Now()
	at := task.turn(now, time.Minute)
	if !strings.Contains(at.String(), " m=") {
		t.Errorf("turn: got %s, want a time with its monotonic reading", at)
	}
	if d := at.Sub(now); d < 30*time.Second || d > 90*time.Second+time.Millisecond {
		t.Errorf("turn: got %s from now, want half to one and a half intervals", d)
	}
}

// A server that moves to another site while it is read gives back the slot
// that it took, not one of its new site.
func TestSlotsOfAServerThatMoves(t *testing.T) {
	l := newLanes(4)
	task := newTask(&fleet.Server{Name: "a", Site: "old"}, bmcEP, noon)
	l.add(task)
	if l.next() != task {
		t.Fatal("the only task does not start")
	}
	task.server.Site = "new"
	l.done(task)
	if l.siteInFlight["old"] != 0 || l.siteInFlight["new"] != 0 {
		t.Errorf("slots in use: got %v, want none", l.siteInFlight)
	}
}

func TestInventoryRhythm(t *testing.T) {
	collecting(t, racks("hn", 20), func(c *Config) { c.InventoryEvery = 10 * time.Minute }, func(t *testing.T, r *rig) {
		r.at(time.Hour)
		full := 0
		for _, read := range r.prober.of("hn-0007") {
			if read.rhythm == fleet.Inventory {
				full++
			}
		}
		if full < 5 || full > 8 {
			t.Errorf("inventories in an hour: got %d, want about 7", full)
		}
	})
}

func TestOneSlowSiteDoesNotDelayAnother(t *testing.T) {
	servers := append(racks("slow", 300), racks("fast", 50)...)
	collecting(t, servers, func(c *Config) { c.Concurrency = 16 }, func(t *testing.T, r *rig) {
		r.prober.set(func(p *fakeProber) {
			p.took = func(s fleet.Server) time.Duration {
				if s.Site == "slow" {
					return 25 * time.Second
				}
				return 100 * time.Millisecond
			}
		})
		r.at(10 * time.Minute)
		for i := range 50 {
			reads := r.prober.of(fmt.Sprintf("fast-%04d", i))
			if len(reads) < 9 {
				t.Errorf("reads of fast-%04d in 10 min: got %d, want at least 9", i, len(reads))
			}
		}
	})
}

func TestSilentEndpointsWaitLongerAndHoldFewSlots(t *testing.T) {
	servers := append(racks("dead", 200), racks("live", 40)...)
	collecting(t, servers, func(c *Config) { c.Concurrency = 8 }, func(t *testing.T, r *rig) {
		r.prober.set(func(p *fakeProber) {
			p.silent = func(s fleet.Server) bool { return s.Site == "dead" }
			p.took = func(s fleet.Server) time.Duration {
				if s.Site == "dead" {
					return 4 * time.Second
				}
				return 100 * time.Millisecond
			}
		})
		r.at(30 * time.Minute)
		if n := len(r.prober.of("dead-0003")); n > 12 {
			t.Errorf("reads of a silent endpoint in 30 min: got %d, want at most 12", n)
		}
		if n := len(r.prober.of("live-0003")); n < 27 {
			t.Errorf("reads of a live endpoint in 30 min: got %d, want at least 27", n)
		}
		if got := r.store.health("dead-0003"); got != fleet.Unknown {
			t.Errorf("health of a silent server: got %s, want unknown", got)
		}
	})
}

func TestDarkRackIsOneEvent(t *testing.T) {
	collecting(t, racks("hn", 40), nil, func(t *testing.T, r *rig) {
		r.at(3 * time.Minute)
		r.prober.set(func(p *fakeProber) { p.silent = func(s fleet.Server) bool { return s.Rack == "R2" } })
		r.at(5 * time.Minute)
		if got, want := r.store.told(fleet.EventSite), "site : rack hn R2 went silent as a whole: 10 servers (hn-0020 … hn-0029)\n"; got != want {
			t.Errorf("one event for the rack: got %q, want %q", got, want)
		}
		if got := r.store.told(fleet.EventUnreachable); got != "" {
			t.Errorf("events of single servers: got\n%s", got)
		}
		r.prober.set(func(p *fakeProber) { p.silent = nil })
		r.at(10 * time.Minute)
		if got := r.store.told(fleet.EventSite); strings.Count(got, "\n") != 2 || !strings.Contains(got, "rack hn R2 answers again: 10 servers") {
			t.Errorf("after it came back: got\n%s", got)
		}
		if got := r.store.told(fleet.EventBack); got != "" {
			t.Errorf("events of single servers coming back: got\n%s", got)
		}
	})
}

func TestOneSilentServerIsItsOwnEvent(t *testing.T) {
	collecting(t, racks("hn", 40), nil, func(t *testing.T, r *rig) {
		r.at(3 * time.Minute)
		r.prober.set(func(p *fakeProber) { p.silent = func(s fleet.Server) bool { return s.Name == "hn-0021" } })
		r.at(6 * time.Minute)
		if got := r.store.told(fleet.EventUnreachable, fleet.EventSite); strings.Count(got, "\n") != 1 || !strings.Contains(got, "hn-0021") {
			t.Errorf("got\n%s", got)
		}
		r.prober.set(func(p *fakeProber) { p.silent = nil })
		r.at(20 * time.Minute)
		if got := r.store.told(fleet.EventBack); strings.Count(got, "\n") != 1 {
			t.Errorf("back: got\n%s", got)
		}
	})
}

func TestFullDiskKeepsPolling(t *testing.T) {
	collecting(t, racks("hn", 10), nil, func(t *testing.T, r *rig) {
		r.at(time.Minute)
		r.store.set(func(s *fakeStore) { s.full = true })
		r.prober.set(func(p *fakeProber) {
			p.parts = func(s fleet.Server) []fleet.Component {
				return []fleet.Component{disk("1", "SN-"+s.Name, fleet.Critical)}
			}
		})
		before := r.prober.count()
		r.at(10 * time.Minute)
		if got := r.prober.count() - before; got < 80 {
			t.Errorf("reads with a full disk: got %d, want at least 80", got)
		}
		if got := r.notes.of("store"); !strings.Contains(got, errFull.Error()) {
			t.Errorf("notice: got %q", got)
		}
		if s := r.c.Status(); s.Unsaved != 10 || s.SaveError == "" {
			t.Errorf("status: got %+v", s)
		}
		r.store.set(func(s *fakeStore) { s.full = false })
		r.at(11 * time.Minute)
		if got := r.notes.of("store"); got != "" {
			t.Errorf("notice after the disk has room: got %q", got)
		}
		if got := strings.Count(r.store.told(fleet.EventHealth), "\n"); got != 10 {
			t.Errorf("events kept meanwhile: got %d, want 10", got)
		}
		if got := r.store.health("hn-0001"); got != fleet.Critical {
			t.Errorf("health saved in the end: got %s, want critical", got)
		}
	})
}

func TestLostLeaseStopsThePolling(t *testing.T) {
	collecting(t, racks("hn", 10), nil, func(t *testing.T, r *rig) {
		r.at(time.Minute)
		r.store.set(func(s *fakeStore) { s.taken = true })
		r.at(2 * time.Minute)
		before := r.prober.count()
		if r.c.Status().Collecting {
			t.Error("collects without the lease")
		}
		r.at(5 * time.Minute)
		if got := r.prober.count(); got != before {
			t.Errorf("reads without the lease: got %d, want none", got-before)
		}
		r.store.set(func(s *fakeStore) { s.taken = false })
		r.at(6 * time.Minute)
		if got := r.prober.count(); got < before+10 {
			t.Errorf("reads after taking over: got %d, want 10", got-before)
		}
	})
}

// A process that slept through its lease must not write what it knew over what
// its successor has read since.
func TestLostLeaseWritesNothingMore(t *testing.T) {
	collecting(t, racks("hn", 10), nil, func(t *testing.T, r *rig) {
		r.at(time.Minute)
		r.store.set(func(s *fakeStore) { s.full = true }) // renewing fails, so the lease runs out
		r.at(2 * time.Minute)
		r.store.set(func(s *fakeStore) { s.full, s.taken = false, true })
		saves := r.store.transactions()
		r.at(4 * time.Minute)
		if r.store.transactions() != saves {
			t.Errorf("writes after the lease was lost: got %d, want none", r.store.transactions()-saves)
		}
	})
}

func TestPingThatIsNotPermittedIsSaidOnce(t *testing.T) {
	collecting(t, racks("hn", 10), nil, func(t *testing.T, r *rig) {
		r.prober.set(func(p *fakeProber) { p.noPing = true })
		r.at(3 * time.Minute)
		if got := r.notes.of("ping"); !strings.Contains(got, "setcap") {
			t.Errorf("notice: got %q", got)
		}
		if got := r.store.health("hn-0001"); got != fleet.OK {
			t.Errorf("health by SNMP alone: got %s, want ok", got)
		}
	})
}

func TestReadNow(t *testing.T) {
	collecting(t, racks("hn", 10), nil, func(t *testing.T, r *rig) {
		r.at(90 * time.Second)
		for _, ask := range []func(){
			func() { r.c.ReadNow("hn-0003") },
			func() {
				r.store.set(func(s *fakeStore) { s.requests = []fleet.ReadRequest{{Server: "hn-0003", By: "lan"}} })
			},
		} {
			before := len(r.prober.of("hn-0003"))
			ask()
			r.at(time.Since(r.began) + 2500*time.Millisecond)
			reads := r.prober.of("hn-0003")
			if len(reads) != before+1 || reads[len(reads)-1].rhythm != fleet.Inventory {
				t.Errorf("reads: got %v, want one more inventory", reads[before:])
			}
		}
		r.c.ReadNow("no such server")
	})
}

func TestInventoryChangesAtRunTime(t *testing.T) {
	all := racks("hn", 12)
	collecting(t, all[:10], nil, func(t *testing.T, r *rig) {
		r.at(30 * time.Second)
		r.c.SetInventory(all[2:])
		r.at(32 * time.Second)
		if len(r.prober.of("hn-0011")) != 1 {
			t.Error("a new server was not read at once")
		}
		gone, stays := len(r.prober.of("hn-0000")), len(r.prober.of("hn-0005"))
		r.at(5 * time.Minute)
		if got := len(r.prober.of("hn-0000")); got != gone {
			t.Errorf("reads of a server that left: got %d more", got-gone)
		}
		if got := len(r.prober.of("hn-0005")); got < stays+4 {
			t.Errorf("reads of a server that stayed: got %d more", got-stays)
		}
	})
}

func TestPolicyChangesAtRunTime(t *testing.T) {
	collecting(t, racks("hn", 3), nil, func(t *testing.T, r *rig) {
		r.at(2 * time.Minute)
		p := health.Default()
		p.Servers = map[string]health.Rules{"hn-0001": {Reads: health.Reads{Detect: 5}}}
		r.c.SetPolicy(p)
		r.prober.set(func(f *fakeProber) {
			f.parts = func(s fleet.Server) []fleet.Component {
				return []fleet.Component{disk("1", "SN-"+s.Name, fleet.Critical)}
			}
		})
		r.at(5 * time.Minute)
		if a, b := r.store.health("hn-0000"), r.store.health("hn-0001"); a != fleet.Critical || b != fleet.OK {
			t.Errorf("after three bad reads: got %s and %s, want critical and ok", a, b)
		}
	})
}

func TestPanicCostsOneRead(t *testing.T) {
	s := racks("hn", 2)
	s[1].Name = "panics"
	collecting(t, s, nil, func(t *testing.T, r *rig) {
		r.at(5 * time.Minute)
		if len(r.prober.of("hn-0000")) < 5 || len(r.prober.of("panics")) < 3 {
			t.Errorf("reads: %d and %d", len(r.prober.of("hn-0000")), len(r.prober.of("panics")))
		}
		st := r.store.states["panics"]
		if len(st.Findings) == 0 || st.Findings[0].Code != "garbled" {
			t.Errorf("findings: got %+v", st.Findings)
		}
	})
}

func TestSwapIsConfirmedWithinAnInterval(t *testing.T) {
	collecting(t, racks("hn", 3), nil, func(t *testing.T, r *rig) {
		serial, state := "OLD-1", fleet.Critical
		r.prober.set(func(p *fakeProber) {
			p.parts = func(fleet.Server) []fleet.Component { return []fleet.Component{disk("1", serial, state)} }
		})
		r.at(5 * time.Minute)
		r.prober.set(func(*fakeProber) { serial, state = "NEW-2", fleet.OK })
		r.at(8 * time.Minute)
		if got := r.store.told(fleet.EventSerial); strings.Count(got, "\n") != 3 {
			t.Errorf("swaps: got\n%s", got)
		}
	})
}

// A store that stays away costs one value for each hour and metric in memory.
func TestRefusedHoursAreMerged(t *testing.T) {
	piece := func(metric string, low, mean, high float64, n int) fleet.HourValue {
		return fleet.HourValue{Server: "a", Metric: metric, Hour: noon, Min: low, Avg: mean, Max: high, Count: n}
	}
	got := merged([]fleet.HourValue{piece("cpu", 1, 2, 3, 2), piece("cpu", 2, 5, 9, 1)}, []fleet.HourValue{piece("rtt", 1, 1, 1, 1), piece("cpu", 0, 1, 4, 1)})
	slices.SortFunc(got, func(a, b fleet.HourValue) int { return strings.Compare(a.Metric, b.Metric) })
	if want := []fleet.HourValue{piece("cpu", 0, 2.5, 9, 4), piece("rtt", 1, 1, 1, 1)}; !slices.Equal(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestHoursAreHandedOver(t *testing.T) {
	collecting(t, racks("hn", 2), nil, func(t *testing.T, r *rig) {
		r.at(11 * time.Minute)
		n := 0
		for _, h := range r.store.hours {
			if h.Server == "hn-0000" && h.Metric == fleet.TrendRTT {
				n += h.Count
				if h.Avg != 1 || h.Min != 1 || h.Max != 1 {
					t.Errorf("hour: got %+v, want 1 ms throughout", h)
				}
			}
		}
		if n < 5 {
			t.Errorf("readings handed over in 11 min: got %d, want at least 5", n)
		}
	})
}
