package profile

import (
	"os"
	"slices"
	"strings"
	"testing"

	"ironage/internal/fleet"
)

func recording(t testing.TB, name string) *Recording {
	t.Helper()
	f, err := os.Open("testdata/" + name + ".snmprec")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }() // it was only read
	r, err := ReadRecording(f)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// expected is one component of a recording; empty fields are not compared.
type expected struct {
	key        string
	health     fleet.Health
	meaning    string
	column     string // the column of the deciding object, as ".24."
	predictive string // "true", "false"
	latched    bool
	check      func(c fleet.Component) bool
}

func compare(t *testing.T, r Reading, want []expected) {
	t.Helper()
	byKey := map[string]fleet.Component{}
	for _, c := range r.Components {
		byKey[c.Key()] = c
	}
	for _, w := range want {
		c, ok := byKey[w.key]
		if !ok {
			t.Errorf("%s: missing", w.key)
			continue
		}
		if c.Health != w.health {
			t.Errorf("%s: health: got %v (%+v), want %v", w.key, c.Health, c.Native, w.health)
		}
		if w.meaning != "" && c.Native.Meaning() != w.meaning {
			t.Errorf("%s: meaning: got %q, want %q", w.key, c.Native.Meaning(), w.meaning)
		}
		if w.column != "" && !strings.Contains(c.Native.OID(), w.column) {
			t.Errorf("%s: deciding object: got %s, want one with %s", w.key, c.Native.OID(), w.column)
		}
		if p := c.PredictiveFailure; w.predictive != "" && p != fleet.AnswerOf(w.predictive == "true") {
			t.Errorf("%s: predictive failure: got %v, want %s", w.key, p, w.predictive)
		}
		if c.Latched != w.latched {
			t.Errorf("%s: latched: got %v, want %v", w.key, c.Latched, w.latched)
		}
		if w.check != nil && !w.check(c) {
			t.Errorf("%s: unexpected facts: %+v", w.key, c)
		}
	}
	if len(r.Components) != len(want) {
		var extra []string
		for key := range byKey {
			if !slices.ContainsFunc(want, func(w expected) bool { return w.key == key }) {
				extra = append(extra, key)
			}
		}
		t.Errorf("components: got %d, want %d; not expected: %v", len(r.Components), len(want), extra)
	}
}

func TestIDRACFaults(t *testing.T) {
	m, r := read(t, builtIn(t), recording(t, "idrac-faults"))
	if got := m.Names(); !slices.Equal(got, []string{"dell-idrac"}) {
		t.Fatalf("profiles: got %v, want dell-idrac", got)
	}
	if want := (fleet.Device{Vendor: "Dell", Model: "PowerEdge R730", Serial: "TEST001", Controller: "iDRAC8", Firmware: "2.86.86.86"}); r.Device != want {
		t.Errorf("device: got %+v, want %+v", r.Device, want)
	}
	if r.RollUp == nil || r.RollUp.Health != fleet.Critical {
		t.Errorf("roll-up: got %+v, want critical", r.RollUp)
	}
	disk := func(bay string) string { return "disk/Disk.Bay." + bay + ":Enclosure.Internal.0-1:RAID.Integrated.1-1" }
	compare(t, r, []expected{
		{key: disk("3"), health: fleet.Critical, meaning: "failed", column: ".4.1.4.3", predictive: "false", latched: true,
			check: func(c fleet.Component) bool { return c.Place == "Bay 3" && c.Group == "RAID.Integrated.1-1" }},
		{key: disk("1"), health: fleet.Warning, meaning: "predictive failure", column: ".4.1.31.1", predictive: "true",
			check: func(c fleet.Component) bool {
				return c.Serial == "S0TEST01" && c.Manufactured == "2014-W42" && c.WearUsedPct == nil &&
					*c.CapacityBytes == 571776<<20 && c.Attributes["media"] == "hdd" && c.Attributes["manufactured_estimate"] == ""
			}},
		{key: disk("2"), health: fleet.Warning, meaning: "rebuild", column: ".4.1.50.2",
			check: func(c fleet.Component) bool { return c.Attributes["progress_pct"] == "37" && c.Manufactured == "" }},
		{key: disk("4"), health: fleet.Warning, meaning: "foreign"},
		{key: disk("5"), health: fleet.Absent, meaning: "removed"},
		{key: disk("6"), health: fleet.Unknown, meaning: "not a listed value: 77", column: ".4.1.4.6",
			check: func(c fleet.Component) bool { return *c.WearUsedPct == 93 }},
		{key: disk("7"), health: fleet.OK, meaning: "nonraid",
			check: func(c fleet.Component) bool {
				return c.Serial == "" && c.Attributes["manufactured_estimate"] == "2021-03-25"
			}},
		{key: "raid-volume/Disk.Virtual.0:RAID.Integrated.1-1", health: fleet.Warning,
			check: func(c fleet.Component) bool { return c.Attributes["raid_level"] == "RAID 5" }},
		{key: "raid-volume/Disk.Virtual.1:RAID.Integrated.1-1", health: fleet.OK},
		{key: "raid-controller/RAID.Integrated.1-1", health: fleet.OK, check: func(c fleet.Component) bool { return c.Model == "PERC H730 Mini" }},
		{key: "memory/DIMM Socket A1", health: fleet.Warning, meaning: "nonCritical",
			check: func(c fleet.Component) bool { return c.Place == "DIMM A1" && *c.CapacityBytes == 16<<30 }},
		{key: "memory/DIMM.Socket.A2", health: fleet.Absent},
		{key: "memory/DIMM.Socket.A3", health: fleet.OK, check: func(c fleet.Component) bool { return c.CapacityBytes == nil }},
		{key: "cpu/CPU.Socket.2", health: fleet.OK},
		{key: "cpu/CPU.Socket.1", health: fleet.Warning, meaning: "disabled by the BIOS"},
		{key: "psu/PSU.Slot.1", health: fleet.Critical},
		{key: "psu/PSU.Slot.2", health: fleet.OK, check: func(c fleet.Component) bool {
			return c.Serial == "CN7792162A0001" && c.Part == "0V1YJ6A01" && c.Vendor == "DELL" && c.Attributes["rated_watts"] == "750"
		}},
		{key: "psu/PSU.Slot.3", health: fleet.Absent},
		{key: "psu/PSU.Slot.4", health: fleet.Warning, meaning: "predictive failure", predictive: "true"},
		{key: "other/System Board PS Redundancy", health: fleet.Warning, meaning: "lost"},
		{key: "fan/System Board Fan1A", health: fleet.Critical, meaning: "below the critical limit 480"},
		{key: "temperature/System Board Inlet Temp", health: fleet.Warning, check: func(c fleet.Component) bool {
			return *c.Reading == 45 && *c.Limits.CritHigh == 47 && *c.Limits.WarnHigh == 42 && *c.Limits.WarnLow == 3 && *c.Limits.CritLow == -7
		}},
		{key: "voltage/CPU1 VCORE PG", health: fleet.Critical, meaning: "bad", check: func(c fleet.Component) bool { return c.Reading == nil }},
		{key: "current/PS1 Current 1", health: fleet.OK, check: func(c fleet.Component) bool { return *c.Reading == 0.4 && c.Unit == fleet.Ampere }},
		{key: "power/System Board Pwr Consumption", health: fleet.OK, check: func(c fleet.Component) bool { return *c.Reading == 144 && *c.Limits.CritHigh == 936 }},
		{key: "battery/System Board CMOS Battery", health: fleet.OK},
		{key: "chassis/Intrusion", health: fleet.Critical},
	})
	if len(r.Findings) != 1 || r.Findings[0].Code != "summary-disagrees" || !strings.Contains(r.Findings[0].Text, "batteries") {
		t.Errorf("findings: got %+v, want that the batteries' summary disagrees", r.Findings)
	}
}

func TestILOFaults(t *testing.T) {
	_, r := read(t, builtIn(t), recording(t, "ilo-faults"))
	if want := (fleet.Device{Vendor: "HPE", Model: "ProLiant DL380 Gen10", Serial: "CZTEST0001", Controller: "iLO 5", Firmware: "3.01"}); r.Device != want {
		t.Errorf("device: got %+v, want %+v", r.Device, want)
	}
	if r.RollUp == nil || r.RollUp.Health != fleet.Warning || r.RollUp.Seen.Meaning() != "degraded" {
		t.Errorf("roll-up: got %+v, want warning from the first byte of the array", r.RollUp)
	}
	disk := func(bay string) string { return "disk/Port=1I:Box=1:Bay=" + bay }
	compare(t, r, []expected{
		{key: disk("1"), health: fleet.Critical, meaning: "failed", column: ".1.1.6.0.0", latched: true,
			check: func(c fleet.Component) bool {
				return c.Place == "Box 1 Bay 1" && c.Attributes["failure_code"] == "21" && c.Group == "Slot 0"
			}},
		{key: disk("2"), health: fleet.Warning, meaning: "predictiveFailure", predictive: "true", latched: true},
		{key: disk("3"), health: fleet.Warning, meaning: "replaceDrive", column: ".1.1.57.0.2", predictive: "true", latched: true},
		{key: disk("4"), health: fleet.Warning, meaning: "fivePercentThreshold", predictive: "false",
			check: func(c fleet.Component) bool { return c.WearUsedPct == nil }},
		{key: disk("5"), health: fleet.OK, column: ".1.1.6.0.4", predictive: "false", check: func(c fleet.Component) bool {
			return *c.PowerOnHours == 20326 && c.Reading == nil && c.WearUsedPct == nil && c.Serial == "WTEST004" && *c.CapacityBytes == 572325<<20
		}},
		{key: disk("6"), health: fleet.Warning, meaning: "spare in use"},
		{key: disk("7"), health: fleet.Unknown, meaning: "not a listed value: 42"},
		{key: disk("8"), health: fleet.OK, check: func(c fleet.Component) bool { return *c.WearUsedPct == 0.5 }},
		{key: "raid-volume/Logical drive 1, controller 0", health: fleet.Warning, meaning: "rebuilding",
			check: func(c fleet.Component) bool { return c.Model == "RAID 5" && c.Attributes["progress_pct"] == "41" }},
		{key: "raid-controller/Slot 0", health: fleet.OK, column: ".1.1.12.0",
			check: func(c fleet.Component) bool {
				return c.Model == "p408i-a" && c.Attributes["with_its_drives"] == "failed"
			}},
		{key: "other/cache module, controller 0", health: fleet.Warning,
			check: func(c fleet.Component) bool {
				return c.Attributes["disabled_because"] == "capacitor or flash backup failure"
			}},
		{key: "battery/cache backup power, controller 0", health: fleet.Critical, meaning: "capacitor failed", latched: true},
		{key: "battery/HPE Smart Storage Battery", health: fleet.Warning, meaning: "predictive failure", predictive: "true"},
		{key: "memory/PROC 1 DIMM 1", health: fleet.Warning, column: ".13.1.20.0", predictive: "true",
			check: func(c fleet.Component) bool { return c.Vendor == "HPE" && *c.CapacityBytes == 16<<30 }},
		{key: "memory/PROC 1 DIMM 2", health: fleet.Absent, check: func(c fleet.Component) bool { return c.Vendor == "" }},
		{key: "memory/PROC 1 DIMM 3", health: fleet.Critical, meaning: "training failure"},
		{key: "memory/PROC 1 DIMM 4", health: fleet.OK, check: func(c fleet.Component) bool { return c.Manufactured == "2019-06-20" }},
		{key: "cpu/Socket 1", health: fleet.Warning, meaning: "corrected-error threshold passed", predictive: "true"},
		{key: "psu/Bay 1", health: fleet.Warning, check: func(c fleet.Component) bool { return strings.Contains(c.Attributes["cause"], "do not replace") }},
		{key: "psu/Bay 2", health: fleet.Absent},
		{key: "psu/Bay 3", health: fleet.Critical, check: func(c fleet.Component) bool { return strings.Contains(c.Attributes["cause"], "replace") }},
		{key: "fan/Fan 1", health: fleet.Absent},
		{key: "fan/Fan 2", health: fleet.Critical, check: func(c fleet.Component) bool { return c.Attributes["speed"] == "12 %" }},
		{key: "temperature/ambient", health: fleet.OK, check: func(c fleet.Component) bool { return c.Limits == nil && *c.Reading == 30 }},
		{key: "temperature/cpu #0.2", health: fleet.Warning, check: func(c fleet.Component) bool { return *c.Limits.WarnHigh == 70 && c.Limits.CritHigh == nil }},
		{key: "temperature/cpu #0.3", health: fleet.Critical, check: func(c fleet.Component) bool { return *c.Limits.CritHigh == 90 && c.Limits.WarnHigh == nil }},
	})
	if len(r.Findings) != 0 {
		t.Errorf("findings: got %+v, want none: a degraded DIMM explains the memory summary", r.Findings)
	}
}
