package sim

import (
	"maps"
	"testing"
	"time"

	"ironage/internal/fleet"
)

func TestWhatSMARTSaysReadsBack(t *testing.T) {
	f, at := mishaps(t)
	lib := library(t)
	disks := 0
	for _, m := range f.machines {
		if !m.smart {
			continue
		}
		_, got := read(t, lib, f, m, fleet.OS, at)
		byKey := map[string]*fleet.Component{}
		for i := range got.Components {
			byKey[got.Components[i].Key()] = &got.Components[i]
		}
		for _, w := range m.smartOutput(at).Components {
			disks++
			g := byKey[w.Key()]
			if g == nil || g.Serial != w.Serial || g.Model != w.Model || g.Health != w.Health || valueOf(g.PowerOnHours) != valueOf(w.PowerOnHours) {
				t.Errorf("%s %s: got %+v, want %+v", m.server.Name, w.Key(), g, w)
				continue
			}
			for name, n := range w.Counters {
				if g.Counters[name] != n {
					t.Errorf("%s %s: %s got %g, want %g", m.server.Name, w.Key(), name, g.Counters[name], n)
				}
			}
		}
	}
	if disks == 0 {
		t.Error("no machine runs the SMART script")
	}
}

func TestErrorCountsReadBack(t *testing.T) {
	f, at := mishaps(t)
	lib := library(t)
	counted := map[fleet.Kind]int{}
	for _, m := range f.machines {
		if !m.hasBMC {
			continue
		}
		_, got := read(t, lib, f, m, fleet.BMC, at)
		have := map[string]map[string]float64{}
		for i := range got.Components {
			have[got.Components[i].Key()] = got.Components[i].Counters
		}
		for _, w := range m.parts(at) {
			for name, n := range w.Counters {
				if n > 0 {
					counted[w.Kind]++
				}
				if v := have[w.Key()][name]; v != n {
					t.Errorf("%s (%s) %s: %s got %g, want %g", m.server.Name, m.speaks.profile, w.Key(), name, v, n)
				}
			}
		}
	}
	if counted[fleet.Disk] == 0 || counted[fleet.Memory] == 0 {
		t.Errorf("got %v parts with errors, want disks and memory modules", counted)
	}
}

func TestAgeHasSomethingToShow(t *testing.T) {
	lib := library(t)
	for seed := range uint64(10) {
		f, _ := build(t, Options{Seed: seed, Library: lib})
		pending, failed, precisions := "", map[string]int{}, map[int]int{}
		for _, m := range f.machines {
			if n := len(m.server.InService); n > 0 { // "2018", "2018-06", "2018-06-15"
				precisions[n]++
			}
			for i := range m.disks {
				d := &m.disks[i]
				if d.pending > 0 && noon.Sub(d.since) < 5*365*24*time.Hour {
					pending = m.server.Name
				}
				if d.state == diskFailed {
					failed[d.model]++
				}
			}
		}
		if pending == "" {
			t.Errorf("seed %d: no young server has a disk with pending sectors", seed)
		}
		if len(precisions) < 3 {
			t.Errorf("seed %d: dates are of lengths %v, want days, months and years", seed, precisions)
		}
		most := 0
		for n := range maps.Values(failed) {
			most = max(most, n)
		}
		if most < 3 {
			t.Errorf("seed %d: failed disks by model %v; want a batch of three", seed, failed)
		}
	}
}
