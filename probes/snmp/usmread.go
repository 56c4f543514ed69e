package snmp

import (
	"github.com/gosnmp/gosnmp"
)

// readQuick reads an authentic answer with the reader of plain messages, which
// costs half of what gosnmp's does. false leaves the message to gosnmp: other
// ciphers, reports, and whatever looks odd.
func (u *usm) readQuick(h header, asked request) (answer, bool) {
	if h.flags&gosnmp.AuthPriv != u.level || h.engineID != u.engine || h.user != u.user {
		return answer{}, false
	}
	scoped := h.scoped
	switch u.level {
	case gosnmp.AuthPriv:
		sealed, ok := u.sealed(h)
		if !ok {
			return answer{}, false
		}
		scoped = takeDatagram(sealed) // gosnmp may want the message as it came
		defer giveDatagram(scoped)    // octets are copies
		u.decrypt(scoped, h.boots, h.time, h.privacy)
	case gosnmp.AuthNoPriv:
	default:
		return answer{}, false
	}
	outer := cursor{rest: scoped}
	c := outer.inside(byte(gosnmp.Sequence))
	c.expect(byte(gosnmp.OctetString)) // the context's engine
	c.expect(byte(gosnmp.OctetString)) // and name
	if c.err != nil {
		return answer{}, false
	}
	pdu := c.inside(byte(gosnmp.GetResponse))
	if id := pdu.number(); pdu.err != nil || id != h.messageID {
		return answer{}, false
	}
	return pdu.answer(h.messageID, asked)
}

// sealed is what is encrypted, if it is with AES-128.
func (u *usm) sealed(h header) ([]byte, bool) {
	wrapped := cursor{rest: h.scoped}
	out := wrapped.expect(byte(gosnmp.OctetString))
	return out, wrapped.err == nil && len(h.privacy) == 8 && u.block != nil
}
