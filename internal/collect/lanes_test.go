package collect

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"ironage/internal/fleet"
)

// waiting makes tasks of a site, all due at noon.
func waiting(site string, n int, adjust func(i int, t *task)) []*task {
	out := make([]*task, n)
	for i := range out {
		s := fleet.Server{Name: fmt.Sprintf("%s-%03d", site, i), Site: site}
		out[i] = newTask(&s, bmcEP, noon)
		out[i].full = false
		if adjust != nil {
			adjust(i, out[i])
		}
	}
	return out
}

// started lets as many go as may.
func started(l *lanes) map[lane]int {
	by := map[lane]int{}
	for t := l.next(); t != nil; t = l.next() {
		by[t.lane]++
	}
	return by
}

func addAll(l *lanes, lists ...[]*task) {
	for _, t := range slices.Concat(lists...) {
		l.add(t)
	}
}

// Neither the first inventories of a large fleet nor its status reads may keep
// the other kind waiting.
func TestLanesShareSlotsBetweenStatusAndInventories(t *testing.T) {
	full := func(_ int, x *task) { x.full = true }
	tests := []struct {
		name         string
		slots        int
		status, full int
		want         map[lane]int
	}{
		{"both wait", 16, 100, 100, map[lane]int{laneStatus: 12, laneFull: 4}},
		{"inventories alone leave room", 16, 0, 100, map[lane]int{laneFull: 12}},
		{"status reads alone take all", 16, 100, 0, map[lane]int{laneStatus: 16}},
		{"few status reads", 16, 3, 100, map[lane]int{laneStatus: 3, laneFull: 12}},
		{"one slot", 1, 0, 5, map[lane]int{laneFull: 1}},
		{"nothing", 4, 0, 0, map[lane]int{}},
	}
	for _, x := range tests {
		l := newLanes(x.slots)
		addAll(l, waiting("a", x.full, full), waiting("b", x.status, nil))
		if got := started(l); fmt.Sprint(got) != fmt.Sprint(x.want) {
			t.Errorf("%s: got %v, want %v", x.name, got, x.want)
		}
	}
}

// With one slot, whoever waits longer goes first: shares of it say nothing.
func TestLanesOfOneSlotTakeTurns(t *testing.T) {
	l := newLanes(1)
	status := waiting("a", 1, nil)[0]
	all := waiting("b", 1, func(_ int, x *task) { x.full, x.due = true, noon.Add(-time.Second) })[0]
	addAll(l, []*task{status, all})
	if got := l.next(); got != all {
		t.Fatalf("first: got %v, want the inventory, which is due longer", got)
	}
	l.done(all)
	if got := l.next(); got != status {
		t.Errorf("then: got %v, want the status read", got)
	}
}

// The dead are asked beside the slots, however many they are.
func TestSilentEndpointsHoldNoSlots(t *testing.T) {
	l := newLanes(16)
	addAll(l, waiting("dead", 500, func(_ int, x *task) { x.misses = 3 }))
	if got := started(l); got[laneSlow] != 4 || len(got) != 1 {
		t.Fatalf("of the dead alone: got %v, want a quarter of 16 beside", got)
	}
	live := waiting("live", 40, nil)
	addAll(l, live)
	if got := started(l); got[laneStatus] != 16 {
		t.Errorf("of the living: got %v, want all 16 slots", got)
	}
	if all, beside := l.inFlight(); all != 20 || beside != 4 {
		t.Errorf("in flight: got %d with %d beside, want 20 with 4", all, beside)
	}
	if got := l.waiting(); got != (fleet.LaneLoad{Status: 24, Silent: 496}) {
		t.Errorf("waiting: got %+v", got)
	}
}

// Who missed one answer does not wait for a dark site, and a dark site does not
// wait for ever.
func TestOfTheSilentThoseWithFewestMissesGoFirst(t *testing.T) {
	l := newLanes(4) // one of the silent at a time
	missed := func(times int) func(int, *task) { return func(_ int, x *task) { x.misses = times } }
	addAll(l, waiting("dark", 500, missed(9)), waiting("twice", 3, missed(2)), waiting("once", 3, missed(1)))
	left := waiting("left", 1, missed(1))[0]
	l.add(left)
	l.drop(left)
	if got := l.waiting(); got != (fleet.LaneLoad{Silent: 506}) {
		t.Errorf("waiting: got %+v, want 506", got)
	}
	var sites []string
	for task := l.next(); task != nil; task = l.next() {
		sites = append(sites, task.site)
		l.done(task)
	}
	want := []string{"once", "once", "once", "dark", "twice", "twice", "twice", "dark", "dark"}
	if len(sites) != 506 || !slices.Equal(sites[:len(want)], want) {
		t.Errorf("got %d, first %v; want 506, first %v", len(sites), sites[:min(len(sites), len(want))], want)
	}
}

// Who keeps a slot too long goes on without it, within a bound.
func TestTasksThatTakeLongGoAside(t *testing.T) {
	l := newLanes(4)
	tasks := waiting("a", 40, nil)
	addAll(l, tasks)
	var out []*task
	for range 3 {
		for task := l.next(); task != nil; task = l.next() {
			out = append(out, task)
		}
		for _, task := range out {
			l.aside(task)
		}
	}
	if all, beside := l.inFlight(); beside != besideMost*4 || all > mostInFlight(4) {
		t.Fatalf("in flight: got %d with %d beside, want %d beside", all, beside, besideMost*4)
	}
	for _, task := range out {
		l.done(task)
	}
	if all, _ := l.inFlight(); all != 0 || l.siteInFlight["a"] != 0 {
		t.Errorf("after all are done: got %d in flight, %v of sites", all, l.siteInFlight)
	}
}

func TestSpreadOfFirstReads(t *testing.T) {
	tasks := waiting("a", 10_000, nil)
	spread(tasks, noon)
	seconds := map[int]int{}
	for _, x := range tasks {
		d := x.due.Sub(noon)
		if d < 0 || d >= 50*time.Second {
			t.Fatalf("%s is due after %v, want within 50 s", x.server.Name, d)
		}
		seconds[int(d/time.Second)]++
	}
	for s, n := range seconds {
		if n < 140 || n > 260 {
			t.Errorf("second %d: %d first reads, want about %d", s, n, firstReads)
		}
	}
	few := waiting("a", 150, nil)
	spread(few, noon)
	if i := slices.IndexFunc(few, func(x *task) bool { return !x.due.Equal(noon) }); i >= 0 {
		t.Errorf("of few: %v, want all at once", few[i].due)
	}
}

func TestDelaysFollowWhatHappens(t *testing.T) {
	d := delays{every: time.Minute}
	if p99, most := d.p99(noon); p99 != 0 || most != 0 {
		t.Errorf("of no polls: got %v, %v", p99, most)
	}
	for i := range 1000 {
		late := 20 * time.Millisecond
		if i%50 == 0 { // two in a hundred
			late = 2 * time.Second
		}
		d.add(late, noon.Add(time.Duration(i)*50*time.Millisecond))
	}
	p99, most := d.p99(noon.Add(time.Minute))
	if most != 2*time.Second || p99 < 1900*time.Millisecond || p99 > most {
		t.Errorf("got p99 %v, most %v, want 2 s within a tenth", p99, most)
	}
	d.add(-time.Second, noon.Add(90*time.Second)) // began early: not late
	if p99, _ = d.p99(noon.Add(10 * time.Minute)); p99 != 0 {
		t.Errorf("much later: got p99 %v, want what was late to be forgotten", p99)
	}
}
