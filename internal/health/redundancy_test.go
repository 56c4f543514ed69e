package health

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"ironage/internal/ageing"
	"ironage/internal/fleet"
)

const tebibyte = int64(1) << 40

// bay is a disk as a controller shows it.
func bay(n int, state string) fleet.Component {
	size := tebibyte
	c := fleet.Component{Kind: fleet.Disk, Role: fleet.BMC, Name: fmt.Sprintf("Bay %d", n), Slot: fmt.Sprintf("Bay %d", n), Group: "PERC",
		Health: fleet.OK, CapacityBytes: &size, Attributes: map[string]string{"media": "hdd", "state": state}}
	switch state {
	case "failed", "offline", "missing":
		c.Health, c.Native = fleet.Critical, c.Native.Meant(state)
	case "rebuild", "foreign":
		c.Health, c.Native = fleet.Warning, c.Native.Meant(state)
	case "global spare":
		c.Attributes["spare"], c.Attributes["state"] = "global", "ready"
	}
	return c
}

// array is a volume as a controller shows it.
func array(name, level, meaning string) fleet.Component {
	h := fleet.Warning
	switch meaning {
	case "optimal":
		h = fleet.OK
	case "failed":
		h = fleet.Critical
	}
	return fleet.Component{Kind: fleet.RAIDVolume, Role: fleet.BMC, Name: name, Slot: name, Group: "PERC", Health: h,
		Native: fleet.SeenOf(fleet.Evidence{Meaning: meaning}), Attributes: map[string]string{"raid_level": level}}
}

// box is a server of one volume and disks in these states.
func box(level, meaning string, disks ...string) *fleet.State {
	st := &fleet.State{Components: []fleet.Component{array("vd0", level, meaning)}}
	for n, s := range disks {
		st.Components = append(st.Components, bay(n, s))
	}
	return st
}

func times(n int, s string, more ...string) []string {
	return append(strings.Split(strings.Repeat(s+",", n-1)+s, ","), more...)
}

// TestPriorityExamplesFromStates are those of the examples Q1 to Q16 (ageing
// reference, §4) in which a redundancy group stands, from the device's words
// to the tier. Disk 0 is the one in question.
func TestPriorityExamplesFromStates(t *testing.T) {
	const r2, r4, r5, oneYear = 0.037908, 0.393773, 0.776870, 0.012916
	var room []Redundancy // of the answer before
	failed, predictive := []ageing.Reason{ageing.ReasonFailed}, []ageing.Reason{ageing.ReasonPredictive}
	supply := func(h fleet.Health) fleet.Component {
		return fleet.Component{Kind: fleet.PSU, Role: fleet.BMC, Name: "PSU", Health: h}
	}
	for _, x := range []struct {
		id     string
		st     *fleet.State
		at     int
		c      ageing.Case
		spared int
		score  float64
		tier   ageing.Tier
		why    string
	}{
		{"Q1", box("5", "degraded", times(3, "online", "failed")...), 4, ageing.Case{Kind: "hdd", Failed: true, Reasons: failed}, 0, 50, ageing.P1,
			"RAID 5 of 4 disks, one failed: no protection left"},
		{"Q2", box("RAID 6", "partially degraded", times(5, "online", "failed")...), 6, ageing.Case{Kind: "hdd", Failed: true, Reasons: failed}, 1, 25, ageing.P2,
			"RAID 6 of 6 disks, one failed: survives one more failure"},
		{"Q3", box("5", "optimal", times(4, "online", "failed")...), 5, ageing.Case{Kind: "hdd", Failed: true, Reasons: failed}, 1, 25, ageing.P2,
			"something stands in for it already; RAID 5 of 4 disks: survives one more failure"},
		{"Q4", box("5", "optimal", times(4, "online")...), 1, ageing.Case{Kind: "hdd", P: r5, Predicts: true, Criticality: "critical", Reasons: predictive}, 1, 38.8, ageing.P1, ""},
		{"Q5", box("5", "optimal", times(4, "online")...), 1, ageing.Case{Kind: "hdd", P: r5, Predicts: true, Reasons: predictive}, 1, 19.4, ageing.P2, ""},
		{"Q6", box("RAID 0", "optimal", "online", "online"), 1, ageing.Case{Kind: "hdd", P: r5, Predicts: true, Criticality: "low", Reasons: predictive}, 0, 19.4, ageing.P2,
			"RAID 0 of 2 disks: never had protection"},
		{"Q7", box("RAID 6 (ADG)", "optimal", times(6, "online")...), 1, ageing.Case{Kind: "hdd", P: r2, Reasons: []ageing.Reason{ageing.ReasonAge}}, 2, 0.5, ageing.P4, ""},
		{"Q8", box("raid1", "optimal", "online", "online"), 1, ageing.Case{Kind: "hdd", P: r4, Reasons: []ageing.Reason{ageing.ReasonMediaErrors}}, 1, 9.8, ageing.P3, ""},
		{"Q9", &fleet.State{Components: []fleet.Component{supply(fleet.Critical), supply(fleet.OK)}}, 0,
			ageing.Case{Kind: "psu", Failed: true, Criticality: "high", Reasons: failed}, 0, 75, ageing.P1, "two power supplies, one out of order: no protection left"},
		{"Q14", box("5", "degraded", times(3, "online", "failed")...), 4, ageing.Case{Kind: "hdd", Failed: true, Criticality: "low", Reasons: failed}, 0, 25, ageing.P2, ""},
		{"Q15", box("5", "degraded", times(3, "online", "failed", "rebuild")...), 4, ageing.Case{Kind: "hdd", Failed: true, Reasons: failed}, 0, 50, ageing.P1,
			"RAID 5 of 5 disks, one failed, one rebuilding: no protection left"},
		{"Q16", box("5", "optimal", times(4, "online")...), 1, ageing.Case{Kind: "hdd", P: oneYear, Criticality: "critical"}, 1, 0.6, "", ""},
	} {
		t.Run(x.id, func(t *testing.T) {
			r := RedundancyOf(x.st)[x.at]
			if room = RedundancyIn(room, x.st); !slices.Equal(room, RedundancyOf(x.st)) {
				t.Errorf("in the room of another answer: got %+v", room)
			}
			if !r.Known || r.Spared != x.spared || x.why != "" && r.Why != x.why {
				t.Fatalf("%+v, want t = %d, %q", r, x.spared, x.why)
			}
			x.c.Spared = r.Spared
			if v := ageing.DefaultPriority().Judge(x.c); v.Score != x.score || v.Tier != x.tier {
				t.Errorf("score %v tier %q (%s), want %v %q", v.Score, v.Tier, v.Rule, x.score, x.tier)
			}
		})
	}
}

func TestRedundancyOfDisks(t *testing.T) {
	small := func(c fleet.Component) fleet.Component {
		half := tebibyte / 2
		c.CapacityBytes = &half
		return c
	}
	flash := func(c fleet.Component) fleet.Component { c.Attributes["media"] = "ssd"; return c }
	with := func(st *fleet.State, cs ...fleet.Component) *fleet.State {
		st.Components = append(st.Components, cs...)
		return st
	}
	remaining := func(st *fleet.State, n string) *fleet.State {
		st.Components[0].Attributes["remaining_redundancy"] = n
		return st
	}
	told := func(st *fleet.State, members string) *fleet.State {
		st.Components[0].Attributes["members"] = members
		return st
	}
	held := box("5", "optimal", times(3, "online", "failed")...)
	held.Holds = map[string]fleet.Hold{held.Components[0].Key(): {Health: fleet.Warning, Evidence: fleet.Evidence{Meaning: "degraded"}}}
	alone := func(st *fleet.State) *fleet.State {
		for i := range st.Components {
			st.Components[i].Group = ""
		}
		return st
	}
	for name, x := range map[string]struct {
		st     *fleet.State
		at     int
		spared int // -1: unknown
		why    string
	}{
		"hot spare":                   {box("5", "optimal", times(3, "online", "global spare")...), 1, 2, "RAID 5 of 3 disks, one hot spare: survives two more failures"},
		"the hot spare itself":        {box("5", "optimal", times(3, "online", "global spare")...), 4, 3, "idle hot spare: nothing depends on it yet"},
		"spare that is too small":     {with(box("5", "optimal", times(3, "online")...), small(bay(3, "global spare"))), 1, 1, "RAID 5 of 3 disks: survives one more failure"},
		"spare of other media":        {with(box("5", "optimal", times(3, "online")...), flash(bay(3, "global spare"))), 1, 1, "RAID 5 of 3 disks: survives one more failure"},
		"spare of another controller": {with(box("5", "optimal", times(3, "online")...), other(bay(3, "global spare"))), 1, 1, "RAID 5 of 3 disks: survives one more failure"},
		"spare cannot help RAID 0":    {box("0", "optimal", "online", "global spare"), 1, 0, "RAID 0 of 1 disk: never had protection"},
		"spare that does not start":   {box("5", "degraded", times(3, "online", "failed", "global spare")...), 1, 0, "RAID 5 of 4 disks, one failed, the hot spare has not taken over: no protection left"},
		"unassigned":                  {box("5", "optimal", times(3, "online", "ready")...), 4, 3, "belongs to no volume: nothing depends on it"},
		"passed through":              {box("5", "optimal", times(3, "online", "nonraid")...), 4, 0, "passed through: no RAID that the device knows of protects it"},
		"rebuilding member":           {box("5", "degraded", times(3, "online", "rebuild")...), 1, 0, "RAID 5 of 4 disks, one rebuilding: no protection left"},
		"rebuilding member of RAID 6": {box("6", "degraded", times(4, "online", "rebuild")...), 1, 1, "RAID 6 of 5 disks, one rebuilding: survives one more failure"},
		"foreign member":              {box("6", "degraded", times(4, "online", "foreign")...), 1, 1, "RAID 6 of 5 disks, one foreign: survives one more failure"},
		"member that is not listed":   {box("6", "partially degraded", times(4, "online")...), 1, 1, "RAID 6 of 4 disks, one missing: survives one more failure"},
		"never below 0":               {box("5", "degraded", "online", "failed", "failed", "rebuild"), 1, 0, ""},
		"volume gone":                 {box("5", "failed", "online", "failed", "failed"), 1, 0, "RAID 5 of 3 disks has failed"},
		"degraded, not yet confirmed": {held, 4, 0, "RAID 5 of 4 disks, one failed: no protection left"},
		"mirror of stripes":           {box("RAID 1/10", "optimal", times(8, "online")...), 1, 1, ""},
		"mirror of stripes, one out":  {box("RAID 10", "degraded", times(7, "online", "failed")...), 1, 0, ""},
		"three copies":                {box("RAID 1 ADM", "optimal", times(3, "online")...), 1, 2, ""},
		"device counts what is left":  {remaining(box("6", "degraded", times(4, "online")...), "0"), 1, 0, ""},
		"device counts for a layout":  {remaining(box("concatenated RAID 1", "optimal", times(4, "online")...), "1"), 1, 1, ""},
		"level of the one pool":       {with(box("", "optimal", times(4, "online")...), storagePool("Storage pool 0", "RAID 5")), 1, 1, "RAID 5 of 4 disks: survives one more failure"},
		"levels of two pools":         {with(box("", "optimal", times(4, "online")...), storagePool("Storage pool 0", "RAID 5"), storagePool("Storage pool 1", "RAID 1")), 1, -1, ""},
		"unknown level":               {box("", "optimal", times(4, "online")...), 1, -1, "the device does not say the RAID level of vd0"},
		"no volume":                   {&fleet.State{Components: []fleet.Component{bay(0, "online")}}, 0, -1, "the device does not say which disks form a volume"},
		"empty bay":                   {with(box("5", "optimal", "online"), fleet.Component{Kind: fleet.Disk, Role: fleet.BMC, Group: "PERC", Health: fleet.Absent}), 2, -1, "the place is empty"},
		"groups that nobody names":    {alone(box("5", "optimal", times(4, "online")...)), 1, 1, "RAID 5 of 4 disks: survives one more failure"},
		"two volumes, not told":       {with(box("6", "optimal", times(6, "online")...), array("vd1", "RAID 1", "optimal")), 1, 1, "one of two volumes, and the device does not say which; the weakest: RAID 1: survives one more failure"},
		"two volumes, told":           {with(told(box("6", "optimal", times(6, "online")...), "Bay 0, Bay 1, Bay 2, Bay 3"), array("vd1", "RAID 1", "optimal")), 1, 2, "RAID 6 of 4 disks: survives two more failures"},
		"two volumes, one suffers":    {with(box("5", "optimal", times(6, "online", "failed")...), array("vd1", "RAID 1", "degraded")), 7, 0, "RAID 1, degraded, on a controller with one failed: no protection left"},
		"disk beside a suffering one": {with(box("5", "optimal", times(6, "online", "failed")...), array("vd1", "RAID 1", "degraded")), 1, 0,
			"one of two volumes, and the device does not say which; the weakest: RAID 1, degraded, on a controller with one failed: no protection left"},
		"two volumes, told by rows":   {with(rows(box("6", "optimal", times(6, "online")...), "02030405"), array("vd1", "RAID 1", "degraded")), 3, 2, "RAID 6 of 4 disks: survives two more failures"},
		"rows, and one failed":        {rows(box("6", "degraded", times(4, "online", "failed")...), "0001020304"), 1, 1, "RAID 6 of 5 disks, one failed: survives one more failure"},
		"rows that say nothing":       {rows(box("6", "optimal", times(4, "online")...), "zz"), 1, 2, "RAID 6 of 4 disks: survives two more failures"},
		"told, and a spare stands in": {rows(box("5", "optimal", times(4, "online", "failed")...), "0001020304"), 5, 1, "something stands in for it already; RAID 5 of 5 disks: survives one more failure"},
		"two volumes suffer": {with(box("6", "degraded", times(6, "online", "failed", "failed")...), array("vd1", "RAID 1", "degraded")), 0, 1,
			"RAID 6, degraded, on a controller with two failed: survives one more failure"},
	} {
		t.Run(name, func(t *testing.T) {
			r := RedundancyOf(x.st)[x.at]
			got := r.Spared
			if !r.Known {
				got = -1
			}
			if got != x.spared || x.why != "" && r.Why != x.why {
				t.Errorf("t = %d, %q; want %d, %q", got, r.Why, x.spared, x.why)
			}
		})
	}
}

// rows numbers the disks and lets the volume list them.
func rows(st *fleet.State, list string) *fleet.State {
	for i := 1; i < len(st.Components); i++ {
		st.Components[i].Index = fmt.Sprintf("0.%d", i-1)
	}
	st.Components[0].Attributes["member_rows"] = list
	return st
}

func storagePool(name, level string) fleet.Component {
	return fleet.Component{Kind: fleet.Other, Role: fleet.BMC, Name: name, Health: fleet.OK, Attributes: map[string]string{"raid_level": level}}
}

func other(c fleet.Component) fleet.Component { c.Group = "HBA"; return c }

func TestRedundancyOfSoftwareRAID(t *testing.T) {
	sd := func(name string) fleet.Component {
		return fleet.Component{Kind: fleet.Disk, Role: fleet.OS, Name: name, Slot: name, Health: fleet.OK}
	}
	md := fleet.Component{Kind: fleet.RAIDVolume, Role: fleet.OS, Name: "md0", Slot: "md0", Health: fleet.OK,
		Attributes: map[string]string{"raid_level": "raid1", "disks": "3", "members": "sda1,sdb1,sdc1"}}
	st := &fleet.State{Components: []fleet.Component{md, sd("sda"), sd("sdb"), sd("sdc"), sd("sdd")}}
	rs := RedundancyOf(st)
	if r := rs[1]; !r.Known || r.Spared != 2 || r.Why != "RAID 1 of 3 disks: survives two more failures" {
		t.Errorf("a mirror of three: %+v", r)
	}
	if r := rs[4]; r.Known {
		t.Errorf("a disk that is no member: %+v", r)
	}
	delete(md.Attributes, "members")
	if r := RedundancyOf(&fleet.State{Components: []fleet.Component{md, sd("sda")}}); r[1].Known || !r[0].Known {
		t.Errorf("members not told: volume %+v, disk %+v", r[0], r[1])
	}
}

func TestRedundancyOfUnits(t *testing.T) {
	unit := func(k fleet.Kind, h fleet.Health, redundant string) fleet.Component {
		return fleet.Component{Kind: k, Role: fleet.BMC, Health: h, Attributes: map[string]string{"redundant": redundant}}
	}
	status := func(name, meaning string, h fleet.Health, attributes map[string]string) fleet.Component {
		return fleet.Component{Kind: fleet.Other, Name: name, Health: h, Native: fleet.SeenOf(fleet.Evidence{Meaning: meaning}), Attributes: attributes}
	}
	rotor := func(name, group string) fleet.Component {
		return fleet.Component{Kind: fleet.Fan, Role: fleet.BMC, Name: name, Group: group, Health: fleet.OK}
	}
	psu, fan := fleet.PSU, fleet.Fan
	for name, x := range map[string]struct {
		cs     []fleet.Component
		spared int
		why    string
	}{
		"one supply":             {[]fleet.Component{unit(psu, fleet.OK, "")}, 0, "the only power supply"},
		"two supplies":           {[]fleet.Component{unit(psu, fleet.OK, ""), unit(psu, fleet.OK, "")}, 1, "two power supplies: survives one more failure"},
		"four supplies, one out": {[]fleet.Component{unit(psu, fleet.OK, ""), unit(psu, fleet.Critical, ""), unit(psu, fleet.OK, ""), unit(psu, fleet.OK, "")}, 1, "four power supplies, one out of order: survives one more failure"},
		"two that say no":        {[]fleet.Component{unit(psu, fleet.OK, "no"), unit(psu, fleet.OK, "no")}, 0, "two power supplies, not redundant as the device says"},
		"empty bay beside one":   {[]fleet.Component{unit(psu, fleet.OK, ""), unit(psu, fleet.Absent, "")}, 0, "the only power supply"},
		"status full": {[]fleet.Component{unit(psu, fleet.OK, ""), unit(psu, fleet.OK, ""), status("System Board PS Redundancy", "full", fleet.OK, nil)}, 1,
			"System Board PS Redundancy is full as the device says: survives one more failure"},
		"status lost": {[]fleet.Component{unit(psu, fleet.OK, ""), unit(psu, fleet.OK, ""), status("Power supply redundancy", "lost", fleet.Warning, nil)}, 0,
			"Power supply redundancy is lost as the device says: no protection left"},
		"two more than needed": {[]fleet.Component{unit(psu, fleet.OK, ""), unit(psu, fleet.OK, ""), unit(psu, fleet.OK, ""),
			status("Power supply redundancy 1", "ok", fleet.OK, map[string]string{"required": "1", "fitted": "3"})}, 2, ""},
		"unknown status":        {[]fleet.Component{unit(psu, fleet.OK, ""), unit(psu, fleet.OK, ""), status("Power supply redundancy", "", fleet.Unknown, nil)}, 1, ""},
		"fans":                  {[]fleet.Component{unit(fan, fleet.OK, "yes"), unit(fan, fleet.OK, "yes"), unit(fan, fleet.OK, "yes")}, 1, "three fans: survives one more failure"},
		"fans that say nothing": {[]fleet.Component{unit(fan, fleet.OK, ""), unit(fan, fleet.Critical, "")}, -1, "two fans, one out of order; the device does not say how many may fail"},
		"rotors of modules":     {[]fleet.Component{rotor("Fan 1A", "Fan 1"), rotor("Fan 1B", "Fan 1"), rotor("Fan 2A", "Fan 2"), rotor("Fan 2B", "Fan 2")}, -1, "four fans; the device does not say how many may fail"},
		"fans of a shelf":       {[]fleet.Component{rotor("Fan 1", ""), rotor("Fan 2", "Shelf 1"), rotor("Fan 3", "Shelf 1")}, 0, "the only fan"},
		"fans, one slow":        {[]fleet.Component{unit(fan, fleet.OK, "yes"), unit(fan, fleet.Warning, "yes"), unit(fan, fleet.OK, "yes")}, 0, ""},
		"fans, status lost":     {[]fleet.Component{unit(fan, fleet.OK, ""), unit(fan, fleet.OK, ""), status("Cooling redundancy", "lost", fleet.Warning, nil)}, 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			// t = -1 stands for "not known".
			r := RedundancyOf(&fleet.State{Components: x.cs})[0]
			if r.Known != (x.spared >= 0) || r.Known && r.Spared != x.spared || x.why != "" && r.Why != x.why {
				t.Errorf("%+v; want t = %d, %q", r, x.spared, x.why)
			}
		})
	}
}

func TestNothingStandsInForAModule(t *testing.T) {
	for _, k := range []fleet.Kind{fleet.Memory, fleet.CPU, fleet.RAIDController} {
		if r := RedundancyOf(&fleet.State{Components: []fleet.Component{{Kind: k, Health: fleet.OK}}})[0]; !r.Known || r.Spared != 0 {
			t.Errorf("%s: %+v", k, r)
		}
	}
	if r := RedundancyOf(&fleet.State{Components: []fleet.Component{{Kind: fleet.NIC, Health: fleet.OK}}})[0]; r.Known {
		t.Errorf("network card: %+v", r)
	}
}

// TestLossNeverProtects: t is never negative, and a disk that fails, or a
// failed one that comes to light, never raises anybody's t.
func TestLossNeverProtects(t *testing.T) {
	states := []string{"online", "online", "online", "failed", "rebuild", "foreign", "global spare", "ready", "nonraid", ""}
	levels := []string{"0", "RAID 1", "5", "6", "10", "RAID 1/10", "", "raidz2"}
	rapid.Check(t, func(t *rapid.T) {
		st := &fleet.State{}
		for n := range rapid.IntRange(0, 3).Draw(t, "volumes") {
			v := array(fmt.Sprintf("vd%d", n), rapid.SampledFrom(levels).Draw(t, "level"), rapid.SampledFrom([]string{"optimal", "degraded", "failed", "initializing"}).Draw(t, "volume"))
			if rapid.Bool().Draw(t, "counts") {
				v.Attributes["remaining_redundancy"] = rapid.SampledFrom([]string{"0", "1", "2"}).Draw(t, "left")
			}
			st.Components = append(st.Components, v)
		}
		for n, s := range rapid.SliceOfN(rapid.SampledFrom(states), 0, 8).Draw(t, "disks") {
			st.Components = append(st.Components, bay(n, s))
		}
		before := RedundancyOf(st)
		lost := bay(99, "failed")
		after := RedundancyOf(&fleet.State{Components: append(append([]fleet.Component(nil), st.Components...), lost)})
		for i, r := range before {
			if r.Spared < 0 || r.Why == "" {
				t.Fatalf("component %d: %+v", i, r)
			}
			if after[i].Known && r.Known && after[i].Spared > r.Spared {
				t.Fatalf("a failed disk raised t of component %d: %+v, then %+v", i, r, after[i])
			}
		}
	})
}

func BenchmarkRedundancyOf(b *testing.B) {
	st := box("5", "optimal", times(12, "online")...)
	for n := range 48 {
		st.Components = append(st.Components, fleet.Component{Kind: fleet.Kinds[n%len(fleet.Kinds)], Name: fmt.Sprint(n), Role: fleet.BMC, Health: fleet.OK})
	}
	b.ReportAllocs()
	for b.Loop() {
		RedundancyOf(st)
	}
}
