package agent

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"ironage/probes/snmp"
)

// Crowd says what many agents of one kind of device answer, and how. All of
// them are addresses of this machine's own loopback network.
type Crowd struct {
	First     netip.Addr // in 127.0.0.0/8; the others follow
	Count     int
	Port      int // 0 picks one
	Community string
	Variables []snmp.Variable
	// Personal are objects whose texts end differently at each agent: serial
	// numbers and names.
	Personal map[snmp.OID]bool

	Latency time.Duration // from a request to its answer, however many are asked at once
	Loss    float64       // per cent of the requests that get none, by chance
	Dead    float64       // per cent of the agents that never answer: always the same, evenly spread
	Sockets int           // that share the port, a goroutine each; default 2
}

// Bulk is so many agents in one process: a few sockets that hear every address
// and answer from the one that was asked. Answers are put together of bytes
// that are made once, so that it keeps up with a poller that is to be measured.
type Bulk struct {
	crowd   Crowd
	table   *table
	first   uint32
	conns   []*net.UDPConn
	closing chan struct{}
	wg      sync.WaitGroup

	requests, answers, lost atomic.Int64
}

// most bounds what a Crowd may ask for.
const (
	mostAgents   = 1 << 17
	mostLatency  = 10 * time.Second
	mostSockets  = 16
	mostWaiting  = 1 << 15 // answers of one socket that wait for their time
	crowdBuffer  = 8 << 20
	loopbackBits = 8
)

// Check says what is wrong with c.
func (c *Crowd) Check() error {
	loopback := netip.PrefixFrom(netip.AddrFrom4([4]byte{127}), loopbackBits)
	switch {
	case !c.First.Is4() || !loopback.Contains(c.First):
		return errors.New("simulated agents have addresses in 127.0.0.0/8 only")
	case c.Count < 1 || c.Count > mostAgents:
		return fmt.Errorf("there may be 1 to %d simulated agents, not %d", mostAgents, c.Count)
	case !loopback.Contains(addressOf(number(c.First) + uint32(c.Count) - 1)): //nolint:gosec // bounded above
		return errors.New("127.0.0.0/8 has not so many addresses behind the first")
	case c.Port < 0 || c.Port > 65535:
		return fmt.Errorf("port %d is not a number from 0 to 65535", c.Port)
	case c.Latency < 0 || c.Latency > mostLatency:
		return fmt.Errorf("a latency is 0 to %v, not %v", mostLatency, c.Latency)
	case !share(c.Loss) || !share(c.Dead):
		return errors.New("loss and dead are per cent, 0 to 100")
	case c.Sockets < 0 || c.Sockets > mostSockets:
		return fmt.Errorf("there may be 1 to %d sockets, not %d", mostSockets, c.Sockets)
	case len(c.Community) > 127:
		return errors.New("the community is longer than 127 characters")
	}
	return nil
}

func share(percent float64) bool { return percent >= 0 && percent <= 100 }

func number(a netip.Addr) uint32 {
	b := a.As4()
	return uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
}

func addressOf(n uint32) netip.Addr {
	return netip.AddrFrom4([4]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)})
}

// ListenBulk starts the agents.
func ListenBulk(c Crowd) (*Bulk, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	if c.Sockets == 0 {
		c.Sockets = 2
	}
	t, err := newTable(c.Variables, c.Personal)
	if err != nil {
		return nil, err
	}
	b := &Bulk{crowd: c, table: t, first: number(c.First), closing: make(chan struct{})}
	for range c.Sockets {
		conn, err := listenEverywhere(b.crowd.Port)
		if err != nil {
			_ = b.Close() // says nothing that the first error does not
			return nil, fmt.Errorf("simulated agents on port %d: %w", c.Port, err)
		}
		b.conns = append(b.conns, conn)
		if at, ok := conn.LocalAddr().(*net.UDPAddr); ok {
			b.crowd.Port = at.Port // the others share what the first was given
		}
	}
	for i, conn := range b.conns {
		b.serve(conn, uint64(i)) //nolint:gosec // a few
	}
	return b, nil
}

// Port is where the agents listen.
func (b *Bulk) Port() int { return b.crowd.Port }

// Variables is how many each agent has.
func (b *Bulk) Variables() int { return len(b.table.rows) }

// Counts is how many requests were heard, answered, and lost on purpose.
func (b *Bulk) Counts() (requests, answers, lost int64) {
	return b.requests.Load(), b.answers.Load(), b.lost.Load()
}

// Close stops the agents; it may be called once.
func (b *Bulk) Close() error {
	close(b.closing)
	var errs []error
	for _, conn := range b.conns {
		errs = append(errs, conn.Close())
	}
	b.wg.Wait()
	return errors.Join(errs...)
}

// waiting is an answer whose time has not come.
type waiting struct {
	due  time.Time
	to   netip.AddrPort
	from []byte // control message that names the agent
	body []byte
}

// serve starts what hears and answers one socket.
func (b *Bulk) serve(conn *net.UDPConn, seed uint64) {
	var later chan waiting
	if b.crowd.Latency > 0 {
		later = make(chan waiting, mostWaiting)
		b.wg.Go(func() { b.deliver(conn, later) })
	}
	b.wg.Go(func() {
		if later != nil {
			defer close(later)
		}
		b.listen(conn, later, rand.New(rand.NewPCG(seed, 1))) //nolint:gosec // which answers get lost is no secret
	})
}

func (b *Bulk) listen(conn *net.UDPConn, later chan<- waiting, dice *rand.Rand) {
	in, oob := make([]byte, 8<<10), make([]byte, 128)
	w := newWriter(b.table, b.crowd.Community)
	for {
		n, control, _, from, err := conn.ReadMsgUDPAddrPort(in, oob)
		switch {
		case errors.Is(err, net.ErrClosed):
			return
		case err != nil:
			continue // an ICMP error about an earlier answer
		}
		asked, named := destination(oob[:control])
		i := asked - b.first
		if !named || asked < b.first || i >= uint32(b.crowd.Count) { //nolint:gosec // checked
			continue
		}
		b.requests.Add(1)
		if dead(int(i), b.crowd.Dead) || b.crowd.Loss > 0 && dice.Float64()*100 < b.crowd.Loss {
			b.lost.Add(1)
			continue
		}
		out := w.answer(in[:n], int(i))
		switch {
		case out == nil:
		case later == nil:
			b.send(conn, out, oob[:control], from)
		default:
			x := waiting{due: time.Now().Add(b.crowd.Latency), to: from, from: append([]byte(nil), oob[:control]...), body: append([]byte(nil), out...)}
			select {
			case later <- x:
			default:
				b.lost.Add(1) // more than fits in any network's queue
			}
		}
	}
}

// deliver sends each answer when its time has come. They all wait equally long,
// so the first to come is the first to go.
func (b *Bulk) deliver(conn *net.UDPConn, later <-chan waiting) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for x := range later {
		if d := time.Until(x.due); d > 0 {
			timer.Reset(d)
			select {
			case <-timer.C:
			case <-b.closing:
				return
			}
		}
		b.send(conn, x.body, x.from, x.to)
	}
}

func (b *Bulk) send(conn *net.UDPConn, body, from []byte, to netip.AddrPort) {
	b.answers.Add(1) // before whoever asked can look
	// A lost answer is what UDP is; the asker will ask again.
	_, _, _ = conn.WriteMsgUDPAddrPort(body, from, to)
}

// dead says whether the i-th agent is one of so many per cent.
func dead(i int, percent float64) bool {
	upTo := func(n int) int { return int(float64(n)*percent/100 + 1e-9) }
	return upTo(i+1) > upTo(i)
}
