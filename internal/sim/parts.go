package sim

import (
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
		out = append(out, m.volumePart(i, t))
	}
	for i := range m.controllers {
		c := m.component(fleet.RAIDController, &m.controllers[i].part, m.controllers[i].state)
		c.Attributes = map[string]string{"cache": strconv.FormatInt(m.controllers[i].cacheBytes>>20, 10)}
		out = append(out, c)
	}
	for i := range m.batteries {
		out = append(out, m.component(fleet.Battery, &m.batteries[i].part, m.batteries[i].state))
	}
	for i := range m.dimms {
		d := &m.dimms[i]
		c := m.component(fleet.Memory, &d.part, d.state)
		c.CapacityBytes = ptr(d.bytes)
		c.Attributes = map[string]string{"speed": strconv.Itoa(d.mhz)}
		out = append(out, c)
	}
	for i := range m.cpus {
		x := &m.cpus[i]
		c := m.component(fleet.CPU, &x.part, x.state)
		c.Attributes = map[string]string{"cores": strconv.Itoa(x.cores), "threads": strconv.Itoa(x.threads), "speed": strconv.Itoa(x.mhz)}
		out = append(out, c)
	}
	out = append(out, m.supplies(t)...)
	for i := range m.fans {
		x := &m.fans[i]
		c := m.component(fleet.Fan, &x.part, x.state)
		rpm := 0.0
		if x.state != failed {
			rpm = math.Round((float64(x.rpm)+1500*m.load(t)+60*noise(m.seed, x.slot, m.bucket(t)))/60) * 60
		}
		c.Reading, c.Unit = &rpm, fleet.RPM
		out = append(out, c)
	}
	for i := range m.sensors {
		out = append(out, m.sensorPart(&m.sensors[i], t))
	}
	return out
}

func ptr[T any](v T) *T { return &v }

// component is a part in its condition, with what every kind has.
func (m *machine) component(k fleet.Kind, p *part, state condition) fleet.Component {
	c := fleet.Component{
		Kind: k, Slot: p.slot, Name: p.slot, Place: p.place, Index: p.index, Group: p.group,
		Vendor: p.vendor, Model: p.model, Serial: p.serial, Part: p.number, Firmware: p.firmware,
		Manufactured: string(p.made), Role: fleet.BMC, Health: fleet.OK,
	}
	switch state {
	case degraded:
		c.Health = fleet.Warning
	case failed:
		c.Health = fleet.Critical
	}
	return c
}

func (m *machine) diskPart(d *disk, t time.Time) fleet.Component {
	c := m.component(fleet.Disk, &d.part, fine)
	c.CapacityBytes = ptr(d.bytes / (1 << 20) * (1 << 20)) // controllers count in MiB
	c.PredictiveFailure = ptr(d.predictive)
	c.Attributes = map[string]string{"media": "hdd", "bus": "sata"}
	if d.sas {
		c.Attributes["bus"] = "sas"
	}
	if d.ssd {
		c.Attributes["media"] = "ssd"
		c.WearUsedPct = ptr(math.Floor(d.wear))
	}
	if m.family == hpe { // iDRAC gives no hours at all
		c.PowerOnHours = ptr(math.Floor(max(0, t.Sub(d.since).Hours())))
		c.Counters = map[string]float64{"reallocated": float64(d.reallocated)}
	}
	switch {
	case d.state == diskFailed:
		c.Health, c.Native.Meaning, c.Latched = fleet.Critical, "failed", true
	case d.state == diskRebuilding && m.family == dell:
		c.Health, c.Native.Meaning = fleet.Warning, "rebuild"
	case d.predictive:
		c.Health, c.Native.Meaning = fleet.Warning, "predictiveFailure"
	}
	return c
}

// rebuilt is how far the rebuild of an array is, in per cent.
func (m *machine) rebuilt(v int, t time.Time) float64 {
	least := 100.0
	for i := range m.disks {
		d := &m.disks[i]
		if d.volume == v && d.state == diskRebuilding {
			least = min(least, 100*t.Sub(d.rebuildFrom).Seconds()/rebuildTakes.Seconds())
		}
	}
	return math.Floor(max(0, min(least, 99)))
}

func (m *machine) volumePart(i int, t time.Time) fleet.Component {
	v := &m.volumes[i]
	c := m.component(fleet.RAIDVolume, &v.part, fine)
	c.CapacityBytes = ptr(v.bytes / (1 << 20) * (1 << 20))
	c.Attributes = map[string]string{"raid_level": strconv.Itoa(v.level)}
	missing, rebuilding := m.volumeState(i)
	switch {
	case missing > redundancy(v.level):
		c.Health, c.Native.Meaning = fleet.Critical, "failed"
	case missing > 0:
		c.Health, c.Native.Meaning = fleet.Warning, "degraded"
	case rebuilding > 0:
		c.Health, c.Native.Meaning = fleet.Warning, "rebuilding"
		c.Attributes["progress_pct"] = strconv.Itoa(int(m.rebuilt(i, t)))
	}
	return c
}

// supplies share what the machine draws; a dead one leaves it to the other.
func (m *machine) supplies(t time.Time) []fleet.Component {
	var out []fleet.Component
	alive := 0
	for i := range m.psus {
		if p := &m.psus[i]; !p.noInput && p.state != failed {
			alive++
		}
	}
	for i := range m.psus {
		p := &m.psus[i]
		c := m.component(fleet.PSU, &p.part, p.state)
		c.Attributes = map[string]string{"rated_watts": strconv.Itoa(p.watts)}
		drawn := 0.0
		switch {
		case p.noInput:
			c.Health, c.Native.Meaning = fleet.Warning, "noPowerInput"
			if m.family == dell {
				c.Health, c.Native.Meaning = fleet.Critical, "acLost"
			}
		case p.state == failed:
			c.Native.Meaning = "generalFailure"
		default:
			drawn = math.Round(m.watts(t) / float64(alive))
		}
		c.Reading, c.Unit = &drawn, fleet.Watt
		out = append(out, c)
	}
	return out
}

func (m *machine) sensorPart(s *sensor, t time.Time) fleet.Component {
	c := m.component(fleet.Temperature, &s.part, fine)
	v := math.Round(s.base + s.perLoad*m.load(t) + 1.2*noise(m.seed, s.slot, m.bucket(t)))
	c.Reading, c.Unit = &v, fleet.Celsius
	c.Limits = &fleet.Limits{}
	if s.warn > 0 {
		c.Limits.WarnHigh = ptr(s.warn)
	}
	if s.crit > 0 {
		c.Limits.CritHigh = ptr(s.crit)
	}
	c.Attributes = map[string]string{"zone": s.zone}
	return c
}

// rollUp is the device's own opinion of itself.
func rollUp(parts []fleet.Component) fleet.Health {
	worst := fleet.OK
	for i := range parts {
		if parts[i].Health.Worse(worst) {
			worst = parts[i].Health
		}
	}
	return worst
}

// device is who the controller says it is.
func (m *machine) device() fleet.Device {
	return fleet.Device{
		Vendor: m.chassis.vendor, Model: m.chassis.model, Serial: m.server.Serial,
		Controller: m.chassis.bmc, Firmware: m.bmcFirmware, Hostname: m.server.Name,
	}
}
