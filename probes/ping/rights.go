package ping

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"

	"ironage/probes/scarce"
)

// Mode is how this process may ping.
type Mode string

// The modes. Refused is the zero Mode's meaning too: what was not found to be
// allowed is not.
const (
	Datagram Mode = "datagram" // unprivileged ICMP sockets
	Raw      Mode = "raw"      // raw sockets: root, or CAP_NET_RAW
	Refused  Mode = "refused"
)

// retest is how long a refusal is believed. An administrator who sets the
// sysctl should not have to restart a collector that runs for months.
const retest = 10 * time.Minute

// rights is what was found out about one address family.
type rights struct {
	mu    sync.Mutex
	mode  Mode
	note  string
	until time.Time // a refusal is tested again after this
}

// Mode says how this process may ping IPv4 hosts, and when it may not which
// setting to change.
func (p *Prober) Mode() (Mode, string) { return p.mode(false) }

// mode finds out on first use how hosts of a family may be pinged.
func (p *Prober) mode(six bool) (Mode, string) {
	r := &p.rights[0]
	if six {
		r = &p.rights[1]
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.mode == Datagram || r.mode == Raw || p.options.Now().Before(r.until) {
		return r.mode, r.note
	}
	r.mode, r.note = findMode(six, mayOpen)
	if r.note != scarce.Advice { // which may be over at once
		r.until = p.options.Now().Add(retest)
	}
	return r.mode, r.note
}

// findMode tries the modes in order; open reports whether one is allowed.
func findMode(six bool, open func(six bool, m Mode) error) (Mode, string) {
	var errs []error
	for _, m := range []Mode{Datagram, Raw} {
		err := open(six, m)
		if err == nil {
			return m, ""
		}
		errs = append(errs, err)
	}
	if errors.Is(errs[1], syscall.EAFNOSUPPORT) || errors.Is(errs[0], syscall.EAFNOSUPPORT) {
		return Refused, "ping is not measured: this machine has no IPv6"
	}
	if scarce.Is(errs[0]) || scarce.Is(errs[1]) {
		return Refused, scarce.Advice
	}
	return Refused, advice(runtime.GOOS, binary())
}

// mayOpen opens the socket that a ping would use, and closes it again.
func mayOpen(six bool, m Mode) error {
	to := netip.MustParseAddr("127.0.0.1")
	if six {
		to = netip.IPv6Loopback()
	}
	pinger := newPinger(to, m)
	pinger.Count, pinger.Timeout = 1, 100*time.Millisecond
	opened := false
	pinger.OnSetup = func() {
		opened = true
		pinger.Stop()
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if err := pinger.RunWithContext(ctx); err != nil && !opened {
		return err
	}
	return nil
}

// advice says which setting to change.
func advice(system, binary string) string {
	switch system {
	case "linux":
		return fmt.Sprintf("ping is not measured: this process may not send ICMP; as root run either "+
			"sysctl -w net.ipv4.ping_group_range=\"0 2147483647\" or setcap cap_net_raw+ep %s", binary)
	case "windows":
		return "ping is not measured: this process may not send ICMP; run it as Administrator"
	}
	return "ping is not measured: this process may not send ICMP; run it as root"
}

// binary is the path of this program, quoted for a shell where it must be.
func binary() string {
	path, err := os.Executable()
	if err != nil {
		return "ironage"
	}
	if strings.ContainsAny(path, " '\"\\$&;()*?") {
		return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
	}
	return path
}
