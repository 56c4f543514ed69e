package collect

import (
	"strings"
	"testing"

	"ironage/internal/fleet"
)

func TestOnePartThroughTwoEndpoints(t *testing.T) {
	s := newStory(t, both)
	s.full(disk("Bay 1", "A", fleet.OK), disk("1", "Z", fleet.OK))
	os := func(r fleet.Rhythm, cs ...fleet.Component) string {
		return told(s.fold(fleet.Observation{Endpoint: osEP, Rhythm: r, SNMP: fleet.Answered, Components: cs}))
	}
	want(t, "the same disk, another name, a clash of names", os(fleet.Inventory, disk("sda", "a", fleet.OK), disk("1", "Q", fleet.OK)), "")
	keys := func() string {
		var ks []string
		for i := range s.st.Components {
			ks = append(ks, s.st.Components[i].Key())
		}
		return strings.Join(ks, " ")
	}
	want(t, "list", keys(), "disk/Bay 1 disk/1 disk/1 (os)")
	want(t, "nothing changes", s.status(disk("Bay 1", "A", fleet.OK), disk("1", "Z", fleet.OK))+os(fleet.Status, disk("sda", "a", fleet.OK), disk("1", "Q", fleet.OK)), "")
	want(t, "list", keys(), "disk/Bay 1 disk/1 disk/1 (os)")
	os(fleet.Status, disk("sda", "a", fleet.Critical), disk("1", "Q", fleet.OK))
	want(t, "the operating system sees it fail", os(fleet.Status, disk("sda", "a", fleet.Critical), disk("1", "Q", fleet.OK)),
		"health disk/Bay 1 ok→critical critical")
	want(t, "health", s.st.Health.String(), "critical")
}

// TestUnreadIsNotMissing: a table that could not be read says nothing about its
// parts, also after later status reads went well.
func TestUnreadIsNotMissing(t *testing.T) {
	srv := box
	srv.Expected = map[fleet.Kind]int{fleet.Memory: 8}
	s := newStory(t, srv)
	broken := fleet.Observation{Rhythm: fleet.Inventory, SNMP: fleet.Answered, Components: []fleet.Component{disk("1", "A", fleet.OK)},
		Errors: []fleet.ReadError{{What: "memory", Text: "timed out", Kinds: []fleet.Kind{fleet.Memory}}}}
	s.fold(broken)
	if !s.st.Endpoints[0].WantFull {
		t.Error("after an inventory with a hole: got no wish for another one")
	}
	s.status(disk("1", "A", fleet.OK))
	if got := s.st.Health; got != fleet.OK {
		t.Errorf("health: got %s with %v, want ok: nothing is known to be missing", got, s.st.Findings)
	}
	if len(s.st.Endpoints[0].Errors) != 1 {
		t.Errorf("errors after a good status read: got %v, want the unread table still named", s.st.Endpoints[0].Errors)
	}
	s.fold(broken)
	if s.st.Endpoints[0].WantFull {
		t.Error("a table that is never given: got a wish for an inventory after each one")
	}
	s.full(disk("1", "A", fleet.OK))
	if got := s.st.Health; got != fleet.Warning {
		t.Errorf("health after a whole read: got %s, want warning: 0 of 8 modules", got)
	}
}

// TestBlockDevicesAreNoFurtherDisks: what the operating system calls sda is a
// volume of the disks that the controller lists. Where no controller lists
// any, it is all there is to show.
func TestBlockDevicesAreNoFurtherDisks(t *testing.T) {
	s := newStory(t, box)
	sda := fleet.Component{Kind: fleet.Disk, Name: "sda", Slot: "sda", Role: fleet.OS}
	fromOS := func() {
		s.fold(fleet.Observation{Endpoint: osEP, Rhythm: fleet.Inventory, SNMP: fleet.Answered, Components: []fleet.Component{sda}})
	}
	fromOS()
	if s.st.Component("disk/sda") == nil {
		t.Fatal("without a controller: got no disk/sda")
	}
	s.full(disk("Bay 1", "A", fleet.OK))
	fromOS()
	if len(s.st.Components) != 1 || s.st.Component("disk/Bay 1") == nil {
		t.Errorf("with a controller: got %d components, want the disk of bay 1 alone", len(s.st.Components))
	}
	if s.st.Health != fleet.OK {
		t.Errorf("health: got %s, want ok", s.st.Health)
	}
}

func TestFilesystemLevels(t *testing.T) {
	s := newStory(t, fleet.Server{Name: "box", Endpoints: []fleet.Endpoint{osEP}})
	fs := func(used int64) string {
		size := int64(100)
		return told(s.fold(fleet.Observation{Endpoint: osEP, Rhythm: fleet.Status, SNMP: fleet.Answered, Ping: fleet.Ping{Reach: fleet.Answered},
			Components: []fleet.Component{disk("1", "A", fleet.OK)}, Filesystems: []fleet.Filesystem{{Mount: "/var", SizeBytes: &size, UsedBytes: &used}}}))
	}
	want(t, "first read counts at once", fs(90), "health filesystem//var ok→warning warning")
	want(t, "critical once", fs(96), "")
	want(t, "critical twice", fs(96), "health filesystem//var warning→critical critical")
	want(t, "hovering", fs(94)+fs(94)+fs(94), "")
	want(t, "below the margin", fs(91)+fs(91), "health filesystem//var critical→warning warning")
	want(t, "fine", fs(50)+fs(50), "health filesystem//var warning→ok ok")
	want(t, "health", s.st.Health.String(), "ok")
}

// TestFilesystemsHaveOneTeller: what a controller repeats of its host's file
// systems does not take turns with the host's own list.
func TestFilesystemsHaveOneTeller(t *testing.T) {
	mounts := func(s *story) string {
		var out []string
		for _, fs := range s.st.Filesystems {
			out = append(out, fs.Mount)
		}
		return strings.Join(out, " ")
	}
	tell := func(s *story, ep fleet.Endpoint, mount string) {
		size, used := int64(100), int64(10)
		s.fold(fleet.Observation{Endpoint: ep, Rhythm: fleet.Inventory, SNMP: fleet.Answered, Components: []fleet.Component{disk("1", "A", fleet.OK)},
			Filesystems: []fleet.Filesystem{{Mount: mount, SizeBytes: &size, UsedBytes: &used}}})
	}
	asked := newStory(t, both)
	tell(asked, osEP, "/var")
	tell(asked, bmcEP, "/opt")
	want(t, "with the operating system asked", mounts(asked), "/var")
	alone := newStory(t, fleet.Server{Name: "box", Endpoints: []fleet.Endpoint{bmcEP}})
	tell(alone, bmcEP, "/opt")
	want(t, "controller alone", mounts(alone), "/opt")
}

func TestDeviceFaultsAndRollUp(t *testing.T) {
	s := newStory(t, box)
	read := func(h fleet.Health, faults ...fleet.Finding) string {
		return told(s.fold(fleet.Observation{Rhythm: fleet.Status, SNMP: fleet.Answered, RollUp: &fleet.Verdict{Health: h},
			Components: []fleet.Component{disk("1", "A", fleet.OK)}, Findings: faults}))
	}
	read(fleet.OK)
	want(t, "roll-up critical once", read(fleet.Critical), "")
	want(t, "twice", read(fleet.Critical), "health  ok→critical critical")
	want(t, "with a listed fault", read(fleet.Critical, fleet.Finding{Health: fleet.Critical, Text: "lid open"}), "health  ok→critical critical")
	want(t, "another fault", read(fleet.Critical, fleet.Finding{Health: fleet.Critical, Text: "lid gone"}), "health  ok→critical critical; health  critical→ok ok")
}

// A hostile device that repeats a row does not get two parts for one key.
func TestRepeatedRows(t *testing.T) {
	s := newStory(t, box)
	s.full(disk("1", "A", fleet.OK), disk("1", "A", fleet.Critical))
	if got := len(s.st.Components); got != 1 {
		t.Errorf("components: got %d, want 1", got)
	}
}
