package agent

import (
	"context"
	"encoding/binary"
	"net"
	"strconv"
	"syscall"
)

// Options of Linux that package syscall has no names for.
const (
	soReusePort      = 15
	soReceiveNoLimit = 33 // SO_RCVBUFFORCE, for root
)

// listenEverywhere opens a socket that hears all addresses of this machine's
// loopback device, is told which one was asked, and shares its port.
func listenEverywhere(port int) (*net.UDPConn, error) {
	lc := net.ListenConfig{Control: func(_, _ string, raw syscall.RawConn) error {
		var set error
		err := raw.Control(func(fd uintptr) {
			s := int(fd)
			if set = syscall.SetsockoptInt(s, syscall.SOL_SOCKET, soReusePort, 1); set != nil {
				return
			}
			if set = syscall.SetsockoptInt(s, syscall.IPPROTO_IP, syscall.IP_PKTINFO, 1); set != nil {
				return
			}
			// Older kernels let only root do this; then what is not asked at a
			// loopback address is heard, and not answered.
			_ = syscall.SetsockoptString(s, syscall.SOL_SOCKET, syscall.SO_BINDTODEVICE, "lo")
			if syscall.SetsockoptInt(s, syscall.SOL_SOCKET, soReceiveNoLimit, crowdBuffer) != nil {
				_ = syscall.SetsockoptInt(s, syscall.SOL_SOCKET, syscall.SO_RCVBUF, crowdBuffer) // what is granted will do
			}
		})
		if err != nil {
			return err
		}
		return set
	}}
	conn, err := lc.ListenPacket(context.Background(), "udp4", ":"+strconv.Itoa(port))
	if err != nil {
		return nil, err
	}
	return conn.(*net.UDPConn), nil //nolint:forcetypeassert // what "udp4" is
}

// destination is the address that a datagram was sent to, by its control
// message. Sent back with the answer, the same message makes it the sender.
func destination(control []byte) (uint32, bool) {
	const address = syscall.SizeofCmsghdr + 8 // behind the device and the answer's sender
	if len(control) < address+4 {
		return 0, false
	}
	level, kind := binary.NativeEndian.Uint32(control[syscall.SizeofCmsghdr-8:]), binary.NativeEndian.Uint32(control[syscall.SizeofCmsghdr-4:])
	if level != syscall.IPPROTO_IP || kind != syscall.IP_PKTINFO {
		return 0, false
	}
	return binary.BigEndian.Uint32(control[address:]), true
}
