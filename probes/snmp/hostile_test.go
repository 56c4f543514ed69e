package snmp_test

import (
	"errors"
	"net"
	"testing"
	"time"

	"github.com/gosnmp/gosnmp"

	"ironage/probes/snmp"
)

// respond runs a UDP server that answers each datagram with what answer makes
// of it, until the test ends.
func respond(t testing.TB, answer func(in []byte) [][]byte) (addr string) {
	t.Helper()
	conn, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		buf := make([]byte, 65535)
		for {
			n, from, err := conn.ReadFromUDP(buf)
			if errors.Is(err, net.ErrClosed) {
				return
			}
			for _, out := range answer(buf[:n]) {
				_, _ = conn.WriteToUDP(out, from)
			}
		}
	}()
	t.Cleanup(func() {
		_ = conn.Close()
		<-done
	})
	return conn.LocalAddr().String()
}

func encode(t testing.TB, m gosnmp.SnmpPacket) []byte {
	t.Helper()
	out, err := m.MarshalMsg()
	if err != nil {
		t.Error(err)
	}
	return out
}

func TestAFloodCostsOneRead(t *testing.T) {
	stray := encode(t, gosnmp.SnmpPacket{Version: gosnmp.Version2c, PDUType: gosnmp.GetResponse, RequestID: 7})
	addr := respond(t, func([]byte) [][]byte {
		flood := make([][]byte, 300)
		for i := range flood {
			flood[i] = stray
		}
		return flood
	})
	s := dial(t, addr, v2c(), snmp.Options{Timeout: 2 * time.Second, Retries: -1}, snmp.Limits{})
	_, err := s.Get(t.Context(), []snmp.OID{sysDescr})
	// The kernel may drop part of the flood; then it is plain silence.
	if !errors.Is(err, snmp.ErrGarbled) && !errors.Is(err, snmp.ErrTimeout) {
		t.Errorf("got %v, want ErrGarbled", err)
	}
}

const engineID = "\x80\x00\x1f\x88\x04fake"

// v3Head is what a forger must copy from a request: its message id, which
// gosnmp always writes with four bytes behind the same header.
func v3Head(in []byte) (messageID uint32, discovery bool) {
	for i := 0; i+8 < len(in); i++ { // INTEGER 3, SEQUENCE, INTEGER of 4 bytes
		if in[i] == 2 && in[i+1] == 1 && in[i+2] == 3 && in[i+3] == 0x30 && in[i+5] == 2 && in[i+6] == 4 {
			id := in[i+7 : i+11]
			return uint32(id[0])<<24 | uint32(id[1])<<16 | uint32(id[2])<<8 | uint32(id[3]), len(in) < 80
		}
	}
	return 0, false
}

func fromEngine(id uint32, kind gosnmp.PDUType, user string, vars ...gosnmp.SnmpPDU) gosnmp.SnmpPacket {
	return gosnmp.SnmpPacket{
		Version: gosnmp.Version3, SecurityModel: gosnmp.UserSecurityModel, MsgID: id, RequestID: id, PDUType: kind,
		SecurityParameters: &gosnmp.UsmSecurityParameters{AuthoritativeEngineID: engineID, AuthoritativeEngineBoots: 1, AuthoritativeEngineTime: 1, UserName: user},
		ContextEngineID:    engineID, Variables: vars,
	}
}

func counter(oid string) gosnmp.SnmpPDU {
	return gosnmp.SnmpPDU{Name: oid, Type: gosnmp.Counter32, Value: uint32(1)}
}

// An agent of version 3 played by hand: discovery as it should be, then
// whatever the test wants.
func TestVersion3MeetsForgersAndOddAgents(t *testing.T) {
	c := snmp.Credential{Version: snmp.V3, User: "operator", Auth: "sha256", AuthSecret: "a-password", Priv: "aes128", PrivSecret: "b-password"}
	forged := gosnmp.SnmpPDU{Name: string(sysDescr), Type: gosnmp.OctetString, Value: "forged"}
	for _, test := range []struct {
		name string
		then func(id uint32) gosnmp.SnmpPacket
		is   error
	}{
		{"an answer without authentication", func(id uint32) gosnmp.SnmpPacket {
			return fromEngine(id, gosnmp.GetResponse, "operator", forged)
		}, snmp.ErrSilentPrivacy},
		{"an answer of version 2c", func(id uint32) gosnmp.SnmpPacket {
			return gosnmp.SnmpPacket{Version: gosnmp.Version2c, PDUType: gosnmp.GetResponse, RequestID: id, Variables: []gosnmp.SnmpPDU{forged}}
		}, snmp.ErrGarbled},
		{"another message's report", func(id uint32) gosnmp.SnmpPacket {
			return fromEngine(id^1, gosnmp.Report, "", counter(".1.3.6.1.6.3.15.1.1.5.0"))
		}, snmp.ErrSilentPrivacy},
		{"a clock that is always wrong", func(id uint32) gosnmp.SnmpPacket {
			return fromEngine(id, gosnmp.Report, "", counter(".1.3.6.1.6.3.15.1.1.2.0"))
		}, snmp.ErrTimeWindow},
		{"an engine that is always unknown", func(id uint32) gosnmp.SnmpPacket {
			return fromEngine(id, gosnmp.Report, "", counter(".1.3.6.1.6.3.15.1.1.4.0"))
		}, snmp.ErrTimeWindow},
		{"a request that it cannot decrypt", func(id uint32) gosnmp.SnmpPacket {
			return fromEngine(id, gosnmp.Report, "", counter(".1.3.6.1.6.3.15.1.1.6.0"))
		}, snmp.ErrDecryption},
		{"an unknown context", func(id uint32) gosnmp.SnmpPacket {
			return fromEngine(id, gosnmp.Report, "", counter(".1.3.6.1.6.3.12.1.5.0"))
		}, snmp.ErrContext},
		{"a report that nobody knows", func(id uint32) gosnmp.SnmpPacket {
			return fromEngine(id, gosnmp.Report, "", counter(".1.3.6.1.4.1.1.0"))
		}, snmp.ErrReport},
		{"an empty report", func(id uint32) gosnmp.SnmpPacket {
			return fromEngine(id, gosnmp.Report, "")
		}, snmp.ErrReport},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			addr := respond(t, func(in []byte) [][]byte {
				id, discovery := v3Head(in)
				if discovery {
					return [][]byte{encode(t, fromEngine(id, gosnmp.Report, "", counter(".1.3.6.1.6.3.15.1.1.4.0")))}
				}
				return [][]byte{encode(t, test.then(id))}
			})
			s := dial(t, addr, c, impatient, snmp.Limits{})
			got, err := s.Get(t.Context(), []snmp.OID{sysDescr})
			if !errors.Is(err, test.is) {
				t.Errorf("got %v, %v; want %v", got, err, test.is)
			}
		})
	}
}

func TestDiscoveryThatLeadsNowhere(t *testing.T) {
	c := snmp.Credential{Version: snmp.V3, User: "operator"}
	for name, test := range map[string]struct {
		engine string
		is     error
	}{
		"an engine ID too short": {"abc", snmp.ErrGarbled},
		"an engine ID too long":  {"123456789012345678901234567890123", snmp.ErrGarbled},
	} {
		addr := respond(t, func(in []byte) [][]byte {
			id, _ := v3Head(in)
			m := fromEngine(id, gosnmp.Report, "", counter(".1.3.6.1.6.3.15.1.1.4.0"))
			m.SecurityParameters = &gosnmp.UsmSecurityParameters{AuthoritativeEngineID: test.engine}
			return [][]byte{encode(t, m)}
		})
		s := dial(t, addr, c, impatient, snmp.Limits{})
		if _, err := s.Get(t.Context(), []snmp.OID{sysDescr}); !errors.Is(err, test.is) {
			t.Errorf("%s: got %v, want %v", name, err, test.is)
		}
	}
	// Some agents complain of the empty user instead of the unknown engine.
	addr := respond(t, func(in []byte) [][]byte {
		id, discovery := v3Head(in)
		if discovery {
			return [][]byte{encode(t, fromEngine(id, gosnmp.Report, "", counter(".1.3.6.1.6.3.15.1.1.3.0")))}
		}
		return [][]byte{encode(t, fromEngine(id, gosnmp.GetResponse, "operator", gosnmp.SnmpPDU{Name: string(sysDescr), Type: gosnmp.OctetString, Value: "odd"}))}
	})
	s := dial(t, addr, c, impatient, snmp.Limits{})
	got, err := s.Get(t.Context(), []snmp.OID{sysDescr})
	if err != nil || got[0].Value.Text() != "odd" {
		t.Errorf("got %v, %v; want the answer", got, err)
	}
}
