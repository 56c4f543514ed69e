package snmp

import (
	"context"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/gosnmp/gosnmp"
)

// TestWhatCannotBeSentHoldsNoPlace: a session that is kept gives its place back
// when the network takes nothing, and when it is called off before it waits.
func TestWhatCannotBeSentHoldsNoPlace(t *testing.T) {
	h, err := NewHub(1)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = h.Close() }() // the test is about what is in flight before
	for _, c := range []struct {
		to   string
		left time.Duration
	}{{"127.0.0.1:0", time.Minute}, {"127.0.0.1:9", time.Nanosecond}} {
		p := h.port(netip.MustParseAddrPort(c.to))
		s := newSession(c.to, p, Credential{Version: V2c, Community: "public"}, Options{}, Limits{})
		ctx, cancel := context.WithCancel(context.Background())
		if c.left < time.Second {
			cancel()
		}
		if _, err := s.converse(ctx, attempts{large: asking(gosnmp.GetRequest, []OID{"1.3.6.1.2.1.1.1.0"}), times: 1}, false); err == nil {
			t.Fatalf("%s answers", c.to)
		}
		cancel()
		if traffic := h.Traffic(); traffic.InFlight != 0 {
			t.Errorf("%s: got %+v, want nothing in flight", c.to, traffic)
		}
	}
}

// TestADatagramThatThisProgramFailsOn costs nobody else's answer.
func TestADatagramThatThisProgramFailsOn(t *testing.T) {
	h, err := NewHub(1)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = h.Close() }()
	var agents [2]*net.UDPConn
	for i := range agents {
		if agents[i], err = net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)}); err != nil {
			t.Fatal(err)
		}
		defer func() { _ = agents[i].Close() }()
	}
	bad, good := agents[0].LocalAddr().(*net.UDPAddr).AddrPort(), agents[1].LocalAddr().(*net.UDPAddr).AddrPort()
	h.mu.Lock()
	h.ports[bad] = []*port{nil} // what comes from there makes deliver panic
	h.mu.Unlock()
	p := h.port(good)
	p.begin()
	defer p.rest()
	for _, a := range agents {
		to := net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: h.shared[0].conn.LocalAddr().(*net.UDPAddr).Port}
		if _, err := a.WriteToUDP([]byte("answer"), &to); err != nil {
			t.Fatal(err)
		}
	}
	got, err := p.receive(context.Background(), time.Now().Add(20*time.Second))
	if err != nil || string(got) != "answer" || h.Traffic().Strays != 1 {
		t.Errorf("got %q, %v, %+v; want the answer behind one stray", got, err, h.Traffic())
	}
	h.mu.Lock()
	delete(h.ports, bad)
	h.mu.Unlock()
}
