package profile

import (
	"slices"
	"strings"
	"testing"

	"ironage/internal/fleet"
	"ironage/probes/snmp"
)

const (
	rac  snmp.OID = "1.3.6.1.4.1.674.10892.2"
	omsa snmp.OID = "1.3.6.1.4.1.674.10892.1"
	omss snmp.OID = "1.3.6.1.4.1.674.10893.1.20"
	dell snmp.OID = "1.3.6.1.4.1.674.10892.5"
)

// vrtx is a chassis with a blade that covers two slots, an empty slot, and
// shared disks of which one has failed.
func vrtx() *handmade {
	d := newDevice(rac, "Dell Out-of-band SNMP Agent for Remote Access Controller")
	for o, v := range map[snmp.OID]any{"1.1.2.0": "CMC", "1.1.6.0": "TESTCH1", "1.1.14.0": 18, "1.1.19.0": "PowerEdge VRTX", "1.2.1.0": "3.21",
		"2.1.0": 4, "3.1.1.0": 4, "3.1.2.0": 3, "3.1.5.0": 4, "3.1.6.0": 3, "3.1.7.0": 3, "3.1.8.0": 3, "3.1.9.0": 4, "3.1.11.0": 27} {
		d.scalar(rac.Append(string(o)), v)
	}
	d.row(rac.Append("4.1.1"), "1", cells{2: "3200.000", 4: "2100.000", 5: "1000.000", 6: "512.300", 8: "1900.000", 13: "721.000", 14: "3.300"})
	d.row(rac.Append("4.2.1"), "1.1", cells{3: "PS-1", 4: 3, 5: "229.000", 6: "1.250", 7: "1600.000"})
	d.row(rac.Append("4.2.1"), "1.2", cells{3: "PS-2", 4: 1, 5: "0.000", 7: "0.000"})
	blades := rac.Append("5.1.1")
	d.row(blades, "1", cells{2: 3, 3: "TESTBL1", 4: "db-left", 5: "1", 7: "PowerEdge M820"})
	d.row(blades, "2", cells{2: 4, 3: "TESTBL2", 4: "SLOT-02", 5: "2", 7: "PowerEdge M630"})
	d.row(blades, "3", cells{2: 1, 3: "N/A", 4: "SLOT-03", 5: "3", 7: "N/A"})
	d.row(blades, "4", cells{2: 2, 3: "N/A", 4: "N/A", 5: "4", 7: "N/A"})
	disks := rac.Append("6.1.20.130.4.1")
	d.row(disks, "0", cells{2: "Physical Disk 0:0:0", 4: 3, 7: "S0TEST00", 11: 571776, 24: 3, 31: 1, 49: 255, 54: "Disk.Bay.0:Enclosure.Internal.0-0:RAID.ChassisIntegrated.1-1", 60: 0})
	d.row(disks, "1", cells{2: "Physical Disk 0:0:1", 4: 7, 7: "S0TEST01", 11: 571776, 24: 5, 31: 0, 54: "Disk.Bay.1:Enclosure.Internal.0-0:RAID.ChassisIntegrated.1-1"})
	d.row(rac.Append("6.1.20.130.1.1"), "0", cells{2: "Shared PERC8", 8: "23.8", 37: 5, 38: 3, 78: "RAID.ChassisIntegrated.1-1", 85: 4, 86: "Shared PERC8 2"})
	d.row(rac.Append("6.1.20.140.1.1"), "0", cells{4: 4, 6: 1143552, 13: 3, 20: 4, 34: 0, 35: "Disk.Virtual.0:RAID.ChassisIntegrated.1-1"})
	return d
}

func TestCMC(t *testing.T) {
	r := vrtx().read(t, "dell-cmc")
	if want := (fleet.Device{Vendor: "Dell", Model: "PowerEdge VRTX", Serial: "TESTCH1", Controller: "VRTX CMC", Firmware: "3.21"}); r.Device != want {
		t.Errorf("device: got %+v, want %+v", r.Device, want)
	}
	if r.RollUp == nil || r.RollUp.Health != fleet.Warning {
		t.Errorf("roll-up: got %+v, want warning", r.RollUp)
	}
	const none = "unknown (the device publishes no status for it)"
	parts(t, r, map[string]string{
		"psu/PS-1":                           none, // its group is not ok, and nobody says which supply is meant
		"psu/PS-2":                           "absent",
		"power/Chassis power":                none,
		"current/Chassis current":            none,
		"other/Blade 1":                      "ok (as the whole group)",
		"other/Blade 2":                      "ok (as the whole group)",
		"other/Blade 3":                      "absent",
		"temperature/CMC ambient":            "ok (as the whole group)",
		"other/I/O modules":                  "ok",
		"other/Fans (all together)":          "ok",
		"other/Management controllers (CMC)": "warning (nonCritical)",
		"disk/Disk.Bay.0:Enclosure.Internal.0-0:RAID.ChassisIntegrated.1-1": "warning (predictive failure)",
		"disk/Disk.Bay.1:Enclosure.Internal.0-0:RAID.ChassisIntegrated.1-1": "critical (failed)",
		"raid-volume/Disk.Virtual.0:RAID.ChassisIntegrated.1-1":             "warning (degraded)",
		"raid-controller/RAID.ChassisIntegrated.1-1":                        "ok", // what it includes is explained by its disk
		"other/High availability of RAID.ChassisIntegrated.1-1":             "warning (degraded)",
	})
	if b := part(t, r, "other/Blade 2"); b.Serial != "TESTBL2" || b.Model != "PowerEdge M630" || b.Attributes["power"] != "off" || b.Place != "Blade slot 2" {
		t.Errorf("blade 2: got %+v", b)
	}
	if p := part(t, r, "psu/PS-1"); p.Attributes["rated_watts"] != "1600" || p.Attributes["input_volts"] != "229" || p.Reading != nil {
		t.Errorf("supply 1: got %+v", p)
	}
	if p := part(t, r, "power/Chassis power"); *p.Reading != 721 || p.Attributes["peak_watts"] != "1900" {
		t.Errorf("power: got %+v", p)
	}
	if got, want := findings(r), "the device calls its power supplies warning (nonCritical), but none of the 2 parts listed says so"; !slices.Contains(got, "warning: "+want) {
		t.Errorf("findings: got %q, want %q", got, want)
	}
	if !slices.Contains(r.NotReported, fleet.Fan) || slices.Contains(r.NotReported, fleet.Disk) {
		t.Errorf("not reported: got %v, want fans and no disks", r.NotReported)
	}
}

func TestOldDRAC(t *testing.T) {
	d := newDevice(rac, "Linux rac-1 2.6.23.1 #1 armv5tejl")
	for o, v := range map[snmp.OID]any{"1.1.2.0": "iDRAC6", "1.1.11.0": "TESTSV1", "1.1.14.0": 9, "1.2.1.0": "2.92", "2.1.0": 5} {
		d.scalar(rac.Append(string(o)), v)
	}
	d.scalar("1.3.6.1.4.1.2021.4.5.0", 64000) // its own memory, not the server's
	r := d.read(t, "dell-drac")
	if want := (fleet.Device{Vendor: "Dell", Serial: "TESTSV1", Controller: "iDRAC6", Firmware: "2.92"}); r.Device != want {
		t.Errorf("device: got %+v, want %+v", r.Device, want)
	}
	if r.RollUp == nil || r.RollUp.Health != fleet.Critical || len(r.Components) != 0 || r.Totals.MemoryBytes != nil {
		t.Errorf("got %+v, want a critical roll-up and nothing else", r)
	}
	for _, k := range []fleet.Kind{fleet.Disk, fleet.Memory, fleet.PSU, fleet.Fan} {
		if !slices.Contains(r.NotReported, k) {
			t.Errorf("not reported: got %v, want %s among them", r.NotReported, k)
		}
	}
}

// omsaHost is a Linux host with one of each fault that OMSA words its own way.
func omsaHost() *handmade {
	d := newDevice("1.3.6.1.4.1.8072.3.2.10", "Linux db01 5.14.0-362 #1 SMP x86_64")
	d.row(omsa.Append("300.10.1"), "1", cells{4: 4, 9: "PowerEdge R730", 11: "TESTSV2", 15: "db01"})
	d.scalar(omsa.Append("200.10.1.2.1"), 5).scalar(omsa.Append("200.10.1.41.1"), 4).scalar(omsa.Append("300.50.1.8.1.1"), "2.19.0")
	d.scalar("1.3.6.1.4.1.2021.4.5.0", 64_000_000).scalar("1.3.6.1.4.1.2021.4.27.0", 32_000_000)
	dimms := omsa.Append("1100.50.1")
	d.row(dimms, "1.1", cells{5: 3, 8: "A1", 14: 16777216, 15: 0, 20: 1, 21: "Samsung", 22: "M393A2K43", 23: "TEST0001", 25: "2400 MHz", 26: 2, 27: 16384})
	d.row(dimms, "1.2", cells{5: 4, 8: "A2", 14: 16777216, 20: 1, 27: 16384})
	d.row(dimms, "1.3", cells{5: 4, 8: "A3", 20: 2 + 4, 27: 131072})
	d.row(dimms, "1.4", cells{5: 2, 8: "A4", 14: 0, 27: 0})
	d.row(omsa.Append("1100.30.1"), "1.1", cells{5: 3, 7: 3, 8: "Intel", 9: 3, 17: 10, 19: 20, 23: "Intel(R) Xeon(R) CPU E5-2640 v4", 26: 4})
	d.row(omsa.Append("1100.30.1"), "1.2", cells{5: 7, 7: 3})
	d.row(omsa.Append("600.12.1"), "1.1", cells{5: 5, 6: 7500, 8: "PS1 Status", 11: 1 + 8})
	d.row(omsa.Append("700.12.1"), "1.1", cells{5: 3, 6: 3600, 8: "System Board Fan1", 13: 600})
	d.row(omsa.Append("700.20.1"), "1.1", cells{5: 4, 6: 430, 7: 3, 8: "System Board Inlet Temp", 11: 420})
	d.row(omsa.Append("300.70.1"), "1.1", cells{5: 4, 6: 5, 8: "System Board Intrusion"})
	disks := omss.Append("130.4.1")
	d.row(disks, "1", cells{2: "Physical Disk 0:1:0", 3: "DELL(tm)", 4: 3, 6: "ST300MM0006", 7: "S0TEST10", 8: "LS0A", 11: 285568, 21: 8, 22: 1, 24: 3, 27: "TH0529FG212334AF000PA02", 31: 1, 33: "42", 34: "2014", 35: 2, 45: 999, 47: -1, 49: "Not Available"})
	d.row(disks, "2", cells{2: "Physical Disk 0:1:1", 4: 3, 24: 3, 31: 2})
	d.row(disks, "3", cells{2: "Physical Disk 0:1:2", 4: 3, 24: 3, 31: 1, 35: 3, 47: 4, 49: "7%", 45: 999})
	d.row(disks, "4", cells{2: "Physical Disk 0:1:3", 4: 24, 24: 4, 31: 1})
	d.row(disks, "5", cells{2: "Physical Disk 0:1:4", 4: 25, 24: 2})
	d.row(disks, "6", cells{2: "Physical Disk 0:1:5", 4: 56, 24: 3})
	d.row(disks, "7", cells{2: "Physical Disk 0:1:6", 4: 99, 24: 3})
	d.row(omss.Append("140.1.1"), "1", cells{2: "Virtual Disk 0", 3: "/dev/sda", 4: 52, 6: 571136, 13: 7, 20: 4})
	d.row(omss.Append("130.1.1"), "1", cells{2: "PERC H730 Mini", 5: 1, 8: "25.5.9", 37: 5, 38: 3, 44: "25.5.9"})
	d.row(omss.Append("130.15.1"), "1", cells{4: 10, 6: 3})
	return d
}

func TestOMSA(t *testing.T) {
	r := omsaHost().read(t, "net-snmp", "dell-omsa")
	if want := (fleet.Device{Vendor: "Dell", Model: "PowerEdge R730", Serial: "TESTSV2", Firmware: "2.19.0", Hostname: "db01", OS: "Linux 5.14.0-362"}); r.Device != want {
		t.Errorf("device: got %+v, want %+v", r.Device, want)
	}
	parts(t, r, map[string]string{
		"memory/A1": "ok", // its failure bits are old: the status is ok
		"memory/A2": "warning (single-bit errors at the warning rate)",
		"memory/A3": "critical (single-bit errors at the failure rate, multi-bit fault)",
		"memory/A4": "absent (empty slot)",
		"cpu/CPU 1": "ok", "cpu/CPU 2": "absent",
		"psu/PS1 Status":                      "critical (AC lost)",
		"fan/System Board Fan1":               "ok",
		"temperature/System Board Inlet Temp": "warning (nonCriticalUpper)",
		"chassis/System Board Intrusion":      "warning (drive bay open)",
		"disk/Physical Disk 0:1:0":            "ok",
		"disk/Physical Disk 0:1:1":            "warning (predictive failure)",
		"disk/Physical Disk 0:1:2":            "critical (near read-only)",
		"disk/Physical Disk 0:1:3":            "warning (rebuild)",
		"disk/Physical Disk 0:1:4":            "absent (no media)",
		"disk/Physical Disk 0:1:5":            "critical (read-only)",
		"disk/Physical Disk 0:1:6":            "unknown (not a listed value: 99)",
		"raid-volume/Virtual Disk 0":          "critical (permanently degraded)",
		"raid-controller/PERC H730 Mini":      "ok",
		"battery/RAID battery 1":              "warning (low)",
	})
	if d := part(t, r, "disk/Physical Disk 0:1:0"); d.Manufactured != "2014-W42" || d.WearUsedPct != nil || d.PredictiveFailure != fleet.No || d.Place != "0:1:0" || *d.CapacityBytes != 285568<<20 || d.Attributes["spare"] != "" {
		t.Errorf("disk 0: got %+v", d)
	}
	if d := part(t, r, "disk/Physical Disk 0:1:2"); *d.WearUsedPct != 93 {
		t.Errorf("disk 2: wear: got %v, want 93", *d.WearUsedPct)
	}
	if v := part(t, r, "raid-volume/Virtual Disk 0"); v.Attributes["raid_level"] != "RAID 5" || v.Attributes["os_device"] != "/dev/sda" {
		t.Errorf("volume: got %+v", v.Attributes)
	}
	if m := part(t, r, "memory/A3"); *m.CapacityBytes != 128<<30 {
		t.Errorf("module A3: got %d bytes, want the megabytes of column 27", *m.CapacityBytes)
	}
	// The host's own agent tells memory and its use.
	if *r.Totals.MemoryBytes != 64_000_000<<10 || *r.Totals.CPUSockets != 1 || *r.Totals.CPUCores != 10 {
		t.Errorf("totals: got %+v", r.Totals)
	}
	if got := findings(r); len(got) != 1 || !strings.Contains(got[0], "event log") {
		t.Errorf("findings: got %q, want the event log alone", got)
	}
}

// TestIncludingStatus: a controller's overall status speaks for the controller
// only where none of its own disks explains it.
func TestIncludingStatus(t *testing.T) {
	storage := dell.Append("5.1.20")
	device := func(overall, diskState int, diskOf string) *handmade {
		d := newDevice(dell, "")
		d.row(storage.Append("130.1.1"), "1", cells{2: "PERC H730", 37: overall, 38: 3, 78: "RAID.Slot.1-1"})
		d.row(storage.Append("130.4.1"), "1", cells{24: diskState, 54: "Disk.Bay.1:Enclosure.Internal.0-1:" + diskOf})
		return d
	}
	for _, c := range []struct {
		name string
		d    *handmade
		want fleet.Health
	}{
		{"all is well", device(3, 3, "RAID.Slot.1-1"), fleet.OK},
		{"its disk explains it", device(5, 5, "RAID.Slot.1-1"), fleet.OK},
		{"nothing explains it", device(5, 3, "RAID.Slot.1-1"), fleet.Critical},
		{"another controller's disk explains nothing", device(4, 5, "RAID.Slot.2-1"), fleet.Warning},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := part(t, c.d.read(t, "dell-idrac"), "raid-controller/RAID.Slot.1-1"); got.Health != c.want {
				t.Errorf("got %v (%+v), want %v", got.Health, got.Native, c.want)
			}
		})
	}
}

func TestDellNotifications(t *testing.T) {
	known := builtIn(t).Notifications()
	for _, c := range []struct {
		in        snmp.Notification
		text      string
		health    fleet.Health
		inventory bool
		serial    string
	}{
		{snmp.Notification{OID: rac + ".0.2004"}, "chassis failed", fleet.Critical, false, ""},
		{snmp.Notification{OID: rac + ".21.0.2185", Variables: []snmp.Variable{octets(string(rac)+".21.10.2.0", "PSU 1 failed."), integer(string(rac)+".21.10.4.0", 5), octets(string(rac)+".21.10.5.0", "PSU.Slot.1")}},
			"power supply failed: PSU.Slot.1: PSU 1 failed.", fleet.Critical, false, ""},
		{snmp.Notification{OID: omsa + ".0.5403", Variables: []snmp.Variable{octets(string(omsa)+".5000.10.3", "Memory device A2"), integer(string(omsa)+".5000.10.4", 4), octets(string(omsa)+".5000.10.9", "TESTSV2")}},
			"memory in trouble: Memory device A2", fleet.Warning, false, "TESTSV2"},
		{snmp.Notification{OID: omss + ".200.0.90400", Variables: []snmp.Variable{octets(string(omss)+".200.2", "Disk failed"), octets(string(omss)+".200.4", "Physical Disk 0:1:1")}},
			"disk failed: Physical Disk 0:1:1: Disk failed", fleet.Critical, false, ""},
	} {
		m := known.Meaning(c.in)
		if m.Text != c.text || m.Health != c.health || m.Inventory != c.inventory || strings.Join(m.Serials, " ") != c.serial {
			t.Errorf("%s: got %+v, want %q %s", c.in.OID, m, c.text, c.health)
		}
	}
}
