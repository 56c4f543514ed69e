package snmp

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"github.com/gosnmp/gosnmp"
)

// BenchmarkCodec is what one status read of 50 objects costs beside the network:
// a request written, and its answer read.
func BenchmarkCodec(b *testing.B) {
	var oids []OID
	var pdus []gosnmp.SnmpPDU
	for n := range 50 {
		o := OID(fmt.Sprintf("1.3.6.1.4.1.674.10892.5.5.1.20.130.4.1.%d.%d", n%5+1, n/5+1))
		oids = append(oids, o)
		pdus = append(pdus, gosnmp.SnmpPDU{Name: string(o), Type: gosnmp.Integer, Value: 3})
	}
	question := asking(gosnmp.GetRequest, oids)
	run := func(b *testing.B, c codec, raw []byte) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := c.encode(question, 7); err != nil {
				b.Fatal(err)
			}
			a, err := c.decode(slices.Clone(raw), []uint32{7}, question)
			if err != nil || len(a.vars) != 50 {
				b.Fatalf("got %d variables, %v", len(a.vars), err)
			}
			a.giveBack()
			c.rest()
		}
	}
	b.Run("v2c", func(b *testing.B) {
		m := gosnmp.SnmpPacket{Version: gosnmp.Version2c, Community: "public", PDUType: gosnmp.GetResponse, RequestID: 7, Variables: pdus}
		raw, err := m.MarshalMsg()
		if err != nil {
			b.Fatal(err)
		}
		run(b, newPlain(Credential{Version: V2c, Community: "public"}), raw)
	})
	b.Run("v3 authPriv", func(b *testing.B) {
		u := newUSM(operator())
		if err := u.meet(header{engineID: "12345", boots: 1, time: 1}); err != nil {
			b.Fatal(err)
		}
		run(b, u, sealedValues(b, u, pdus))
	})
}

// sealedValues is an authentic, encrypted answer with values.
func sealedValues(t testing.TB, u *usm, pdus []gosnmp.SnmpPDU) []byte {
	t.Helper()
	m := message(request{kind: gosnmp.GetResponse}, 7)
	m.Variables = pdus
	m.Version, m.SecurityModel, m.MsgID = gosnmp.Version3, gosnmp.UserSecurityModel, 7
	m.MsgFlags, m.ContextEngineID, m.ContextName = u.level, u.engine, u.context
	u.params.AuthoritativeEngineBoots, u.params.AuthoritativeEngineTime = u.boots, u.time
	m.SecurityParameters = u.params.Copy()
	if u.level == gosnmp.AuthPriv {
		if err := u.params.InitPacket(m); err != nil {
			t.Fatal(err)
		}
	}
	raw, err := m.MarshalMsg()
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// TestEncryptedAnswersAreReadAsGosnmpDoes, whatever the cipher.
func TestEncryptedAnswersAreReadAsGosnmpDoes(t *testing.T) {
	pdus := []gosnmp.SnmpPDU{{Name: ".1.3.6.1.2.1.1.1.0", Type: gosnmp.OctetString, Value: "a text that is longer than one block"}, {Name: ".1.3.7", Type: gosnmp.Counter64, Value: uint64(1 << 40)}}
	for _, priv := range []string{"aes128", "aes256", "des", ""} {
		c := operator()
		if c.Priv = priv; priv == "" {
			c.PrivSecret = ""
		}
		u := newUSM(c)
		if err := u.meet(header{engineID: "12345", boots: 3, time: 77}); err != nil {
			t.Fatal(err)
		}
		raw := sealedValues(t, u, pdus)
		h, err := readHeader(raw)
		if err != nil {
			t.Fatal(err)
		}
		quick, took := u.readQuick(h, request{})
		if want := priv == "aes128" || priv == ""; took != want {
			t.Errorf("%q: read by ourselves: got %v, want %v", priv, took, want)
		}
		m, err := decodeSafely(u.secured(), slices.Clone(raw))
		if err != nil {
			t.Fatalf("%q: gosnmp: %v", priv, err)
		}
		want := answerOf(m, m.MsgID)
		if took && !reflect.DeepEqual(quick.vars, want.vars) {
			t.Errorf("%q: got %+v, gosnmp reads %+v", priv, quick.vars, want.vars)
		}
		if got, err := u.decode(raw, []uint32{7}, request{}); err != nil || !reflect.DeepEqual(got.vars, want.vars) {
			t.Errorf("%q: got %+v, %v; want %+v", priv, got, err, want)
		}
	}
}
