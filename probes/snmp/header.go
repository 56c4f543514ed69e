package snmp

import (
	"errors"

	"github.com/gosnmp/gosnmp"
)

// header is what can be known of a message before anything in it is decoded or
// decrypted: enough to tell whether it answers a question of ours. Reading it
// first keeps strays cheap and lets no forged engine ID reach key derivation.
type header struct {
	version gosnmp.SnmpVersion
	// Versions 1 and 2c.
	requestID uint32
	// Version 3.
	messageID   uint32
	flags       gosnmp.SnmpV3MsgFlags
	engineID    string
	boots, time uint32
	user        string
	mac         []byte // the authentication parameters, inside the message
	privacy     []byte // the privacy parameters, likewise
	scoped      []byte // the scoped PDU with its tag, perhaps encrypted
}

var errMalformed = errors.New("malformed message")

// cursor reads BER front to back; the first error sticks.
type cursor struct {
	rest []byte
	err  error
}

// take reads one element and returns its tag and content.
func (c *cursor) take() (tag byte, content []byte) {
	if c.err != nil {
		return 0, nil
	}
	b := c.rest
	if len(b) >= 2 && b[1] < 0x80 && int(b[1]) <= len(b)-2 { // nearly all are short
		end := 2 + int(b[1])
		c.rest = b[end:]
		return b[0], b[2:end:end]
	}
	if len(b) < 2 {
		c.err = errMalformed
		return 0, nil
	}
	n, at := int(b[1]), 2
	if n >= 0x80 {
		octets := n & 0x7f
		if octets == 0 || octets > 4 || len(b) < 2+octets { // some agents write all lengths with 4
			c.err = errMalformed
			return 0, nil
		}
		n = 0
		for _, x := range b[2 : 2+octets] {
			n = n<<8 | int(x)
		}
		at += octets
	}
	if n < 0 || n > len(b)-at { // four octets may be more than an int of 32 bits
		c.err = errMalformed
		return 0, nil
	}
	c.rest = b[at+n:]
	return b[0], b[at : at+n : at+n]
}

// expect is take for an element that must have the tag.
func (c *cursor) expect(tag byte) []byte {
	got, content := c.take()
	if c.err == nil && got != tag {
		c.err = errMalformed
	}
	return content
}

// inside reads on within an element of the given tag.
func (c *cursor) inside(tag byte) *cursor {
	content := c.expect(tag)
	return &cursor{rest: content, err: c.err}
}

// number reads a non-negative INTEGER of 32 bits; request-ids may be negative
// on the wire and are taken as the 32 bits they are.
func (c *cursor) number() uint32 {
	content := c.expect(byte(gosnmp.Integer))
	if c.err == nil && (len(content) == 0 || len(content) > 5 || len(content) == 5 && content[0] != 0) {
		c.err = errMalformed
	}
	if c.err != nil {
		return 0
	}
	n := uint32(0)
	if content[0]&0x80 != 0 {
		n = ^n
	}
	for _, x := range content {
		n = n<<8 | uint32(x)
	}
	return n
}

// readHeader reads the outer layers of a message.
func readHeader(b []byte) (header, error) {
	outer := &cursor{rest: b}
	m := outer.inside(byte(gosnmp.Sequence))
	h := header{version: gosnmp.SnmpVersion(m.number())} //nolint:gosec // any unknown version is refused by the caller
	if h.version == gosnmp.Version3 {
		return readHeader3(m, h)
	}
	m.expect(byte(gosnmp.OctetString)) // the community; the request-id tells more than its echo
	_, pdu := m.take()
	p := &cursor{rest: pdu, err: m.err}
	h.requestID = p.number()
	return h, p.err
}

func readHeader3(m *cursor, h header) (header, error) {
	global := m.inside(byte(gosnmp.Sequence))
	h.messageID = global.number()
	global.number() // the largest message it takes
	if flags := global.expect(byte(gosnmp.OctetString)); len(flags) == 1 {
		h.flags = gosnmp.SnmpV3MsgFlags(flags[0])
	} else {
		return h, errMalformed
	}
	if model := global.number(); model != uint32(gosnmp.UserSecurityModel) {
		return h, errMalformed
	}
	wrapped := m.inside(byte(gosnmp.OctetString))
	if wrapped.err == nil {
		wrapped.err = global.err
	}
	usm := wrapped.inside(byte(gosnmp.Sequence))
	h.engineID = string(usm.expect(byte(gosnmp.OctetString)))
	h.boots, h.time = usm.number(), usm.number()
	h.user = string(usm.expect(byte(gosnmp.OctetString)))
	h.mac = usm.expect(byte(gosnmp.OctetString))
	if usm.err == nil {
		rest := *usm
		h.privacy, h.scoped = rest.expect(byte(gosnmp.OctetString)), m.rest // what is odd here is gosnmp's to judge
	}
	return h, usm.err
}
