package profile

import (
	"fmt"
	"strings"
	"testing"

	"ironage/internal/fleet"
)

// host reads a Net-SNMP host made of recording lines.
func host(t *testing.T, lines ...string) Reading {
	t.Helper()
	rec, err := ReadRecording(strings.NewReader("1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.8072.3.2.10\n" + strings.Join(lines, "\n")))
	if err != nil {
		t.Fatal(err)
	}
	_, r := read(t, builtIn(t), rec)
	return r
}

func ucd(n, kib int) string { return fmt.Sprintf("1.3.6.1.4.1.2021.4.%d.0|2|%d", n, kib) }

func hrRow(index int, kind, name string, units, size, used int64) string {
	const e = "1.3.6.1.2.1.25.2.3.1"
	return fmt.Sprintf("%[1]s.2.%[2]d|6|1.3.6.1.2.1.25.2.1.%[3]s\n%[1]s.3.%[2]d|4|%[4]s\n%[1]s.4.%[2]d|2|%[5]d\n%[1]s.5.%[2]d|2|%[6]d\n%[1]s.6.%[2]d|2|%[7]d",
		e, index, kind, name, units, size, used)
}

func show(p *int64) string {
	if p == nil {
		return "-"
	}
	return fmt.Sprint(*p >> 10)
}

func TestHostMemory(t *testing.T) {
	for _, c := range []struct {
		name             string
		lines            []string
		total, available string // KiB
	}{
		{"new agent", []string{ucd(5, 1000), ucd(6, 100), ucd(20, 1000), ucd(27, 700), ucd(14, 50), ucd(15, 400)}, "1000", "700"},
		{"no memSysAvail: the amount stands in the size of its row", []string{ucd(5, 1000), ucd(6, 100), hrRow(11, "1", "Available memory", 1024, 640, 0)}, "1000", "640"},
		{"old agent: free and buffers and cache without shared", []string{ucd(5, 1000), ucd(6, 100), ucd(13, 30), ucd(14, 50), ucd(15, 400)}, "1000", "520"},
		{"hrStorage alone", []string{hrRow(1, "2", "Physical memory", 1024, 1000, 900), hrRow(6, "1", "Memory buffers", 1024, 1000, 50),
			hrRow(7, "1", "Cached memory", 1024, 400, 400), hrRow(8, "1", "Shared memory", 1024, 30, 30)}, "1000", "520"},
		{"never more than there is", []string{ucd(5, 1000), ucd(6, 900), ucd(15, 900)}, "1000", "1000"},
		{"a 64-bit figure that contradicts", []string{ucd(5, 1000), ucd(20, 900000000), ucd(27, 500)}, "1000", "500"},
		{"32 bits are full", []string{ucd(5, 2147483647), "1.3.6.1.4.1.2021.4.20.0|70|3221225472", ucd(27, 5)}, "3221225472", "5"},
		{"hrMemorySize", []string{"1.3.6.1.2.1.25.2.2.0|2|777"}, "777", "-"},
		{"nothing", []string{"1.3.6.1.2.1.25.1.1.0|67|1"}, "-", "-"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := host(t, c.lines...).Totals
			if show(got.MemoryBytes) != c.total || show(got.MemoryAvailableBytes) != c.available {
				t.Errorf("got %s total, %s available; want %s, %s", show(got.MemoryBytes), show(got.MemoryAvailableBytes), c.total, c.available)
			}
			if got.MemoryUsedBytes != nil && *got.MemoryUsedBytes != *got.MemoryBytes-*got.MemoryAvailableBytes {
				t.Errorf("used: got %d", *got.MemoryUsedBytes)
			}
		})
	}
}

func TestFilesystems(t *testing.T) {
	const gib = 262144 // units of 4 KiB
	r := host(t,
		hrRow(31, "4", "/", 4096, 50*gib, 20*gib),
		hrRow(32, "4", "/dev/shm", 4096, 50*gib, 0),
		hrRow(33, "4", "/run/user/0", 4096, gib, 0),
		hrRow(34, "4", "/developers", 4096, gib, 1),
		hrRow(35, "4", "/var/lib/docker/overlay2/x/merged", 4096, 50*gib, 20*gib),
		hrRow(36, "4", "/srv/bind", 4096, 50*gib, 20*gib), // the same file system again
		hrRow(37, "4", "/empty1", 4096, 7, 3),             // equal and small is chance
		hrRow(38, "4", "/empty2", 4096, 7, 3),             //
		hrRow(39, "4", "/big", 4096, -1610629377, 400000), // wrapped once: repaired
		hrRow(40, "4", "/huge", 4096, 1000, 2000000000),   // wrapped more than once: unknown
		hrRow(41, "7", "/media/cdrom", 2048, 0, 0),
		hrRow(42, "10", "/mnt/nfs", 4096, 9*gib, 8*gib),
		hrRow(43, "4", "/zero", 4096, 0, 0),
		hrRow(44, "4", "/archive", 131072, 1459617792, 1459617791),
		"1.3.6.1.2.1.25.3.8.1.7.4|2|31", "1.3.6.1.2.1.25.3.8.1.5.4|2|2",
	)
	var got []string
	for _, f := range r.Filesystems {
		size := "unknown"
		if f.SizeBytes != nil {
			size = fmt.Sprint(*f.SizeBytes)
		}
		line := f.Mount + " " + f.Type + " " + size
		if f.ReadOnly {
			line += " read-only"
		}
		got = append(got, line)
	}
	want := []string{"/ fixed-disk 53687091200 read-only", "/developers fixed-disk 1073741824", "/empty1 fixed-disk 28672", "/empty2 fixed-disk 28672",
		"/big fixed-disk 10995048116224", "/huge fixed-disk unknown", "/mnt/nfs network-disk 9663676416", "/archive fixed-disk 191315023233024"}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestHostDisks(t *testing.T) {
	dev := func(index int, kind, name string) string {
		return fmt.Sprintf("1.3.6.1.2.1.25.3.2.1.2.%[1]d|6|1.3.6.1.2.1.25.3.1.%[2]s\n1.3.6.1.2.1.25.3.2.1.3.%[1]d|4|%[3]s", index, kind, name)
	}
	storage := func(index, media, kib int) string {
		return fmt.Sprintf("1.3.6.1.2.1.25.3.6.1.2.%[1]d|2|%[2]d\n1.3.6.1.2.1.25.3.6.1.4.%[1]d|2|%[3]d", index, media, kib)
	}
	r := host(t, dev(196608, "3", "GenuineIntel: Xeon"), dev(196609, "3", "GenuineIntel: Xeon"), dev(393232, "6", "SCSI disk (/dev/sda)"), storage(393232, 3, 468851544),
		dev(393248, "6", "RAID disk (/dev/md0)"), storage(393248, 3, 1000), dev(393233, "6", "SCSI disk (/dev/sdb)"), dev(393234, "6", "SCSI disk (/dev/sr0)"), storage(393234, 5, 0))
	if len(r.Components) != 1 || r.Components[0].Name != "sda" || *r.Components[0].CapacityBytes != 468851544<<10 || r.Components[0].Health != fleet.Unknown {
		t.Errorf("disks: got %+v, want sda of unknown health alone", r.Components)
	}
	if old := host(t, dev(196608, "3", "x"), "1.3.6.1.2.1.1.3.0|67|90000"); old.Plan.Len() != 0 {
		t.Errorf("plan of an agent that has no loads at all: got %v, want nothing", old.Plan.OIDs())
	}
	if young := host(t, dev(196608, "3", "x"), "1.3.6.1.2.1.1.3.0|67|900"); young.Plan.Len() != 1 {
		t.Errorf("plan in the agent's first minute: got %v, want the load that will come", young.Plan.OIDs())
	}
	if n := r.Totals.LogicalCPUs; n == nil || *n != 2 {
		t.Errorf("logical CPUs in the agent's first minute: got %v, want 2", n)
	}
}
