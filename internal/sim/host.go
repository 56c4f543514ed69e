package sim

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"ironage/internal/fleet"
	"ironage/probes/snmp"
)

// A Net-SNMP agent publishes few facts in many places: memory stands in the
// UCD scalars and again among the file systems, and used memory nowhere. The
// profile's functions work out the totals from these; no profile could be
// turned round to give them, so this file writes them down as Net-SNMP 5.9
// does (reference: linux.md).

const (
	ucd       snmp.OID = "1.3.6.1.4.1.2021"
	hr        snmp.OID = "1.3.6.1.2.1.25"
	hrStorage          = hr + ".2.3.1"
	hrDevice           = hr + ".3.2.1"
	hrFS               = hr + ".3.8.1"

	firstCPU  = 196608 // hrDeviceIndex of processors and of sd disks
	firstDisk = 393232
)

// host is what the operating system's agent publishes beside the system group.
func (m *machine) host(started, t time.Time) []snmp.Variable {
	totals := m.totals(t)
	out := []snmp.Variable{number(hr+".1.1.0", snmp.TimeTicks, *totals.UptimeSeconds*100%(1<<32))}
	out = append(out, m.hostMemory(totals)...)
	out = append(out, m.hostLoad(totals)...)
	out = append(out, m.hostDisks()...)
	for i, fs := range m.filesystems(started, t) {
		out = append(out, storageRow(fs.Index, ".4", fs.Mount, blockSize, *fs.SizeBytes, *fs.UsedBytes)...)
		row, access := strconv.Itoa(i+1), int64(1)
		if fs.ReadOnly {
			access = 2
		}
		index, _ := strconv.Atoi(fs.Index) // made by mountIndex
		out = append(out,
			number(hrFS.Append("1."+row), snmp.Integer, int64(i+1)),
			text(hrFS.Append("2."+row), fs.Mount),
			text(hrFS.Append("3."+row), ""),
			object(hrFS.Append("4."+row), hr+".3.9.23"), // ext2 and its successors
			number(hrFS.Append("5."+row), snmp.Integer, access),
			number(hrFS.Append("7."+row), snmp.Integer, int64(index)))
	}
	return out
}

// hostMemory is the kernel's account of its memory: what is not available is
// in use, and most of what is available holds cached files.
func (m *machine) hostMemory(t fleet.Totals) []snmp.Variable {
	kib := func(n int64) int64 { return n / 1024 }
	total, available := kib(*t.MemoryBytes), kib(*t.MemoryAvailableBytes)
	free := available / 6
	buffers, shared := available/40, available/60
	cached := available - free - buffers + shared
	swap, swapFree := kib(*t.SwapTotalBytes), kib(*t.SwapTotalBytes-*t.SwapUsedBytes)
	var out []snmp.Variable
	for _, x := range []struct{ narrow, wide, value int64 }{
		{3, 18, swap}, {4, 19, swapFree}, {5, 20, total}, {6, 21, free}, {11, 22, free + swapFree},
		{12, 23, 16000}, {13, 24, shared}, {14, 25, buffers}, {15, 26, cached}, {0, 27, available},
	} {
		if x.narrow != 0 {
			out = append(out, number(ucd.Append(fmt.Sprintf("4.%d.0", x.narrow)), snmp.Integer, x.value))
		}
		out = append(out, snmp.Variable{OID: ucd.Append(fmt.Sprintf("4.%d.0", x.wide)),
			Value: snmp.Value{Type: snmp.Counter64, Unsigned: uint64(x.value)}})
	}
	out = append(out, number(hr+".2.2.0", snmp.Integer, total))
	for _, r := range []struct {
		index, kind, name string
		size, used        int64
	}{
		{"1", ".2", "Physical memory", total, total - free},
		{"3", ".3", "Virtual memory", total + swap, total - free + swap - swapFree},
		{"6", ".1", "Memory buffers", total, buffers},
		{"7", ".1", "Cached memory", cached, cached},
		{"8", ".1", "Shared memory", shared, shared},
		{"10", ".3", "Swap space", swap, swap - swapFree},
		{"11", ".1", "Available memory", available, 0},
	} {
		out = append(out, storageRow(r.index, r.kind, r.name, 1024, r.size*1024, r.used*1024)...)
	}
	return out
}

// storageRow is one row of hrStorageTable.
func storageRow(index, kind, name string, unit, size, used int64) []snmp.Variable {
	n, _ := strconv.ParseInt(index, 10, 64) // made by the callers
	return []snmp.Variable{
		number(hrStorage.Append("1."+index), snmp.Integer, n),
		object(hrStorage.Append("2."+index), hr+".2.1"+snmp.OID(kind)),
		text(hrStorage.Append("3."+index), name),
		number(hrStorage.Append("4."+index), snmp.Integer, unit),
		number(hrStorage.Append("5."+index), snmp.Integer, size/unit),
		number(hrStorage.Append("6."+index), snmp.Integer, used/unit),
	}
}

// hostLoad is the load averages and the load of each logical processor.
func (m *machine) hostLoad(t fleet.Totals) []snmp.Variable {
	var out []snmp.Variable
	for i, v := range []float64{*t.Load1, *t.Load5, *t.Load15} {
		row := strconv.Itoa(i + 1)
		out = append(out,
			number(ucd.Append("10.1.1."+row), snmp.Integer, int64(i+1)),
			text(ucd.Append("10.1.2."+row), "Load-"+[]string{"1", "5", "15"}[i]),
			text(ucd.Append("10.1.3."+row), strconv.FormatFloat(v, 'f', 2, 64)),
			number(ucd.Append("10.1.5."+row), snmp.Integer, int64(v*100)),
			snmp.Variable{OID: ucd.Append("10.1.6." + row), Value: snmp.Value{Type: snmp.Opaque, Float: v}})
	}
	busy, n := 0.0, 0
	for i, v := range t.CPULoadPct {
		busy, n = busy+v, n+1
		row := strconv.Itoa(firstCPU + i)
		out = append(out,
			number(hrDevice.Append("1."+row), snmp.Integer, int64(firstCPU+i)),
			object(hrDevice.Append("2."+row), hr+".3.1.3"),
			text(hrDevice.Append("3."+row), "GenuineIntel: "+m.cpus[0].model),
			number(hrDevice.Append("5."+row), snmp.Integer, 2),
			number(hr.Append("3.3.1.2."+row), snmp.Integer, int64(v)))
	}
	idle := int64(100 - math.Round(busy/float64(max(n, 1))))
	return append(out,
		number(ucd+".11.1.0", snmp.Integer, 1),
		number(ucd+".11.9.0", snmp.Integer, (100-idle)*4/5),
		number(ucd+".11.10.0", snmp.Integer, (100-idle)/5),
		number(ucd+".11.11.0", snmp.Integer, idle),
		number(ucd+".11.67.0", snmp.Integer, int64(n)))
}

// hostDisks is what the kernel shows as disks: the controller's volumes where
// there is a controller, else the drives themselves.
func (m *machine) hostDisks() []snmp.Variable {
	var sizes []int64
	for i := range m.volumes {
		sizes = append(sizes, m.volumes[i].bytes)
	}
	if m.family == plain {
		sizes = nil
		for i := range m.disks {
			sizes = append(sizes, m.disks[i].bytes)
		}
	}
	var out []snmp.Variable
	for i, size := range sizes {
		row := strconv.Itoa(firstDisk + i)
		out = append(out,
			number(hrDevice.Append("1."+row), snmp.Integer, int64(firstDisk+i)),
			object(hrDevice.Append("2."+row), hr+".3.1.6"),
			text(hrDevice.Append("3."+row), "SCSI disk (/dev/sd"+string(rune('a'+i))+")"),
			number(hr.Append("3.6.1.1."+row), snmp.Integer, 1),
			number(hr.Append("3.6.1.2."+row), snmp.Integer, 3),
			number(hr.Append("3.6.1.3."+row), snmp.Integer, 2),
			number(hr.Append("3.6.1.4."+row), snmp.Integer, min(size/1024, math.MaxInt32)))
	}
	return out
}

func object(oid, value snmp.OID) snmp.Variable {
	return snmp.Variable{OID: oid, Value: snmp.Value{Type: snmp.ObjectID, Octets: []byte(value)}}
}
