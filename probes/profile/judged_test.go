package profile

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"ironage/internal/fleet"
	"ironage/probes/snmp"
)

// TestOneNameForOneSignal: risk is estimated from counters by name, so a
// maker's own word for a signal would hide it.
func TestOneNameForOneSignal(t *testing.T) {
	other := map[string]string{
		"reported_uncorrectable": "uncorrectable", "hard_read_errors": "uncorrectable", "bad_blocks": "reallocated", "grown_defects": "reallocated",
		"pending_sectors": "pending", "udma_crc_errors": "crc_errors", "media_error": "media_errors",
		"ecc_single_bit": "corrected_errors", "ecc_multi_bit": "uncorrected_errors", "correctable_errors": "corrected_errors",
		"uncorrectable_errors": "uncorrected_errors", "machine_check": "machine_checks", "predictive_errors": "predictive_failures",
	}
	for _, p := range builtIn(t).Profiles() {
		for _, c := range p.Components {
			for _, name := range slices.Sorted(maps.Keys(c.Counters)) {
				if right := other[name]; right != "" {
					t.Errorf("%s: %s: the counter %q is called %q", p.Name, c.Kind, name, right)
				}
			}
		}
	}
}

// TestDisksSayWhatTheyDo: wherever a profile reads the state of disks behind a
// controller, it tells members, spares and disks of no volume apart.
func TestDisksSayWhatTheyDo(t *testing.T) {
	for _, name := range []string{"dell-idrac", "dell-omsa", "huawei-ibmc", "fujitsu-irmc", "lsi-megaraid", "supermicro-bmc", "supermicro-sd5",
		"cisco-cimc", "cisco-ucs-manager", "lenovo-xcc", "ibm-imm"} {
		p := builtIn(t).Find(name)
		if p == nil {
			t.Fatalf("no profile %s", name)
		}
		if !slices.ContainsFunc(p.Components, func(r *Rule) bool { return r.Kind == fleet.Disk && r.Attributes["state"] != nil }) {
			t.Errorf("%s: its disks have no state", name)
		}
	}
}

func attributes(c fleet.Component, names ...string) string {
	var out []string
	for _, n := range names {
		if v := c.Attributes[n]; v != "" {
			out = append(out, n+"="+v)
		}
	}
	return strings.Join(out, " ")
}

func TestMembersOfDell(t *testing.T) {
	storage := snmp.OID("1.3.6.1.4.1.674.10892.5.5.1.20")
	d := newDevice("1.3.6.1.4.1.674.10892.5", "")
	disks := map[string]struct {
		state, spare int
		want         string
	}{
		"0": {3, 1, "state=online"}, "1": {2, 3, "state=ready spare=global"}, "2": {2, 2, "state=ready spare=dedicated"}, "3": {2, 1, "state=ready"},
		"4": {8, 1, "state=nonraid"}, "5": {4, 1, "state=foreign"}, "6": {7, 1, "state=failed"}, "7": {10, 1, "state=read-only read_only=yes"},
	}
	for n, x := range disks {
		d.row(storage.Append("130.4.1"), n, cells{2: "Disk " + n, 4: x.state, 22: x.spare, 24: 3, 31: 0, 54: "Disk.Bay." + n + ":Enclosure.Internal.0-1:RAID.Integrated.1-1"})
	}
	d.row(storage.Append("140.1.1"), "1", cells{4: 2, 13: 5, 20: 3, 34: 2, 35: "Disk.Virtual.0:RAID.Integrated.1-1"})
	r := d.read(t, "dell-idrac")
	for n, x := range disks {
		c := part(t, r, "disk/Disk.Bay."+n+":Enclosure.Internal.0-1:RAID.Integrated.1-1")
		if got := attributes(c, "state", "spare", "read_only"); got != x.want || c.Group != "RAID.Integrated.1-1" {
			t.Errorf("disk %s of %s: got %q, want %q", n, c.Group, got, x.want)
		}
	}
	v := part(t, r, "raid-volume/Disk.Virtual.0:RAID.Integrated.1-1")
	if got := attributes(v, "raid_level", "remaining_redundancy"); got != "raid_level=RAID 6 remaining_redundancy=2" || v.Group != "RAID.Integrated.1-1" {
		t.Errorf("volume of %s: got %q", v.Group, got)
	}
}

func TestMembersOfHPE(t *testing.T) {
	d := newDevice("1.3.6.1.4.1.232.9.4.10", "Integrated Lights-Out 5 2.44")
	drive := func(n string, status, use int) {
		d.row(hpe.Append("3.2.5.1.1"), "0."+n, cells{3: "EG001200", 6: status, 36: 2, 8: 7, 57: 2, 58: use, 64: "Port=1I:Box=1:Bay=" + n})
	}
	drive("0", 2, 2)
	drive("1", 2, 2)
	drive("2", 2, 2)
	drive("3", 10, 2)
	drive("4", 2, 3)
	d.row(hpe.Append("3.2.4.1.1"), "0.2", cells{3: 4, 6: 2})
	d.row(hpe.Append("3.2.3.1.1"), "0.1", cells{3: 3, 4: 2, 10: []byte{0, 1}})
	r := d.read(t, "hpe-ilo")
	for n, want := range map[string]string{"0": "use=configured", "2": "use=configured spare=yes", "3": "use=configured spare=yes", "4": "use=not configured"} {
		c := part(t, r, "disk/Port=1I:Box=1:Bay="+n)
		if got := attributes(c, "use", "spare"); got != want || c.Counters["reallocated"] != 7 || !strings.HasSuffix(c.Index, "."+n) {
			t.Errorf("drive %s (index %s): got %q %v, want %q", n, c.Index, got, c.Counters, want)
		}
	}
	if v := part(t, r, "raid-volume/Logical drive 1, controller 0"); v.Attributes["member_rows"] != "0001" {
		t.Errorf("members: got %q, want 0001", v.Attributes["member_rows"])
	}
}
