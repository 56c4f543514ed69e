package sim

import (
	"fmt"
	"strconv"
	"time"

	"ironage/internal/fleet"
	"ironage/probes/profile"
	"ironage/probes/snmp"
)

// families are the profiles that machines are turned into variables with.
type families struct {
	controllers map[family]*profile.Profile
	host, smart *profile.Profile
}

// load finds them in the library that the probes use, too.
func (x *families) load(lib *profile.Library, speaks map[family]*dialect) error {
	if lib == nil {
		var err error
		if lib, err = profile.BuiltIn(); err != nil {
			return fmt.Errorf("simulated fleet: %w", err)
		}
	}
	find := func(name string) (*profile.Profile, error) {
		if p := lib.Find(name); p != nil {
			return p, nil
		}
		return nil, fmt.Errorf("simulated fleet: there is no device profile %q to simulate it with", name)
	}
	var err error
	x.controllers = map[family]*profile.Profile{}
	for f, d := range speaks {
		if x.controllers[f], err = find(d.profile); err != nil {
			return err
		}
	}
	if x.host, err = find("net-snmp"); err != nil {
		return err
	}
	x.smart, err = find("smart-script")
	return err
}

// variables is everything that an endpoint's agent would publish at t: the
// machine, said in the words of its family's profile.
func (f *Fleet) variables(m *machine, role fleet.Role, t time.Time) []snmp.Variable {
	f.mu.Lock()
	var p *profile.Profile
	var h, script profile.Hardware
	if role == fleet.BMC {
		p, h = f.families.controllers[m.family], m.controller(t)
	} else {
		p, h, script = f.families.host, m.host(f.began, t), m.smartOutput(t)
	}
	up := max(0, t.Sub(m.booted).Milliseconds()/10)
	f.mu.Unlock()
	vars := profile.Encode(p, h) // outside the lock: it is most of the work
	if len(script.Components) > 0 {
		vars = addVariables(vars, profile.Encode(f.families.smart, script))
	}
	for i := range vars {
		if vars[i].OID == sysUpTime {
			vars[i].Value.Num = up % (1 << 32)
		}
	}
	return vars
}

const sysUpTime snmp.OID = "1.3.6.1.2.1.1.3.0"

// controller is the machine as its management controller knows it.
func (m *machine) controller(t time.Time) profile.Hardware {
	h := profile.Hardware{Device: m.device(), Components: m.parts(t)}
	h.Device.Hostname = m.server.Name // for sysName, which every agent has
	h.RollUp = rollUp(h.Components)
	return h
}

// host is the machine as its operating system knows it.
func (m *machine) host(began, t time.Time) profile.Hardware {
	return profile.Hardware{
		Device:      fleet.Device{Hostname: m.server.Name, OS: m.os},
		Components:  m.blockDevices(),
		Totals:      m.totals(t),
		Filesystems: m.filesystems(began, t),
	}
}

// blockDevices is what the kernel shows as disks: the controller's volumes
// where there is a controller, else the drives themselves.
func (m *machine) blockDevices() []fleet.Component {
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
	out := make([]fleet.Component, len(sizes))
	for i, size := range sizes {
		name := blockName(i)
		out[i] = fleet.Component{Kind: fleet.Disk, Slot: name, Name: name, Role: fleet.OS, Index: strconv.Itoa(firstDisk + i),
			CapacityBytes: ptr(size >> 10 << 10)}
	}
	return out
}

// blockName is the kernel's name of the i-th disk.
func blockName(i int) string { return "sd" + string(rune('a'+i)) }

// firstDisk is Net-SNMP's hrDeviceIndex of the first sd device.
const firstDisk = 393232
