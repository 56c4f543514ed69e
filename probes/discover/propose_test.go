package discover

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"ironage/internal/fleet"
)

func found(at, name string, role fleet.Role, serial string) Agent {
	return Agent{Address: netip.MustParseAddrPort(at), Credential: "lab", Name: name, Role: role, ObjectID: "1.3.6.1.4.1.674.10892.5",
		Identified: true, Device: fleet.Device{Vendor: "Dell", Model: "R640", Serial: serial}}
}

func engine(a Agent, id string) Agent {
	a.Engine = id
	return a
}

func TestPropose(t *testing.T) {
	inventory := []fleet.Server{
		{Name: "web-01", Serial: "sn9", Endpoints: []fleet.Endpoint{{Role: fleet.BMC, Address: "10.0.0.9"}}},
		{Name: "db-01", Endpoints: []fleet.Endpoint{{Role: fleet.BMC, Address: "10.0.0.8:1161"}, {Role: fleet.OS, Address: "db-01.example.org"}}},
	}
	for _, c := range []struct {
		name    string
		agents  []Agent
		want    string // statuses and servers, in order of address
		entries string
	}{
		{"a new one", []Agent{found("10.0.0.1:161", "idrac-1", fleet.BMC, "SN1")}, "new idrac-1", "idrac-1|10.0.0.1||lab||SN1|Dell|R640|"},
		{"at another port", []Agent{found("10.0.0.1:1161", "idrac-1", fleet.BMC, "SN1")}, "new idrac-1", "idrac-1|10.0.0.1:1161||lab||SN1|Dell|R640|"},
		{"over IPv6", []Agent{found("[2001:db8::1]:161", "", fleet.BMC, "SN1")}, "new 2001:db8::1", "2001:db8::1|[2001:db8::1]||lab||SN1|Dell|R640|"},
		{"without a name", []Agent{found("10.0.0.1:161", "localhost", fleet.OS, "")}, "new 10.0.0.1", "10.0.0.1||10.0.0.1||lab||Dell|R640|"},
		{"the same name twice", []Agent{found("10.0.0.1:161", "idrac", fleet.BMC, "SN1"), found("10.0.0.2:161", "IDRAC", fleet.BMC, "SN2")},
			"new idrac, new IDRAC-10.0.0.2", "idrac|10.0.0.1||lab||SN1|Dell|R640|; IDRAC-10.0.0.2|10.0.0.2||lab||SN2|Dell|R640|"},
		{"a name of the inventory", []Agent{found("10.0.0.1:161", "Web-01", fleet.BMC, "SN1")}, "new Web-01-10.0.0.1", "Web-01-10.0.0.1|10.0.0.1||lab||SN1|Dell|R640|"},
		{"known by address", []Agent{found("10.0.0.9:161", "x", fleet.BMC, "SN1")}, "in inventory web-01", ""},
		{"known by address and port", []Agent{found("10.0.0.8:1161", "x", fleet.BMC, "SN1"), found("10.0.0.8:161", "y", fleet.BMC, "SN2")},
			"new y, in inventory db-01", "y|10.0.0.8||lab||SN2|Dell|R640|"},
		{"known by serial number", []Agent{found("10.0.0.1:161", "x", fleet.BMC, " Sn9")}, "in inventory web-01", ""},
		{"known by its name", []Agent{found("10.0.0.1:161", "DB-01.example.org", fleet.OS, "")}, "in inventory db-01", ""},
		{"two addresses", []Agent{found("10.0.0.2:161", "b", fleet.BMC, "SN1"), found("10.0.0.1:161", "b", fleet.BMC, "sn1 ")}, "new b, same device b",
			"b|10.0.0.1||lab||sn1 |Dell|R640|also answers at 10.0.0.2"},
		{"controller and system", []Agent{found("10.0.0.1:161", "idrac", fleet.BMC, "SN1"), found("10.0.0.2:161", "host", fleet.OS, "SN1")}, "new host, same device host",
			"host|10.0.0.1|10.0.0.2|lab|lab|SN1|Dell|R640|"},
		{"a placeholder tells no devices apart", []Agent{found("10.0.0.1:161", "a", fleet.BMC, "0123456789"), found("10.0.0.2:161", "b", fleet.BMC, "0123456789")},
			"new a, new b", "a|10.0.0.1||lab|||Dell|R640|; b|10.0.0.2||lab|||Dell|R640|"},
		{"the same engine", []Agent{engine(found("10.0.0.1:161", "a", fleet.OS, ""), "80001"), engine(found("10.0.0.2:161", "A", fleet.OS, ""), "80001")}, "new a, same device a",
			"a||10.0.0.1||lab||Dell|R640|also answers at 10.0.0.2"},
		{"a cloned engine", []Agent{engine(found("10.0.0.1:161", "a", fleet.OS, ""), "80001"), engine(found("10.0.0.2:161", "b", fleet.OS, ""), "80001")}, "new a, new b",
			"a||10.0.0.1||lab||Dell|R640|; b||10.0.0.2||lab||Dell|R640|"},
		{"one address known, the other not", []Agent{found("10.0.0.1:161", "x", fleet.BMC, "SN1"), found("10.0.0.9:161", "x", fleet.BMC, "SN1")},
			"in inventory web-01, in inventory web-01", ""},
		{"nobody knows it", []Agent{found("10.0.0.1:161", "switch", 0, "SN1")}, "no profile ", ""},
	} {
		findings, entries := Propose(c.agents, inventory)
		var said, rows []string
		for _, f := range findings {
			said = append(said, string(f.Status)+" "+f.Server)
			if f.Status != New && f.Why == "" {
				t.Errorf("%s: %s is %s, and nobody says why", c.name, f.Address, f.Status)
			}
		}
		for _, e := range entries {
			if len(e.Row()) != len(Columns()) {
				t.Fatalf("%d cells for %d columns", len(e.Row()), len(Columns()))
			}
			rows = append(rows, strings.Join(e.Row(), "|"))
		}
		if got := strings.Join(said, ", "); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
		if got := strings.Join(rows, "; "); got != c.entries {
			t.Errorf("%s: got entries %q, want %q", c.name, got, c.entries)
		}
	}
}

// An agent that calls itself by the name of a listed server is that server,
// unless something speaks against it.
func TestProposeNamesakes(t *testing.T) {
	inventory := []fleet.Server{
		{Name: "web-01", Endpoints: []fleet.Endpoint{{Role: fleet.BMC, Address: "10.0.0.9"}}},
		{Name: "db-01", Serial: "sn8", Endpoints: []fleet.Endpoint{{Role: fleet.BMC, Address: "10.0.0.8"}, {Role: fleet.OS, Address: "10.1.0.8"}}},
		{Name: "mail.hue.example.org"}, {Name: "dns.hue.example.org"}, {Name: "dns.hanoi.example.org"}, {Name: "10.0.0.77"},
	}
	many := make([]Agent, mostAddresses+1)
	for i := range many {
		many[i] = found(fmt.Sprintf("10.2.0.%d:161", i+1), "web-01", fleet.OS, "")
	}
	const strange = "10.9.0.1:161"
	for _, c := range []struct {
		name    string
		agents  []Agent
		want    string // what the first finding says
		entries int
	}{
		{"its operating system", []Agent{found(strange, "WEB-01", fleet.OS, "")}, "in inventory web-01: also answers here: add os: 10.9.0.1 to web-01", 0},
		{"with a domain", []Agent{found("[2001:db8::1]:1161", "web-01.example.org", fleet.OS, "SN1")},
			"in inventory web-01: also answers here: add os: [2001:db8::1]:1161 to web-01", 0},
		{"without its domain", []Agent{found(strange, "mail", fleet.BMC, "")}, "in inventory mail.hue.example.org: also answers here: add bmc: 10.9.0.1 to mail.hue.example.org", 0},
		{"in a role that is asked elsewhere", []Agent{found(strange, "db-01", fleet.OS, "SN8 ")}, "in inventory db-01: serial number SN8  at another address", 0},
		{"asked elsewhere, no serial number", []Agent{found(strange, "db-01", fleet.OS, "")}, "in inventory db-01: also answers here; db-01 is asked as os at 10.1.0.8", 0},
		{"two addresses of it", []Agent{found("10.9.0.0:161", "web-01", fleet.OS, ""), found(strange, "web-01", fleet.OS, "")},
			"in inventory web-01: also answers here: add os: 10.9.0.0 to web-01", 0},
		{"another serial number", []Agent{found(strange, "db-01", fleet.OS, "SN1")}, "new db-01-10.9.0.1: ", 1},
		{"not the serial number that the listed address tells", []Agent{found(strange, "web-01", fleet.OS, "SN1"), found("10.0.0.9:161", "drac", fleet.BMC, "SN2")},
			"in inventory web-01: this address", 1},
		{"two machines of that name", []Agent{found(strange, "web-01", fleet.OS, "SN1"), found("10.9.0.2:161", "web-01", fleet.OS, "SN2")}, "new web-01-10.9.0.1: ", 2},
		{"everybody has that name", many, "new web-01-10.2.0.1: ", mostAddresses + 1},
		{"of another domain", []Agent{found(strange, "mail.hanoi.example.org", fleet.OS, "")}, "new mail.hanoi.example.org: ", 1},
		{"of one of two domains", []Agent{found(strange, "dns", fleet.OS, "")}, "new dns: ", 1},
		{"the number of an address", []Agent{found(strange, "10", fleet.OS, "")}, "new 10: ", 1},
		{"nobody knows it", []Agent{found(strange, "web-01", 0, "")}, "no profile : no profile tells what it is; sysObjectID 1.3.6.1.4.1.674.10892.5", 0},
	} {
		findings, entries := Propose(c.agents, inventory)
		f := findings[0]
		if got := fmt.Sprintf("%s %s: %s", f.Status, f.Server, f.Why); got != c.want || len(entries) != c.entries {
			t.Errorf("%s: got %q and %d entries, want %q and %d", c.name, got, len(entries), c.want, c.entries)
		}
	}
}

// TestADefaultSerialNumberTellsNoMachinesApart: nobody set it on any of them.
func TestADefaultSerialNumberTellsNoMachinesApart(t *testing.T) {
	var agents []Agent
	for i := range mostAddresses + 1 {
		agents = append(agents, engine(found(fmt.Sprintf("10.0.0.%d:161", i+1), "same", fleet.BMC, "ABC"), "80001"))
	}
	findings, entries := Propose(agents, nil)
	if len(entries) != len(agents) || entries[0].Serial != "" || !strings.Contains(findings[0].Why, "9 agents tell this serial number") {
		t.Errorf("got %d entries, the first %+v, %q", len(entries), entries[0], findings[0].Why)
	}
	names := map[string]bool{}
	for _, e := range entries {
		names[strings.ToLower(e.Name)] = true
	}
	if len(names) != len(entries) {
		t.Errorf("%d names for %d entries", len(names), len(entries))
	}
	if _, entries = Propose(agents[1:], nil); len(entries) != 1 {
		t.Errorf("got %d entries for %d addresses of one machine", len(entries), len(agents)-1)
	}
}
