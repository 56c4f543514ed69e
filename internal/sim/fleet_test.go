package sim

import (
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ironage/internal/fleet"
)

// noon is when the tests' fleets are switched on: a Wednesday.
var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

// hand is a clock that a test moves.
type hand struct {
	mu sync.Mutex
	t  time.Time
}

func (h *hand) now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.t
}

func (h *hand) set(t time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.t = t
}

func build(t testing.TB, o Options) (*Fleet, *hand) {
	t.Helper()
	clock := &hand{t: noon}
	o.Now = clock.now
	f, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return f, clock
}

// everything is all that a fleet would report at a time, as text.
func everything(f *Fleet, at time.Time) string {
	var b strings.Builder
	for _, m := range f.machines {
		fmt.Fprintln(&b, m.server, m.device(), m.os)
		for _, c := range m.parts(at) {
			fmt.Fprintln(&b, c.Key(), c.Serial, c.Health, c.Manufactured, valueOf(c.Reading), valueOf(c.WearUsedPct), valueOf(c.PowerOnHours), c.Native.Meaning())
		}
		for _, x := range m.filesystems(f.began, at) {
			fmt.Fprintln(&b, x.Mount, *x.SizeBytes, *x.UsedBytes)
		}
	}
	return b.String()
}

func valueOf(p *float64) float64 {
	if p == nil {
		return -1
	}
	return *p
}

func TestEqualSeedsGiveEqualFleetsAndStories(t *testing.T) {
	a, _ := build(t, Options{Seed: 7})
	b, _ := build(t, Options{Seed: 7})
	other, _ := build(t, Options{Seed: 8})
	for _, f := range []*Fleet{a, b, other} {
		f.script.opening(f.machines, noon)
		f.advance(noon.Add(20 * time.Minute))
	}
	at := noon.Add(20 * time.Minute)
	if got, want := everything(a, at), everything(b, at); got != want {
		t.Errorf("two fleets of one seed differ:\n%s", firstDifference(got, want))
	}
	if everything(a, at) == everything(other, at) {
		t.Error("fleets of different seeds are equal")
	}
}

func firstDifference(a, b string) string {
	as, bs := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range as {
		if i >= len(bs) || as[i] != bs[i] {
			return as[i]
		}
	}
	return ""
}

func TestTheDefaultFleetIsWhatTheDemoPromises(t *testing.T) {
	f, _ := build(t, Options{})
	rooms, racks, services, makers := map[string]int{}, map[string]int{}, map[string]int{}, map[string]int{}
	old, both, undated := 0, 0, 0
	for _, s := range f.Servers() {
		rooms[s.Room]++
		racks[s.Rack]++
		services[s.Service]++
		makers[s.Manufacturer]++
		if s.InService != "" && s.InService < "2019" || s.InService == "" && s.Purchased != "" && s.Purchased < "2018-12" {
			old++
		}
		if m := f.byName[s.Name]; m.hasBMC && m.hasOS {
			both++
		}
		if s.InService == "" && s.Purchased == "" {
			undated++
		} else if s.WarrantyEnd == "" || s.Purchased == "" {
			t.Errorf("%s is not described fully: %+v", s.Name, s)
		}
		if s.Criticality == "" || s.Owner == "" || s.Serial == "" {
			t.Errorf("%s is not described fully: %+v", s.Name, s)
		}
	}
	if len(f.machines) != DefaultServers || len(rooms) != 3 || len(racks) < 6 || len(services) != 5 {
		t.Errorf("got %d servers, rooms %v, racks %v, services %v; want %d servers in 3 rooms, 6 or more racks, 5 services",
			len(f.machines), rooms, racks, services, DefaultServers)
	}
	if old < DefaultServers*7/10 || old == DefaultServers {
		t.Errorf("got %d of %d servers from before 2019, want most but not all", old, DefaultServers)
	}
	for _, maker := range []string{"Dell Inc.", "HPE", "Supermicro"} {
		if makers[maker] < 10 {
			t.Errorf("got makers %v, want at least ten of each", makers)
		}
	}
	if undated < 2 || undated > DefaultServers/8 {
		t.Errorf("got %d servers without any date, want some, but few", undated)
	}
	if both < 10 {
		t.Errorf("got %d servers with both endpoints, want ten or more", both)
	}
}

func TestNoTwoServersShareARackUnit(t *testing.T) {
	lib := library(t)
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 150).Draw(t, "servers")
		f, err := New(Options{Servers: n, Seed: rapid.Uint64().Draw(t, "seed"), Library: lib, Now: func() time.Time { return noon }})
		if err != nil {
			t.Fatal(err)
		}
		unit, names, serials := map[string]string{}, map[string]bool{}, map[string]string{}
		for _, s := range f.Servers() {
			if names[s.Name] {
				t.Errorf("two servers are called %s", s.Name)
			}
			names[s.Name] = true
			if other, twice := serials[s.Serial]; twice {
				t.Errorf("%s and %s have one serial", s.Name, other)
			}
			serials[s.Serial] = s.Name
			for u := s.Position; u < s.Position+s.Height; u++ {
				at := fmt.Sprintf("%s/%d", s.Rack, u)
				if other, taken := unit[at]; taken || u < 1 || u > 42 {
					t.Errorf("%s stands at %s, where %q stands", s.Name, at, other)
				}
				unit[at] = s.Name
			}
		}
		if len(names) != n {
			t.Errorf("got %d servers, want %d", len(names), n)
		}
	})
}

func TestPartsHaveUniquePlacesAndSerials(t *testing.T) {
	f, _ := build(t, Options{Servers: 300, Seed: 3})
	serials := map[string]string{}
	for _, m := range f.machines {
		keys := map[string]bool{}
		for _, c := range m.parts(noon) {
			if keys[c.Key()] {
				t.Errorf("%s has two parts in %s", m.server.Name, c.Key())
			}
			keys[c.Key()] = true
			if c.Serial == "" {
				continue
			}
			if fleet.NormalSerial(c.Serial) == "" {
				t.Errorf("%s %s: serial %q is a placeholder", m.server.Name, c.Key(), c.Serial)
			}
			if other, twice := serials[c.Serial]; twice {
				t.Errorf("serial %s is in %s and in %s %s", c.Serial, other, m.server.Name, c.Key())
			}
			serials[c.Serial] = m.server.Name + " " + c.Key()
		}
	}
}

func TestFaultsAreThereFromTheStart(t *testing.T) {
	lib := library(t)
	for seed := range uint64(20) {
		f, _ := build(t, Options{Seed: seed, Library: lib})
		count := map[fleet.Health]int{}
		degradedArrays := 0
		for _, m := range f.machines {
			parts := m.parts(noon)
			count[rollUp(parts)]++
			for _, c := range parts {
				if c.Kind == fleet.RAIDVolume && c.Health != fleet.OK {
					degradedArrays++
				}
			}
		}
		if degradedArrays < 1 || count[fleet.Critical] < 1 || count[fleet.Warning] < 2 || count[fleet.Warning]+count[fleet.Critical] < 6 || count[fleet.OK] < 75 {
			t.Errorf("seed %d: got %v and %d degraded arrays; want some critical, some more warning, most ok, a degraded array", seed, count, degradedArrays)
		}
	}
}

func TestOptionsAreChecked(t *testing.T) {
	for _, o := range []Options{{Servers: -1}, {Servers: MaxServers + 1}, {Speed: -1}, {Speed: MaxSpeed + 1}} {
		if _, err := New(o); err == nil {
			t.Errorf("New(%+v): got no error", o)
		}
	}
}

func TestServersAreCopies(t *testing.T) {
	f, _ := build(t, Options{Servers: 4})
	s := f.Servers()
	s[0].Name = "other"
	if got := f.Servers()[0].Name; got == "other" {
		t.Error("a caller changed the fleet's inventory")
	}
	if !reflect.DeepEqual(f.Servers(), f.Servers()) {
		t.Error("the inventory differs from one call to the next")
	}
}

func BenchmarkBuild1000(b *testing.B) {
	lib := library(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := New(Options{Servers: 1000, Library: lib, Now: func() time.Time { return noon }}); err != nil {
			b.Fatal(err)
		}
	}
}
