package scarce

import (
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"
	"testing"
)

func TestIs(t *testing.T) {
	for _, c := range []struct {
		err  error
		want bool
	}{
		{nil, false},
		{errors.New("too many open files"), false}, // anybody may say so
		{os.NewSyscallError("socket", syscall.EMFILE), true},
		{&net.OpError{Op: "dial", Err: os.NewSyscallError("socket", syscall.ENFILE)}, true},
		{fmt.Errorf("sendto: %w", syscall.ENOBUFS), true},
		{os.NewSyscallError("sendto", syscall.EHOSTUNREACH), false},
		{os.NewSyscallError("sendto", syscall.EPERM), false},
		{&net.DNSError{Err: "dial udp 127.0.0.53:53: socket: " + syscall.EMFILE.Error(), Name: "bmc-1"}, true},
		{&net.DNSError{Err: "no such host", Name: "bmc-1", IsNotFound: true}, false},
	} {
		if got := Is(c.err); got != c.want {
			t.Errorf("Is(%v): got %v, want %v", c.err, got, c.want)
		}
	}
}
