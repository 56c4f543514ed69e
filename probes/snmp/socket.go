package snmp

import (
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// socket is one shared socket with its window.
type socket struct {
	conn    *net.UDPConn
	granted int
	window  chan struct{} // holds a token for each request in flight, and for each place taken away

	taken atomic.Int32 // places that were taken away
	owed  atomic.Int32 // places to take away as soon as they are given back

	mu     sync.Mutex
	drops  int64     // as the kernel counted them last; -1 where it does not tell
	shrunk time.Time // when places were taken away or given back last
	looked time.Time
}

// The shape of a window over time.
const (
	fewestPlaces = 4
	lookEvery    = 100 * time.Millisecond
	calm         = time.Minute // without drops, after which a window grows again
)

func openSocket(buffer int, aside bool) (*socket, error) {
	conn, err := net.ListenUDP("udp", nil)
	if err != nil {
		return nil, err
	}
	_ = conn.SetReadBuffer(buffer) // what was granted is read back
	granted := receiveBuffer(conn)
	most := mostInFlight
	if aside {
		most = mostBeside
		tellRefusals(conn)
	}
	return newSocket(conn, granted, most), nil
}

func newSocket(conn *net.UDPConn, granted, most int) *socket {
	n := min(max(granted/2/replyMemory, 1), most) // half: who empties it may be held up
	return &socket{conn: conn, granted: granted, window: make(chan struct{}, n), drops: kernelDrops(conn)}
}

// release gives a place back, unless it is to be taken away.
func (s *socket) release() {
	for {
		n := s.owed.Load()
		if n <= 0 {
			<-s.window
			return
		}
		if s.owed.CompareAndSwap(n, n-1) {
			s.taken.Add(1)
			return
		}
	}
}

// places is how many requests may be in flight.
func (s *socket) places() int { return cap(s.window) - int(s.taken.Load()+s.owed.Load()) }

// inFlight is how many are.
func (s *socket) inFlight() int { return max(0, len(s.window)-int(s.taken.Load())) }

// look compares the kernel's count of drops with the last one: where it grew,
// the window is too large for the buffer (answers are larger than they should
// be, or whoever empties it is slow), and is halved. After a calm minute it
// grows by an eighth.
func (s *socket) look(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now.Sub(s.looked) < lookEvery {
		return
	}
	s.looked = now
	was := s.drops
	s.drops = kernelDrops(s.conn)
	switch {
	case was >= 0 && s.drops > was:
		s.shrunk = now
		s.shrink(s.places() / 2)
	case now.Sub(s.shrunk) > calm && s.places() < cap(s.window):
		s.shrunk = now
		s.grow(cap(s.window) / 8)
	}
}

// shrink takes places away: free ones at once, the others as they are given back.
func (s *socket) shrink(n int) {
	for n = min(n, s.places()-fewestPlaces); n > 0; n-- {
		select {
		case s.window <- struct{}{}:
			s.taken.Add(1)
		default:
			s.owed.Add(1)
		}
	}
}

// grow gives places back.
func (s *socket) grow(n int) {
	for n = max(1, n); n > 0; n-- {
		switch {
		case s.owed.Load() > 0:
			s.owed.Store(0) // nobody has given one back in a minute
		case s.taken.Load() > 0:
			s.taken.Add(-1)
			<-s.window
		}
	}
}
