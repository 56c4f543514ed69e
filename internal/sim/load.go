package sim

import (
	"math"
	"time"

	"ironage/internal/fleet"
)

// bucket numbers the stretches of time in which readings keep their value.
// Machines change at different moments, so that the work of saying so is spread.
func (m *machine) bucket(t time.Time) int64 {
	return (t.UnixNano() + int64(m.seed%uint64(driftEvery))) / int64(driftEvery)
}

// load is how busy the processors are at t, between 0 and 1: the machine's own
// habit, the office's day and chance.
func (m *machine) load(t time.Time) float64 {
	b := m.bucket(t)
	slow := noise(m.seed, "slow", b/12)
	v := m.busy*(.35+.9*dayShape(t)) + .10*slow + .05*noise(m.seed, "fast", b)
	return max(.01, min(v, .99))
}

// watts is what the whole machine draws.
func (m *machine) watts(t time.Time) float64 {
	idle := 90 + 6*float64(len(m.disks)) + 3*float64(len(m.dimms))
	return idle + 170*m.load(t)
}

// totals is what the operating system's agent says of the whole machine. A
// kernel sees a little less memory than is fitted.
func (m *machine) totals(t time.Time) fleet.Totals {
	b := m.bucket(t)
	kib := func(v float64) *int64 { return ptr(int64(v) / 1024 * 1024) }
	total := float64(*kib(float64(m.memoryBytes()) * .985))
	used := total * max(.05, min(m.memBase+.04*noise(m.seed, "memory", b/6)+.01*noise(m.seed, "memory2", b), .97))
	swap := float64(8 * gib)
	swapUsed := swap * max(0, (m.memBase-.7)*.8)
	cpus := m.logicalCPUs()
	load1 := math.Round(m.load(t)*float64(cpus)*100) / 100
	load5 := math.Round(m.load(t.Add(-3*time.Minute))*float64(cpus)*100) / 100
	load15 := math.Round(m.load(t.Add(-10*time.Minute))*float64(cpus)*100) / 100
	out := fleet.Totals{
		MemoryBytes: kib(total), MemoryUsedBytes: kib(used), MemoryAvailableBytes: ptr(int64(total) - *kib(used)),
		SwapTotalBytes: kib(swap), SwapUsedBytes: kib(swapUsed), LogicalCPUs: ptr(int64(cpus)),
		Load1: &load1, Load5: &load5, Load15: &load15,
		UptimeSeconds: ptr(int64(max(0, t.Sub(m.booted).Seconds()))),
	}
	for i := range cpus {
		v := 100*m.load(t) + 18*noise(m.seed, "cpu", b*1024+int64(i))
		out.CPULoadPct = append(out.CPULoadPct, math.Round(max(0, min(v, 100))))
	}
	return out
}

// filesystems is what is mounted, filling up slowly. started is when the
// simulation's clock began.
func (m *machine) filesystems(started, t time.Time) []fleet.Filesystem {
	var out []fleet.Filesystem
	for i, x := range m.mounts {
		days := t.Sub(started).Hours() / 24
		share := min(.995, x.used+x.perDay*days)
		used := int64(float64(x.bytes)*share) / blockSize * blockSize
		out = append(out, fleet.Filesystem{Mount: x.path, Index: mountIndex(i), ReadOnly: x.readOnly,
			SizeBytes: ptr(x.bytes / blockSize * blockSize), UsedBytes: &used})
	}
	return out
}

// blockSize is the unit in which file systems are counted; Net-SNMP enlarges
// it until the size fits 31 bits, so it is one that always does.
const blockSize = 65536
