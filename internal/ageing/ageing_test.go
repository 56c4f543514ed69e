package ageing

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ironage/internal/fleet"
)

var now = time.Date(2026, 1, 1, 9, 30, 0, 0, time.UTC)

func ptr(f float64) *float64 { return &f }

// TestClock holds the worked examples A1–A10 of the ageing reference.
func TestClock(t *testing.T) {
	hdd := fleet.Component{Kind: fleet.Disk, Slot: "Bay 1", Serial: "WX1", Attributes: map[string]string{"media": "hdd"}}
	with := func(c fleet.Component, change func(*fleet.Component)) *fleet.Component { change(&c); return &c }
	inventory := func(raw fleet.Date, hours float64) Age {
		c := with(hdd, func(c *fleet.Component) { c.PowerOnHours = &hours })
		return OfPart(c, &fleet.Server{Parts: []fleet.PartNote{{Serial: " wx1", InService: raw}}}, nil, now)
	}
	part := func(c *fleet.Component, s fleet.Server, seen time.Time) Age {
		return OfPart(c, &s, &fleet.State{FirstSeen: map[string]time.Time{c.Key(): seen}}, now)
	}
	dimm := &fleet.Component{Kind: fleet.Memory, Slot: "DIMM 1", Serial: "NOT AVAILABLE"}
	for _, x := range []struct {
		id     string
		age    Age
		text   string
		source Source
		years  float64
		conf   Confidence
		flags  Flags
	}{
		{"A1", inventory("2018-06-15", 0), "7.5 y", FromInventory, 7.548, High, 0},
		{"A2", part(with(hdd, func(c *fleet.Component) { c.Manufactured = "2014-W42" }), fleet.Server{}, time.Time{}), "~11.2 y", FromManufacture, 11.211, Medium, 0},
		{"A3", part(&hdd, fleet.Server{InService: "2020-11-01"}, time.Time{}), "5.2 y", FromServerInventory, 5.166, Medium, 0},
		{"A4", part(with(hdd, func(c *fleet.Component) { c.PowerOnHours = ptr(64157) }), fleet.Server{}, time.Time{}), "~7.3 y", FromPowerOn, 7.319, Medium, 0},
		{"A5", part(with(hdd, func(c *fleet.Component) { c.PowerOnHours = ptr(20326) }), fleet.Server{}, time.Time{}), "~2.3 y", FromPowerOn, 2.319, Medium, 0},
		{"A6", part(&hdd, fleet.Server{}, time.Date(2025, 10, 1, 12, 0, 0, 0, time.UTC)), ">= 0.3 y", FromFirstSeen, 0.252, Low, 0},
		{"A7", inventory("2023-01-01", 64157), "3.0 y", FromInventory, 3.001, High, OlderThanRecorded},
		{"A8", inventory("2018", 0), "~7 y", FromInventory, 7.504, High, 0},
		{"A9", inventory("2031-05-01", 0), "unknown", "", 0, None, BadDate},
		{"A10", part(dimm, fleet.Server{InService: "2018-06-15"}, time.Time{}), "7.5 y", FromServerInventory, 7.548, Medium, Untracked},
	} {
		t.Run(x.id, func(t *testing.T) {
			if got := x.age.String(); got != x.text {
				t.Errorf("shown: got %q, want %q", got, x.text)
			}
			if x.age.Source != x.source || x.age.Confidence != x.conf {
				t.Errorf("source: got %q (%s), want %q (%s)", x.age.Source, x.age.Confidence, x.source, x.conf)
			}
			if math.Abs(x.age.Years-x.years) > 0.001 {
				t.Errorf("years: got %.4f, want %.4f", x.age.Years, x.years)
			}
			if x.age.Flags != x.flags {
				t.Errorf("flags: got %v, want %v", x.age.Flags.Words(), x.flags.Words())
			}
		})
	}
	if got := inventory("2023-01-01", 64157).HazardYears; math.Abs(got-7.319) > 0.001 {
		t.Errorf("A7 hazard age: got %.4f, want 7.319", got)
	}
	disks := &fleet.State{Components: []fleet.Component{{Kind: fleet.Disk, Slot: "1", PowerOnHours: ptr(64157)}, {Kind: fleet.Disk, Slot: "2", PowerOnHours: ptr(20326)}}}
	if got := OfServer(fleet.Server{}, disks, now); got.String() != ">= 7.3 y" {
		t.Errorf("A5 server: got %s, want >= 7.3 y: a changed disk does not make it younger", got)
	}
	if got := inventory("2018-06-15", 0).Days; got != 2757 {
		t.Errorf("A1 days: got %d, want 2757", got)
	}
}

// TestBands holds the examples B1–B10.
func TestBands(t *testing.T) {
	p := DefaultPolicy()
	years := func(y float64) Age { return Age{Known: true, Years: y, Days: int(math.Round(y * DaysPerYear))} }
	seen := func(y float64) Age { a := years(y); a.Source = FromFirstSeen; return a }
	for _, x := range []struct {
		id, kind string
		age      Age
		wear     *float64
		pct      float64
		want     Band
	}{
		{"B1", "hdd", years(7.548), nil, 151.0, BandFarOver},
		{"B2", "hdd", years(4.75), nil, 95.0, BandAgeing},
		{"B3", "dimm", years(7.5), nil, 93.8, BandAgeing},
		{"B4", "psu", years(7.5), nil, 107.1, BandOver},
		{"B5", "battery", years(3.5), nil, 116.7, BandOver},
		{"B6", "ssd", years(2), ptr(92), 92.0, BandAgeing},
		{"B7", "ssd", years(2), ptr(104), 104.0, BandOver},
		{"B8", "hdd", years(4), nil, 80.0, BandAgeing},
		{"no date", "hdd", Age{}, nil, 0, BandUnknown},
		{"wear alone", "ssd", Age{}, ptr(10), 10, BandOK},
		{"seen lately", "hdd", seen(0.3), nil, 6, BandUnknown},
		{"seen lately, wear", "ssd", seen(0.3), ptr(10), 10, BandOK},
		{"seen for years", "hdd", seen(4.5), nil, 90, BandAgeing},
		{"no policy", "sensor", years(30), nil, 0, BandNone},
	} {
		t.Run(x.id, func(t *testing.T) {
			if got := p.Band(x.kind, x.age, x.wear); got != x.want {
				t.Errorf("band: got %s, want %s", got, x.want)
			}
			if pct, _ := p.Consumed(x.kind, x.age, x.wear); math.Abs(pct-x.pct) > 0.1 { // ages are whole days
				t.Errorf("consumed: got %.2f %%, want %.1f %%", pct, x.pct)
			}
		})
	}
	for _, x := range []struct {
		id   string
		end  fleet.Date
		want Cover
		days int
	}{
		{"B9", "2026-04-01", CoverExpiring, 90}, {"B10", "2026-04-02", CoverActive, 91},
		{"last day", "2026-01-01", CoverExpiring, 0}, {"yesterday", "2025-12-31", CoverExpired, -1}, {"none", "", CoverUnknown, 0},
	} {
		t.Run(x.id, func(t *testing.T) {
			if cover, days := p.Warranty(x.end, now); cover != x.want || days != x.days {
				t.Errorf("got %s (%d days), want %s (%d days)", cover, days, x.want, x.days)
			}
		})
	}
}

func TestCover(t *testing.T) {
	p := DefaultPolicy()
	for _, x := range []struct {
		s                 fleet.Server
		warranty, support Cover
		days              int
	}{
		{fleet.Server{}, CoverUnknown, CoverUnknown, 0},
		{fleet.Server{WarrantyStart: "2026-02-01", WarrantyEnd: "2029-02-01"}, CoverFuture, CoverFuture, 31},
		{fleet.Server{WarrantyStart: "2026-01-01", WarrantyEnd: "2029-02-01"}, CoverActive, CoverActive, 1127},
		{fleet.Server{WarrantyEnd: "2025-12-31"}, CoverExpired, CoverExpired, -1},
		{fleet.Server{WarrantyEnd: "2025-12-31", SupportEnd: "2027-01-01"}, CoverExpired, CoverActive, -1},
		{fleet.Server{SupportEnd: "2025-06-30"}, CoverUnknown, CoverExpired, 0},
	} {
		warranty, days, support := p.CoverOf(&x.s, now)
		if warranty != x.warranty || support != x.support || days != x.days {
			t.Errorf("%+v: got %s (%d days), support %s", x.s, warranty, days, support)
		}
	}
}

func TestParseDate(t *testing.T) {
	for _, x := range []struct {
		in   fleet.Date
		want string
		prec Precision
		bad  bool
	}{
		{"2018-05-14", "2018-05-14", Day, false}, {"2018-05", "2018-05-15", Month, false}, {"2018", "2018-07-01", Year, false},
		{"2014-W42", "2014-10-16", Week, false}, {"2014-W00", "2014-07-01", Year, false}, {"2014-W60", "2014-07-01", Year, false},
		{"2018-02-30", "", NoDate, true}, {"2018-13", "", NoDate, true}, {"14.5.2018", "", NoDate, true}, {"2018-5-1", "", NoDate, true},
		{"", "0001-01-01", NoDate, false},
	} {
		d, err := ParseDate(x.in)
		if (err != nil) != x.bad {
			t.Errorf("%q: got error %v, want bad=%v", x.in, err, x.bad)
			continue
		}
		if got := d.Time.Format(time.DateOnly); !x.bad && (got != x.want || d.Precision != x.prec) {
			t.Errorf("%q: got %s (%s), want %s (%s)", x.in, got, d.Precision, x.want, x.prec)
		}
	}
}

func TestServerAge(t *testing.T) {
	disk := func(slot, made string, hours float64) fleet.Component {
		c := fleet.Component{Kind: fleet.Disk, Slot: slot, Serial: "S" + slot, Manufactured: made}
		if hours > 0 {
			c.PowerOnHours = &hours
		}
		return c
	}
	st := &fleet.State{
		Components: []fleet.Component{disk("1", "2016-03-01", 0), disk("2", "2016-05-01", 0), disk("3", "2019-01-01", 0), disk("4", "2024-01-01", 70000)},
		Swapped:    map[string]time.Time{"disk/4": now},
		FirstSeen:  map[string]time.Time{"disk/1": now.AddDate(0, -1, 0)},
	}
	for _, x := range []struct {
		name   string
		server fleet.Server
		state  *fleet.State
		text   string
		source Source
	}{
		{"in service", fleet.Server{InService: "2017-04", Purchased: "2017-01-10"}, st, "8.7 y", FromInventory},
		{"purchased", fleet.Server{Purchased: "2017-01-10"}, st, "9.0 y", FromPurchase},
		{"median of three original parts", fleet.Server{}, st, "~9.7 y", FromEstimate},
		{"longest power-on time", fleet.Server{}, &fleet.State{Components: st.Components[3:]}, ">= 8.0 y", FromPowerOn},
		{"first seen", fleet.Server{}, &fleet.State{FirstSeen: st.FirstSeen}, ">= 0.1 y", FromFirstSeen},
		{"nothing", fleet.Server{}, nil, "unknown", ""},
		{"a date in the future is not used", fleet.Server{InService: "2031-05-01", Purchased: "2018"}, nil, "~7 y", FromPurchase},
	} {
		if a := OfServer(x.server, x.state, now); a.String() != x.text || a.Source != x.source {
			t.Errorf("%s: got %s (%s), want %s (%s)", x.name, a, a.Source, x.text, x.source)
		}
	}
}

// TestSwapEndsTheServersDate: once a slot's serial has changed, the server's
// date says nothing about the part in it.
func TestSwapEndsTheServersDate(t *testing.T) {
	c := &fleet.Component{Kind: fleet.PSU, Slot: "PS1", Serial: "NEW1"}
	s := fleet.Server{InService: "2016-06-01"}
	before := OfPart(c, &s, &fleet.State{}, now)
	after := OfPart(c, &s, &fleet.State{Swapped: map[string]time.Time{c.Key(): now.AddDate(-1, 0, 0)}}, now)
	if before.Source != FromServerInventory || after.Source != FromSwap || after.String() != "1.0 y" {
		t.Errorf("got %s (%s) then %s (%s), want the server's date, then 1.0 y (swap record)", before, before.Source, after, after.Source)
	}
}

func TestConflictingManufactureDate(t *testing.T) {
	c := &fleet.Component{Kind: fleet.Disk, Slot: "1", Serial: "X9", Manufactured: "2025-12-01"}
	a := OfPart(c, &fleet.Server{}, &fleet.State{FirstSeen: map[string]time.Time{"disk/1": now.AddDate(-1, 0, 0)}}, now)
	if a.Source != FromFirstSeen || !a.Flags.Has(DateConflict) {
		t.Errorf("got %s (%s) flags %v, want first seen with %s", a, a.Source, a.Flags.Words(), DateConflict.Words())
	}
}

func TestBadInputIsNotUsed(t *testing.T) {
	for _, h := range []float64{-1, 0, 200_001, math.NaN(), math.Inf(1)} {
		c := &fleet.Component{Kind: fleet.Disk, Slot: "1", PowerOnHours: &h}
		if a := OfPart(c, &fleet.Server{}, nil, now); a.Known {
			t.Errorf("%v hours: got %s, want unknown", h, a)
		}
	}
}

// TestProperties: whatever the dates, an age is never negative, never counted
// from an unbelievable date, and never known without a source.
func TestProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		date := rapid.Custom(func(t *rapid.T) fleet.Date {
			return fleet.Date(rapid.SampledFrom([]string{"", "1999-01-01", "2018", "2018-06", "2018-06-15", "2025-12-31", "2026-01-02", "2031", "junk"}).Draw(t, "date"))
		})
		hours := rapid.Float64Range(-10, 300_000).Draw(t, "hours")
		c := &fleet.Component{Kind: rapid.SampledFrom(fleet.Kinds).Draw(t, "kind"), Slot: "1", Serial: "A1", Manufactured: string(date.Draw(t, "made")), PowerOnHours: &hours}
		s := fleet.Server{InService: date.Draw(t, "in service"), Purchased: date.Draw(t, "purchased")}
		a := OfPart(c, &s, nil, now)
		if a.Years < 0 || a.HazardYears < a.Years {
			t.Fatalf("got %v years, hazard %v", a.Years, a.HazardYears)
		}
		if a.Known != (a.Source != "") || a.Known && (a.Since.Before(Earliest) || a.Since.After(now.AddDate(0, 0, 1))) {
			t.Fatalf("got known=%v source=%q since=%s", a.Known, a.Source, a.Since)
		}
	})
}

func TestPolicyCheck(t *testing.T) {
	if err := DefaultPolicy().Check(); err != nil {
		t.Errorf("default policy: %v", err)
	}
	bad := DefaultPolicy()
	bad.Life["hdd"], bad.OverPct = -1, 70
	if bad.Check() == nil {
		t.Error("a negative life and bands that do not rise: got no error")
	}
}

func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"2018-06-15", "2018-W53", "2018", "0000-00-00", "9999-99"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := ParseDate(fleet.Date(s))
		if err == nil && s != "" && d.Precision == NoDate {
			t.Errorf("%q: no error and no date", s)
		}
	})
}

// TestADiskAtWorkIsNoFault: what is being done to a disk, or what its counters
// say already, does not make it degraded; a failed one stays failed.
func TestADiskAtWorkIsNoFault(t *testing.T) {
	for _, x := range []struct {
		meaning          string
		health           fleet.Health
		degraded, failed bool
	}{
		{"rebuilding", fleet.Warning, false, false}, {"foreign", fleet.Warning, false, false}, {"12 reallocated sectors", fleet.Warning, false, false},
		{"degraded", fleet.Warning, true, false}, {"failed: too many media errors", fleet.Critical, false, true},
	} {
		c := &fleet.Component{Kind: fleet.Disk, Slot: "1", Serial: "A1", Health: x.health, Native: fleet.SeenOf(fleet.Evidence{Meaning: x.meaning})}
		s := NewSurvey(&fleet.Server{}, &fleet.State{Components: []fleet.Component{*c}}, now).Subject(c, Age{})
		if s.DegradedFor > 0 != x.degraded || s.Failed != x.failed {
			t.Errorf("%s: got degraded %s, failed %v", x.meaning, s.DegradedFor, s.Failed)
		}
	}
}
