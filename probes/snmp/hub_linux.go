package snmp

import (
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// receiveBuffer is what the kernel granted, which may be less than was wished.
func receiveBuffer(conn *net.UDPConn) int {
	const fallback = 212992
	raw, err := conn.SyscallConn()
	if err != nil {
		return fallback
	}
	n := 0
	if raw.Control(func(fd uintptr) { n, err = syscall.GetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVBUF) }) != nil || err != nil {
		return fallback
	}
	return n
}

// kernelDrops is how many datagrams the kernel dropped at a socket for want of
// room: the last column of its line in /proc/net/udp; -1 when there is none.
func kernelDrops(conn *net.UDPConn) int64 {
	at, ok := conn.LocalAddr().(*net.UDPAddr)
	if !ok {
		return -1
	}
	port := fmt.Sprintf(":%04X", at.Port)
	for _, table := range []string{"/proc/self/net/udp6", "/proc/self/net/udp"} {
		text, err := os.ReadFile(table)
		if err != nil {
			continue
		}
		for line := range strings.Lines(string(text)) {
			f := strings.Fields(line)
			if len(f) > 12 && strings.HasSuffix(f[1], port) {
				if n, err := strconv.ParseInt(f[len(f)-1], 10, 64); err == nil {
					return n
				}
			}
		}
	}
	return -1
}
