package sim

import (
	"time"

	"ironage/internal/fleet"
)

// storage puts in the controller, its battery, the disks and their volumes.
func (b *builder) storage(m *machine, d dice, kind storage, started, bought time.Time) {
	if m.hasBMC && m.speaks.publishes(fleet.RAIDController) {
		c := controller{cacheBytes: m.chassis.cacheBytes}
		c.model, c.firmware, c.since = m.chassis.controller, m.chassis.ctlFirmware, started
		c.slot, c.index = m.slotOf(fleet.RAIDController, 0, 1)
		if m.family == hpe || m.speaks.says(fleet.RAIDController, factSerial) {
			c.serial = m.speaks.newSerial(d, fleet.RAIDController)
		}
		m.controllers = append(m.controllers, c)
		b.battery(m, d, started)
	}
	b.array(m, d, diskWish{count: 2, level: 1, rpm: 10000}, started, bought)
	switch kind {
	case forApplications:
		if m.chassis.bays >= 4 && d.chance(60) {
			b.array(m, d, diskWish{count: 2, level: 1, ssd: true}, started, bought)
		}
	case forDatabases:
		b.array(m, d, diskWish{count: 4 + 2*d.IntN(2), level: 10, ssd: true}, started, bought)
	case forFiles:
		level := 6
		if bought.Year() < 2017 {
			level = 5
		}
		b.array(m, d, diskWish{count: min(6+2*d.IntN(3), m.chassis.bays-2), level: level, rpm: 7200}, started, bought)
	}
}

func (b *builder) battery(m *machine, d dice, started time.Time) {
	if !m.speaks.publishes(fleet.Battery) {
		return
	}
	x := battery{}
	x.since = started
	x.slot, x.index = m.slotOf(fleet.Battery, 0, 1)
	x.model = m.chassis.battery
	if m.speaks.says(fleet.Battery, factSerial) {
		x.serial = m.speaks.newSerial(d, fleet.Battery)
	}
	if m.family == hpe {
		x.model, x.number, x.serial, x.watts = "727260-002", "815983-001", m.speaks.newSerial(d, fleet.Battery), 96
	}
	m.batteries = append(m.batteries, x)
}

// diskWish is what an array is to be made of.
type diskWish struct {
	count, level, rpm int
	ssd               bool
}

// array fits disks of one model, as they came with the machine, and joins them.
func (b *builder) array(m *machine, d dice, w diskWish, started, bought time.Time) {
	model := b.pickDisk(m.family, w, bought.Year())
	v := volume{level: w.level}
	at := len(m.volumes)
	v.slot, v.index = m.slotOf(fleet.RAIDVolume, at, at+1)
	data := w.count - 1
	switch w.level {
	case 1, 10:
		data = w.count / 2
	case 6:
		data = w.count - 2
	}
	v.bytes = int64(data) * model.bytes
	m.volumes = append(m.volumes, v)
	if m.hasBMC && !m.speaks.publishes(fleet.Disk) {
		return // there are disks, but nobody speaks of them
	}
	made := bought.AddDate(0, 0, -30-d.IntN(60))
	for range w.count {
		m.disks = append(m.disks, m.newDisk(d, model, at, started, made))
	}
}

func (b *builder) pickDisk(f family, w diskWish, year int) diskModel {
	if f != dell && f != hpe {
		f = plain // others sell the drives as their makers name them
	}
	for _, x := range b.disks {
		if x.family == f && x.ssd == w.ssd && x.rpm == w.rpm && x.from <= year && year <= x.to {
			return x
		}
	}
	return b.disks[0]
}

// newDisk is the next drive, a member of volume v.
func (m *machine) newDisk(d dice, model diskModel, v int, started, made time.Time) disk {
	x := disk{bytes: model.bytes, ssd: model.ssd, sas: model.sas, rpm: model.rpm, volume: v}
	x.vendor, x.model, x.firmware = model.vendor, model.model, model.firmware
	x.serial, x.since = d.fill(model.serial), started
	x.slot, x.place, x.index = m.diskSlot(len(m.disks))
	if m.family == dell {
		x.number = dellPartID(d, model.number, made)
		if !model.ssd { // iDRAC gives no manufacture date for solid state drives
			x.made = isoWeek(made)
		}
	}
	if model.ssd {
		x.wear = float64(d.IntN(35)) + 3
	}
	return x
}

// dellPartID is Dell's 23-character part number with the day of manufacture in
// it: country, part, maker, date code, sequence, revision.
func dellPartID(d dice, number string, made time.Time) string {
	const code = "0123456789ABCDEFGHIJKLMNOPQRSTUV"
	date := string([]byte{code[made.Year()%10], code[int(made.Month())], code[made.Day()]})
	return "CN" + number + "12345" + date + d.fill("@@@@") + "A00"
}

// isoWeek writes a day as year and week, as far as makers print it.
func isoWeek(t time.Time) fleet.Date {
	year, week := t.ISOWeek()
	return fleet.Date(time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC).Format("2006") + "-W" + twoDigits(week))
}
