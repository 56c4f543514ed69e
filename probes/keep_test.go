package probes

import (
	"context"
	"net"
	"testing"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/sim/agent"
	"ironage/probes/profile"
	"ironage/probes/snmp"
)

// TestWhichSessionsAreKept: those of addresses; a name may lead to another
// machine at the next read, and what was forgotten meanwhile keeps nothing.
func TestWhichSessionsAreKept(t *testing.T) {
	lib, err := profile.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	a, err := agent.Listen("127.0.0.1:0", "public", agent.NewMap([]snmp.Variable{
		{OID: "1.3.6.1.2.1.1.1.0", Value: snmp.Value{Type: snmp.OctetString, Octets: []byte("box")}}}))
	if err != nil {
		t.Fatal(err)
	}
	hub, err := snmp.NewHub(1)
	if err != nil {
		t.Fatal(err)
	}
	p := New(lib, nil, time.Now).Over(hub)
	_, port, err := net.SplitHostPort(a.Addr())
	if err != nil {
		t.Fatal(err)
	}
	for address, kept := range map[string]bool{a.Addr(): true, net.JoinHostPort("localhost", port): false} {
		target := Target{Server: "box", Endpoint: fleet.Endpoint{Address: address}, Credential: snmp.Credential{Version: snmp.V2c, Community: "public"},
			Options: snmp.Options{Timeout: 5 * time.Second}}
		obs := p.Read(context.Background(), target, fleet.Inventory)
		at := place{address: address}
		if m := p.known[at]; obs.SNMP != fleet.Answered || (m.session != nil) != kept {
			t.Errorf("%s: %s (%s), kept: %v, want %v", address, obs.SNMP, obs.SNMPNote, m.session != nil, kept)
		}
		m := p.known[at]
		p.Keep([]fleet.Server{{Endpoints: []fleet.Endpoint{{Address: address}}}})
		if p.known[at] != m {
			t.Errorf("%s: what is known of a server that stays is gone", address)
		}
		p.Keep(nil)
		if len(p.known) > 0 {
			t.Errorf("%s: something is known of a server that is polled no more", address)
		}
		p.known[at] = m // as whoever had taken it just before
		if obs = p.Read(context.Background(), target, fleet.Inventory); m.session != nil {
			t.Errorf("%s: %s, and a session that nobody will close", address, obs.SNMP)
		}
	}
	for _, close := range []func() error{p.Close, hub.Close, a.Close} {
		if err := close(); err != nil {
			t.Error(err)
		}
	}
}
