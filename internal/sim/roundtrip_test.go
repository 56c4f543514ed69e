package sim

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"ironage/internal/fleet"
	"ironage/probes/profile"
)

// read asks for one endpoint as the probes do, without a network in between.
func read(t testing.TB, lib *profile.Library, f *Fleet, m *machine, role fleet.Role, at time.Time) (profile.Match, profile.Reading) {
	t.Helper()
	src := profile.NewRecording(f.variables(m, role, at))
	match, err := lib.Match(t.Context(), src)
	if err != nil {
		t.Fatal(err)
	}
	vars, errs, err := match.ReadInventory(t.Context(), src)
	if err != nil || len(errs) > 0 {
		t.Fatalf("%s %s: %v %v", m.server.Name, role, errs, err)
	}
	return match, match.Decode(vars, at, role)
}

func library(t testing.TB) *profile.Library {
	t.Helper()
	lib, err := profile.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	return lib
}

// mishaps is a fleet in which everything that can happen has happened.
func mishaps(t testing.TB) (*Fleet, time.Time) {
	t.Helper()
	f, _ := tell(t, Options{Seed: 11, Servers: 200})
	at := noon
	for n, m := range f.machines {
		for i := range m.disks {
			if i%5 == 1 {
				m.fail(i)
			}
		}
		if m.hasBMC {
			m.psus[n%2].noInput = n%7 == 0
			m.psus[n%2].state = []condition{fine, failed}[btoi(n%7 == 1)]
			m.fans[n%2].state = []condition{fine, failed}[btoi(n%7 == 2)]
			for i := range m.batteries {
				m.batteries[i].state = []condition{fine, degraded, failed}[n%3]
			}
			m.dimms[n%2].state = []condition{fine, degraded}[n%2]
		}
	}
	f.advance(noon.Add(100 * time.Second))
	for i, m := range f.machines {
		if i%9 == 0 && m.hasBMC {
			parts := m.parts(at)
			for _, c := range parts[:2] {
				if err := f.Swap(m.server.Name, c.Key()); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	return f, at.Add(100 * time.Second)
}

func TestEveryControllerReadsBackAsItIs(t *testing.T) {
	f, at := mishaps(t)
	lib := library(t)
	seen := map[string]int{}
	for _, m := range f.machines {
		if !m.hasBMC {
			continue
		}
		match, got := read(t, lib, f, m, fleet.BMC, at)
		wantProfile := m.speaks.profile
		if names := match.Names(); !slices.Equal(names, []string{wantProfile}) {
			t.Fatalf("%s (%s): recognised as %v, want %s", m.server.Name, m.chassis.model, names, wantProfile)
		}
		if want := m.device(); got.Device != want {
			t.Errorf("%s: device\ngot  %+v\nwant %+v", m.server.Name, got.Device, want)
		}
		want := m.parts(at)
		if m.speaks.noRollUp {
			if got.RollUp != nil {
				t.Errorf("%s: roll-up %+v of a family that has none", m.server.Name, got.RollUp)
			}
		} else if got.RollUp == nil || got.RollUp.Health != rollUp(want) {
			t.Errorf("%s: roll-up %+v, want %s", m.server.Name, got.RollUp, rollUp(want))
		}
		compare(t, m.server.Name, got.Components, want, seen)
		if want := []fleet.Kind{fleet.Voltage}; m.family == dell && !slices.Equal(got.NotReported, want) {
			t.Errorf("%s: not reported %v, want %v", m.server.Name, got.NotReported, want)
		}
		if len(got.Errors) > 0 {
			t.Errorf("%s: %v", m.server.Name, got.Errors)
		}
	}
	for _, must := range []string{"disk critical", "disk warning", "raid-volume warning", "psu critical", "psu warning", "memory warning",
		"battery warning", "battery critical", "fan critical", "fan warning"} {
		if seen[must] == 0 {
			t.Errorf("no machine has a %s: the round trip proves less than it should (%v)", must, seen)
		}
	}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func compare(t *testing.T, server string, got, want []fleet.Component, seen map[string]int) {
	t.Helper()
	byKey := map[string]*fleet.Component{}
	for i := range got {
		byKey[got[i].Key()] = &got[i]
	}
	for i := range want {
		w := &want[i]
		seen[fmt.Sprint(w.Kind, " ", w.Health)]++
		g := byKey[w.Key()]
		if g == nil {
			t.Fatalf("%s: %s is not read back; there are %v", server, w.Key(), slices.Sorted(maps.Keys(byKey)))
		}
		delete(byKey, w.Key())
		if a, b := facts(g), facts(w); a != b {
			t.Errorf("%s %s\ngot  %s\nwant %s", server, w.Key(), a, b)
		}
		for name, v := range w.Attributes {
			if g.Attributes[name] != v {
				t.Errorf("%s %s: %s got %q, want %q", server, w.Key(), name, g.Attributes[name], v)
			}
		}
	}
	for key := range byKey {
		t.Errorf("%s: %s was read, but is not in the machine", server, key)
	}
}

// facts is what must come through, as text.
func facts(c *fleet.Component) string {
	capacity := int64(-1)
	if c.CapacityBytes != nil {
		capacity = *c.CapacityBytes
	}
	meaning := c.Native.Meaning()
	if c.Health != fleet.Warning && c.Health != fleet.Critical {
		meaning = "" // a healthy part says so in words of its own
	}
	limits := ""
	if l := c.Limits; l != nil {
		limits = fmt.Sprint(valueOf(l.WarnHigh), valueOf(l.CritHigh), valueOf(l.WarnLow), valueOf(l.CritLow))
	}
	predictive := c.PredictiveFailure == fleet.Yes
	return fmt.Sprintf("%s %q model %q serial %q part %q firmware %q vendor %q made %q, %d bytes, wear %g, hours %g, reads %g %s, limits %s, predictive %t",
		c.Health, meaning, c.Model, c.Serial, c.Part, c.Firmware, c.Vendor, c.Manufactured, capacity,
		valueOf(c.WearUsedPct), valueOf(c.PowerOnHours), valueOf(c.Reading), c.Unit, limits, predictive)
}

func TestEveryHostReadsBackAsItIs(t *testing.T) {
	f, at := mishaps(t)
	lib := library(t)
	for _, m := range f.machines {
		if !m.hasOS {
			continue
		}
		match, got := read(t, lib, f, m, fleet.OS, at)
		profiles := []string{"net-snmp"}
		if m.smart {
			profiles = []string{"smart-script", "net-snmp"}
		}
		if names := match.Names(); !slices.Equal(names, profiles) {
			t.Fatalf("%s: recognised as %v, want %v", m.server.Name, names, profiles)
		}
		want := m.host(f.began, at)
		if got.Device.Hostname != m.server.Name || got.Device.OS != m.os {
			t.Errorf("%s: got %+v, want its name and %q", m.server.Name, got.Device, m.os)
		}
		if a, b := totalsText(got.Totals), totalsText(want.Totals); a != b {
			t.Errorf("%s: totals\ngot  %s\nwant %s", m.server.Name, a, b)
		}
		if len(got.Filesystems) != len(want.Filesystems) {
			t.Fatalf("%s: got %d file systems, want %d", m.server.Name, len(got.Filesystems), len(want.Filesystems))
		}
		for i, g := range got.Filesystems {
			if w := want.Filesystems[i]; g.Mount != w.Mount || *g.SizeBytes != *w.SizeBytes || *g.UsedBytes != *w.UsedBytes {
				t.Errorf("%s: got %s %d/%d, want %s %d/%d", m.server.Name, g.Mount, *g.UsedBytes, *g.SizeBytes, w.Mount, *w.UsedBytes, *w.SizeBytes)
			}
		}
		if len(got.Components) != len(want.Components) {
			t.Errorf("%s: got %d disks, want %d", m.server.Name, len(got.Components), len(want.Components))
		}
	}
}

func totalsText(x fleet.Totals) string {
	n := func(p *int64) int64 {
		if p == nil {
			return -1
		}
		return *p
	}
	return fmt.Sprint(n(x.MemoryBytes), n(x.MemoryUsedBytes), n(x.MemoryAvailableBytes), n(x.SwapTotalBytes), n(x.SwapUsedBytes), n(x.LogicalCPUs),
		valueOf(x.Load1), valueOf(x.Load5), valueOf(x.Load15), n(x.UptimeSeconds), x.CPULoadPct)
}

func BenchmarkVariables(b *testing.B) {
	f, at := mishaps(b)
	var m *machine
	for _, x := range f.machines {
		if x.family == dell && len(x.disks) > 6 {
			m = x
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		f.variables(m, fleet.BMC, at)
	}
}
