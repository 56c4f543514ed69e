package snmp

import (
	"bytes"
	"math"
	"strings"

	"github.com/gosnmp/gosnmp"
)

// The bounds on what one agent may make us hold.
const (
	maxOctets = 64 << 10 // of one value; UDP carries no more anyway
	// smallestVarbind is an OID of a few sub-identifiers without a value.
	smallestVarbind = 12
)

// Valid reports whether o can be sent: 2 to 128 decimal sub-identifiers of 32
// bits, without leading dot or zeros.
func (o OID) Valid() bool {
	arcs, begin, arc, first := 0, 0, uint64(0), uint64(0)
	for i := 0; i <= len(o); i++ {
		if i < len(o) && o[i] != '.' {
			d := o[i] - '0'
			if d > 9 || i-begin >= 10 || i > begin && o[begin] == '0' {
				return false
			}
			arc = arc*10 + uint64(d)
			continue
		}
		if i == begin || arc > math.MaxUint32 {
			return false
		}
		switch arcs++; {
		case arcs == 1 && arc > 2:
			return false
		case arcs == 1:
			first = arc
		case arcs == 2 && (first < 2 && arc > 39 || arc > math.MaxUint32-80):
			return false // the first two are sent as one number, 40·a+b (X.690 8.19)
		}
		begin, arc = i+1, 0
	}
	return arcs >= 2 && arcs <= 128
}

// Size is what the object identifier takes on the wire, with its header.
func (o OID) Size() int {
	n, arc, arcs := 0, uint64(0), 0
	for i := 0; i <= len(o); i++ {
		if i < len(o) && o[i] != '.' {
			arc = arc*10 + uint64(o[i]-'0')
			continue
		}
		if arcs++; arcs != 2 { // the first two share a byte
			for n++; arc >= 1<<7; n++ { // seven bits a byte
				arc >>= 7
			}
		}
		arc = 0
	}
	return headed(n)
}

// Size is what the variable takes on the wire at most, give or take a byte.
func (v Variable) Size() int {
	var n int
	switch v.Value.Type {
	case Integer, Counter32, Gauge32, TimeTicks:
		n = 7
		for x := v.Value.Num; n > 3 && x < 1<<(8*(n-3)-1) && x >= -1<<(8*(n-3)-1); n-- {
			continue
		}
	case Counter64:
		n = 11
	case OctetString:
		n = headed(len(v.Value.Octets))
	case Opaque:
		n = headed(max(7, len(v.Value.Octets)))
	case ObjectID:
		n = OID(v.Value.Octets).Size()
	case IPAddress:
		n = 6
	default:
		n = 2
	}
	return headed(v.OID.Size() + n)
}

// headed is n bytes with the tag and length in front of them.
func headed(n int) int {
	switch {
	case n < 1<<7:
		return n + 2
	case n < 1<<8:
		return n + 3
	}
	return n + 4
}

// decodeVariables turns what gosnmp decoded into our own values. Octets are
// copied: gosnmp's point into the receive buffer.
func decodeVariables(pdus []gosnmp.SnmpPDU) []Variable {
	vars := make([]Variable, len(pdus))
	for i, p := range pdus {
		vars[i] = Variable{OID: OID(strings.TrimPrefix(p.Name, ".")), Value: decodeValue(p)}
	}
	return vars
}

// decodeValue is Null for everything that is not a value of a known type: a
// damaged number must not read as zero.
func decodeValue(p gosnmp.SnmpPDU) Value {
	switch p.Type {
	case gosnmp.NoSuchObject:
		return Value{Type: NoSuchObject}
	case gosnmp.NoSuchInstance:
		return Value{Type: NoSuchInstance}
	case gosnmp.EndOfMibView:
		return Value{Type: EndOfMibView}
	}
	switch x := p.Value.(type) {
	case int:
		return Value{Type: Integer, Num: int64(x)}
	case uint:
		return Value{Type: unsignedType(p.Type), Num: int64(x & 0xffffffff)} //nolint:gosec // 32 bits by the mask
	case uint32:
		return Value{Type: unsignedType(p.Type), Num: int64(x)}
	case uint64:
		return Value{Type: Counter64, Unsigned: x}
	case float32:
		return Value{Type: Opaque, Float: float64(x)}
	case float64:
		return Value{Type: Opaque, Float: x}
	case string:
		if p.Type == gosnmp.ObjectIdentifier {
			return Value{Type: ObjectID, Octets: []byte(strings.TrimPrefix(x, "."))}
		}
		return Value{Type: IPAddress, Octets: []byte(x)}
	case []byte:
		t := OctetString
		if p.Type == gosnmp.Opaque {
			t = Opaque
		}
		return Value{Type: t, Octets: bytes.Clone(x[:min(len(x), maxOctets)])}
	}
	return Value{}
}

func unsignedType(t gosnmp.Asn1BER) Type {
	switch t {
	case gosnmp.Counter32:
		return Counter32
	case gosnmp.TimeTicks:
		return TimeTicks
	}
	return Gauge32 // and Uinteger32, its forgotten twin of SMIv2 drafts
}
