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
		a.vars = append(a.vars, Variable{})
		v := &a.vars[n]
		one, name := list.expect(byte(gosnmp.Sequence)), expected.expect(byte(gosnmp.Sequence))
		if name = name[:max(0, len(name)-2)]; n < len(asked.told) && len(name) > 0 && bytes.HasPrefix(one, name) { // without its Null
			if v.OID = asked.told[n]; v.Value.small(one[len(name):]) {
				continue
			}
			one = one[len(name):]
		} else if !v.named(&one) {
			a.giveBack()
			return answer{}, false
		}
		in, ok := cursor{rest: one, err: list.err}, false
		tag, content := in.take()
		if v.Value, ok = readValue(tag, content); !ok || in.err != nil {
			a.giveBack()
			return answer{}, false
		}
	}
	return a, true
}

// named takes the name of a variable off its content.
func (v *Variable) named(one *[]byte) (ok bool) {
	c := cursor{rest: *one}
	oid := c.expect(byte(gosnmp.ObjectIdentifier))
	if c.err != nil {
		return false
	}
	v.OID, ok = oidOf(oid)
	*one = c.rest
	return ok
}

// small reads a value that is an INTEGER of up to four bytes, which nearly all
// live ones are; false for any other.
func (v *Value) small(b []byte) bool {
	if len(b) < 3 || b[0] != byte(gosnmp.Integer) || b[1] == 0 || b[1] > 4 || len(b) < 2+int(b[1]) {
		return false
	}
	n := int64(int8(b[2])) //nolint:gosec // the sign bit is meant
	for _, x := range b[3 : 2+b[1]] {
		n = n<<8 | int64(x)
	}
	v.Type, v.Num = Integer, n
	return true
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
