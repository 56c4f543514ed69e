package sim

import (
	"fmt"

	"ironage/internal/fleet"
)

func twoDigits(n int) string { return fmt.Sprintf("%02d", n) }

// slotOf names the n-th of count places of a kind and its row in the device's
// table, as the machine's family writes them. Nobody reads the parts of a
// machine without a controller.
func (m *machine) slotOf(k fleet.Kind, n, count int) (name, index string) {
	if m.speaks == nil {
		return fmt.Sprintf("%s %d", k, n+1), fmt.Sprint(n + 1)
	}
	return m.speaks.place(k, n, count)
}

// diskSlot is the n-th bay. Place is what is printed on the chassis.
func (m *machine) diskSlot(n int) (slot, place, index string) {
	switch {
	case m.family == plain:
		return "sd" + string(rune('a'+n)), "", fmt.Sprint(firstDisk + n)
	case m.family == hpe && m.chassis.generation == "Gen9":
		return fmt.Sprintf("Port 1I Box 3 Bay %d", n+1), "", fmt.Sprintf("0.%d", n)
	case m.family == dell:
		place = fmt.Sprintf("Bay %d", n)
	}
	slot, index = m.slotOf(fleet.Disk, n, n+1)
	return slot, place, index
}

// newSensor is temperature probe n of a machine.
func (m *machine) newSensor(n int, zone string, base, perLoad, warn, crit float64) sensor {
	s := sensor{zone: zone, base: base, perLoad: perLoad, warn: warn, crit: crit}
	s.slot, s.index = fmt.Sprintf("%s %d", zone, n+1), fmt.Sprint(n+1)
	if m.speaks != nil {
		s.slot, s.index = m.speaks.probes[n].fill(n, n+1)
	}
	return s
}

// mountIndex is a row of hrStorageTable: Net-SNMP numbers mounts from 31.
func mountIndex(n int) string { return fmt.Sprint(31 + n) }
