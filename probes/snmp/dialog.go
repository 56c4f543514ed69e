package snmp

import (
	"crypto/subtle"
	"encoding/hex"
	"fmt"

	"github.com/gosnmp/gosnmp"
)

// ErrStray marks a datagram that answers nothing that was asked: a late or
// duplicate answer, one for another community, or somebody guessing.
var ErrStray = errStray

// Dialog puts one question to one agent over a socket that is not its own: a
// search asks thousands of addresses through one socket. It makes the requests
// and judges what comes back; sending, waiting, counting tries and comparing
// the sender's address are the caller's. It is not safe for concurrent use.
type Dialog struct {
	codec   codec
	asked   request
	ids     []uint32 // of everything sent in this round
	reports map[OID]int
}

// NewDialog prepares a question for single objects. With version 3 it takes
// two rounds: the agent's engine, then the objects.
func NewDialog(c Credential, oids []OID) (*Dialog, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	q, err := NewQuestion(oids, nil)
	if err != nil {
		return nil, err
	}
	d := &Dialog{asked: q.request(q.order), reports: map[OID]int{}}
	if c.Version == V3 {
		d.codec = newUSM(c)
	} else {
		d.codec = newPlain(c)
	}
	return d, nil
}

// Request is the bytes of the next try. The id must be new, of 31 bits and not
// 0, which careless agents send as theirs.
func (d *Dialog) Request(id uint32) ([]byte, error) {
	out, err := d.codec.encode(d.asked, id)
	if err != nil {
		return nil, fmt.Errorf("encode the request: %w", err)
	}
	d.ids = append(d.ids, id)
	return out, nil
}

// Turn is what a datagram brought.
type Turn struct {
	// Vars are the objects that the agent gave; none when it answered with an
	// error that says nothing against the asker.
	Vars []Variable
	// Again means that it taught what the next Request needs.
	Again bool
}

// Hear judges a datagram that came from the address asked. The error is
// ErrStray, wraps ErrGarbled, or wraps ErrRefused when the agent is there but
// does not accept the credential.
func (d *Dialog) Hear(raw []byte) (Turn, error) {
	discovering := false
	switch c := d.codec.(type) {
	case *usm:
		discovering = c.engine == ""
	case *plain:
		if !echoes(raw, c.community) {
			return Turn{}, ErrStray
		}
	}
	a, err := d.codec.decode(raw, d.ids, d.asked)
	switch {
	case err != nil:
		return Turn{}, err
	case a.report != "":
		return d.reported(a, discovering)
	case a.status == gosnmp.AuthorizationError:
		return Turn{}, ErrDenied
	}
	a.lent = nil // the caller keeps them
	return Turn{Vars: a.vars}, nil
}

// reported begins the next round, or says why there is none.
func (d *Dialog) reported(a answer, discovering bool) (Turn, error) {
	if !discovering {
		if err := verdict(a.report, d.reports); err != nil {
			return Turn{}, err
		}
	}
	d.ids = d.ids[:0] // a duplicate of this report must not begin another round
	return Turn{Again: true}, nil
}

// Engine is the agent's version 3 engine ID in hex once an answer at the
// credential's own security level has come from it, else "".
func (d *Dialog) Engine() string {
	if u, ok := d.codec.(*usm); ok && u.proven {
		return hex.EncodeToString([]byte(u.engine))
	}
	return ""
}

// Met reports whether the agent has told its version 3 engine, which it does
// to anybody.
func (d *Dialog) Met() bool {
	u, ok := d.codec.(*usm)
	return ok && u.engine != ""
}

// echoes reports whether a message of version 1 or 2c carries the community.
// What is no such message is left to the codec, which says so.
func echoes(raw []byte, community Secret) bool {
	outer := &cursor{rest: raw}
	m := outer.inside(byte(gosnmp.Sequence))
	version := m.number()
	said := m.expect(byte(gosnmp.OctetString))
	if m.err != nil || version > uint32(gosnmp.Version2c) {
		return true
	}
	return subtle.ConstantTimeCompare(said, []byte(community.Reveal())) == 1
}
