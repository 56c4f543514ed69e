package snmp

import (
	"bytes"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/gosnmp/gosnmp"
)

// Why a datagram is no notification for us.
var (
	// ErrNotAccepted is somebody's message that we have no reason to take.
	ErrNotAccepted = errors.New("not accepted")
	// ErrDiscovery is a question for our engine ID, as it comes before informs.
	ErrDiscovery = errors.New("asks for the engine ID")
)

// Receiver makes notifications of datagrams: it accepts by communities and
// users, proves what version 3 can prove, and makes the acknowledgements. It
// holds no socket. For informs it is the authoritative engine; for traps the
// sender is, and a trap repeated by somebody else is taken again: many
// controllers never count their boots, and a hint cannot do more than cause a
// read. A Receiver is for one goroutine.
type Receiver struct {
	now         func() time.Time
	began       time.Time
	engine      string // raw
	boots       uint32
	communities []Credential
	users       map[string][]*account
	peers       map[peer]*gosnmp.UsmSecurityParameters
	reports     map[OID]uint32
}

// epoch is where the boots of our engine are counted from: seconds, so that
// they grow from start to start with nothing to store (RFC 3414 §2.2.2).
var epoch = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)

// NewReceiver accepts notifications by these credentials. engineID is this
// receiver's own, in hex; it must stay the same from start to start.
func NewReceiver(engineID string, accepts []Credential, now func() time.Time) (*Receiver, error) {
	id, err := hex.DecodeString(engineID)
	if err != nil || len(id) < 5 || len(id) > 32 {
		return nil, fmt.Errorf("engine ID %q: expected 5 to 32 bytes in hex", engineID)
	}
	r := &Receiver{now: now, began: now(), engine: string(id), users: map[string][]*account{},
		peers: map[peer]*gosnmp.UsmSecurityParameters{}, reports: map[OID]uint32{}}
	r.boots = uint32(max(1, r.began.Sub(epoch)/time.Second)) & (1<<31 - 1) //nolint:gosec // seconds since 2020 fit until 2088
	for _, c := range accepts {
		if err := c.Check(); err != nil {
			return nil, err
		}
		if c.Version == V3 {
			r.users[c.User] = append(r.users[c.User], &account{credential: c, level: newUSM(c).level})
			continue
		}
		r.communities = append(r.communities, c)
	}
	return r, nil
}

// EngineIDOf makes an engine ID of a name (RFC 3411, SnmpEngineID: format 5,
// under the enterprise number that is everybody's, RFC 5612).
func EngineIDOf(name string) string {
	sum := sha256.Sum256([]byte(name))
	return "80007ed905" + hex.EncodeToString(sum[:8])
}

// Receive reads a datagram, which it may overwrite. A reply goes back to the
// sender whether or not there is an error. The error wraps ErrGarbled,
// ErrNotAccepted or ErrDiscovery. A datagram that makes the decoder panic
// costs itself alone.
func (r *Receiver) Receive(raw []byte) (n Notification, reply []byte, err error) {
	defer func() {
		if problem := recover(); problem != nil {
			n, reply, err = Notification{}, nil, fmt.Errorf("%w: reading it panics: %v", ErrGarbled, problem)
		}
	}()
	outer := &cursor{rest: raw}
	m := outer.inside(byte(gosnmp.Sequence))
	version := gosnmp.SnmpVersion(m.number()) //nolint:gosec // any unknown version is refused below
	if m.err != nil {
		return n, nil, fmt.Errorf("%w: %w", ErrGarbled, m.err)
	}
	raw = raw[:len(raw)-len(outer.rest)]
	switch version {
	case gosnmp.Version1, gosnmp.Version2c:
		return r.plain(raw, m, version)
	case gosnmp.Version3:
		return r.secured(raw)
	}
	return n, nil, fmt.Errorf("%w: it is of an unknown SNMP version", ErrGarbled)
}

// plain reads a message of version 1 or 2c; m stands behind its version.
func (r *Receiver) plain(raw []byte, m *cursor, version gosnmp.SnmpVersion) (n Notification, reply []byte, err error) {
	community := m.expect(byte(gosnmp.OctetString))
	if m.err != nil || len(m.rest) == 0 {
		return n, nil, fmt.Errorf("%w: %w", ErrGarbled, errMalformed)
	}
	kind := gosnmp.PDUType(m.rest[0])
	isTrap := kind == gosnmp.Trap && version == gosnmp.Version1
	if !isTrap && (version == gosnmp.Version1 || kind != gosnmp.SNMPv2Trap && kind != gosnmp.InformRequest) {
		return n, nil, fmt.Errorf("%w: it asks something instead of notifying", ErrNotAccepted)
	}
	c, ok := r.accepts(community)
	if !ok {
		return n, nil, fmt.Errorf("%w: its community is in none of the credentials", ErrNotAccepted)
	}
	if kind == gosnmp.InformRequest {
		// The acknowledgement is the message itself as a response (RFC 3416 §4.2.7).
		reply = bytes.Clone(raw)
		reply[len(raw)-len(m.rest)] = byte(gosnmp.GetResponse)
	}
	p, err := decodeSafely(&gosnmp.GoSNMP{Version: version}, raw)
	if err != nil {
		return n, nil, err
	}
	word := V2c
	if version == gosnmp.Version1 {
		word = V1
	}
	if n, err = notificationOf(p, word); err != nil {
		return n, nil, err
	}
	n.Credential = c.Name
	return n, reply, nil
}

// accepts finds the credential with that community.
func (r *Receiver) accepts(community []byte) (found Credential, ok bool) {
	for _, c := range r.communities {
		if subtle.ConstantTimeCompare([]byte(c.Community.Reveal()), community) == 1 && !ok {
			found, ok = c, true
		}
	}
	return found, ok
}
