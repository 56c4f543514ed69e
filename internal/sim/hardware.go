package sim

import (
	"sync/atomic"
	"time"

	"ironage/internal/fleet"
)

// family is the way a machine's management controller speaks.
type family uint8

const (
	plain family = iota // no controller on the network: the operating system's agent only
	dell
	hpe
	lenovo     // ThinkSystem, XCC
	huawei     // iBMC
	fujitsu    // PRIMERGY, iRMC
	imm        // System x, IMM2
	supermicro // with its controller on the network
	cisco      // UCS C, CIMC
)

// part is what every replaceable thing has in common. Texts are as the device
// writes them; an empty text is one that this family does not report.
type part struct {
	slot     string // the device's own name of the place, unique per kind
	place    string // as printed on the chassis, where it differs
	index    string // row in the device's table
	group    string // controller it hangs from
	vendor   string
	model    string
	serial   string
	number   string // part number
	firmware string
	made     fleet.Date
	since    time.Time // powered on since then
	fitted   int       // how often a person has put a new part here
}

// condition is what is wrong with a simple part.
type condition uint8

const (
	fine     condition = iota
	degraded           // works, should be replaced
	failed
)

// diskState is what the controller says of a disk.
type diskState uint8

const (
	diskOnline diskState = iota
	diskRebuilding
	diskFailed
	diskPulled // somebody holds it in his hands
)

// disk is one drive bay. Volume is the position in machine.volumes of the
// array it belongs to, or -1.
type disk struct {
	part
	bytes       int64
	ssd         bool
	sas         bool
	rpm         int
	state       diskState
	predictive  bool
	wear        float64 // per cent of rated writes used; solid state only
	reallocated int     // sectors that were given a new place
	pending     int     // sectors that could not be read and wait for a write
	mediaErrors int     // reads that failed for good
	volume      int
	// rebuildFrom and rebuildTill bound the rebuild on the simulation's clock.
	rebuildFrom, rebuildTill time.Time
}

// volume is one array; its members are the disks that name it.
type volume struct {
	part
	level int // 0, 1, 5, 6, 10
	bytes int64
}

type dimm struct {
	part
	bytes     int64
	mhz       int
	state     condition
	corrected int
	errsEvery time.Duration // how often one more error is corrected; 0: never
}

// errors is how many were corrected when the machine is up for that long.
func (d *dimm) errors(up time.Duration) int {
	if d.errsEvery == 0 {
		return d.corrected
	}
	return d.corrected + int(max(0, up)/d.errsEvery)
}

type cpu struct {
	part
	cores, threads, mhz int
	state               condition
}

type psu struct {
	part
	watts   int
	noInput bool // the cord is out or the feed is dead: do not replace it
	state   condition
}

type fan struct {
	part
	rpm   int
	state condition
}

// sensor is a temperature; zero limits are not set.
type sensor struct {
	part
	zone       string
	base       float64 // °C when idle in a cool room
	perLoad    float64 // °C more at full load
	warn, crit float64
}

type controller struct {
	part
	cacheBytes int64
	state      condition
}

type battery struct {
	part
	watts int
	state condition
}

// mount is one file system of the operating system.
type mount struct {
	path     string
	bytes    int64
	used     float64 // share at the start, 0..1
	perDay   float64 // growth of the share per simulated day
	readOnly bool
}

// machine is one simulated server: what is really in it and how it fares.
// It is guarded by the lock of the Fleet it belongs to.
type machine struct {
	server  fleet.Server // what people wrote down
	serial  string       // of the chassis itself
	family  family
	speaks  *dialect // nil where family is plain
	chassis *chassis
	seed    uint64 // of its noise

	hasBMC, hasOS bool
	smart         bool // the operating system's agent runs the SMART script
	bmcFirmware   string
	os            string // "Linux 5.4.0-186-generic"
	booted        time.Time

	cpus        []cpu
	dimms       []dimm
	disks       []disk
	controllers []controller
	volumes     []volume
	batteries   []battery
	psus        []psu
	fans        []fan
	sensors     []sensor
	mounts      []mount

	busy    float64 // base CPU load, 0..1
	memBase float64 // base memory use, 0..1

	bmcSilent bool
	off       bool // answers nothing, not even ping
	dark      bool // its rack has no power or no network

	rev atomic.Uint64 // grows with every change of the above
}

// memoryBytes is what is fitted.
func (m *machine) memoryBytes() int64 {
	var sum int64
	for i := range m.dimms {
		if m.dimms[i].state != failed {
			sum += m.dimms[i].bytes
		}
	}
	return sum
}

// logicalCPUs is how many the operating system sees.
func (m *machine) logicalCPUs() int {
	n := 0
	for i := range m.cpus {
		n += m.cpus[i].threads
	}
	return n
}

// redundancy is how many members of an array of that level may be missing.
func redundancy(level int) int {
	switch level {
	case 1, 5, 10:
		return 1
	case 6:
		return 2
	}
	return 0
}

// volumeState counts what ails the members of volume v.
func (m *machine) volumeState(v int) (missing, rebuilding int) {
	for i := range m.disks {
		d := &m.disks[i]
		if d.volume != v {
			continue
		}
		switch d.state {
		case diskFailed, diskPulled:
			missing++
		case diskRebuilding:
			rebuilding++
		}
	}
	return missing, rebuilding
}

// faulty reports whether anything in the machine needs a person already, so
// that the script does not pile fault upon fault.
func (m *machine) faulty() bool {
	if m.off || m.dark || m.bmcSilent {
		return true
	}
	for i := range m.disks {
		if d := &m.disks[i]; d.state != diskOnline || d.predictive {
			return true
		}
	}
	for i := range m.dimms {
		if m.dimms[i].state != fine {
			return true
		}
	}
	for i := range m.psus {
		if p := &m.psus[i]; p.noInput || p.state != fine {
			return true
		}
	}
	return false
}
