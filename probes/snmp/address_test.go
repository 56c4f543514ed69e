package snmp_test

import (
	"errors"
	"net"
	"net/netip"
	"testing"
	"time"

	"ironage/internal/sim/agent"
	"ironage/probes/snmp"
)

func TestSplitAddress(t *testing.T) {
	for _, test := range []struct {
		address, host string
		port          uint16 // 0: an error
	}{
		{"bmc1.example.net", "bmc1.example.net", 161},
		{"bmc1.example.net:1161", "bmc1.example.net", 1161},
		{"192.0.2.1", "192.0.2.1", 161},
		{"192.0.2.1:162", "192.0.2.1", 162},
		{"2001:db8::1", "2001:db8::1", 161},
		{"[2001:db8::1]", "2001:db8::1", 161},
		{"[2001:db8::1]:1161", "2001:db8::1", 1161},
		{"[fe80::1%eth0]:161", "fe80::1%eth0", 161},
		{"::1", "::1", 161},
		{"", "", 0}, {":161", "", 0}, {"host:", "", 0}, {"host:0", "", 0}, {"host:65536", "", 0}, {"host:snmp", "", 0},
		{"[::1", "", 0}, {"[::1]x", "", 0}, {"[::1]:", "", 0}, {"[host]:161", "", 0}, {"2001:db8::1:x:y", "", 0},
		{"a b", "", 0}, {"http://host", "", 0}, {"user@host", "", 0}, {"host:-1", "", 0},
	} {
		host, port, err := snmp.SplitAddress(test.address)
		if test.port == 0 {
			if !errors.Is(err, snmp.ErrAddress) {
				t.Errorf("%q: got %q, %d, %v; want ErrAddress", test.address, host, port, err)
			}
			continue
		}
		if host != test.host || port != test.port || err != nil {
			t.Errorf("%q: got %q, %d, %v; want %q, %d", test.address, host, port, err, test.host, test.port)
		}
	}
}

func FuzzSplitAddress(f *testing.F) {
	for _, s := range []string{"host", "host:1", "[::1]:2", "::1", "[", "]:", "[]", ":", "%"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		host, port, err := snmp.SplitAddress(s)
		if err == nil && (host == "" || port == 0) || err != nil && !errors.Is(err, snmp.ErrAddress) {
			t.Errorf("%q: got %q, %d, %v", s, host, port, err)
		}
	})
}

func TestDialOverIPv6AndByName(t *testing.T) {
	tree := agent.NewMap(table(entry, 1, 1))
	for listen, address := range map[string]string{"[::1]:0": "", "127.0.0.1:0": "localhost"} {
		a, err := agent.Listen(listen, community, tree)
		if err != nil {
			t.Logf("%s: %v: this machine has no such loopback", listen, err)
			continue
		}
		_, port, err := snmp.SplitAddress(a.Addr())
		if err != nil {
			t.Fatal(err)
		}
		if address == "" {
			address = a.Addr()
		} else {
			address += ":" + itoa(port)
		}
		s := dial(t, address, v2c(), quick, snmp.Limits{})
		if _, err := s.Get(t.Context(), []snmp.OID{entry + ".1.1"}); err != nil {
			t.Errorf("%s: %v", address, err)
		}
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	}
}

// linkLocal finds an address of this machine that needs its interface.
func linkLocal(t *testing.T) (ip string, link net.Interface) {
	t.Helper()
	links, err := net.Interfaces()
	if err != nil {
		t.Fatal(err)
	}
	for _, link := range links {
		addresses, _ := link.Addrs()
		for _, a := range addresses {
			if p, err := netip.ParsePrefix(a.String()); err == nil && p.Addr().Is6() && p.Addr().IsLinkLocalUnicast() && link.Flags&net.FlagUp != 0 {
				return p.Addr().String(), link
			}
		}
	}
	t.Skip("this machine has no link-local address")
	return "", link
}

// TestDialOverALinkLocalAddress, its interface being told by name or by number:
// over a hub, answers are known by the address they come from, and so is what the
// kernel tells.
func TestDialOverALinkLocalAddress(t *testing.T) {
	ip, link := linkLocal(t)
	h := newHub(t, 1)
	for _, zone := range []string{link.Name, itoa(uint16(link.Index))} {
		a, err := agent.Listen("["+ip+"%"+link.Name+"]:0", community, agent.NewMap(table(entry, 1, 1)))
		if err != nil {
			t.Skip("this machine does not let it be used: ", err)
		}
		_, port, err := snmp.SplitAddress(a.Addr())
		if err != nil {
			t.Fatal(err)
		}
		s := dialOver(t, h, "["+ip+"%"+zone+"]:"+itoa(port), v2c(), snmp.Options{Timeout: 5 * time.Second, Retries: 1})
		if _, err := s.Get(t.Context(), []snmp.OID{entry + ".1.1"}); err != nil {
			t.Errorf("%s: %v", s, err)
		}
		if err := a.Close(); err != nil {
			t.Error(err)
		}
		s.Beside()
		if _, err := s.Get(t.Context(), []snmp.OID{entry + ".1.1"}); !errors.Is(err, snmp.ErrPortClosed) {
			t.Errorf("%s: got %v, want ErrPortClosed", s, err)
		}
	}
}
