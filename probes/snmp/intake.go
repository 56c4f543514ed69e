package snmp

import (
	"net/netip"
	"sync"
	"time"
)

// The bounds on what senders may make us hold and do. A device in trouble
// sends a few notifications, one in a storm some thousand a second.
const (
	maxDatagram   = 16 << 10 // bytes of one notification; most fit into 1,472
	maxWaiting    = 512      // datagrams of one source that wait to be read
	maxPerSecond  = 2000     // datagrams of one source that are read
	maxSources    = 4096     // sources with something waiting or counted
	maxIntakeSize = 8 << 20  // bytes waiting in all
)

// datagram is what came in on a socket.
type datagram struct {
	socket int
	from   netip.AddrPort
	at     time.Time
	raw    []byte
	large  bool // it did not fit; raw is nil
}

// line is what waits from one source.
type line struct {
	waiting []datagram
	missed  int
	second  int64 // maxPerSecond counts within this second
	taken   int
	queued  bool // in the intake's order
}

// intake lets datagrams wait source by source and hands them out in turns, so
// that one in a storm delays nobody else. What is too much is dropped and counted.
type intake struct {
	mu    sync.Mutex
	lines map[netip.Addr]*line
	order []netip.Addr // of sources with something to hand out
	size  int
	lost  int // datagrams of sources that there was no room for
	wake  chan struct{}
}

func newIntake() *intake {
	return &intake{lines: map[netip.Addr]*line{}, wake: make(chan struct{}, 1)}
}

// put lets a datagram wait, or drops it.
func (q *intake) put(d datagram) {
	q.mu.Lock()
	defer q.mu.Unlock()
	source := d.from.Addr()
	l := q.line(source, d.at)
	if l == nil {
		q.lost++
		return
	}
	if second := d.at.Unix(); l.second != second {
		l.second, l.taken = second, 0
	}
	if l.taken++; l.taken > maxPerSecond || len(l.waiting) >= maxWaiting || q.size+len(d.raw) > maxIntakeSize {
		l.missed++
	} else {
		l.waiting = append(l.waiting, d)
		q.size += len(d.raw)
	}
	if !l.queued {
		l.queued = true
		q.order = append(q.order, source)
	}
	select {
	case q.wake <- struct{}{}:
	default: // a wake-up is waiting already
	}
}

// line finds or makes the line of a source; nil when there is no room for one.
func (q *intake) line(source netip.Addr, now time.Time) *line {
	if l := q.lines[source]; l != nil {
		return l
	}
	if len(q.lines) >= maxSources {
		for a, l := range q.lines {
			if !l.queued && l.second != now.Unix() {
				delete(q.lines, a)
			}
		}
		if len(q.lines) >= maxSources {
			return nil
		}
	}
	l := &line{}
	q.lines[source] = l
	return l
}

// next hands out the oldest datagram of the source whose turn it is, and how
// many of that source were dropped since its last turn; raw is nil and large
// false when there is only that to say.
func (q *intake) next() (d datagram, missed int, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.order) == 0 {
		return d, 0, false
	}
	source := q.order[0]
	q.order = q.order[1:]
	l := q.lines[source]
	d.from = netip.AddrPortFrom(source, 0)
	missed, l.missed, l.queued = l.missed, 0, false
	if len(l.waiting) == 0 {
		return d, missed, true
	}
	d = l.waiting[0]
	l.waiting[0] = datagram{} // lets go of its bytes
	l.waiting = l.waiting[1:]
	q.size -= len(d.raw)
	if len(l.waiting) > 0 {
		l.queued = true
		q.order = append(q.order, source)
	} else {
		l.waiting = nil
	}
	return d, missed, true
}
