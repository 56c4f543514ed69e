package snmp

import (
	"context"
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
