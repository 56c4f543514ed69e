package sim

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"ironage/internal/fleet"
)

// parts is what the management controller would report of the machine at t:
// the truth that a correct reader must find again.
func (m *machine) parts(t time.Time) []fleet.Component {
	var out []fleet.Component
	for i := range m.disks {
		if m.disks[i].state != diskPulled {
			out = append(out, m.diskPart(&m.disks[i], t))
		}
	}
	for i := range m.volumes {
		if m.speaks != nil && !m.speaks.publishes(fleet.RAIDVolume) {
			break
		}
		out = append(out, m.volumePart(i, t))
	}
	for i := range m.controllers {
		out = append(out, m.component(fleet.RAIDController, &m.controllers[i].part, noFault))
	}
	out = append(out, m.boardParts(t)...)
	out = append(out, m.supplies(t)...)
	for i := range m.fans {
		out = append(out, m.fanPart(&m.fans[i], t))
	}
	for i := range m.sensors {
		out = append(out, m.sensorPart(&m.sensors[i], t))
	}
	if m.hasBMC {
		out = append(out, m.powerPart(t))
	}
	if m.family == dell {
		out = append(out, m.feeds(t)...)
	}
	if m.speaks != nil && m.speaks.tells != nil && m.speaks.publishes(fleet.Chassis) {
		out = append(out, m.chassisPart(t))
	}
	for i := range out {
		m.speaks.keep(&out[i])
	}
	return out
}

// feedVolts is what comes out of the wall in Viet Nam.
const feedVolts = 230

// feeds are the probes at each supply's input, which an iDRAC lists apart.
func (m *machine) feeds(t time.Time) []fleet.Component {
	var out []fleet.Component
	for i := range m.psus {
		amps := 0.0
		if p := &m.psus[i]; !p.noInput && p.state != failed {
			amps = math.Round(m.watts(t)/float64(m.supplying())/feedVolts*10) / 10
		}
		c := m.component(fleet.Current, &part{slot: fmt.Sprintf("PS%d Current %d", i+1, i+1), index: fmt.Sprintf("1.%d", i+1)}, noFault)
		c.Reading, c.Unit = &amps, fleet.Ampere
		out = append(out, c)
	}
	return out
}

// supplying is how many supplies carry the load.
func (m *machine) supplying() int {
	n := 0
	for i := range m.psus {
		if p := &m.psus[i]; !p.noInput && p.state != failed {
			n++
		}
	}
	return n
}

// boardParts are the batteries, memory modules and processors.
func (m *machine) boardParts(t time.Time) []fleet.Component {
	var out []fleet.Component
	for i := range m.batteries {
		out = append(out, m.batteryPart(&m.batteries[i]))
	}
	for i := range m.dimms {
		d := &m.dimms[i]
		c := m.component(fleet.Memory, &d.part, pick(d.state, moduleErrs, moduleErrs))
		c.CapacityBytes = ptr(d.bytes)
		c.Attributes = map[string]string{"type": "DDR4", "speed": fmt.Sprintf("%d MHz", d.mhz)}
		if name := m.speaks.countsAs(fleet.Memory); name != "" {
			c.Counters = map[string]float64{name: float64(d.errors(t.Sub(m.booted)))}
		}
		out = append(out, c)
	}
	for i := range m.cpus {
		x := &m.cpus[i]
		c := m.component(fleet.CPU, &x.part, noFault)
		c.Attributes = map[string]string{"cores": strconv.Itoa(x.cores), "threads": strconv.Itoa(x.threads), "speed": fmt.Sprintf("%d MHz", x.mhz)}
		out = append(out, c)
	}
	return out
}

func ptr[T any](v T) *T { return &v }

func (m *machine) batteryPart(b *battery) fleet.Component {
	c := m.component(fleet.Battery, &b.part, pick(b.state, batteryWeak, batteryDead))
	if b.watts > 0 {
		c.Attributes = map[string]string{"rated_watts": strconv.Itoa(b.watts)}
	}
	return c
}

// pick is the fault of a part in a condition.
func pick(c condition, weak, dead fault) fault {
	switch c {
	case degraded:
		return weak
	case failed:
		return dead
	}
	return noFault
}

// component is a part with what every kind has, in the words of its family.
func (m *machine) component(k fleet.Kind, p *part, x fault) fleet.Component {
	w := m.speaks.word(x)
	return fleet.Component{
		Kind: k, Slot: p.slot, Name: p.slot, Place: p.place, Index: p.index, Group: p.group,
		Vendor: p.vendor, Model: p.model, Serial: p.serial, Part: p.number, Firmware: p.firmware,
		Manufactured: string(p.made), Role: fleet.BMC, Health: w.health, Native: fleet.SeenOf(fleet.Evidence{Meaning: w.label}),
		PredictiveFailure: fleet.AnswerOf(w.predictive),
	}
}

func (m *machine) diskPart(d *disk, t time.Time) fleet.Component {
	x := noFault
	switch {
	case d.state == diskFailed:
		x = diskBroken
	case d.state == diskRebuilding:
		x = diskRebuilds
	case d.predictive:
		x = diskWillFail
	}
	c := m.component(fleet.Disk, &d.part, x)
	c.CapacityBytes = ptr(d.bytes >> 20 << 20) // controllers count in MiB
	c.Attributes = map[string]string{"media": "hdd", "bus": "sata"}
	if d.sas {
		c.Attributes["bus"] = "sas"
	}
	if d.ssd {
		c.Attributes["media"] = "ssd"
		c.WearUsedPct = ptr(math.Floor(d.wear))
	}
	switch name := m.speaks.countsAs(fleet.Disk); name {
	case "":
	case "media_errors":
		c.Counters = map[string]float64{name: float64(d.mediaErrors)}
	default: // blocks that were given up
		c.Counters = map[string]float64{name: float64(d.reallocated)}
	}
	switch m.family {
	case hpe: // an iDRAC gives no hours and no temperature of a disk
		if hours := math.Floor(t.Sub(d.since).Hours()); hours > 0 { // none is how it writes "not reported"
			c.PowerOnHours = &hours
		}
		c.Reading, c.Unit = ptr(math.Round(27+6*m.load(t)+2*noise(m.seed, d.slot, m.bucket(t)/9))), fleet.Celsius
		c.Limits = &fleet.Limits{CritHigh: ptr(60.0)}
		if d.rpm > 0 {
			c.Attributes["speed"] = fmt.Sprintf("%d rpm", d.rpm)
		}
	case dell:
		if d.state == diskRebuilding {
			c.Attributes["progress_pct"] = strconv.Itoa(int(m.rebuilt(d.volume, t)))
		}
	default:
		m.tellDisk(&c, d, t)
	}
	return c
}

// tellDisk adds what only some families know of a disk.
func (m *machine) tellDisk(c *fleet.Component, d *disk, t time.Time) {
	if m.speaks == nil {
		return
	}
	c.PowerOnHours = ptr(max(1, math.Floor(t.Sub(d.since).Hours())))
	c.Reading, c.Unit = ptr(math.Round(27+6*m.load(t)+2*noise(m.seed, d.slot, m.bucket(t)/9))), fleet.Celsius
	if d.rpm > 0 {
		c.Attributes["speed"] = fmt.Sprintf("%d rpm", d.rpm)
	}
	if d.state == diskRebuilding {
		c.Attributes["progress_pct"] = strconv.Itoa(int(m.rebuilt(d.volume, t)))
	}
}

// rebuilt is how far the rebuild of an array is, in per cent.
func (m *machine) rebuilt(v int, t time.Time) float64 {
	least := 99.0
	for i := range m.disks {
		d := &m.disks[i]
		if d.volume == v && d.state == diskRebuilding {
			least = min(least, 100*t.Sub(d.rebuildFrom).Seconds()/rebuildTakes.Seconds())
		}
	}
	return math.Floor(max(0, least))
}

func (m *machine) volumePart(i int, t time.Time) fleet.Component {
	v := &m.volumes[i]
	missing, rebuilding := m.volumeState(i)
	x := noFault
	switch {
	case missing > redundancy(v.level):
		x = volumeGone
	case missing > 0:
		x = volumeDegraded
	case rebuilding > 0:
		x = volumeRebuilds
	}
	c := m.component(fleet.RAIDVolume, &v.part, x)
	c.CapacityBytes = ptr(v.bytes >> 20 << 20)
	c.Attributes = map[string]string{"raid_level": m.level(v)}
	if m.family == hpe {
		c.Model = m.level(v)
	}
	if x == volumeRebuilds && m.family != dell {
		c.Attributes["progress_pct"] = strconv.Itoa(int(m.rebuilt(i, t)))
	}
	return c
}

// level is how the machine's family writes the level of an array.
func (m *machine) level(v *volume) string {
	if m.speaks == nil {
		return ""
	}
	return m.speaks.levels[v.level]
}

// supplies share what the machine draws; a dead one leaves it to the other.
func (m *machine) supplies(t time.Time) []fleet.Component {
	var out []fleet.Component
	for i := range m.psus {
		p := &m.psus[i]
		x, drawn, volts := noFault, 0.0, feedVolts
		switch {
		case p.noInput:
			x, volts = supplyWithoutFeed, 0
		case p.state == failed:
			x = supplyBroken
		default:
			drawn = math.Round(m.watts(t) / float64(m.supplying()))
		}
		c := m.component(fleet.PSU, &p.part, x)
		c.Attributes = map[string]string{"rated_watts": strconv.Itoa(p.watts)}
		if volts > 0 {
			c.Attributes["input_volts"] = strconv.Itoa(volts)
		}
		if m.family != dell { // an iDRAC tells the load of the whole machine only
			c.Reading, c.Unit = &drawn, fleet.Watt
			if p.noInput && m.family == hpe {
				c.Attributes["cause"] = "input lost - check the feed and do not replace"
			}
		}
		out = append(out, c)
	}
	return out
}

// fanPart is a fan with its speed; an iLO keeps the speed to itself.
func (m *machine) fanPart(f *fan, t time.Time) fleet.Component {
	c := m.component(fleet.Fan, &f.part, pick(f.state, fanBroken, fanBroken))
	if m.family == hpe {
		return c
	}
	rpm := 0.0
	if f.state != failed {
		rpm = math.Round((float64(f.rpm)+1500*m.load(t)+60*noise(m.seed, f.slot, m.bucket(t)))/60) * 60
	}
	if m.speaks.says(fleet.Fan, factPercent) {
		c.Reading, c.Unit = ptr(math.Round(rpm*100/fullSpeed)), fleet.Percent
		return c
	}
	c.Reading, c.Unit = &rpm, fleet.RPM
	c.Limits = &fleet.Limits{WarnLow: ptr(840.0), CritLow: ptr(600.0)}
	return c
}

// fullSpeed is 100 per cent of a fan.
const fullSpeed = 12000

func (m *machine) sensorPart(s *sensor, t time.Time) fleet.Component {
	c := m.component(fleet.Temperature, &s.part, noFault)
	c.Reading, c.Unit = ptr(math.Round(s.base+s.perLoad*m.load(t)+1.2*noise(m.seed, s.slot, m.bucket(t)))), fleet.Celsius
	c.Limits = &fleet.Limits{}
	if s.warn > 0 {
		c.Limits.WarnHigh = ptr(s.warn)
	}
	if s.crit > 0 && (m.family != hpe || s.warn == 0) { // an iLO has one limit per sensor
		c.Limits.CritHigh = ptr(s.crit)
	}
	return c
}

// powerPart is what the whole machine draws.
func (m *machine) powerPart(t time.Time) fleet.Component {
	p := part{slot: m.speaks.power.name, index: m.speaks.power.index}
	c := m.component(fleet.Power, &p, noFault)
	c.Reading, c.Unit = ptr(math.Round(m.watts(t))), fleet.Watt
	return c
}

// chassisPart is the machine itself, where a family lists it.
func (m *machine) chassisPart(t time.Time) fleet.Component {
	p := part{slot: m.chassis.model, index: "1", vendor: m.chassis.vendor, model: m.chassis.model, serial: m.serial}
	if s := m.speaks.slots[fleet.Chassis]; s.name != "" {
		p.slot = s.name
	}
	c := m.component(fleet.Chassis, &p, noFault)
	c.PowerOnHours = ptr(math.Floor(t.Sub(m.cpus[0].since).Hours()))
	return c
}

// rollUp is the device's own opinion of itself.
func rollUp(parts []fleet.Component) fleet.Health {
	worst := fleet.OK
	for i := range parts {
		if h := parts[i].Health; h != fleet.Unknown && h.Worse(worst) {
			worst = parts[i].Health
		}
	}
	return worst
}

// device is who the controller says it is.
func (m *machine) device() fleet.Device {
	d := fleet.Device{
		Model: m.chassis.model, Serial: m.serial,
		Controller: m.chassis.bmc, Firmware: m.bmcFirmware, Hostname: m.server.Name,
	}
	if m.speaks != nil {
		d.Vendor = m.speaks.vendor
		if m.speaks.noName {
			d.Hostname = ""
		}
	}
	return d
}
