package sim

import (
	"time"

	"ironage/internal/fleet"
)

// advance lets everything happen that is due at the real time now.
func (f *Fleet) advance(now time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	t := f.clock(now)
	for {
		a, ok := f.script.due(t)
		if !ok {
			return
		}
		f.perform(a)
	}
}

// perform does one act. Acts on machines that have changed since they were
// planned (a disk that was exchanged before it failed) do nothing.
func (f *Fleet) perform(a act) {
	switch a.deed {
	case chapterBegins:
		f.script.another(f.machines, a.at)
		return
	case rackGoesDark, rackReturns:
		for _, m := range f.machines {
			if m.server.Rack == a.where {
				m.dark = a.deed == rackGoesDark
				f.changed(m)
			}
		}
		return
	}
	m := f.byName[a.where]
	if m == nil {
		return
	}
	f.performOn(m, a)
	f.changed(m)
}

func (f *Fleet) performOn(m *machine, a act) {
	switch a.deed {
	case diskPredicts:
		if m.disks[a.n].state == diskOnline {
			m.predict(a.n)
		}
	case diskFails:
		if m.disks[a.n].predictive {
			m.fail(a.n)
		}
	case psuLosesPower, psuHasPower:
		m.psus[a.n].noInput = a.deed == psuLosesPower
	case diskErrs:
		m.scratch(a.n, 2)
	case dimmErrs:
		m.errCorrected(a.n)
	case bmcHangs, bmcReturns:
		m.bmcSilent = a.deed == bmcHangs
	case serverDies:
		m.off = true
	case serverReturns:
		m.off, m.booted = false, a.at
	case partPulled:
		if a.kind == fleet.Disk {
			m.disks[a.n].state = diskPulled
		}
	case partFitted:
		m.fit(a.kind, a.n, f.script.dice, a.serial, a.at)
		if a.kind == fleet.Disk {
			f.script.plan(act{at: a.at.Add(rebuildTakes), deed: rebuildEnds, where: m.server.Name, n: a.n})
		}
	case wrongPulled:
		if m.disks[a.n].state == diskOnline {
			m.disks[a.n].state = diskPulled
		}
	case wrongReturned:
		if d := &m.disks[a.n]; d.state == diskPulled {
			d.state, d.rebuildFrom, d.rebuildTill = diskRebuilding, a.at, a.at.Add(rebuildTakes)
			f.script.plan(act{at: a.at.Add(rebuildTakes), deed: rebuildEnds, where: m.server.Name, n: a.n})
		}
	case rebuildEnds:
		if d := &m.disks[a.n]; d.state == diskRebuilding && !d.rebuildTill.After(a.at) {
			d.state = diskOnline
		}
	}
}
