package racks_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"ironage/internal/fleet"
	"ironage/internal/racks"
)

// at is a server in rack A01 of room dc1; height 0 is one unit, face "" the whole depth.
func at(name string, position, height int, face string) racks.Item {
	return racks.Item{Server: &fleet.Server{Name: name, Site: "hanoi", Room: "dc1", Rack: "A01", Position: position, Height: height, Face: face},
		Health: fleet.OK, Risk: -1}
}

// drawn is a rack as text: one line per run of equal units, the topmost first.
func drawn(r *racks.Rack) string {
	names := func(ps []*racks.Placed) string {
		var out []string
		for _, p := range ps {
			out = append(out, p.Server.Name)
		}
		return strings.Join(out, "+")
	}
	var lines []string
	for _, u := range r.Elevation() {
		if !u.Free() {
			lines = append(lines, fmt.Sprintf("%d %s|%s", u.N, names(u.Front), names(u.Rear)))
		}
	}
	for _, p := range r.Servers {
		switch p.Where {
		case racks.Outside:
			lines = append(lines, "outside "+p.Server.Name)
		case racks.Loose:
			lines = append(lines, "loose "+p.Server.Name)
		case racks.InSlot:
			lines = append(lines, p.In.Server.Name+"/"+p.Slot+" "+p.Server.Name)
		}
	}
	return strings.Join(lines, "\n")
}

var a01 = racks.ID{Site: "hanoi", Room: "dc1", Name: "A01"}

func TestElevation(t *testing.T) {
	chassis := at("enc", 1, 10, "")
	chassis.Serial = "ENC"
	chassis.Slots = []racks.Slot{{"Bay 1", "BL1"}, {"Bay 2", "GONE"}, {"Bay 3", "BL3"}}
	blade := func(name, serial string, position int) racks.Item {
		it := at(name, position, 1, "")
		it.Serial = serial
		return it
	}
	tests := []struct {
		name   string
		height int
		items  []racks.Item
		want   string
		used   int
		clash  int
	}{
		{"two heights", 0, []racks.Item{at("low", 1, 1, ""), at("high", 10, 2, "")}, "11 high|high\n10 high|high\n1 low|low", 3, 0},
		{"both faces of a unit", 0, []racks.Item{at("f", 5, 1, "front"), at("r", 5, 1, "rear")}, "5 f|r", 1, 0},
		{"only the rear", 0, []racks.Item{at("r", 5, 1, "rear")}, "5 |r", 1, 0},
		{"the same unit twice", 0, []racks.Item{at("a", 5, 2, ""), at("b", 6, 1, "front")}, "6 b+a|a\n5 a|a", 2, 2},
		{"no position", 0, []racks.Item{at("x", 0, 1, ""), at("y", -3, 1, "")}, "loose x\nloose y", 0, 0},
		{"beyond the rack", 24, []racks.Item{at("a", 24, 1, ""), at("b", 24, 2, ""), at("c", 40, 1, "")}, "24 a|a\noutside c\noutside b", 1, 0},
		{"beyond any rack", 0, []racks.Item{at("a", 1<<62, 1<<62, "")}, "outside a", 0, 0},
		{"a tall rack", 0, []racks.Item{at("a", 47, 1, "")}, "47 a|a", 1, 0},
		{"blades", 0, []racks.Item{chassis, blade("b3", "BL3", 0), blade("b1", "BL1", 4), blade("other", "BL9", 0)},
			strings.TrimSpace(strings.Repeat("enc|enc\n", 10)) + "\nenc/Bay 1 b1\nenc/Bay 3 b3\nloose other", 10, 0},
	}
	for _, x := range tests {
		t.Run(x.name, func(t *testing.T) {
			l := racks.Build(x.items, []racks.Spec{{ID: a01, Height: x.height}})
			r := l.Find(a01)
			got := drawn(r)
			if x.name == "blades" { // ten units of the same
				for n := 10; n > 0; n-- {
					got = strings.Replace(got, fmt.Sprintf("%d enc", n), "enc", 1)
				}
			}
			if got != x.want {
				t.Errorf("got\n%s\nwant\n%s", got, x.want)
			}
			if r.Sum.Used != x.used || r.Sum.Clashes != x.clash {
				t.Errorf("got %d units used and %d clashes, want %d and %d", r.Sum.Used, r.Sum.Clashes, x.used, x.clash)
			}
		})
	}
}

func TestRacksOfOneNameAreTwo(t *testing.T) {
	a, b := at("a", 1, 1, ""), at("b", 1, 1, "")
	b.Server.Room = "dc2"
	l := racks.Build([]racks.Item{a, b}, nil)
	if got := len(l.Named("A01")); got != 2 {
		t.Fatalf("got %d racks named A01, want 2", got)
	}
	if got := l.Of("b").Rack.Room; got != "dc2" {
		t.Errorf("b stands in %q, want dc2", got)
	}
	if len(l.Of("a").Clash) > 0 {
		t.Error("servers of two rooms clash")
	}
	if len(l.Rooms()) != 2 {
		t.Errorf("got %d rooms, want 2", len(l.Rooms()))
	}
}

// Two chassis that name each other stay where they are.
func TestChassisInChassis(t *testing.T) {
	a, b := at("a", 1, 10, ""), at("b", 11, 10, "")
	a.Serial, b.Serial = "A", "B"
	a.Slots, b.Slots = []racks.Slot{{"1", "B"}}, []racks.Slot{{"1", "A"}}
	l := racks.Build([]racks.Item{a, b}, nil)
	if l.Of("a").Where != racks.InUnits || l.Of("b").Where != racks.InUnits {
		t.Error("a chassis went into another one")
	}
}

func TestSums(t *testing.T) {
	a, b, c := at("a", 1, 2, ""), at("b", 5, 1, "front"), at("c", 0, 0, "")
	a.Health, a.AgeKnown, a.Over, a.Risk, a.Inlet, a.InletKnown = fleet.Critical, true, true, 0.4, 24, true
	b.AgeKnown, b.Risk, b.Inlet, b.InletKnown = true, 0.1, 31, true
	l := racks.Build([]racks.Item{a, b, c}, []racks.Spec{{ID: a01, Height: 10}, {ID: racks.ID{Site: "hanoi", Room: "dc1", Name: "A02"}, Height: 20}})
	s := l.Rooms()[0].Sum
	pct, known := s.OverPct()
	if s.Worst() != fleet.Critical || pct != 50 || !known || s.Risk != 0.4 || s.Hottest.Server.Name != "b" ||
		s.Units != 30 || s.Used != 3 || s.Free != 27 || s.Racks != 2 || s.Loose != 1 {
		t.Errorf("got %+v (%v %% over age)", s, pct)
	}
}

func TestOf(t *testing.T) {
	reading := func(v float64) *float64 { return &v }
	e := fleet.Entry{Server: fleet.Server{Name: "enc", Serial: "enc1"}, State: fleet.State{Health: fleet.Warning, Components: []fleet.Component{
		{Kind: fleet.Temperature, Name: "Ambient Zone", Reading: reading(30)},
		{Kind: fleet.Temperature, Name: "01-Inlet Ambient", Reading: reading(22)},
		{Kind: fleet.Temperature, Name: "CPU1 Temp", Reading: reading(70)},
		{Kind: fleet.Chassis, Name: "Blade 2", Serial: "bl2"},
		{Kind: fleet.Chassis, Name: "Enclosure", Serial: "ENC1"},
		{Kind: fleet.Disk, Name: "Disk 1", Serial: "D1"},
	}}}
	it := racks.Of(&e)
	if !it.InletKnown || it.Inlet != 22 || it.Serial != "ENC1" || it.Risk >= 0 || !slices.Equal(it.Slots, []racks.Slot{{"Blade 2", "BL2"}}) {
		t.Errorf("got %+v", it)
	}
}

// Whatever the inventory says, every server is somewhere, once, and the units add up.
func TestEveryServerOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 30).Draw(t, "servers")
		items := make([]racks.Item, n)
		for i := range items {
			items[i] = racks.Item{Health: fleet.Health(rapid.IntRange(0, 4).Draw(t, "health")), Risk: -1, Server: &fleet.Server{
				Name: fmt.Sprintf("s%d", i), Room: rapid.SampledFrom([]string{"", "r1"}).Draw(t, "room"),
				Rack:     rapid.SampledFrom([]string{"", "A", "B"}).Draw(t, "rack"),
				Position: rapid.SampledFrom([]int{-1, 0, 1, 2, 3, 40, 42, 43, 99, 101, 1 << 40}).Draw(t, "position"),
				Height:   rapid.SampledFrom([]int{0, 1, 2, 4, 60, 1 << 40}).Draw(t, "height"),
				Face:     rapid.SampledFrom([]string{"", "front", "rear"}).Draw(t, "face")},
				Serial: rapid.SampledFrom([]string{"", "X", "Y", "Z"}).Draw(t, "serial")}
			if s := rapid.SampledFrom([]string{"", "X", "Y", "Z"}).Draw(t, "holds"); s != "" {
				items[i].Slots = []racks.Slot{{"1", s}}
			}
		}
		spec := racks.Spec{ID: racks.ID{Name: "A"}, Height: rapid.IntRange(0, 120).Draw(t, "height")}
		l := racks.Build(items, []racks.Spec{spec})
		seen := map[string]int{}
		for _, p := range l.Nowhere {
			seen[p.Server.Name]++
		}
		for _, r := range l.Racks {
			checkRack(t, r, seen)
		}
		for _, it := range items {
			if seen[it.Server.Name] != 1 {
				t.Fatalf("%s stands in %d places", it.Server.Name, seen[it.Server.Name])
			}
			if l.Of(it.Server.Name) == nil {
				t.Fatalf("%s cannot be found", it.Server.Name)
			}
		}
	})
}

func checkRack(t *rapid.T, r *racks.Rack, seen map[string]int) {
	counted := 0
	for _, p := range r.Servers {
		seen[p.Server.Name]++
		counted++
		if p.Rack != r {
			t.Fatalf("%s does not know its rack", p.Server.Name)
		}
	}
	if r.Sum.Servers != counted || r.Sum.Used+r.Sum.Free != r.Height || r.Sum.Units != r.Height {
		t.Fatalf("rack %s does not add up: %+v, height %d, %d servers", r.Name, r.Sum, r.Height, counted)
	}
	used, onUnits := 0, map[string]bool{}
	for i, u := range r.Elevation() {
		if u.N != r.Height-i {
			t.Fatalf("unit %d stands at line %d of %d", u.N, i, r.Height)
		}
		if !u.Free() {
			used++
		}
		for _, face := range [][]*racks.Placed{u.Front, u.Rear} {
			for _, p := range face {
				onUnits[p.Server.Name] = true
				if len(face) > 1 && len(p.Clash) == 0 {
					t.Fatalf("%s shares unit %d and does not clash", p.Server.Name, u.N)
				}
			}
		}
	}
	if used != r.Sum.Used {
		t.Fatalf("rack %s: %d units used, counted %d", r.Name, used, r.Sum.Used)
	}
	for _, p := range r.Servers {
		if (p.Where == racks.InUnits) != onUnits[p.Server.Name] {
			t.Fatalf("%s is drawn: %v, where %d", p.Server.Name, onUnits[p.Server.Name], p.Where)
		}
	}
}

func BenchmarkBuild(b *testing.B) {
	items := make([]racks.Item, 10_000)
	for i := range items {
		items[i] = racks.Item{Server: &fleet.Server{Name: fmt.Sprintf("srv-%05d", i), Site: "hn", Room: fmt.Sprintf("r%d", i/4000), Rack: fmt.Sprintf("R%03d", i/34), Position: i%34 + 1, Height: 1}, Health: fleet.OK}
	}
	for b.Loop() {
		racks.Build(items, nil)
	}
}
