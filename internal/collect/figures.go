package collect

import (
	"math"
	"time"

	"ironage/internal/fleet"
)

// delays say how late polls began: a histogram of this interval and the one
// before, so that the figures follow what happens and one late poll is not
// remembered for ever.
type delays struct {
	every    time.Duration
	began    time.Time // of the newer half
	now, was delayCounts
}

// delayCounts count delays by their logarithm: each bucket ends 1.1 times
// later than the one before, from a millisecond on.
type delayCounts struct {
	n    int
	most time.Duration
	by   [160]int
}

const delayStep = 1.1

func (d *delays) add(late time.Duration, now time.Time) {
	d.turn(now)
	late = max(late, 0)
	i := 0
	if ms := float64(late) / float64(time.Millisecond); ms > 1 {
		i = min(int(math.Ceil(math.Log(ms)/math.Log(delayStep))), len(d.now.by)-1)
	}
	d.now.by[i]++
	d.now.n++
	d.now.most = max(d.now.most, late)
}

// turn begins a new half when its time has come; also when a clock was set back.
func (d *delays) turn(now time.Time) {
	if age := now.Sub(d.began); age >= d.every || age < 0 {
		d.was, d.now = d.now, delayCounts{}
		if age >= 2*d.every {
			d.was = delayCounts{}
		}
		d.began = now
	}
}

// p99 is what 99 of a hundred polls began within, to a tenth, and most the
// longest delay.
func (d *delays) p99(now time.Time) (p99, most time.Duration) {
	d.turn(now)
	most = max(d.now.most, d.was.most)
	left := (d.now.n + d.was.n) / 100 // that may be later
	for i := len(d.now.by) - 1; i >= 0; i-- {
		if left -= d.now.by[i] + d.was.by[i]; left < 0 {
			return min(time.Duration(math.Pow(delayStep, float64(i))*float64(time.Millisecond)), most), most
		}
	}
	return 0, most
}

// rate is how many reads a second ended over the last minute.
type rate struct {
	marks [61]struct {
		at    time.Time
		count int64
	}
	n int // marks made
}

// mark notes the count, once a tick, and returns the rate.
func (r *rate) mark(count int64, now time.Time) float64 {
	at := &r.marks[r.n%len(r.marks)]
	at.at, at.count = now, count
	r.n++
	oldest := r.marks[max(r.n-len(r.marks), 0)%len(r.marks)]
	took := now.Sub(oldest.at)
	if took <= 0 {
		return 0
	}
	return float64(count-oldest.count) / took.Seconds()
}

// report publishes what the collector is doing.
func (r *run) report() {
	now := r.cfg.Now()
	load := fleet.CollectorLoad{Time: now, Endpoints: len(r.tasks), Slots: r.lanes.slots, Waiting: r.lanes.waiting(),
		Reads: r.count, Rate: r.rate.mark(r.count, now), Notifications: r.hints.counts(),
		Unsaved: len(r.out.dirty) + len(r.out.busy), SaveError: r.out.failure, Saves: r.out.saves, SaveTook: r.out.saveTook}
	load.InFlight, load.Beside = r.lanes.inFlight()
	load.DelayP99, load.DelayMost = r.delays.p99(now)
	if now.Sub(r.looked.at) >= r.seldom() || r.looked.endpoints != len(r.tasks) {
		r.looked = r.lookAtTasks(now)
	}
	l := &r.looked
	load.Silent, load.Unread, load.Late, load.Behind = l.silent, l.unread, l.late, l.behind
	s := Status{Collecting: true, CollectorLoad: load, Slowest: l.slowest, SlowestTook: l.took}
	r.c.setStatus(func(was *Status) { *was = s })
}

// lookCost is by how much a task more lengthens the time between two looks at all
// of them: at 50,000, a look takes 10 to 30 ms.
const lookCost = 500 * time.Microsecond

// seldom is how often the loop may look at all endpoints.
func (r *run) seldom() time.Duration {
	return min(time.Duration(len(r.tasks))*lookCost, 5*time.Second)
}

// looked is what a look at all tasks found.
type looked struct {
	at                              time.Time
	endpoints, silent, unread, late int
	behind                          time.Duration
	slowest                         string
	took                            time.Duration
}

func (r *run) lookAtTasks(now time.Time) looked {
	l := looked{at: now, endpoints: len(r.tasks)}
	for _, t := range r.tasks {
		if t.took > l.took {
			l.slowest, l.took = t.server.Name, t.took
		}
		if t.misses > 0 {
			l.silent++
		}
		if !t.read {
			l.unread++
		}
		if t.running {
			continue
		}
		if late := now.Sub(t.due); late > 0 {
			if late > r.cfg.StatusEvery {
				l.late++
			}
			if t.misses == 0 {
				l.behind = max(l.behind, late)
			}
		}
	}
	return l
}

// load is what the lease says about this process: the latest report, with what
// only the process as a whole knows.
func (c *Collector) load() fleet.CollectorLoad {
	load := c.Status().CollectorLoad
	if c.cfg.Figures != nil {
		load.Transport, load.Process = c.cfg.Figures()
	}
	return load
}

// What people are told about figures that are not as they should be.
const (
	behindNotice = "behind"
	dropsNotice  = "drops"
	// dropsPast is for how long the news of lost answers stay.
	dropsPast = 5 * time.Minute
)

// worries are the notices about the collector's figures. Their texts do not
// count, so that they are said once.
type worries struct {
	drops   int64 // of the kernel, when they were last looked at
	dropped time.Time
	behind  bool
}

func (w *worries) look(c *Collector, load *fleet.CollectorLoad) {
	now, every := c.cfg.Now(), c.cfg.StatusEvery
	if n := load.Transport.KernelDrops; n > w.drops {
		w.drops, w.dropped = n, now
		c.cfg.Notice(dropsNotice, fleet.Warning, "the system throws answers away, because the receive buffers of the SNMP sockets are full: let them be larger with sysctl -w net.core.rmem_max=4194304, then start ironage again")
	} else if !w.dropped.IsZero() && now.Sub(w.dropped) > dropsPast {
		w.dropped = time.Time{}
		c.cfg.Notice(dropsNotice, fleet.OK, "")
	}
	worst := max(load.Behind, load.DelayP99)
	switch {
	case load.Unread > 0: // a large fleet is read for the first time at a bounded pace
	case !w.behind && worst > every:
		w.behind = true
		c.cfg.Notice(behindNotice, fleet.Warning, "polls begin later than they should, by more than an interval: ask more endpoints at a time (polling.concurrency), less often (polling.status), or with a collector for each site; the Probes screen has the figures")
	case w.behind && worst < every/2:
		w.behind = false
		c.cfg.Notice(behindNotice, fleet.OK, "")
	}
}

// over takes back what was told: another process collects now.
func (w *worries) over(c *Collector) {
	if w.behind {
		c.cfg.Notice(behindNotice, fleet.OK, "")
	}
	if !w.dropped.IsZero() {
		c.cfg.Notice(dropsNotice, fleet.OK, "")
	}
}
