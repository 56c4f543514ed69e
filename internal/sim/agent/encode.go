package agent

import (
	"bytes"
	"math"
	"net"

	"github.com/gosnmp/gosnmp"

	"ironage/probes/snmp"
)

// encode makes the answer's bytes.
func (a *Agent) encode(request *gosnmp.SnmpPacket, vars []snmp.Variable, no refusal, b Behaviour) []byte {
	answer := gosnmp.SnmpPacket{
		Version: request.Version, Community: a.community,
		PDUType: gosnmp.GetResponse, RequestID: request.RequestID,
		Error: no.status, ErrorIndex: uint8(min(no.index, math.MaxUint8)), //nolint:gosec // bounded
	}
	switch {
	case b.ZeroID:
		answer.RequestID = 0
	case b.WrongID:
		answer.RequestID ^= 0x5555
	}
	if b.NoIndex {
		answer.ErrorIndex = 0
	}
	if no.status != gosnmp.NoError {
		answer.Variables = request.Variables // RFC 3416: an error carries the question back
	} else {
		keep := len(vars)
		if request.PDUType == gosnmp.GetRequest {
			keep = max(0, keep-b.Shorten)
		}
		for _, v := range vars[:keep] {
			answer.Variables = append(answer.Variables, encodeVariable(v))
		}
	}
	out, err := answer.MarshalMsg()
	if err != nil {
		return nil // encodeVariable leaves nothing that cannot be marshalled
	}
	if b.GarbageOn != "" && holds(vars, b.GarbageOn) {
		return bytes.ReplaceAll(out, []byte{byte(gosnmp.ObjectIdentifier)}, []byte{0xff})
	}
	return out
}

func holds(vars []snmp.Variable, oid snmp.OID) bool {
	for _, v := range vars {
		if v.OID == oid || v.OID.Under(oid) {
			return true
		}
	}
	return false
}

// encodeVariable is v as gosnmp wants it; numbers are cut to what their type
// can carry, as an agent's own registers would.
func encodeVariable(v snmp.Variable) gosnmp.SnmpPDU {
	p := gosnmp.SnmpPDU{Name: string(v.OID), Type: gosnmp.Null}
	switch x := v.Value; x.Type {
	case snmp.Integer:
		p.Type, p.Value = gosnmp.Integer, int(max(math.MinInt32, min(math.MaxInt32, x.Num)))
	case snmp.OctetString:
		p.Type, p.Value = gosnmp.OctetString, x.Octets
	case snmp.ObjectID:
		if snmp.OID(x.Octets).Valid() {
			p.Type, p.Value = gosnmp.ObjectIdentifier, string(x.Octets)
		}
	case snmp.IPAddress:
		if ip := net.ParseIP(string(x.Octets)).To4(); ip != nil {
			p.Type, p.Value = gosnmp.IPAddress, []byte(ip)
		}
	case snmp.Counter32:
		p.Type, p.Value = gosnmp.Counter32, uint32(x.Num) //nolint:gosec // counters wrap
	case snmp.Gauge32:
		p.Type, p.Value = gosnmp.Gauge32, uint32(max(0, min(math.MaxUint32, x.Num))) //nolint:gosec // bounded
	case snmp.TimeTicks:
		p.Type, p.Value = gosnmp.TimeTicks, uint32(x.Num) //nolint:gosec // ticks wrap
	case snmp.Counter64:
		p.Type, p.Value = gosnmp.Counter64, x.Unsigned
	case snmp.Opaque:
		if x.Octets != nil {
			p.Type, p.Value = gosnmp.Opaque, x.Octets
		} else {
			p.Type, p.Value = gosnmp.OpaqueFloat, float32(x.Float)
		}
	case snmp.NoSuchObject:
		p.Type = gosnmp.NoSuchObject
	case snmp.NoSuchInstance:
		p.Type = gosnmp.NoSuchInstance
	case snmp.EndOfMibView:
		p.Type = gosnmp.EndOfMibView
	}
	return p
}
