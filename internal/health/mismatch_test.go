package health

import (
	"slices"
	"strings"
	"testing"
	"time"

	"ironage/internal/fleet"
)

var readAt = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

// readWhole is a server's state whose controller was read whole.
func readWhole(change func(*fleet.State)) *fleet.State {
	gib := func(n int64) *int64 { n <<= 30; return &n }
	part := func(k fleet.Kind, slot, serial, model string) fleet.Component {
		return fleet.Component{Kind: k, Slot: slot, Name: slot, Serial: serial, Model: model, Health: fleet.OK, Role: fleet.BMC,
			Native: fleet.SeenOf(fleet.Evidence{OID: "1.3.6.1.4.1.674." + slot, Time: readAt})}
	}
	st := &fleet.State{Server: "a", Device: fleet.Device{Vendor: "Dell Inc.", Model: "PowerEdge R640", Serial: "7ABC123"},
		Endpoints: []fleet.EndpointState{{Endpoint: fleet.Endpoint{Role: fleet.BMC}, LastFull: readAt, LastOK: readAt, SNMP: fleet.Answered}},
		Components: []fleet.Component{part(fleet.Disk, "Bay 1", "D1", "ST1200MM0099"), part(fleet.Disk, "Bay 2", "D2", "ST1200MM0099"),
			part(fleet.Memory, "A1", "M1", ""), part(fleet.Memory, "A2", "M2", ""), part(fleet.CPU, "1", "", "Xeon"), part(fleet.CPU, "2", "", "Xeon")}}
	st.Components[2].CapacityBytes, st.Components[3].CapacityBytes = gib(32), gib(32)
	if change != nil {
		change(st)
	}
	return st
}

func TestMismatches(t *testing.T) {
	bmc := []fleet.Endpoint{{Role: fleet.BMC}}
	const gib = int64(1) << 30
	for _, c := range []struct {
		name   string
		server fleet.Server
		change func(*fleet.State)
		want   []string // code and component, then what the text must name
	}{
		{name: "nothing written down"},
		{name: "all as written", server: fleet.Server{Serial: "7abc-123", Model: "R640", MemoryBytes: 64 * gib, CPUSockets: 2,
			Parts: []fleet.PartNote{{Kind: fleet.Disk, Slot: "bay 1", Serial: "d1", Model: "st1200mm0099"}, {Serial: "M2"}}}},
		{name: "another serial", server: fleet.Server{Serial: "7XYZ999"}, want: []string{"mismatch-serial:|7ABC123|7XYZ999"}},
		{name: "a placeholder is no serial", server: fleet.Server{Serial: "7XYZ999"}, change: func(st *fleet.State) { st.Device.Serial = "To be filled by O.E.M." }},
		{name: "another model", server: fleet.Server{Model: "PowerEdge R740"}, want: []string{"mismatch-model:|R640|R740"}},
		{name: "the device does not say which", server: fleet.Server{Model: "PowerEdge R740"}, change: func(st *fleet.State) { st.Device.Model = "" }},
		{name: "less memory", server: fleet.Server{MemoryBytes: 128 * gib}, want: []string{"mismatch-memory:|64 GiB|128 GiB"}},
		{name: "decimal gigabytes", server: fleet.Server{MemoryBytes: 64_000_000_000}},
		{name: "the system sees what modules do not say", server: fleet.Server{MemoryBytes: 64 * gib}, change: func(st *fleet.State) {
			seen := 62*gib + 500<<20
			st.Components[2].CapacityBytes, st.Totals.MemoryBytes = nil, &seen
		}},
		{name: "a small system keeps a lot back", server: fleet.Server{MemoryBytes: 8 * gib}, change: func(st *fleet.State) {
			seen := 8*gib - 500<<20
			st.Components[2].CapacityBytes, st.Totals.MemoryBytes = nil, &seen
		}},
		{name: "the system sees half", server: fleet.Server{MemoryBytes: 64 * gib}, change: func(st *fleet.State) {
			seen := 31 * gib
			st.Components[2].CapacityBytes, st.Totals.MemoryBytes = nil, &seen
		}, want: []string{"mismatch-memory:|31 GiB|64 GiB|operating system"}},
		{name: "modules were not read whole", server: fleet.Server{MemoryBytes: 128 * gib}, change: func(st *fleet.State) {
			st.Endpoints[0].Unread = []fleet.ReadError{{Kinds: []fleet.Kind{fleet.Memory}}}
		}},
		{name: "one CPU more", server: fleet.Server{CPUSockets: 4}, want: []string{"mismatch-cpu:|2 CPUs|4"}},
		{name: "the controller lists one, the system counts two", server: fleet.Server{CPUSockets: 2}, change: func(st *fleet.State) {
			two := int64(2)
			st.Components, st.Totals.CPUSockets = st.Components[:5], &two
		}},
		{name: "threads are no sockets", server: fleet.Server{CPUSockets: 1}, change: func(st *fleet.State) {
			for i := range st.Components {
				st.Components[i].Role = fleet.OS
			}
		}},
		{name: "a part in another slot", server: fleet.Server{Parts: []fleet.PartNote{{Kind: fleet.Disk, Slot: "Bay 2", Serial: "D1"}}},
			want: []string{"mismatch-part:disk/Bay 1|D1|Bay 1|Bay 2"}},
		{name: "another part in the slot", server: fleet.Server{Parts: []fleet.PartNote{{Kind: fleet.Disk, Slot: "Bay 2", Serial: "D9"}}},
			want: []string{"mismatch-part:disk/Bay 2|D2|D9"}},
		{name: "an empty slot", server: fleet.Server{Parts: []fleet.PartNote{{Kind: fleet.Disk, Slot: "Bay 2", Serial: "D9"}}},
			change: func(st *fleet.State) { st.Components[1].Health, st.Components[1].Serial = fleet.Absent, "" }, want: []string{"mismatch-part:disk/Bay 2|empty|D9"}},
		{name: "a part that is not there", server: fleet.Server{Parts: []fleet.PartNote{{Kind: fleet.Disk, Serial: "D9"}}},
			want: []string{"mismatch-part:disk/D9|D9"}},
		{name: "one disk does not say who it is", server: fleet.Server{Parts: []fleet.PartNote{{Kind: fleet.Disk, Serial: "D9"}}},
			change: func(st *fleet.State) { st.Components[1].Serial = "N/A" }},
		{name: "CPUs have no serial numbers", server: fleet.Server{Parts: []fleet.PartNote{{Kind: fleet.CPU, Slot: "1", Serial: "C1"}}}},
		{name: "another model in the slot", server: fleet.Server{Parts: []fleet.PartNote{{Kind: fleet.Disk, Slot: "Bay 1", Model: "MB1000"}}},
			want: []string{"mismatch-part-model:disk/Bay 1|ST1200MM0099|MB1000"}},
		{name: "moved, and of another model", server: fleet.Server{Parts: []fleet.PartNote{{Kind: fleet.Disk, Slot: "Bay 2", Serial: "D1", Model: "MB1000"}}},
			want: []string{"mismatch-part:disk/Bay 1|Bay 2", "mismatch-part-model:disk/Bay 1|MB1000"}},
		{name: "never read", server: fleet.Server{Serial: "7XYZ999", MemoryBytes: gib, Parts: []fleet.PartNote{{Kind: fleet.Disk, Serial: "D9"}}},
			change: func(st *fleet.State) { st.Endpoints[0].LastFull = time.Time{} }},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.server.Name, c.server.Endpoints = "a", bmc
			st := readWhole(c.change)
			var got []fleet.Finding
			for _, f := range Assess(c.server, st, nil, Default().For(c.server), readAt) {
				if Paperwork(f.Code) {
					got = append(got, f)
				}
			}
			if len(got) != len(c.want) {
				t.Fatalf("got %+v, want %q", got, c.want)
			}
			for _, wanted := range c.want {
				parts := strings.Split(wanted, "|")
				i := slices.IndexFunc(got, func(f fleet.Finding) bool { return f.ID() == parts[0] })
				if i < 0 || got[i].Health != fleet.OK {
					t.Fatalf("got %+v, want %s, of health ok", got, parts[0])
				}
				for _, p := range parts[1:] {
					if !strings.Contains(got[i].Text, p) {
						t.Errorf("got %q, want it to name %q", got[i].Text, p)
					}
				}
				if got[i].Key != "" && st.Component(got[i].Key) != nil && got[i].Evidence.OID == "" {
					t.Errorf("%s has no evidence", got[i].ID())
				}
			}
		})
	}
}

// A wrong paper neither hides under a failed disk nor makes a server worse.
func TestMismatchesStandBesideFaults(t *testing.T) {
	s := fleet.Server{Name: "a", Endpoints: []fleet.Endpoint{{Role: fleet.BMC}}, Parts: []fleet.PartNote{{Kind: fleet.Disk, Slot: "Bay 1", Serial: "D9"}}}
	st := readWhole(func(st *fleet.State) { st.Components[0].Health = fleet.Critical })
	fs := Assess(s, st, nil, Default().For(s), readAt)
	i := slices.IndexFunc(fs, func(f fleet.Finding) bool { return f.Code == MismatchPart })
	if i <= 0 || fs[i].ConsequenceOf != "" || fs[0].Code != Failed {
		t.Errorf("got %+v, want the failed disk first, and the mismatch beside it", fs)
	}
	st = readWhole(nil)
	st.Findings = Assess(s, st, nil, Default().For(s), readAt)
	if got := Overall(st); got != fleet.OK {
		t.Errorf("health with a mismatch: got %s, want ok", got)
	}
}

func TestSameModel(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"PowerEdge R640", "R640", true}, {"Dell R640", "PowerEdge R640", true}, {"poweredge r640", "PowerEdge R640", true}, {"R640", "R740", false},
		{"R740", "PowerEdge R740xd", false}, {"DL380 G9", "ProLiant DL380 Gen9", true}, {"ProLiant DL380 Gen 9", "DL380 Gen9", true},
		{"DL380 G9", "ProLiant DL380 Gen10", false}, {"PRIMERGY RX2540 M4", "RX2540M4", true}, {"SR650", "ThinkSystem SR650 -[7X06CTO1WW]-", true},
		{"x3650 M5", "System x3650 M5: -[8871AC1]-", true}, {"SYS-6029P-TRT", "6029P-TRT", true}, {"UCS C220 M5", "UCSC-C220-M5SX", true},
		{"UCS C220 M5", "UCSC-C240-M5SX", false}, {"", "R640", true}, {"R640", "", true}, {"Dell", "PowerEdge R640", true}, {"2288H V5", "FusionServer 2288H V5", true},
	} {
		if got := sameModel(c.a, c.b); got != c.same {
			t.Errorf("%q and %q: got same %v, want %v", c.a, c.b, got, c.same)
		}
		if got := sameModel(c.b, c.a); got != c.same {
			t.Errorf("%q and %q: got same %v, want %v", c.b, c.a, got, c.same)
		}
	}
}
