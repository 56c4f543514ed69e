package snmp

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// The shape of a Hub unless told otherwise. A socket for each of ten thousand
// sessions costs a gigabyte of buffers and as many descriptors; a single one
// loses answers when they come faster than its buffer is emptied.
const (
	defaultSockets = 4
	mostSockets    = 15      // and one beside the window
	mostInFlight   = 256     // of one socket, however large its buffer
	mostBeside     = 256     // of the socket beside the window
	wishedBuffer   = 4 << 20 // bytes; kernels grant less without privileges
	// replyMemory is what the kernel counts for a full reply in a receive
	// buffer: 212,992 bytes hold about 90 of them.
	replyMemory = 2400
)

// Hub is a few UDP sockets that many sessions share, each with a window: no
// more requests are in flight on it than its granted receive buffer holds
// answers. Whoever misses its first answer leaves the window and goes on beside
// it, through a socket that only the silent use, so that they hold no place that
// others wait for. It is safe for concurrent use.
type Hub struct {
	shared []*socket
	buffer int // of a socket, as wished
	next   atomic.Uint32

	opening sync.Mutex
	closed  bool
	aside   atomic.Pointer[socket] // beside the windows; nil until somebody is silent

	mu    sync.RWMutex
	ports map[netip.AddrPort][]*port
	wg    sync.WaitGroup

	strays, dropped, late atomic.Int64
	beside, waiting       atomic.Int64
}

// NewHub opens so many sockets; 0 means the default. Where the process may open
// only few files, it gets along with one.
func NewHub(sockets int) (*Hub, error) { return NewHubBuffered(sockets, wishedBuffer) }

// NewHubBuffered is NewHub with receive buffers of so many bytes, where the
// kernel grants them.
func NewHubBuffered(sockets, buffer int) (*Hub, error) {
	if sockets <= 0 {
		sockets = defaultSockets
	}
	h := &Hub{buffer: buffer, ports: map[netip.AddrPort][]*port{}}
	for range min(sockets, mostSockets) {
		s, err := openSocket(buffer, false)
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

// besideSocket is the socket of those who were silent, opened for the first of
// them. Without one, their own serves.
func (h *Hub) besideSocket(own *socket) *socket {
	if s := h.aside.Load(); s != nil {
		return s
	}
	h.opening.Lock()
	defer h.opening.Unlock()
	if s := h.aside.Load(); s != nil {
		return s
	}
	if h.closed {
		return own
	}
	s, err := openSocket(h.buffer, true)
	if err != nil {
		return own
	}
	h.aside.Store(s)
	h.wg.Go(func() { h.listen(s) })
	return s
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
	h.opening.Lock()
	h.closed = true
	h.opening.Unlock()
	var errs []error
	for _, s := range h.sockets() {
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

// sockets are all that are open.
func (h *Hub) sockets() []*socket {
	if s := h.aside.Load(); s != nil {
		return append(slices.Clip(h.shared), s)
	}
	return h.shared
}

// Traffic is how a Hub is doing.
type Traffic struct {
	Sockets  int   `json:"sockets"`              // all that are open
	Buffer   int   `json:"receive_buffer_bytes"` // of one socket, as granted
	Window   int   `json:"window"`               // requests that may be in flight in all
	InFlight int   `json:"in_flight"`            // in the windows and beside them
	Waiting  int   `json:"waiting"`              // questions that wait for a place
	Beside   int64 `json:"beside"`               // sessions that have left the window
	Strays   int64 `json:"strays"`               // datagrams from addresses that nobody asked
	Late     int64 `json:"late"`                 // answers that came when their question was over
	Dropped  int64 `json:"dropped"`              // datagrams that nobody took in time
	// KernelDrops are datagrams that found no room in the receive buffers; -1
	// where the system does not tell.
	KernelDrops int64 `json:"kernel_drops"`
}

// Traffic is a look at the hub.
func (h *Hub) Traffic() Traffic {
	t := Traffic{Waiting: int(h.waiting.Load()), Beside: h.beside.Load(), Strays: h.strays.Load(), Late: h.late.Load(), Dropped: h.dropped.Load(),
		Buffer: h.shared[0].granted}
	for _, s := range h.sockets() {
		t.Sockets++
		t.InFlight += s.inFlight()
		if n := kernelDrops(s.conn); n < 0 || t.KernelDrops < 0 {
			t.KernelDrops = -1
		} else {
			t.KernelDrops += n
		}
	}
	for _, s := range h.shared {
		t.Window += s.places()
	}
	return t
}

// port makes a way to one address, over the socket whose turn it is.
func (h *Hub) port(to netip.AddrPort) *port {
	s := h.shared[int(h.next.Add(1))%len(h.shared)]
	p := &port{hub: h, socket: s, to: to}
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

// portsOf are those who ask an address.
func (h *Hub) portsOf(from netip.AddrPort) []*port {
	from = netip.AddrPortFrom(from.Addr().Unmap(), from.Port())
	h.mu.RLock()
	defer h.mu.RUnlock()
	return h.ports[from]
}

// heardBetweenLooks is how many datagrams a socket brings before the kernel is
// asked whether it dropped any.
const heardBetweenLooks = 1024

// listen hands the datagrams of one socket to the ports of their senders.
func (h *Hub) listen(s *socket) {
	buf := make([]byte, maxMessage)
	for !h.hear(s, buf) {
		h.strays.Add(1)
	}
}

// hear listens until the socket is closed. false: this program failed on a
// datagram, which costs that one and not everybody's answers.
func (h *Hub) hear(s *socket, buf []byte) (closed bool) {
	defer func() {
		if x := recover(); x != nil {
			closed = false
		}
	}()
	for heard := 1; ; heard++ {
		n, from, err := s.conn.ReadFromUDPAddrPort(buf)
		switch {
		case errors.Is(err, net.ErrClosed):
			return true
		case err != nil:
			if !h.hearRefusals(s) {
				time.Sleep(time.Millisecond) // no memory, say: must not spin
			}
			continue
		}
		if !h.deliver(s, h.portsOf(from), buf[:n]) {
			h.strays.Add(1)
		}
		if heard%heardBetweenLooks == 0 {
			s.look(time.Now())
		}
	}
}

// hearRefusals hands on what the kernel tells about datagrams that nobody took,
// and reports whether it told anything.
func (h *Hub) hearRefusals(s *socket) bool {
	heard := false
	for {
		told := refusals(s.conn)
		if len(told) == 0 {
			return heard
		}
		heard = true
		for _, r := range told {
			for _, p := range h.portsOf(r.to) {
				p.refuse(r.err)
			}
		}
	}
}

// refusal is what the network said about a datagram.
type refusal struct {
	to  netip.AddrPort
	err error
}

// deliver gives a datagram to the ports of its sender. Where several sessions
// ask one address, each gets what answers its own questions, and all get what
// nobody can read: one of them must say so.
func (h *Hub) deliver(s *socket, ports []*port, raw []byte) (heard bool) {
	id, readable := uint32(0), false
	if len(ports) > 1 {
		head, err := readHeader(raw)
		id, readable = max(head.requestID, head.messageID), err == nil // one of them is 0
	}
	given := false
	for _, p := range ports {
		asks, expects := p.offer(s, raw, id, readable)
		heard, given = heard || asks, given || expects
	}
	if heard && !given {
		h.late.Add(1)
	}
	return heard
}

// offer gives a datagram to a port that asks through s, which is where an answer
// comes back to, unless it answers another's question.
func (p *port) offer(s *socket, raw []byte, id uint32, readable bool) (asks, expects bool) {
	p.mu.Lock()
	defer p.mu.Unlock() // also where reading it fails
	if !p.accepts(s) {
		return false, false
	}
	if readable && !p.expects(id) {
		return true, false
	}
	p.give(packet{raw: takeDatagram(raw)})
	return true, true
}
