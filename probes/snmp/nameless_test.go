package snmp

import "testing"

// TestANamelessValueIsNobodys: an object identifier of no bytes is none, and
// never stands for what was asked.
func TestANamelessValueIsNobodys(t *testing.T) {
	raw := []byte{0x30, 0x19, 0x02, 0x01, 0x01, 0x04, 0x01, 'c', 0xa2, 0x11, 0x02, 0x01, 0x07, 0x02, 0x01, 0x00, 0x02, 0x01, 0x00,
		0x30, 0x06, 0x30, 0x04, 0x06, 0x00, 0x05, 0x00}
	raw[len(raw)-2] = 0x80 // NoSuchObject, which carries nothing
	if a, ok := readResponse(raw, request{told: []OID{"1.3.6.1.2.1.1.1.0"}}); ok {
		t.Errorf("got %+v, want it left to the referee", a.vars)
	}
}

// TestWhatIsNoNameIsNobodys: octets in the place of a name are none.
func TestWhatIsNoNameIsNobodys(t *testing.T) {
	raw := []byte{0x30, 0x1c, 0x02, 0x01, 0x01, 0x04, 0x01, 'c', 0xa2, 0x14, 0x02, 0x01, 0x07, 0x02, 0x01, 0x00, 0x02, 0x01, 0x00,
		0x30, 0x09, 0x30, 0x07, 0x04, 0x02, 0x2b, 0x06, 0x02, 0x01, 0x05}
	if a, ok := readResponse(raw, request{}); ok {
		t.Errorf("got %+v, want it left to the referee", a.vars)
	}
	raw[23] = 0x06
	if a, ok := readResponse(raw, request{}); !ok || len(a.vars) != 1 || a.vars[0].OID != "1.3.6" || a.vars[0].Value.Num != 5 {
		t.Errorf("got %+v, %v; want 1.3.6 = 5", a.vars, ok)
	}
}
