package sim

import (
	"cmp"
	"slices"
	"time"

	"ironage/internal/fleet"
)

// roughen leaves the marks of use that no verdict speaks of yet: error counts
// that have begun to grow. Counted per DefaultServers servers.
func (s *script) roughen(ms []*machine) {
	if m, n := youngestDisk(ms, func(m *machine) bool { return m.smart }); m != nil {
		m.disks[n].pending = 2
	}
	for _, x := range []struct {
		per int
		do  func(*machine) bool
	}{{4, s.scratchSome}, {2, s.dripErrors}} {
		s.afflict(ms, (x.per*len(ms)+DefaultServers/2)/DefaultServers, x.do)
	}
}

// youngestDisk is the last hard disk of the youngest machine that fits and is
// well, or nil.
func youngestDisk(ms []*machine, fits func(*machine) bool) (*machine, int) {
	var best *machine
	at := 0
	for _, m := range ms {
		n := m.lastDisk(func(d *disk) bool { return !d.ssd })
		if n >= 0 && !m.blemished() && fits(m) && (best == nil || m.cpus[0].since.After(best.cpus[0].since)) {
			best, at = m, n
		}
	}
	return best, at
}

// scratchSome gives a disk of an old array some read errors.
func (s *script) scratchSome(m *machine) bool {
	n := m.lastDisk(func(d *disk) bool { return !d.ssd })
	if !m.hasBMC || n < 0 || m.speaks.countsAs(fleet.Disk) == "" {
		return false
	}
	m.scratch(n, 2+s.dice.IntN(14))
	return true
}

// dripErrors makes a memory module correct an error now and then, where the
// family counts them.
func (s *script) dripErrors(m *machine) bool {
	if m.speaks.countsAs(fleet.Memory) == "" || len(m.dimms) == 0 {
		return false
	}
	x := &m.dimms[s.dice.IntN(len(m.dimms))]
	x.corrected, x.errsEvery = 3, 3*time.Minute
	return true
}

// badBatch lets disks of one model fail more often than others: the model that
// most arrays are made of. A small fleet has no batches.
func (s *script) badBatch(ms []*machine) {
	count := (3*len(ms) + DefaultServers/2) / DefaultServers
	if count < 2 {
		return
	}
	model := commonModel(ms)
	s.afflict(ms, count, func(m *machine) bool {
		n := m.lastDisk(func(d *disk) bool { return d.model == model && redundancy(m.volumes[d.volume].level) > 0 })
		return m.hasBMC && n >= 0 && m.fail(n)
	})
	s.afflict(ms, 1, func(m *machine) bool {
		n := m.lastDisk(func(d *disk) bool { return d.model == model })
		if m.hasBMC && n >= 0 {
			m.predict(n)
		}
		return m.hasBMC && n >= 0
	})
}

// commonModel is the large hard disk that most bays of the fleet hold.
func commonModel(ms []*machine) string {
	count := map[string]int{}
	for _, m := range ms {
		for i := range m.disks {
			if d := &m.disks[i]; m.hasBMC && !d.ssd && d.rpm == 7200 {
				count[d.model]++
			}
		}
	}
	models := make([]string, 0, len(count))
	for x := range count {
		models = append(models, x)
	}
	if len(models) == 0 {
		return ""
	}
	return slices.MaxFunc(models, func(a, b string) int { return cmp.Or(count[a]-count[b], cmp.Compare(a, b)) })
}
