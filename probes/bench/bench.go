// Package bench measures how fast this machine polls: rounds of reads of
// endpoints that exist, through the planner and the transport that the
// collector uses, or, for comparison, as a plain poller would do it. It gives
// no verdicts and keeps nothing.
package bench

import (
	"context"
	"math"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"ironage/internal/fleet"
	"ironage/probes"
	"ironage/probes/snmp"
)

// Job is what is measured.
type Job struct {
	// Addresses are the endpoints to read. Like is what they have in common: a
	// list of whole targets would be a good part of what is measured.
	Addresses []string
	Like      probes.Target
	Rhythm    fleet.Rhythm
	// Rounds are counted; a status read is preceded by one that is not, which
	// learns the rows.
	Rounds int
	// Workers are the endpoints in flight at most; 0 means as many as the hub's
	// window has places, 256 at most.
	Workers int
	// SlowWorkers read what did not answer the last time, beside the others, and
	// help them in between; 0 means an eighth of Workers, 1 to 32.
	SlowWorkers int
	// Decode also makes components of what was read, as the collector does.
	Decode bool
}

// First is the first endpoint.
func (j *Job) First() probes.Target { return j.target(0) }

// target is the i-th endpoint.
func (j *Job) target(i int) probes.Target {
	t := j.Like
	t.Server, t.Endpoint.Address = j.Addresses[i], j.Addresses[i]
	return t
}

// Result is what a job took, over all its counted rounds.
type Result struct {
	Poller   string `json:"poller"`
	Rhythm   string `json:"rhythm"`
	Devices  int    `json:"devices"`
	Rounds   int    `json:"rounds"`
	Answered int    `json:"answered"`
	Failed   int    `json:"failed"`
	// Fallen are those that answered in an earlier round and not in a later one.
	Fallen   int `json:"fallen"`
	PDUs     int `json:"pdus"`
	Retries  int `json:"retries"`
	Varbinds int `json:"varbinds"`
	Bytes    int `json:"bytes"` // received
	// Wall is the time of a round, LiveWall until the last one that answered was
	// done; both the median of the rounds.
	Wall     time.Duration `json:"wall_ns"`
	LiveWall time.Duration `json:"live_wall_ns"`
	User     time.Duration `json:"user_ns"`
	System   time.Duration `json:"system_ns"`
	// Peak is the most memory that the process held at any time of the counted
	// rounds, in bytes, as Go counts it. Resident is what the system counts, with
	// the program itself; 0 where it does not tell. The others are the same of
	// the round that learns the rows.
	Peak          int64 `json:"peak_memory_bytes"`
	Resident      int64 `json:"peak_resident_bytes"`
	LearnPeak     int64 `json:"learning_peak_memory_bytes,omitempty"`
	LearnResident int64 `json:"learning_peak_resident_bytes,omitempty"`

	Goroutines int           `json:"goroutines"`
	Sockets    int           `json:"sockets"`
	P50        time.Duration `json:"latency_p50_ns"`
	P90        time.Duration `json:"latency_p90_ns"`
	P99        time.Duration `json:"latency_p99_ns"`
	// Each is what every counted round took: the first inventory walks, those
	// after it read rows that are known.
	Each    []Round       `json:"each,omitempty"`
	Traffic *snmp.Traffic `json:"traffic,omitempty"`
	// Tables are what a plain poller walked.
	Tables []snmp.OID `json:"tables,omitempty"`
}

// Round is one time around.
type Round struct {
	Answered int           `json:"answered"`
	Failed   int           `json:"failed"`
	PDUs     int           `json:"pdus"`
	Varbinds int           `json:"varbinds"`
	Wall     time.Duration `json:"wall_ns"`
	LiveWall time.Duration `json:"live_wall_ns"`
	CPU      time.Duration `json:"cpu_ns"` // user and system
}

// CPU is what one read took of a processor.
func (r *Result) CPU() time.Duration {
	if n := r.Answered + r.Failed; n > 0 {
		return (r.User + r.System) / time.Duration(n)
	}
	return 0
}

// PerDevice is a total per read that was answered.
func (r *Result) PerDevice(total int) float64 { return float64(total) / float64(max(r.Answered, 1)) }

// Poll reads every target in rounds through a prober that uses the hub.
func Poll(ctx context.Context, p *probes.Prober, hub *snmp.Hub, j Job) (Result, error) {
	if j.Workers <= 0 {
		j.Workers = min(hub.Traffic().Window, mostWorkers)
	}
	if j.SlowWorkers <= 0 {
		j.SlowWorkers = min(max(j.Workers/8, 1), 32)
	}
	s := &sweep{prober: p, job: j, silent: make([]atomic.Bool, len(j.Addresses)), seen: make([]atomic.Bool, len(j.Addresses))}
	var learning Result
	if j.Rhythm == fleet.Status {
		learning = s.learn(ctx, hub)
	}
	watch := observe(func() int { return hub.Traffic().Sockets })
	s.took = make([]uint32, 0, min(j.Rounds*len(j.Addresses), mostTimes))
	var walls, lives []time.Duration
	var each []Round
	for range j.Rounds {
		before, spent := s.sums(), used()
		wall, live := s.round(ctx, j.Rhythm)
		walls, lives = append(walls, wall), append(lives, live)
		now := s.sums()
		each = append(each, Round{Answered: now.Answered - before.Answered, Failed: now.Failed - before.Failed, PDUs: now.PDUs - before.PDUs,
			Varbinds: now.Varbinds - before.Varbinds, Wall: wall, LiveWall: live, CPU: used().sum() - spent.sum()})
	}
	r := watch.stop()
	r.Poller, r.Rhythm, r.Devices, r.Rounds, r.Each = "ironage", string(j.Rhythm), len(j.Addresses), j.Rounds, each
	r.LearnPeak, r.LearnResident = learning.Peak, learning.Resident
	s.sum(&r)
	r.Wall, r.LiveWall = median(walls), median(lives)
	traffic := hub.Traffic()
	r.Traffic = &traffic
	return r, ctx.Err()
}

// mostTimes is of how many reads the time is kept, for the percentiles.
const mostTimes = 1 << 20

// mostWorkers is how many endpoints are asked at once unless told otherwise.
const mostWorkers = 256

// sweep is a job in progress.
type sweep struct {
	prober *probes.Prober
	job    Job
	silent []atomic.Bool // did not answer the last time
	seen   []atomic.Bool // has answered

	mu   sync.Mutex
	cost fleet.Cost
	took []uint32 // microseconds
	ok   int
	bad  int
	fell int
	live time.Time // when the last one answered
}

// learn reads the rows of everybody, which is not counted, and gives back what
// that took: a collector does it once in hours.
func (s *sweep) learn(ctx context.Context, hub *snmp.Hub) Result {
	watch := observe(func() int { return hub.Traffic().Sockets })
	s.round(ctx, fleet.Inventory)
	s.reset()
	r := watch.stop()
	debug.FreeOSMemory()
	return r
}

func (s *sweep) reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cost, s.took, s.ok, s.bad, s.fell = fleet.Cost{}, nil, 0, 0, 0
}

// sums is what was counted so far.
func (s *sweep) sums() (r Result) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r.Answered, r.Failed, r.PDUs, r.Varbinds = s.ok, s.bad, s.cost.PDUs, s.cost.Varbinds
	return r
}

// round reads every target once. Those known to be silent have workers of their
// own; an unknown one that misses its first, short try joins them.
func (s *sweep) round(ctx context.Context, rhythm fleet.Rhythm) (wall, live time.Duration) {
	begun := time.Now()
	s.live = begun
	quick := make(chan [2]int)
	slow := make(chan int, len(s.job.Addresses)) // never blocks who hands over
	var parts, workers sync.WaitGroup
	readPart := func(part [2]int) {
		defer parts.Done()
		s.readPart(ctx, part[0], part[1], rhythm, slow)
	}
	for range s.job.Workers {
		workers.Go(func() {
			for part := range quick {
				readPart(part)
			}
		})
	}
	for range s.job.SlowWorkers {
		workers.Go(func() { s.readSlow(ctx, rhythm, slow, quick, readPart) })
	}
	for i := 0; i < len(s.job.Addresses) && ctx.Err() == nil; i += together {
		parts.Add(1)
		quick <- [2]int{i, min(i+together, len(s.job.Addresses))}
	}
	close(quick)
	parts.Wait() // nobody is handed over any more
	close(slow)
	workers.Wait()
	return time.Since(begun), s.live.Sub(begun)
}

// readSlow reads the silent until there are no more to come, and parts of the
// others between them, which are soon done.
func (s *sweep) readSlow(ctx context.Context, rhythm fleet.Rhythm, slow <-chan int, quick <-chan [2]int, readPart func([2]int)) {
	for {
		select {
		case i, more := <-slow:
			if !more {
				return
			}
			s.read(ctx, i, rhythm, false)
		case part, more := <-quick:
			if !more {
				quick = nil // none of them is left; the silent still are
				continue
			}
			readPart(part)
		}
	}
}

// firstPatience is how long a place in the window waits for somebody who has
// never answered.
const firstPatience = 500 * time.Millisecond

// together is how many endpoints a worker asks at once for a status read.
const together = 2

// readPart reads the targets from one index to another: those that have answered
// before at once for a status read, each alone for an inventory. Whoever was
// silent the last time, or is now, goes to the slow.
func (s *sweep) readPart(ctx context.Context, from, to int, rhythm fleet.Rhythm, slow chan<- int) {
	var room [together]probes.Target
	var which [together]int
	asked := room[:0]
	for i := from; i < to; i++ {
		switch {
		case s.silent[i].Load():
			slow <- i
		case rhythm == fleet.Status && s.seen[i].Load():
			which[len(asked)] = i
			asked = append(asked, s.job.target(i))
		case !s.read(ctx, i, rhythm, !s.seen[i].Load()):
			slow <- i
		}
	}
	if len(asked) == 0 {
		return
	}
	begun := time.Now()
	all := s.prober.FetchAll
	if s.job.Decode {
		all = s.prober.ReadAll
	}
	for n, obs := range all(ctx, asked) {
		s.count(which[n], &obs, begun)
	}
}

// read asks one target. A first try that stays unanswered is not counted:
// false asks for another, beside the window.
func (s *sweep) read(ctx context.Context, i int, rhythm fleet.Rhythm, first bool) bool {
	t := s.job.target(i)
	if first {
		t.Options.Timeout, t.Options.Retries = min(t.Options.Timeout, firstPatience), -1
	}
	if s.silent[i].Load() {
		t.Options.Retries = -1 // known to be silent: once in a round
	}
	begun := time.Now()
	var obs fleet.Observation
	if s.job.Decode {
		obs = s.prober.Read(ctx, t, rhythm)
	} else {
		obs = s.prober.Fetch(ctx, t, rhythm, s.job.Rhythm == fleet.Inventory)
	}
	if first && obs.SNMP != fleet.Answered {
		return false
	}
	s.count(i, &obs, begun)
	return true
}

// count adds what a read of the i-th target was.
func (s *sweep) count(i int, obs *fleet.Observation, begun time.Time) {
	answered := obs.SNMP == fleet.Answered
	s.silent[i].Store(!answered)
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	s.cost = fleet.Cost{PDUs: s.cost.PDUs + obs.Cost.PDUs, Varbinds: s.cost.Varbinds + obs.Cost.Varbinds,
		Bytes: s.cost.Bytes + obs.Cost.Bytes, Retries: s.cost.Retries + obs.Cost.Retries}
	switch {
	case answered:
		s.ok++
		s.seen[i].Store(true)
		if s.took = keep(s.took, now.Sub(begun)); now.After(s.live) {
			s.live = now
		}
	case s.seen[i].Load():
		s.fell++
		s.bad++
	default:
		s.bad++
	}
}

func (s *sweep) sum(r *Result) {
	r.Answered, r.Failed, r.Fallen = s.ok, s.bad, s.fell
	r.PDUs, r.Retries, r.Varbinds, r.Bytes = s.cost.PDUs, s.cost.Retries, s.cost.Varbinds, s.cost.Bytes
	percentiles(r, s.took)
}

// keep notes a time, while there is room for it.
func keep(took []uint32, d time.Duration) []uint32 {
	if len(took) >= mostTimes {
		return took
	}
	return append(took, uint32(min(max(d, 0).Microseconds(), math.MaxUint32))) //nolint:gosec // bounded
}

func percentiles(r *Result, took []uint32) {
	if len(took) == 0 {
		return
	}
	slices.Sort(took)
	at := func(share float64) time.Duration {
		return time.Duration(took[int(share*float64(len(took)-1))]) * time.Microsecond
	}
	r.P50, r.P90, r.P99 = at(.5), at(.9), at(.99)
}

func median(d []time.Duration) time.Duration {
	if len(d) == 0 {
		return 0
	}
	slices.Sort(d)
	return d[len(d)/2]
}
