package collect

import (
	"container/heap"
	"fmt"
	"testing"
	"time"

	"ironage/internal/fleet"
)

// scheduled is a run with so many endpoints that wait for their turns.
func scheduled(n int, now time.Time) *run {
	r := newRun(New(Config{Now: func() time.Time { return now }}))
	for i := range n {
		s := fleet.Server{Name: fmt.Sprintf("s%05d", i), Site: fmt.Sprint("site", i%7)}
		t := newTask(&s, bmcEP, now)
		t.full, t.read = false, true
		t.due = t.turn(now, time.Minute)
		r.tasks[taskKey(s.Name, bmcEP)] = t
		heap.Push(&r.due, t)
	}
	return r
}

// BenchmarkTurn is what the schedule itself takes for one poll: out of the heap,
// through the lanes, and in again.
func BenchmarkTurn(b *testing.B) {
	for _, n := range []int{10_000, 50_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			r := scheduled(n, noon)
			b.ReportAllocs()
			for b.Loop() {
				t := heap.Pop(&r.due).(*task)
				now := t.due
				r.lanes.add(t)
				t = r.lanes.next()
				r.delays.add(now.Sub(t.due), now)
				r.lanes.done(t)
				r.due.put(t, t.turn(now, time.Minute))
			}
		})
	}
}

// BenchmarkReport is what the figures take, once in five seconds.
func BenchmarkReport(b *testing.B) {
	for _, n := range []int{10_000, 50_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			r := scheduled(n, noon)
			b.ReportAllocs()
			for b.Loop() {
				r.looked = r.lookAtTasks(noon)
				r.report()
			}
		})
	}
}
