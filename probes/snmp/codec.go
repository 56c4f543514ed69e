package snmp

import (
	"errors"
	"fmt"

	"github.com/gosnmp/gosnmp"
)

// request is one question to the agent.
type request struct {
	kind gosnmp.PDUType
	oids []OID
	reps int // GetBulk only
}

// answer is one message that answers a question of ours. A status other than
// NoError says why there are no values.
type answer struct {
	id     uint32 // of the question
	status gosnmp.SNMPError
	index  int // 1-based culprit of the status, 0 when the agent names none
	vars   []Variable
	report OID // version 3: what the agent reports instead of answering
}

// codec is a version of SNMP: how questions become bytes and bytes answers.
// The socket, the waiting and the retries are the same for all.
type codec interface {
	// encode makes the bytes of a question. The same request is encoded anew
	// for every try: its id, time and salt differ.
	encode(r request, id uint32) ([]byte, error)
	// decode reads a datagram. It returns errStray for what is well-formed but
	// no answer to one of ids, and ErrGarbled for what nobody can read.
	decode(raw []byte, ids []uint32) (answer, error)
}

// errStray marks a datagram that answers nothing we asked: a late or duplicate
// answer, or somebody guessing.
var errStray = errors.New("answers no question of ours")

// plain is the codec of versions 1 and 2c.
type plain struct {
	version   gosnmp.SnmpVersion
	community Secret
	decoder   gosnmp.GoSNMP
}

func newPlain(c Credential) *plain {
	p := &plain{version: gosnmp.Version2c, community: c.Community}
	if c.Version == V1 {
		p.version = gosnmp.Version1
	}
	p.decoder.Version = p.version
	return p
}

func (p *plain) encode(r request, id uint32) ([]byte, error) {
	m := message(r, id)
	m.Version, m.Community = p.version, p.community.Reveal()
	return m.MarshalMsg()
}

func (p *plain) decode(raw []byte, ids []uint32) (answer, error) {
	h, err := readHeader(raw)
	switch {
	case err != nil:
		return answer{}, fmt.Errorf("%w: %w", ErrGarbled, err)
	case h.version != p.version:
		return answer{}, fmt.Errorf("%w: it is of another SNMP version", ErrGarbled)
	case !isOneOf(h.requestID, ids):
		return answer{}, errStray
	}
	m, err := decodeSafely(&p.decoder, raw)
	if err != nil {
		return answer{}, err
	}
	if m.PDUType != gosnmp.GetResponse || m.RequestID != h.requestID {
		return answer{}, errStray
	}
	return answerOf(m, h.requestID), nil
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
