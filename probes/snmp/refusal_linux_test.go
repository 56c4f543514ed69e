package snmp

import (
	"context"
	"encoding/binary"
	"errors"
	"net"
	"net/netip"
	"syscall"
	"testing"
	"time"
	"unsafe"
)

// TestOnesUnreachableHostIsNotAnothers: what the network says about one device
// on the socket that the silent share does not fail the next one's question, and
// is told to whom it is about.
func TestOnesUnreachableHostIsNotAnothers(t *testing.T) {
	raw, err := net.ListenPacket("ip4:icmp", "127.0.0.1")
	if err != nil {
		t.Skip("only with the right to play a router: ", err)
	}
	defer func() { _ = raw.Close() }()
	live, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = live.Close() }()
	s, err := openSocket(1<<20, true)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.conn.Close() }()
	h := &Hub{shared: []*socket{s}, ports: map[netip.AddrPort][]*port{}} // nobody reads it: the error waits for the next who sends
	h.aside.Store(s)
	dead, other := h.port(netip.MustParseAddrPort("127.0.0.9:161")), h.port(live.LocalAddr().(*net.UDPAddr).AddrPort())
	for _, p := range []*port{dead, other} {
		p.begin()
		defer p.rest()
		p.stepAside()
		p.beside = true
	}
	at := s.conn.LocalAddr().(*net.UDPAddr).Port
	for code, want := range map[byte]syscall.Errno{1: syscall.EHOSTUNREACH, 0: syscall.ENETUNREACH, 4: syscall.EMSGSIZE, 10: syscall.EHOSTUNREACH, 3: syscall.ECONNREFUSED} {
		if _, err := raw.WriteTo(unreachable(code, at, dead.to), &net.IPAddr{IP: net.IPv4(127, 0, 0, 1)}); err != nil {
			t.Fatal(err)
		}
		awaitError(t, s.conn)
		if err := other.send(context.Background(), []byte{code}, 7); err != nil {
			t.Fatalf("code %d: got %v for a host that can be reached", code, err)
		}
		buf := make([]byte, 16)
		_ = live.SetReadDeadline(time.Now().Add(20 * time.Second))
		if n, err := live.Read(buf); err != nil || n != 1 || buf[0] != code {
			t.Fatalf("code %d: got %v, %v; want the question", code, buf[:n], err)
		}
		if x, err := dead.receive(context.Background(), time.Now().Add(20*time.Second)); !errors.Is(err, want) {
			t.Errorf("code %d: whom it is about got %v, %v; want %v", code, x, err, want)
		}
		select {
		case x := <-other.inbox.in:
			t.Errorf("code %d: the other got %v", code, x)
		default:
		}
	}
}

// unreachable is what a router says about a datagram that went from a local port.
func unreachable(code byte, from int, to netip.AddrPort) []byte {
	b := make([]byte, 8+20+8)
	b[0], b[1] = 3, code
	binary.BigEndian.PutUint16(b[6:], 1400) // the size that would pass, with code 4
	ip := b[8:]
	ip[0], ip[3], ip[8], ip[9] = 0x45, 28, 64, syscall.IPPROTO_UDP
	copy(ip[12:], []byte{127, 0, 0, 1})
	copy(ip[16:], to.Addr().AsSlice())
	binary.BigEndian.PutUint16(ip[20:], uint16(from))
	binary.BigEndian.PutUint16(ip[22:], to.Port())
	sum := uint32(0)
	for i := 0; i < len(b); i += 2 {
		sum += uint32(binary.BigEndian.Uint16(b[i:]))
	}
	sum = sum>>16 + sum&0xffff
	binary.BigEndian.PutUint16(b[2:], ^uint16(sum+sum>>16))
	return b
}

// awaitError waits until the kernel has something to say on the socket.
func awaitError(t *testing.T, conn *net.UDPConn) {
	t.Helper()
	err := control(conn, func(fd int) error {
		for until := time.Now().Add(20 * time.Second); time.Now().Before(until); {
			var set syscall.FdSet
			word := 8 * int(unsafe.Sizeof(set.Bits[0]))
			set.Bits[fd/word] |= 1 << (fd % word)
			switch n, err := syscall.Select(fd+1, &set, nil, nil, &syscall.Timeval{Sec: 1}); {
			case n > 0:
				return nil
			case err != nil && !errors.Is(err, syscall.EINTR):
				return err
			}
		}
		return errors.New("it says nothing")
	})
	if err != nil {
		t.Fatal(err)
	}
}
