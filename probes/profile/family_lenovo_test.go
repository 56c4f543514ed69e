package profile

import (
	"slices"
	"strings"
	"testing"

	"ironage/internal/fleet"
)

// described reports whether the facts of a component are these; an empty text
// must be empty.
func described(place, vendor, model, serial, part string) func(fleet.Component) bool {
	return func(c fleet.Component) bool {
		return c.Place == place && c.Vendor == vendor && c.Model == model && c.Serial == serial && c.Part == part
	}
}

// reads reports whether a component has this reading, and no other limits than
// these (low to high, 0 for none).
func reads(value float64, unit fleet.Unit, limits ...float64) func(fleet.Component) bool {
	return func(c fleet.Component) bool {
		if c.Reading == nil || *c.Reading != value || c.Unit != unit {
			return false
		}
		var got []float64
		if l := c.Limits; l != nil {
			for _, p := range []*float64{l.CritLow, l.WarnLow, l.WarnHigh, l.CritHigh} {
				if p == nil {
					p = new(float64)
				}
				got = append(got, *p)
			}
		}
		return slices.Equal(got, limits)
	}
}

func texts(fs []fleet.Finding) []string {
	var out []string
	for _, f := range fs {
		out = append(out, f.Health.String()+" "+f.Key+" "+f.Text)
	}
	slices.Sort(out)
	return out
}

func TestXCCFaults(t *testing.T) {
	m, r := read(t, builtIn(t), recording(t, "xcc-faults"))
	if got := m.Names(); !slices.Equal(got, []string{"lenovo-xcc"}) {
		t.Fatalf("profiles: got %v, want lenovo-xcc", got)
	}
	if want := (fleet.Device{Vendor: "Lenovo", Model: "ThinkSystem SR650", Serial: "J3TEST01", Controller: "XClarity Controller", Firmware: "TEI3 4.83"}); r.Device != want {
		t.Errorf("device: got %+v, want %+v", r.Device, want)
	}
	if r.RollUp == nil || r.RollUp.Health != fleet.Critical {
		t.Errorf("roll-up: got %+v, want critical", r.RollUp)
	}
	ssd := func(serial, place string, wear float64) func(fleet.Component) bool {
		return func(c fleet.Component) bool {
			return c.Serial == serial && c.Place == place && c.WearUsedPct != nil && *c.WearUsedPct == wear && *c.Reading == 31 &&
				c.Attributes["media"] == "ssd" && c.Attributes["bus"] == "sata" && c.Firmware == "HXT7" && *c.CapacityBytes>>20 == 456809
		}
	}
	compare(t, r, []expected{
		{key: "disk/Drive 0", health: fleet.OK, column: ".1.3.1.11.1", predictive: "false", check: ssd("DTEST000", "Bay 0", 3)},
		{key: "disk/Drive 1", health: fleet.Warning, column: ".1.3.1.24.2", predictive: "true", check: func(c fleet.Component) bool {
			return ssd("DTEST001", "Bay 1", 92)(c) && c.Counters["media_errors"] == 12 && c.Counters["other_errors"] == 1
		}},
		{key: "disk/Drive 2", health: fleet.Critical, column: ".1.3.1.11.3", predictive: "false", latched: true,
			check: func(c fleet.Component) bool { return c.WearUsedPct == nil && c.Attributes["media"] == "hdd" }},
		{key: "disk/Drive 3", health: fleet.Warning, meaning: "rebuilding", check: func(c fleet.Component) bool { return c.WearUsedPct == nil }},
		{key: "disk/M.2 Drive 0", health: fleet.Warning, column: ".12.2.1.3.40", check: described("", "", "", "", "")},
		{key: "raid-volume/VD_0", health: fleet.Warning, meaning: "degraded"},
		{key: "raid-volume/VD_1", health: fleet.Critical, meaning: "failed", latched: true},
		{key: "other/Storage pool Pool 0", health: fleet.Unknown},
		{key: "raid-controller/RAID 930-8i", health: fleet.OK, meaning: "cache in order",
			check: described("", "", "ThinkSystem RAID 930-8i 2GB Flash", "RCTEST01", "SR17A")},
		{key: "raid-controller/RAID 530-8i", health: fleet.OK, meaning: "answers"},
		{key: "battery/Battery of RAID 930-8i", health: fleet.Warning, check: func(c fleet.Component) bool { return *c.Reading == 29 && c.Serial == "BATTEST1" }},
		{key: "battery/Battery of RAID 530-8i", health: fleet.Absent},
		{key: "memory/DIMM 1", health: fleet.OK, check: func(c fleet.Component) bool {
			return c.Manufactured == "2022-W42" && *c.CapacityBytes == 32<<30 && c.Part == "M393TEST" && c.Serial == "S0000001" && c.Attributes["speed"] == "2666 MHz"
		}},
		{key: "memory/DIMM 2", health: fleet.Warning, check: func(c fleet.Component) bool { return c.Manufactured == "2018-W09" }},
		{key: "memory/DIMM 3", health: fleet.Absent},
		{key: "memory/DIMM 4", health: fleet.Critical, check: func(c fleet.Component) bool { return c.Manufactured == "" && c.Serial == "" }},
		{key: "cpu/CPU 1", health: fleet.OK, check: func(c fleet.Component) bool { return c.Vendor == "Intel" && c.Attributes["cores"] == "16" }},
		{key: "cpu/CPU 2", health: fleet.Unknown},
		{key: "psu/Power Supply 1", health: fleet.OK, check: described("", "", "", "PSUTEST1", "SP57A")},
		{key: "psu/Power Supply 2", health: fleet.Critical},
		{key: "psu/Power Supply 3", health: fleet.Absent},
		{key: "fan/Fan 1 Front Tach", health: fleet.OK, check: reads(24, fleet.Percent)},
		{key: "fan/Fan 2 Front Tach", health: fleet.Critical, check: func(c fleet.Component) bool { return c.Reading == nil }},
		{key: "fan/Fan 6 Front Tach", health: fleet.Absent, meaning: "optional fan not fitted"},
		{key: "temperature/Ambient Temp", health: fleet.OK, check: reads(26, fleet.Celsius, 0, 0, 43, 47)},
		{key: "temperature/CPU 1 Temp", health: fleet.Warning, check: reads(101, fleet.Celsius, 0, 0, 100, 105)},
		{key: "temperature/CPU 1 DTS", health: fleet.OK, check: reads(0, fleet.Celsius)},
		{key: "temperature/Exhaust Temp", health: fleet.Absent},
		{key: "temperature/PCIe 1 Temp", health: fleet.Unknown, check: func(c fleet.Component) bool { return c.Reading == nil }},
		{key: "voltage/CMOS Battery", health: fleet.Warning, check: reads(2.31, fleet.Volt, 2.249, 2.392, 0, 0)},
		{key: "power/System power", health: fleet.OK, check: reads(212, fleet.Watt)},
	})
	want := []string{
		"critical  Uncorrectable PCIe error in slot 3",
		"critical disk/Drive 2 The Drive 2 has been disabled due to a detected fault",
	}
	if got := texts(r.Findings); !slices.Equal(got, want) {
		t.Errorf("findings: got %q, want %q", got, want)
	}
	if r.Totals.MemoryBytes == nil || *r.Totals.MemoryBytes != 96<<30 || *r.Totals.CPUSockets != 2 || *r.Totals.CPUCores != 32 {
		t.Errorf("totals: got %+v, want 96 GiB, 2 sockets, 32 cores of the server, nothing of its controller", r.Totals)
	}
}

func TestXCCRollUpOutOfEvents(t *testing.T) {
	vars := slices.DeleteFunc(recording(t, "xcc-faults").Variables(), underAny("1.3.6.1.4.1.19046.11.1.1.4.1"))
	if _, r := read(t, builtIn(t), NewRecording(vars)); r.RollUp == nil || r.RollUp.Health != fleet.Critical || r.RollUp.Seen.Value() != "Error" {
		t.Errorf("got %+v, want critical because of the worst open event", r.RollUp)
	}
}

func TestXCCSwitchedOff(t *testing.T) {
	vars := append(recording(t, "xcc-faults").Variables(), number32("1.3.6.1.4.1.19046.11.1.5.1.1.0", 0))
	_, r := read(t, builtIn(t), NewRecording(vars))
	for _, c := range r.Components {
		if c.Kind == fleet.Fan && c.Health == fleet.Absent {
			t.Errorf("%s is absent; want it fitted: no fan of a server that is off turns", c.Key())
		}
	}
}

func TestIMMFirstGeneration(t *testing.T) {
	m, r := read(t, builtIn(t), recording(t, "imm1-faults"))
	if got := m.Names(); !slices.Equal(got, []string{"ibm-imm"}) {
		t.Fatalf("profiles: got %v, want ibm-imm", got)
	}
	if want := (fleet.Device{Vendor: "IBM", Model: "System x3650 M2", Serial: "KDTEST1", Controller: "IMM", Firmware: "YUOOTEST"}); r.Device != want {
		t.Errorf("device: got %+v, want %+v", r.Device, want)
	}
	if r.RollUp == nil || r.RollUp.Health != fleet.Critical || r.RollUp.Seen.Meaning() != "nonRecoverable" {
		t.Errorf("roll-up: got %+v, want critical: 0 is the worst value", r.RollUp)
	}
	compare(t, r, []expected{
		{key: "memory/DIMM 1", health: fleet.Unknown, check: func(c fleet.Component) bool { return c.Manufactured == "2010-W45" && *c.CapacityBytes == 4<<30 }},
		{key: "memory/DIMM 4", health: fleet.Unknown},
		{key: "cpu/CPU 1", health: fleet.Unknown},
		{key: "fan/Fan 1A Tach", health: fleet.OK, check: func(c fleet.Component) bool { return reads(56, fleet.Percent)(c) && c.Group == "Fan 1" }},
		{key: "fan/Fan 1B Tach", health: fleet.Unknown, meaning: "offline"},
		{key: "fan/Fan 2A Tach", health: fleet.Unknown, meaning: "unavailable"},
		{key: "temperature/Ambient Temp", health: fleet.Warning, check: reads(39, fleet.Celsius, 0, 0, 38, 41)},
		{key: "temperature/CPU 1 Temp", health: fleet.Unknown, check: reads(60, fleet.Celsius)},
		{key: "voltage/Planar VBAT", health: fleet.Warning, check: reads(2.18, fleet.Volt, 2.1, 2.25, 0, 0)},
		{key: "voltage/VCore", health: fleet.Unknown, check: reads(1.1, fleet.Volt)},
		{key: "voltage/Planar 12V", health: fleet.Critical, meaning: "below the critical limit 10.69"},
	})
	if got, want := texts(r.Findings), []string{"critical  Power Supply 2 power failure", `warning  the light "PS" is lit`}; !slices.Equal(got, want) {
		t.Errorf("findings: got %q, want %q", got, want)
	}
	for _, k := range []fleet.Kind{fleet.Disk, fleet.PSU, fleet.RAIDController} {
		if !slices.Contains(r.NotReported, k) {
			t.Errorf("%s: want it among what the device does not publish; got %v", k, r.NotReported)
		}
	}
}

func TestIMM2Faults(t *testing.T) {
	_, r := read(t, builtIn(t), recording(t, "imm2-faults"))
	if r.Device.Controller != "IMM2" || r.Device.Vendor != "Lenovo" || r.RollUp == nil || r.RollUp.Health != fleet.Warning {
		t.Errorf("got %+v and %+v, want Lenovo's IMM2 with a warning", r.Device, r.RollUp)
	}
	compare(t, r, []expected{
		{key: "disk/Drive 0", health: fleet.Warning, meaning: "predictive failure", predictive: "true", check: func(c fleet.Component) bool {
			return c.Firmware == "B53C" && c.Attributes["fru"] == "90Y8873" && c.Part == "90Y8876" && *c.CapacityBytes == 558<<30
		}},
		{key: "disk/Drive 1", health: fleet.Warning, column: ".12.2.1.3.1"},
		{key: "disk/eXFlash DIMM 1", health: fleet.OK, check: func(c fleet.Component) bool { return c.Attributes["media"] == "ssd" && c.Serial == "FTEST001" }},
		{key: "memory/DIMM 1", health: fleet.OK, check: func(c fleet.Component) bool { return c.Manufactured == "2016-W10" }},
		{key: "memory/DIMM 9", health: fleet.Critical, meaning: "neither normal nor warning"},
		{key: "psu/Power 1", health: fleet.OK, check: described("", "", "", "PSUTEST3", "94Y8111")},
		{key: "psu/Power 2", health: fleet.Unknown},
		{key: "fan/Fan 1A Tach", health: fleet.OK, check: reads(30, fleet.Percent)},
		{key: "fan/Fan 6A Tach", health: fleet.Absent},
		{key: "fan/Fan 2A Tach", health: fleet.Critical},
	})
}

func TestServeRAID(t *testing.T) {
	const raid = "1.3.6.1.4.1.2.6.167.2.1.2."
	rec, err := ReadRecording(strings.NewReader("1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.8072.3.2.10\n" +
		raid + "2.1.4.3.49.46.48|4|ST973402SS\n" + raid + "2.1.5.3.49.46.48|2|70006\n" + raid + "2.1.6.3.49.46.48|2|2\n" + raid + "2.1.9.3.49.46.48|2|1\n" +
		raid + "2.1.6.3.49.46.49|2|2\n" + raid + "2.1.9.3.49.46.49|2|2\n" + raid + "2.1.6.3.49.46.50|2|1\n" + raid + "2.1.6.3.49.46.51|2|7\n" +
		raid + "3.1.3.1.49|2|2\n"))
	if err != nil {
		t.Fatal(err)
	}
	m, r := read(t, builtIn(t), rec)
	if got := m.Names(); !slices.Equal(got, []string{"ibm-serveraid", "net-snmp"}) {
		t.Fatalf("profiles: got %v, want ibm-serveraid and net-snmp", got)
	}
	compare(t, r, []expected{
		{key: "disk/1.0", health: fleet.OK, predictive: "false", check: func(c fleet.Component) bool { return c.Model == "ST973402SS" && *c.CapacityBytes == 70006<<20 }},
		{key: "disk/1.1", health: fleet.Warning, predictive: "true"},
		{key: "disk/1.2", health: fleet.Critical, latched: true},
		{key: "disk/1.3", health: fleet.Absent},
		{key: "raid-volume/1", health: fleet.Warning, meaning: "redundancy lost"},
	})
}
