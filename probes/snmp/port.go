package snmp

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/netip"
	"os"
	"sync"
	"time"
)

// packet is a datagram that came for a port, or what the network said instead.
type packet struct {
	raw []byte
	err error
}

// port is one session's way through a Hub. It acts as a connected socket.
type port struct {
	hub    *Hub
	socket *socket
	to     netip.AddrPort
	in     chan packet
	over   chan struct{} // closed with the port or the hub

	mu     sync.Mutex
	closed bool
	holds  bool         // a place in the socket's window
	missed bool         // the last wait was in vain: this port is beside the window
	ids    []uint32     // of the questions in flight
	own    *net.UDPConn // for what is sent beside the window

	timer *time.Timer // of whoever reads
}

// Write sends a datagram: in the window, or beside it after a miss.
func (p *port) Write(b []byte) (int, error) {
	p.mu.Lock()
	missed, holds := p.missed, p.holds
	p.mu.Unlock()
	if missed {
		return p.writeBeside(b)
	}
	if !holds {
		select {
		case p.socket.window <- struct{}{}:
		case <-p.over:
			return 0, net.ErrClosed
		}
		if !p.hold() {
			return 0, net.ErrClosed
		}
	}
	return p.socket.conn.WriteToUDPAddrPort(b, p.to)
}

// hold notes that the port has a place in the window, unless it was closed
// meanwhile.
func (p *port) hold() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		<-p.socket.window
		return false
	}
	p.holds = true
	return true
}

// expect says which answers are awaited.
func (p *port) expect(ids []uint32) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ids = append(p.ids[:0], ids...)
}

func (p *port) expects(id uint32) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return isOneOf(id, p.ids)
}

// writeBeside sends through a socket of the port's own: connected, so that the
// kernel tells when nobody listens there. Without one, the shared socket serves.
func (p *port) writeBeside(b []byte) (int, error) {
	p.mu.Lock()
	if p.own == nil && !p.closed {
		if conn, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(p.to)); err == nil {
			p.own = conn
			p.hub.beside.Add(1)
			p.hub.wg.Go(func() { p.hear(conn) })
		}
	}
	own := p.own
	p.mu.Unlock()
	if own == nil {
		return p.socket.conn.WriteToUDPAddrPort(b, p.to)
	}
	return own.Write(b)
}

// hear hands on what comes to the port's own socket until it is closed.
func (p *port) hear(conn *net.UDPConn) {
	buf, _ := buffers.Get().(*[maxMessage]byte)
	defer buffers.Put(buf)
	for failures := 0; failures < maxStrays; {
		n, err := conn.Read(buf[:])
		switch {
		case errors.Is(err, net.ErrClosed):
			return
		case err != nil:
			failures++
			p.give(packet{err: err})
		default:
			p.give(packet{raw: bytes.Clone(buf[:n])})
		}
	}
}

// give lets a datagram wait for the reader; one too many is dropped, as a
// socket would.
func (p *port) give(x packet) {
	select {
	case p.in <- x:
	default:
		p.hub.dropped.Add(1)
	}
}

// receive waits for a datagram until the deadline, or until ctx is done.
func (p *port) receive(ctx context.Context, deadline time.Time) ([]byte, error) {
	select {
	case x := <-p.in: // the usual answer needs no timer
		return p.received(x)
	default:
	}
	wait := time.Until(deadline)
	if p.timer == nil {
		p.timer = time.NewTimer(wait)
	} else {
		p.timer.Reset(wait)
	}
	defer p.timer.Stop()
	select {
	case x := <-p.in:
		return p.received(x)
	case <-p.timer.C:
		p.leave(true)
		return nil, os.ErrDeadlineExceeded
	case <-ctx.Done():
		p.leave(false)
		return nil, os.ErrDeadlineExceeded
	case <-p.over:
		return nil, net.ErrClosed
	}
}

func (p *port) received(x packet) ([]byte, error) {
	if x.err == nil {
		p.leave(false)
	}
	return x.raw, x.err
}

// Read is never called: whoever has a port receives.
func (p *port) Read([]byte) (int, error) { return 0, net.ErrClosed }

// leave gives the place in the window back, and says whether the next question
// goes beside it.
func (p *port) leave(missed bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.missed = missed
	p.vacate(!missed)
}

// rest gives the place in the window back when a question is over in another
// way than by an answer or a wait in vain: nothing was sent, or it was called
// off. A session may be kept long after that, and others wait.
func (p *port) rest() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.vacate(false)
}

// vacate gives the place back and, if all, the port's own socket. The caller
// holds mu.
func (p *port) vacate(all bool) {
	if p.holds {
		p.holds = false
		<-p.socket.window
	}
	if all && p.own != nil {
		_ = p.own.Close() // nothing is lost with it
		p.own = nil
		p.hub.beside.Add(-1)
	}
}

// SetReadDeadline is never called, for the same reason.
func (p *port) SetReadDeadline(time.Time) error { return net.ErrClosed }

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
	close(p.over)
	p.vacate(true)
}

// RemoteAddr is the address asked.
func (p *port) RemoteAddr() net.Addr { return net.UDPAddrFromAddrPort(p.to) }
