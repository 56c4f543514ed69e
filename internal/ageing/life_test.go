package ageing

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"ironage/internal/fleet"
)

// TestLifeOf: model before vendor before kind, and 0 years mean no policy.
func TestLifeOf(t *testing.T) {
	p := DefaultPolicy()
	p.Models = map[string]float64{"ST4000NM0033": 6, "9ZM170-003": 4}
	p.Vendors = map[string]float64{"hdd/seagate": 5.5, "fan/delta": 0, "psu/delta power": 9}
	p.Life["nic"] = 0
	for _, x := range []struct {
		c     fleet.Component
		years float64
		rule  string
		band  Band
	}{
		{fleet.Component{Kind: fleet.Disk, Vendor: "Seagate", Model: " st4000nm0033 "}, 6, "model ST4000NM0033", BandAgeing},
		{fleet.Component{Kind: fleet.Disk, Vendor: "Seagate", Model: "ST4000NM0033", Part: "9ZM170-003"}, 4, "model 9ZM170-003", BandOver},
		{fleet.Component{Kind: fleet.Disk, Vendor: "SEAGATE", Model: "ST2000"}, 5.5, "hdd/seagate", BandAgeing},
		{fleet.Component{Kind: fleet.PSU, Vendor: "Delta  Power"}, 9, "psu/delta power", BandOK},
		{fleet.Component{Kind: fleet.Disk, Vendor: "Toshiba"}, 5, "hdd", BandOver},
		{fleet.Component{Kind: fleet.Fan, Vendor: "Delta"}, 0, "fan/delta", BandNone},
		{fleet.Component{Kind: fleet.NIC}, 0, "nic", BandNone},
		{fleet.Component{Kind: fleet.Temperature}, 0, "", BandNone},
	} {
		age := Age{Known: true, Years: 5, Days: 1827}
		years, rule := p.LifeOf(&x.c)
		band, pct := p.BandOf(&x.c, age)
		if years != x.years || rule != x.rule || band != x.band {
			t.Errorf("%s %s %s: got %v y by %q, %s; want %v y by %q, %s", x.c.Kind, x.c.Vendor, x.c.Model, years, rule, band, x.years, x.rule, x.band)
		}
		if want := 100 * float64(age.Days) / (years * DaysPerYear); band != BandNone && !near(pct, want) || band == BandNone && !math.IsNaN(pct) {
			t.Errorf("%s %s: got %v %% consumed, want %v", x.c.Kind, x.c.Model, pct, want)
		}
	}
	if band, pct := p.BandOf(&fleet.Component{Kind: fleet.CPU}, Age{}); band != BandUnknown || !math.IsNaN(pct) {
		t.Errorf("no age: got %s, %v %%", band, pct)
	}
	p.Models["X"] = math.NaN()
	if err := p.Check(); err == nil || !strings.Contains(err.Error(), "life of X") {
		t.Errorf("a life that is no number: got %v", err)
	}
}

// TestPolicyIsTheReference is the second copy of the reference's §2.1 and §2.2.
func TestPolicyIsTheReference(t *testing.T) {
	const want = "ageing.Policy{Life:map[string]float64{\"battery\":3, \"board\":7, \"capacitor\":7, \"cmos\":6, \"controller\":7, \"cpu\":8, " +
		"\"dimm\":8, \"fan\":7, \"hdd\":5, \"nic\":8, \"psu\":7, \"server\":5, \"ssd\":5}, Models:map[string]float64(nil), Vendors:map[string]float64(nil), " +
		"AgeingPct:80, OverPct:100, FarOverPct:150, ExpiringDays:90}"
	if got := fmt.Sprintf("%#v", DefaultPolicy()); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestLifeKind(t *testing.T) {
	for _, x := range []struct {
		c    fleet.Component
		want string
	}{
		{fleet.Component{Kind: fleet.Disk}, "hdd"},
		{fleet.Component{Kind: fleet.Disk, Attributes: map[string]string{"media": "SSD"}}, "ssd"},
		{fleet.Component{Kind: fleet.Disk, Attributes: map[string]string{"bus": "nvme"}}, "ssd"},
		{fleet.Component{Kind: fleet.Disk, WearUsedPct: ptr(3)}, "ssd"},
		{fleet.Component{Kind: fleet.Disk, WearUsedPct: ptr(3), Attributes: map[string]string{"media": "hdd"}}, "hdd"},
		{fleet.Component{Kind: fleet.Battery, Name: "PERC1 ROMB Battery"}, "battery"},
		{fleet.Component{Kind: fleet.Battery, Name: "System Board CMOS Battery"}, "cmos"},
		{fleet.Component{Kind: fleet.Battery, Name: "VBAT"}, "cmos"},
		{fleet.Component{Kind: fleet.Battery, Name: "CVPM02"}, "capacitor"},
		{fleet.Component{Kind: fleet.Other, Name: "Disk backplane 1"}, "board"},
		{fleet.Component{Kind: fleet.Other, Name: "System Board PS Redundancy"}, ""},
		{fleet.Component{Kind: fleet.Other, Name: "Watchdog"}, ""},
		{fleet.Component{Kind: fleet.Chassis, Name: "System Board"}, ""},
		{fleet.Component{Kind: fleet.RAIDVolume}, ""},
	} {
		if got := LifeKind(&x.c); got != x.want {
			t.Errorf("%s %q %v: got %q, want %q", x.c.Kind, x.c.Name, x.c.Attributes, got, x.want)
		}
	}
}
