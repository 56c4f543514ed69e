package sim

import "fmt"

// The functions below give each place its name and its row in the device's
// table, as that family writes them (reference: dell.md §3, hpe.md §4 to §12).

func twoDigits(n int) string { return fmt.Sprintf("%02d", n) }

func cpuSlot(f family, n int) (slot, index string) {
	switch f {
	case dell:
		return fmt.Sprintf("CPU.Socket.%d", n+1), fmt.Sprintf("1.%d", n+1)
	case hpe:
		return fmt.Sprintf("Socket %d", n+1), fmt.Sprintf("%d", n)
	}
	return fmt.Sprintf("CPU %d", n+1), fmt.Sprintf("%d", n+1)
}

// dimmSlot spreads n modules of count over two processors, as the manuals ask.
func dimmSlot(f family, n, count int) (slot, index string) {
	half := (count + 1) / 2
	socket, at := n/half, n%half
	switch f {
	case dell:
		return fmt.Sprintf("DIMM.Socket.%c%d", 'A'+socket, at+1), fmt.Sprintf("1.%d", n+1)
	case hpe:
		return fmt.Sprintf("PROC %d DIMM %d", socket+1, at+1), fmt.Sprintf("%d", n)
	}
	return fmt.Sprintf("DIMM %d", n+1), fmt.Sprintf("%d", n+1)
}

func psuSlot(f family, n int) (slot, index string) {
	if f == dell {
		return fmt.Sprintf("PSU.Slot.%d", n+1), fmt.Sprintf("1.%d", n+1)
	}
	return fmt.Sprintf("Bay %d", n+1), fmt.Sprintf("0.%d", n+1)
}

func fanSlot(f family, n int) (slot, index string) {
	if f == dell {
		return fmt.Sprintf("System Board Fan%d", n+1), fmt.Sprintf("1.%d", n+1)
	}
	return fmt.Sprintf("Fan %d", n+1), fmt.Sprintf("0.%d", n+1)
}

func controllerSlot(f family) (slot, index string) {
	if f == dell {
		return "RAID.Integrated.1-1", "1"
	}
	return "Slot 0", "0"
}

func batterySlot(f family) (slot, index string) {
	if f == dell {
		return "PERC1 ROMB Battery", "1.1"
	}
	return "Storage battery 1", "0.1"
}

func volumeSlot(f family, n int) (slot, index string) {
	if f == dell {
		return fmt.Sprintf("Disk.Virtual.%d:RAID.Integrated.1-1", n), fmt.Sprintf("%d", n+1)
	}
	return fmt.Sprintf("Logical drive %d, controller 0", n+1), fmt.Sprintf("0.%d", n+1)
}

func diskSlot(f family, generation string, n int) (slot, place, index string) {
	switch {
	case f == dell:
		return fmt.Sprintf("Disk.Bay.%d:Enclosure.Internal.0-1:RAID.Integrated.1-1", n), fmt.Sprintf("Bay %d", n), fmt.Sprintf("%d", n+1)
	case f == hpe && generation == "Gen9":
		return fmt.Sprintf("Port 1I Box 3 Bay %d", n+1), "", fmt.Sprintf("0.%d", n)
	case f == hpe:
		return fmt.Sprintf("Port=%dI:Box=1:Bay=%d", 1+n/8, n+1), "", fmt.Sprintf("0.%d", n)
	}
	return "sd" + string(rune('a'+n)), "", fmt.Sprintf("%d", 393232+n)
}

// newSensor is temperature probe n of a machine.
func newSensor(f family, n int, zone string, base, perLoad, warn, crit float64) sensor {
	s := sensor{zone: zone, base: base, perLoad: perLoad, warn: warn, crit: crit}
	names := [][2]string{{"System Board Inlet Temp", "Ambient"}, {"CPU1 Temp", "CPU 1"}, {"CPU2 Temp", "CPU 2"}, {"System Board Exhaust Temp", "System"}}
	if f == dell {
		s.slot, s.index = names[n][0], fmt.Sprintf("1.%d", n+1)
	} else {
		s.slot, s.index = names[n][1], fmt.Sprintf("0.%d", n+1)
	}
	return s
}

// mountIndex is a row of hrStorageTable: Net-SNMP numbers mounts from 31.
func mountIndex(n int) string { return fmt.Sprint(31 + n) }
