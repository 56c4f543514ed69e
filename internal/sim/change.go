package sim

import (
	"time"

	"ironage/internal/fleet"
)

// What can happen to a machine's parts. Each method leaves the machine in a
// state that its family could really report.

// predict makes the drive's own tests say that it will fail.
func (m *machine) predict(n int) {
	m.disks[n].predictive = true
	m.disks[n].reallocated += 140
	m.disks[n].mediaErrors += 24
}

// fail stops disk n, unless its array could not bear it: the demo shows what
// people can still save.
func (m *machine) fail(n int) bool {
	d := &m.disks[n]
	if d.state != diskOnline {
		return false
	}
	missing, rebuilding := m.volumeState(d.volume)
	if missing+rebuilding >= redundancy(m.volumes[d.volume].level) {
		return false
	}
	d.state, d.predictive = diskFailed, false
	return true
}

// errCorrected makes module n collect corrected errors beyond its threshold.
func (m *machine) errCorrected(n int) {
	m.dimms[n].corrected += 4200
	m.dimms[n].errsEvery = 20 * time.Second
	m.dimms[n].state = degraded
}

// scratch makes reads of disk n fail, as its controller counts them.
func (m *machine) scratch(n, errors int) {
	m.disks[n].mediaErrors += errors
	m.disks[n].reallocated += errors
}

// renew puts a new drive of the same sort into bay n. An empty serial is made up.
func (m *machine) renew(n int, d dice, serial string, at time.Time) {
	x := &m.disks[n]
	x.fitted++
	x.since, x.predictive, x.reallocated, x.pending, x.mediaErrors = at, false, 0, 0, 0
	if x.serial = serial; serial == "" {
		x.serial = d.fill(serialPattern(x.model))
	}
	made := at.AddDate(0, 0, -60)
	if x.made != "" {
		x.made = isoWeek(made)
	}
	if x.number != "" {
		x.number = dellPartID(d, x.number[2:8], made)
	}
	if x.ssd {
		x.wear = 0
	}
	x.state, x.rebuildFrom, x.rebuildTill = diskRebuilding, at, at.Add(rebuildTakes)
}

// serialPattern is how the maker of that model writes serial numbers.
func serialPattern(model string) string {
	for _, x := range diskCatalogue() {
		if x.model == model {
			return x.serial
		}
	}
	return "@@@@@@@@"
}

// replaceable points at the part in a slot, or is nil. clear takes its faults away.
func (m *machine) replaceable(kind fleet.Kind, n int) (p *part, clear func()) {
	none := func() {}
	switch {
	case kind == fleet.Disk && n < len(m.disks):
		return &m.disks[n].part, none
	case kind == fleet.Memory && n < len(m.dimms):
		return &m.dimms[n].part, func() { m.dimms[n].state, m.dimms[n].corrected, m.dimms[n].errsEvery = fine, 0, 0 }
	case kind == fleet.PSU && n < len(m.psus):
		return &m.psus[n].part, func() { m.psus[n].state, m.psus[n].noInput = fine, false }
	case kind == fleet.Fan && n < len(m.fans):
		return &m.fans[n].part, func() { m.fans[n].state = fine }
	case kind == fleet.Battery && n < len(m.batteries):
		return &m.batteries[n].part, func() { m.batteries[n].state = fine }
	case kind == fleet.RAIDController && n < len(m.controllers):
		return &m.controllers[n].part, func() { m.controllers[n].state = fine }
	case kind == fleet.CPU && n < len(m.cpus):
		return &m.cpus[n].part, func() { m.cpus[n].state = fine }
	}
	return nil, none
}

// find says which part of its kind sits in a slot.
func (m *machine) find(kind fleet.Kind, slot string) (n int, ok bool) {
	for n := 0; ; n++ {
		p, _ := m.replaceable(kind, n)
		if p == nil {
			return 0, false
		}
		if p.slot == slot {
			return n, true
		}
	}
}

// fit puts a new part into the n-th slot of a kind. Parts that have no serial
// number in this family stay without one.
func (m *machine) fit(kind fleet.Kind, n int, d dice, serial string, at time.Time) {
	p, clear := m.replaceable(kind, n)
	if p == nil {
		return
	}
	if kind == fleet.Disk {
		m.renew(n, d, serial, at)
		return
	}
	clear()
	p.fitted++
	p.since = at
	switch {
	case p.serial == "":
	case serial != "":
		p.serial = serial
	default:
		p.serial = m.speaks.newSerial(d, kind)
	}
}
