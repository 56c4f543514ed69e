package snmp

import (
	"errors"
	"testing"

	"github.com/gosnmp/gosnmp"
)

func dialog(t testing.TB, c Credential) *Dialog {
	t.Helper()
	d, err := NewDialog(c, []OID{"1.3.6.1.2.1.1.5.0"})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// told is a message of version 2c that answers request 7.
func told(t testing.TB, change func(*gosnmp.SnmpPacket)) []byte {
	t.Helper()
	m := &gosnmp.SnmpPacket{Version: gosnmp.Version2c, Community: "geheim", PDUType: gosnmp.GetResponse, RequestID: 7,
		Variables: []gosnmp.SnmpPDU{{Name: "1.3.6.1.2.1.1.5.0", Type: gosnmp.OctetString, Value: []byte("a")}}}
	if change != nil {
		change(m)
	}
	b, err := m.MarshalMsg()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestDialogTakesOnlyItsOwnAnswers(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*gosnmp.SnmpPacket)
		want   error
		vars   int
	}{
		{"an answer", nil, nil, 1},
		{"an error status", func(m *gosnmp.SnmpPacket) { m.Error = gosnmp.GenErr }, nil, 0},
		{"a refusal", func(m *gosnmp.SnmpPacket) { m.Error = gosnmp.AuthorizationError }, ErrRefused, 0},
		{"another community", func(m *gosnmp.SnmpPacket) { m.Community = "geheim2" }, ErrStray, 0},
		{"no community", func(m *gosnmp.SnmpPacket) { m.Community = "" }, ErrStray, 0},
		{"another request", func(m *gosnmp.SnmpPacket) { m.RequestID = 8 }, ErrStray, 0},
		{"another version", func(m *gosnmp.SnmpPacket) { m.Version = gosnmp.Version1 }, ErrGarbled, 0},
	} {
		d := dialog(t, Credential{Version: V2c, Community: "geheim"})
		if _, err := d.Request(7); err != nil {
			t.Fatal(err)
		}
		turn, err := d.Hear(told(t, c.change))
		if !errors.Is(err, c.want) || (err == nil) != (c.want == nil) || len(turn.Vars) != c.vars || turn.Again {
			t.Errorf("%s: got %+v, %v; want %d variables, %v", c.name, turn, err, c.vars, c.want)
		}
	}
}

func TestDialogWithVersion3BeginsWithTheEngine(t *testing.T) {
	d := dialog(t, Credential{Version: V3, User: "monitor"})
	if _, err := d.Request(7); err != nil {
		t.Fatal(err)
	}
	report := &gosnmp.SnmpPacket{Version: gosnmp.Version3, MsgID: 7, RequestID: 7, PDUType: gosnmp.Report, SecurityModel: gosnmp.UserSecurityModel,
		SecurityParameters: &gosnmp.UsmSecurityParameters{AuthoritativeEngineID: "\x80\x00\x00\x00\x01x", AuthoritativeEngineBoots: 1, AuthoritativeEngineTime: 1},
		Variables:          []gosnmp.SnmpPDU{{Name: string(reportEngine), Type: gosnmp.Counter32, Value: uint32(1)}}}
	raw, err := report.MarshalMsg()
	if err != nil {
		t.Fatal(err)
	}
	if turn, err := d.Hear(raw); err != nil || !turn.Again || !d.Met() || d.Engine() != "" {
		t.Fatalf("got %+v, %v, met %v, engine %q; want another round and nothing proven", turn, err, d.Met(), d.Engine())
	}
	if turn, err := d.Hear(raw); !errors.Is(err, ErrStray) || turn.Again {
		t.Errorf("the same report again: got %+v, %v; want a stray", turn, err)
	}
}

func TestDialogChecksBeforeAnythingIsSent(t *testing.T) {
	if _, err := NewDialog(Credential{Version: V2c}, nil); !errors.Is(err, ErrCredential) {
		t.Errorf("got %v, want ErrCredential", err)
	}
	if _, err := NewDialog(Credential{Version: V2c, Community: "x"}, []OID{"1.x"}); err == nil {
		t.Error("no object identifier: no error")
	}
}

func FuzzDialog(f *testing.F) {
	f.Add(told(f, nil), false)
	f.Add([]byte("\x30\x84\xff\xff\xff\xff"), true)
	f.Fuzz(func(t *testing.T, raw []byte, v3 bool) {
		c := Credential{Version: V2c, Community: "geheim"}
		if v3 {
			c = Credential{Version: V3, User: "monitor"}
		}
		d := dialog(t, c)
		if _, err := d.Request(7); err != nil {
			t.Fatal(err)
		}
		if turn, err := d.Hear(raw); err != nil && (len(turn.Vars) > 0 || turn.Again) {
			t.Fatalf("an error with a turn: %+v, %v", turn, err)
		}
	})
}
