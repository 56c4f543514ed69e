package snmp_test

import (
	"context"
	"errors"
	"net"
	"sync"
	"testing"
	"time"

	"ironage/internal/sim/agent"
	"ironage/probes/snmp"
)

// newHub is a hub that must have nothing in flight when the test ends.
func newHub(t testing.TB, sockets int) *snmp.Hub {
	t.Helper()
	h, err := snmp.NewHub(sockets)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if left := h.Traffic(); left.InFlight != 0 || left.Waiting != 0 || left.Beside != 0 || left.Sockets > 16 {
			t.Errorf("got %+v when all sessions are closed, want no place taken and at most 16 sockets", left)
		}
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	})
	return h
}

func dialOver(t testing.TB, h *snmp.Hub, address string, c snmp.Credential, o snmp.Options) *snmp.Session {
	t.Helper()
	s, err := h.Dial(context.Background(), address, c, o, snmp.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// dialBy asks over the hub with version 2c and over a socket of its own with
// version 1: the suites of hostile agents hold for both.
func dialBy(t testing.TB, h *snmp.Hub, address string, c snmp.Credential, o snmp.Options) *snmp.Session {
	t.Helper()
	if c.Version == snmp.V1 {
		return dial(t, address, c, o, snmp.Limits{})
	}
	return dialOver(t, h, address, c, o)
}

// TestManySessionsShareSockets: everyone gets their own answers, through more
// sessions than the window has places.
func TestManySessionsShareSockets(t *testing.T) {
	h := newHub(t, 2)
	const agents, readers = 5, 300
	var addresses []string
	for n := range agents {
		addresses = append(addresses, start(t, []snmp.Variable{{OID: entry + ".1.1", Value: number(int64(n))}}, agent.Behaviour{}).Addr())
	}
	var all sync.WaitGroup
	for n := range readers {
		all.Go(func() {
			s := dialOver(t, h, addresses[n%agents], v2c(), patient)
			got, err := s.Get(context.Background(), []snmp.OID{entry + ".1.1"})
			if err != nil || got[0].Value.Num != int64(n%agents) {
				t.Errorf("reader %d: got %v, %v; want %d", n, got, err, n%agents)
			}
		})
	}
	all.Wait()
	traffic := h.Traffic()
	if traffic.Sockets != 2 || traffic.InFlight != 0 || traffic.Beside != 0 || traffic.Window < 2 || traffic.Buffer == 0 {
		t.Errorf("got %+v, want two sockets and nothing in flight", traffic)
	}
}

// TestTheSilentHoldNoPlace: more dead addresses than the window has places, and
// the living are still answered before the dead are given up.
func TestTheSilentHoldNoPlace(t *testing.T) {
	h := newHub(t, 1)
	dead, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)}) // hears, never answers
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = dead.Close() }()
	ctx, cancel := context.WithCancel(context.Background())
	var all sync.WaitGroup
	for range 2 * h.Traffic().Window {
		all.Go(func() {
			s := dialOver(t, h, dead.LocalAddr().String(), v2c(), snmp.Options{Timeout: 200 * time.Millisecond, Retries: 1000})
			if _, err := s.Get(ctx, []snmp.OID{entry + ".1.1"}); !errors.Is(err, context.Canceled) {
				t.Errorf("got %v, want the end of the test", err)
			}
		})
	}
	live := start(t, table(entry, 1, 1), agent.Behaviour{})
	s := dialOver(t, h, live.Addr(), v2c(), patient)
	if _, err := s.Get(context.Background(), []snmp.OID{entry + ".1.1"}); err != nil {
		t.Errorf("got %v, want an answer beside the silent ones", err)
	}
	cancel()
	all.Wait()
}

func TestAClosedPortIsToldOverTheHub(t *testing.T) {
	h := newHub(t, 1)
	gone, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	address := gone.LocalAddr().String()
	_ = gone.Close()
	s := dialOver(t, h, address, v2c(), snmp.Options{Timeout: 200 * time.Millisecond, Retries: 2})
	if _, err := s.Get(context.Background(), []snmp.OID{entry + ".1.1"}); !errors.Is(err, snmp.ErrPortClosed) {
		t.Errorf("got %v, want ErrPortClosed", err)
	}
	if traffic := h.Traffic(); traffic.InFlight != 0 {
		t.Errorf("got %d in flight, want none", traffic.InFlight)
	}
}

// TestClosingAHubEndsCalls in progress.
func TestClosingAHubEndsCalls(t *testing.T) {
	h, err := snmp.NewHub(1)
	if err != nil {
		t.Fatal(err)
	}
	quiet, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = quiet.Close() }()
	s, err := h.Dial(context.Background(), quiet.LocalAddr().String(), v2c(), patient, snmp.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	asked := make(chan error, 1)
	go func() {
		_, err := s.Get(context.Background(), []snmp.OID{entry + ".1.1"})
		asked <- err
	}()
	if _, _, err := quiet.ReadFromUDPAddrPort(make([]byte, 2048)); err != nil { // the question is out
		t.Fatal(err)
	}
	if err := h.Close(); err != nil {
		t.Error(err)
	}
	if err := <-asked; !errors.Is(err, snmp.ErrClosed) {
		t.Errorf("got %v, want ErrClosed", err)
	}
}

// TestBesideTheWindowOneTryTellsAClosedPort: whoever was silent before is asked
// through a socket of its own at once.
func TestBesideTheWindowOneTryTellsAClosedPort(t *testing.T) {
	h := newHub(t, 1)
	gone, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	address := gone.LocalAddr().String()
	_ = gone.Close()
	s := dialOver(t, h, address, v2c(), snmp.Options{Timeout: time.Second, Retries: -1})
	s.Beside()
	if _, err := s.Get(context.Background(), []snmp.OID{entry + ".1.1"}); !errors.Is(err, snmp.ErrPortClosed) {
		t.Errorf("got %v, want ErrPortClosed", err)
	}
}
