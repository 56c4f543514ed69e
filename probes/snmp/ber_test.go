package snmp

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/gosnmp/gosnmp"
)

// manyOIDs try every length of a sub-identifier.
var manyOIDs = []OID{"0.0", "1.3.6.1.2.1.1.3.0", "2.999.1", "2.4294967215.4294967295", "1.39.127.128.16383.16384.2097151.2097152.268435455.268435456",
	OID("1.3" + strings.Repeat(".4294967295", 126))}

// asking is a request whose names are put into BER on the spot.
func asking(kind gosnmp.PDUType, oids []OID) request {
	names := appendVariables(nil, oids)
	return request{kind: kind, oids: oids, names: names, told: oids, toldNames: names}
}

// TestRequestsAreWhatGosnmpReads: the referee understands what we write.
func TestRequestsAreWhatGosnmpReads(t *testing.T) {
	long := slices.Repeat(manyOIDs[1:4], 40)
	for _, r := range []request{
		asking(gosnmp.GetRequest, manyOIDs),
		asking(gosnmp.GetNextRequest, manyOIDs[:1]),
		{kind: gosnmp.GetBulkRequest, oids: long, names: appendVariables(nil, long), reps: 200},
		{kind: gosnmp.GetRequest},
	} {
		for _, version := range []gosnmp.SnmpVersion{gosnmp.Version1, gosnmp.Version2c} {
			p := plain{version: version, community: "Xyzzy"}
			for _, id := range []uint32{1, 127, 128, 1<<31 - 1} {
				raw, err := p.encode(r, id)
				if err != nil {
					t.Fatal(err)
				}
				got, err := (&gosnmp.GoSNMP{Version: version}).SnmpDecodePacket(raw)
				if err != nil {
					t.Fatalf("gosnmp does not read it: %v", err)
				}
				if got.Version != version || got.Community != "Xyzzy" || got.PDUType != r.kind || got.RequestID != id || len(got.Variables) != len(r.oids) {
					t.Errorf("got %v %q %v id %d with %d variables, want %+v id %d", got.Version, got.Community, got.PDUType, got.RequestID, len(got.Variables), r.kind, id)
				}
				if r.kind == gosnmp.GetBulkRequest && got.MaxRepetitions != uint32(r.reps) {
					t.Errorf("got %d repetitions, want %d", got.MaxRepetitions, r.reps)
				}
				for i, v := range got.Variables {
					if strings.TrimPrefix(v.Name, ".") != string(r.oids[i]) || v.Type != gosnmp.Null {
						t.Errorf("variable %d: got %s %v, want %s", i, v.Name, v.Type, r.oids[i])
					}
				}
			}
		}
	}
}

// responses are answers as gosnmp writes them.
func responses(t testing.TB) [][]byte {
	var out [][]byte
	for _, pdus := range [][]gosnmp.SnmpPDU{
		nil,
		{{Name: ".1.3.6.1.2.1.1.1.0", Type: gosnmp.OctetString, Value: "Linux"}, {Name: ".1.3.6.1.2.1.1.3.0", Type: gosnmp.TimeTicks, Value: uint32(1 << 31)}},
		{{Name: ".1.3.6.1.2.1.1.2.0", Type: gosnmp.ObjectIdentifier, Value: ".1.3.6.1.4.1.8072.3.2.10"}, {Name: ".1.3.1", Type: gosnmp.Integer, Value: -129}},
		{{Name: ".2.999.1", Type: gosnmp.Counter64, Value: uint64(1<<64 - 1)}, {Name: ".1.3.2", Type: gosnmp.Gauge32, Value: uint32(1<<32 - 1)}, {Name: ".1.3.3", Type: gosnmp.Counter32, Value: uint32(128)}},
		{{Name: ".1.3.6.1.2.1.1.1.0", Type: gosnmp.Integer, Value: -129}, {Name: ".1.3.6.1.2.1.1.1.0", Type: gosnmp.Integer, Value: 1}},
		{{Name: ".1.3.4", Type: gosnmp.NoSuchObject}, {Name: ".1.3.5", Type: gosnmp.NoSuchInstance}, {Name: ".1.3.6", Type: gosnmp.EndOfMibView}},
		{{Name: ".1.3.7", Type: gosnmp.IPAddress, Value: "10.0.0.7"}, {Name: ".1.3.8", Type: gosnmp.OctetString, Value: strings.Repeat("long ", 100)}},
	} {
		for _, status := range []gosnmp.SNMPError{gosnmp.NoError, gosnmp.GenErr} {
			m := gosnmp.SnmpPacket{Version: gosnmp.Version2c, Community: "Xyzzy", PDUType: gosnmp.GetResponse, RequestID: 7, Error: status, Variables: pdus}
			raw, err := m.MarshalMsg()
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, raw)
		}
	}
	return out
}

// readResponse reads a message with our reader alone, whoever asked.
func readResponse(raw []byte, asked request) (answer, bool) {
	outer := cursor{rest: raw}
	m := outer.inside(byte(gosnmp.Sequence))
	m.number()
	m.expect(byte(gosnmp.OctetString))
	pdu := m.inside(byte(gosnmp.GetResponse))
	id := pdu.number()
	if pdu.err != nil {
		return answer{}, false
	}
	return pdu.answer(id, asked)
}

// agree compares our reader with gosnmp on one message, and reports whether
// ours took it.
func agree(t *testing.T, raw []byte) bool {
	ours, took := readResponse(slices.Clone(raw), asking(gosnmp.GetRequest, []OID{"1.3.6.1.2.1.1.1.0"}))
	if !took {
		return false
	}
	m, err := decodeSafely(&gosnmp.GoSNMP{Version: gosnmp.Version2c}, slices.Clone(raw))
	if err != nil || m.PDUType != gosnmp.GetResponse {
		return true // gosnmp is stricter about what it must not mistake, we about what we hand on
	}
	theirs := answerOf(m, m.RequestID)
	if ours.status != theirs.status || ours.id != theirs.id || len(ours.vars) != len(theirs.vars) {
		t.Fatalf("% x\ngot %+v, gosnmp reads %+v", raw, ours, theirs)
	}
	for i := range ours.vars {
		if !reflect.DeepEqual(normal(ours.vars[i]), normal(theirs.vars[i])) {
			t.Fatalf("% x\nvariable %d: got %+v, gosnmp reads %+v", raw, i, ours.vars[i], theirs.vars[i])
		}
	}
	return true
}

func normal(v Variable) Variable {
	if len(v.Value.Octets) == 0 {
		v.Value.Octets = nil
	}
	return v
}

func TestAnswersAreReadAsGosnmpDoes(t *testing.T) {
	taken := 0
	for _, raw := range responses(t) {
		if agree(t, raw) {
			taken++
		}
	}
	if taken != 13 { // the address is left to gosnmp
		t.Errorf("got %d messages read by ourselves, want 13", taken)
	}
}

func FuzzAnswersAreReadAsGosnmpDoes(f *testing.F) {
	for _, raw := range responses(f) {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) { agree(t, raw) })
}
