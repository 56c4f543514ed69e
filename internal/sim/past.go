package sim

import (
	"time"

	"ironage/internal/fleet"
)

// past puts the fleet into the state in which a person finds a fleet of that
// age: mostly well, some disks worn, one array that nobody has looked after.
// What is counted is per DefaultServers servers, and at least one of each sort.
func (s *script) past(ms []*machine, now time.Time) {
	s.exchangedDisks(ms, now)
	s.exchangedBatteries(ms, now)
	s.roughen(ms)
	s.badBatch(ms)
	for _, x := range []struct {
		per int
		do  func(*machine) bool
	}{
		{0, s.neglectArray}, {2, s.forebodeDisk}, {3, s.wearOut}, {2, s.drainBattery},
		{1, s.spoilModule}, {1, s.burnSupply}, {1, s.stopFan}, {2, s.fillUp},
	} {
		s.afflict(ms, max(1, (x.per*len(ms)+DefaultServers/2)/DefaultServers), x.do)
	}
}

// neglectArray breaks a disk of a big array.
func (s *script) neglectArray(m *machine) bool {
	n := m.lastDisk(func(d *disk) bool { return redundancy(m.volumes[d.volume].level) > 0 && !d.ssd })
	return m.hasBMC && len(m.disks) >= 6 && n >= 0 && m.fail(n)
}

// forebodeDisk makes a disk predict its end.
func (s *script) forebodeDisk(m *machine) bool {
	n := m.lastDisk(func(d *disk) bool { return !d.ssd })
	if !m.hasBMC || n < 0 {
		return false
	}
	m.predict(n)
	return true
}

// wearOut writes a solid-state drive to its end, and its neighbours nearly as much.
func (s *script) wearOut(m *machine) bool {
	n := m.lastDisk(func(d *disk) bool { return d.ssd })
	if !m.hasBMC || n < 0 {
		return false
	}
	for i := range m.disks {
		if d := &m.disks[i]; d.ssd {
			d.wear = 55 + float64(s.dice.IntN(20))
		}
	}
	m.disks[n].wear = 92 + float64(s.dice.IntN(8))
	return true
}

func (s *script) drainBattery(m *machine) bool {
	if len(m.batteries) == 0 {
		return false
	}
	m.batteries[0].state = one(s.dice, []condition{degraded, failed})
	return true
}

func (s *script) spoilModule(m *machine) bool {
	if !m.hasModules() {
		return false
	}
	m.errCorrected(s.dice.IntN(len(m.dimms)))
	return true
}

func (s *script) burnSupply(m *machine) bool {
	if !m.hasTwoSupplies() {
		return false
	}
	m.psus[1].state = failed
	return true
}

func (s *script) stopFan(m *machine) bool {
	if len(m.fans) == 0 {
		return false
	}
	m.fans[s.dice.IntN(len(m.fans))].state = failed
	return true
}

// fillUp leaves little room on the file system with the data.
func (s *script) fillUp(m *machine) bool {
	if len(m.mounts) < 4 {
		return false
	}
	m.mounts[3].used, m.mounts[3].perDay = .93+.05*s.dice.Float64(), .004
	return true
}

// afflict does something bad to count machines that are still well. do says
// whether it could.
func (s *script) afflict(ms []*machine, count int, do func(*machine) bool) {
	for _, i := range s.dice.Perm(len(ms)) {
		if count == 0 {
			return
		}
		if m := ms[i]; !m.blemished() && do(m) {
			count--
		}
	}
}

// blemished reports whether anything is not as it left the factory; wider than
// faulty, which is about what needs a person.
func (m *machine) blemished() bool {
	if m.faulty() {
		return true
	}
	for i := range m.disks {
		if d := &m.disks[i]; d.wear > 80 || d.pending > 0 || d.mediaErrors > 0 {
			return true
		}
	}
	for i := range m.batteries {
		if m.batteries[i].state != fine {
			return true
		}
	}
	for i := range m.fans {
		if m.fans[i].state != fine {
			return true
		}
	}
	return len(m.mounts) > 3 && m.mounts[3].used > .9
}

// lastDisk is the highest bay whose disk fits, or -1.
func (m *machine) lastDisk(fits func(*disk) bool) int {
	for i := len(m.disks) - 1; i >= 0; i-- {
		if fits(&m.disks[i]) {
			return i
		}
	}
	return -1
}

// exchangedDisks gives older machines some disks that were changed over the
// years: younger than the machine, with a serial of their own. Of the commonest
// large model more failed than of the others, and lately.
func (s *script) exchangedDisks(ms []*machine, now time.Time) {
	bad := commonModel(ms)
	for _, m := range ms {
		for i := range m.disks {
			d := &m.disks[i]
			years := int(now.Sub(d.since).Hours() / (24 * 365))
			if years < 3 || d.ssd {
				continue
			}
			var at time.Time
			switch {
			case d.model == bad && s.dice.chance(34):
				at = s.lately(now)
			case s.dice.chance(5):
				at = d.since.AddDate(0, 0, 400+s.dice.IntN(365*(years-2)))
			default:
				continue
			}
			old := m.partIn(i, now)
			m.renew(i, s.dice, "", at)
			d.state = diskOnline
			if key := old.Key(); m.hasBMC || m.smart {
				s.exchanges = append(s.exchanges, Exchange{Server: m.server.Name, Key: key, Criticality: m.server.Criticality, Old: old, New: m.partIn(i, now), At: at})
			}
		}
	}
}

// exchangedBatteries gives some machines another RAID battery: they last
// shorter than anything else.
func (s *script) exchangedBatteries(ms []*machine, now time.Time) {
	for _, m := range ms {
		if len(m.batteries) == 0 || m.batteries[0].serial == "" || now.Sub(m.batteries[0].since) < 4*365*24*time.Hour || !s.dice.chance(35) {
			continue
		}
		b := &m.batteries[0]
		old, at := m.batteryPart(b), s.lately(now)
		b.serial, b.since = m.speaks.newSerial(s.dice, fleet.Battery), at
		fitted := m.batteryPart(b)
		m.speaks.keep(&old)
		m.speaks.keep(&fitted)
		s.exchanges = append(s.exchanges, Exchange{Server: m.server.Name, Key: old.Key(), Criticality: m.server.Criticality, Old: old, New: fitted, At: at})
	}
}

// lately is a day since people watch, but not the last days.
func (s *script) lately(now time.Time) time.Time {
	return now.AddDate(0, 0, -15-s.dice.IntN(30*watchedMonths-40))
}
