package profile

import (
	"slices"
	"strings"
	"testing"
	"time"

	"ironage/internal/fleet"
	"ironage/probes/snmp"
)

const (
	hpe  snmp.OID = "1.3.6.1.4.1.232"
	rack snmp.OID = "1.3.6.1.4.1.232.22.2"
)

// c7000 has an empty bay, a bay under a full-height blade, a blade whose self
// test failed, and a supply without its feed. Strings are padded as there.
func c7000() *handmade {
	d := newDevice("1.3.6.1.4.1.11.5.7.1.2", "HP Onboard Administrator")
	d.row(rack.Append("3.1.1.1"), "1", cells{3: "BladeSystem c7000 Enclosure G2     ", 5: "681844-B21", 6: "Unknown", 7: "CZTEST0C70  ", 8: "4.85", 9: "ENC-1", 16: 3})
	blades := rack.Append("4.1.1.1")
	d.row(blades, "1", cells{4: "esx01   ", 6: "641016-B21", 8: 1, 12: 3, 16: "CZTEST0B01", 17: "ProLiant BL460c Gen8", 21: 2, 24: "", 25: 2, 27: "I31 06/01/2015", 30: "2.50", 35: 3})
	d.row(blades, "2", cells{4: "Unknown", 8: 2, 12: 2, 16: "Unknown", 17: "Unknown", 21: 2})
	d.row(blades, "3", cells{8: 3, 12: 3, 16: "CZTEST0B03", 21: 2, 25: 3, 35: 4})
	d.row(blades, "9", cells{8: 9, 12: 4, 21: 2})
	d.row(blades, "17", cells{8: 17, 12: 2, 21: 2})
	supplies := rack.Append("5.1.1.1")
	d.row(supplies, "1", cells{5: "5ATEST01  ", 6: "499253-B21", 9: 2450, 10: 310, 14: 1, 15: 1, 16: 3, 17: 2})
	d.row(supplies, "2", cells{5: "5ATEST02", 9: 2450, 10: 0, 14: 1, 15: 6, 16: 3, 17: 3})
	d.row(supplies, "3", cells{5: "Unknown", 9: 0, 10: -1, 14: 1, 15: 1, 16: 2, 17: 1})
	d.row(supplies, "4", cells{5: "5ATEST04", 9: 2450, 10: 310, 14: 4, 15: 1, 16: 3, 17: 3})
	fans := rack.Append("3.1.3.1")
	d.row(fans, "1", cells{5: "1", 6: "412140-B21", 8: 3, 11: 2})
	d.row(fans, "2", cells{5: "2", 8: 2, 11: 1})
	d.row(fans, "3", cells{5: "3", 8: 3, 11: 4})
	temps := rack.Append("3.1.2.1")
	d.row(temps, "1", cells{5: "Chassis", 6: 22, 7: 42, 8: 2, 9: 9})
	d.row(temps, "2", cells{5: "Blade Bay", 6: 25, 7: -1, 8: 1, 9: 9})
	d.row(temps, "3", cells{5: "Blade Bay", 6: -1, 7: -1, 8: 1, 9: 9})
	d.row(temps, "4", cells{5: "", 6: 20, 7: 0, 8: 1, 9: 9})
	managers := rack.Append("3.1.6.1")
	d.row(managers, "1", cells{8: "OBTEST01", 9: 2, 10: 3, 11: 2, 12: 2, 15: "4.85"})
	d.row(managers, "2", cells{8: "Unknown", 9: 1, 10: 2, 11: 2, 12: 1})
	d.row(rack.Append("6.1.1.1"), "1", cells{6: "HP VC Flex-10", 7: "3CTEST01", 8: "455880-B21", 13: 3})
	d.row(rack.Append("6.1.1.1"), "2", cells{6: "Unknown", 13: 2})
	d.row(rack.Append("3.1.4.1"), "1", cells{6: 3, 7: 2})
	d.row(rack.Append("3.3.1.1"), "1", cells{5: 2, 9: 2})
	return d
}

func TestOnboardAdministrator(t *testing.T) {
	r := c7000().read(t, "hpe-oa")
	if want := (fleet.Device{Vendor: "HPE", Model: "BladeSystem c7000 Enclosure G2", Serial: "CZTEST0C70", Controller: "Onboard Administrator", Firmware: "4.85", Hostname: "ENC-1"}); r.Device != want {
		t.Errorf("device: got %+v, want %+v", r.Device, want)
	}
	if r.RollUp == nil || r.RollUp.Health != fleet.Warning {
		t.Errorf("roll-up: got %+v, want warning", r.RollUp)
	}
	parts(t, r, map[string]string{
		"chassis/ENC-1": "warning (degraded)", // the overall status is all that there is of the enclosure
		"other/Blade 1": "ok", "other/Blade 2": "absent", "other/Blade 3": "critical (power-on self test failed)",
		"psu/Power supply 1": "ok", "psu/Power supply 2": "warning (no input)", "psu/Power supply 3": "absent", "psu/Power supply 4": "critical (fanFailure)",
		"fan/Fan 1": "ok", "fan/Fan 2": "absent", "fan/Fan 3": "critical (failed)",
		"temperature/Chassis": "ok", "temperature/Blade Bay": "unknown (other)",
		"other/Onboard Administrator 1": "ok", "other/Onboard Administrator 2": "absent",
		"other/Interconnect 1": "unknown (the device publishes no status for it)", "other/Interconnect 2": "absent",
		"other/Fuse 1": "ok", "other/Power enclosure 1": "warning (not redundant)",
	})
	b := part(t, r, "other/Blade 1")
	if b.Serial != "CZTEST0B01" || b.Model != "ProLiant BL460c Gen8" || b.Attributes["name"] != "esx01" || b.Attributes["power"] != "on" || b.Place != "Device bay 1" {
		t.Errorf("blade 1: got %+v", b)
	}
	if p := part(t, r, "psu/Power supply 2"); !strings.Contains(p.Attributes["cause"], "do not replace") {
		t.Errorf("supply 2: got %+v, want the lost feed named", p.Attributes)
	}
	if c := part(t, r, "temperature/Chassis"); *c.Limits.WarnHigh != 42 || c.Limits.CritHigh != nil {
		t.Errorf("limits: got %+v", c.Limits)
	}
}

// insightHost is a G6 as hp-snmp-agents on Linux show it: chassis count from 1,
// boards of the old table from 0 and those of the later one from 1.
func insightHost() *handmade {
	d := newDevice("1.3.6.1.4.1.8072.3.2.10", "Linux old01 2.6.32-754 #1 SMP x86_64")
	for o, v := range map[snmp.OID]any{"6.1.3.0": 3, "2.2.4.2.0": "ProLiant DL380 G6", "2.2.2.1.0": "CZTEST0G6   ", "2.2.2.6.0": "491325-421", "1.2.6.1.0": "P62 08/16/2015",
		"11.2.2.12.0": "old01", "6.2.8.1.0": 3_600_000, "6.2.3.1.0": 3, "6.2.3.2.0": 3, "6.2.3.3.0": 4711, "5.1.3.0": 3, "14.1.3.0": 2, "6.2.14.8.0": 8192, "2.1.3.0": 2} {
		d.scalar(hpe.Append(string(o)), v)
	}
	d.scalar("1.3.6.1.4.1.2021.4.5.0", 8_000_000).scalar("1.3.6.1.4.1.2021.4.27.0", 4_000_000)
	si, res := hpe.Append("2.2.4.5.1"), hpe.Append("6.2.14.11.1")
	d.row(si, "0.1", cells{3: 4194304, 7: "Hynix", 8: "HMT151R7", 9: []byte{0x07, 0xda, 3, 15, 0, 0, 0}, 10: "TEST0001", 11: 104, 12: "PROC 1 DIMM 1", 13: 1333})
	d.row(si, "0.2", cells{3: 4194304, 11: 2, 12: "PROC 1 DIMM 2"})
	d.row(si, "0.3", cells{3: 0, 11: 1, 12: "PROC 1 DIMM 3"})
	d.row(res, "1.1", cells{3: "500203-061", 4: 4, 5: 2})
	d.row(res, "1.2", cells{4: 11, 5: 3})
	d.row(res, "1.3", cells{4: 2, 5: 1})
	d.row(hpe.Append("6.2.6.6.1"), "1", cells{3: 3, 5: 2})
	d.row(hpe.Append("6.2.6.6.1"), "2", cells{3: 3, 5: 4})
	d.row(hpe.Append("6.2.9.3.1"), "1.1", cells{3: 3, 4: 2, 5: 1, 8: 460, 11: "5ATEST11"})
	d.row(hpe.Append("6.2.13.3.1"), "1.1", cells{3: 3, 4: 1, 5: 2, 8: 4})
	d.row(hpe.Append("5.2.4.1.1"), "1.0.2", cells{4: "BD03685A24", 5: "HPB6", 6: "COMPAQ", 7: 34732, 9: 8, 10: 52000, 26: 3, 30: "SCTEST01", 38: 3})
	d.row(hpe.Append("5.5.2.1.1"), "0.1", cells{3: "Port 1 Bay 2", 5: 9, 6: 4, 8: 140014})
	d.row(hpe.Append("5.5.3.1.1"), "0.1", cells{4: 3, 5: 3})
	d.row(hpe.Append("14.2.4.1.1"), "0.1", cells{3: "GB0250C8045", 4: "HPG1", 5: "SATEST01", 6: 2, 7: 2, 8: 238475})
	d.row(hpe.Append("6.2.3.4.1"), "1", cells{2: 12, 6: "Corrected Memory Error", 7: "PROC 1 DIMM 2"})
	d.row(hpe.Append("6.2.3.4.1"), "2", cells{2: 0, 6: "Corrected Memory Error", 7: "PROC 1 DIMM 1"})
	return d
}

func TestInsightAgents(t *testing.T) {
	r := insightHost().read(t, "net-snmp", "hpe-insight")
	if want := (fleet.Device{Vendor: "HPE", Model: "ProLiant DL380 G6", Serial: "CZTEST0G6", Firmware: "P62 08/16/2015", Hostname: "old01", OS: "Linux 2.6.32-754"}); r.Device != want {
		t.Errorf("device: got %+v, want %+v", r.Device, want)
	}
	parts(t, r, map[string]string{
		"memory/PROC 1 DIMM 1": "ok (good)",
		"memory/PROC 1 DIMM 2": "warning (degraded)",
		"memory/PROC 1 DIMM 3": "absent (empty socket)",
		"fan/Fan 1":            "ok", "fan/Fan 2": "critical (failed)",
		"psu/Bay 1": "ok",
		"other/Power converter 1, slot 1, socket 2": "critical (failed)",
		"disk/SCSI disk 1.0.2":                      "warning (predictive failure)",
		"disk/Port 1 Bay 2":                         "critical (missing (was failed))",
		"disk/SATA disk 0.1":                        "ok",
		"raid-volume/SAS logical drive 0.1":         "warning (degraded)",
		"other/log of corrected memory errors":      "warning (switched off by too many errors)",
		"chassis/system board":                      "ok",
	})
	if m := part(t, r, "memory/PROC 1 DIMM 1"); m.Manufactured != "2010-03-15" || m.Serial != "TEST0001" || *m.CapacityBytes != 4<<30 || m.Attributes["spare_part"] != "" {
		t.Errorf("module 1: got %+v", m)
	}
	if c := part(t, r, "chassis/system board"); *c.PowerOnHours < 59999 || *c.PowerOnHours > 60001 || c.Serial != "CZTEST0G6" {
		t.Errorf("system board: got %+v, want 60000 hours", c)
	}
	if d := part(t, r, "disk/SCSI disk 1.0.2"); *d.PowerOnHours != 52000 || d.PredictiveFailure != fleet.Yes || d.Vendor != "COMPAQ" {
		t.Errorf("SCSI disk: got %+v", d)
	}
	if *r.Totals.MemoryBytes != 8_000_000<<10 || *r.Totals.MemoryAvailableBytes != 4_000_000<<10 {
		t.Errorf("totals: got %+v, want the host's own view", r.Totals)
	}
	var about []string
	for _, f := range r.Findings {
		if f.Code == "fault" {
			about = append(about, f.Key)
		}
	}
	if want := []string{"memory/PROC 1 DIMM 2"}; !slices.Equal(about, want) {
		t.Errorf("corrected errors: got %v, want %v", about, want)
	}
}

// TestInsightMemoryBoards: a module's state is never taken from another board.
func TestInsightMemoryBoards(t *testing.T) {
	si, res := hpe.Append("2.2.4.5.1"), hpe.Append("6.2.14.11.1")
	base := func() *handmade {
		return newDevice("1.3.6.1.4.1.8072.3.2.10", "Linux").scalar(hpe.Append("6.1.3.0"), 2)
	}
	row := func(d *handmade, boards ...string) *handmade {
		for _, b := range boards {
			d.row(si, b+".1", cells{3: 1 << 20})
		}
		return d
	}
	degraded := cells{4: 11}
	good := cells{4: 4}
	for _, c := range []struct {
		name string
		d    *handmade
		want map[string]string
	}{
		{"both count from 1", row(base(), "1", "2").row(res, "1.1", good).row(res, "2.1", degraded),
			map[string]string{"memory/Board 1 DIMM 1": "ok (good)", "memory/Board 2 DIMM 1": "warning (degraded)"}},
		{"both count from 0", row(base(), "0", "1").row(res, "0.1", good).row(res, "1.1", degraded),
			map[string]string{"memory/Board 0 DIMM 1": "ok (good)", "memory/Board 1 DIMM 1": "warning (degraded)"}},
		{"one from 0, the other from 1", row(base(), "0", "1").row(res, "1.1", good).row(res, "2.1", degraded),
			map[string]string{"memory/Board 0 DIMM 1": "ok (good)", "memory/Board 1 DIMM 1": "unknown (the device publishes no status for it)"}},
		{"the later table alone", base().row(res, "1.1", good).row(res, "1.2", cells{4: 2}).row(res, "1.3", cells{4: 77}),
			map[string]string{"memory/Board 1 DIMM 1": "ok (good)", "memory/Board 1 DIMM 2": "absent (notPresent)", "memory/Board 1 DIMM 3": "unknown (not a listed value: 77)"}},
	} {
		t.Run(c.name, func(t *testing.T) { parts(t, c.d.read(t, "net-snmp", "hpe-insight"), c.want) })
	}
}

// TestILOBeyondParts: the management log, ports without a cable, a controller
// that is no more than its cache, phantom controllers, and the file systems
// that the host told the iLO.
func TestILOBeyondParts(t *testing.T) {
	d := newDevice("1.3.6.1.4.1.232.9.4.12", "Integrated Lights-Out 6 1.54 Nov 15 2023")
	log := hpe.Append("6.2.11.3.1")
	d.row(log, "1", cells{2: 6, 4: 10, 6: []byte{0x07, 0xe4, 1, 2, 3, 4}, 8: "POST Error: repaired"})
	d.row(log, "2", cells{2: 9, 4: 11, 6: []byte{0x07, 0xe7, 5, 6, 7, 8}, 8: "Uncorrectable Machine Check Exception"})
	d.row(log, "3", cells{2: 15, 6: []byte{0, 0, 0, 0, 0, 0}, 8: "Drive Array failure"})
	d.row(log, "4", cells{2: 2, 8: "Server power restored"})
	d.row(log, "5", cells{2: 9, 6: []byte{0x07, 0xe8, 1, 1, 0, 0}, 8: "Uncorrectable Machine Check Exception"})
	nic := hpe.Append("18.2.3.1.1")
	d.row(nic, "1", cells{4: []byte{0x94, 0x18, 0x82, 0, 0, 1}, 5: 0, 10: 1, 12: 2, 14: 2})
	d.row(nic, "2", cells{5: 0, 10: 2, 12: 4, 14: 4})
	d.row(nic, "3", cells{5: 1, 10: 1, 12: 4, 14: 3})
	controllers := hpe.Append("3.2.2.1.1")
	d.row(controllers, "0", cells{6: 0, 10: 0, 12: 0, 20: "Slot 0"})
	d.row(controllers, "1", cells{5: 1, 6: 4, 10: 2, 12: 1, 15: "PWTEST01    ", 20: "Slot 1"})
	d.row(controllers, "3", cells{5: 3, 6: 3, 10: 2, 12: 2, 20: "Slot 3"})
	d.row(hpe.Append("3.2.5.1.1"), "1.0", cells{6: 3, 37: 4, 57: 2, 64: "Port=1I:Box=1:Bay=1"})
	d.row(hpe.Append("3.2.3.1.1"), "1.1", cells{3: 5, 4: 5, 11: 3})
	d.row(hpe.Append("1.2.2.3.1"), "0.2", cells{5: 3})
	fs := hpe.Append("11.2.4.1.1")
	d.row(fs, "1", cells{2: "/dev/mapper/os-root on /", 3: 25587, 4: 980})
	d.row(fs, "2", cells{2: "tmpfs on /run", 3: 12858, 4: 27})
	d.row(fs, "3", cells{2: "proc on /proc", 3: 0, 4: 0})
	d.scalar(hpe.Append("6.2.14.8.0"), 65536)
	r := d.read(t, "hpe-ilo")
	parts(t, r, map[string]string{
		"nic/Slot 0 port 1": "ok", "nic/Slot 0 port 2": "ok (no link)", "nic/Slot 1 port 1": "critical (general failure)",
		"raid-controller/Slot 1":                    "ok",                 // the failed drive explains its overall status
		"raid-controller/Slot 3":                    "warning (degraded)", // nothing explains this one
		"disk/Port=1I:Box=1:Bay=1":                  "critical (failed)",
		"raid-volume/Logical drive 1, controller 1": "warning (a drive is out)",
	})
	if got := part(t, r, "nic/Slot 0 port 1").Attributes["mac"]; got != "941882000001" {
		t.Errorf("MAC: got %q", got)
	}
	want := []string{"critical: Drive Array failure", "warning: Uncorrectable Machine Check Exception", "warning: a cache of CPU 0 is not ok (row 0.2)"}
	if got := findings(r); !slices.Equal(got, want) {
		t.Errorf("findings: got %q, want %q", got, want)
	}
	for _, f := range r.Findings {
		if strings.HasPrefix(f.Text, "Uncorrectable") && f.Since.Format(time.DateOnly) != "2023-05-06" {
			t.Errorf("since: got %v, want 2023-05-06", f.Since)
		}
	}
	if len(r.Filesystems) != 1 || r.Filesystems[0].Mount != "/" || *r.Filesystems[0].SizeBytes != 25587<<20 || *r.Filesystems[0].UsedBytes != 980<<20 {
		t.Errorf("file systems: got %+v, want / alone", r.Filesystems)
	}
	if r.Totals.MemoryBytes == nil || *r.Totals.MemoryBytes != 64<<30 {
		t.Errorf("memory: got %v, want the total where no module is listed", r.Totals.MemoryBytes)
	}
	for _, x := range r.Plan.OIDs() {
		if x.Under(log) {
			t.Fatalf("a status read asks for the log: %s", x)
		}
	}
}
