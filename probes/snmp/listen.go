package snmp

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"syscall"
	"time"

	"golang.org/x/time/rate"
)

// Heard is what came of a datagram.
type Heard struct {
	Notification
	From netip.Addr
	At   time.Time
	// Err is why it is no notification: ErrNotAccepted or ErrGarbled.
	Err error
	// Missed counts datagrams of the same source that were dropped unread
	// since the one before. With Silent there is nothing else to say.
	Missed int
	Silent bool
}

// Listener has the sockets on which notifications come in.
type Listener struct {
	receiver *Receiver
	now      func() time.Time
	conns    []*net.UDPConn
	intake   *intake
	reports  *rate.Limiter
}

// The bounds on sockets and answers.
const (
	// socketBuffer is asked of the kernel, which may give less: what a storm
	// leaves no room for there is lost to everybody.
	socketBuffer = 4 << 20
	// reportsPerSecond bounds what strangers can make us send; acknowledgements
	// of accepted informs are not bounded by it.
	reportsPerSecond = 100
	// mostFailures in a row end a listener whose socket is broken.
	mostFailures = 50
)

// Listen opens UDP sockets at the addresses (host:port); Serve reads them. The
// error says which could not be opened and what to do about it.
func Listen(ctx context.Context, addresses []string, r *Receiver, now func() time.Time) (*Listener, error) {
	l := &Listener{receiver: r, now: now, intake: newIntake(), reports: rate.NewLimiter(reportsPerSecond, reportsPerSecond)}
	var lc net.ListenConfig
	for _, a := range addresses {
		pc, err := lc.ListenPacket(ctx, "udp", a)
		if err != nil {
			l.close()
			return nil, fmt.Errorf("cannot listen for notifications on %s: %w", a, listenError(a, err))
		}
		conn := pc.(*net.UDPConn)            // what "udp" gives
		_ = conn.SetReadBuffer(socketBuffer) // the default serves too
		l.conns = append(l.conns, conn)
	}
	return l, nil
}

// listenError says what to do where there is something to do.
func listenError(address string, err error) error {
	_, port, _ := net.SplitHostPort(address)
	switch {
	case errors.Is(err, syscall.EACCES), errors.Is(err, syscall.EPERM):
		return fmt.Errorf("port %s needs a right that this process does not have; run setcap cap_net_bind_service+ep on the ironage program, "+
			"or listen on a port above 1023 and redirect %s to it", port, port)
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Errorf("another program has port %s (snmptrapd, or another ironage?); stop it or listen on another port", port)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return errors.New("this machine does not have the address")
	}
	return err
}

// Addresses are those listened on, with the ports that the system chose.
func (l *Listener) Addresses() []netip.AddrPort {
	out := make([]netip.AddrPort, len(l.conns))
	for i, c := range l.conns {
		out[i] = c.LocalAddr().(*net.UDPAddr).AddrPort()
	}
	return out
}

func (l *Listener) close() {
	for _, c := range l.conns {
		_ = c.Close() // nothing was written that could be lost
	}
}

// Serve calls hear with everything that comes in, from one goroutine, until
// ctx ends, and closes the sockets. The error is nil unless a socket broke.
func (l *Listener) Serve(ctx context.Context, hear func(Heard)) error {
	ctx, stop := context.WithCancelCause(ctx)
	var readers sync.WaitGroup
	for i := range l.conns {
		readers.Go(func() {
			if err := l.read(ctx, i); err != nil {
				stop(err)
			}
		})
	}
	unblock := context.AfterFunc(ctx, l.close)
	for ctx.Err() == nil {
		d, missed, ok := l.intake.next()
		if !ok {
			select {
			case <-l.intake.wake:
			case <-ctx.Done():
			}
			continue
		}
		l.handle(d, missed, hear)
	}
	err := context.Cause(ctx)
	unblock()
	l.close()
	readers.Wait()
	stop(nil)
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return nil
	}
	return err
}

// read takes datagrams off a socket as fast as they come: what waits there
// is in everybody's way.
func (l *Listener) read(ctx context.Context, socket int) error {
	conn, failures := l.conns[socket], 0
	buf := make([]byte, maxDatagram+1)
	for {
		n, from, err := conn.ReadFromUDPAddrPort(buf)
		switch {
		case ctx.Err() != nil || errors.Is(err, net.ErrClosed):
			return nil //nolint:nilerr // that is how it is told to end
		case err != nil:
			if failures++; failures > mostFailures {
				return fmt.Errorf("the socket for notifications at %s broke: %w", conn.LocalAddr(), err)
			}
			continue
		}
		failures = 0
		d := datagram{socket: socket, from: netip.AddrPortFrom(from.Addr().Unmap(), from.Port()), at: l.now(), large: n > maxDatagram}
		if !d.large {
			d.raw = bytes.Clone(buf[:n])
		}
		l.intake.put(d)
	}
}

// handle reads one datagram, answers it, and tells what it was.
func (l *Listener) handle(d datagram, missed int, hear func(Heard)) {
	h := Heard{From: d.from.Addr(), At: d.at, Missed: missed}
	switch {
	case d.large:
		h.Err = fmt.Errorf("%w: it is larger than %d bytes", ErrGarbled, maxDatagram)
	case d.raw == nil:
		h.At, h.Silent = l.now(), true
	default:
		var reply []byte
		h.Notification, reply, h.Err = l.receiver.Receive(d.raw)
		if reply != nil && (h.Err == nil || l.reports.AllowN(d.at, 1)) {
			// A sender that does not get it sends again.
			_, _ = l.conns[d.socket].WriteToUDPAddrPort(reply, d.from)
		}
		if errors.Is(h.Err, ErrDiscovery) {
			if missed == 0 {
				return
			}
			h.Err, h.Silent = nil, true
		}
	}
	hear(h)
}
