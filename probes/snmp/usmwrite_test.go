package snmp

import (
	"slices"
	"strings"
	"testing"

	"github.com/gosnmp/gosnmp"
)

// TestRequestsOfVersion3AreWhatGosnmpReads: the referee decrypts and
// understands what we write, and finds it authentic.
func TestRequestsOfVersion3AreWhatGosnmpReads(t *testing.T) {
	oids := []OID{"1.3.6.1.2.1.1.1.0", "2.999.1", OID("1.3" + strings.Repeat(".4294967295", 60))}
	for _, auth := range append(AuthProtocols(), "") {
		for _, priv := range []string{"", "aes128"} {
			c := Credential{Version: V3, User: "operator", Auth: auth, Priv: priv, Context: "here"}
			if auth == "" && priv != "" {
				continue
			}
			if c.AuthSecret = "a-password"; priv != "" {
				c.PrivSecret = "b-password"
			}
			u := newUSM(c)
			if err := u.meet(header{engineID: "12345", boots: 300, time: 70_000}); err != nil {
				t.Fatal(err)
			}
			salts := map[string]bool{}
			for _, kind := range []gosnmp.PDUType{gosnmp.GetRequest, gosnmp.GetNextRequest} {
				raw, err := u.encode(asking(kind, oids), 77)
				if err != nil {
					t.Fatal(err)
				}
				h, err := readHeader(raw)
				if err != nil || h.user != "operator" || h.engineID != "12345" || h.boots != 300 || h.time != 70_000 || h.flags != u.level|gosnmp.Reportable {
					t.Fatalf("%s %s: got %+v, %v", auth, priv, h, err)
				}
				salts[string(h.privacy)] = true
				receiver := u.secured()
				receiver.SecurityParameters = u.params.Copy()
				if auth != "" { // gosnmp's own check of the digest, which it makes of traps
					m, err := receiver.UnmarshalTrap(slices.Clone(raw), false)
					if err != nil || m.RequestID != 77 {
						t.Errorf("%s %s: gosnmp does not accept it: %v", auth, priv, err)
					}
				}
				m, err := decodeSafely(receiver, slices.Clone(raw))
				if err != nil || m.PDUType != kind || m.MsgID != 77 || m.RequestID != 77 || m.ContextName != "here" || m.ContextEngineID != "12345" || len(m.Variables) != len(oids) {
					t.Fatalf("%s %s: gosnmp reads %+v, %v", auth, priv, m, err)
				}
				for i, v := range m.Variables {
					if strings.TrimPrefix(v.Name, ".") != string(oids[i]) || v.Type != gosnmp.Null {
						t.Errorf("%s %s: variable %d: got %s %v", auth, priv, i, v.Name, v.Type)
					}
				}
			}
			if priv != "" && len(salts) != 2 {
				t.Error("a salt was used twice")
			}
		}
	}
}
