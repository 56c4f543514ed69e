package profile

import (
	"fmt"
	"slices"
	"testing"

	"ironage/internal/fleet"
	"ironage/probes/snmp"
)

const (
	anHrDevice  snmp.OID = "1.3.6.1.2.1.25.3.2.1"
	anHrStorage snmp.OID = "1.3.6.1.2.1.25.2.3.1"
	anEntity    snmp.OID = "1.3.6.1.2.1.47.1.1.1.1"
	netSNMP     snmp.OID = "1.3.6.1.4.1.8072.3.2.10"
)

func hrType(n string) snmp.OID { return "1.3.6.1.2.1.25.3.1." + snmp.OID(n) }

func (d *handmade) store(index int, kind, name string, units, size, used int) *handmade {
	return d.row(anHrStorage, fmt.Sprint(index), cells{2: snmp.OID("1.3.6.1.2.1.25.2.1." + kind), 3: name, 4: units, 5: size, 6: used})
}

func TestESXi(t *testing.T) {
	d := newDevice("1.3.6.1.4.1.6876.4.1", "VMware ESXi 8.0.2 build-22380479 VMware, Inc. x86_64").
		scalar("1.3.6.1.4.1.6876.1.1.0", "VMware ESXi").scalar(hrMemorySize, 1<<20).
		row(anEntity, "1", cells{2: "Acme X1", 5: 3, 11: "TESTHOST1", 12: "Acme", 13: "X1", 17: []byte{7, 0xe2, 5, 21, 0, 0, 0, 0}}).
		row("1.3.6.1.4.1.6876.3.5.2.1", "1", cells{2: "vmhba0", 4: 5, 5: "Smart Array P440ar", 6: "nhpsa"}).
		row("1.3.6.1.4.1.6876.3.5.2.1", "2", cells{2: "vmhba64", 4: 1, 5: "iSCSI Software Adapter"}).
		row("1.3.6.1.4.1.6876.4.20.3.1", "7", cells{2: 3, 3: 4, 4: "Power Supply 2 lost input", 5: "2019"}).
		store(1, "4", "/vmfs/volumes/a", 1<<20, 1000000, 900000).store(2, "4", "/vmfs/volumes/b", 1<<20, 1000000, 900000).
		store(3, "2", "Real Memory", 1024, 1<<20, 1<<19)
	for i, dev := range []struct {
		kind, name string
		status     int
	}{
		{"3", "CPU Pkg/ID/Node: 0/0/0 Intel(R) Xeon(R)", 1}, {"3", "CPU Pkg/ID/Node: 1/1/1 Intel(R) Xeon(R)", 1},
		{"1", "POWER Power Supply 1", 2}, {"1", "POWER PS 2 Status", 5}, {"1", "POWER 34-PCI 1 Zone", 2}, {"1", "FAN Fan 1", 3},
		{"1", "MEMORY Memory", 2}, {"1", "TEMP 01-Inlet Ambient", 2}, {"1", "VOLT VRM 1", 2}, {"1", "BATTERY CMOS", 4},
		{"1", "CHASSIS Intrusion", 2}, {"1", "CPU CPU 1", 9}, {"1", "UNKNOWN Power Meter", 3}, {"1", "Cable A", 2},
		{"4", "NIC vmnic0, driver ntg3, version 4.1.4.1, 0000:003:00.0", 5}, {"6", "LUN ACME Logical naa.6", 1}, {"6", "LUN ACME DVDRAM mpx", 1},
	} {
		d.row(anHrDevice, fmt.Sprint(i+1), cells{2: hrType(dev.kind), 3: dev.name, 5: dev.status})
		if dev.kind == "3" {
			d.row(hrProcessor, fmt.Sprint(i+1), cells{2: 50})
		}
	}
	r := d.read(t, "vmware-esxi")
	if want := (fleet.Device{Vendor: "Acme", Model: "X1", Serial: "TESTHOST1", OS: "VMware ESXi 8.0.2 build-22380479"}); r.Device != want {
		t.Errorf("device: got %+v, want %+v", r.Device, want)
	}
	parts(t, r, map[string]string{
		"psu/Power Supply 1": "ok (running)", "psu/PS 2 Status": "critical (down)", "other/34-PCI 1 Zone": "ok (running)", "fan/Fan 1": "warning",
		"memory/Memory": "ok (running)", "temperature/01-Inlet Ambient": "ok (running)", "voltage/VRM 1": "ok (running)",
		"battery/CMOS": "warning (testing)", "chassis/Intrusion": "ok (running)", "cpu/CPU 1": "unknown (not a listed value: 9)",
		"other/Power Meter": "warning", "other/Cable A": "ok (running)", "nic/vmnic0": "unknown (no link)",
		"other/ACME Logical naa.6": "unknown", "other/ACME DVDRAM mpx": "unknown", "raid-controller/vmhba0": "critical (failed)",
	})
	if n := part(t, r, "nic/vmnic0").Attributes; n["driver"] != "ntg3" || n["pci"] != "0000:003:00.0" {
		t.Errorf("vmnic0: got %v", n)
	}
	if len(r.Findings) > 0 || len(r.Filesystems) != 1 {
		t.Errorf("got findings %v and %d stores; want no finding from an old event, and the store of two names once", r.Findings, len(r.Filesystems))
	}
	if *r.Totals.CPUSockets != 2 || *r.Totals.LogicalCPUs != 2 || *r.Totals.MemoryUsedBytes != 1<<29 {
		t.Errorf("totals: got %d sockets, %d CPUs, %d used", *r.Totals.CPUSockets, *r.Totals.LogicalCPUs, *r.Totals.MemoryUsedBytes)
	}
	if !slices.Contains(r.NotReported, fleet.Disk) {
		t.Errorf("not reported: got %v, want disks among them", r.NotReported)
	}
}

func TestWindows(t *testing.T) {
	descr := "Hardware: Intel64 Family 6 Model 85 Stepping 7 AT/AT COMPATIBLE - Software: Windows Version 6.3 (Build %d Multiprocessor Free)"
	for _, c := range []struct {
		id    snmp.OID
		build int
		want  string
	}{{"1.3.6.1.4.1.311.1.1.3.1.2", 17763, "Windows Server 2019"}, {"1.3.6.1.4.1.311.1.1.3.1.3", 9600, "Windows Server 2012 R2"},
		{"1.3.6.1.4.1.311.1.1.3.1.1", 17763, "Windows 10"}, {"1.3.6.1.4.1.311.1.1.3.1.2", 99999, "Windows 6.3 (build 99999)"}} {
		if r := newDevice(c.id, fmt.Sprintf(descr, c.build)).read(t, "windows"); r.Device.OS != c.want {
			t.Errorf("build %d of %s: got %q, want %q", c.build, c.id, r.Device.OS, c.want)
		}
	}
	r := newDevice("1.3.6.1.4.1.311.1.1.3.1.2", fmt.Sprintf(descr, 20348)).
		scalar(hrMemorySize, 32<<20).
		store(1, "4", `C:\ Label:System  Serial Number 10f82425`, 4096, 1000, 400).
		store(2, "4", `C:\Mount\Data\ Label:  Serial Number 1`, 8192, -1610629377, 2000000).
		store(3, "7", `D:\`, 0, 0, 0).
		store(4, "4", `E:\ Label:Huge  Serial Number 2`, 4096, 1000, -7).
		store(5, "10", `Z:\`, 4096, 1000, 1).
		store(6, "3", "Virtual Memory", 65536, 600000, 300000).
		store(7, "2", "Physical Memory", 65536, 524288, 200000).
		row(hrProcessor, "3", cells{2: 10}).row(hrProcessor, "4", cells{2: 30}).
		row(anHrDevice, "9", cells{2: hrType("4"), 3: "WAN Miniport", 5: 1}).
		read(t, "windows")
	var got []string
	for _, f := range r.Filesystems {
		size := "unknown"
		if f.SizeBytes != nil {
			size = fmt.Sprint(*f.SizeBytes)
		}
		got = append(got, f.Mount+" "+size)
	}
	if want := []string{`C:\ 4096000`, `C:\Mount\Data\ 21990096232448`, `E:\ unknown`}; !slices.Equal(got, want) {
		t.Errorf("volumes: got %q, want %q", got, want)
	}
	tot := r.Totals
	if *tot.MemoryBytes != 32<<30 || *tot.MemoryUsedBytes != 200000*65536 || *tot.LogicalCPUs != 2 || *tot.SwapTotalBytes != (600000-524288)*65536 || tot.SwapUsedBytes != nil {
		t.Errorf("totals: got %+v", tot)
	}
	if len(r.Components) != 0 || !slices.Contains(r.NotReported, fleet.Memory) || !slices.Contains(r.NotReported, fleet.Disk) {
		t.Errorf("got %d components, not reported %v; a miniport is no part, and no part is reported", len(r.Components), r.NotReported)
	}
}

func TestSynology(t *testing.T) {
	const syno = snmp.OID("1.3.6.1.4.1.6574")
	d := newDevice(netSNMP, "Linux nas01 4.4.180+ #42962 SMP").scalar("1.3.6.1.4.1.2021.4.5.0", 1000).
		scalar(syno+".1.1.0", "1").scalar(syno+".1.2.0", 44).scalar(syno+".1.3.0", 2).scalar(syno+".1.4.1.0", 1).scalar(syno+".1.4.2.0", 2).
		scalar(syno+".1.5.1.0", "RS3621xs+").scalar(syno+".1.5.2.0", "TESTSYNO1").scalar(syno+".1.5.3.0", "DSM 7.2-64570").
		row(anHrDevice, "393232", cells{2: hrType("6"), 3: "SCSI disk (/dev/sda)"}).row("1.3.6.1.2.1.25.3.6.1", "393232", cells{2: 3, 4: 1000})
	for i, disk := range []cells{
		{2: "Disk 1", 3: "ACME-A         ", 4: "SATA", 5: 1, 6: 40, 7: "data", 9: 0, 11: -1, 12: "/dev/sata1", 13: 1},
		{2: "Disk 2", 5: 1, 6: 41, 9: 17, 13: 2}, {2: "Disk 3", 5: 5, 13: 1}, {2: "Disk 4", 5: 4}, {2: "Disk 5", 5: 3}, {2: "Disk 6", 5: 2, 13: 4},
		{2: "Disk 1 (RX418-1)", 4: "SSD", 5: 1, 11: 91}, {2: "Disk 2 (RX418-1)", 5: 6}, {2: "M.2 Drive 1", 5: 1, 9: -1},
	} {
		d.row(syno+".2.1.1", fmt.Sprint(i), disk)
	}
	for i, status := range []int{1, 2, 7, 11, 12, 13, 99} {
		d.row(syno+".3.1.1", fmt.Sprint(i), cells{2: fmt.Sprintf("Volume %d", i+1), 3: status, 4: 10, 5: 100})
	}
	for i, attr := range []struct {
		dev     string
		id, raw int
	}{{"/dev/sata1", 5, 3}, {"/dev/sata2", 9, 1}, {"/dev/sata1", 9, 4321}} {
		d.row(syno+".5.1.1", fmt.Sprint(i+1), cells{2: attr.dev, 4: attr.id, 8: attr.raw})
	}
	r := d.read(t, "synology-dsm", "net-snmp")
	if want := (fleet.Device{Vendor: "Synology", Model: "RS3621xs+", Serial: "TESTSYNO1", Firmware: "DSM 7.2-64570", OS: "DSM 7.2-64570"}); r.Device != want {
		t.Errorf("device: got %+v, want %+v", r.Device, want)
	}
	if r.RollUp == nil || r.RollUp.Health != fleet.OK || r.Totals.MemoryBytes == nil {
		t.Errorf("roll-up %v, memory %v; want the text \"1\" understood, and Net-SNMP's memory", r.RollUp, r.Totals.MemoryBytes)
	}
	parts(t, r, map[string]string{
		"disk/Disk 1": "ok (normal)", "disk/Disk 2": "warning", "disk/Disk 3": "critical (crashed)", "disk/Disk 4": "critical (system partition failed)",
		"disk/Disk 5": "ok (not initialized)", "disk/Disk 6": "critical (failing)", "disk/Disk 1 (RX418-1)": "ok (normal)",
		"disk/Disk 2 (RX418-1)": "unknown (not a listed value: 6)", "disk/M.2 Drive 1": "ok (normal)",
		"raid-volume/Volume 1": "ok (normal)", "raid-volume/Volume 2": "warning (repairing)", "raid-volume/Volume 3": "ok (syncing)",
		"raid-volume/Volume 4": "warning (degraded)", "raid-volume/Volume 5": "critical (crashed)", "raid-volume/Volume 6": "ok (scrubbing)",
		"raid-volume/Volume 7": "unknown (not a listed value: 99)",
		"psu/Power":            "critical (failed)", "fan/System fan": "ok (normal)", "fan/CPU fan": "critical (failed)",
		"temperature/System": "unknown (the device publishes no status for it)",
	})
	one, two, ssd := part(t, r, "disk/Disk 1"), part(t, r, "disk/Disk 2"), part(t, r, "disk/Disk 1 (RX418-1)")
	if one.Model != "ACME-A" || one.WearUsedPct != nil || *one.PowerOnHours != 4321 || one.Counters["reallocated"] != 3 || two.Counters["bad_sectors"] != 17 || two.PowerOnHours != nil {
		t.Errorf("disks: got %+v and %+v", one, two)
	}
	if *ssd.WearUsedPct != 9 || ssd.Group != "RX418-1" || ssd.Attributes["media"] != "ssd" {
		t.Errorf("SSD: got %+v", ssd)
	}
	if _, said := part(t, r, "disk/M.2 Drive 1").Counters["bad_sectors"]; said {
		t.Error("-1 bad sectors became a number")
	}
}

func TestQNAP(t *testing.T) {
	const n, old = snmp.OID("1.3.6.1.4.1.24681.1.4.1.1.1"), snmp.OID("1.3.6.1.4.1.24681.1.2")
	d := newDevice("1.3.6.1.4.1.24681", "Linux nas02 4.2.2").scalar(n+".1.4.2.0", 45).
		row(anEntity, "1", cells{5: 3, 9: `\"4.5.1\"`, 11: "TESTQNAP1", 12: "QNAP Systems, Inc.", 13: "TS-873U"}).
		row(n+".1.1.2.1", "1", cells{2: 0, 3: "TS-873U", 4: "TESTQNAP1", 6: "head", 7: 31}).
		row(n+".1.1.2.1", "2", cells{2: 1, 3: "REXP-1220U", 4: "TESTREXP1", 5: 12, 6: "REXP", 7: 29}).
		row(n+".1.5.2.1", "1", cells{2: 1, 3: 0, 4: "Good", 5: 0, 6: 35, 8: "ACME-6T (SATA)", 9: 6001175126016}).
		row(n+".1.5.2.1", "2", cells{2: 2, 3: 0, 5: 2, 6: 36, 8: "ACME-6T (SATA)", 9: 1000}).
		row(n+".1.5.2.1", "3", cells{2: 3, 3: 0, 5: -1, 8: "--", 9: 0}).
		row(n+".1.5.2.1", "4", cells{2: 1, 3: 1, 5: 1, 8: "ACME-6T (SATA)", 9: 1000}).
		row(n+".1.2.2.1", "1", cells{2: 1, 3: 0, 4: 0, 5: 900}).row(n+".1.2.2.1", "2", cells{2: 2, 3: 0, 4: -1, 5: -1}).
		row(n+".1.3.2.1", "1", cells{2: 1, 3: 0, 4: 0, 5: -1, 6: -1}).row(n+".1.3.2.1", "2", cells{2: 2, 3: 0, 4: -1}).
		row(n+".2.1.2.1", "1", cells{3: 1000, 5: "Degraded", 7: "RAID 6"}).row(n+".2.2.2.1", "1", cells{3: 1000, 4: 1, 5: -3}).
		row(n+".2.3.2.1", "1", cells{3: 1000, 4: 1, 5: "Ready", 8: "DataVol1"}).
		row(old+".11.1", "1", cells{2: "HDD1", 4: 0, 7: "GOOD"})
	r := d.read(t, "qnap")
	if want := (fleet.Device{Vendor: "QNAP", Model: "TS-873U", Serial: "TESTQNAP1", Firmware: "4.5.1"}); r.Device != want {
		t.Errorf("device: got %+v, want %+v", r.Device, want)
	}
	parts(t, r, map[string]string{
		"disk/Disk 1": "ok (SMART good)", "disk/Disk 2": "critical (SMART abnormal)", "disk/Disk 3": "absent (no disk)", "disk/Enclosure 1 disk 1": "warning (SMART warning)",
		"fan/Fan 1": "ok", "fan/Fan 2": "critical (failed)", "psu/Power supply 1": "ok", "psu/Power supply 2": "critical (failed)",
		"raid-volume/RAID group 1": "warning (degraded)", "raid-volume/Storage pool 1": "critical (error)", "raid-volume/DataVol1": "ok (ready)",
		"temperature/CPU":    "unknown (the device publishes no status for it)",
		"temperature/System": "unknown (the device publishes no status for it)", "temperature/Enclosure 1": "unknown (the device publishes no status for it)",
		"chassis/REXP": "unknown (the device publishes no status for it)",
	})
	if c := part(t, r, "disk/Disk 1"); c.Model != "ACME-6T" || *c.CapacityBytes != 6001175126016 || c.Attributes["bus"] != "SATA" {
		t.Errorf("disk 1: got %+v", c)
	}
	r = newDevice(netSNMP, "Linux TS-559 2.6").scalar(anEntity+".12.1", "QNAP Systems, Inc.").scalar(old+".5.0", "45 C/113 F").
		row(old+".11.1", "1", cells{2: "HDD1", 3: "28 C/82 F", 4: 0, 5: "ACME-5T", 6: "5.46 TB", 7: "GOOD"}).
		row(old+".11.1", "2", cells{2: "HDD2", 3: "30 C/86 F", 4: 0, 7: "Normal"}).
		row(old+".11.1", "3", cells{2: "HDD3", 3: "--", 4: -5, 7: "--"}).
		row(old+".11.1", "4", cells{2: "HDD4", 4: -9, 7: "Abnormal"}).
		row(old+".15.1", "1", cells{2: "System FAN 1", 3: "4504 RPM"}).row(old+".15.1", "2", cells{2: "System FAN 2", 3: "0 RPM"}).
		read(t, "qnap", "net-snmp")
	parts(t, r, map[string]string{"disk/HDD1": "ok (ready)", "disk/HDD2": "warning (SMART not good)", "disk/HDD3": "absent (no disk)", "disk/HDD4": "critical (read and write error)",
		"fan/System FAN 1": "ok (turning)", "fan/System FAN 2": "absent (not turning or none connected)", "temperature/CPU": "unknown (the device publishes no status for it)"})
	if c := part(t, r, "disk/HDD1"); *c.Reading != 28 || *c.CapacityBytes < 6e12 {
		t.Errorf("HDD1: got %+v", c)
	}
}

func TestTrueNAS(t *testing.T) {
	const nas = snmp.OID("1.3.6.1.4.1.50536")
	core := newDevice("1.3.6.1.4.1.8072.3.2.8", "TrueNAS-13.0-U6 (abc). Hardware: amd64 ACME CPU running at 2100. Software: FreeBSD 13.1-RELEASE-p9 (revision 1)").
		scalar("1.3.6.1.4.1.2021.4.5.0", 1000000).scalar("1.3.6.1.4.1.2021.4.6.0", 100000).scalar(nas+".1.4.1.0", 500000).
		row(nas+".1.1.1.1", "1", cells{2: "tank", 3: 131072, 4: 1459617792, 5: 331145071, 7: 0}).
		row(nas+".1.1.1.1", "2", cells{2: "old", 3: 4096, 4: 10, 7: 1}).row(nas+".1.1.1.1", "3", cells{2: "gone", 3: 4096, 4: 10, 7: 4}).
		row(nas+".3.1", "1", cells{2: "ada0", 3: 41000}).
		row("1.3.6.1.4.1.2021.13.16.2.1", "1", cells{2: "ada0", 3: 41000}).row("1.3.6.1.4.1.2021.13.16.2.1", "2", cells{2: "CPU0", 3: 0}).
		read(t, "truenas-core", "net-snmp")
	parts(t, core, map[string]string{"raid-volume/tank": "ok (online)", "raid-volume/old": "warning (degraded)", "raid-volume/gone": "critical (unavail)",
		"temperature/ada0": "unknown (the device publishes no status for it)", "temperature/CPU0": "unknown (the device publishes no status for it)"})
	if c := part(t, core, "raid-volume/tank"); *c.CapacityBytes != 191315023233024 {
		t.Errorf("tank: got %d bytes, want every digit of 191315023233024", *c.CapacityBytes)
	}
	if got := *core.Totals.MemoryAvailableBytes; got != 600000<<10 || *core.Totals.MemoryUsedBytes != 400000<<10 {
		t.Errorf("available: got %d KiB, want 600000: ZFS gives its cache back", got>>10)
	}
	if core.Device.OS != "TrueNAS-13.0-U6 (FreeBSD 13.1-RELEASE-p9)" {
		t.Errorf("got %q", core.Device.OS)
	}
	scale := newDevice(nas+".3.1", "TrueNAS-25.10.4. Hardware: x86_64 ACME CPU. Software: Linux 6.12.91-production+truenas (revision unknown)").
		row(nas+".1.1.1.1", "1", cells{2: "tank", 3: "DEGRADED"}).row(nas+".1.1.1.1", "2", cells{2: "boot-pool", 3: "ONLINE"}).
		row(nas+".1.1.1.1", "3", cells{2: "x", 3: "SPLIT"}).
		read(t, "truenas-scale")
	parts(t, scale, map[string]string{"raid-volume/tank": "warning (degraded)", "raid-volume/boot-pool": "ok (online)", "raid-volume/x": "unknown (not a listed value: SPLIT)"})
	if scale.Device.OS != "TrueNAS-25.10.4 (Linux 6.12.91-production+truenas)" {
		t.Errorf("got %q", scale.Device.OS)
	}
}

func TestMegaRAID(t *testing.T) {
	const lsi = snmp.OID("1.3.6.1.4.1.3582.4.1")
	d := newDevice(netSNMP, "Linux db01 5.14").
		row(lsi+".4.1.2.1", "0", cells{1: 0, 16: 2048, 18: 2, 19: 1, 20: 0, 22: 8, 23: 1, 24: 1, 42: 71, 43: 0}).
		row(lsi+".4.1.2.1", "1", cells{1: 1, 19: 1, 20: 0, 23: 0, 24: 0, 42: 0}).
		row(lsi+".4.1.3.1", "0", cells{12: "ACME RAID 9361", 13: "TESTCTL1", 14: "24.21.0-0097:4.680.00:Mar 01 2019:10:00:00"}).
		row(lsi+".4.1.3.1", "1", cells{12: "ROMB", 13: "N/A"}).
		row(lsi+".4.1.6.2.1", "0", cells{2: "CVPM05", 7: -1, 16: "33 (Normal)", 17: "LSI", 19: "77", 21: 0, 27: -1, 29: "Operational"}).
		row(lsi+".4.1.6.2.1", "1", cells{2: "iBBU", 7: 300, 11: 88, 16: "61 (High)", 21: 1, 27: 1, 29: "N/A"}).
		row(lsi+".4.1.6.2.1", "2", cells{2: "BBU", 21: 1, 27: 0, 29: "Non-Operational"}).
		row(lsi+".4.3.1.2.1", "0", cells{1: 0, 2: 1000, 4: 0, 5: 3, 6: "sys", 11: 1, 16: 1, 20: 0, 23: 0}).
		row(lsi+".4.3.1.2.1", "1", cells{1: 1, 2: 1000, 4: 1, 5: 2, 6: "data", 11: 6, 16: 2, 20: 0, 23: 0}).
		row(lsi+".4.3.1.2.1", "2", cells{1: 2, 4: 0, 5: 3, 20: 1, 23: 1}).
		row(lsi+".5.2.1", "0", cells{1: 1, 2: 8, 10: 1, 16: "0e0b\x04x36-55\n31", 17: "x36-55.14.11.0", 18: "LSI", 19: "SAS2X36"}).
		row(lsi+".5.3.1", "0", cells{1: 0, 2: 1, 3: 4}).row(lsi+".5.5.1", "0", cells{1: 0, 2: 1, 3: 6}).row(lsi+".5.6.1", "0", cells{1: 0, 2: 1, 3: 3, 4: 60})
	for i, disk := range []cells{{10: 24}, {10: 17}, {10: 20}, {10: 2}, {10: 64, 9: 2}, {10: 24, 7: 5}, {10: 77}, {10: 0, 33: 1}, {10: 128}} {
		base := cells{2: i + 8, 4: 0, 7: 0, 9: 0, 15: 3815447, 18: 252, 20: i, 22: 0, 24: "ATA", 25: "ACME", 36: 255, 37: fmt.Sprintf("TESTD%03d", i), 29: 1}
		for col, v := range disk {
			base[col] = v
		}
		d.row(lsi+".4.2.1.2.1", fmt.Sprint(i), base)
	}
	d.row(lsi+".4.2.1.2.1", "9", cells{2: 8, 4: 13, 10: 0, 18: 8}) // the enclosure itself
	d.row(lsi+".4.2.1.2.1", "10", cells{2: 3, 4: 0, 7: 0, 9: 0, 10: 24, 18: -1, 20: 3, 22: 1})
	r := d.read(t, "lsi-megaraid", "net-snmp")
	parts(t, r, map[string]string{
		"raid-controller/Adapter 0": "critical (failed disks)", "raid-controller/Adapter 1": "warning (volumes degraded)",
		"temperature/Adapter 0 ROC": "unknown (the device publishes no status for it)",
		"battery/Adapter 0 CVPM05":  "ok (Operational)", "battery/Adapter 1 iBBU": "warning (replace the battery)", "battery/Adapter 1 BBU": "critical (Non-Operational)",
		"disk/c0 e252:s0": "ok (online)", "disk/c0 e252:s1": "critical (failed)", "disk/c0 e252:s2": "warning (rebuild)", "disk/c0 e252:s3": "ok (hot spare)",
		"disk/c0 e252:s4": "warning (predicted to fail)", "disk/c0 e252:s5": "warning (media errors)", "disk/c0 e252:s6": "unknown (not a listed value: 77)",
		"disk/c0 e252:s7": "warning (locked by a foreign key)", "disk/c0 e252:s8": "warning (shielded, unconfigured)", "disk/c1 s3": "ok (online)",
		"raid-volume/c0 v0": "ok (optimal)", "raid-volume/c0 v1": "warning (degraded)", "raid-volume/c1 v0": "warning (bad blocks)",
		"chassis/Enclosure 1": "critical (fault)", "fan/Enclosure 1 fan 0": "warning (non-critical)", "psu/Enclosure 1 power supply 0": "absent (not installed)",
		"temperature/Enclosure 1 temperature 0": "critical",
	})
	if c := part(t, r, "disk/c0 e252:s4"); c.PredictiveFailure != fleet.Yes || *c.CapacityBytes != 3815447<<20 || c.Reading != nil || c.Vendor != "" || c.Place != "Slot 4" {
		t.Errorf("disk 4: got %+v", c)
	}
	if c := part(t, r, "raid-controller/Adapter 0"); c.Firmware != "24.21.0-0097" || c.Serial != "TESTCTL1" {
		t.Errorf("controller: got %+v", c)
	}
	if c := part(t, r, "raid-volume/c0 v1"); c.Attributes["raid_level"] != "RAID 60" {
		t.Errorf("volume: got %v", c.Attributes)
	}
	if c := part(t, r, "chassis/Enclosure 1"); c.Serial != "" || c.Firmware != "0e0b" {
		t.Errorf("enclosure: got serial %q, firmware %q", c.Serial, c.Firmware)
	}
}

func TestSensorsOfHosts(t *testing.T) {
	const lm = snmp.OID("1.3.6.1.4.1.2021.13.16")
	r := newDevice(netSNMP, "Linux srv02 6.1").
		row(lm+".2.1", "1", cells{2: "temp1", 3: 45500}).row(lm+".2.1", "2", cells{2: "temp1", 3: 38000}).
		scalar(lm+".2.1.2.3", "temp2").row(lm+".3.1", "1", cells{2: "fan1", 3: 1200}).row(lm+".3.1", "2", cells{2: "fan2", 3: 0}).
		row(lm+".4.1", "1", cells{2: "in0", 3: 11980}).read(t, "net-snmp")
	parts(t, r, map[string]string{
		"temperature/temp1 #1": "unknown (the device publishes no status for it)", "temperature/temp1 #2": "unknown (the device publishes no status for it)",
		"temperature/temp2": "unknown (the device publishes no status for it)", "fan/fan1": "ok (turning)", "fan/fan2": "absent (not turning or none connected)",
		"voltage/in0": "unknown (the device publishes no status for it)",
	})
	if c := part(t, r, "temperature/temp1 #1"); *c.Reading != 45.5 {
		t.Errorf("got %v", *c.Reading)
	}
}

func TestEntity(t *testing.T) {
	const sensor, state = snmp.OID("1.3.6.1.2.1.99.1.1.1"), snmp.OID("1.3.6.1.2.1.131.1.1.1")
	day := func(y, m, d byte) []byte { return []byte{7, y, m, d, 0, 0, 0, 0} }
	build := func(memory, cpu []byte) *handmade {
		return newDevice("1.3.6.1.4.1.99998.1", "Acme appliance").
			row(anEntity, "1", cells{2: "Acme chassis", 4: 0, 5: 3, 7: "Chassis", 10: "7.1", 11: "TESTACME1", 12: "Acme", 13: "A-1", 17: day(0xe2, 5, 21)}).
			row(anEntity, "2", cells{2: "Power supply bay", 4: 1, 5: 5, 7: "PSU bay 1"}).
			row(anEntity, "3", cells{2: "Power supply bay", 4: 1, 5: 5, 7: "PSU bay 2"}).
			row(anEntity, "4", cells{2: "750 W supply", 4: 2, 5: 6, 7: "PSU 1", 11: "000000", 13: "P750", 17: day(0xd9, 8, 6)}).
			row(anEntity, "5", cells{2: "Fan tray", 4: 1, 5: 7, 7: "Fan 1"}).
			row(anEntity, "6", cells{2: "16 GB RDIMM", 4: 1, 5: 9, 7: "A1", 11: "TESTMEM1", 17: memory}).
			row(anEntity, "7", cells{2: "Line card", 4: 1, 5: 9, 7: "LC1"}).
			row(anEntity, "8", cells{2: "Inlet", 4: 1, 5: 8, 7: "Inlet temperature"}).
			row(anEntity, "9", cells{2: "rail", 4: 1, 5: 8, 7: "12 V"}).
			row(anEntity, "10", cells{2: "broken", 4: 1, 5: 8, 7: "Broken sensor"}).
			row(anEntity, "11", cells{2: "Xeon", 4: 1, 5: 12, 7: "CPU 1", 17: cpu}).
			row(anEntity, "12", cells{2: "SFP cage", 4: 1, 5: 5, 7: "Port 1"}).
			row(sensor, "8", cells{1: 8, 2: 9, 3: 1, 4: 245, 5: 1}).row(sensor, "9", cells{1: 4, 2: 8, 3: 0, 4: 12010, 5: 1}).
			row(sensor, "10", cells{1: 8, 2: 9, 3: 0, 4: 1000000000, 5: 3}).
			row(state, "4", cells{2: 4, 3: 2, 5: []byte{}}).row(state, "5", cells{2: 2, 3: 2, 5: []byte{0x00}}).
			row(state, "6", cells{2: 4, 3: 3, 5: []byte{0x04}}).row(state, "11", cells{3: 3, 5: []byte{0x28}}).row(state, "7", cells{3: 3, 5: []byte{}})
	}
	r := build(day(0xe3, 1, 2), nil).read(t, "entity")
	if want := (fleet.Device{Vendor: "Acme", Model: "A-1", Serial: "TESTACME1", Firmware: "7.1"}); r.Device != want {
		t.Errorf("device: got %+v, want %+v", r.Device, want)
	}
	parts(t, r, map[string]string{
		"chassis/Chassis": "unknown (the device publishes no status for it)",
		"psu/PSU 1":       "critical (disabled)", "psu/PSU bay 2": "absent (empty)", "fan/Fan 1": "ok (no alarm)", "memory/A1": "warning",
		"other/LC1": "ok (no alarm)", "cpu/CPU 1": "critical (critical, minor alarm)",
		"temperature/Inlet temperature": "unknown (the device publishes no status for it)", "voltage/12 V": "unknown (the device publishes no status for it)",
		"temperature/Broken sensor": "unknown (sensor is broken)",
	})
	if c := part(t, r, "temperature/Inlet temperature"); *c.Reading != 24.5 || c.Group != "Chassis" {
		t.Errorf("inlet: got %v in %q", *c.Reading, c.Group)
	}
	if c := part(t, r, "voltage/12 V"); *c.Reading != 12.01 {
		t.Errorf("12 V: got %v", *c.Reading)
	}
	if c := part(t, r, "temperature/Broken sensor"); c.Reading != nil {
		t.Errorf("broken: got %v", *c.Reading)
	}
	if c := part(t, r, "psu/PSU 1"); c.Serial != "" || c.Manufactured != "" {
		t.Errorf("PSU 1: got serial %q, date %q; zeros and the date of the example are nothing", c.Serial, c.Manufactured)
	}
	if c := part(t, r, "memory/A1"); c.Manufactured != "2019-01-02" {
		t.Errorf("A1: got date %q", c.Manufactured)
	}
	// The same day on parts of different kinds is no date.
	same := build(day(0xe2, 5, 21), day(0xe2, 5, 21)).read(t, "entity")
	if c := part(t, same, "memory/A1"); c.Manufactured != "" {
		t.Errorf("got %q, want no date", c.Manufactured)
	}
	// Beside a family's own profile the tree is left alone.
	own := build(nil, nil)
	own.vars[0].Value.Octets = []byte("1.3.6.1.4.1.6876.4.1")
	own.read(t, "vmware-esxi")
}
