package sim

import (
	"slices"
	"testing"
	"time"

	"ironage/internal/fleet"
)

// tell starts the story of a fleet without opening sockets.
func tell(t testing.TB, o Options) (*Fleet, *hand) {
	t.Helper()
	f, clock := build(t, o)
	f.script.opening(f.machines, noon)
	return f, clock
}

// planned finds the act that does d.
func (f *Fleet) planned(t testing.TB, d deed) act {
	t.Helper()
	for _, a := range f.script.queue {
		if a.deed == d {
			return a
		}
	}
	t.Fatalf("nothing planned does %d", d)
	return act{}
}

func (f *Fleet) part(t testing.TB, server string, kind fleet.Kind, n int, at time.Time) fleet.Component {
	t.Helper()
	for _, c := range f.byName[server].parts(at) {
		if c.Kind == kind {
			if n == 0 {
				return c
			}
			n--
		}
	}
	t.Fatalf("%s has no such %s", server, kind)
	return fleet.Component{}
}

func TestADiskTurnsPredictiveThenFails(t *testing.T) {
	f, _ := tell(t, Options{Seed: 1})
	a := f.planned(t, diskPredicts)
	steps := []struct {
		at         time.Time
		health     fleet.Health
		predictive bool
	}{
		{a.at.Add(-time.Second), fleet.OK, false},
		{a.at, fleet.Warning, true},
		{a.at.Add(predictToFail), fleet.Critical, false},
	}
	for _, s := range steps {
		f.advance(s.at)
		c := f.part(t, a.where, fleet.Disk, a.n, s.at)
		if c.Health != s.health || c.PredictiveFailure != fleet.AnswerOf(s.predictive) {
			t.Errorf("%s after %s: got %s, predictive %t; want %s, %t", c.Slot, s.at.Sub(noon), c.Health, c.PredictiveFailure == fleet.Yes, s.health, s.predictive)
		}
	}
	v := f.part(t, a.where, fleet.RAIDVolume, f.byName[a.where].disks[a.n].volume, a.at)
	if v.Health != fleet.Warning {
		t.Errorf("the array of a failed disk: got %s, want warning", v.Health)
	}
}

func TestASupplyLosesItsFeedAndGetsItBack(t *testing.T) {
	f, _ := tell(t, Options{Seed: 1})
	a, back := f.planned(t, psuLosesPower), f.planned(t, psuHasPower)
	volts := f.part(t, a.where, fleet.PSU, a.n, noon).Attributes["input_volts"] // not every family tells
	f.advance(a.at)
	if c := f.part(t, a.where, fleet.PSU, a.n, a.at); c.Health == fleet.OK || c.Attributes["input_volts"] != "" {
		t.Errorf("without a feed: got %s at %s V, want a fault without input", c.Health, c.Attributes["input_volts"])
	}
	f.advance(back.at)
	if c := f.part(t, a.where, fleet.PSU, a.n, back.at); c.Health != fleet.OK || c.Attributes["input_volts"] != volts {
		t.Errorf("with its feed back: got %s at %s V, want ok at %s V", c.Health, c.Attributes["input_volts"], volts)
	}
}

func TestAModuleCollectsErrors(t *testing.T) {
	f, _ := tell(t, Options{Seed: 1})
	a := f.planned(t, dimmErrs)
	f.advance(a.at)
	if c := f.part(t, a.where, fleet.Memory, a.n, a.at); c.Health != fleet.Warning {
		t.Errorf("got %s, want warning", c.Health)
	}
}

func TestSilences(t *testing.T) {
	f, _ := tell(t, Options{Seed: 1})
	hang, die, dark, lit := f.planned(t, bmcHangs), f.planned(t, serverDies), f.planned(t, rackGoesDark), f.planned(t, rackReturns)
	f.advance(hang.at)
	m := f.byName[hang.where]
	if !m.silent(fleet.BMC) || m.silent(fleet.OS) || m.off {
		t.Errorf("%s: want only its controller silent, got %t %t", hang.where, m.silent(fleet.BMC), m.silent(fleet.OS))
	}
	f.advance(die.at)
	if m = f.byName[die.where]; !m.silent(fleet.BMC) || !m.silent(fleet.OS) {
		t.Errorf("%s is dead: want both endpoints silent", die.where)
	}
	f.advance(dark.at)
	gone := func() (n int) {
		for _, m := range f.machines {
			if m.dark {
				n++
				if m.server.Rack != dark.where {
					t.Errorf("%s stands in %s but went dark with %s", m.server.Name, m.server.Rack, dark.where)
				}
			}
		}
		return n
	}
	if n := gone(); n < 3 {
		t.Errorf("rack %s: got %d dark servers, want three or more", dark.where, n)
	}
	f.advance(lit.at)
	if n := gone(); n != 0 {
		t.Errorf("rack %s is back: got %d dark servers, want none", dark.where, n)
	}
}

func TestATechnicianSwapsADisk(t *testing.T) {
	f, _ := tell(t, Options{Seed: 1})
	fails := f.planned(t, diskFails)
	f.advance(fails.at)
	before := f.part(t, fails.where, fleet.Disk, fails.n, fails.at)
	todo := []Job{{ID: "1/0", Server: fails.where, Key: before.Key()}}

	at := fails.at
	f.work(at, todo)
	f.advance(at.Add(toPull))
	if f.byName[fails.where].disks[fails.n].state != diskPulled {
		t.Fatalf("%s later: the slot is not empty", toPull)
	}
	for _, c := range f.byName[fails.where].parts(at) {
		if c.Key() == before.Key() {
			t.Errorf("the empty slot %s is still reported", before.Key())
		}
	}
	at = at.Add(toPull + toFit)
	f.work(at, todo)
	f.advance(at)
	fresh := f.part(t, fails.where, fleet.Disk, fails.n, at)
	if fresh.Serial == before.Serial || fresh.Key() != before.Key() || fresh.PredictiveFailure != fleet.No {
		t.Errorf("got %s in %s, want another serial than %s in the same slot", fresh.Serial, fresh.Key(), before.Serial)
	}
	if d := f.byName[fails.where].disks[fails.n]; d.state != diskRebuilding {
		t.Errorf("the new disk is not rebuilding but %d", d.state)
	}
	at = at.Add(rebuildTakes)
	f.work(at, todo)
	f.advance(at)
	m := f.byName[fails.where]
	c, v := f.part(t, fails.where, fleet.Disk, fails.n, at), f.part(t, fails.where, fleet.RAIDVolume, m.disks[fails.n].volume, at)
	if c.Health != fleet.OK || v.Health != fleet.OK || c.Serial != fresh.Serial {
		t.Errorf("after the rebuild: disk %s, array %s, serial %s; want ok, ok, %s", c.Health, v.Health, c.Serial, fresh.Serial)
	}
}

func TestWorkThatIsGivenUpInTimeChangesNothing(t *testing.T) {
	f, _ := tell(t, Options{Seed: 1})
	a := f.planned(t, diskFails)
	f.advance(a.at)
	before := f.part(t, a.where, fleet.Disk, a.n, a.at)
	job := []Job{{ID: "9/0", Server: a.where, Key: before.Key()}}
	f.work(a.at, job)
	f.work(a.at.Add(time.Second), nil)
	f.advance(a.at.Add(toPull + toFit))
	if got := f.part(t, a.where, fleet.Disk, a.n, a.at); got.Serial != before.Serial {
		t.Errorf("got serial %s, want the old %s", got.Serial, before.Serial)
	}
	f.work(a.at.Add(time.Minute), job)
	f.advance(a.at.Add(time.Minute + toPull + toFit))
	if got := f.part(t, a.where, fleet.Disk, a.n, a.at.Add(time.Minute+toPull+toFit)); got.Serial == before.Serial {
		t.Error("begun again, the work did not bring a new disk")
	}
}

func TestTheSerialOfThePartAtHandIsFitted(t *testing.T) {
	f, clock := tell(t, Options{Seed: 1})
	a := f.planned(t, diskPredicts)
	part := f.part(t, a.where, fleet.Disk, a.n, noon)
	key := part.Key()
	f.work(clock.now(), []Job{{ID: "2/0", Server: a.where, Key: key, Serial: " ABC12345 "}})
	f.advance(noon.Add(toPull + toFit))
	if got := f.part(t, a.where, fleet.Disk, a.n, noon.Add(toPull+toFit)).Serial; got != "ABC12345" {
		t.Errorf("got serial %q, want ABC12345", got)
	}
}

func TestEveryReplaceablePartCanBeSwapped(t *testing.T) {
	f, _ := tell(t, Options{Seed: 5})
	for _, m := range f.machines {
		for _, c := range m.parts(noon) {
			err := f.Swap(m.server.Name, c.Key())
			if want := c.Kind.Replaceable(); (err == nil) != want {
				t.Errorf("%s %s: got %v, want a swap: %t", m.server.Name, c.Key(), err, want)
			}
		}
	}
	for _, bad := range [][2]string{{"nobody", "disk/1"}, {f.machines[0].server.Name, "disk/nowhere"}, {f.machines[0].server.Name, ""}} {
		if err := f.Swap(bad[0], bad[1]); err == nil {
			t.Errorf("Swap(%q, %q): got no error", bad[0], bad[1])
		}
	}
}

// However long the demo runs, most of the fleet stays well, the story goes on
// and the past does not pile up.
func TestTheStoryNeverEndsAndNeverEatsTheFleet(t *testing.T) {
	f, _ := tell(t, Options{Seed: 2})
	seen := map[deed]int{}
	for at := noon; at.Before(noon.Add(12 * time.Hour)); at = at.Add(time.Second) {
		before := slices.Clone(f.script.queue)
		f.advance(at)
		for _, a := range before {
			if !a.at.After(at) {
				seen[a.deed]++
			}
		}
	}
	sick := 0
	for _, m := range f.machines {
		if m.faulty() {
			sick++
		}
	}
	if sick > len(f.machines)/4 || len(f.script.queue) > 200 {
		t.Errorf("after 12 h: got %d sick servers of %d and %d planned acts", sick, len(f.machines), len(f.script.queue))
	}
	for d := diskPredicts; d <= rackReturns; d++ {
		// Faults that last until somebody mends them end when too many are open.
		if least := 1 + 2*btoi(d >= bmcHangs); seen[d] < least {
			t.Errorf("deed %d happened %d times in 12 h, want %d or more", d, seen[d], least)
		}
	}
}

func TestSpeedScalesTheStory(t *testing.T) {
	f, _ := tell(t, Options{Seed: 1, Speed: 60})
	a := f.planned(t, diskPredicts)
	f.advance(noon.Add(a.at.Sub(noon) / 60))
	if !f.byName[a.where].disks[a.n].predictive {
		t.Errorf("at 60-fold speed, a disk due after %s is still well after a sixtieth of it", a.at.Sub(noon))
	}
}

// TestAClumsyTechnicianTakesTheNeighbourFirst: and puts it back before the right disk goes.
func TestAClumsyTechnicianTakesTheNeighbourFirst(t *testing.T) {
	f, _ := tell(t, Options{Seed: 1, Clumsy: true})
	fails := f.planned(t, diskFails)
	f.advance(fails.at)
	m := f.byName[fails.where]
	job := func(id string) Job {
		c := f.part(t, fails.where, fleet.Disk, fails.n, fails.at)
		return Job{ID: id, Server: fails.where, Key: c.Key()}
	}
	pulled := func() (ns []int) {
		for i := range m.disks {
			if m.disks[i].state == diskPulled {
				ns = append(ns, i)
			}
		}
		return ns
	}
	first, second := job("1/1"), job("2/1")
	f.work(fails.at, []Job{first})
	at := fails.at.Add(toPull + toFit)
	f.advance(at)
	f.work(at, []Job{first, second})
	f.advance(at.Add(toPull))
	if ns := pulled(); len(ns) != 1 || ns[0] == fails.n {
		t.Fatalf("the second job: disks %v are out, want a neighbour of %d", ns, fails.n)
	}
	f.advance(at.Add(toPull + toNotice))
	if ns := pulled(); len(ns) != 0 {
		t.Fatalf("noticed: disks %v are out, want none", ns)
	}
	f.advance(at.Add(2*toPull + toNotice))
	if ns := pulled(); len(ns) != 1 || ns[0] != fails.n {
		t.Errorf("the right work: disks %v are out, want %d", ns, fails.n)
	}
}
