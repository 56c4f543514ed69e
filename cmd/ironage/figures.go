package main

import (
	"os"
	"runtime/metrics"
	"time"

	"ironage/internal/fleet"
	"ironage/probes/snmp"
)

// figures are what the collector cannot know of itself: how the sockets that
// its reads share are doing, and what the process takes of the machine.
func (s *station) figures() (fleet.TransportLoad, fleet.ProcessLoad) {
	p := processLoad()
	p.Writing = s.store.Written()
	return transportOf(s.hub), p
}

// transportOf is a look at the shared sockets; without any, the system cannot
// have dropped what was for them.
func transportOf(h *snmp.Hub) fleet.TransportLoad {
	if h == nil {
		return fleet.TransportLoad{KernelDrops: -1}
	}
	t := h.Traffic()
	return fleet.TransportLoad{Sockets: t.Sockets, Buffer: t.Buffer, Window: t.Window, InFlight: t.InFlight, Waiting: t.Waiting, Beside: t.Beside,
		Strays: t.Strays, Late: t.Late, Dropped: t.Dropped, KernelDrops: t.KernelDrops}
}

// processLoad asks the runtime, without stopping anything.
func processLoad() fleet.ProcessLoad {
	samples := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/gc/heap/live:bytes"}, {Name: "/memory/classes/total:bytes"},
		{Name: "/memory/classes/heap/released:bytes"}, {Name: "/sched/goroutines:goroutines"}, {Name: "/gc/cycles/total:gc-cycles"},
		{Name: "/cpu/classes/gc/total:cpu-seconds"}}
	metrics.Read(samples)
	count := func(i int) int64 {
		if v := samples[i].Value; v.Kind() == metrics.KindUint64 {
			return int64(v.Uint64())
		}
		return 0
	}
	p := fleet.ProcessLoad{Heap: count(0), Live: count(1), Memory: count(2) - count(3), Goroutines: int(count(4)), Clearings: count(5), Files: openFiles(), CPU: usedCPU()}
	if v := samples[6].Value; v.Kind() == metrics.KindFloat64 {
		p.ClearCPU = time.Duration(v.Float64() * float64(time.Second))
	}
	return p
}

// openFiles counts this process's descriptors; -1 where the system does not tell.
func openFiles() int {
	d, err := os.Open("/proc/self/fd")
	if err != nil {
		return -1
	}
	defer func() { _ = d.Close() }() // it was only read
	names, err := d.Readdirnames(-1)
	if err != nil {
		return -1
	}
	return len(names) - 1 // the folder itself was open
}
