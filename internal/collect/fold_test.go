package collect

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/health"
)

var noon = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

var (
	bmcEP = fleet.Endpoint{Role: fleet.BMC, Address: "10.0.0.1"}
	osEP  = fleet.Endpoint{Role: fleet.OS, Address: "10.1.0.1"}
	box   = fleet.Server{Name: "box", Endpoints: []fleet.Endpoint{bmcEP}}
	both  = fleet.Server{Name: "box", Endpoints: []fleet.Endpoint{bmcEP, osEP}}
)

// disk makes a disk; a serial of one letter is spelled out, because one
// character is no serial number.
func disk(name, serial string, h fleet.Health) fleet.Component {
	if len(serial) == 1 {
		serial += "-1"
	}
	return fleet.Component{Kind: fleet.Disk, Name: name, Slot: name, Serial: serial, Health: h,
		Native: fleet.SeenOf(fleet.Evidence{OID: "1.3.6.1.4.1.1", Value: h.String(), Meaning: "state " + h.String()})}
}

// story feeds reads to Fold, a minute apart, and collects the events.
type story struct {
	t      *testing.T
	srv    fleet.Server
	st     fleet.State
	now    time.Time
	events []fleet.Event
}

func newStory(t *testing.T, srv fleet.Server) *story { return &story{t: t, srv: srv, now: noon} }

func (s *story) fold(o fleet.Observation) []fleet.Event {
	s.now = s.now.Add(time.Minute)
	o.Server, o.Time = s.srv.Name, s.now
	if o.Endpoint == (fleet.Endpoint{}) {
		o.Endpoint = bmcEP
	}
	before := fmt.Sprint(s.st)
	next, events := Fold(s.st, s.srv, o, health.Default(), s.now)
	if fmt.Sprint(s.st) != before {
		s.t.Fatal("Fold wrote to the previous state")
	}
	s.st = next
	s.events = append(s.events, events...)
	return events
}

func (s *story) read(r fleet.Rhythm, cs ...fleet.Component) string {
	return told(s.fold(fleet.Observation{Rhythm: r, SNMP: fleet.Answered, Ping: fleet.Ping{Reach: fleet.Answered}, Components: cs}))
}

func (s *story) full(cs ...fleet.Component) string   { return s.read(fleet.Inventory, cs...) }
func (s *story) status(cs ...fleet.Component) string { return s.read(fleet.Status, cs...) }

func (s *story) silence(ping fleet.Reach) string {
	return told(s.fold(fleet.Observation{Rhythm: fleet.Status, SNMP: fleet.Silent, Ping: fleet.Ping{Reach: ping}}))
}

// told prints events compactly: "serial disk/1 A→B ok; …".
func told(es []fleet.Event) string {
	var out []string
	for _, e := range es {
		out = append(out, fmt.Sprintf("%s %s %s→%s %s", e.Kind, e.Key, e.From, e.To, e.Health))
	}
	return strings.ReplaceAll(strings.Join(out, "; "), "-1", "")
}

func want(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s:\n got %q\nwant %q", what, got, want)
	}
}

func TestFirstReadTellsOnlyWhatIsWrong(t *testing.T) {
	s := newStory(t, box)
	want(t, "first read", s.full(disk("1", "A", fleet.OK), disk("2", "B", fleet.Critical), disk("3", "", fleet.Absent)),
		"health disk/2 unknown→critical critical")
	if got := s.st.Health; got != fleet.Critical {
		t.Errorf("health: got %s, want critical", got)
	}
	want(t, "second read", s.status(disk("1", "A", fleet.OK), disk("2", "B", fleet.Critical), disk("3", "", fleet.Absent)), "")
}

func TestHealthIsConfirmedAndKeepsItsEvidence(t *testing.T) {
	s := newStory(t, box)
	s.full(disk("1", "A", fleet.OK))
	want(t, "one bad read", s.status(disk("1", "A", fleet.Critical)), "")
	c := s.st.Component("disk/1")
	want(t, "confirmed verdict", c.Health.String()+" "+c.Native.Value(), "ok ok")
	want(t, "waiting", fmt.Sprint(s.st.Holds["disk/1"].Health, s.st.Holds["disk/1"].Reads, s.st.Holds["disk/1"].Evidence.Value), "critical 1critical")
	want(t, "a timeout", s.silence(fleet.Silent), "")
	want(t, "second bad read after the timeout", s.status(disk("1", "A", fleet.Critical)), "health disk/1 ok→critical critical")
	if !s.st.Endpoints[0].WantFull {
		t.Error("a part that failed: want an inventory next")
	}
	c = s.st.Component("disk/1")
	want(t, "evidence", c.Native.Value(), "critical")
	latched := disk("1", "A", fleet.OK)
	s.full(latched)
	s.full(latched)
	latched = disk("1", "A", fleet.Critical)
	latched.Latched = true
	want(t, "latched", s.status(latched), "health disk/1 ok→critical critical")
}

func TestSwap(t *testing.T) {
	s := newStory(t, box)
	s.full(disk("1", "A", fleet.Critical), disk("2", "X", fleet.OK))
	first := s.st.FirstSeen["disk/1"]
	want(t, "new serial once", s.full(disk("1", "B", fleet.OK), disk("2", "X", fleet.OK)), "")
	want(t, "the record still says", s.st.Component("disk/1").Serial, "A-1")
	want(t, "a status read repeats nothing", s.status(disk("1", "B", fleet.OK), disk("2", "X", fleet.OK)), "health disk/1 critical→ok ok")
	want(t, "new serial twice", s.full(disk("1", "B", fleet.OK), disk("2", "X", fleet.OK)), "serial disk/1 A→B ok")
	if seen := s.st.FirstSeen["disk/1"]; !seen.After(first) {
		t.Errorf("first seen: got %v, want after %v", seen, first)
	}
	if s.st.Swapped["disk/1"].IsZero() || s.st.Proofs["disk/1"].Good != 1 {
		t.Errorf("swapped %v, proof %+v: want a date and one good read", s.st.Swapped, s.st.Proofs["disk/1"])
	}
	s.status(disk("1", "B", fleet.OK), disk("2", "X", fleet.OK))
	s.status(disk("1", "B", fleet.Critical), disk("2", "X", fleet.OK))
	if p := s.st.Proofs["disk/1"]; p.Good != 0 || p.Bad != 1 {
		t.Errorf("proof after a bad read: got %+v", p)
	}
}

func TestSerialThatComesAndGoesIsNoSwap(t *testing.T) {
	s := newStory(t, box)
	s.full(disk("1", "A", fleet.OK))
	s.full(disk("1", "B", fleet.OK))
	want(t, "old serial again", s.full(disk("1", "A", fleet.OK)), "")
	want(t, "new serial once more", s.full(disk("1", "B", fleet.OK)), "")
	want(t, "placeholder", s.full(disk("1", "N/A", fleet.OK)), "")
	want(t, "the record still says", s.st.Component("disk/1").Serial, "A-1")
	want(t, "another new serial", s.full(disk("1", "C", fleet.OK)), "")
	want(t, "and another", s.full(disk("1", "D", fleet.OK)), "")
}

func TestSerialBecomesReadable(t *testing.T) {
	s := newStory(t, box)
	s.full(disk("1", "", fleet.OK))
	want(t, "adopted", s.full(disk("1", "A", fleet.OK)), "serial disk/1 →A ok")
	if len(s.st.Swapped) != 0 {
		t.Errorf("swapped: got %v, want nothing", s.st.Swapped)
	}
}

func TestVanished(t *testing.T) {
	s := newStory(t, box)
	s.full(disk("1", "A", fleet.OK), disk("2", "B", fleet.OK))
	want(t, "missing in a status read", s.status(disk("1", "A", fleet.OK)), "")
	broken := fleet.Observation{Rhythm: fleet.Inventory, SNMP: fleet.Answered, Components: []fleet.Component{disk("1", "A", fleet.OK)},
		Errors: []fleet.ReadError{{What: "disk", Kinds: []fleet.Kind{fleet.Disk}}}}
	want(t, "truncated table", told(s.fold(broken))+told(s.fold(broken)), "")
	want(t, "missing once", s.full(disk("1", "A", fleet.OK)), "")
	if s.st.Component("disk/2") == nil {
		t.Fatal("disk 2 left the list after one inventory")
	}
	want(t, "truncated in between does not count", told(s.fold(broken)), "")
	want(t, "missing twice", s.full(disk("1", "A", fleet.OK)), "vanished disk/2 B→ warning")
	if s.st.Component("disk/2") != nil || s.st.Health != fleet.Warning {
		t.Errorf("after: component %v, health %s; want none, warning", s.st.Component("disk/2"), s.st.Health)
	}
	want(t, "the same part is back", s.full(disk("1", "A", fleet.OK), disk("2", "B", fleet.OK)), "appeared disk/2 →B ok")
	if s.st.Health != fleet.OK || len(s.st.Swapped) != 0 {
		t.Errorf("after: health %s, swapped %v; want ok, nothing", s.st.Health, s.st.Swapped)
	}
}

func TestPulledThenReplaced(t *testing.T) {
	for _, row := range []string{"row stays as an empty slot", "row goes"} {
		t.Run(row, func(t *testing.T) {
			s := newStory(t, box)
			one := disk("1", "A", fleet.OK)
			s.full(one, disk("2", "B", fleet.Critical))
			empty := []fleet.Component{one}
			if row == "row stays as an empty slot" {
				empty = append(empty, disk("2", "", fleet.Absent))
			}
			s.full(empty...)
			want(t, "pulled", s.full(empty...), "vanished disk/2 B→ warning")
			want(t, "another serial once", s.full(one, disk("2", "C", fleet.OK)), "")
			want(t, "twice", s.full(one, disk("2", "C", fleet.OK)), "serial disk/2 B→C ok")
			if s.st.Proofs["disk/2"].Good < 1 || s.st.Health != fleet.OK || len(s.st.Gone) != 0 {
				t.Errorf("proof %+v, health %s, gone %v", s.st.Proofs["disk/2"], s.st.Health, s.st.Gone)
			}
		})
	}
}

func TestEmptyTablesOfAStartingController(t *testing.T) {
	s := newStory(t, box)
	s.full(disk("1", "A", fleet.OK), disk("2", "B", fleet.OK))
	for range emptyReads - 1 {
		want(t, "nothing at all", s.full(), "")
	}
	if len(s.st.Components) != 2 {
		t.Fatalf("components: got %d, want 2", len(s.st.Components))
	}
	want(t, "tables are back", s.full(disk("1", "A", fleet.OK), disk("2", "B", fleet.OK)), "")
}

func TestMovedAndRenamed(t *testing.T) {
	s := newStory(t, box)
	s.full(disk("1", "A", fleet.OK), disk("2", "B", fleet.OK))
	first := s.st.FirstSeen["disk/2"]
	want(t, "renamed by firmware", s.full(disk("1", "A", fleet.OK), disk("Bay 2", "B", fleet.OK)), "serial disk/Bay 2 disk/2→disk/Bay 2 ok")
	if got := s.st.FirstSeen["disk/Bay 2"]; !got.Equal(first) || len(s.st.Components) != 2 {
		t.Errorf("first seen %v, want %v; %d components, want 2", got, first, len(s.st.Components))
	}
}

func TestDuplicateSerialsAreNoIdentity(t *testing.T) {
	s := newStory(t, box)
	s.full(disk("1", "A", fleet.OK), disk("2", "A", fleet.OK))
	s.full(disk("1", "B", fleet.OK), disk("2", "B", fleet.OK))
	want(t, "both untracked", s.full(disk("1", "B", fleet.OK), disk("2", "B", fleet.OK)), "")
}

func TestFirmwareAndCapacity(t *testing.T) {
	s := newStory(t, box)
	a, b := disk("1", "A", fleet.OK), disk("1", "A", fleet.OK)
	large, small := int64(1000), int64(900)
	a.Firmware, a.CapacityBytes, b.Firmware, b.CapacityBytes = "1.0", &large, "1.1", &small
	s.full(a)
	want(t, "status read", s.status(b), "")
	want(t, "inventory", s.full(b), "firmware disk/1 1.0→1.1 ok; capacity disk/1 1000→900 warning")
}

func TestSilenceAndBack(t *testing.T) {
	s := newStory(t, box)
	s.full(disk("1", "A", fleet.OK))
	want(t, "one miss", s.silence(fleet.Silent), "")
	want(t, "two", s.silence(fleet.Silent), "unreachable endpoint/bmc answers→unreachable critical")
	if s.st.Health != fleet.Unknown || s.st.Component("disk/1").Health != fleet.OK {
		t.Errorf("health %s, disk %s; want unknown, ok as last read", s.st.Health, s.st.Component("disk/1").Health)
	}
	want(t, "the machine boots: ping first", s.silence(fleet.Answered), "silent endpoint/bmc unreachable→agent-silent warning")
	want(t, "back", s.status(disk("1", "A", fleet.OK)), "back endpoint/bmc agent-silent→answers ok")
	if s.st.Health != fleet.OK {
		t.Errorf("health: got %s, want ok", s.st.Health)
	}
}

func TestAnotherMachineAnswers(t *testing.T) {
	s := newStory(t, box)
	read := func(chassis string, cs ...fleet.Component) string {
		return told(s.fold(fleet.Observation{Rhythm: fleet.Inventory, SNMP: fleet.Answered, Ping: fleet.Ping{Reach: fleet.Answered},
			Device: fleet.Device{Serial: chassis}, Components: cs}))
	}
	read("CH-A", disk("1", "A", fleet.OK), disk("2", "B", fleet.OK))
	want(t, "once", read("CH-B", disk("1", "C", fleet.OK)), "")
	want(t, "what was known stays", fmt.Sprintf("%d %s", len(s.st.Components), s.st.Device.Serial), "2 CH-A")
	want(t, "a mistake", read("CH-A", disk("1", "A", fleet.OK), disk("2", "B", fleet.OK)), "")
	read("CH-B", disk("1", "C", fleet.Critical))
	want(t, "twice: one event, and what is wrong", read("CH-B", disk("1", "C", fleet.Critical)),
		"serial  CH-A→CH-B warning; health disk/1 unknown→critical critical")
	want(t, "a new record", fmt.Sprintf("%d %s %d %d", len(s.st.Components), s.st.Device.Serial, len(s.st.Swapped), len(s.st.Gone)), "1 CH-B 0 0")
}

// What an endpoint said that left the inventory is nobody's word any more: its
// failed disk must not keep the server critical for ever.
func TestEndpointLeavesTheInventory(t *testing.T) {
	size, used := int64(100), int64(97)
	host := func(s *story) {
		s.fold(fleet.Observation{Endpoint: osEP, Rhythm: fleet.Inventory, SNMP: fleet.Answered, Ping: fleet.Ping{Reach: fleet.Answered},
			Components:  []fleet.Component{disk("sdb", "Z", fleet.Critical)},
			Filesystems: []fleet.Filesystem{{Mount: "/var", SizeBytes: &size, UsedBytes: &used}}})
	}
	s := newStory(t, both)
	s.full(disk("1", "A", fleet.OK))
	host(s)
	want(t, "both", fmt.Sprintf("%s %d parts", s.st.Health, len(s.st.Components)), "critical 2 parts")
	s.srv = box
	s.status(disk("1", "A", fleet.OK))
	want(t, "the controller alone", fmt.Sprintf("%s %d parts %d levels %d file systems", s.st.Health, len(s.st.Components), len(s.st.Levels), len(s.st.Filesystems)),
		"ok 1 parts 0 levels 0 file systems")

	// The other way round the host's view of the shared disk comes forward.
	s = newStory(t, both)
	s.full(disk("1", "A", fleet.Critical))
	s.fold(fleet.Observation{Endpoint: osEP, Rhythm: fleet.Inventory, SNMP: fleet.Answered, Components: []fleet.Component{disk("sda", "A", fleet.OK)}})
	want(t, "as the controller sees it", fmt.Sprintf("%s %d+%d", s.st.Health, len(s.st.Components), len(s.st.Shadowed)), "critical 1+1")
	s.srv = fleet.Server{Name: "box", Endpoints: []fleet.Endpoint{osEP}}
	s.fold(fleet.Observation{Endpoint: osEP, Rhythm: fleet.Status, SNMP: fleet.Answered, Components: []fleet.Component{disk("sda", "A", fleet.OK)}})
	want(t, "the host alone", fmt.Sprintf("%s %d+%d", s.st.Health, len(s.st.Components), len(s.st.Shadowed)), "ok 1+0")
}

// An ad-hoc look does not know the role of its endpoint before it answers.
func TestRoleIsLearnt(t *testing.T) {
	adhoc := fleet.Endpoint{Address: "10.0.0.1"}
	s := newStory(t, fleet.Server{Name: "box", Endpoints: []fleet.Endpoint{adhoc}})
	miss := fleet.Observation{Endpoint: adhoc, SNMP: fleet.Silent, Ping: fleet.Ping{Reach: fleet.Silent}}
	s.fold(miss)
	s.full(disk("1", "A", fleet.OK))
	s.fold(miss)
	s.fold(miss)
	if n := len(s.st.Endpoints); n != 1 || s.st.Endpoints[0].Role != fleet.BMC || s.st.Health != fleet.Unknown {
		t.Errorf("endpoints: got %d, %+v; health %s, want unknown", n, s.st.Endpoints[0], s.st.Health)
	}
	want(t, "back", s.status(disk("1", "A", fleet.OK)), "back endpoint/bmc unreachable→answers ok")
	want(t, "health", s.st.Health.String(), "ok")
}

// One lost echo does not make an agent's silence a host's.
func TestPingFlaps(t *testing.T) {
	s := newStory(t, box)
	s.full(disk("1", "A", fleet.OK))
	s.silence(fleet.Answered)
	want(t, "agent silent", s.silence(fleet.Answered), "silent endpoint/bmc answers→agent-silent warning")
	want(t, "one lost echo", s.silence(fleet.Silent)+s.silence(fleet.Answered)+s.silence(fleet.Silent), "")
	want(t, "two in a row", s.silence(fleet.Silent), "unreachable endpoint/bmc agent-silent→unreachable critical")
}

// Not being able to ask says nothing about the device, but does not pass
// unnoticed either.
func TestNotAsked(t *testing.T) {
	unasked := func(s *story) string {
		return told(s.fold(fleet.Observation{Rhythm: fleet.Status, SNMP: fleet.NotAsked, SNMPNote: "the variable X is not set", Ping: fleet.Ping{Reach: fleet.Answered}}))
	}
	s := newStory(t, box)
	want(t, "never asked", unasked(s), "silent endpoint/bmc never read→not-asked warning")
	want(t, "finding", fmt.Sprintf("%s %s", s.st.Health, s.st.Findings[0].Code), "unknown not-asked")
	if !strings.Contains(s.st.Findings[0].Text, "the variable X is not set") {
		t.Errorf("the finding does not say why: %s", s.st.Findings[0].Text)
	}
	want(t, "asked", s.full(disk("1", "A", fleet.OK)), "back endpoint/bmc not-asked→answers ok")
	want(t, "once", unasked(s)+s.st.Health.String(), "ok")
	want(t, "until stale", unasked(s)+unasked(s)+s.st.Health.String(), "ok")
	want(t, "stale", unasked(s)+s.st.Health.String(), "silent endpoint/bmc answers→not-asked warningunknown")

	s = newStory(t, box)
	s.full(disk("1", "A", fleet.OK))
	s.silence(fleet.Answered)
	s.silence(fleet.Answered)
	want(t, "silent, then not asked: not back", unasked(s), "silent endpoint/bmc agent-silent→not-asked warning")
}

func TestNeverAnswered(t *testing.T) {
	s := newStory(t, box)
	want(t, "at once", told(s.fold(fleet.Observation{SNMP: fleet.Refused, Ping: fleet.Ping{Reach: fleet.Answered}})),
		"refused endpoint/bmc never read→refused warning")
	want(t, "health", s.st.Health.String(), "unknown")
}
