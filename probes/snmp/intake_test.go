package snmp

import (
	"net/netip"
	"testing"
	"time"
)

func from(source string, at time.Time, size int) datagram {
	return datagram{from: netip.AddrPortFrom(netip.MustParseAddr(source), 1024), at: at, raw: make([]byte, size)}
}

// drain counts what is handed out, and what was missed, by source.
func drain(q *intake) (read, missed map[string]int, order []string) {
	read, missed = map[string]int{}, map[string]int{}
	for {
		d, m, ok := q.next()
		if !ok {
			return read, missed, order
		}
		source := d.from.Addr().String()
		missed[source] += m
		if d.raw != nil {
			read[source]++
			order = append(order, source)
		}
	}
}

func TestIntakeTakesTurns(t *testing.T) {
	q, now := newIntake(), time.Unix(1000, 0)
	for range 5000 {
		q.put(from("192.0.2.1", now, 100))
	}
	q.put(from("192.0.2.2", now, 100))
	q.put(from("192.0.2.3", now, 100))
	read, missed, order := drain(q)
	if read["192.0.2.1"] != maxWaiting || missed["192.0.2.1"] != 5000-maxWaiting {
		t.Errorf("the one in a storm: got %d read, %d missed; want %d and %d", read["192.0.2.1"], missed["192.0.2.1"], maxWaiting, 5000-maxWaiting)
	}
	if read["192.0.2.2"] != 1 || missed["192.0.2.2"] != 0 || order[1] != "192.0.2.2" || order[2] != "192.0.2.3" {
		t.Errorf("the others: got %v missed %v in the order %v, want them read after one of the storm", read, missed, order[:4])
	}
	if q.size != 0 {
		t.Errorf("got %d bytes counted in an empty intake", q.size)
	}
}

func TestIntakeBounds(t *testing.T) {
	now := time.Unix(1000, 0)
	t.Run("per second", func(t *testing.T) {
		q, read, missed := newIntake(), 0, 0
		take := func() {
			r, m, _ := drain(q)
			read, missed = read+r["192.0.2.1"], missed+m["192.0.2.1"]
		}
		for range maxPerSecond + 500 {
			q.put(from("192.0.2.1", now, 10))
			take()
		}
		if read != maxPerSecond || missed != 500 {
			t.Errorf("in one second: got %d read, %d missed; want %d and 500", read, missed, maxPerSecond)
		}
		q.put(from("192.0.2.1", now.Add(time.Second), 10))
		if take(); read != maxPerSecond+1 {
			t.Errorf("a second later: got %d read, want one more", read)
		}
	})
	t.Run("sources", func(t *testing.T) {
		q := newIntake()
		a := netip.MustParseAddr("10.0.0.0")
		for range maxSources + 100 {
			a = a.Next()
			q.put(from(a.String(), now, 10))
		}
		if len(q.lines) != maxSources || q.lost != 100 {
			t.Errorf("got %d sources and %d lost, want %d and 100", len(q.lines), q.lost, maxSources)
		}
		drain(q)
		q.put(from("192.0.2.1", now.Add(time.Minute), 10))
		if len(q.lines) != 1 {
			t.Errorf("got %d sources a minute later, want the new one", len(q.lines))
		}
	})
	t.Run("bytes", func(t *testing.T) {
		q := newIntake()
		a := netip.MustParseAddr("10.0.0.0")
		for range 1000 {
			a = a.Next()
			q.put(from(a.String(), now, maxDatagram))
		}
		if q.size > maxIntakeSize {
			t.Errorf("got %d bytes waiting, want at most %d", q.size, maxIntakeSize)
		}
	})
}
