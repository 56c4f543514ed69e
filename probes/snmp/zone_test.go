package snmp

import (
	"net"
	"net/netip"
	"strconv"
	"testing"
)

// TestAddressesAreThoseThatAnswersComeFrom: the kernel tells an interface by name,
// and only where the address needs one.
func TestAddressesAreThoseThatAnswersComeFrom(t *testing.T) {
	links, err := net.Interfaces()
	if err != nil || len(links) == 0 {
		t.Skip("this machine has no interfaces: ", err)
	}
	name, number := links[0].Name, strconv.Itoa(links[0].Index)
	for asked, want := range map[string]string{
		"fe80::1%" + number:     "fe80::1%" + name,
		"fe80::1%" + name:       "fe80::1%" + name,
		"fe80::1%1000000007":    "fe80::1%1000000007",
		"fe80::1%gone":          "fe80::1%gone",
		"fe80::1":               "fe80::1",
		"2001:db8::1%" + name:   "2001:db8::1",
		"2001:db8::1%" + number: "2001:db8::1",
	} {
		got, err := resolve(t.Context(), "["+asked+"]:1161")
		if err != nil || got != netip.AddrPortFrom(netip.MustParseAddr(want), 1161) {
			t.Errorf("%s: got %v, %v; want %s", asked, got, err, want)
		}
	}
}
