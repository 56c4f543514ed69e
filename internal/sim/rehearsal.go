package sim

import (
	"fmt"
	"time"

	"ironage/internal/fleet"
	"ironage/probes/profile"
	"ironage/probes/snmp"
)

// Controller is what the management controller of a fully fitted PowerEdge R640
// publishes: for agents of which there are thousands and which need no story.
// personal are the objects that differ from server to server: serial numbers
// and names.
func Controller(lib *profile.Library, now time.Time) (vars []snmp.Variable, personal map[snmp.OID]bool, err error) {
	speaks := dialects()
	p := lib.Find(speaks[dell].profile)
	if p == nil {
		return nil, nil, fmt.Errorf("there is no device profile %q to simulate it with", speaks[dell].profile)
	}
	m := rehearsed(speaks, now)
	h := m.controller(now)
	told := map[string]bool{h.Device.Serial: true, h.Device.Hostname: true}
	for i := range h.Components {
		told[h.Components[i].Serial] = true
	}
	delete(told, "")
	vars, personal = profile.Encode(p, h), map[snmp.OID]bool{}
	for _, v := range vars {
		if v.Value.Type == snmp.OctetString && told[string(v.Value.Octets)] {
			personal[v.OID] = true
		}
	}
	return vars, personal, nil
}

// rehearsed builds the machine that is played.
func rehearsed(speaks map[family]*dialect, now time.Time) *machine {
	b := &builder{now: now, disks: diskCatalogue(), speaks: speaks}
	for _, c := range catalogue() {
		if c.model == "PowerEdge R640" {
			b.chassis = []chassis{c}
		}
	}
	m := b.machine(planned{name: "rehearsal-00001", maker: dell, work: workload{prefix: "rehearsal", storage: forDatabases, busy: .3, memory: .5},
		bought: purchase{year: 2020, month: 6}})
	m.serial = m.server.Serial
	fill := m.dimms[0] // every slot of memory is taken
	for i := len(m.dimms); i < m.chassis.dimmSlots; i++ {
		fill.slot, fill.index = m.slotOf(fleet.Memory, i, m.chassis.dimmSlots)
		fill.serial = fmt.Sprintf("%08X", 0x12A40000+i)
		m.dimms = append(m.dimms, fill)
	}
	return m
}
