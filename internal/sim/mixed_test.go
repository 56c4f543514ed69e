package sim

import "testing"

func TestTheDefaultFleetIsMixedButMostlyDellAndHPE(t *testing.T) {
	f, _ := build(t, Options{Seed: 1})
	count := map[family]int{}
	for _, m := range f.machines {
		count[m.family]++
	}
	for x, d := range dialects() {
		if count[x] == 0 {
			t.Errorf("no machine is read by %s", d.profile)
		}
	}
	if got := count[dell] + count[hpe]; got < DefaultServers*2/3 || got > DefaultServers*8/10 {
		t.Errorf("got %d of %d servers by Dell and HPE, want about 70 per cent (%v)", got, DefaultServers, count)
	}
}

func TestEveryFamilyShowsABrokenDisk(t *testing.T) {
	f, at := mishaps(t)
	seen := map[family]bool{}
	for _, m := range f.machines {
		for _, c := range m.parts(at) {
			if m.speaks != nil && c.Native.Meaning() == m.speaks.words[diskBroken].label {
				seen[m.family] = true
			}
		}
	}
	for x, d := range dialects() {
		if !seen[x] {
			t.Errorf("%s: no machine has a broken disk", d.profile)
		}
	}
}
