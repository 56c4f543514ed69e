package snmp

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"
	"unsafe"
)

// TestAWindowShrinksWhenTheKernelDrops: what the receive buffer did not hold
// makes the window smaller, and a calm minute larger again.
func TestAWindowShrinksWhenTheKernelDrops(t *testing.T) {
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if kernelDrops(conn) < 0 {
		t.Skip("this system does not tell what it drops")
	}
	_ = conn.SetReadBuffer(4096)
	s := newSocket(conn, 1<<20, 64) // thinks that it has room
	now := time.Now()
	s.look(now)
	if s.places() != 64 {
		t.Fatalf("got %d places, want 64", s.places())
	}
	for range 40 { // in flight
		s.window <- struct{}{}
	}
	to := netip.MustParseAddrPort(conn.LocalAddr().String())
	for range 50 {
		if _, err := conn.WriteToUDPAddrPort(make([]byte, 1400), to); err != nil {
			t.Fatal(err)
		}
	}
	now = now.Add(lookEvery)
	if s.look(now); s.places() != 32 || s.inFlight() != 40 {
		t.Errorf("got %d places and %d in flight, want half of 64 and still 40", s.places(), s.inFlight())
	}
	for range 40 {
		s.release()
	}
	if s.places() != 32 || s.inFlight() != 0 || len(s.window) != 32 {
		t.Errorf("got %d places, %d in flight, %d tokens; want 32, none and 32 taken", s.places(), s.inFlight(), len(s.window))
	}
	for n := 1; n <= 4; n++ {
		now = now.Add(calm + time.Second)
		if s.look(now); s.places() != 32+8*n {
			t.Errorf("got %d places after %d calm minutes, want %d", s.places(), n, 32+8*n)
		}
	}
	if s.places() != 64 || len(s.window) != 0 {
		t.Errorf("got %d places, %d taken; want all back", s.places(), len(s.window))
	}
}

// TestASmallBufferHasASmallWindow: the window is what the kernel granted.
func TestASmallBufferHasASmallWindow(t *testing.T) {
	h, err := NewHubBuffered(2, 8192)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = h.Close() }()
	traffic := h.Traffic()
	if traffic.Buffer > 64<<10 {
		t.Skip("this kernel grants more than was asked")
	}
	if most := 2 * traffic.Buffer / replyMemory; traffic.Window < 2 || traffic.Window > max(2, most) {
		t.Errorf("got %+v, want a window of 2 to %d", traffic, most)
	}
}

// stepped is a time that was taken when the wall clock was off by so much; the
// steady clock inside is as it was.
func stepped(t *testing.T, at time.Time, by time.Duration) time.Time {
	t.Helper()
	wall := (*uint64)(unsafe.Pointer(&at)) // see time.Time: flag, 33 bits of seconds, 30 bits of nanoseconds
	if *wall>>63 == 0 {
		t.Fatal("no steady clock in it")
	}
	*wall = uint64(int64(*wall) + int64(by/time.Second)<<30)
	if !strings.Contains(at.String(), "m=") {
		t.Fatal("the layout of time.Time has changed")
	}
	return at
}

// TestAClockStepChangesNothing: neither how long an answer is awaited nor what
// time it is at an agent's engine.
func TestAClockStepChangesNothing(t *testing.T) {
	h, err := NewHub(1)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = h.Close() }()
	for _, by := range []time.Duration{-time.Hour, time.Hour} {
		p := h.port(netip.MustParseAddrPort("127.0.0.1:9"))
		p.begin()
		go func() {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.give(packet{raw: takeDatagram([]byte("answer"))})
		}()
		raw, err := p.receive(context.Background(), stepped(t, time.Now().Add(20*time.Second), by))
		if err != nil || string(raw) != "answer" {
			t.Errorf("clock off by %v: got %q, %v; want the answer", by, raw, err)
		}
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		if _, err := p.receive(ctx, stepped(t, time.Now().Add(20*time.Millisecond), by)); !errors.Is(err, os.ErrDeadlineExceeded) || ctx.Err() != nil {
			t.Errorf("clock off by %v: got %v after %v, want the end of a short wait", by, err, ctx.Err())
		}
		cancel()
		p.rest()
		if err := p.Close(); err != nil {
			t.Error(err)
		}
		u := newUSM(operator())
		if err := u.meet(header{engineID: "12345", boots: 3, time: 1000}); err != nil {
			t.Fatal(err)
		}
		u.at = stepped(t, u.at, by)
		if boots, now := u.clock(); boots != 3 || now < 1000 || now > 1060 {
			t.Errorf("clock off by %v: got boots %d, time %d at the engine; want 3 and a little over 1000", by, boots, now)
		}
	}
}
