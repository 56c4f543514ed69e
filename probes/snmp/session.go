package snmp

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"sync"
	"time"

	"ironage/internal/fleet"
)

// Session asks one agent. It is safe for use by several goroutines, which then
// take turns: one message is in flight at a time, since many management
// controllers handle no more.
type Session struct {
	address string // as the user wrote it, for errors
	conn    conn
	options Options
	turn    chan struct{} // holds a token while nobody asks

	// The rest belongs to whoever holds the turn.
	patience   time.Duration // of a slow question; else 0
	codec      codec
	id         uint32
	limits     Limits
	known      bool // the agent has answered in this session: it is there
	trouble    bool // this call met a time-out or a limit
	bulkWorks  bool // GetBulk was answered with values
	bulkErrors int  // GetBulk was answered with an error, before it ever worked
	strikes    int  // large requests in a row that only a small one got through

	mu     sync.Mutex
	cost   fleet.Cost
	shown  Limits // limits, for whoever does not hold the turn
	engine string // of version 3, likewise
}

// conn is a connected socket, or what acts as one: a port of a Hub.
type conn interface {
	Read(b []byte) (int, error)
	Write(b []byte) (int, error)
	// SetReadDeadline may come from another goroutine and ends waits.
	SetReadDeadline(at time.Time) error
	RemoteAddr() net.Addr
	Close() error
}

// Dial resolves the address and opens a socket; nothing is sent before the
// first question. known is what earlier sessions learned. A session costs one
// socket and little memory, so a caller may keep it from read to read; with
// version 3 that saves the discovery.
func Dial(ctx context.Context, address string, c Credential, o Options, known Limits) (*Session, error) {
	if err := c.Check(); err != nil {
		return nil, fmt.Errorf("%s: %w", address, err)
	}
	at, err := resolve(ctx, address)
	if err != nil {
		return nil, err // says the name already
	}
	conn, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(at))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", address, socketError(err))
	}
	return newSession(address, conn, c, o, known), nil
}

func newSession(address string, conn conn, c Credential, o Options, known Limits) *Session {
	s := &Session{
		address: address, conn: conn, options: o.withDefaults(), turn: make(chan struct{}, 1),
		id: rand.Uint32(), limits: known, shown: known,
	}
	s.turn <- struct{}{}
	if c.Version == V3 {
		s.codec = newUSM(c)
	} else {
		s.codec = newPlain(c)
	}
	return s
}

// String names the session without its secrets.
func (s *Session) String() string { return "SNMP session with " + s.address }

// GoString keeps %#v from walking into the credential.
func (s *Session) GoString() string { return s.String() }

// Remote is the address asked, after resolution.
func (s *Session) Remote() netip.AddrPort {
	if at, ok := s.conn.RemoteAddr().(*net.UDPAddr); ok {
		return at.AddrPort()
	}
	return netip.AddrPort{}
}

// Engine is the agent's version 3 engine ID in hex once an answer has proven
// it, else "".
func (s *Session) Engine() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.engine
}

// Limits is what was learned about the agent up to the last finished call.
func (s *Session) Limits() Limits {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.shown
}

// Cost is what the session has cost so far.
func (s *Session) Cost() fleet.Cost {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cost
}

// Close frees the socket. A call in progress ends with ErrClosed.
func (s *Session) Close() error {
	if err := s.conn.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		return fmt.Errorf("%s: %w", s.address, err)
	}
	return nil
}

// Beside lets the next question of a session over a hub go beside the window:
// whoever is known to be silent takes nobody's place, and the kernel
// may tell there that nothing listens.
func (s *Session) Beside() {
	if p, shared := s.conn.(*port); shared {
		p.stepAside()
	}
}

// Patience changes how patiently and how greedily the next calls ask.
func (s *Session) Patience(o Options) {
	<-s.turn
	s.options = o.withDefaults()
	s.turn <- struct{}{}
}

// check says which object cannot be asked for.
func (s *Session) check(oids []OID) error {
	for _, o := range oids {
		if !o.Valid() {
			return fmt.Errorf("%s: %q is not an object identifier", s.address, string(o))
		}
	}
	return nil
}

// begin takes the turn; the caller must hand it back with end.
func (s *Session) begin(ctx context.Context) error {
	select {
	case <-s.turn:
		s.trouble = false
		return nil
	case <-ctx.Done():
		return fmt.Errorf("%s: %w", s.address, ctx.Err())
	}
}

// end hands the turn back and shows what was learned. A call that met no
// trouble counts towards raising the limits again.
func (s *Session) end(err error) {
	if err == nil && !s.trouble {
		s.limits = s.limits.relax(s.options)
	}
	s.mu.Lock()
	s.shown = s.limits
	if u, ok := s.codec.(*usm); ok && u.proven {
		s.engine = hex.EncodeToString([]byte(u.engine))
	}
	s.mu.Unlock()
	s.turn <- struct{}{}
}

// spent adds to the session's cost.
func (s *Session) spent(c fleet.Cost) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cost.PDUs += c.PDUs
	s.cost.Varbinds += c.Varbinds
	s.cost.Bytes += c.Bytes
	s.cost.Retries += c.Retries
	s.cost.Took += c.Took
}

// interrupt ends a wait for an answer at once.
func (s *Session) interrupt() { _ = s.conn.SetReadDeadline(time.Unix(1, 0)) } // fails on a closed socket only

// nextID numbers messages: 31 bits, because that is what a version 3 message
// id has, and never 0, which careless agents send as theirs.
func (s *Session) nextID() uint32 {
	if s.id = (s.id + 1) & (1<<31 - 1); s.id == 0 {
		s.id = 1
	}
	return s.id
}

// maxPDU is the message size in force.
func (s *Session) maxPDU() int { return least(s.options.MaxPDU, s.limits.MaxPDU) }

// tries are the messages of one question. An agent that is known to be there
// gets the small one even if no retries are wanted: how it reacts tells
// whether the large one was the trouble.
func (s *Session) tries(large, small request) attempts {
	all := attempts{large: large, small: small, times: 1 + s.options.Retries}
	switch {
	case len(small.oids) == 0 || all.times > 1:
	case s.known:
		all.times++
	default:
		all.small = request{}
	}
	return all
}

// struck notes whether a question got through in its small form only, and
// reports whether that has happened often enough to call it a limit. Once is
// a lost packet.
func (s *Session) struck(small bool) bool {
	s.known = true
	if !small {
		s.strikes = 0
		return false
	}
	s.trouble = true
	if s.strikes++; s.strikes < 2 {
		return false
	}
	s.strikes, s.limits.Clean = 0, 0
	return true
}
