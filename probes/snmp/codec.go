package snmp

import (
	"crypto/subtle"
	"errors"
	"fmt"
	"sync"

	"github.com/gosnmp/gosnmp"
)

// request is one question to the agent.
type request struct {
	kind  gosnmp.PDUType
	oids  []OID
	names []byte // the same in BER, one variable behind the other
	reps  int    // GetBulk only
	// told are the objects that the answer probably names, and toldNames the
	// same in BER; nil when nobody knows.
	told      []OID
	toldNames []byte
}

// answer is one message that answers a question of ours. A status other than
// NoError says why there are no values.
type answer struct {
	id     uint32 // of the question
	status gosnmp.SNMPError
	index  int // 1-based culprit of the status, 0 when the agent names none
	vars   []Variable
	report OID         // version 3: what the agent reports instead of answering
	lent   *[]Variable // where vars come from, to be given back; nil when they may be kept
}

// giveBack ends the use of the answer's variables. What was copied out of them
// stays.
func (a *answer) giveBack() {
	if a.lent != nil {
		clear(a.vars) // lets go of the octets
		*a.lent = a.vars[:0]
		lists.Put(a.lent)
		a.vars, a.lent = nil, nil
	}
}

// What questions in flight need is shared by all sessions: with ten thousand of
// them few are in flight.
var (
	writers = sync.Pool{New: func() any { return new(writer) }}
	lists   = sync.Pool{New: func() any { return new([]Variable) }}
)

// codec is a version of SNMP: how questions become bytes and bytes answers.
// The socket, the waiting and the retries are the same for all.
type codec interface {
	// encode makes the bytes of a question. The same request is encoded anew
	// for every try: its id, time and salt differ.
	encode(r request, id uint32) ([]byte, error)
	// decode reads a datagram. It returns errStray for what is well-formed but
	// no answer to one of ids, and ErrGarbled for what nobody can read. asked
	// knows the objects that the answer probably names: their texts are shared.
	decode(raw []byte, ids []uint32, asked request) (answer, error)
	// rest gives back what only a question in flight needs.
	rest()
}

// errStray marks a datagram that answers nothing we asked: a late or duplicate
// answer, or somebody guessing.
var errStray = errors.New("answers no question of ours")

// plain is the codec of versions 1 and 2c.
type plain struct {
	version   gosnmp.SnmpVersion
	community Secret
	out       *writer // nil while nothing is in flight
}

func newPlain(c Credential) *plain {
	p := &plain{version: gosnmp.Version2c, community: c.Community}
	if c.Version == V1 {
		p.version = gosnmp.Version1
	}
	return p
}

func (p *plain) encode(r request, id uint32) ([]byte, error) {
	if p.out == nil {
		p.out, _ = writers.Get().(*writer)
	}
	p.out.community(p.version, p.community.Reveal(), r, id)
	return p.out.bytes(), nil
}

func (p *plain) rest() {
	if p.out != nil {
		writers.Put(p.out)
		p.out = nil
	}
}

func (p *plain) decode(raw []byte, ids []uint32, asked request) (answer, error) {
	outer := cursor{rest: raw}
	m := outer.inside(byte(gosnmp.Sequence))
	version := m.number()
	if m.err == nil && version != uint32(p.version) {
		return answer{}, fmt.Errorf("%w: it is of another SNMP version", ErrGarbled)
	}
	said := m.expect(byte(gosnmp.OctetString))
	kind, content := m.take()
	pdu := cursor{rest: content, err: m.err}
	id := pdu.number()
	switch {
	case pdu.err != nil:
		return answer{}, fmt.Errorf("%w: %w", ErrGarbled, pdu.err)
	case !isOneOf(id, ids) || subtle.ConstantTimeCompare(said, []byte(p.community.Reveal())) != 1:
		return answer{}, errStray
	}
	if kind == byte(gosnmp.GetResponse) {
		if a, ok := pdu.answer(id, asked); ok {
			return a, nil
		}
	}
	g, err := decodeSafely(&gosnmp.GoSNMP{Version: p.version}, raw)
	if err != nil {
		return answer{}, err
	}
	if g.PDUType != gosnmp.GetResponse || g.RequestID != id {
		return answer{}, errStray
	}
	return answerOf(g, id), nil
}

// message is a request without its version's envelope.
func message(r request, id uint32) *gosnmp.SnmpPacket {
	m := &gosnmp.SnmpPacket{
		PDUType: r.kind, RequestID: id,
		MaxRepetitions: uint32(r.reps), //nolint:gosec // never negative
		Variables:      make([]gosnmp.SnmpPDU, len(r.oids)),
	}
	for i, o := range r.oids {
		m.Variables[i] = gosnmp.SnmpPDU{Name: string(o), Type: gosnmp.Null}
	}
	return m
}

func answerOf(m *gosnmp.SnmpPacket, id uint32) answer {
	a := answer{id: id, status: m.Error, index: int(m.ErrorIndex)}
	if m.Error == gosnmp.NoError {
		a.vars = decodeVariables(m.Variables)
	}
	return a
}

// decodeSafely decodes with gosnmp. Bytes from the network that make it panic
// cost this one message.
func decodeSafely(g *gosnmp.GoSNMP, raw []byte) (m *gosnmp.SnmpPacket, err error) {
	defer func() {
		if problem := recover(); problem != nil {
			m, err = nil, fmt.Errorf("%w: decoding it panics: %v", ErrGarbled, problem)
		}
	}()
	m, err = g.SnmpDecodePacket(raw)
	if err != nil {
		// gosnmp's words may quote the bytes it read, which say nothing to a reader.
		return nil, fmt.Errorf("%w: it does not decode", ErrGarbled)
	}
	return m, nil
}

func isOneOf(id uint32, ids []uint32) bool {
	for _, x := range ids {
		if x == id {
			return true
		}
	}
	return false
}
