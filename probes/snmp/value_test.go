package snmp_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/gosnmp/gosnmp"
	"pgregory.net/rapid"

	"ironage/probes/snmp"
)

func itoa(n uint16) string { return strconv.Itoa(int(n)) }

// arcs draws a valid object identifier's numbers.
func arcs(t *rapid.T, label string) []uint32 {
	return append([]uint32{1, 3}, rapid.SliceOfN(rapid.Uint32(), 0, 20).Draw(t, label)...)
}

func dotted(numbers []uint32) snmp.OID {
	parts := make([]string, len(numbers))
	for i, n := range numbers {
		parts[i] = strconv.FormatUint(uint64(n), 10)
	}
	return snmp.OID(strings.Join(parts, "."))
}

func TestOIDsOrderByNumber(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := arcs(t, "a"), arcs(t, "b")
		if keep := rapid.IntRange(0, len(a)).Draw(t, "shared"); rapid.Bool().Draw(t, "related") { // most pairs are
			b = append(slices.Clone(a[:keep]), b[2:]...)
		}
		got, want := dotted(a).Compare(dotted(b)), slices.Compare(a, b)
		if got < 0 != (want < 0) || got > 0 != (want > 0) {
			t.Fatalf("%v with %v: got %d, want %d", a, b, got, want)
		}
	})
}

// The estimate decides how much goes into a message: it must never be below
// what gosnmp writes, nor far above.
func TestSizeIsWhatGoesOverTheWire(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		oid := dotted(arcs(t, "oid"))
		n := int64(rapid.Int32().Draw(t, "number"))
		octets := rapid.SliceOfN(rapid.Byte(), 0, 300).Draw(t, "octets")
		for _, v := range []struct {
			ours   snmp.Variable
			theirs gosnmp.SnmpPDU
		}{
			{snmp.Variable{OID: oid}, gosnmp.SnmpPDU{Name: string(oid), Type: gosnmp.Null}},
			{snmp.Variable{OID: oid, Value: number(n)}, gosnmp.SnmpPDU{Name: string(oid), Type: gosnmp.Integer, Value: int(n)}},
			{snmp.Variable{OID: oid, Value: text(string(octets))}, gosnmp.SnmpPDU{Name: string(oid), Type: gosnmp.OctetString, Value: octets}},
		} {
			empty, err := (&gosnmp.SnmpPacket{PDUType: gosnmp.GetResponse}).MarshalMsg()
			if err != nil {
				t.Fatal(err)
			}
			full, err := (&gosnmp.SnmpPacket{PDUType: gosnmp.GetResponse, Variables: []gosnmp.SnmpPDU{v.theirs}}).MarshalMsg()
			if err != nil {
				t.Fatal(err)
			}
			// The envelope's own length fields grow by up to two bytes each.
			got, want := v.ours.Size(), len(full)-len(empty)
			if got < want-6 || got > want+2 {
				t.Fatalf("%+v: got %d, want about %d", v.ours, got, want)
			}
		}
	})
}

func TestValidOIDs(t *testing.T) {
	long := "1.3" + strings.Repeat(".1", 126)
	for oid, want := range map[string]bool{
		"1.3": true, "1.3.6.1.4.1.674.10892.5": true, "0.0": true, "2.999.1": true, "2.4294967215": true, "1.3.4294967295": true, long: true,
		"": false, "1": false, ".1.3": false, "1.3.": false, "1..3": false, "1.3.x": false, "1.3.-1": false, "3.1": false, "1.40": false,
		"1.3.4294967296": false, "2.4294967216": false, "1.3.01": false, "1.3.99999999999": false, long + ".1": false, "1.3\n": false,
	} {
		if got := snmp.OID(oid).Valid(); got != want {
			t.Errorf("%q: got %v, want %v", oid, got, want)
		}
	}
}

// What Valid lets through, gosnmp can write.
func FuzzOID(f *testing.F) {
	for _, s := range []string{"1.3.6.1", "2.999", "1.40", "0.0", "1.3.4294967295", "x", "1..3", "2.4294967295"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		oid := snmp.OID(s)
		_ = oid.Size()
		_ = oid.Compare("1.3.6.1")
		if !oid.Valid() {
			return
		}
		m := gosnmp.SnmpPacket{PDUType: gosnmp.GetRequest, Variables: []gosnmp.SnmpPDU{{Name: s, Type: gosnmp.Null}}}
		if _, err := m.MarshalMsg(); err != nil {
			t.Errorf("%q is valid, but gosnmp says %v", s, err)
		}
	})
}
