package probes_test

import (
	"context"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/sim/agent"
	"ironage/probes"
	"ironage/probes/profile"
	"ironage/probes/snmp"
)

// TestReadAll: several servers read at once say what each of them says alone:
// one as ever, one whose disk failed, one whose disk was pulled, one that fell
// silent, one that was never read, and one that stands twice in the list.
func TestReadAll(t *testing.T) {
	ping := &echo{}
	f := newFixture(t, ping)
	trees := map[string]*agent.Map{}
	target := func(name string) probes.Target {
		t.Helper()
		trees[name] = agent.NewMap(profile.Encode(f.lib.Find("dell-idrac"), server()))
		a, err := agent.Listen("127.0.0.1:0", "secret", trees[name])
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := a.Close(); err != nil {
				t.Error(err)
			}
		})
		out := f.target
		out.Server, out.Endpoint.Address, out.Options = name, a.Addr(), snmp.Options{Timeout: 5 * time.Second}
		return out
	}
	same, failed, pulled, unknown := target("same"), target("failed"), target("pulled"), target("unknown")
	quiet, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = quiet.Close() }()
	silent := f.target
	silent.Server, silent.Endpoint.Address = "silent", quiet.LocalAddr().String()
	known := []probes.Target{same, failed, pulled}
	for _, x := range known {
		if obs := f.prober.Read(context.Background(), x, fleet.Inventory); obs.SNMP != fleet.Answered {
			t.Fatalf("%s: %s (%s)", x.Server, obs.SNMP, obs.SNMPNote)
		}
	}
	trees["failed"].Set(oidDiskStatus.Append("1"), snmp.Value{Type: snmp.Integer, Num: 5})
	without := server()
	without.Components = slices.DeleteFunc(without.Components, func(c fleet.Component) bool { return strings.HasPrefix(c.Name, "Disk.Bay.0") })
	trees["pulled"].Replace(profile.Encode(f.lib.Find("dell-idrac"), without))
	got := f.prober.ReadAll(context.Background(), append(known, silent, unknown, same))
	for i, want := range []struct {
		server string
		rhythm fleet.Rhythm
		snmp   fleet.Reach
		disk   fleet.Health
	}{
		{"same", fleet.Status, fleet.Answered, fleet.OK},
		{"failed", fleet.Status, fleet.Answered, fleet.Critical},
		{"pulled", fleet.Inventory, fleet.Answered, fleet.Absent},
		{"silent", fleet.Inventory, fleet.Silent, fleet.Absent},
		{"unknown", fleet.Inventory, fleet.Answered, fleet.OK},
		{"same", fleet.Status, fleet.Answered, fleet.OK},
	} {
		o := got[i]
		if o.Server != want.server || o.Rhythm != want.rhythm || o.SNMP != want.snmp || health(o, fleet.Disk, "Disk.Bay.0") != want.disk {
			t.Errorf("got %s: %s read, %s (%s), disk %v; want %+v", o.Server, o.Rhythm, o.SNMP, o.SNMPNote, health(o, fleet.Disk, "Disk.Bay.0"), want)
		}
		if o.Ping.Reach != fleet.Answered || o.Time.IsZero() || o.SNMP == fleet.Answered && o.Cost.PDUs == 0 {
			t.Errorf("%s: got ping %s at %v for %+v", o.Server, o.Ping.Reach, o.Time, o.Cost)
		}
	}
}
