package snmp

import (
	"bytes"
	"math"
	"strconv"

	"github.com/gosnmp/gosnmp"
)

// What is read here is read as gosnmp does, which stays the referee: a message
// that this reader does not take is given to gosnmp, and a fuzz test compares
// the two. It exists because gosnmp spends 1 µs and 11 allocations on each
// variable, half of what polling costs.

// answer reads a Response PDU behind its request id. false means that gosnmp
// should have a look. An answer that names the objects that were expected
// shares their texts.
func (c *cursor) answer(id uint32, asked request) (answer, bool) {
	a := answer{id: id}
	a.status = gosnmp.SNMPError(c.number()) //nolint:gosec // anything odd is left to gosnmp
	a.index = int(c.number())
	list := c.inside(byte(gosnmp.Sequence))
	if list.err != nil || a.status > gosnmp.InconsistentName || a.index > math.MaxUint8 {
		return answer{}, false
	}
	if a.status != gosnmp.NoError {
		return a, true
	}
	a.lent, _ = lists.Get().(*[]Variable)
	a.vars = (*a.lent)[:0]
	expected := cursor{rest: asked.toldNames}
	for n := 0; len(list.rest) > 0; n++ {
		v, ok := list.variable(&expected, asked.told, n)
		if !ok {
			a.giveBack()
			return answer{}, false
		}
		a.vars = append(a.vars, v)
	}
	return a, true
}

// variable takes the n-th variable. Where its name is the one that was expected
// in this place, it is not read but taken from there.
func (c *cursor) variable(expected *cursor, told []OID, n int) (v Variable, ok bool) {
	one := c.expect(byte(gosnmp.Sequence))
	name := expected.expect(byte(gosnmp.Sequence))
	in := cursor{rest: one, err: c.err}
	if name = name[:max(0, len(name)-2)]; n < len(told) && len(name) > 0 && bytes.HasPrefix(one, name) { // without its Null
		v.OID, in.rest = told[n], one[len(name):]
	} else {
		oid := in.expect(byte(gosnmp.ObjectIdentifier))
		if v.OID, ok = oidOf(oid); !ok {
			return Variable{}, false
		}
	}
	tag, content := in.take()
	if in.err != nil {
		return Variable{}, false
	}
	v.Value, ok = readValue(tag, content)
	return v, ok
}

// oidOf is an object identifier as text.
func oidOf(content []byte) (OID, bool) {
	var scratch [128 * 11]byte
	text, ok := appendOID(scratch[:0], content)
	return OID(text), ok
}

// readValue reads a value of a type that devices use; false for anything else.
func readValue(tag byte, content []byte) (Value, bool) {
	switch gosnmp.Asn1BER(tag) {
	case gosnmp.Integer:
		if len(content) == 0 || len(content) > 8 {
			return Value{}, false
		}
		n := int64(int8(content[0])) //nolint:gosec // the sign bit is meant
		for _, b := range content[1:] {
			n = n<<8 | int64(b)
		}
		return Value{Type: Integer, Num: n}, true
	case gosnmp.Counter32, gosnmp.Gauge32, gosnmp.TimeTicks:
		n, ok := unsigned(content, 4)
		return Value{Type: unsignedType(gosnmp.Asn1BER(tag)), Num: int64(n)}, ok //nolint:gosec // 32 bits
	case gosnmp.Counter64:
		n, ok := unsigned(content, 8)
		return Value{Type: Counter64, Unsigned: n}, ok
	case gosnmp.OctetString:
		return Value{Type: OctetString, Octets: bytes.Clone(content[:min(len(content), maxOctets)])}, true
	case gosnmp.ObjectIdentifier:
		text, ok := appendOID(nil, content)
		return Value{Type: ObjectID, Octets: text}, ok
	case gosnmp.NoSuchObject:
		return Value{Type: NoSuchObject}, len(content) == 0
	case gosnmp.NoSuchInstance:
		return Value{Type: NoSuchInstance}, len(content) == 0
	case gosnmp.EndOfMibView:
		return Value{Type: EndOfMibView}, len(content) == 0
	}
	return Value{}, false // addresses, opaque floats, Null: rare, and gosnmp knows their forms
}

// unsigned reads a number of so many bytes, with a leading zero where the
// first bit is set.
func unsigned(content []byte, size int) (uint64, bool) {
	if len(content) == size+1 && content[0] == 0 {
		content = content[1:]
	}
	if len(content) == 0 || len(content) > size {
		return 0, false
	}
	n := uint64(0)
	for _, b := range content {
		n = n<<8 | uint64(b)
	}
	return n, true
}

// appendOID writes an object identifier as text; false for what is none.
func appendOID(to, content []byte) ([]byte, bool) {
	if len(content) == 0 || len(content) > 5*128 {
		return nil, false
	}
	arc, arcs := uint64(0), 0
	begun := false
	for _, b := range content {
		if !begun && b == 0x80 { // a padded number: not what X.690 allows
			return nil, false
		}
		begun = true
		if arc = arc<<7 | uint64(b&0x7f); arc > math.MaxUint32+80 {
			return nil, false
		}
		if b&0x80 != 0 {
			continue
		}
		if arcs++; arcs == 1 {
			first := min(arc/40, 2)
			to = strconv.AppendUint(to, first, 10)
			arc -= 40 * first
		}
		if arcs > 127 || arc > math.MaxUint32 {
			return nil, false
		}
		to = strconv.AppendUint(append(to, '.'), arc, 10)
		arc, begun = 0, false
	}
	return to, !begun
}
