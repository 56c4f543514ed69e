package profile

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"ironage/internal/fleet"
	"ironage/probes/snmp"
)

// lines is a recording written in the test itself.
func lines(t testing.TB, text ...string) *Recording {
	t.Helper()
	r, err := ReadRecording(strings.NewReader(strings.Join(text, "\n")))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// reported says whether the device publishes parts of a kind.
func reported(r Reading, k fleet.Kind) bool { return !slices.Contains(r.NotReported, k) }

// openFaults are the texts of a reading's findings with their health.
func openFaults(r Reading) []string {
	var out []string
	for _, f := range r.Findings {
		out = append(out, f.Health.String()+" "+f.Key+": "+f.Text)
	}
	slices.Sort(out)
	return out
}

// TestXFusion reads the tree under the newer enterprise number.
func TestXFusion(t *testing.T) {
	m, r := read(t, builtIn(t), recording(t, "xfusion-ibmc"))
	if want := []string{"huawei-ibmc"}; !reflect.DeepEqual(m.Names(), want) {
		t.Errorf("profiles: got %v, want %v", m.Names(), want)
	}
	if want := (fleet.Device{Vendor: "Huawei", Model: "2288H V6", Serial: "2106TEST0001", Controller: "iBMC", Firmware: "3.03.07.09", Hostname: "bmc-test"}); r.Device != want {
		t.Errorf("device: got %+v, want %+v", r.Device, want)
	}
	compare(t, r, []expected{
		{key: "disk/Disk0", health: fleet.OK, predictive: "false", column: ".18.50.1.3.1", check: func(c fleet.Component) bool {
			return c.Serial == "S0TEST01" && *c.CapacityBytes == 457862<<20 && *c.WearUsedPct == 3 && *c.PowerOnHours == 20326 && *c.Reading == 31 && c.Attributes["media"] == "ssd" && c.Attributes["progress_pct"] == ""
		}},
		{key: "disk/Disk1", health: fleet.Warning, meaning: "predictive failure", predictive: "true",
			check: func(c fleet.Component) bool { return c.Counters["media_errors"] == 12 }},
		{key: "disk/Disk2", health: fleet.Critical, meaning: "failed", latched: true, check: func(c fleet.Component) bool { return c.WearUsedPct == nil }},
		{key: "disk/Disk3", health: fleet.Warning, meaning: "rebuild", check: func(c fleet.Component) bool { return c.Attributes["progress_pct"] == "40" }},
		{key: "disk/Disk slot 5", health: fleet.Absent, check: func(c fleet.Component) bool { return c.Reading == nil && c.CapacityBytes == nil }},
		{key: "disk/Disk5", health: fleet.OK, predictive: "false", check: func(c fleet.Component) bool {
			return c.Serial == "" && c.Model == "" && c.CapacityBytes == nil && c.WearUsedPct == nil && c.PowerOnHours == nil && c.Reading == nil && len(c.Counters) == 0
		}},
		{key: "disk/Disk6", health: fleet.Critical, meaning: "critical"},
		{key: "disk/Disk7", health: fleet.Unknown, meaning: "not a listed value: 33"},
		{key: "raid-volume/Logical drive 0, controller 1", health: fleet.OK, check: func(c fleet.Component) bool { return c.Attributes["raid_level"] == "RAID 1" }},
		{key: "raid-volume/Logical drive 1, controller 1", health: fleet.Warning, check: func(c fleet.Component) bool { return c.CapacityBytes == nil }},
		{key: "raid-controller/RAID Card1", health: fleet.OK, check: func(c fleet.Component) bool { return c.Firmware == "5.140.00-3515" }},
		{key: "raid-controller/RAID Card2", health: fleet.Unknown, meaning: "not readable out of band"},
		{key: "raid-controller/RAID Card3", health: fleet.Critical, meaning: "correctable memory errors, uncorrectable memory errors"},
		{key: "battery/RAID Card1 BBU", health: fleet.Warning, meaning: "voltage low, about to fail", predictive: "true"},
		{key: "battery/RAID Card3 BBU", health: fleet.Absent},
		{key: "memory/DIMM000", health: fleet.Warning, meaning: "minor", column: ".1.1.1.50.1.4.7", check: func(c fleet.Component) bool {
			return *c.CapacityBytes == 32<<30 && c.Serial == "0x1911AA00" && c.Attributes["speed"] == "2666 MHz"
		}},
		{key: "memory/DIMM001", health: fleet.Critical, meaning: "major"},
		{key: "memory/DIMM slot 3", health: fleet.Absent, check: func(c fleet.Component) bool { return c.Serial == "" && c.Vendor == "" }},
		{key: "cpu/CPU1", health: fleet.OK},
		{key: "cpu/CPU2", health: fleet.Absent},
		{key: "psu/PS1", health: fleet.OK, check: func(c fleet.Component) bool { return c.Serial == "2102TEST01" && *c.Reading == 160 }},
		{key: "psu/PS2", health: fleet.Critical},
		{key: "psu/PS3", health: fleet.Absent},
		{key: "fan/Fan1 Front", health: fleet.OK},
		{key: "fan/Fan1 Rear", health: fleet.Critical, check: func(c fleet.Component) bool { return *c.Reading == 0 }},
		{key: "fan/Fan2", health: fleet.Absent},
		{key: "temperature/Inlet Temp", health: fleet.Warning, meaning: "above the warning limit 46", check: func(c fleet.Component) bool {
			return *c.Reading == 47 && *c.Limits.CritHigh == 48 && c.Limits.CritLow == nil
		}},
		{key: "temperature/CPU1 Core Rem", health: fleet.Unknown, check: func(c fleet.Component) bool { return c.Reading == nil && c.Limits == nil }},
		{key: "temperature/Outlet Temp", health: fleet.Unknown, check: func(c fleet.Component) bool { return *c.Reading == 35.5 }},
		{key: "power/Power", health: fleet.OK},
		{key: "power/System power", health: fleet.Unknown, check: func(c fleet.Component) bool { return *c.Reading == 321 }},
		{key: "voltage/SYS 12V", health: fleet.Critical, check: func(c fleet.Component) bool { return *c.Reading == 11.1 && *c.Limits.CritLow == 11.3 }},
		{key: "voltage/CPU1 VCore", health: fleet.OK},
		{key: "current/PS1 IIn", health: fleet.Unknown, check: func(c fleet.Component) bool { return c.Reading == nil }},
		{key: "chassis/BC13MBSB", health: fleet.OK, check: func(c fleet.Component) bool {
			return c.Manufactured == "2021-06-05" && c.Serial == "024TEST001" && c.Attributes["bios"] == "0.81"
		}},
		{key: "other/Riser2", health: fleet.Absent},
		{key: "other/RAIDCard2", health: fleet.Critical, check: func(c fleet.Component) bool { return c.Attributes["type"] == "RAID card" }},
		{key: "other/mainboard", health: fleet.OK},
		{key: "other/PCIe Card 1 (NIC)", health: fleet.OK},
		{key: "other/PCIe card 2", health: fleet.Absent},
		{key: "other/SD card 1", health: fleet.Warning, check: func(c fleet.Component) bool { return c.Serial == "SDTEST01" }},
	})
	want := []string{"critical : The chassis cover was opened", "warning memory/DIMM000: DIMM000 correctable ECC errors exceed the limit"}
	if got := openFaults(r); !reflect.DeepEqual(got, want) {
		t.Errorf("findings: got %q, want %q", got, want)
	}
}

// TestHMM: a chassis is one asset, its blades are slots, and what is known of
// their parts stands with the blade's number.
func TestHMM(t *testing.T) {
	m, r := read(t, builtIn(t), recording(t, "huawei-hmm"))
	if want := []string{"huawei-hmm"}; !reflect.DeepEqual(m.Names(), want) {
		t.Errorf("profiles: got %v, want %v", m.Names(), want)
	}
	if want := (fleet.Device{Vendor: "Huawei", Serial: "2102TESTSHELF", Controller: "MM910", Hostname: "hmm-test"}); r.Device != want {
		t.Errorf("device: got %+v, want %+v", r.Device, want)
	}
	if r.RollUp == nil || r.RollUp.Health != fleet.Critical || r.RollUp.Seen.Meaning() != "minor, major" {
		t.Errorf("roll-up: got %+v, want both bits", r.RollUp)
	}
	compare(t, r, []expected{
		{key: "chassis/Shelf", health: fleet.Warning, check: func(c fleet.Component) bool { return c.Serial == "2102TESTSHELF" }},
		{key: "other/Management module", health: fleet.OK},
		{key: "power/Shelf power", health: fleet.Unknown, check: func(c fleet.Component) bool { return *c.Reading == 2450 }},
		{key: "other/Blade slot 1", health: fleet.OK, check: func(c fleet.Component) bool { return c.Place == "Blade1" }},
		{key: "other/Blade slot 2", health: fleet.Critical, meaning: "major"},
		{key: "other/Blade slot 3", health: fleet.Absent},
		{key: "other/Switch module 1", health: fleet.OK},
		{key: "fan/Fan 1", health: fleet.OK}, {key: "fan/Fan 2", health: fleet.OK},
		{key: "psu/PSU 1", health: fleet.OK}, {key: "psu/PSU 2", health: fleet.Critical},
		{key: "cpu/Blade 1 CPU1", health: fleet.OK, check: func(c fleet.Component) bool { return *c.Reading == 45 && c.Group == "Blade 1" }},
		{key: "cpu/Blade 1 CPU2", health: fleet.Absent},
		{key: "memory/Blade 2 DIMM000", health: fleet.OK}, {key: "memory/Blade 2 DIMM001", health: fleet.Warning},
		{key: "other/Blade 2 Mezz1", health: fleet.OK},
		{key: "disk/Blade 2 Disk0", health: fleet.Critical}, {key: "disk/Blade 2 Disk1", health: fleet.Absent},
		{key: "raid-controller/Blade 2 RAID controller 1", health: fleet.OK, check: func(c fleet.Component) bool { return c.Firmware == "5.140" }},
		{key: "temperature/Blade 2 temperature 1", health: fleet.Unknown, check: func(c fleet.Component) bool { return *c.Reading == 31 }},
		{key: "temperature/Blade 2 temperature 2", health: fleet.Unknown, check: func(c fleet.Component) bool { return c.Reading == nil }},
	})
}

// TestVendorNotifications: the same disk fault in both of Huawei's forms, a
// spare module of Fujitsu that is no repair, and a fault of Cisco that says its
// own severity.
func TestVendorNotifications(t *testing.T) {
	known := builtIn(t).Notifications()
	const ibmc, sc2, ucs = "1.3.6.1.4.1.58132.2.235.1.1.500.", "1.3.6.1.4.1.231.2.10.2.2.10.20.", "1.3.6.1.4.1.9.9.719."
	for _, c := range []struct {
		in    snmp.Notification
		text  string
		about string
		want  fleet.Health
	}{
		{snmp.Notification{OID: ibmc + "11.3.7", Variables: []snmp.Variable{octets(ibmc+"1.2", "Disk3"), octets(ibmc+"1.3", "Disk3 failed"), integer(ibmc+"1.4", 3), octets(ibmc+"1.8", "2106TEST0001")}},
			"disk failed: Disk3 failed", "Disk3", fleet.Critical},
		{snmp.Notification{OID: ibmc + "10.13.0.18"}, "disk recovered", "", fleet.OK},
		{snmp.Notification{OID: ibmc + "11.3.7", Variables: []snmp.Variable{integer(ibmc+"1.4", 2)}}, "disk failed", "", fleet.Warning},
		{snmp.Notification{OID: sc2 + "0.2070", Variables: []snmp.Variable{octets(sc2+"1.1.0", "fs01"), octets(sc2+"1.4.0", "DIMM-1A")}},
			"memory module failed and a hot spare took over: DIMM-1A", "DIMM-1A", fleet.Critical},
		{snmp.Notification{OID: "1.3.6.1.4.1.231.2.49.2.0.10476"}, "disk missing after a restart", "", fleet.Critical},
		{snmp.Notification{OID: ucs + "0.1", Variables: []snmp.Variable{octets(ucs+"1.1.1.1.11.101", "DDR4 A3 failed"), octets(ucs+"1.1.1.1.5.101", "sys/rack-unit-1/board/memarray-1/mem-3"), integer(ucs+"1.1.1.1.20.101", 5)}},
			"fault: sys/rack-unit-1/board/memarray-1/mem-3: DDR4 A3 failed", "sys/rack-unit-1/board/memarray-1/mem-3", fleet.Critical},
		{snmp.Notification{OID: ucs + "0.1", Variables: []snmp.Variable{integer(ucs+"1.1.1.1.20.101", 0)}}, "fault", "", fleet.OK},
	} {
		if m := known.Meaning(c.in); m.Text != c.text || m.About != c.about || m.Health != c.want {
			t.Errorf("%s: got %s %q about %q, want %s %q about %q", c.in.OID, m.Health, m.Text, m.About, c.want, c.text, c.about)
		}
	}
}
