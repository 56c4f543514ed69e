package snmp

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/gosnmp/gosnmp"

	"ironage/internal/fleet"
)

// maxMessage is the largest datagram.
const maxMessage = 65535

// maxStrays bounds what one exchange reads without finding its answer: a host
// that floods us costs one read, not a processor.
const maxStrays = 256

// buffers are receive buffers, needed only while an answer is awaited: one per
// session would be a gigabyte for ten thousand of them.
var buffers = sync.Pool{New: func() any { return new([maxMessage]byte) }}

// reply is the answer to one of the requests of an exchange.
type reply struct {
	answer
	try int // index of the request that was answered
}

// attempts are the messages of one question: the same again and again, the
// last one small if there is a smaller form.
type attempts struct {
	large, small request
	times        int
}

// of is the n-th of them.
func (a *attempts) of(n int) *request {
	if n == a.times-1 && len(a.small.oids) > 0 {
		return &a.small
	}
	return &a.large
}

// exchange is one question put in one or more tries until one is answered. The
// tries may differ (a smaller one last); an answer to any of them counts, also
// a late one.
type exchange struct {
	s         *Session
	port      *port // nil for a socket of the session's own
	tries     attempts
	discovery bool              // version 3: any report is what we want
	buf       *[maxMessage]byte // nil with a hub, which hands out messages
	ids       []uint32          // of everything sent since the latest report
	try       []int             // which try each of ids belongs to
	reports   map[OID]int
	refusals  int // ICMP port unreachable
	garbled   error
	strays    int
	cost      fleet.Cost
	started   time.Time
	sent      time.Time // of a first try that is under way already; else zero
	heard     *hearing  // what came of it, if somebody waited for that already
}

// hearing is what one try brought.
type hearing struct {
	answer answer
	err    error
}

// exchanges are few at a time, with however many sessions.
var exchanges = sync.Pool{New: func() any { return new(exchange) }}

// exchange asks and waits. The error is one of the sentinels, without the
// address, which the caller adds.
func (s *Session) exchange(ctx context.Context, tries attempts) (reply, error) {
	if u, v3 := s.codec.(*usm); v3 && u.engine == "" {
		// What is asked does not matter yet: the codec sends a discovery message.
		if _, err := s.converse(ctx, tries, true); err != nil {
			return reply{}, err
		}
	}
	return s.converse(ctx, tries, false)
}

func (s *Session) converse(ctx context.Context, tries attempts, discovery bool) (reply, error) {
	x := s.newExchange(tries, discovery)
	if x.port == nil {
		x.buf, _ = buffers.Get().(*[maxMessage]byte)
		defer buffers.Put(x.buf)
		stop := context.AfterFunc(ctx, s.interrupt)
		defer stop()
	}
	return x.finish(ctx)
}

// newExchange gets ready to ask; finish ends it.
func (s *Session) newExchange(tries attempts, discovery bool) *exchange {
	x, _ := exchanges.Get().(*exchange)
	*x = exchange{s: s, tries: tries, discovery: discovery, ids: x.ids[:0], try: x.try[:0], started: time.Now()}
	if p, shared := s.conn.(*port); shared {
		x.port = p
		p.begin()
	}
	return x
}

// finish asks, unless launch has, and waits. The exchange is nobody's then.
func (x *exchange) finish(ctx context.Context) (reply, error) {
	r, err := x.run(ctx)
	if x.port != nil {
		x.port.rest()
	}
	x.s.codec.rest()
	x.cost.Took = time.Since(x.started)
	x.s.spent(x.cost)
	*x = exchange{ids: x.ids, try: x.try}
	exchanges.Put(x)
	return r, err
}

// launch sends the first try when that needs no waiting for a place in the
// window; otherwise, and for whoever is beside the window, it is sent by finish.
func (x *exchange) launch() {
	if x.port == nil || !x.port.placeNow() {
		return
	}
	if err := x.put(context.Background(), 0); err == nil { // else finish meets the error again
		x.sent = time.Now()
	}
}

// hear waits for the answer to what launch sent; it takes no place in the window
// and gives back the one that launch took.
func (x *exchange) hear(ctx context.Context) {
	if !x.sent.IsZero() {
		a, err := x.once(ctx, 0)
		x.heard = &hearing{a, err}
	}
}

func (x *exchange) run(ctx context.Context) (reply, error) {
	for n := 0; n < x.tries.times; {
		a, err := x.once(ctx, n)
		switch {
		case err == nil && (a.report == "" || x.discovery):
			return reply{a, x.try[slices.Index(x.ids, a.id)]}, nil
		case err == nil:
			if x.reports == nil {
				x.reports = map[OID]int{}
			}
			if err := verdict(a.report, x.reports); err != nil {
				return reply{}, err
			}
			x.ids, x.try = x.ids[:0], x.try[:0] // another report about what was sent before would count as the next one's
		case errors.Is(err, syscall.EMSGSIZE):
			return reply{answer{status: gosnmp.TooBig}, n}, nil
		case errors.Is(err, syscall.ECONNREFUSED):
			// The first may be about an older message: errors wait in the socket.
			if x.refusals++; x.refusals > 1 {
				return reply{}, ErrPortClosed
			}
		case errors.Is(err, ErrGarbled):
			x.garbled = err
			n++
		case errors.Is(err, errSilent):
			n++
		default:
			return reply{}, err
		}
	}
	return reply{}, x.silence()
}

// silence says why there is no answer, by what was seen instead of one.
func (x *exchange) silence() error {
	u, v3 := x.s.codec.(*usm)
	switch {
	case x.garbled != nil:
		return x.garbled
	case x.refusals > 0:
		return ErrPortClosed
	case v3:
		return u.silence()
	}
	return ErrTimeout
}

// interrupted is a context's end as an error: running out of time without an
// answer is a silence, being called off is not.
func (x *exchange) interrupted(cause error) error {
	if errors.Is(cause, context.DeadlineExceeded) {
		return fmt.Errorf("%w in the time allowed: %w", x.silence(), cause)
	}
	return cause
}

// errSilent ends one try.
var errSilent = errors.New("silent")

// once sends one try and waits for an answer to it or to an earlier one.
func (x *exchange) once(ctx context.Context, n int) (answer, error) {
	if heard := x.heard; heard != nil {
		x.heard = nil
		return heard.answer, heard.err
	}
	if err := ctx.Err(); err != nil {
		return answer{}, x.interrupted(err)
	}
	sent := x.sent
	if x.sent = (time.Time{}); sent.IsZero() {
		if err := x.put(ctx, n); errors.Is(err, os.ErrDeadlineExceeded) {
			return answer{}, x.interrupted(ctx.Err())
		} else if err != nil {
			return answer{}, err
		}
		sent = time.Now() // not before: it may have waited for its turn
	}
	a, err := x.await(ctx, sent.Add(x.s.options.Timeout))
	if x.s.patience > x.s.options.Timeout && errors.Is(err, errSilent) { // waits on, without a place in the window
		a, err = x.await(ctx, sent.Add(x.s.patience))
	}
	return a, err
}

// await receives until the deadline of a try or of the whole, whichever is first.
func (x *exchange) await(ctx context.Context, deadline time.Time) (answer, error) {
	limit, limited := ctx.Deadline()
	if limited = limited && limit.Before(deadline); limited {
		deadline = limit
	}
	a, err := x.receive(ctx, deadline)
	if errors.Is(err, errSilent) && limited {
		return answer{}, x.interrupted(context.DeadlineExceeded)
	}
	return a, err
}

// put writes a try and sends it.
func (x *exchange) put(ctx context.Context, n int) error {
	id := x.s.nextID()
	out, err := x.s.codec.encode(*x.tries.of(n), id)
	if err != nil {
		return fmt.Errorf("encode the request: %w", err)
	}
	x.ids = append(x.ids, id)
	x.try = append(x.try, n)
	if x.cost.PDUs++; x.cost.PDUs > 1 {
		x.cost.Retries++
	}
	if err := x.send(ctx, out, id); errors.Is(err, os.ErrDeadlineExceeded) {
		return err
	} else if err != nil {
		return socketError(err)
	}
	return nil
}

func (x *exchange) send(ctx context.Context, out []byte, id uint32) error {
	if x.port != nil {
		return x.port.send(ctx, out, id)
	}
	_, err := x.s.conn.Write(out)
	return err
}

// receive reads until something answers, or until the deadline.
func (x *exchange) receive(ctx context.Context, deadline time.Time) (answer, error) {
	for {
		if err := ctx.Err(); err != nil {
			return answer{}, x.interrupted(err)
		}
		raw, err := x.read(ctx, deadline)
		switch {
		case err == nil:
		case errors.Is(err, os.ErrDeadlineExceeded):
			if ctx.Err() == nil && time.Now().Before(deadline) {
				continue // the interrupt of an earlier question, come late
			}
			if ctx.Err() != nil {
				return answer{}, x.interrupted(ctx.Err())
			}
			return answer{}, errSilent
		default:
			return answer{}, socketError(err)
		}
		x.cost.Bytes += len(raw)
		a, err := x.s.codec.decode(raw, x.ids, x.tries.large)
		if x.port != nil {
			giveDatagram(raw)
		}
		if err == nil || !errors.Is(err, errStray) {
			x.cost.Varbinds += len(a.vars)
			return a, err
		}
		if x.port != nil {
			x.port.hub.late.Add(1)
		}
		if x.strays++; x.strays > maxStrays {
			return answer{}, fmt.Errorf("%w: it sends answers to questions that nobody asked", ErrGarbled)
		}
	}
}

// read waits for one message.
func (x *exchange) read(ctx context.Context, deadline time.Time) ([]byte, error) {
	if x.port != nil {
		return x.port.receive(ctx, deadline)
	}
	if err := x.s.conn.SetReadDeadline(deadline); err != nil {
		return nil, err
	}
	if ctx.Err() != nil { // after setting: interrupt may have come before
		return nil, os.ErrDeadlineExceeded
	}
	n, err := x.s.conn.Read(x.buf[:])
	return x.buf[:max(n, 0)], err
}

// socketError translates what the network said about our datagram.
func socketError(err error) error {
	switch {
	case errors.Is(err, net.ErrClosed):
		return ErrClosed
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return ErrNoRoute
	}
	return err
}
