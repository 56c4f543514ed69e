package profile

import (
	"math"
	"strconv"

	"ironage/internal/fleet"
	"ironage/probes/snmp"
)

// function computes what cannot be said in YAML. It declares the objects that
// it needs, so that they are read with the profile's own.
type function struct {
	scalars []snmp.OID
	tables  []functionTable
	run     func(r *reader, out *Reading)
	// encode is run turned round.
	encode func(e *encoder, h Hardware)
}

type functionTable struct {
	entry   snmp.OID
	columns []string
}

// functions are the named functions of "compute:".
func functions() map[string]*function {
	return map[string]*function{
		"host-memory": {scalars: hostMemoryScalars(), tables: []functionTable{{hrStorage, []string{"2", "3", "4", "5", "6"}}}, run: hostMemory, encode: encodeMemory},
		"arc-memory":  {scalars: append(hostMemoryScalars(), arcCore, arcScale), tables: []functionTable{{hrStorage, []string{"2", "3", "4", "5", "6"}}}, run: arcMemory, encode: encodeMemory},
		"one-date":    {run: oneDate, encode: func(*encoder, Hardware) {}},
		"host-load":   {scalars: []snmp.OID{ucdCPUs, sysUpTime + ".0"}, tables: []functionTable{{hrProcessor, []string{"2"}}, {hrDevice, []string{"2"}}}, run: hostLoad, encode: encodeLoad},
	}
}

const (
	firstCPU                = 196608        // Net-SNMP's block of device indexes for processors
	firstMinutes            = 10 * 60 * 100 // ticks of an agent that has just started
	sysUpTime      snmp.OID = "1.3.6.1.2.1.1.3"
	hrStorage      snmp.OID = "1.3.6.1.2.1.25.2.3.1"
	hrMemorySize   snmp.OID = "1.3.6.1.2.1.25.2.2.0"
	hrProcessor    snmp.OID = "1.3.6.1.2.1.25.3.3.1"
	hrDevice       snmp.OID = "1.3.6.1.2.1.25.3.2.1"
	hrTypeCPU               = "1.3.6.1.2.1.25.3.1.3"
	hrTypeRAM               = "1.3.6.1.2.1.25.2.1.2"
	ucdMemory      snmp.OID = "1.3.6.1.4.1.2021.4"
	arcCore        snmp.OID = "1.3.6.1.4.1.50536.1.4.1.0" // KiB
	arcScale       snmp.OID = "1.3.6.1.4.1.50536.1.3.1.0"
	ucdCPUs        snmp.OID = "1.3.6.1.4.1.2021.11.67.0"
	saturated32             = math.MaxInt32
	kibibyte                = 1024
	contradictions          = 8 // times by which a 64-bit figure may differ before it is distrusted
)

func hostMemoryScalars() []snmp.OID {
	out := []snmp.OID{hrMemorySize}
	for _, n := range []string{"3", "4", "5", "6", "13", "14", "15", "18", "19", "20", "21", "24", "25", "26", "27"} {
		out = append(out, ucdMemory.Append(n+".0"))
	}
	return out
}

// kib is one of the UCD memory objects in bytes: the 64-bit one where it is
// there and does not contradict an unsaturated 32-bit one by orders of magnitude.
func (r *reader) kib(wide, narrow string) *float64 {
	none := &row{reader: r}
	get := func(n string) *float64 {
		if n == "" {
			return nil
		}
		c := none.fetch(ucdMemory.Append(n), "0", true)
		if !c.ok || !c.isNum || c.num < 0 {
			return nil
		}
		return &c.num
	}
	w, n := get(wide), get(narrow)
	switch {
	case w == nil && n == nil:
		return nil
	case w == nil:
		w = n
	case n != nil && *n < saturated32 && (*w > *n*contradictions || *w*contradictions < *n):
		w = n
	}
	bytes := *w * kibibyte
	return &bytes
}

// storage is one of the memory rows that agents put among the file systems.
type storage struct{ size, used float64 }

// memoryRows finds them by name; their indexes and types differ by system.
func (r *reader) memoryRows() map[string]storage {
	out := map[string]storage{}
	for _, index := range r.v.rowsOf([]snmp.OID{hrStorage + ".3"}) {
		name := folded(r.v.get(cellAt{hrStorage + ".3", index}).text)
		if name == "real memory" && r.v.get(cellAt{hrStorage + ".2", index}).text != hrTypeRAM {
			continue
		}
		switch name {
		case "physical memory", "real memory", "memory buffers", "cached memory", "shared memory", "swap space", "available memory", "virtual memory":
		default:
			continue
		}
		rw := &row{reader: r, index: index}
		units, size, used := rw.fetch(hrStorage+".4", index, true), rw.fetch(hrStorage+".5", index, true), rw.fetch(hrStorage+".6", index, true)
		if units.isNum && size.isNum && used.isNum {
			wrap := func(n float64) float64 { return unsigned32([]cell{numberCell(n)}, r.at).num }
			out[name] = storage{size: wrap(size.num) * units.num, used: wrap(used.num) * units.num}
		}
	}
	return out
}

// hostMemory computes used memory as people mean it: what programs could not
// get any more. Agents count page cache as used, which makes every healthy
// file server look full.
func hostMemory(r *reader, out *Reading) {
	rows := r.memoryRows()
	physical, hasPhysical := rows["physical memory"]
	if !hasPhysical {
		physical, hasPhysical = rows["real memory"]
	}
	total := r.kib("20", "5")
	if total == nil {
		if c := (&row{reader: r}).fetch("1.3.6.1.2.1.25.2.2", "0", true); c.isNum && c.num > 0 {
			n := c.num * kibibyte
			total = &n
		}
	}
	if total == nil && hasPhysical {
		total = &physical.size
	}
	if total == nil || *total <= 0 {
		return
	}
	setTotal(&out.Totals.MemoryBytes, *total)
	if available := r.available(rows, physical, hasPhysical, *total); available != nil {
		a := min(max(*available, 0), *total)
		setTotal(&out.Totals.MemoryAvailableBytes, a)
		setTotal(&out.Totals.MemoryUsedBytes, *total-a)
	}
	r.swap(rows, &out.Totals)
}

// arcMemory is hostMemory where ZFS caches files in memory that the system
// counts as wired, and gives it back when programs ask for it.
func arcMemory(r *reader, out *Reading) {
	hostMemory(r, out)
	t := &out.Totals
	if t.MemoryBytes == nil || t.MemoryAvailableBytes == nil {
		return
	}
	for _, o := range []snmp.OID{arcCore, arcScale} {
		at := scalarAt(o)
		c := (&row{reader: r}).fetch(at.col, at.idx, true)
		if !c.isNum || c.num <= 0 {
			continue
		}
		available := min(*t.MemoryAvailableBytes+int64(c.num*kibibyte), *t.MemoryBytes)
		used := *t.MemoryBytes - available
		t.MemoryAvailableBytes, t.MemoryUsedBytes = &available, &used
		return
	}
}

func (r *reader) available(rows map[string]storage, physical storage, hasPhysical bool, total float64) *float64 {
	if n := r.kib("27", ""); n != nil && *n > 0 {
		return n
	}
	if row, ok := rows["available memory"]; ok && row.size > 0 {
		return &row.size // the amount stands in the size column, used is always 0
	}
	if free := r.kib("21", "6"); free != nil {
		n := *free
		for _, part := range []struct {
			wide, narrow string
			sign         float64
		}{{"25", "14", 1}, {"26", "15", 1}, {"24", "13", -1}} {
			if x := r.kib(part.wide, part.narrow); x != nil {
				n += part.sign * *x
			}
		}
		return &n
	}
	if !hasPhysical {
		return nil
	}
	n := total - physical.used + rows["memory buffers"].used + rows["cached memory"].used - rows["shared memory"].used
	return &n
}

func (r *reader) swap(rows map[string]storage, t *fleet.Totals) {
	total, free := r.kib("18", "3"), r.kib("19", "4")
	if total != nil && free != nil {
		setTotal(&t.SwapTotalBytes, *total)
		setTotal(&t.SwapUsedBytes, max(0, *total-*free))
		return
	}
	if row, ok := rows["swap space"]; ok {
		setTotal(&t.SwapTotalBytes, row.size)
		setTotal(&t.SwapUsedBytes, row.used)
		return
	}
	// Windows: the commit limit is memory and page file together. How much of
	// the page file is in use is not said.
	virtual, ok := rows["virtual memory"]
	physical, has := rows["physical memory"]
	if ok && has && virtual.size >= physical.size {
		setTotal(&t.SwapTotalBytes, virtual.size-physical.size)
	}
}

// maxCPUs bounds the list of logical CPUs.
const maxCPUs = 8192

// hostLoad reads the load of each logical CPU. Agents leave the load out for
// the first minute after their start; then the device table still tells how
// many there are.
func hostLoad(r *reader, out *Reading) {
	if len(out.Totals.CPULoadPct) > 0 {
		return // another profile of this agent read them
	}
	none := &row{reader: r}
	col := hrProcessor + ".2"
	for _, index := range r.v.rowsOf([]snmp.OID{col}) {
		if c := none.fetch(col, index, true); c.isNum && len(out.Totals.CPULoadPct) < maxCPUs {
			out.Totals.CPULoadPct = append(out.Totals.CPULoadPct, c.num)
		}
	}
	n := float64(len(out.Totals.CPULoadPct))
	up := none.fetch(sysUpTime, "0", false)
	young := up.isNum && up.num < firstMinutes
	if n == 0 {
		for _, index := range r.v.rowsOf([]snmp.OID{hrDevice + ".2"}) {
			if r.v.get(cellAt{hrDevice + ".2", index}).text == hrTypeCPU {
				// Planned although it is missing: the next status read looks for
				// it, and asks for the whole again while it is not there.
				if young {
					r.lives(cellAt{col, index})
				}
				n++
			}
		}
	}
	if n == 0 {
		if c := none.fetch("1.3.6.1.4.1.2021.11.67", "0", false); c.isNum {
			n = c.num
		}
	}
	if n > 0 {
		setTotal(&out.Totals.LogicalCPUs, n)
	}
}

func encodeMemory(e *encoder, h Hardware) {
	put := func(n string, bytes *int64) {
		if bytes != nil {
			e.scalar(ucdMemory.Append(n+".0"), numberValue(float64(*bytes/kibibyte)))
		}
	}
	t := h.Totals
	put("5", t.MemoryBytes)
	put("20", t.MemoryBytes)
	put("27", t.MemoryAvailableBytes)
	if t.SwapTotalBytes != nil && t.SwapUsedBytes != nil {
		free := *t.SwapTotalBytes - *t.SwapUsedBytes
		put("3", t.SwapTotalBytes)
		put("4", &free)
	}
}

func encodeLoad(e *encoder, h Hardware) {
	for i, load := range h.Totals.CPULoadPct {
		index := strconv.Itoa(firstCPU + i)
		e.set(cellAt{hrProcessor + ".2", index}, numberValue(math.Round(load)))
		e.set(cellAt{hrDevice + ".2", index}, guessValue(hrTypeCPU))
	}
}
