package collect

import (
	"container/heap"
	"hash/fnv"
	"math/rand/v2"
	"time"

	"ironage/internal/fleet"
)

// task is one endpoint on the schedule. Only the run's loop touches it.
type task struct {
	server *fleet.Server
	ep     fleet.Endpoint
	phase  uint64 // where in the interval its turns lie

	due     time.Time
	nextAll time.Time // next inventory
	full    bool      // the next read is an inventory
	urgent  bool      // somebody waits for it
	hinted  bool      // the device itself called
	running bool
	again   bool // asked for while running …
	allOver bool // … as an inventory
	gone    bool // left the inventory while running

	lane  lane      // by what right it runs
	site  string    // whose slot it holds while running: the inventory may move it meanwhile
	began time.Time // when the read in progress did
	read  bool      // by this run, or tried

	misses int
	took   time.Duration // of the latest answered read
	index  int           // in the heap; -1 outside
}

func taskKey(server string, ep fleet.Endpoint) string {
	return server + "\x00" + ep.Role.String() + "\x00" + ep.Address
}

// newTask is an endpoint whose first read is an inventory, and is due at once:
// the row sets are not known yet.
func newTask(s *fleet.Server, ep fleet.Endpoint, now time.Time) *task {
	h := fnv.New64a()
	_, _ = h.Write([]byte(taskKey(s.Name, ep))) // a hash cannot fail
	return &task{server: s, ep: ep, phase: h.Sum64(), due: now, full: true, index: -1}
}

// firstReads is how many endpoints a second get their first read: inventories
// cost ten times a status read, and the first of a large fleet must not take
// the machine for a minute and the devices by storm.
const firstReads = 200

// spread gives tasks that were never read their turns, by their places in the
// interval: few at once, many at a bounded pace.
func spread(tasks []*task, now time.Time) {
	over := time.Duration(len(tasks)) * time.Second / firstReads
	if over < time.Second {
		return
	}
	for _, t := range tasks {
		t.due = now.Add(time.Duration(float64(t.phase>>11) / (1 << 53) * float64(over)))
	}
}

// turn is the task's next regular turn: its own place in the interval, at
// least half an interval away, so that turns spread over the interval whenever
// the reads before them happened to end. It is told by the time that passes,
// not by the clock: one that is set back must not stop the polling.
func (t *task) turn(now time.Time, every time.Duration) time.Time {
	offset := time.Duration(t.phase % uint64(every))
	earliest := now.Add(every / 2)
	at := earliest.Truncate(every).Add(offset)
	for at.Before(earliest) {
		at = at.Add(every)
	}
	return now.Add(at.Sub(now)) // Truncate has lost the monotonic reading, which now has
}

// backoff is how long to leave an endpoint alone after misses in a row: the
// first miss is checked soon, because news of silence should be true and
// early; then ever less often, with jitter, so that a dead site does not
// answer all at once when it comes back.
func backoff(misses int, every, most time.Duration) time.Duration {
	if misses <= 1 {
		return min(max(every/4, time.Second), 15*time.Second)
	}
	d := every
	for i := 2; i < misses && d < most; i++ {
		d *= 2
	}
	d = min(d, most)
	return d - d/5 + time.Duration(rand.Int64N(int64(d)*2/5+1))
}

// schedule is a heap of tasks by due time.
type schedule []*task

func (s schedule) Len() int           { return len(s) }
func (s schedule) Less(i, j int) bool { return s[i].due.Before(s[j].due) }
func (s schedule) Swap(i, j int) {
	s[i], s[j] = s[j], s[i]
	s[i].index, s[j].index = i, j
}

// Push is for container/heap.
func (s *schedule) Push(x any) {
	t := x.(*task)
	t.index = len(*s)
	*s = append(*s, t)
}

// Pop is for container/heap.
func (s *schedule) Pop() any {
	old := *s
	t := old[len(old)-1]
	old[len(old)-1] = nil
	*s = old[:len(old)-1]
	t.index = -1
	return t
}

func (s *schedule) put(t *task, due time.Time) {
	t.due = due
	if t.index >= 0 {
		heap.Fix(s, t.index)
		return
	}
	heap.Push(s, t)
}

func (s *schedule) drop(t *task) {
	if t.index >= 0 {
		heap.Remove(s, t.index)
	}
}
