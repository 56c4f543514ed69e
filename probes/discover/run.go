package discover

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"syscall"
	"time"
)

const (
	// wantedBuffer is asked of the kernel for answers that come all at once; it
	// may grant less.
	wantedBuffer = 4 << 20
	maxDatagram  = 65535
	// tellEvery and saveEvery are how often progress is told and the state kept.
	tellEvery = 200 * time.Millisecond
	saveEvery = 5 * time.Second
	// lastAnswers bounds how long a search that is called off waits for what it
	// already asked.
	lastAnswers = 5 * time.Second
)

// Result is what a search found.
type Result struct {
	Agents []Agent
	Counts Counts
	Done   int // addresses that are done with
	// Complete is false when the search was called off.
	Complete bool
	State    *State
}

// datagram is something that came in.
type datagram struct {
	from netip.AddrPort
	raw  []byte
}

// runner joins a search to sockets and a clock.
type runner struct {
	s      *search
	o      *Options
	socks  [2]*net.UDPConn // IPv4, IPv6
	in     chan datagram
	told   time.Time
	saved  time.Time
	closed chan struct{}
}

// Run searches. When ctx ends, nothing more is asked, answers to what was asked
// are still taken for a moment, and the result is not complete; that is no error.
func Run(ctx context.Context, o Options) (*Result, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	s, err := newSearch(&o)
	if err != nil {
		return nil, err
	}
	r := &runner{s: s, o: &o, in: make(chan datagram, 64), closed: make(chan struct{}), saved: o.Now()}
	done, err := r.listen()
	if err != nil {
		return nil, err
	}
	err = r.loop(ctx)
	done()
	r.tell(o.Now(), true)
	st := s.state(o.Now())
	return &Result{Agents: s.agents, Counts: s.counts, Done: s.done.count, Complete: st.Complete, State: st}, errors.Join(err, r.keep(st))
}

// listen opens a socket for each family of addresses. The function returned
// closes them and waits for their readers.
func (r *runner) listen() (func(), error) {
	var wg sync.WaitGroup
	done := func() {
		close(r.closed)
		for _, c := range r.socks {
			if c != nil {
				_ = c.Close() // nothing is lost with a socket
			}
		}
		wg.Wait()
	}
	v4, v6 := r.o.Plan.families()
	for i, want := range []bool{v4, v6} {
		if !want {
			continue
		}
		c, err := net.ListenUDP([]string{"udp4", "udp6"}[i], nil)
		if err != nil {
			done()
			return nil, fmt.Errorf("open a socket: %w", err)
		}
		_ = c.SetReadBuffer(wantedBuffer) // less will do: the rate bounds what can come
		r.socks[i] = c
		wg.Go(func() { r.receive(c) })
	}
	return done, nil
}

func (r *runner) receive(c *net.UDPConn) {
	buf := make([]byte, maxDatagram)
	for {
		n, from, err := c.ReadFromUDPAddrPort(buf)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			continue // an ICMP error about an earlier packet
		}
		d := datagram{netip.AddrPortFrom(from.Addr().Unmap(), from.Port()), append([]byte(nil), buf[:n]...)}
		select {
		case r.in <- d:
		case <-r.closed:
			return
		}
	}
}

// loop sends and hears until all is over.
func (r *runner) loop(ctx context.Context) error {
	off, limit := ctx.Done(), time.Time{}
	timer := time.NewTimer(0)
	defer timer.Stop()
	for !r.s.over() {
		now := r.o.Now()
		out, send, wait, err := r.s.step(now)
		if err != nil {
			return err
		}
		if send {
			r.send(out)
			wait = 0
		}
		if err := r.report(now); err != nil {
			return err
		}
		timer.Reset(max(0, min(wait, tellEvery)))
		select {
		case d := <-r.in:
			r.s.hear(d.from, d.raw)
		case <-off:
			off, limit = nil, r.o.Now().Add(lastAnswers)
			r.s.stop()
		case <-timer.C:
		}
		if !limit.IsZero() && r.o.Now().After(limit) {
			return nil
		}
	}
	return nil
}

func (r *runner) send(p packet) {
	c := r.socks[0]
	if p.to.Addr().Is6() {
		c = r.socks[1]
	}
	_, err := c.WriteToUDPAddrPort(p.raw, p.to)
	if err == nil || errors.Is(err, syscall.ENOBUFS) || errors.Is(err, syscall.ECONNREFUSED) {
		return // a full buffer is a lost packet; a refusal is about an earlier one
	}
	var op *net.OpError
	if errors.As(err, &op) {
		err = op.Err // without this machine's own address
	}
	r.s.unsent(p.to, err)
}

// report tells the progress and keeps the state when it is time to.
func (r *runner) report(now time.Time) error {
	r.tell(now, false)
	if r.o.Save == nil || now.Sub(r.saved) < saveEvery {
		return nil
	}
	r.saved = now
	return r.keep(r.s.state(now))
}

func (r *runner) tell(now time.Time, last bool) {
	if r.o.Progress == nil || !last && now.Sub(r.told) < tellEvery {
		return
	}
	r.told = now
	r.o.Progress(r.s.progress())
}

func (r *runner) keep(st *State) error {
	if r.o.Save == nil {
		return nil
	}
	if err := r.o.Save(st); err != nil {
		return fmt.Errorf("the state of the search cannot be kept: %w", err)
	}
	return nil
}
