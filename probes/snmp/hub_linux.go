package snmp

import (
	"encoding/binary"
	"net"
	"net/netip"
	"syscall"
	"unsafe"
)

// control runs f with the socket's descriptor.
func control(conn *net.UDPConn, f func(fd int) error) error {
	raw, err := conn.SyscallConn()
	if err != nil {
		return err
	}
	var inner error
	if err := raw.Control(func(fd uintptr) { inner = f(int(fd)) }); err != nil { //nolint:gosec // descriptors are small
		return err
	}
	return inner
}

// receiveBuffer is what the kernel granted, which may be less than was wished.
func receiveBuffer(conn *net.UDPConn) int {
	n := 0
	err := control(conn, func(fd int) (err error) {
		n, err = syscall.GetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_RCVBUF)
		return err
	})
	if err != nil {
		return 212992
	}
	return n
}

// kernelDrops is how many datagrams the kernel dropped at a socket for want of
// room; -1 when it does not tell.
func kernelDrops(conn *net.UDPConn) int64 {
	const (
		soMemInfo = 55 // since Linux 4.12
		drops     = 8  // its place in the list
	)
	var info [9]uint32
	size := uint32(unsafe.Sizeof(info))
	err := control(conn, func(fd int) error {
		_, _, errno := syscall.Syscall6(sysGetsockopt, uintptr(fd), syscall.SOL_SOCKET, soMemInfo,
			uintptr(unsafe.Pointer(&info)), uintptr(unsafe.Pointer(&size)), 0) //nolint:gosec // the only way to a list
		if errno != 0 {
			return errno
		}
		return nil
	})
	if err != nil || size < uint32(unsafe.Sizeof(info)) {
		return -1
	}
	return int64(info[drops])
}

// tellRefusals makes the kernel keep what the network says about the socket's
// datagrams, which it otherwise tells connected sockets only.
func tellRefusals(conn *net.UDPConn) {
	_ = control(conn, func(fd int) error { // without it a closed port is a silent one
		_ = syscall.SetsockoptInt(fd, syscall.IPPROTO_IPV6, syscall.IPV6_RECVERR, 1)
		return syscall.SetsockoptInt(fd, syscall.IPPROTO_IP, syscall.IP_RECVERR, 1)
	})
}

// mostRefusals are taken at a time.
const mostRefusals = 64

// refusals takes what the kernel keeps: the ports that are closed.
func refusals(conn *net.UDPConn) (out []refusal) {
	raw, err := conn.SyscallConn()
	if err != nil {
		return nil
	}
	var quoted [256]byte // the beginning of our datagram
	var oob [256]byte
	_ = raw.Control(func(fd uintptr) { // a closed socket has none
		for range mostRefusals {
			_, n, _, from, err := syscall.Recvmsg(int(fd), quoted[:], oob[:], syscall.MSG_ERRQUEUE|syscall.MSG_DONTWAIT) //nolint:gosec // descriptors are small
			if err != nil {
				return
			}
			out = append(out, refusal{to: addrPort(from), err: extendedError(oob[:n])})
		}
	})
	return out
}

// extendedError is the error in a control message, see ip(7): its first four
// bytes; the fifth says whether the network or this machine found it.
func extendedError(oob []byte) error {
	const fromICMP, fromICMP6 = 2, 3
	messages, err := syscall.ParseSocketControlMessage(oob)
	if err != nil {
		return syscall.EIO
	}
	for _, m := range messages {
		if len(m.Data) >= 16 && (m.Data[4] == fromICMP || m.Data[4] == fromICMP6) {
			return syscall.Errno(binary.NativeEndian.Uint32(m.Data))
		}
	}
	return syscall.EIO
}

func addrPort(a syscall.Sockaddr) netip.AddrPort {
	switch a := a.(type) {
	case *syscall.SockaddrInet4:
		return netip.AddrPortFrom(netip.AddrFrom4(a.Addr), uint16(a.Port)) //nolint:gosec // a port
	case *syscall.SockaddrInet6:
		ip := netip.AddrFrom16(a.Addr)
		if a.ZoneId != 0 {
			ip = inZone(ip, int(a.ZoneId))
		}
		return netip.AddrPortFrom(ip, uint16(a.Port)) //nolint:gosec // a port
	}
	return netip.AddrPort{}
}
