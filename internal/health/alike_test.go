package health

import (
	"strings"
	"testing"
	"time"

	"ironage/internal/fleet"
)

func worn(used map[string]float64) func(e *fleet.Entry) {
	return func(e *fleet.Entry) {
		e.State.Components, e.State.Levels = nil, map[string]fleet.Level{}
		for slot, pct := range used {
			d := part(fleet.Disk, slot, o)
			e.State.Components = append(e.State.Components, d)
			h := w
			if pct >= 100 {
				h = c
			}
			e.State.Levels[Sample{Measure: Wear, Key: d.Key()}.ID()] = fleet.Level{Health: h, Value: pct, Since: noon}
		}
	}
}

func causeTexts(e fleet.Entry) []string {
	var out []string
	for _, c := range Causes(fleet.NewSnapshot(1, noon, []fleet.Entry{e}), noon) {
		out = append(out, c.Text)
	}
	return out
}

func TestManyWornDisksAreOneLine(t *testing.T) {
	many := map[string]float64{}
	for _, n := range strings.Fields("0 1 2 3 4 5 6 7 8 9 10 11 12 13") {
		many["Bay "+n] = 90
	}
	for _, tc := range []struct {
		name string
		used map[string]float64
		want string
	}{
		{"six", map[string]float64{"Bay 2": 96, "Bay 3": 87.4, "Bay 10": 99, "Bay 4": 90, "Bay 5": 91, "Bay 6": 92},
			"6 disks have used 87–99 % of their endurance: Bay 2, 3, 4, 5, 6, 10"},
		{"two keep their lines", map[string]float64{"Bay 2": 96, "Bay 3": 87},
			"disk Bay 2 has used 96 % of its endurance\ndisk Bay 3 has used 87 % of its endurance"},
		{"what is used up keeps its own", map[string]float64{"Bay 1": 101, "Bay 2": 96, "Bay 3": 87, "Bay 4": 87},
			"disk Bay 1 has used 101 % of its endurance\n3 disks have used 87–96 % of their endurance: Bay 2, 3, 4"},
		{"equally worn, in different boxes", map[string]float64{"Box 1 Bay 1": 90, "Box 1 Bay 2": 90, "Box 2 Bay 1": 90},
			"3 disks have used 90 % of their endurance: Box 1 Bay 1, Box 1 Bay 2, Box 2 Bay 1"},
		{"very many", many, "14 disks have used 90 % of their endurance: Bay 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 2 more"},
		{"nothing in common", map[string]float64{"front": 90, "rear": 91, "M.2": 92}, "3 disks have used 90–92 % of their endurance: M.2, front, rear"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := strings.Join(causeTexts(entry("a", "hn", "A", worn(tc.used))), "\n"); got != tc.want {
				t.Errorf("got\n%s\nwant\n%s", got, tc.want)
			}
		})
	}
}

func TestOneLineForWornDisksKeepsEachOfThem(t *testing.T) {
	e := entry("a", "hn", "A", worn(map[string]float64{"Bay 1": 90, "Bay 2": 95, "Bay 3": 91}))
	e.State.Findings[0].Since = noon.Add(-time.Hour)
	cs := Causes(fleet.NewSnapshot(1, noon, []fleet.Entry{e}), noon)
	if len(cs) != 1 || cs[0].Key != "disk/Bay 2" || strings.Join(cs[0].Keys, " ") != "disk/Bay 1 disk/Bay 2 disk/Bay 3" || !cs[0].Since.Equal(noon.Add(-time.Hour)) {
		t.Errorf("got %+v, want one cause at the most worn disk, with all three, since the first", cs)
	}
	e.State.Findings[2].Acknowledged = true
	if cs = Causes(fleet.NewSnapshot(1, noon, []fleet.Entry{e}), noon); len(cs) != 3 {
		t.Errorf("one of them acknowledged: got %d causes, want each by itself", len(cs))
	}
}

func TestADevicesWordIsNotRepeated(t *testing.T) {
	for _, tc := range []struct{ verb, word, want string }{
		{"failed", "failed", ""},
		{"failed", "Failure", ""},
		{"failed", "AC lost", " (AC lost)"},
		{"failed", "generalFailure", " (generalFailure)"},
		{"is degraded", "degraded", ""},
		{"reads critical", "critical", ""},
		{"reads warning", "nonCritical", " (nonCritical)"},
		{"predicts its own failure", "predictive failure", ""},
		{"predicts its own failure", "predictiveFailure", ""},
		{"reads warning", "predictiveFailure", " (predictiveFailure)"},
	} {
		p := part(fleet.PSU, "1", c)
		p.Native = p.Native.Meant(tc.word)
		if got := meaning(&p, tc.verb); got != tc.want {
			t.Errorf("%s, device says %q: got %q, want %q", tc.verb, tc.word, got, tc.want)
		}
	}
}
