package ping

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"syscall"
	"time"

	probing "github.com/prometheus-community/pro-bing"

	"ironage/internal/fleet"
)

// A pro-bing Pinger costs a socket, three goroutines and two tickers, and raw
// sockets cost each other: the kernel offers every echo to all of them. So a
// few Pingers walk over many hosts each: whenever one has sent an echo, its
// address is turned to the next host.

// mostHosts is how many hosts one walk goes over.
const mostHosts = 256

// asked is a host that somebody wants pinged.
type asked struct {
	to     netip.Addr
	result fleet.Ping    // once the walk is over
	done   chan struct{} // closed when the result is there; nil where whoever asks waits for the walk

	// The rest belongs to the walk that took it.
	sent    int
	failed  error // why an echo could not be sent
	trips   []time.Duration
	settled bool
}

// family is what waits for walks of one address family.
type family struct {
	mu      sync.Mutex
	queue   []*asked
	walkers int
}

// walked pings a host in somebody's walk, and waits for the result.
func (p *Prober) walked(ctx context.Context, to netip.Addr, mode Mode) fleet.Ping {
	a := &asked{to: to, done: make(chan struct{})}
	f := &p.families[0]
	if to.Is6() {
		f = &p.families[1]
	}
	f.mu.Lock()
	f.queue = append(f.queue, a)
	if f.walkers < p.options.Concurrency {
		f.walkers++
		go p.walkOn(f, mode)
	}
	f.mu.Unlock()
	select {
	case <-a.done:
		return a.result
	case <-ctx.Done():
		return notAsked()
	}
}

// walkOn walks until nobody waits any more.
func (p *Prober) walkOn(f *family, mode Mode) {
	for {
		f.mu.Lock()
		hosts := f.queue[:min(len(f.queue), mostHosts)]
		f.queue = f.queue[len(hosts):]
		if len(hosts) == 0 {
			f.queue = nil
			f.walkers--
			f.mu.Unlock()
			return
		}
		f.mu.Unlock()
		p.walk(context.Background(), hosts, mode, p.options.Count, p.options.Interval/time.Duration(len(hosts)), nil)
	}
}

// walk sends so many rounds of echoes, one every pace, and settles every host;
// then it calls settled, if any.
func (p *Prober) walk(ctx context.Context, hosts []*asked, mode Mode, rounds int, pace time.Duration, settled func()) {
	w := &walk{now: p.options.Now, hosts: hosts, rounds: rounds, patience: p.options.Timeout, left: len(hosts), settled: settled,
		echoes: make(map[int]sentEcho, len(hosts)*rounds)}
	var err error
	defer func() {
		if w.over != nil {
			w.over.Stop()
		}
		w.guard(recover())
		for _, a := range hosts {
			w.settle(a, w.judged(ctx, a, err))
		}
	}()
	w.pinger = newPinger(hosts[0].to, mode)
	w.at = w.pinger.IPAddr()
	w.pinger.Count = len(hosts) * rounds
	w.pinger.Interval = max(pace, leastPace)
	w.pinger.Timeout = time.Duration(w.pinger.Count)*max(w.pinger.Interval, slowestPace) + p.options.Timeout + slack
	w.pinger.OnSend, w.pinger.OnSendError, w.pinger.OnRecv = w.sent, w.notSent, w.received
	err = w.pinger.RunWithContext(ctx)
}

const (
	// leastPace keeps the ticker of a large walk from running away, and the
	// answers from coming faster than they are taken.
	leastPace = 20 * time.Microsecond
	// slowestPace is how slowly a busy machine may send: ticks that nobody took
	// do not come again. Whoever was not asked by then has no result. slack is
	// for what a machine needs besides.
	slowestPace = 2 * time.Millisecond
	slack       = 5 * time.Second
)

// walk is one Pinger on its way. Its callbacks are called by the one goroutine
// that sends and receives.
type walk struct {
	now    func() time.Time
	hosts  []*asked
	rounds int
	pinger *probing.Pinger
	at     *net.IPAddr // the pinger's own: whom the next echo goes to
	next   int         // echoes sent, or given up
	echoes map[int]sentEcho
	left   int // hosts without a result
	// settled, if any, is called when there are none any more.
	settled func()
	// patience is how long the last echo's answer is waited for; over ends the
	// walk then.
	patience time.Duration
	over     *time.Timer
	broken   any // what panicked
}

type sentEcho struct {
	host *asked
	at   time.Time
}

// guard takes what recover gave: a mistake costs this walk, not the process.
// The walk's callbacks run in goroutines that pro-bing started.
func (w *walk) guard(x any) {
	if x == nil {
		return
	}
	w.broken = x
	if w.pinger != nil {
		w.pinger.Stop()
	}
}

// sent notes an echo and turns to the next host. It must not touch the pinger's
// address through its methods, whose fields the receiver reads.
func (w *walk) sent(pkt *probing.Packet) {
	defer func() { w.guard(recover()) }()
	if w.next >= len(w.hosts)*w.rounds {
		return // pro-bing makes up for what could not be sent
	}
	a := w.hosts[w.next%len(w.hosts)]
	a.sent++
	w.echoes[pkt.Seq] = sentEcho{a, w.now()}
	w.turn()
}

// notSent goes on to the next host; only a full send buffer is tried again, by
// pro-bing itself.
func (w *walk) notSent(_ *probing.Packet, err error) {
	defer func() { w.guard(recover()) }()
	if !errors.Is(err, syscall.ENOBUFS) {
		w.hosts[w.next%len(w.hosts)].failed = err
		w.turn()
	}
}

func (w *walk) turn() {
	w.next++
	to := w.hosts[w.next%len(w.hosts)].to
	w.at.IP, w.at.Zone = to.AsSlice(), to.Zone()
	if w.next == len(w.hosts)*w.rounds {
		w.over = time.AfterFunc(w.patience, w.pinger.Stop)
	}
}

// received takes an answer from the host that was asked; times are ours, by the
// monotonic clock: pro-bing's come from the wall clock, which may be set.
func (w *walk) received(pkt *probing.Packet) {
	defer func() { w.guard(recover()) }()
	e, ok := w.echoes[pkt.Seq]
	if !ok {
		return
	}
	if from, is := netip.AddrFromSlice(pkt.IPAddr.IP); !is || from.Unmap() != e.host.to.WithZone("") {
		return
	}
	delete(w.echoes, pkt.Seq)
	a := e.host
	if a.trips = append(a.trips, max(0, w.now().Sub(e.at))); len(a.trips) == w.rounds {
		w.settle(a, measured(a.sent, a.trips))
	}
}

// judged is what the walk knows of a host at its end.
func (w *walk) judged(ctx context.Context, a *asked, err error) fleet.Ping {
	if w.broken != nil && len(a.trips) == 0 {
		return fleet.Ping{Reach: fleet.NotAsked, Note: fmt.Sprintf("the ping failed: %v", w.broken)}
	}
	return judge(a.to, a.sent, a.trips, ctx.Err(), cmp.Or(err, a.failed))
}

// settle notes a host's result, once; the walk ends with the last.
func (w *walk) settle(a *asked, result fleet.Ping) {
	if a.settled {
		return
	}
	a.settled, a.result = true, result
	if a.done != nil {
		close(a.done)
	}
	if w.left--; w.left > 0 {
		return
	}
	if w.pinger != nil {
		w.pinger.Stop()
	}
	if w.settled != nil {
		w.settled()
	}
}
