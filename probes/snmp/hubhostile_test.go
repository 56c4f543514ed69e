package snmp_test

import (
	"context"
	"errors"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/gosnmp/gosnmp"

	"ironage/internal/sim/agent"
	"ironage/internal/snmpdtest"
	"ironage/probes/snmp"
)

// asked is a request of version 2c as a test's agent sees it.
func asked(t testing.TB, in []byte) *gosnmp.SnmpPacket {
	t.Helper()
	g := gosnmp.GoSNMP{Version: gosnmp.Version2c}
	m, err := g.SnmpDecodePacket(in)
	if err != nil {
		t.Error(err)
		return &gosnmp.SnmpPacket{}
	}
	return m
}

// told answers it with a number for each object.
func told(t testing.TB, m *gosnmp.SnmpPacket, n int) []byte {
	t.Helper()
	out := gosnmp.SnmpPacket{Version: gosnmp.Version2c, Community: community, PDUType: gosnmp.GetResponse, RequestID: m.RequestID}
	for _, v := range m.Variables {
		out.Variables = append(out.Variables, gosnmp.SnmpPDU{Name: v.Name, Type: gosnmp.Integer, Value: n})
	}
	return encode(t, out)
}

// TestAnswersFromElsewhereAreStrays: what comes from another address or another
// port than was asked is nobody's answer, however well it fits.
func TestAnswersFromElsewhereAreStrays(t *testing.T) {
	for name, from := range map[string]func(asked *net.UDPAddr) *net.UDPAddr{
		"another port":    func(*net.UDPAddr) *net.UDPAddr { return &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)} },
		"another address": func(a *net.UDPAddr) *net.UDPAddr { return &net.UDPAddr{IP: net.IPv4(127, 0, 0, 2), Port: a.Port} },
	} {
		t.Run(name, func(t *testing.T) {
			h := newHub(t, 1)
			listener, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
			if err != nil {
				t.Fatal(err)
			}
			at, _ := listener.LocalAddr().(*net.UDPAddr)
			other, err := net.ListenUDP("udp4", from(at))
			if err != nil {
				_ = listener.Close()
				t.Skip("this machine has no second loopback address: ", err)
			}
			var answering sync.WaitGroup
			answering.Go(func() {
				buf := make([]byte, 2048)
				for {
					n, from, err := listener.ReadFromUDPAddrPort(buf)
					if err != nil {
						return
					}
					_, _ = other.WriteToUDPAddrPort(told(t, asked(t, buf[:n]), 7), from)
				}
			})
			defer answering.Wait()
			defer func() { _, _ = listener.Close(), other.Close() }()
			s := dialOver(t, h, at.String(), v2c(), snmp.Options{Timeout: 200 * time.Millisecond, Retries: -1})
			if got, err := s.Get(context.Background(), []snmp.OID{entry + ".1.1"}); !errors.Is(err, snmp.ErrTimeout) {
				t.Errorf("got %v, %v; want ErrTimeout", got, err)
			}
			if traffic := h.Traffic(); traffic.Strays != 1 {
				t.Errorf("got %d strays, want 1", traffic.Strays)
			}
		})
	}
}

// TestALateAnswerIsNotTheNextOnes: the first try is answered when the retry has
// been, just before the next question is. Each question has a number of its own.
func TestALateAnswerIsNotTheNextOnes(t *testing.T) {
	h := newHub(t, 1)
	var held []byte
	heard := 0
	addr := respond(t, func(in []byte) [][]byte {
		m := asked(t, in)
		switch heard++; heard {
		case 1:
			held = told(t, m, 1) // kept back
			return nil
		case 2:
			return [][]byte{told(t, m, 2)}
		}
		return [][]byte{held, held, told(t, m, heard), told(t, m, 99)}
	})
	s := dialOver(t, h, addr, v2c(), snmp.Options{Timeout: 300 * time.Millisecond, Retries: 3})
	for want := int64(2); want < 6; want++ {
		got, err := s.Get(context.Background(), []snmp.OID{entry + ".1.1"})
		if err != nil || got[0].Value.Num != want {
			t.Fatalf("got %v, %v; want %d", got, err, want)
		}
	}
	if traffic := h.Traffic(); traffic.Late == 0 {
		t.Errorf("got %+v, want late answers counted", traffic)
	}
}

// TestAnAgentThatAnswersNothingOfUse over the hub: with another id, with another
// community, or with tooBig to everything. It is asked a bounded number of times,
// and nothing that it says passes for a value.
func TestAnAgentThatAnswersNothingOfUse(t *testing.T) {
	h := newHub(t, 1)
	for name, test := range map[string]struct {
		answer func(m *gosnmp.SnmpPacket) *gosnmp.SnmpPacket
		is     error
	}{
		"another id": {func(m *gosnmp.SnmpPacket) *gosnmp.SnmpPacket { m.RequestID++; return m }, snmp.ErrTimeout},
		"no id":      {func(m *gosnmp.SnmpPacket) *gosnmp.SnmpPacket { m.RequestID = 0; return m }, snmp.ErrTimeout},
		"another community": {func(m *gosnmp.SnmpPacket) *gosnmp.SnmpPacket {
			m.Community = "public"
			return m
		}, snmp.ErrTimeout},
		"tooBig to everything": {func(m *gosnmp.SnmpPacket) *gosnmp.SnmpPacket { m.Error = gosnmp.TooBig; return m }, snmp.ErrIncomplete},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			addr := respond(t, func(in []byte) [][]byte {
				m := asked(t, in)
				return [][]byte{encode(t, *test.answer(&gosnmp.SnmpPacket{Version: gosnmp.Version2c, Community: community,
					PDUType: gosnmp.GetResponse, RequestID: m.RequestID, Variables: m.Variables}))}
			})
			s := dialOver(t, h, addr, v2c(), snmp.Options{Timeout: 200 * time.Millisecond, Retries: 1})
			oids := columns(8)
			got, err := s.Get(t.Context(), oids)
			if !errors.Is(err, test.is) {
				t.Errorf("got %v, %v; want %v", got, err, test.is)
			}
			if rows, err := s.Columns(t.Context(), oids); !errors.Is(err, test.is) || len(rows) > 0 {
				t.Errorf("got %v, %v; want %v", rows, err, test.is)
			}
			for _, v := range got {
				if v.Value.Type != snmp.Null {
					t.Errorf("got %+v, want nothing", v)
				}
			}
			if n := s.Cost().PDUs; n > 20*len(oids) {
				t.Errorf("got %d questions for %d objects", n, len(oids))
			}
		})
	}
}

// TestEveryThirdAnswerLost: with three retries nobody who is there is ever called
// silent.
func TestEveryThirdAnswerLost(t *testing.T) {
	h := newHub(t, 2)
	var all sync.WaitGroup
	for range 10 {
		a := start(t, table(entry, 4, 5), agent.Behaviour{DropEvery: 3})
		s := dialOver(t, h, a.Addr(), v2c(), snmp.Options{Timeout: 400 * time.Millisecond, Retries: 3})
		all.Go(func() {
			for n := range 8 {
				got, err := s.Get(context.Background(), oidsOf(table(entry, 4, 5)))
				if err != nil || len(got) != 20 || got[19].Value.Num != 405 {
					t.Errorf("read %d: got %v, %v", n, got, err)
				}
			}
		})
	}
	all.Wait()
}

// TestManySilentNeedNoSockets: a hundred endpoints beside the window share one,
// and those whose port is closed still learn it.
func TestManySilentNeedNoSockets(t *testing.T) {
	h := newHub(t, 2)
	quiet, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = quiet.Close() }()
	gone, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	_ = gone.Close()
	var all sync.WaitGroup
	for n := range 100 {
		address, want := quiet.LocalAddr().String(), snmp.ErrTimeout
		if n%4 == 0 {
			address, want = gone.LocalAddr().String(), snmp.ErrPortClosed
		}
		s := dialOver(t, h, address, v2c(), snmp.Options{Timeout: 400 * time.Millisecond, Retries: 1})
		s.Beside()
		all.Go(func() {
			if _, err := s.Get(context.Background(), []snmp.OID{entry + ".1.1"}); !errors.Is(err, want) {
				t.Errorf("%s: got %v, want %v", address, err, want)
			}
			if n := h.Traffic().Sockets; n > 3 {
				t.Errorf("got %d sockets, want 3 at most", n)
			}
		})
	}
	all.Wait()
}

// TestRealAgentRestartsOverTheHub: version 3 over shared sockets finds the
// restarted engine again, and a new one.
func TestRealAgentRestartsOverTheHub(t *testing.T) {
	u := user("sha256", "aes128")
	before := snmpdtest.Start(t, snmpdtest.Config{Users: []snmpdtest.User{u}, EngineID: "before"})
	s := dialOver(t, newHub(t, 1), before.Addr, u.Credential(), patient)
	get := func() int {
		t.Helper()
		cost := s.Cost().PDUs
		if _, err := s.Get(context.Background(), []snmp.OID{sysDescr}); err != nil {
			t.Fatal(err)
		}
		return s.Cost().PDUs - cost
	}
	if n := get(); n != 2 {
		t.Errorf("got %d messages for the first read, want discovery and the question", n)
	}
	if n := get(); n != 1 {
		t.Errorf("got %d messages for the next read, want the question alone", n)
	}
	engine := s.Engine()
	before.Stop()
	same := snmpdtest.StartAt(t, snmpdtest.Config{Users: []snmpdtest.User{u}, EngineID: "before"}, before.Addr)
	get()
	if s.Engine() != engine {
		t.Errorf("got engine %s, want %s again", s.Engine(), engine)
	}
	same.Stop()
	snmpdtest.StartAt(t, snmpdtest.Config{Users: []snmpdtest.User{u}, EngineID: "after"}, before.Addr)
	get()
	if s.Engine() == engine {
		t.Error("the new engine was not met")
	}
	if n := get(); n != 1 {
		t.Errorf("got %d messages once the new engine is known, want 1", n)
	}
}
