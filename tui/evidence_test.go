package tui

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"ironage/internal/fleet"
)

// TestSnmpget holds that the command can be pasted: the address as Net-SNMP
// takes it, nothing that a shell would act on, and no secret.
func TestSnmpget(t *testing.T) {
	const oid = "1.3.6.1.4.1.674.1"
	tests := []struct{ name, address, oid, want string }{
		{"IPv4", "10.1.0.21", oid, "snmpget -On 10.1.0.21 ." + oid},
		{"port", "10.1.0.21:1161", oid, "snmpget -On 10.1.0.21:1161 ." + oid},
		{"name", "idrac-07.mgmt.example", oid, "snmpget -On idrac-07.mgmt.example ." + oid},
		{"IPv6", "fd00:7::21", oid, "snmpget -On 'udp6:[fd00:7::21]' ." + oid},
		{"IPv6 and port", "[fd00:7::21]:1161", oid, "snmpget -On 'udp6:[fd00:7::21]:1161' ." + oid},
		{"leading dot", "10.1.0.21", "." + oid, "snmpget -On 10.1.0.21 ." + oid},
		{"hostile address", "x; rm -rf /'", oid, `snmpget -On 'x; rm -rf /'\''' .` + oid},
		{"no object", "10.1.0.21", "", ""},
		{"hostile object", "10.1.0.21", "1.3.6;reboot", ""},
		{"a name is no object", "10.1.0.21", "sysDescr.0", ""},
	}
	for _, x := range tests {
		t.Run(x.name, func(t *testing.T) {
			st := &fleet.State{Endpoints: []fleet.EndpointState{{Endpoint: fleet.Endpoint{Role: fleet.BMC, Address: x.address, Credential: "idrac-v3"}}}}
			got := snmpget(st, fleet.Evidence{OID: x.oid, Role: fleet.BMC})
			if x.want == "" && strings.HasPrefix(got, "snmpget") || x.want != "" && got != x.want {
				t.Errorf("got %q, want %q", got, x.want)
			}
		})
	}
}

// TestEvidenceHasEverything looks for each thing that a person on call needs.
func TestEvidenceHasEverything(t *testing.T) {
	sh := newConsole(t, 80, 24, workView()).app.sh
	e := richServer()
	tests := []struct {
		key  string
		want []string
	}{
		{"disk/Disk 3", []string{"✗ critical disk Bay 3", "serial WFK0A003", "part CN0G2G54", "firmware ST31", "the device calls it Disk 3",
			`✗ critical "failed"`, dellOID + "4.4 = 3", dellOID + "24.4 = 5", dellOID + "31.4 = 0", "rule dell-idrac:118", "bmc 10.1.0.21",
			"read 03:03:53 (12s ago)", "media errors 1,412", "speed        12 Gbit/s", "61,757 h (7.0 y)", "snmpget -On 10.1.0.21 ." + dellOID + "4.4", `credential "idrac-v3"`, "over age"}},
		{"temperature/Inlet", []string{"Why it counts as ok", "22 °C; warning below 3 or above 42 · critical above 47", "recently"}},
		{"disk/Disk 12", []string{"Why the slot counts as empty", "not present"}},
		{"cpu/CPU.Socket.1", []string{"The device gave no status for it."}},
		{"disk/Disk 0", []string{"wear used    87%"}},
	}
	for _, x := range tests {
		t.Run(x.key, func(t *testing.T) {
			got := ansi.Strip(strings.Join(evidenceOf(sh, &e, e.State.Component(x.key), 100).all, "\n"))
			for _, want := range x.want {
				if !strings.Contains(got, want) {
					t.Errorf("got\n%s\nwant %q in it", got, want)
				}
			}
		})
	}
}

// TestEvidenceIsNeverCut holds that object identifiers survive a narrow pane whole.
func TestEvidenceIsNeverCut(t *testing.T) {
	sh := newConsole(t, 80, 24, workView()).app.sh
	e := richServer()
	for width := 20; width < 120; width += 7 {
		l := evidenceOf(sh, &e, e.State.Component("disk/Disk 3"), width)
		checkFits(t, "evidence", strings.Join(l.all, "\n"), width, 1000)
		whole := strings.NewReplacer("\n", "", " ", "").Replace(ansi.Strip(strings.Join(l.all, "\n")))
		if !strings.Contains(whole, dellOID+"24.4=5") {
			t.Errorf("at %d cells the object identifier is not whole:\n%s", width, strings.Join(l.all, "\n"))
		}
	}
}

func TestLimitsText(t *testing.T) {
	tests := []struct {
		limits *fleet.Limits
		want   string
	}{
		{nil, ", no limits reported"},
		{&fleet.Limits{}, ", no limits reported"},
		{&fleet.Limits{WarnHigh: num(42.0)}, "; warning above 42"},
		{&fleet.Limits{CritLow: num(1.05), CritHigh: num(1.35)}, "; critical below 1.05 or above 1.35"},
	}
	for _, x := range tests {
		if got := limitsText(nil, &fleet.Component{Limits: x.limits}); got != x.want {
			t.Errorf("got %q, want %q", got, x.want)
		}
	}
}
