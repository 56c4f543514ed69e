package profile

import (
	"slices"
	"testing"

	"ironage/internal/fleet"
	"ironage/probes/snmp"
)

// underAny selects variables below any of these objects.
func underAny(bases ...snmp.OID) func(snmp.Variable) bool {
	return func(x snmp.Variable) bool {
		return slices.ContainsFunc(bases, func(b snmp.OID) bool { return x.OID.Under(b) })
	}
}

func number32(oid snmp.OID, n int64) snmp.Variable {
	return snmp.Variable{OID: oid, Value: snmp.Value{Type: snmp.Integer, Num: n}}
}

func TestSupermicroX10(t *testing.T) {
	m, r := read(t, builtIn(t), recording(t, "supermicro-x10"))
	if got := m.Names(); !slices.Equal(got, []string{"supermicro-bmc"}) {
		t.Fatalf("profiles: got %v, want supermicro-bmc alone", got)
	}
	if want := (fleet.Device{Vendor: "Supermicro", Model: "X10DRi", Serial: "BOARDTEST1", Controller: "Supermicro BMC", Firmware: "3.05.0"}); r.Device != want {
		t.Errorf("device: got %+v, want %+v", r.Device, want)
	}
	compare(t, r, []expected{
		{key: "temperature/CPU1 Temp", health: fleet.Warning, check: reads(88, fleet.Celsius, 5, 10, 85, 90)},
		{key: "temperature/System Temp", health: fleet.Critical, meaning: "above the critical limit 90"},
		{key: "temperature/P2-DIMMC1 Temp", health: fleet.Absent},
		{key: "temperature/MB Temp", health: fleet.Unknown, check: func(c fleet.Component) bool { return c.Reading == nil }},
		{key: "fan/FAN1", health: fleet.Warning, check: reads(600, fleet.RPM, 500, 700, 0, 0)},
		{key: "fan/FAN2", health: fleet.Critical},
		{key: "fan/FAN3", health: fleet.OK, meaning: "within limits"},
		{key: "fan/FANA", health: fleet.Absent},
		{key: "fan/CPU_FAN1", health: fleet.OK, check: reads(2400, fleet.RPM, 500, 700, 0, 0)},
		{key: "power/PW Consumption", health: fleet.OK, check: reads(310, fleet.Watt, 0, 0, 900, 1000)},
		{key: "voltage/12V #8", health: fleet.OK, check: reads(12.1, fleet.Volt, 10.29, 10.83, 12.965, 13.281)},
		{key: "voltage/12V #9", health: fleet.Critical},
		{key: "voltage/VBAT", health: fleet.OK},
		{key: "battery/VBAT", health: fleet.OK, meaning: "present"},
		{key: "chassis/Chassis Intru", health: fleet.Warning, meaning: "intrusion"},
		{key: "psu/PS1 Status", health: fleet.OK},
		{key: "psu/PS2 Status", health: fleet.Critical, meaning: "input lost"},
		{key: "other/HDD Status", health: fleet.OK, meaning: "present"},
		{key: "other/CPU1 OVERHEAT", health: fleet.OK},
		{key: "other/Mystery", health: fleet.Unknown},
	})
	if got := r.Totals; got.MemoryBytes != nil || got.LogicalCPUs != nil || got.Load1 != nil {
		t.Errorf("totals: got %+v, want none: the figures are the controller's own", got)
	}
	if !slices.Contains(r.NotReported, fleet.Disk) || !slices.Contains(r.NotReported, fleet.Memory) {
		t.Errorf("not reported: got %v, want disks and memory among them", r.NotReported)
	}
}

func TestSupermicroX11SwitchedOff(t *testing.T) {
	_, r := read(t, builtIn(t), recording(t, "supermicro-x11"))
	if want := (fleet.Device{Vendor: "Supermicro", Model: "SYS-TEST", Serial: "STEST0001", Controller: "Supermicro BMC", Firmware: "1.74.11"}); r.Device != want {
		t.Errorf("device: got %+v, want %+v", r.Device, want)
	}
	asSupply := func(n string) func(fleet.Component) bool { return func(c fleet.Component) bool { return c.Group == n } }
	compare(t, r, []expected{
		{key: "disk/Disk 1", health: fleet.OK, meaning: "online", predictive: "false", check: func(c fleet.Component) bool {
			return c.Serial == "DTEST020" && *c.CapacityBytes == 1862<<30 && c.Attributes["speed"] == "12 Gb/s" && c.Group == "RAID controller 1"
		}},
		{key: "disk/Disk 2", health: fleet.Warning, meaning: "predictive failure", predictive: "true",
			check: func(c fleet.Component) bool { return c.Counters["media_errors"] == 7 }},
		{key: "disk/Disk 3", health: fleet.Critical, meaning: "failed", latched: true},
		{key: "disk/Disk 4", health: fleet.Warning, meaning: "rebuild"},
		{key: "disk/Disk 5", health: fleet.Absent},
		{key: "disk/Disk 6", health: fleet.Unknown, meaning: "not a listed value: 99"},
		{key: "disk/NVMe slot 1", health: fleet.Unknown, check: func(c fleet.Component) bool {
			return c.Serial == "NTEST001" && c.WearUsedPct == nil && c.Attributes["bus"] == "nvme"
		}},
		{key: "disk/NVMe slot 2", health: fleet.Absent},
		{key: "raid-volume/VD0", health: fleet.Warning, check: func(c fleet.Component) bool { return c.Attributes["raid_level"] == "RAID 5" }},
		{key: "raid-volume/VD1", health: fleet.Critical, latched: true},
		{key: "raid-controller/RAID controller 1", health: fleet.OK, check: described("", "", "AVAGO 3108", "RTEST001", "")},
		{key: "raid-controller/RAID controller 2", health: fleet.OK},
		{key: "battery/Battery of RAID controller 1", health: fleet.Critical, meaning: "needs replacement", latched: true},
		{key: "battery/Battery of RAID controller 2", health: fleet.Absent},
		{key: "memory/DIMMA1", health: fleet.Unknown, check: described("", "Samsung", "", "MTEST001", "M393TEST")},
		{key: "memory/DIMMB1", health: fleet.Absent},
		{key: "cpu/CPU 1", health: fleet.Unknown, check: func(c fleet.Component) bool { return c.Vendor == "Intel" && c.Attributes["cores"] == "8" }},
		{key: "cpu/CPU 2", health: fleet.Absent},
		{key: "psu/PSU 1", health: fleet.OK, check: described("", "", "", "PTEST001", "")},
		{key: "psu/PSU 2", health: fleet.Critical},
		{key: "psu/PSU 3", health: fleet.Critical},
		{key: "psu/PSU 4", health: fleet.Absent, meaning: "empty bay"},
		{key: "fan/PSU 1 Fan 1", health: fleet.OK, check: asSupply("PSU 1")},
		{key: "fan/FAN1", health: fleet.Unknown, meaning: "the server is off"},
		{key: "temperature/PSU 1 Temperature 1", health: fleet.OK, check: asSupply("PSU 1")},
		{key: "temperature/PSU 1 Temperature 2", health: fleet.OK},
		{key: "temperature/PSU 2 Temperature 1", health: fleet.Unknown},
		{key: "temperature/PSU 3 Temperature 1", health: fleet.Unknown},
		{key: "voltage/PSU 1 Input Voltage", health: fleet.OK, check: reads(230, fleet.Volt)},
		{key: "voltage/PSU 3 Input Voltage", health: fleet.Unknown},
		{key: "current/PSU 1 Input Current", health: fleet.OK, check: reads(0.3, fleet.Ampere)},
		{key: "power/PSU 1 Input Power", health: fleet.OK, check: reads(60, fleet.Watt)},
		{key: "power/PSU 1 Output Power", health: fleet.OK, check: reads(52, fleet.Watt)},
		{key: "voltage/5VSB", health: fleet.OK},
		{key: "voltage/12V", health: fleet.Unknown, meaning: "the server is off"},
		{key: "other/PS1 Status", health: fleet.OK},
	})
	if *r.Totals.MemoryBytes != 16<<30 || *r.Totals.CPUSockets != 1 || *r.Totals.CPUCores != 8 {
		t.Errorf("totals: got %+v, want 16 GiB, 1 socket, 8 cores", r.Totals)
	}
}

func TestSuperDoctorFaults(t *testing.T) {
	m, r := read(t, builtIn(t), recording(t, "sd5-faults"))
	if got := m.Names(); !slices.Equal(got, []string{"supermicro-sd5", "net-snmp"}) {
		t.Fatalf("profiles: got %v, want supermicro-sd5 and net-snmp", got)
	}
	if r.Device.Model != "X9SRL-F" || r.Device.Serial != "ZMTEST001" || r.Device.OS != "Linux 5.10.0" {
		t.Errorf("device: got %+v, want the board's model and serial, and the system of the host", r.Device)
	}
	if r.RollUp == nil || r.RollUp.Health != fleet.Warning {
		t.Errorf("roll-up: got %+v, want warning", r.RollUp)
	}
	compare(t, r, []expected{
		{key: "disk//dev/sda", health: fleet.OK, predictive: "false", check: func(c fleet.Component) bool { return c.CapacityBytes == nil && c.Serial == "DTEST030" }},
		{key: "disk//dev/sdb", health: fleet.Critical, meaning: "SMART failure", predictive: "true"},
		{key: "disk/Slot 4", health: fleet.OK, predictive: "false", check: func(c fleet.Component) bool { return c.Serial == "DTEST032" && c.Firmware == "SN05" }},
		{key: "disk/Slot 5", health: fleet.Warning, predictive: "true", check: func(c fleet.Component) bool { return c.Counters["media_errors"] == 3 }},
		{key: "disk/Slot 6", health: fleet.Critical, predictive: "false", latched: true},
		{key: "raid-volume/VD0", health: fleet.Warning, check: func(c fleet.Component) bool { return c.Attributes["raid_level"] == "RAID 5" }},
		{key: "raid-controller/LSI 9271-8i", health: fleet.Warning, check: described("", "", "LSI 9271-8i", "RTEST010", "")},
		{key: "battery/Battery of LSI 9271-8i", health: fleet.OK},
		{key: "memory/P1-DIMMA1", health: fleet.OK, check: func(c fleet.Component) bool { return *c.CapacityBytes == 8<<30 && c.Part == "M393TEST" }},
		{key: "memory/P1-DIMMB1", health: fleet.Critical,
			check: func(c fleet.Component) bool {
				return c.Counters["corrected_errors"] == 40 && c.Counters["uncorrected_errors"] == 1
			}},
		{key: "memory/P1-DIMMC1", health: fleet.Absent},
		{key: "cpu/CPU1", health: fleet.OK, check: func(c fleet.Component) bool { return c.Attributes["cores"] == "6" }},
		{key: "temperature/CPU Temp", health: fleet.Critical, meaning: "above the critical limit 93"},
		{key: "temperature/System Temp", health: fleet.OK, column: ".1.12.2"},
		{key: "fan/FAN 1", health: fleet.Critical, check: reads(300, fleet.RPM, 450, 0, 0, 0)},
		{key: "fan/FAN 2", health: fleet.Absent, meaning: "not monitored"},
		{key: "voltage/12V", health: fleet.Warning, check: reads(12.508, fleet.Volt, 10.6, 0, 0, 13.197)},
		{key: "voltage/Vcore", health: fleet.Unknown, meaning: "not a listed value: 7"},
		{key: "other/Chassis Intrusion", health: fleet.Critical},
	})
	if got, want := texts(r.Findings), []string{"warning  One or more memory modules have errors"}; !slices.Equal(got, want) {
		t.Errorf("findings: got %q, want %q", got, want)
	}
}
