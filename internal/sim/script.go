package sim

import (
	"slices"
	"time"

	"ironage/internal/fleet"
)

// deed is one thing that happens to the fleet.
type deed uint8

const (
	diskPredicts deed = iota
	diskFails
	psuLosesPower
	psuHasPower
	dimmErrs
	diskErrs
	bmcHangs
	bmcReturns
	serverDies
	serverReturns
	rackGoesDark
	rackReturns
	partPulled
	partFitted
	wrongPulled   // the neighbour of the disk that is meant
	wrongReturned // and put back
	rebuildEnds
	chapterBegins
)

// act is a deed with its time, on the simulation's clock, and its place: a
// server's (or rack's) name and the n-th part of a kind.
type act struct {
	at    time.Time
	deed  deed
	where string
	kind  fleet.Kind
	n     int
	// job is the work that causes it and serial the new part's, for partPulled
	// and partFitted; an empty serial is made up.
	job, serial string
}

// script decides what happens when. It opens with one act of each sort, close
// together, so that somebody who watches for three minutes has seen them all;
// after that a chapter of a few acts follows every chapterLength.
type script struct {
	dice    dice
	queue   []act // by time
	chapter int
	// exchanges are the parts that were changed before the story begins.
	exchanges []Exchange
}

// The story's pace, on the simulation's clock.
const (
	chapterLength = 6 * time.Minute
	predictToFail = 40 * time.Second
	rebuildTakes  = 60 * time.Second
	toPull        = 6 * time.Second  // from "in progress" to an empty slot
	toFit         = 8 * time.Second  // from an empty slot to the new part in it
	toNotice      = 20 * time.Second // from the wrong disk in the hand to the alarm that is heeded
)

func newScript(seed uint64) *script { return &script{dice: newDice(seed, "script")} }

// plan puts a into the queue, behind what is planned for the same moment.
func (s *script) plan(a act) {
	i, _ := slices.BinarySearchFunc(s.queue, a.at, func(b act, t time.Time) int {
		if b.at.After(t) {
			return 1
		}
		return -1
	})
	s.queue = slices.Insert(s.queue, i, a)
}

// due takes the next act that is due at t.
func (s *script) due(t time.Time) (act, bool) {
	if len(s.queue) == 0 || s.queue[0].at.After(t) {
		return act{}, false
	}
	a := s.queue[0]
	s.queue = s.queue[1:]
	return a, true
}

// forget drops the acts of a job that was given up, and reports whether the
// part was still in its slot.
func (s *script) forget(job string) bool {
	pulled := slices.ContainsFunc(s.queue, func(a act) bool { return a.job == job && a.deed == partPulled })
	if pulled {
		s.queue = slices.DeleteFunc(s.queue, func(a act) bool { return a.job == job })
	}
	return pulled
}

// opening plans the first chapter: one act of each sort, in the order in which
// they are easiest to follow on screen.
func (s *script) opening(ms []*machine, start time.Time) {
	at := func(seconds int) time.Time { return start.Add(time.Duration(seconds) * time.Second) }
	if m, n := s.pickDisk(ms); m != nil {
		s.failDisk(m, n, at(12))
	}
	if m := s.pickHealthy(ms, (*machine).hasTwoSupplies); m != nil {
		s.loseFeed(m, at(20))
	}
	if m := s.pickHealthy(ms, (*machine).hasModules); m != nil {
		s.plan(act{at: at(30), deed: dimmErrs, where: m.server.Name, n: s.dice.IntN(len(m.dimms))})
	}
	if m, n := youngestDisk(ms, func(m *machine) bool { return m.speaks.countsAs(fleet.Disk) != "" && !s.planned(m) }); m != nil {
		s.plan(act{at: at(35), deed: diskErrs, where: m.server.Name, n: n})
	}
	if m := s.pickHealthy(ms, (*machine).hasController); m != nil {
		s.hang(m, at(45))
	}
	if m := s.pickHealthy(ms, nil); m != nil {
		s.die(m, at(60))
	}
	s.darken(ms, at(90))
	s.plan(act{at: start.Add(chapterLength), deed: chapterBegins})
}

// another plans the next chapter: what it brings is chance, within limits that
// keep most of the fleet well however long the demo runs.
func (s *script) another(ms []*machine, start time.Time) {
	s.chapter++
	at := func() time.Time {
		return start.Add(time.Duration(s.dice.IntN(int(chapterLength/time.Second))) * time.Second)
	}
	sick := 0
	for _, m := range ms {
		if m.faulty() {
			sick++
		}
	}
	if sick < max(3, len(ms)/8) {
		if m, n := s.pickDisk(ms); m != nil {
			s.failDisk(m, n, at())
		}
		if m := s.pickHealthy(ms, (*machine).hasModules); m != nil && s.dice.chance(40) {
			s.plan(act{at: at(), deed: dimmErrs, where: m.server.Name, n: s.dice.IntN(len(m.dimms))})
		}
	}
	if m := s.pickHealthy(ms, (*machine).hasTwoSupplies); m != nil && s.dice.chance(70) {
		s.loseFeed(m, at())
	}
	if m := s.pickHealthy(ms, (*machine).hasController); m != nil && s.dice.chance(60) {
		s.hang(m, at())
	}
	if m := s.pickHealthy(ms, nil); m != nil && s.dice.chance(60) {
		s.die(m, at())
	}
	if s.dice.chance(35) {
		s.darken(ms, at())
	}
	s.plan(act{at: start.Add(chapterLength), deed: chapterBegins})
}

func (s *script) failDisk(m *machine, n int, at time.Time) {
	s.plan(act{at: at, deed: diskPredicts, where: m.server.Name, n: n})
	s.plan(act{at: at.Add(predictToFail), deed: diskFails, where: m.server.Name, n: n})
}

func (s *script) loseFeed(m *machine, at time.Time) {
	n := s.dice.IntN(len(m.psus))
	s.plan(act{at: at, deed: psuLosesPower, where: m.server.Name, n: n})
	s.plan(act{at: at.Add(4 * time.Minute), deed: psuHasPower, where: m.server.Name, n: n})
}

func (s *script) hang(m *machine, at time.Time) {
	s.plan(act{at: at, deed: bmcHangs, where: m.server.Name})
	s.plan(act{at: at.Add(3 * time.Minute), deed: bmcReturns, where: m.server.Name})
}

func (s *script) die(m *machine, at time.Time) {
	s.plan(act{at: at, deed: serverDies, where: m.server.Name})
	s.plan(act{at: at.Add(4 * time.Minute), deed: serverReturns, where: m.server.Name})
}

// darken takes a rack that has several servers off the net for a while.
func (s *script) darken(ms []*machine, at time.Time) {
	count := map[string]int{}
	var racks []string
	for _, m := range ms {
		if count[m.server.Rack]++; count[m.server.Rack] == 3 {
			racks = append(racks, m.server.Rack)
		}
	}
	if len(racks) < 2 { // a fleet of one rack would be gone as a whole
		return
	}
	rack := one(s.dice, racks)
	s.plan(act{at: at, deed: rackGoesDark, where: rack})
	s.plan(act{at: at.Add(75 * time.Second), deed: rackReturns, where: rack})
}

func (m *machine) hasTwoSupplies() bool { return len(m.psus) > 1 }
func (m *machine) hasController() bool  { return m.hasBMC }
func (m *machine) hasModules() bool     { return m.hasBMC && len(m.dimms) > 0 }

// planned reports whether something will happen to a machine.
func (s *script) planned(m *machine) bool {
	return slices.ContainsFunc(s.queue, func(a act) bool { return a.where == m.server.Name })
}

// pickHealthy takes a machine without a fault, and of which nothing is planned.
func (s *script) pickHealthy(ms []*machine, fits func(*machine) bool) *machine {
	var fit []*machine
	for _, m := range ms {
		if !m.faulty() && !s.planned(m) && (fits == nil || fits(m)) {
			fit = append(fit, m)
		}
	}
	if len(fit) == 0 {
		return nil
	}
	return one(s.dice, fit)
}

// pickDisk takes a disk whose array can bear the loss.
func (s *script) pickDisk(ms []*machine) (*machine, int) {
	m := s.pickHealthy(ms, func(m *machine) bool { return m.hasBMC && len(m.disks) > 0 })
	if m == nil {
		return nil, 0
	}
	return m, s.dice.IntN(len(m.disks))
}
