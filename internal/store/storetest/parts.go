package storetest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ironage/internal/fleet"
)

// left is a part that left so many hours after noon.
func left(serial string, hours int) fleet.DepartedPart {
	at := Noon.Add(time.Duration(hours) * time.Hour)
	return fleet.DepartedPart{PartID: fleet.PartID{Kind: fleet.Disk, Serial: serial}, Server: "a", Slot: "disk/Bay 1", Left: at, Model: "ST1200MM0099",
		Since: "2018-05", Source: "made", Record: fleet.PartRecord{Serial: serial, FirstSeen: Noon, Hours: 40000,
			Trails: map[string]fleet.Trail{"pending": {Base: 1, BaseAt: Noon, Steps: []fleet.Step{{At: at, Value: 9}}}}}}
}

func serials(ps []fleet.DepartedPart) string {
	var out []string
	for _, p := range ps {
		out = append(out, p.Serial)
	}
	return strings.Join(out, " ")
}

func departed(t *testing.T, o Open) {
	s, ctx, ok := open(t, o, noon), t.Context(), must(t)
	psu := left("S1", 1)
	psu.Kind = fleet.PSU
	ok(s.SavePolls(ctx, fleet.Polls{States: []fleet.State{state("a", fleet.OK, Noon)}, Departed: []fleet.DepartedPart{left("S1", 1), left("S2", 2), psu}}))
	got, err := s.DepartedParts(ctx, 10)
	ok(err)
	if serials(got) != "S2 S1 S1" || got[1].Kind != fleet.Disk || got[2].Kind != fleet.PSU {
		t.Errorf("got %+v, want S2, the disk S1, the power supply S1", got)
	}
	if p := got[0]; p.Since != "2018-05" || p.Record.Hours != 40000 || p.Record.Trails["pending"].Value() != 9 || !p.Left.Equal(Noon.Add(2*time.Hour)) {
		t.Errorf("got %+v, want S2 as saved", p)
	}
	again := left("S1", 5)
	again.Server = "b"
	ok(s.SavePolls(ctx, fleet.Polls{Departed: []fleet.DepartedPart{again, left(strings.Repeat("9X", 1000), 3)}, Returned: []fleet.PartID{{Kind: fleet.Disk, Serial: "S2"}}}))
	got, err = s.DepartedParts(ctx, 10)
	ok(err)
	if serials(got) != "S1 S1" || got[0].Server != "b" {
		t.Errorf("got %+v, want the disk S1 from b and the power supply: S2 came back, and nobody has a serial of 2000 letters", got)
	}
	got, err = s.DepartedPart(ctx, "S1")
	ok(err)
	if len(got) != 2 || got[0].Kind != fleet.Disk || got[1].Kind != fleet.PSU {
		t.Errorf("by serial: got %+v, want disk and power supply", got)
	}
	if got, err := s.DepartedPart(ctx, "S2"); err != nil || len(got) != 0 {
		t.Errorf("a part that came back: got %+v, %v, want none", got, err)
	}
	if states, _, err := s.States(ctx, 0); err != nil || len(states) != 1 {
		t.Errorf("states saved with the parts: got %d, %v, want 1", len(states), err)
	}
}

func forgotten(t *testing.T, o Open) {
	s, ctx, ok := open(t, o, noon), t.Context(), must(t)
	ok(s.ForgetParts(ctx, Noon, 5)) // of none
	var ps []fleet.DepartedPart
	for i := range 10 {
		ps = append(ps, left(fmt.Sprintf("S%d", i), i))
	}
	ok(s.SavePolls(ctx, fleet.Polls{Departed: ps}))
	ok(s.ForgetParts(ctx, Noon.Add(2*time.Hour), 100))
	got, err := s.DepartedParts(ctx, 100)
	ok(err)
	if serials(got) != "S9 S8 S7 S6 S5 S4 S3 S2" {
		t.Errorf("after dropping what left before two hours: got %s, want S9 to S2", serials(got))
	}
	ok(s.ForgetParts(ctx, time.Time{}, 3))
	got, err = s.DepartedParts(ctx, 100)
	ok(err)
	if serials(got) != "S9 S8 S7" {
		t.Errorf("after dropping all but three: got %s, want S9 S8 S7", serials(got))
	}
	if got, err = s.DepartedParts(ctx, 1); err != nil || serials(got) != "S9" {
		t.Errorf("the latest one: got %s, %v, want S9", serials(got), err)
	}
}
