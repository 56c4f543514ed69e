package ageing

import (
	"math"
	"slices"
	"testing"
	"time"

	"ironage/internal/fleet"
)

// A year or month that is running may have begun before now, although it is
// counted from its middle.
func TestRunningYearIsNotTheFuture(t *testing.T) {
	now := time.Date(2026, 2, 3, 8, 0, 0, 0, time.UTC)
	for _, x := range []struct {
		date  fleet.Date
		known bool
	}{
		{"2026", true}, {"2026-02", true}, {"2026-W06", true}, {"2026-02-04", true},
		{"2027", false}, {"2026-03", false}, {"2026-W07", false}, {"2026-02-05", false}, {"1999", false},
	} {
		a := OfServer(fleet.Server{InService: x.date}, nil, now)
		if a.Known != x.known || a.Flags.Has(BadDate) == x.known || a.Days != 0 {
			t.Errorf("%s: got %v, %d days, flags %v", x.date, a, a.Days, a.Flags.Words())
		}
	}
	// A part made "2026" that came in February was not made after it came.
	key := "disk/1"
	st := &fleet.State{FirstSeen: map[string]time.Time{key: now}}
	c := fleet.Component{Kind: fleet.Disk, Slot: "1", Manufactured: "2026"}
	if a := OfPart(&c, &fleet.Server{}, st, now.AddDate(0, 9, 0)); a.Source != FromManufacture || a.Flags.Has(DateConflict) {
		t.Errorf("made 2026: got %v, flags %v", a.Label(), a.Flags.Words())
	}
	c.Manufactured = "2027"
	if a := OfPart(&c, &fleet.Server{}, st, now.AddDate(2, 0, 0)); a.Source != FromFirstSeen || !a.Flags.Has(DateConflict) {
		t.Errorf("made 2027: got %v, flags %v", a.Label(), a.Flags.Words())
	}
}

// A line of the inventory that names no serial number, or a placeholder, speaks
// of whatever was in the place when it was written.
func TestNoteAboutThePartBefore(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	key := "disk/1"
	st := &fleet.State{Parts: fleet.KeyedOf(map[string]fleet.PartRecord{key: {Serial: "SN-2", Fitted: now.AddDate(-1, 0, 0), Carried: &fleet.Carried{Server: "srv-9"}}})}
	c := fleet.Component{Kind: fleet.Disk, Slot: "1", Serial: "SN-2"}
	for serial, want := range map[string]Source{"N/A": "", "": "", "sn-2": FromInventory} {
		s := fleet.Server{Parts: []fleet.PartNote{{Kind: fleet.Disk, Slot: "1", Serial: serial, InService: "2018-06-15"}}}
		if a := OfPart(&c, &s, st, now); a.Source != want {
			t.Errorf("serial %q: got %s, want source %q", serial, a.Label(), want)
		}
	}
}

// Wear that cannot be is left out: of the risk, of the reasons and of the tier.
func TestImpossibleWearSaysNothing(t *testing.T) {
	p := DefaultPriority()
	for _, w := range []float64{256, math.Inf(1), math.NaN(), -1} {
		s := Subject{Kind: "ssd", WearPct: &w}
		if got := Reasons(&s, Standing{}); got != nil {
			t.Errorf("wear %v: got reasons %v", w, got)
		}
		c := Case{Kind: "ssd", P: 0.01, WearPct: &w, Spared: 1, Reasons: []Reason{ReasonDegraded}}
		if v := p.Judge(c); v.Tier != P3 {
			t.Errorf("wear %v: got %s by %q", w, v.Tier, v.Rule)
		}
	}
	w := 104.0
	if got := Reasons(&Subject{Kind: "ssd", WearPct: &w}, Standing{}); !slices.Equal(got, []Reason{ReasonWear}) {
		t.Errorf("wear 104: got %v", got)
	}
}

// The baseline is defined for every age and horizon.
func TestBaselineOfAnyAge(t *testing.T) {
	m := DefaultModel()
	for _, age := range []float64{10, 10.5, 1e6, 1e17, math.MaxFloat64, math.Inf(1)} {
		if got := m.Baseline("hdd", age, 0.25); math.Abs(got-0.25*.043) > 1e-12 {
			t.Errorf("hdd of %g years: got %g", age, got)
		}
	}
	for _, age := range []float64{-1, math.NaN(), math.Inf(-1)} {
		if got := m.Baseline("hdd", age, 1); math.Abs(got-.013) > 1e-12 {
			t.Errorf("hdd of %g years: got %g", age, got)
		}
	}
	if got, want := m.Baseline("hdd", 9.5, 1.5), 0.5*.042+.043; math.Abs(got-want) > 1e-12 {
		t.Errorf("hdd of 9.5 years over 1.5: got %g, want %g", got, want)
	}
}

// A chassis that was there before it was made has a wrong date, or another board.
func TestChassisMadeAfterItCame(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	st := &fleet.State{Components: []fleet.Component{{Kind: fleet.Chassis, Slot: "1", Manufactured: "2025-06-01"}},
		FirstSeen: map[string]time.Time{"chassis/1": now.AddDate(-2, 0, 0)}}
	a := OfServer(fleet.Server{}, st, now)
	if a.Source != FromFirstSeen || !a.Flags.Has(DateConflict) {
		t.Errorf("got %s, flags %v", a.Label(), a.Flags.Words())
	}
	st.Components[0].Manufactured = "2019-06-01"
	if a := OfServer(fleet.Server{}, st, now); a.Source != FromManufacture {
		t.Errorf("made before: got %s", a.Label())
	}
}

// A disk that says only in its model that it is a solid-state one is one.
func TestMediaFromTheModel(t *testing.T) {
	for model, want := range map[string]string{"INTEL SSDSC2BB480G6": "ssd", "Dell Ent NVMe AGN MU": "ssd", "ST4000NM0033": "hdd", "ST1000LX015 SSHD": "hdd", "": "hdd"} {
		if got := LifeKind(&fleet.Component{Kind: fleet.Disk, Model: model}); got != want {
			t.Errorf("%q: got %s, want %s", model, got, want)
		}
	}
	if got := LifeKind(&fleet.Component{Kind: fleet.Disk, Model: "SSD-like", Attributes: map[string]string{"media": "hdd"}}); got != "hdd" {
		t.Errorf("the device says hdd: got %s", got)
	}
}

// A batch adds one to whatever else is kept: the insurance spare is for failures
// that come alone.
func TestBatchAddsToTheInsurance(t *testing.T) {
	var g Groups
	var tally Tally
	tally.Add(PartEstimate{Group: g.Intern("hdd", "0X1", ""), Estimated: true, Insured: true, Batch: true})
	l := Forecast(&g, &tally, nil, DefaultSparePolicy())[0]
	if l.Recommended != 2 || !l.Insurance || !l.Batch {
		t.Errorf("got %+v, want one for the critical server and one for the batch", l)
	}
}

// An uncorrectable error stays one when a reboot clears the counter.
func TestErrorBeforeTheCounterBeganAnew(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for kind, counter := range map[fleet.Kind]string{fleet.Memory: "uncorrected_errors", fleet.CPU: "machine_checks"} {
		trail, _ := fleet.Trail{}.Add(0, now.AddDate(0, 0, -30))
		trail, _ = trail.Add(1, now.AddDate(0, 0, -7))
		trail, reset := trail.Add(0, now.AddDate(0, 0, -6))
		c := fleet.Component{Kind: kind, Slot: "1", Health: fleet.OK, Counters: map[string]float64{counter: 0}}
		st := &fleet.State{Parts: fleet.KeyedOf(map[string]fleet.PartRecord{c.Key(): {Trails: map[string]fleet.Trail{counter: trail}}})}
		s := NewSubject(&c, &fleet.Server{}, st, Age{}, now)
		if !reset || !slices.Equal(Reasons(&s, Standing{}), []Reason{ReasonUE}) || DefaultModel().Hazard(&s, 1) < 0.361 {
			t.Errorf("%s: got reasons %v, hazard %.3f", kind, Reasons(&s, Standing{}), DefaultModel().Hazard(&s, 1))
		}
	}
}
