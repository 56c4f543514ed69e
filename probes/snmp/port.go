package snmp

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"os"
	"sync"
	"syscall"
	"time"
)

// packet is a datagram that came for a port, or what the network said instead.
type packet struct {
	raw []byte
	err error
}

// datagrams are the memory of answers between the socket and their reader. All
// but a few answers fit one Ethernet frame.
var datagrams = sync.Pool{New: func() any { return new([2048]byte) }}

// takeDatagram is a copy of raw, to be given back.
func takeDatagram(raw []byte) []byte {
	if len(raw) > 2048 {
		return append([]byte(nil), raw...)
	}
	d, _ := datagrams.Get().(*[2048]byte)
	return d[:copy(d[:], raw)]
}

// giveDatagram ends the use of what takeDatagram gave.
func giveDatagram(raw []byte) {
	if cap(raw) == 2048 {
		datagrams.Put((*[2048]byte)(raw[:2048]))
	}
}

// inbox is what a port needs while a question is in flight. Few are, with
// however many ports.
type inbox struct {
	in    chan packet
	timer *time.Timer
	ids   []uint32 // of the questions in flight
}

var inboxes = sync.Pool{New: func() any {
	timer := time.NewTimer(time.Hour)
	timer.Stop()
	return &inbox{in: make(chan packet, 4), timer: timer}
}}

// port is one session's way through a Hub. It acts as a connected socket.
type port struct {
	hub    *Hub
	socket *socket
	to     netip.AddrPort

	mu     sync.Mutex
	closed bool
	holds  *socket // whose window the port has a place in
	missed bool    // the last wait was in vain: this port is beside the window
	beside bool    // the question in flight went beside the window
	inbox  *inbox  // nil while nothing is asked
}

// begin gets ready for a question; rest ends it.
func (p *port) begin() {
	b, _ := inboxes.Get().(*inbox)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.inbox = b
	if p.closed {
		b.put(packet{err: net.ErrClosed})
	}
}

// rest ends a question, in whatever way. It gives the place in the window back:
// a session may be kept long after that, and others wait.
func (p *port) rest() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.vacate()
	p.beside = false
	b := p.inbox
	p.inbox = nil
	for {
		select {
		case x := <-b.in:
			giveDatagram(x.raw)
			continue
		default:
		}
		break
	}
	b.ids = b.ids[:0]
	inboxes.Put(b)
}

// put lets a datagram wait for the reader; false when too many wait already.
func (b *inbox) put(x packet) bool {
	select {
	case b.in <- x:
		return true
	default:
		return false
	}
}

// send sends a question: in the window, or beside it after a miss.
func (p *port) send(ctx context.Context, out []byte, id uint32) error {
	s, err := p.place(ctx)
	if err != nil {
		return err
	}
	p.mu.Lock()
	p.inbox.ids = append(p.inbox.ids, id)
	p.mu.Unlock()
	for range 8 {
		if _, err = s.conn.WriteToUDPAddrPort(out, p.to); err == nil || errors.Is(err, net.ErrClosed) {
			return err
		}
		// It may be about an earlier datagram, perhaps to another address: whoever
		// sends or receives next is told, and nothing was sent.
		p.hub.hearRefusals(s)
	}
	if errors.Is(err, syscall.ECONNREFUSED) {
		return nil // only others tell that: as good as lost
	}
	return err // this machine says it each time
}

// place is the socket to send through: the one in whose window the port has a
// place, after waiting for one.
func (p *port) place(ctx context.Context) (*socket, error) {
	p.mu.Lock()
	s, held, b := p.socket, p.holds, p.inbox
	if p.missed {
		s, p.beside = p.hub.besideSocket(s), true
	}
	if held != nil && held != s {
		p.vacate()
		held = nil
	}
	p.mu.Unlock()
	if held != nil {
		return s, nil
	}
	select {
	case s.window <- struct{}{}:
	default:
		if err := p.wait(ctx, s, b); err != nil {
			return nil, err
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.holds = s; p.closed {
		p.vacate()
		return nil, net.ErrClosed
	}
	return s, nil
}

// placeNow takes a place in the window if one is free; false also for a port
// that is beside it.
func (p *port) placeNow() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.missed || p.closed {
		return false
	}
	if p.holds != nil {
		return true
	}
	select {
	case p.socket.window <- struct{}{}:
		p.holds = p.socket
		return true
	default:
		return false
	}
}

// wait waits for a place in a full window.
func (p *port) wait(ctx context.Context, s *socket, b *inbox) error {
	p.hub.waiting.Add(1)
	defer p.hub.waiting.Add(-1)
	for {
		select {
		case s.window <- struct{}{}:
			return nil
		case x := <-b.in: // an answer that came late will not be missed: the next try brings another
			if giveDatagram(x.raw); errors.Is(x.err, net.ErrClosed) {
				return x.err
			}
		case <-ctx.Done():
			return os.ErrDeadlineExceeded
		}
	}
}

// accepts reports whether an answer that came to a socket may be one to this
// port, and expects whether it has the id of a question in flight.
func (p *port) accepts(s *socket) bool { return p.socket == s || p.beside && s == p.hub.aside.Load() }

func (p *port) expects(id uint32) bool { return p.inbox != nil && isOneOf(id, p.inbox.ids) }

// give hands on what came: to the reader, if one waits for it.
func (p *port) give(x packet) {
	switch {
	case p.inbox == nil:
		p.hub.late.Add(1)
	case !p.inbox.put(x):
		p.hub.dropped.Add(1)
	default:
		return
	}
	giveDatagram(x.raw)
}

// refuse hands on what the network said about a datagram that went beside the
// window.
func (p *port) refuse(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.beside && p.inbox != nil {
		p.inbox.put(packet{err: err})
	}
}

// receive waits for a datagram until the deadline, or until ctx is done.
func (p *port) receive(ctx context.Context, deadline time.Time) ([]byte, error) {
	b := p.inbox // nobody else ends the question
	select {
	case x := <-b.in: // needs no timer
		return p.received(x)
	default:
	}
	b.timer.Reset(time.Until(deadline))
	defer b.timer.Stop()
	select {
	case x := <-b.in:
		return p.received(x)
	case <-b.timer.C:
		p.leave(true)
		p.socket.look(time.Now()) // perhaps the answer found no room
		return nil, os.ErrDeadlineExceeded
	case <-ctx.Done():
		return nil, os.ErrDeadlineExceeded
	}
}

func (p *port) received(x packet) ([]byte, error) {
	if x.err == nil {
		p.leave(false)
	}
	return x.raw, x.err
}

// leave gives the place in the window back, and says whether the next question
// goes beside it.
func (p *port) leave(missed bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.vacate()
	p.miss(missed)
}

// stepAside lets the next question go beside the window.
func (p *port) stepAside() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.miss(true)
}

// miss notes whether the port is beside the window. The caller holds mu.
func (p *port) miss(missed bool) {
	switch {
	case missed == p.missed || missed && p.closed:
		return
	case missed:
		p.hub.beside.Add(1)
	default:
		p.hub.beside.Add(-1)
	}
	p.missed = missed
}

// vacate gives the place back. The caller holds mu.
func (p *port) vacate() {
	if p.holds != nil {
		p.holds.release()
		p.holds = nil
	}
}

// Close ends the port and every wait on it.
func (p *port) Close() error {
	p.hub.forget(p)
	p.end()
	return nil
}

func (p *port) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return
	}
	p.closed = true
	p.miss(false)
	p.vacate()
	if b := p.inbox; b != nil {
		for !b.put(packet{err: net.ErrClosed}) {
			select {
			case x := <-b.in: // makes room
				giveDatagram(x.raw)
			default:
			}
		}
	}
}

// RemoteAddr is the address asked.
func (p *port) RemoteAddr() net.Addr { return net.UDPAddrFromAddrPort(p.to) }

// Read, Write and SetReadDeadline are never called: whoever has a port sends
// and receives.
func (p *port) Read([]byte) (int, error) { return 0, syscall.ENOTSUP }

// Write is never called, for the same reason.
func (p *port) Write([]byte) (int, error) { return 0, syscall.ENOTSUP }

// SetReadDeadline is never called, for the same reason.
func (p *port) SetReadDeadline(time.Time) error { return syscall.ENOTSUP }
