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
