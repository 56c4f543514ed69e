package bench

import (
	"runtime"
	"runtime/metrics"
	"sync"
	"time"
)

// observer samples what a process holds while something runs.
type observer struct {
	done       chan struct{}
	over       sync.WaitGroup
	before     usage
	goroutines int
	sockets    int
	peak       uint64
}

// observe begins to look every few milliseconds; sockets counts ours.
func observe(sockets func() int) *observer {
	runtime.GC()
	forgetPeak()
	o := &observer{done: make(chan struct{}), before: used()}
	o.over.Go(func() {
		every := time.NewTicker(20 * time.Millisecond)
		defer every.Stop()
		held := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
		for {
			o.goroutines = max(o.goroutines, runtime.NumGoroutine())
			o.sockets = max(o.sockets, sockets())
			metrics.Read(held)
			o.peak = max(o.peak, held[0].Value.Uint64()-held[1].Value.Uint64())
			select {
			case <-o.done:
				return
			case <-every.C:
			}
		}
	})
	return o
}

func (o *observer) stop() Result {
	after := used()
	close(o.done)
	o.over.Wait()
	return Result{User: after.user - o.before.user, System: after.system - o.before.system, Resident: residentPeak(),
		Goroutines: o.goroutines, Sockets: o.sockets, Peak: int64(o.peak)} //nolint:gosec // memory of this machine
}

type usage struct{ user, system time.Duration }

func (u usage) sum() time.Duration { return u.user + u.system }
