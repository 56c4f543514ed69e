package probes_test

import (
	"bytes"
	"net"
	"testing"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/sim/agent"
	"ironage/probes/profile"
	"ironage/probes/snmp"
)

// proxy passes each question on to the agent whose community it has.
func proxy(t *testing.T, agents map[string]string) (address string) {
	t.Helper()
	conn, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() }) // it ends the loop
	go func() {
		for b := make([]byte, 1<<16); ; {
			n, from, err := conn.ReadFrom(b)
			if err != nil {
				return
			}
			for community, to := range agents {
				if bytes.Contains(b[:n], []byte(community)) {
					_, _ = conn.WriteTo(passOn(to, b[:n]), from) // who waits for it asks again
				}
			}
		}
	}()
	return conn.LocalAddr().String()
}

// passOn is what an agent answers.
func passOn(to string, question []byte) []byte {
	conn, err := net.Dial("udp4", to)
	if err != nil {
		return nil
	}
	defer func() { _ = conn.Close() }()                    // it was only read
	_ = conn.SetDeadline(time.Now().Add(10 * time.Second)) // it fails on closed sockets only
	b := make([]byte, 1<<16)
	if _, err = conn.Write(question); err != nil {
		return nil
	}
	n, _ := conn.Read(b)
	return b[:n]
}

// TestServersBehindAProxy have one address and a community each: what is known of
// the one is not taken for the other, nor is it forgotten because the other was
// asked. A credential of the same name that leads to another server is a new one.
func TestServersBehindAProxy(t *testing.T) {
	f := newFixture(t, nil)
	agents := map[string]string{}
	for _, community := range []string{"AAA1111", "BBB2222"} {
		h := server()
		h.Device.Serial = community
		for i := range h.Components {
			h.Components[i].Serial = ""
		}
		a, err := agent.Listen("127.0.0.1:0", community, agent.NewMap(profile.Encode(f.lib.Find("dell-idrac"), h)))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = a.Close() }) // nothing waits for it
		agents[community] = a.Addr()
	}
	f.target.Endpoint.Address, f.target.Options = proxy(t, agents), snmp.Options{Timeout: 10 * time.Second}
	for i, step := range []struct {
		name, community string
		want            fleet.Rhythm
	}{
		{"a", "AAA1111", fleet.Inventory}, {"b", "BBB2222", fleet.Inventory}, {"a", "AAA1111", fleet.Status}, {"b", "BBB2222", fleet.Status},
		{"a", "BBB2222", fleet.Inventory}, {"a", "BBB2222", fleet.Status},
	} {
		f.target.Credential.Name, f.target.Credential.Community = step.name, snmp.Secret(step.community)
		if o := f.read(fleet.Status); o.Rhythm != step.want || o.Device.Serial != step.community || len(o.Components) != 4 {
			t.Errorf("%d: got a %s read of %s with %d components (%s), want a %s read of %s", i, o.Rhythm, o.Device.Serial, len(o.Components), o.SNMPNote, step.want, step.community)
		}
	}
}
