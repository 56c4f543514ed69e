package profile

import (
	"math"
	"reflect"
	"testing"

	"ironage/internal/fleet"
)

// TestFujitsu reads an iRMC that hides behind the object id of Net-SNMP.
func TestFujitsu(t *testing.T) {
	m, r := read(t, builtIn(t), recording(t, "fujitsu-irmc"))
	if want := []string{"fujitsu-irmc"}; !reflect.DeepEqual(m.Names(), want) {
		t.Errorf("profiles: got %v, want %v", m.Names(), want)
	}
	if want := (fleet.Device{Vendor: "Fujitsu", Model: "PRIMERGY RX2540 M4", Serial: "YMTEST0001", Controller: "iRMC S5", Firmware: "2.50P"}); r.Device != want {
		t.Errorf("device: got %+v, want %+v", r.Device, want)
	}
	if r.RollUp == nil || r.RollUp.Health != fleet.Critical {
		t.Errorf("roll-up: got %+v, want critical", r.RollUp)
	}
	if got := r.Totals.MemoryBytes; got == nil || *got != 128<<30 {
		t.Errorf("memory: got %v, want the installed memory without the persistent module", got)
	}
	disk := func(target string) string { return "disk/Controller 0 channel 0 target " + target + " LUN 0" }
	compare(t, r, []expected{
		{key: disk("8"), health: fleet.OK, predictive: "false", check: func(c fleet.Component) bool {
			return c.Serial == "SNTEST01" && *c.CapacityBytes == 1907729<<20 && c.Group == "Slot 2" && c.Attributes["bus"] == "sas" && len(c.Counters) == 1
		}},
		{key: disk("9"), health: fleet.Warning, meaning: "failurePredicted", predictive: "true",
			check: func(c fleet.Component) bool { return c.Counters["reallocated"] == 7 && c.Counters["errors"] == 44 }},
		{key: disk("10"), health: fleet.Critical, meaning: "failed", latched: true},
		{key: disk("11"), health: fleet.Warning, meaning: "rebuilding"},
		{key: disk("14"), health: fleet.Warning, meaning: "foreign configuration"},
		{key: disk("15"), health: fleet.Unknown, meaning: "not a listed value: 42"},
		{key: disk("16"), health: fleet.Critical, meaning: "offline", latched: true,
			check: func(c fleet.Component) bool { return c.Attributes["smart"] == "none reported" }},
		{key: "disk/Controller 1 channel 0 target 0 LUN 0", health: fleet.OK, meaning: "hotspareDedicated",
			check: func(c fleet.Component) bool { return *c.CapacityBytes == 1863<<30 }},
		{key: "raid-volume/Logical drive 0, controller 0", health: fleet.Warning, meaning: "degraded",
			check: func(c fleet.Component) bool {
				return c.Attributes["raid_level"] == "RAID 1" && c.Attributes["label"] == "system" && *c.CapacityBytes == 1907729<<20 && c.Attributes["progress_pct"] == ""
			}},
		{key: "raid-volume/Logical drive 1, controller 0", health: fleet.Warning, meaning: "rebuilding",
			check: func(c fleet.Component) bool {
				return c.Attributes["progress_pct"] == "37" && c.Attributes["raid_level"] == "RAID 5"
			}},
		{key: "raid-volume/Logical drive 0, controller 1", health: fleet.OK, meaning: "online"},
		{key: "raid-controller/Slot 2", health: fleet.OK, check: func(c fleet.Component) bool {
			return c.Serial == "SKTEST01" && c.Attributes["cache_mb"] == "2048"
		}},
		{key: "raid-controller/Slot 3", health: fleet.Warning, meaning: "prefailure"},
		{key: "battery/BBU, controller 0", health: fleet.Warning, meaning: "discharging"},
		{key: "battery/BBU, controller 1", health: fleet.Absent},
		{key: "battery/BATT 3.0V", health: fleet.Warning, predictive: "true"},
		{key: "memory/DIMM-1A", health: fleet.OK, predictive: "false", check: func(c fleet.Component) bool {
			return *c.CapacityBytes == 32<<30 && c.Counters["corrected_errors"] == 12 && c.WearUsedPct == nil && c.PowerOnHours == nil && c.Attributes["speed"] == "2666 MHz"
		}},
		{key: "memory/DIMM-2A", health: fleet.Absent},
		{key: "memory/DIMM-1B", health: fleet.Warning, predictive: "true",
			check: func(c fleet.Component) bool { return c.Counters["uncorrected_errors"] == 1 }},
		{key: "memory/DIMM-1C", health: fleet.Critical, latched: true},
		{key: "memory/DIMM-1D", health: fleet.Warning, meaning: "configurationError"},
		{key: "memory/DIMM-1E", health: fleet.Warning, meaning: "condition of the persistent memory",
			check: func(c fleet.Component) bool {
				return *c.WearUsedPct == 17 && math.Abs(*c.PowerOnHours-10000) < 1e-6
			}},
		{key: "cpu/CPU1", health: fleet.OK, check: func(c fleet.Component) bool { return c.Attributes["cores"] == "14" }},
		{key: "cpu/CPU2", health: fleet.Absent},
		{key: "psu/PSU1", health: fleet.OK, check: func(c fleet.Component) bool { return *c.Reading == 116 && c.Attributes["rated_watts"] == "800" }},
		{key: "psu/PSU2", health: fleet.Critical, meaning: "ac-fail", check: func(c fleet.Component) bool { return c.Reading == nil }},
		{key: "psu/PSU3", health: fleet.Absent},
		{key: "fan/FAN1 SYS", health: fleet.OK},
		{key: "fan/FAN2 SYS", health: fleet.Warning, predictive: "true", check: func(c fleet.Component) bool { return c.Attributes["quality_pct"] == "61" }},
		{key: "fan/FAN3 SYS", health: fleet.Critical, check: func(c fleet.Component) bool { return c.Reading == nil }},
		{key: "fan/FAN4 SYS", health: fleet.Absent},
		{key: "temperature/Ambient", health: fleet.Warning, check: func(c fleet.Component) bool { return *c.Reading == 38 && *c.Limits.WarnHigh == 37 }},
		{key: "temperature/CPU1", health: fleet.OK, meaning: "temperature-normal", check: func(c fleet.Component) bool { return c.Limits.WarnHigh == nil }},
		{key: "temperature/CPU2", health: fleet.Absent},
		{key: "temperature/Systemboard 1", health: fleet.Unknown, meaning: "sensor-failed", check: func(c fleet.Component) bool { return c.Reading == nil }},
		{key: "temperature/PSU1", health: fleet.OK},
		{key: "voltage/BATT 3.0V", health: fleet.Warning, check: func(c fleet.Component) bool { return *c.Reading == 2.25 }},
		{key: "voltage/MAIN -12V", health: fleet.OK, check: func(c fleet.Component) bool { return *c.Reading == -12 && *c.Limits.CritLow == -13.296 }},
		{key: "voltage/MAIN 5V", health: fleet.Critical, meaning: "too-low"},
		{key: "voltage/CPU2 1V", health: fleet.OK, check: func(c fleet.Component) bool { return c.Reading == nil }},
		{key: "power/System power", health: fleet.Unknown, check: func(c fleet.Component) bool { return math.Abs(*c.Reading-293) < 1 }},
		{key: "chassis/PRIMERGY RX2540 M4", health: fleet.OK, check: func(c fleet.Component) bool {
			return *c.PowerOnHours == 50000 && c.Attributes["board_serial"] == "47110815" && c.Attributes["last_power_off"] == "watchdog" && c.Attributes["last_power_on"] == "2025-01-01"
		}},
		{key: "other/Power supply redundancy 1", health: fleet.Warning},
		{key: "other/HDD", health: fleet.Critical, latched: true},
		{key: "other/Slot1", health: fleet.OK},
		{key: "other/Slot2", health: fleet.OK, meaning: "identify"},
	})
}

// TestFujitsuLightPath: without the tables of parts, the rows of the light-path
// view are the parts, and the collective signal of the drives is no bay.
func TestFujitsuLightPath(t *testing.T) {
	const css = "1.3.6.1.4.1.231.2.10.2.2.10.8.3.1."
	_, r := read(t, builtIn(t), lines(t, "1.3.6.1.2.1.1.1.0|4|Primergy iRMC S4", "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.231.1.28.1",
		"1.3.6.1.4.1.231.2.10.2.2.10.8.1.0|2|1",
		css+"3.1.1|4|DIMM-1A", css+"4.1.1|4|Memory Device", css+"8.1.1|2|2",
		css+"3.1.2|4|DIMM-2A", css+"4.1.2|4|Memory Device", css+"8.1.2|2|6",
		css+"3.1.3|4|CPU1", css+"4.1.3|4|Processor", css+"8.1.3|2|4",
		css+"3.1.4|4|FAN PSU1", css+"4.1.4|4|Power Supply", css+"8.1.4|2|5",
		css+"3.1.5|4|PSU1", css+"4.1.5|4|Power Supply", css+"8.1.5|2|2",
		css+"3.1.6|4|HDD", css+"4.1.6|4|Disk/Disk Bay", css+"8.1.6|2|6",
		css+"3.1.7|4|BBU", css+"4.1.7|4|Battery", css+"8.1.7|2|6",
		css+"3.1.8|4|RAID Controller", css+"4.1.8|4|Add-in Card", css+"8.1.8|2|2"))
	compare(t, r, []expected{
		{key: "memory/DIMM-1A", health: fleet.OK},
		{key: "memory/DIMM-2A", health: fleet.Absent},
		{key: "cpu/CPU1", health: fleet.Warning, predictive: "true"},
		{key: "fan/FAN PSU1", health: fleet.Critical, latched: true},
		{key: "psu/PSU1", health: fleet.OK},
		{key: "battery/BBU", health: fleet.Absent},
		{key: "raid-controller/RAID Controller", health: fleet.OK},
	})
	if !reported(r, fleet.RAIDController) || reported(r, fleet.Disk) || reported(r, fleet.RAIDVolume) {
		t.Errorf("not reported: got %v, want disks and volumes, no controllers", r.NotReported)
	}
}

// TestServerViewInTheHost: the same objects from inside an operating system do
// not hide what its agent says.
func TestServerViewInTheHost(t *testing.T) {
	const sv = "1.3.6.1.4.1.231.2.10.2.11."
	m, r := read(t, builtIn(t), lines(t, "1.3.6.1.2.1.1.1.0|4|Linux fs01 5.15.0", "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.8072.3.2.10",
		sv+"2.1.0|2|2", sv+"4.1.1.2.1|4|MassStorage", sv+"4.1.1.3.1|2|4", sv+"4.1.1.4.1|4|drive 3 is dead",
		sv+"4.1.1.2.2|4|Fans", sv+"4.1.1.3.2|2|1", sv+"4.1.1.2.3|4|Memory", sv+"4.1.1.3.3|2|5"))
	if want := []string{"net-snmp", "fujitsu-serverview"}; !reflect.DeepEqual(m.Names(), want) {
		t.Errorf("profiles: got %v, want %v", m.Names(), want)
	}
	if r.RollUp == nil || r.RollUp.Health != fleet.Warning || r.RollUp.Seen.Meaning() != "degraded" {
		t.Errorf("roll-up: got %+v, want degraded", r.RollUp)
	}
	if len(r.Findings) != 1 || r.Findings[0].Health != fleet.Critical || r.Findings[0].Text != "MassStorage: drive 3 is dead" {
		t.Errorf("findings: got %+v, want the one failed component", r.Findings)
	}
}
