package exchange

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ironage/internal/fleet"
)

func part(kind fleet.Kind, slot, serial string, more ...func(*fleet.Component)) fleet.Component {
	c := fleet.Component{Kind: kind, Slot: slot, Serial: serial, Health: fleet.OK}
	for _, f := range more {
		f(&c)
	}
	return c
}

func sized(n int64) func(*fleet.Component) { return func(c *fleet.Component) { c.CapacityBytes = &n } }

// reality is a server whose device contradicts the inventory.
func reality() (*fleet.Server, *fleet.State) {
	at := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	s := &fleet.Server{Name: "web-01", Site: "hanoi", Room: "A", Serial: "WRONG1", Manufacturer: "Dell", Model: "R640", MemoryBytes: 128 << 30, CPUSockets: 2,
		InService: "2018-05-14", Purchased: "2018-04", Endpoints: []fleet.Endpoint{{Role: fleet.BMC, Address: "10.0.0.1"}},
		Parts: []fleet.PartNote{
			{Kind: fleet.Disk, Slot: "Bay 1", Serial: "D0001", AssetTag: "P-1", InService: "2018-05-14"}, // moved to Bay 2
			{Kind: fleet.Disk, Slot: "Bay 3", Serial: "D0OLD", InService: "2018-05-14"},                  // swapped for D0003
			{Kind: fleet.Disk, Slot: "Bay 9", Serial: "D0009"},                                           // gone
			{Kind: fleet.PSU, Slot: "PSU 1", Serial: "P0001", Part: "0XW8W"},                             // not shown by any device
		}}
	st := &fleet.State{Server: "web-01", Device: fleet.Device{Vendor: "Dell Inc.", Model: "PowerEdge R640", Serial: "CN0001"},
		Endpoints: []fleet.EndpointState{{LastOK: at}},
		Components: []fleet.Component{
			part(fleet.Disk, "Bay 2", "D0001"), part(fleet.Disk, "Bay 3", "D0003"), part(fleet.Disk, "Bay 4", "D0004"),
			{Kind: fleet.Disk, Slot: "Bay 5", Health: fleet.Absent},
			part(fleet.Memory, "A1", "M0001", sized(32<<30)), part(fleet.Memory, "A2", "M0002", sized(32<<30)),
			part(fleet.CPU, "CPU 1", ""), part(fleet.Temperature, "Inlet", ""),
		},
		Swapped: map[string]time.Time{"disk/Bay 3": at},
		Parts:   fleet.KeyedOf(map[string]fleet.PartRecord{"disk/Bay 3": {Serial: "D0003", Fitted: at}, "disk/Bay 2": {Serial: "D0001", Fitted: at, Carried: &fleet.Carried{Server: "x"}}}),
	}
	return s, st
}

func TestFoundServer(t *testing.T) {
	s, st := reality()
	r := rules()
	row := FoundServer(s, st, &r)
	const want = "name=web-01 bmc=10.0.0.1 site=hanoi room=A serial=CN0001 manufacturer=Dell Inc. model=PowerEdge R640 in_service=2018-05-14 purchased=2018-04 memory_bytes=64 GB cpu_sockets=1"
	if got := show(Servers, &row); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	st.Device.Serial, st.Device.Vendor = "To Be Filled By O.E.M.", "Dell\x1b[2J\nInc."
	st.Components = nil
	row = FoundServer(s, st, &r)
	if Servers.Get(&row, "serial") != "WRONG1" || Servers.Get(&row, "manufacturer") != "Dell[2J Inc." || Servers.Get(&row, "memory_bytes") != "128 GB" {
		t.Errorf("what the device does not tell: got %s", show(Servers, &row))
	}
}

func TestFoundParts(t *testing.T) {
	s, st := reality()
	var got []string
	for _, r := range FoundParts(s, st) {
		got = append(got, show(Parts, &r))
	}
	want := []string{
		"server=web-01 kind=disk slot=Bay 2 serial=D0001 asset_tag=P-1 in_service=2018-05-14", // the note goes with the part
		"server=web-01 kind=disk slot=Bay 3 serial=D0003 in_service=2026-11-20",               // a swap that was seen
		"server=web-01 kind=disk slot=Bay 4 serial=D0004",                                     // no date is invented
		"server=web-01 kind=memory slot=A1 serial=M0001",
		"server=web-01 kind=memory slot=A2 serial=M0002",
		"server=web-01 kind=cpu slot=CPU 1",
		"server=web-01 kind=psu slot=PSU 1 serial=P0001 part=0XW8W",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if r := FoundParts(s, nil); len(r) != 4 {
		t.Errorf("a server that was never read: got %d parts, want those written down", len(r))
	}
}

func TestCompare(t *testing.T) {
	s, st := reality()
	r := rules()
	var got []string
	for _, d := range Compare(s, st, &r) {
		got = append(got, fmt.Sprintf("%s|%s: %s → %s", d.Part, d.Field, d.Inventory, d.Device))
	}
	want := []string{
		"|serial: WRONG1 → CN0001", "|memory_bytes: 128 GB → 64 GB", "|cpu_sockets: 2 → 1",
		"disk Bay 2|serial:  → D0001", "disk Bay 4|serial:  → D0004", "disk Bay 1|slot: Bay 1 → Bay 2", "disk Bay 3|serial: D0OLD → D0003", "disk Bay 9|serial: D0009 → ",
	}
	want = append(want[:3], want[4:]...) // D0001 is known, only elsewhere
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if d := Compare(s, &fleet.State{}, &r); d != nil {
		t.Errorf("a server that was never read: got %v", d)
	}
	s, st = reality()
	s.Serial, s.MemoryBytes, s.CPUSockets, s.Parts = "cn0001 ", 64<<30, 1, nil
	if d := Compare(s, st, &r); len(d) != 0 {
		t.Errorf("the same: got %v", d)
	}
}

// What is exported reads as the same inventory, in every format.
func TestRoundTrip(t *testing.T) {
	const letters = `A-Za-zàáâãèéêìíòóôõùúýăđĩũơưạảấầẩẫậắằẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ`
	text := rapid.StringMatching(`[` + letters + `][` + letters + `0-9 ,;"'=+@()|!-]{0,16}[a-z0-9]`)
	date := rapid.SampledFrom([]fleet.Date{"", "2018-05-14", "2019-02", "2020"})
	rapid.Check(t, func(rt *rapid.T) {
		var servers []fleet.Server
		for i := range rapid.IntRange(1, 6).Draw(rt, "servers") {
			s := fleet.Server{Name: fmt.Sprintf("web-%02d", i), Site: text.Draw(rt, "site"), Owner: text.Draw(rt, "owner"), Model: text.Draw(rt, "model"),
				Serial: fmt.Sprintf("SN%04d", i), AssetTag: fmt.Sprintf("T-%d", i), Notes: text.Draw(rt, "notes"), InService: date.Draw(rt, "in service"), MemoryBytes: 64 << 30,
				Endpoints: []fleet.Endpoint{{Role: fleet.BMC, Address: fmt.Sprintf("10.0.0.%d", i+1)}}}
			for j := range rapid.IntRange(0, 3).Draw(rt, "parts") {
				s.Parts = append(s.Parts, fleet.PartNote{Kind: fleet.Disk, Slot: fmt.Sprintf("Bay %d", j), Serial: fmt.Sprintf("D%d-%d-0", i, j), Model: text.Draw(rt, "disk"),
					Part: rapid.SampledFrom([]string{"", "=1+1", "-5", "@SUM(A1)", "'=x", "ST4000"}).Draw(rt, "part"), InService: date.Draw(rt, "in service")})
			}
			servers = append(servers, s)
		}
		r := rules()
		for _, f := range Formats {
			own := plainServers
			var rows []Row
			for i := range servers {
				if f.Schema == Parts {
					own, rows = plainParts, append(rows, FoundParts(&servers[i], nil)...)
				} else {
					rows = append(rows, FoundServer(&servers[i], nil, &r))
				}
			}
			file := written(rt, own, rows) // the inventory
			d := known(servers...)
			for i := range d {
				d[i].File = "inventory.csv"
			}
			source, err := ReadCSV(written(rt, f, rows), f, Options{Rules: r, Known: d})
			if err != nil || len(source.Rejected)+len(source.Left) > 0 {
				rt.Fatalf("%s: %v, rejected %v, left %v", f.Name, err, source.Rejected, source.Left)
			}
			plan, err := Make(Request{Source: source, Into: "inventory.csv", Current: unguarded(rt, f, file, r, d), Rules: r, Known: d})
			if err != nil {
				rt.Fatal(err)
			}
			if len(plan.Added)+len(plan.Changed)+len(plan.Conflicts)+len(plan.Kept) > 0 || plan.Unchanged != len(rows) {
				rt.Fatalf("%s: %s; changed %+v, conflicts %+v\n%s", f.Name, counts(plan), plan.Changed, plan.Conflicts, file)
			}
		}
	})
}

func written(t rapid.TB, f *Format, rows []Row) []byte {
	var b bytes.Buffer
	if _, err := Write(&b, f, rows, Output{}); err != nil {
		t.Fatal(err)
	}
	text, _, err := Decode(b.Bytes(), "utf-8")
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// unguarded makes an inventory file of an export: guards are for spreadsheets.
func unguarded(t rapid.TB, f *Format, file []byte, r Rules, k []Known) []byte {
	own := plainServers
	if f.Schema == Parts {
		own = plainParts
	}
	s, err := ReadCSV(file, own, Options{Rules: r, Known: k})
	if err != nil {
		t.Fatal(err)
	}
	m := &Managed{schema: own.Schema, index: map[string]int{}}
	for _, row := range s.Rows {
		m.put(row)
	}
	out, err := m.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestWriteExport(t *testing.T) {
	s, st := reality()
	r := rules()
	rows := []Row{FoundServer(s, st, &r)}
	var b bytes.Buffer
	done, err := Write(&b, netboxDevices, rows, Output{Columns: []string{"id", "name", "serial", "cf_purchased"}, IDs: map[string]string{"web-01": "17"}})
	if want := "id,name,serial,cf_purchased\n17,web-01,CN0001,\n"; err != nil || b.String() != want || done.Rough != 1 || done.Nameless != 0 {
		t.Errorf("got %q, %+v, %v; want %q, a date left empty because its day is not known", b.String(), done, err, want)
	}
	if _, err := Write(&b, glpi, rows, Output{Columns: []string{"colour"}}); err == nil || !strings.Contains(err.Error(), "columns are Name, Serial number") {
		t.Errorf("an unknown column: got %v", err)
	}
	b.Reset()
	if _, err := Write(&b, glpi, rows, Output{}); err != nil || !strings.HasPrefix(b.String(), "Name;Serial number;Inventory number;") || !strings.Contains(b.String(), ";hanoi > A;") {
		t.Errorf("got %v\n%s", err, b.String())
	}
	ids, err := ReadIDs([]byte("\"ID\";Name\n17;web-01\n18;web-02\n19;web-02\n20\n"))
	if err != nil || len(ids) != 1 || ids["web-01"] != "17" {
		t.Errorf("ReadIDs: got %v, %v; want web-01, and not the name that is there twice", ids, err)
	}
	if _, err := ReadIDs([]byte("name\na\n")); err == nil {
		t.Error("ReadIDs without id: got no error")
	}
}

func TestGuards(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"CN0001", "CN0001"}, {"-1234", "-1234"}, {"+84 24 1", "+84 24 1"}, {"=A1", "=A1"}, {"'quoted'", "'quoted'"}, {"", ""}, {"''", "''"},
		{"=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"}, {"@SUM(A1)", "'@SUM(A1)"}, {"=HYPERLINK(\"x\")", "'=HYPERLINK(\"x\")"}, {"'=x", "''=x"},
	} {
		got := protect(c.in)
		if got != c.want {
			t.Errorf("protect(%q): got %q, want %q", c.in, got, c.want)
		}
		if back := unprotect(got); back != c.in && got != c.in {
			t.Errorf("unprotect(%q): got %q, want %q", got, back, c.in)
		}
	}
}
