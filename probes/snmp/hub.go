package snmp

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

// The shape of a Hub unless told otherwise. A socket for each of ten thousand
// sessions costs a gigabyte of buffers and as many descriptors; a single one
// loses answers when they come faster than its buffer is emptied.
const (
	defaultSockets = 4
	mostInFlight   = 96      // of one socket, however large its buffer
	wishedBuffer   = 4 << 20 // bytes; kernels grant less without privileges
	// replyMemory is what the kernel counts for a full reply in a receive
	// buffer: 212,992 bytes hold about 90 of them.
	replyMemory = 2400
)

// Hub is a few UDP sockets that many sessions share, each with a window: no
// more requests are in flight on it than its granted receive buffer holds
// answers. Whoever misses its first answer leaves the window and goes on beside
// it, with a socket of its own, so that the silent hold no place that others
// wait for. It is safe for concurrent use.
type Hub struct {
	shared []*socket
	next   atomic.Uint32

	mu    sync.RWMutex
	ports map[netip.AddrPort][]*port
	wg    sync.WaitGroup

	strays, dropped atomic.Int64
	beside          atomic.Int64
}

// socket is one shared socket with its window.
type socket struct {
	conn    *net.UDPConn
	granted int
	window  chan struct{} // holds a token for each request in flight
}

// NewHub opens so many sockets; 0 means the default. Where the process may open
// only few files, it gets along with one.
func NewHub(sockets int) (*Hub, error) {
	if sockets <= 0 {
		sockets = defaultSockets
	}
	h := &Hub{ports: map[netip.AddrPort][]*port{}}
	for range sockets {
		s, err := openSocket()
		if err != nil && len(h.shared) > 0 {
			break // slower, but not wrong
		}
		if err != nil {
			return nil, fmt.Errorf("open a socket for SNMP: %w", err)
		}
		h.shared = append(h.shared, s)
	}
	for _, s := range h.shared {
		h.wg.Go(func() { h.listen(s) })
	}
	return h, nil
}

func openSocket() (*socket, error) {
	conn, err := net.ListenUDP("udp", nil)
	if err != nil {
		return nil, err
	}
	_ = conn.SetReadBuffer(wishedBuffer) // what was granted is read back
	granted := receiveBuffer(conn)
	n := min(max(granted*3/4/replyMemory, 1), mostInFlight)
	return &socket{conn: conn, granted: granted, window: make(chan struct{}, n)}, nil
}

// Dial is Dial over the hub's sockets.
func (h *Hub) Dial(ctx context.Context, address string, c Credential, o Options, known Limits) (*Session, error) {
	if err := c.Check(); err != nil {
		return nil, fmt.Errorf("%s: %w", address, err)
	}
	at, err := resolve(ctx, address)
	if err != nil {
		return nil, err // says the name already
	}
	return newSession(address, h.port(at), c, o, known), nil
}

// Close closes the sockets. Calls in progress end with ErrClosed. Closing no hub
// does nothing.
func (h *Hub) Close() error {
	if h == nil {
		return nil
	}
	var errs []error
	for _, s := range h.shared {
		errs = append(errs, s.conn.Close())
	}
	h.mu.Lock()
	for _, ps := range h.ports {
		for _, p := range ps {
			p.end()
		}
	}
	h.ports = map[netip.AddrPort][]*port{}
	h.mu.Unlock()
	h.wg.Wait()
	return errors.Join(errs...)
}

// Traffic is how a Hub is doing.
type Traffic struct {
	Sockets  int   `json:"sockets"`
	Buffer   int   `json:"receive_buffer_bytes"` // of one socket, as granted
	Window   int   `json:"window"`               // requests that may be in flight in all
	InFlight int   `json:"in_flight"`
	Beside   int64 `json:"beside"`  // sessions that have left the window
	Strays   int64 `json:"strays"`  // datagrams from addresses that nobody asked
	Dropped  int64 `json:"dropped"` // datagrams that nobody took in time
	// KernelDrops are datagrams that found no room in the receive buffers; -1
	// where the system does not tell.
	KernelDrops int64 `json:"kernel_drops"`
}

// Traffic is a look at the hub.
func (h *Hub) Traffic() Traffic {
	t := Traffic{Sockets: len(h.shared), Beside: h.beside.Load(), Strays: h.strays.Load(), Dropped: h.dropped.Load()}
	for _, s := range h.shared {
		t.Buffer = s.granted
		t.Window += cap(s.window)
		t.InFlight += len(s.window)
		if n := kernelDrops(s.conn); n < 0 || t.KernelDrops < 0 {
			t.KernelDrops = -1
		} else {
			t.KernelDrops += n
		}
	}
	return t
}

// port makes a way to one address, over the socket whose turn it is.
func (h *Hub) port(to netip.AddrPort) *port {
	s := h.shared[int(h.next.Add(1))%len(h.shared)]
	p := &port{hub: h, socket: s, to: to, in: make(chan packet, 4), over: make(chan struct{})}
	h.mu.Lock()
	h.ports[to] = append(h.ports[to], p)
	h.mu.Unlock()
	return p
}

func (h *Hub) forget(p *port) {
	h.mu.Lock()
	defer h.mu.Unlock()
	left := h.ports[p.to]
	for i, x := range left {
		if x == p {
			left = append(left[:i:i], left[i+1:]...)
			break
		}
	}
	if len(left) == 0 {
		delete(h.ports, p.to)
		return
	}
	h.ports[p.to] = left
}

// listen hands the datagrams of one socket to the ports of their senders.
func (h *Hub) listen(s *socket) {
	buf := make([]byte, maxMessage)
	for {
		n, from, err := s.conn.ReadFromUDPAddrPort(buf)
		switch {
		case errors.Is(err, net.ErrClosed):
			return
		case err != nil:
			time.Sleep(time.Millisecond) // no memory, say: must not spin
			continue
		}
		from = netip.AddrPortFrom(from.Addr().Unmap(), from.Port())
		h.mu.RLock()
		ports := h.ports[from]
		h.mu.RUnlock()
		if !deliver(s, ports, buf[:n]) {
			h.strays.Add(1)
		}
	}
}

// deliver gives a datagram to the ports of its sender. Where several sessions
// ask one address, each gets what answers its own questions, and all get what
// nobody can read: one of them must say so.
func deliver(s *socket, ports []*port, raw []byte) (heard bool) {
	id, readable := uint32(0), false
	if len(ports) > 1 {
		h, err := readHeader(raw)
		id, readable = max(h.requestID, h.messageID), err == nil // one of them is 0
	}
	for _, p := range ports {
		if p.socket != s || readable && !p.expects(id) { // an answer comes back to where it was asked
			continue
		}
		heard = true
		p.give(packet{raw: bytes.Clone(raw)})
	}
	return heard
}
