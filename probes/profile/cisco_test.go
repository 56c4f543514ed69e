package profile

import (
	"reflect"
	"testing"

	"ironage/internal/fleet"
	"ironage/probes/snmp"
)

func TestCIMC(t *testing.T) {
	m, r := read(t, builtIn(t), recording(t, "cisco-cimc"))
	if want := []string{"cisco-cimc"}; !reflect.DeepEqual(m.Names(), want) {
		t.Errorf("profiles: got %v, want %v", m.Names(), want)
	}
	if want := (fleet.Device{Vendor: "Cisco", Model: "UCSC-C240-M5SX", Serial: "WZPTEST0001", Controller: "CIMC", Firmware: "4.1(2b)", Hostname: "cimc-test"}); r.Device != want {
		t.Errorf("device: got %+v, want %+v", r.Device, want)
	}
	if r.RollUp == nil || r.RollUp.Health != fleet.Warning || r.RollUp.Seen.Meaning() != "degraded" {
		t.Errorf("roll-up: got %+v, want degraded", r.RollUp)
	}
	unknown := fleet.Unknown
	compare(t, r, []expected{
		{key: "disk/pd-1", health: fleet.OK, predictive: "false", check: func(c fleet.Component) bool {
			return c.Serial == "2003TEST1" && *c.CapacityBytes == 915715<<20 && *c.PowerOnHours == 20326 && *c.WearUsedPct == 7 && *c.Reading == 33 && c.Place == "Slot 1" && c.Group == "storage-SAS-MRAID"
		}},
		{key: "disk/pd-2", health: fleet.Warning, meaning: "predictive failure", predictive: "true",
			check: func(c fleet.Component) bool { return c.PowerOnHours == nil && c.WearUsedPct == nil }},
		{key: "disk/pd-3", health: fleet.Critical, latched: true},
		{key: "disk/pd-4", health: fleet.Absent, meaning: "missing"},
		{key: "disk/pd-5", health: fleet.Warning, meaning: "rebuilding", check: func(c fleet.Component) bool { return c.Model == "" && c.Attributes["media"] == "hdd" }},
		{key: "disk/pd-6", health: fleet.Unknown, meaning: "not a listed value: 77"},
		{key: "disk/pd-7", health: fleet.Warning, meaning: "minor", column: ".1.1.1.20.103"},
		{key: "raid-volume/vd-0", health: fleet.OK, check: func(c fleet.Component) bool {
			return *c.CapacityBytes == 1425740<<20 && c.Attributes["raid_level"] == "RAID 5"
		}},
		{key: "raid-controller/storage-SAS-MRAID", health: fleet.OK, check: func(c fleet.Component) bool { return c.Serial == "SKTEST01" && c.Firmware == "51.10" }},
		{key: "battery/raid-battery", health: fleet.Critical, meaning: "replace", latched: true},
		{key: "battery/cmos-battery", health: fleet.Warning, meaning: "upper non-critical"},
		{key: "memory/mem-1", health: fleet.OK, check: func(c fleet.Component) bool {
			return *c.CapacityBytes == 32<<30 && c.Counters["corrected_errors"] == 41 && c.Counters["uncorrected_errors"] == 2 && c.Attributes["type"] == "DDR4"
		}},
		{key: "memory/mem-2", health: fleet.Absent},
		// Its own columns are fine: only the table of faults knows.
		{key: "memory/mem-3", health: fleet.Critical, meaning: "major", column: ".1.1.1.20.101", check: func(c fleet.Component) bool { return len(c.Counters) == 0 }},
		{key: "memory/mem-4", health: fleet.Warning, meaning: "degraded"},
		{key: "memory/mem-5", health: fleet.Warning, meaning: "not visible to the host"},
		{key: "memory/mem-6", health: fleet.Absent, meaning: "empty"},
		{key: "cpu/CPU1", health: fleet.OK, check: func(c fleet.Component) bool { return c.Serial == "" && c.Attributes["cores"] == "16" }},
		{key: "cpu/CPU2", health: fleet.Absent},
		{key: "psu/psu-1", health: fleet.OK, check: func(c fleet.Component) bool {
			return *c.Reading == 118 && c.Part == "341-TEST" && c.Attributes["rated_watts"] == "1050"
		}},
		{key: "psu/psu-2", health: fleet.Critical, meaning: "poweredOff"},
		{key: "psu/psu-3", health: fleet.Warning, check: func(c fleet.Component) bool { return c.Serial == "" }},
		{key: "fan/fan-module-1-1/fan-1", health: fleet.OK, check: func(c fleet.Component) bool { return c.Reading == nil }},
		{key: "fan/fan-module-1-1/fan-2", health: fleet.OK, check: func(c fleet.Component) bool { return *c.Reading == 7200 }},
		{key: "fan/fan-module-1-2/fan-1", health: fleet.OK},
		{key: "temperature/Ambient", health: unknown}, {key: "temperature/Front", health: unknown}, {key: "temperature/Rear", health: unknown},
		{key: "temperature/cpu-1", health: unknown, check: func(c fleet.Component) bool { return *c.Reading == 46 }},
		{key: "power/Motherboard", health: unknown}, {key: "current/Motherboard", health: unknown}, {key: "voltage/Motherboard", health: unknown},
		{key: "chassis/rack-unit-1", health: fleet.Critical, meaning: "CMOS voltage far too low", check: func(c fleet.Component) bool {
			return c.Serial == "WZPTEST0001" && c.Manufactured == "2020-03-09" && c.Part == "73-TEST" && c.Attributes["asset_tag"] == "A-77"
		}},
		{key: "other/storage-flexflash-0", health: fleet.OK, check: func(c fleet.Component) bool { return c.Attributes["fault_code"] == "17" }},
	})
	want := []string{"critical memory/mem-3: DDR4 A3 uncorrectable errors, replace the DIMM",
		"warning chassis/rack-unit-1: Chassis open: intrusion",
		"warning chassis/rack-unit-1: Fan module 2 inoperable",
		"warning disk/pd-7: Disk 7 predictive failure",
		"warning psu/psu-3: PSU3 is missing"}
	if got := openFaults(r); !reflect.DeepEqual(got, want) {
		t.Errorf("findings: got %q, want %q", got, want)
	}
}

// TestUCSManager: many servers behind one agent; parts are told apart by the
// path of their server.
func TestUCSManager(t *testing.T) {
	m, r := read(t, builtIn(t), recording(t, "cisco-ucsm"))
	if want := []string{"cisco-ucs-manager"}; !reflect.DeepEqual(m.Names(), want) {
		t.Errorf("profiles: got %v, want %v", m.Names(), want)
	}
	if want := (fleet.Device{Vendor: "Cisco", Model: "ucs-6300-k9", Controller: "UCS Manager", Firmware: "5.0(3)N2(4.04c)", Hostname: "fi-a"}); r.Device != want {
		t.Errorf("device: got %+v, want %+v", r.Device, want)
	}
	if r.Totals.MemoryBytes != nil {
		t.Errorf("memory: got %d, want none: a domain is no machine", *r.Totals.MemoryBytes)
	}
	compare(t, r, []expected{
		{key: "chassis/chassis-1", health: fleet.OK, check: func(c fleet.Component) bool { return c.Serial == "FOXTEST001" && c.Manufactured == "2018-05-04" }},
		{key: "other/chassis-1/blade-1", health: fleet.OK, check: func(c fleet.Component) bool {
			return c.Serial == "FLMTEST001" && c.Place == "Chassis 1 slot 1" && c.Group == "chassis-1" && *c.CapacityBytes == 384<<30
		}},
		{key: "other/chassis-1/blade-2", health: fleet.Critical, meaning: "inoperable", latched: true},
		{key: "other/chassis-1/blade-3", health: fleet.Absent, check: func(c fleet.Component) bool { return c.Place == "Chassis 1 slot 3" }},
		{key: "other/rack-unit-1", health: fleet.Unknown, meaning: "power-off", check: func(c fleet.Component) bool { return c.Serial == "WZPTEST009" }},
		{key: "disk/chassis-1/blade-1/storage-SAS-1/disk-1", health: fleet.Warning, meaning: "minor", check: func(c fleet.Component) bool {
			return c.Group == "chassis-1/blade-1" && c.Place == "Blade 1/1 slot 1"
		}},
		{key: "raid-volume/chassis-1/blade-1/storage-SAS-1/lun-1", health: fleet.Critical, meaning: "offline", latched: true},
		{key: "memory/chassis-1/blade-1/mem-1", health: fleet.OK},
		{key: "memory/chassis-1/blade-1/mem-2", health: fleet.Absent},
		{key: "memory/chassis-1/blade-2/mem-1", health: fleet.Critical, meaning: "major"},
		{key: "memory/chassis-1/blade-2/mem-2", health: fleet.Absent},
		{key: "psu/chassis-1/psu-1", health: fleet.OK, check: func(c fleet.Component) bool { return *c.Reading == 410 }},
		{key: "fan/chassis-1/fan-module-1-1/fan-1", health: fleet.OK},
		{key: "fan/chassis-1/fan-module-1-2/fan-1", health: fleet.Critical, latched: true},
	})
	want := []string{"critical memory/chassis-1/blade-2/mem-1: DIMM DIMM_A0 on server 1/2 operability: degraded",
		"warning disk/chassis-1/blade-1/storage-SAS-1/disk-1: Local disk 1 on server 1/1 failure predicted"}
	if got := openFaults(r); !reflect.DeepEqual(got, want) {
		t.Errorf("findings: got %q, want %q", got, want)
	}
}

// TestCIMCWithoutTables: old firmware tells little more than what it is.
func TestCIMCWithoutTables(t *testing.T) {
	for descr, model := range map[string]string{
		"Cisco Integrated Management Controller(Cisco IMC) [UCS C220 M4S\n], Firmware Version 3.0(3a) Copyright (c) 2008-2016": "UCS C220 M4S",
		"Cisco Integrated Management Controller(Cisco IMC) UCS C225 M8, Firmware Version 3.0(3a), more":                        "UCS C225 M8",
	} {
		_, r := read(t, builtIn(t), NewRecording([]snmp.Variable{octets(string(sysDescr), descr)}))
		if want := (fleet.Device{Vendor: "Cisco", Model: model, Controller: "CIMC", Firmware: "3.0(3a)"}); r.Device != want {
			t.Errorf("device: got %+v, want %+v", r.Device, want)
		}
		if reported(r, fleet.Disk) || reported(r, fleet.Memory) {
			t.Errorf("not reported: got %v, want disks and memory", r.NotReported)
		}
	}
}
