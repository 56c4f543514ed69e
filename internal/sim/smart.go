package sim

import (
	"math"
	"slices"
	"time"

	"ironage/internal/fleet"
	"ironage/probes/profile"
	"ironage/probes/snmp"
)

// smartOutput is what smartctl says of a machine's own disks, where its people
// have put the script behind the agent; else nothing.
func (m *machine) smartOutput(t time.Time) profile.Hardware {
	h := profile.Hardware{Device: fleet.Device{Hostname: m.server.Name, OS: m.os}}
	if !m.smart {
		return h
	}
	for i := range m.disks {
		if m.disks[i].state != diskPulled {
			h.Components = append(h.Components, m.smartDisk(i, t))
		}
	}
	return h
}

func (m *machine) smartDisk(i int, t time.Time) fleet.Component {
	d := &m.disks[i]
	name := blockName(i)
	c := fleet.Component{Kind: fleet.Disk, Slot: name, Name: name, Index: name, Role: fleet.OS, Health: fleet.OK,
		Native: fleet.SeenOf(fleet.Evidence{Meaning: "SMART passed"}), Model: d.model, Serial: d.serial, Firmware: d.firmware,
		PowerOnHours: ptr(max(1, math.Floor(t.Sub(d.since).Hours()))),
		Reading:      ptr(math.Round(29 + 5*m.load(t) + 2*noise(m.seed, d.slot, m.bucket(t)/9))), Unit: fleet.Celsius,
		Attributes: map[string]string{"media": "hdd"},
		Counters: map[string]float64{"reallocated": float64(d.reallocated), "pending": float64(d.pending),
			"offline_uncorrectable": 0, "crc_errors": 0}}
	switch {
	case d.state == diskFailed, d.predictive:
		c.Health, c.Native, c.PredictiveFailure = fleet.Critical, c.Native.Meant("SMART failed"), fleet.Yes
	case d.pending > 0:
		c.Health, c.Native = fleet.Warning, c.Native.Meant("sectors that cannot be read")
	case d.reallocated > 0:
		c.Health, c.Native = fleet.Warning, c.Native.Meant("reallocated sectors")
	}
	if d.ssd {
		c.Attributes["media"] = "ssd"
		c.WearUsedPct = ptr(math.Floor(d.wear))
	}
	return c
}

// addVariables adds what another profile publishes to an agent's variables.
// What both have, like the description of the system, stays as it was.
func addVariables(vars, more []snmp.Variable) []snmp.Variable {
	known := make(map[snmp.OID]bool, len(vars))
	for _, v := range vars {
		known[v.OID] = true
	}
	for _, v := range more {
		if !known[v.OID] {
			vars = append(vars, v)
		}
	}
	slices.SortFunc(vars, func(a, b snmp.Variable) int { return a.OID.Compare(b.OID) })
	return vars
}
