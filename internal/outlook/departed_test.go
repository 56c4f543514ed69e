package outlook

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"ironage/internal/ageing"
	"ironage/internal/fleet"
)

// departedDisks are disks of one model that were watched for two years and left a
// year ago; the first of them failed.
func departedDisks(n, failed int) *Inputs {
	in := &Inputs{}
	for i := range n {
		serial := fmt.Sprintf("GONE-%d", i)
		d := fleet.DepartedPart{PartID: fleet.PartID{Kind: fleet.Disk, Serial: serial}, Server: "old", Slot: fmt.Sprint("disk/", i), Left: noon.AddDate(-1, 0, 0),
			Model: "ST4000NM0033", Life: "hdd", Firmware: "GA67", Manufactured: "2018-W01", Since: "2018-01-04", Source: "made",
			Record: fleet.PartRecord{Serial: serial, FirstSeen: noon.AddDate(-3, 0, 1)}}
		in.Departed = append(in.Departed, d)
		if i < failed {
			in.Failures = append(in.Failures, ageing.Failure{Kind: "hdd", Model: "ST4000NM0033", Firmware: "GA67", Server: "old", Key: d.Slot, Serial: " gone-" + fmt.Sprint(i), At: d.Left})
		}
	}
	return in
}

// What was swapped was watched too: without it the parts that are left would have
// to explain all failures, and every model that was ever repaired looked bad.
func TestDepartedPartsWereExpectedToFail(t *testing.T) {
	here := box("a", "2020-01-03", hdd("1", nil))
	key := ageing.FleetKey{Kind: "hdd", Model: "ST4000NM0033"}
	without := departedDisks(100, 4)
	without.Departed = nil
	alone, all := built(t, without, here).learnt.factors[key], built(t, departedDisks(100, 4), here).learnt.factors[key]
	// From 5.0 to 7.0 years, less the day on which nobody looked yet.
	if got, want := all.Expected-alone.Expected, 100*(.027+.032); got < want*0.98 || got > want*1.02 {
		t.Errorf("expected of those that left: got %.3f, want %.3f", got, want)
	}
	if all.Failures != 4 || alone.Failures != 4 {
		t.Errorf("failures: got %d and %d, want 4", all.Failures, alone.Failures)
	}
	if f, g := built(t, without, here), built(t, departedDisks(100, 4), here); f.Server("a").H <= g.Server("a").H {
		t.Errorf("hazard: %.4f with all parts, %.4f without", g.Server("a").H, f.Server("a").H)
	}
}

// The week of manufacture comes from the part that left: orders do not tell it.
func TestFailuresOfOneWeek(t *testing.T) {
	in := departedDisks(40, 6)
	for i := range in.Departed {
		if i >= 8 {
			in.Departed[i].Manufactured = fmt.Sprintf("2017-W%02d", i)
		}
		in.Departed[i].Firmware = "GA67"
	}
	got := built(t, in, box("a", "2020-01-03", hdd("1", nil))).Batches()
	if len(got) != 1 || got[0].Week != "2018-W01" || got[0].Failures != 6 || got[0].Parts != 8 {
		t.Errorf("got %+v, want the eight disks of 2018-W01", got)
	}
}

// What is learnt is worked out anew when other parts left, and not before.
func TestDepartedPartsAreLearntOnce(t *testing.T) {
	set, in := DefaultSettings(), departedDisks(10, 2)
	snap := fleet.NewSnapshot(1, noon, []fleet.Entry{box("a", "2020-01-03", hdd("1", nil))})
	f := Build(nil, snap, in, &set, noon)
	same := *in
	same.Departed = slices.Clone(in.Departed)
	if next := Build(f, snap, &same, &set, noon.Add(time.Minute)); next.learnt != f.learnt {
		t.Error("the same parts left, and everything was learnt anew")
	}
	more := *departedDisks(11, 2)
	next := Build(f, snap, &more, &set, noon.Add(time.Minute))
	if next.learnt == f.learnt || next.Server("a").H >= f.Server("a").H {
		t.Errorf("another part left: hazard %.6f after %.6f", next.Server("a").H, f.Server("a").H)
	}
}

// A part that came from elsewhere was watched there before.
func TestWatchedSinceItWasFirstSeenAnywhere(t *testing.T) {
	e := box("a", "2020-01-03", hdd("1", nil))
	rec := e.State.Parts.Get("disk/1")
	rec.FirstSeen = noon.AddDate(-2, 0, 0)
	moved := box("a", "2020-01-03", hdd("1", nil))
	moved.State.Parts.Put("disk/1", rec)
	key := ageing.FleetKey{Kind: "hdd", Model: "ST4000NM0033"}
	if here, all := built(t, nil, e).learnt.factors[key].Expected, built(t, nil, moved).learnt.factors[key].Expected; all < 2*here {
		t.Errorf("expected: got %.4f since it was first seen, %.4f since it came", all, here)
	}
}
