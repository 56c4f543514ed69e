package record

import (
	"strings"
	"testing"

	"ironage/probes/snmp"
)

func octet(oid snmp.OID, text string) snmp.Variable {
	return snmp.Variable{OID: oid, Value: snmp.Value{Type: snmp.OctetString, Octets: []byte(text)}}
}

const (
	anyText   snmp.OID = "1.3.6.1.4.1.99999.7.1"
	serialCol snmp.OID = "1.3.6.1.4.1.99999.2.1.7"
	modelCol  snmp.OID = "1.3.6.1.4.1.99999.2.1.6"
)

func testScrubber() *Scrubber {
	s := NewScrubber([]byte("a key for tests"), []snmp.OID{serialCol}, []snmp.OID{modelCol})
	s.Learn("SN4711X", "db-prod-01.corp.example.org", "Nguyen", "N/A", "00000000", "ab")
	s.LearnAddress("10.20.30.40")
	s.LearnHardwareAddress([]byte{0x00, 0x25, 0xb5, 0xaa, 0xbb, 0xcc})
	return s
}

// TestScrubReplaces holds what is replaced: nothing of the original is left,
// the shape stays, and what surrounds it stays word for word.
func TestScrubReplaces(t *testing.T) {
	s := testScrubber()
	for _, c := range []struct{ name, in, gone, kept string }{
		{"a serial number in a longer text", "disk SN4711X in slot 3 failed", "SN4711X", "disk  in slot 3 failed"},
		{"in another case", "disk sn4711x failed", "sn4711x", "disk  failed"},
		{"within a longer word", "CN0SN4711XA00", "SN4711X", "CN0 A00"},
		{"a host name", "Linux db-prod-01 5.14.0 x86_64", "db-prod-01", "Linux  5.14.0 x86_64"},
		{"its domain", "mail to ops.corp.example.org now", "corp.example.org", "mail to ops. now"},
		{"a name", "owner: nguyen, rack A7", "nguyen", "owner: , rack A7"},
		{"an IPv4 address", "link to 192.168.17.250 lost", "17.250", "link to 192.168. lost"},
		{"an IPv6 address", "from fe80::225:b5ff:fe12:3456 port 22", "225:b5ff:fe12:3456", "from fe80:: port 22"},
		{"a MAC address", "port 00:25:B5:AA:BB:CC up", "AA:BB:CC", "port 00:25:B5: up"},
		{"a MAC address without colons", "wwn 0025b5aabbcc!", "aabbcc", "wwn 0025b5 !"},
		{"a UUID", "root=UUID=2b1c0a7e-1111-4a4b-8c8d-0123456789ab ro", "2b1c0a7e", "root=UUID= ro"},
		{"a mail address", "mail minh.tran@acme.vn twice", "minh.tran@acme", "mail  twice"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := string(s.Variable(octet(anyText+".0", c.in)).Value.Octets)
			if strings.Contains(strings.ToLower(got), strings.ToLower(c.gone)) || len(got) != len(c.in) || got == c.in {
				t.Fatalf("got %q of %q, want nothing of %q and the same length", got, c.in, c.gone)
			}
			rest := got
			for _, word := range strings.Fields(c.kept) {
				i := strings.Index(rest, word)
				if i < 0 {
					t.Fatalf("got %q, want %q left in it", got, word)
				}
				rest = rest[i+len(word):]
			}
		})
	}
}

func TestScrubLeaves(t *testing.T) {
	s := testScrubber()
	for _, text := range []string{"", "N/A", "firmware 2.63.60.61", "iDRAC9 version 6.10.30.00", "00000000", "127.0.0.1", "255.255.255.0", "netmask 0.0.0.0",
		"Nguyenhuu bar", "Disk.Bay.0:Enclosure.Internal.0-1:RAID.Integrated.1-1", "12:34:56", "0000:3b:00.0", "1.3.6.1.4.1.674", "ff:ff:ff:ff:ff:ff", "::1", "ab"} {
		if got := string(s.Variable(octet(anyText+".0", text)).Value.Octets); got != text {
			t.Errorf("got %q, want %q as it was", got, text)
		}
	}
	if got := string(s.Variable(octet(modelCol+".3", "10.2.3.4")).Value.Octets); got != "10.2.3.4" {
		t.Errorf("a version that looks like an address: got %q", got)
	}
	if got := string(s.Variable(octet(serialCol+".3", " N/A ")).Value.Octets); got != " N/A " {
		t.Errorf("a placeholder in the place of a serial number: got %q", got)
	}
}

func TestScrubIsConsistent(t *testing.T) {
	s := testScrubber()
	whole := string(s.Variable(octet(serialCol+".1", "SN4711X ")).Value.Octets)
	inside := string(s.Variable(octet(anyText+".0", "disk SN4711X gone")).Value.Octets)
	if !strings.HasSuffix(whole, " ") || inside != "disk "+strings.TrimSpace(whole)+" gone" {
		t.Errorf("got %q and %q, want one replacement", whole, inside)
	}
	name := string(s.Variable(octet("1.3.6.1.2.1.1.5.0", "db-prod-01.corp.example.org")).Value.Octets)
	host, _, _ := strings.Cut(name, ".")
	if got := string(s.Variable(octet(anyText+".0", "Linux DB-PROD-01 x")).Value.Octets); got != "Linux "+strings.ToUpper(host)+" x" {
		t.Errorf("host name: got %q, want %q in it", got, host)
	}
	if a, b := s.Variable(octet(serialCol+".1", "PLSN77")), s.Variable(octet(serialCol+".2", "PLSN78")); string(a.Value.Octets) == string(b.Value.Octets) {
		t.Errorf("two serial numbers became one: %s", a.Value.Octets)
	}
	mac := s.Variable(octet("1.3.6.1.2.1.2.2.1.6.2", "\x00\x25\xb5\xaa\xbb\xcc")).Value.Octets
	spelt := string(s.Variable(octet(anyText+".0", "00:25:b5:aa:bb:cc")).Value.Octets)
	if got := strings.ReplaceAll(spelt, ":", ""); got != hexOf(mac) {
		t.Errorf("a MAC address as octets became %x, spelt %s", mac, spelt)
	}
	ip := snmp.Variable{OID: "1.3.6.1.2.1.4.20.1.1.10.20.30.40", Value: snmp.Value{Type: snmp.IPAddress, Octets: []byte("10.20.30.40")}}
	got := s.Variable(ip)
	if string(got.OID) != "1.3.6.1.2.1.4.20.1.1."+string(got.Value.Octets) || string(got.Value.Octets) == "10.20.30.40" || !strings.HasPrefix(string(got.Value.Octets), "10.") {
		t.Errorf("got %s = %s, want the same other address in index and value", got.OID, got.Value.Octets)
	}
}

// TestScrubUname: the host's name in sysDescr is replaced whatever sysName says,
// and what the profiles read of the text stays.
func TestScrubUname(t *testing.T) {
	got := string(testScrubber().Variable(octet("1.3.6.1.2.1.1.1.0", "Linux vm 6.18.44 #1 SMP x86_64")).Value.Octets)
	if strings.Contains(got, " vm ") || !strings.HasPrefix(got, "Linux ") || !strings.HasSuffix(got, " 6.18.44 #1 SMP x86_64") {
		t.Errorf("got %q, want another name and the rest", got)
	}
}

func TestScrubIndexes(t *testing.T) {
	s := testScrubber()
	in := snmp.OID("1.3.6.1.4.1.99999.9.1.2" + strings.TrimSuffix(arcs([]byte("SN4711X")), "."))
	got := s.Variable(octet(in, "x")).OID
	if got == in || len(strings.Split(string(got), ".")) != len(strings.Split(string(in), ".")) {
		t.Errorf("got %s, want another index of the same length", got)
	}
	if plain := snmp.OID("1.3.6.1.4.1.99999.9.1.2.7.1"); s.Variable(octet(plain, "x")).OID != plain {
		t.Error("an index without a name was changed")
	}
}

func hexOf(b []byte) string {
	const digits = "0123456789abcdef"
	var out strings.Builder
	for _, x := range b {
		out.WriteByte(digits[x>>4])
		out.WriteByte(digits[x&15])
	}
	return out.String()
}

func FuzzScrub(f *testing.F) {
	f.Add("Linux db-prod-01 192.168.1.1", "1.3.6.1.2.1.1.1.0")
	f.Add("\xff\x00", "1.3.6.1.2.1.2.2.1.6.1")
	f.Add("fe80::1%eth0 10.1.1.1.1", "1.3.6.1.2.1.47.1.1.1.1.11.1")
	s := testScrubber()
	f.Fuzz(func(t *testing.T, text, oid string) {
		got := s.Variable(octet(snmp.OID(oid), text))
		if len(got.Value.Octets) != len(text) {
			t.Errorf("%q became %q: another length", text, got.Value.Octets)
		}
	})
}
