package snmp

import (
	"errors"
	"slices"
	"testing"

	"github.com/gosnmp/gosnmp"
)

// FuzzDecode feeds bytes to the whole receive path of both codecs: whatever
// comes, it is an answer, a stray or garbage, and never a panic.
func FuzzDecode(f *testing.F) {
	for _, m := range []gosnmp.SnmpPacket{
		{Version: gosnmp.Version2c, Community: "public", PDUType: gosnmp.GetResponse, RequestID: 7, Variables: []gosnmp.SnmpPDU{
			{Name: "1.3.6.1.2.1.1.1.0", Type: gosnmp.OctetString, Value: "Linux"},
			{Name: "1.3.6.1.2.1.1.3.0", Type: gosnmp.TimeTicks, Value: uint32(7)},
			{Name: "1.3.6.1.2.1.1.2.0", Type: gosnmp.ObjectIdentifier, Value: "1.3.6.1.4.1.8072"},
			{Name: "1.3.6.1.2.1.4.20", Type: gosnmp.IPAddress, Value: []byte{127, 0, 0, 1}},
			{Name: "1.3.6.1.4.1.2021.10.1.6.1", Type: gosnmp.OpaqueFloat, Value: float32(1.5)},
			{Name: "1.3.6.1.2.1.31.1.1.1.6.1", Type: gosnmp.Counter64, Value: uint64(1 << 63)},
			{Name: "1.3.6.1.9", Type: gosnmp.EndOfMibView},
		}},
		{Version: gosnmp.Version2c, Community: "public", PDUType: gosnmp.GetResponse, RequestID: 7, Error: gosnmp.GenErr, ErrorIndex: 1},
		{Version: gosnmp.Version1, Community: "public", PDUType: gosnmp.Trap, SnmpTrap: gosnmp.SnmpTrap{Enterprise: "1.3.6.1", AgentAddress: "127.0.0.1"}},
		{Version: gosnmp.Version3, SecurityModel: gosnmp.UserSecurityModel, MsgID: 7, RequestID: 7, PDUType: gosnmp.Report,
			SecurityParameters: &gosnmp.UsmSecurityParameters{AuthoritativeEngineID: "12345"},
			Variables:          []gosnmp.SnmpPDU{{Name: string(reportEngine), Type: gosnmp.Counter32, Value: uint32(1)}}},
	} {
		b, err := m.MarshalMsg()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
		f.Add(b[:len(b)/2])
	}
	f.Add(sealed(f))
	f.Add([]byte("HTTP/1.1 400 Bad Request\r\n\r\n"))
	f.Add([]byte{0x30, 0x84, 0xff, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, b []byte) {
		community := newPlain(Credential{Version: V2c, Community: "public"})
		user, known := newUSM(operator()), newUSM(operator())
		if err := known.meet(header{engineID: "12345"}); err != nil {
			t.Fatal(err)
		}
		for _, c := range []codec{community, user, known} {
			a, err := c.decode(slices.Clone(b), []uint32{7}, request{})
			if err == nil && a.id != 7 || err != nil && !errors.Is(err, errStray) && !errors.Is(err, ErrGarbled) {
				t.Errorf("%T: got %+v, %v", c, a, err)
			}
			for _, v := range a.vars {
				_, _ = v.Value.Number()
				_ = v.Value.Text()
				_ = v.Size()
			}
		}
	})
}

func operator() Credential {
	return Credential{Version: V3, User: "operator", Auth: "sha256", AuthSecret: "a-password", Priv: "aes128", PrivSecret: "b-password"}
}

// sealed is an authentic, encrypted answer of the engine "12345".
func sealed(t testing.TB) []byte {
	t.Helper()
	u := newUSM(operator())
	if err := u.meet(header{engineID: "12345", boots: 1, time: 1}); err != nil {
		t.Fatal(err)
	}
	b, err := u.encode(asking(gosnmp.GetResponse, []OID{"1.3.6.1.2.1.1.1.0"}), 7)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestOnlyAuthenticAnswersCount(t *testing.T) {
	good := sealed(t)
	fresh := func() *usm {
		u := newUSM(operator())
		if err := u.meet(header{engineID: "12345", boots: 1, time: 1}); err != nil {
			t.Fatal(err)
		}
		return u
	}
	if a, err := fresh().decode(slices.Clone(good), []uint32{7}, request{}); err != nil || len(a.vars) != 1 {
		t.Fatalf("got %+v, %v; want the answer", a, err)
	}
	for i := range good { // one bit anywhere
		bad := slices.Clone(good)
		bad[i] ^= 1
		if a, err := fresh().decode(bad, []uint32{7}, request{}); err == nil && len(a.vars) > 0 {
			t.Errorf("byte %d changed: got %+v, want no answer", i, a)
		}
	}
}

func TestHeaderNumbers(t *testing.T) {
	for _, test := range []struct {
		in   []byte
		want uint32
		ok   bool
	}{
		{[]byte{2, 1, 0}, 0, true},
		{[]byte{2, 4, 0x7f, 0xff, 0xff, 0xff}, 1<<31 - 1, true},
		{[]byte{2, 5, 0, 0xff, 0xff, 0xff, 0xff}, 1<<32 - 1, true},
		{[]byte{2, 1, 0xff}, 1<<32 - 1, true}, // -1, as some agents echo large ids
		{[]byte{2, 0}, 0, false},
		{[]byte{2, 5, 1, 0, 0, 0, 0}, 0, false},
		{[]byte{2, 0x80}, 0, false},
		{[]byte{2, 0x84, 0, 0, 0, 1, 5}, 5, true}, // long form where short would do
		{[]byte{2, 0x85, 0, 0, 0, 0, 1, 5}, 0, false},
		{[]byte{2, 9, 1}, 0, false},
		{[]byte{4, 1, 1}, 0, false},
		{[]byte{2}, 0, false},
		{nil, 0, false},
	} {
		c := cursor{rest: test.in}
		if got := c.number(); (c.err == nil) != test.ok || test.ok && got != test.want {
			t.Errorf("%x: got %d, %v; want %d, ok=%v", test.in, got, c.err, test.want, test.ok)
		}
	}
}
