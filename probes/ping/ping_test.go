package ping

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	probing "github.com/prometheus-community/pro-bing"
	"go.uber.org/goleak"

	"ironage/internal/fleet"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// quick is fast enough for tests and long enough for loopback.
var quick = Options{Interval: 10 * time.Millisecond, Timeout: 2 * time.Second}

// allowed reports whether this machine lets the test ping; both answers are
// tested, each where it holds.
func allowed(t *testing.T, p *Prober) bool {
	t.Helper()
	mode, note := p.Mode()
	t.Logf("mode %s %s", mode, note)
	return mode != Refused
}

func TestPingLoopback(t *testing.T) {
	p := New(quick)
	got := p.Ping(t.Context(), "127.0.0.1")
	if !allowed(t, p) {
		if got.Reach != fleet.NotPermitted || !strings.Contains(got.Note, "ping_group_range") || !strings.Contains(got.Note, "setcap cap_net_raw+ep") {
			t.Fatalf("Ping without rights: got %+v, want not-permitted with both settings", got)
		}
		return
	}
	if got.Reach != fleet.Answered || got.Sent != 3 || got.Received != 3 || got.LossPct() != 0 {
		t.Fatalf("Ping(127.0.0.1): got %+v, want 3 of 3 answered", got)
	}
	if got.Min <= 0 || got.Min > got.Avg || got.Avg > got.Max || got.Max > 2*time.Second || got.Jitter < 0 {
		t.Errorf("Ping(127.0.0.1): got min %v avg %v max %v jitter %v, want them in order", got.Min, got.Avg, got.Max, got.Jitter)
	}
}

func TestPingSixLoopback(t *testing.T) {
	got := New(quick).Ping(t.Context(), "[::1]")
	switch got.Reach {
	case fleet.Answered, fleet.NotPermitted:
	case fleet.Silent:
		if !strings.Contains(got.Note, "no route") { // a machine without IPv6 on lo
			t.Errorf("Ping([::1]): got %+v, want an answer, or why not", got)
		}
	default:
		t.Errorf("Ping([::1]): got %+v, want answered or not-permitted", got)
	}
}

func TestJudge(t *testing.T) {
	to, ended, broken := netip.MustParseAddr("192.0.2.1"), context.DeadlineExceeded, errors.New("sendto: network is down")
	for _, c := range []struct {
		name     string
		sent     int
		trips    []time.Duration
		cut, err error
		want     fleet.Reach
		note     string
	}{
		{"no answer", 3, nil, nil, nil, fleet.Silent, ""},
		{"one answer of three", 3, []time.Duration{time.Second}, nil, nil, fleet.Answered, ""},
		{"an answer before the end", 1, []time.Duration{time.Second}, ended, ended, fleet.Answered, ""},
		{"the end before an answer", 1, nil, ended, ended, fleet.NotAsked, "no time"},
		{"nothing could be sent", 0, nil, nil, broken, fleet.Silent, "network is down"},
		{"the turn never came", 0, nil, nil, nil, fleet.NotAsked, "no time"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := judge(to, c.sent, c.trips, c.cut, c.err)
			if got.Reach != c.want || got.Received != len(c.trips) || !strings.Contains(got.Note, c.note) {
				t.Errorf("judge: got %+v, want %s with note %q", got, c.want, c.note)
			}
		})
	}
}

func TestPingUnresolved(t *testing.T) {
	got := New(quick).Ping(t.Context(), "no-such-host.invalid")
	if got.Reach != fleet.Unresolved || !strings.Contains(got.Note, "no-such-host.invalid") {
		t.Errorf("Ping(no-such-host.invalid): got %+v, want unresolved with the name", got)
	}
}

// A context that ends says nothing about the host.
func TestPingCutShort(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, host := range []string{"127.0.0.1", "::1", "localhost"} {
		if got := New(quick).Ping(ctx, host); got.Reach != fleet.NotAsked && got.Reach != fleet.NotPermitted {
			t.Errorf("Ping(%s) after the end: got %+v, want not-asked", host, got)
		}
	}
}

func TestPingManyAtOnce(t *testing.T) {
	o := quick
	o.Concurrency = 4
	p := New(o)
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			got := p.Ping(t.Context(), "127.0.0.1")
			if got.Reach != fleet.Answered && got.Reach != fleet.NotPermitted {
				t.Errorf("Ping among many: got %+v, want answered or not-permitted", got)
			}
		})
	}
	wg.Wait()
}

// Waiting for a walk ends with the context.
func TestPingWaitsForAWalk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := New(Options{Concurrency: 1})
		p.families[0].walkers = 1 // and busy
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if got := p.walked(ctx, netip.MustParseAddr("127.0.0.1"), Raw); got.Reach != fleet.NotAsked {
			t.Errorf("Ping while every walk is busy: got %+v, want not-asked", got)
		}
	})
}

// TestManyHostsInFewWalks: everyone gets the answer of their own host.
func TestManyHostsInFewWalks(t *testing.T) {
	p := New(Options{Count: 2, Interval: 100 * time.Millisecond, Timeout: 30 * time.Second, Concurrency: 2})
	if !allowed(t, p) {
		return // that nothing is measured then is another test's
	}
	var hosts sync.WaitGroup
	for n := range 400 {
		hosts.Go(func() {
			host := netip.AddrFrom4([4]byte{127, 9, byte(n >> 8), byte(n)}).String()
			if got := p.Ping(t.Context(), host); got.Reach != fleet.Answered || got.Received != 2 {
				t.Errorf("Ping(%s): got %+v, want two answers", host, got)
			}
		})
	}
	hosts.Wait()
}

// TestAnswersOfOthersDoNotCount: an answer must come from the host that was
// asked, and once.
func TestAnswersOfOthersDoNotCount(t *testing.T) {
	here, there := netip.MustParseAddr("10.0.0.1"), netip.MustParseAddr("10.0.0.2")
	hosts := []*asked{{to: here, done: make(chan struct{})}, {to: there, done: make(chan struct{})}}
	w := &walk{now: time.Now, hosts: hosts, rounds: 2, left: 2, echoes: map[int]sentEcho{}, pinger: newPinger(here, Raw), at: &net.IPAddr{IP: here.AsSlice()}}
	packet := func(seq int, from netip.Addr) *probing.Packet {
		return &probing.Packet{Seq: seq, IPAddr: &net.IPAddr{IP: from.AsSlice()}}
	}
	w.sent(packet(0, here))
	if !w.at.IP.Equal(there.AsSlice()) {
		t.Fatalf("the next echo goes to %v, want %v", w.at.IP, there)
	}
	w.notSent(packet(1, there), syscall.EHOSTUNREACH)
	w.received(packet(0, there)) // somebody else's word
	w.received(packet(7, here))  // nobody asked
	if len(hosts[0].trips) != 0 {
		t.Fatalf("got %v, want no answer yet", hosts[0].trips)
	}
	w.received(packet(0, here))
	w.received(packet(0, here))
	w.settle(hosts[0], measured(hosts[0].sent, hosts[0].trips))
	<-hosts[0].done
	if got := hosts[0].result; got.Reach != fleet.Answered || got.Received != 1 || got.Sent != 1 {
		t.Errorf("got %+v, want one answer", got)
	}
	if w.left != 1 || hosts[1].sent != 0 {
		t.Errorf("got %d hosts left, %d sent to the second, want one and none", w.left, hosts[1].sent)
	}
}

// TestAPanicCostsOneWalk: whoever waited is told so, and the next walk is as
// any other.
func TestAPanicCostsOneWalk(t *testing.T) {
	calls := 0
	p := New(Options{Count: 1, Interval: time.Millisecond, Timeout: 20 * time.Second, Concurrency: 1, Now: func() time.Time {
		if calls++; calls == 3 { // the rights, then the first echo
			panic("a clock that breaks")
		}
		return time.Now()
	}})
	if !allowed(t, p) {
		return
	}
	calls = 2
	if got := p.Ping(t.Context(), "127.0.0.1"); got.Reach != fleet.NotAsked || !strings.Contains(got.Note, "a clock that breaks") {
		t.Errorf("got %+v, want that it was not asked, and why", got)
	}
	if got := p.Ping(t.Context(), "127.0.0.1"); got.Reach != fleet.Answered {
		t.Errorf("after a panic: got %+v, want an answer", got)
	}
}

// TestSweepTellsEveryHost in the order of the hosts.
func TestSweepTellsEveryHost(t *testing.T) {
	p := New(Options{Timeout: 20 * time.Second, Concurrency: 3})
	hosts := make([]netip.Addr, 700)
	for n := range hosts {
		hosts[n] = netip.AddrFrom4([4]byte{127, 8, byte(n >> 8), byte(n)})
	}
	want := fleet.Answered
	if !allowed(t, p) {
		want = fleet.NotPermitted
	}
	for n, got := range p.Sweep(t.Context(), hosts, 0) {
		if got.Reach != want {
			t.Errorf("%s: got %+v, want %s", hosts[n], got, want)
		}
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for n, got := range p.Sweep(ended, hosts[:2], 0) {
		if got.Reach == fleet.Silent { // the first echo may be on its way, and answered
			t.Errorf("%s after the end: got %+v, want anything but silent", hosts[n], got)
		}
	}
	if got := p.Sweep(t.Context(), nil, 0); len(got) != 0 {
		t.Errorf("no hosts: got %v", got)
	}
}

func TestFindMode(t *testing.T) {
	denied := errors.New("socket: operation not permitted")
	for _, c := range []struct {
		name      string
		errs      map[Mode]error
		want      Mode
		wantsNote string
	}{
		{"both work", nil, Datagram, ""},
		{"only raw works", map[Mode]error{Datagram: denied}, Raw, ""},
		{"neither works", map[Mode]error{Datagram: denied, Raw: denied}, Refused, "not measured"},
		{"no such family", map[Mode]error{Datagram: syscall.EAFNOSUPPORT, Raw: syscall.EAFNOSUPPORT}, Refused, "no IPv6"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, note := findMode(true, func(_ bool, m Mode) error { return c.errs[m] })
			if got != c.want || !strings.Contains(note, c.wantsNote) || (note == "") != (c.wantsNote == "") {
				t.Errorf("findMode: got %s, %q; want %s with %q", got, note, c.want, c.wantsNote)
			}
		})
	}
}

// A refusal is believed for a while and then tested again.
func TestRefusalIsRetested(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	p := New(Options{Now: func() time.Time { return now }})
	p.rights[0] = rights{mode: Refused, note: "no", until: now.Add(retest)}
	if got, note := p.Mode(); got != Refused || note != "no" {
		t.Errorf("Mode within the time: got %s %q, want the refusal as it was", got, note)
	}
	now = now.Add(retest)
	if _, note := p.Mode(); note == "no" {
		t.Errorf("Mode after the time: got the old refusal, want a new test")
	}
}

func TestMeasured(t *testing.T) {
	ms := time.Millisecond
	got := measured(4, []time.Duration{10 * ms, 30 * ms, 20 * ms})
	want := fleet.Ping{Reach: fleet.Answered, Sent: 4, Received: 3, Min: 10 * ms, Avg: 20 * ms, Max: 30 * ms, Jitter: 15 * ms}
	if got != want || got.LossPct() != 25 {
		t.Errorf("measured: got %+v (%v %% lost), want %+v (25 %% lost)", got, got.LossPct(), want)
	}
}

func TestAdvice(t *testing.T) {
	for system, want := range map[string]string{"linux": "setcap cap_net_raw+ep /opt/ironage", "darwin": "root", "windows": "Administrator"} {
		if got := advice(system, "/opt/ironage"); !strings.Contains(got, want) {
			t.Errorf("advice(%s): got %q, want %q in it", system, got, want)
		}
	}
}
