package store_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/store"
	"ironage/internal/store/storetest"
)

// sweepFleet is n servers of 60 components as their first inventory finds them,
// sharing what states share.
func sweepFleet(n int, at time.Time) []fleet.State {
	var commons fleet.Commons
	states := benchFleet(n, at)
	for i := range states {
		st := &states[i]
		for k := range 12 {
			name := fmt.Sprintf("temperature/Sensor %d", k)
			if k < 2 {
				name = []string{fleet.TrendRTT, fleet.TrendCPU}[k]
			}
			var values []float64
			for v := range fleet.TrendLength {
				values = append(values, 20+float64((v*7+k+i)%30)/10)
			}
			st.Trends.Put(name, fleet.TrendOf(fleet.Celsius, values, at))
		}
		commons.Share(&fleet.State{}, st)
	}
	return states
}

// polled is what a quiet poll makes of a state: every time moves, a third of the
// readings, and the trends.
func polled(prev *fleet.State, n int, at time.Time) fleet.State {
	next := *prev
	next.Updated = at
	next.Endpoints = slices.Clone(prev.Endpoints)
	e := &next.Endpoints[0]
	e.LastOK, e.LastTry, e.NextTry = at, at, at.Add(time.Minute+time.Duration(n*37%977)*time.Millisecond)
	e.Cost = fleet.Cost{PDUs: 4, Varbinds: 192, Bytes: 5000 + n%90, Took: time.Duration(20+n%9) * time.Millisecond}
	e.Ping = fleet.Ping{Reach: fleet.Answered, Sent: 3, Received: 3, Min: time.Duration(900+n%50) * time.Microsecond, Avg: time.Duration(950+n%70) * time.Microsecond, Max: 2 * time.Millisecond}
	next.Components = slices.Clone(prev.Components)
	for i := range next.Components {
		c := &next.Components[i]
		c.Native = c.Native.At(at)
		if i%3 == 0 {
			v := 20 + float64((n*7+i)%60)/10
			c.Reading = &v
			ev := c.Native.Evidence()
			ev.Value = fmt.Sprint(v)
			c.Native = fleet.SeenOf(ev)
		}
		c.Verdicts = []fleet.Verdict{{Health: fleet.OK, Seen: c.Native}}
	}
	next.Trends = prev.Trends.Own()
	for name, t := range prev.Trends.All() {
		next.Trends.Put(name, t.Add(20+float64((n*11+len(name))%50)/10, at))
	}
	return next
}

// spent is the processor time of this process so far, and the bytes that it wrote.
func spent(b *testing.B) (time.Duration, int64) {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	var written int64
	if io, err := os.ReadFile("/proc/self/io"); err == nil {
		for line := range strings.Lines(string(io)) {
			_, _ = fmt.Sscanf(line, "wchar: %d", &written)
		}
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()), written
}

// BenchmarkSweep is quiet polls of a fleet, written in slices as a collector
// does: by sweep, how long the database had a writer, the processor time of a
// server, and what was written to the disk. The sweeps before the measurement
// spread the rewrites of whole states as in a fleet that runs for a while.
func BenchmarkSweep(b *testing.B) {
	for _, servers := range []int{1000, 10000} {
		b.Run(fmt.Sprint(servers), func(b *testing.B) { sweeps(b, servers, servers/60) })
	}
}

func sweeps(b *testing.B, servers, slice int) {
	at, states := storetest.Noon, sweepFleet(servers, storetest.Noon)
	s, err := store.Open(b.Context(), filepath.Join(b.TempDir(), "ironage.db"), func() time.Time { return at })
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	var cpu, writing time.Duration
	var wrote int64
	sweep := func(n int) {
		at = at.Add(time.Minute)
		for i := range states {
			states[i] = polled(&states[i], n*31+i, at.Add(time.Duration(i)*time.Millisecond))
		}
		runtime.GC()
		used, written := spent(b)
		busy := s.Written()
		for from := 0; from < servers; from += slice {
			part := slices.Clone(states[from:min(from+slice, servers)])
			if err := s.SavePolls(b.Context(), fleet.Polls{States: part}); err != nil {
				b.Fatal(err)
			}
		}
		usedNow, writtenNow := spent(b)
		cpu, wrote, writing = cpu+usedNow-used, wrote+writtenNow-written, writing+s.Written()-busy
	}
	n := 0
	for range 12 {
		sweep(n)
		n++
	}
	cpu, wrote, writing = 0, 0, 0
	sweepsMade := 0
	for b.Loop() {
		sweep(n)
		n++
		sweepsMade++
	}
	each := float64(sweepsMade)
	b.ReportMetric(float64(writing.Milliseconds())/each, "ms-writing/sweep")
	b.ReportMetric(float64(cpu.Microseconds())/each/float64(servers), "µs-cpu/server")
	b.ReportMetric(float64(wrote)/each/1e6, "MB/sweep")
}

// BenchmarkLoad is what a process that comes anew reads of a fleet that is polled:
// whole rows, and some five pulses of each.
func BenchmarkLoad(b *testing.B) {
	const servers = 1000
	s, path := benchStore(b)
	at, states := storetest.Noon, sweepFleet(servers, storetest.Noon)
	for n := range 16 {
		at = at.Add(time.Minute)
		for i := range states {
			states[i] = polled(&states[i], n*31+i, at)
		}
		for from := 0; from < servers; from += 50 {
			if err := s.SavePolls(b.Context(), fleet.Polls{States: slices.Clone(states[from : from+50])}); err != nil {
				b.Fatal(err)
			}
		}
	}
	states = nil
	var cpu time.Duration
	loads := 0
	for b.Loop() {
		b.StopTimer()
		again, err := store.Open(b.Context(), path, time.Now)
		if err != nil {
			b.Fatal(err)
		}
		runtime.GC()
		before, _ := spent(b)
		b.StartTimer()
		if got, _, err := again.States(b.Context(), 0); err != nil || len(got) != servers {
			b.Fatal(len(got), err)
		}
		after, _ := spent(b)
		cpu += after - before
		loads++
		if err := again.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(cpu.Microseconds())/float64(loads)/servers, "µs-cpu/server")
}

// BenchmarkHours writes what readings gather in five minutes: an hour's row of
// every trend, of which most exist already.
func BenchmarkHours(b *testing.B) {
	const servers, metrics = 500, 20
	s, _ := benchStore(b)
	var cpu time.Duration
	pieces := 0
	for b.Loop() {
		b.StopTimer()
		at := storetest.Noon.Add(time.Duration(pieces) * 5 * time.Minute)
		var hours []fleet.HourValue
		for i := range servers {
			for k := range metrics {
				hours = append(hours, fleet.HourValue{Server: fmt.Sprintf("rack-a%d-%02d", i/40, i%40), Metric: fmt.Sprintf("temperature/Sensor %d", k),
					Hour: at.Truncate(time.Hour), Min: 20, Avg: 21.5 + float64(k), Max: 23, Count: 5})
			}
		}
		before, _ := spent(b)
		b.StartTimer()
		if err := s.SavePolls(b.Context(), fleet.Polls{Hours: hours}); err != nil {
			b.Fatal(err)
		}
		after, _ := spent(b)
		cpu += after - before
		pieces++
	}
	b.ReportMetric(float64(cpu.Microseconds())/float64(pieces)/servers/metrics, "µs-cpu/row")
}
