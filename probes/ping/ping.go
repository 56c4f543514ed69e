// Package ping asks hosts for ICMP echoes through pro-bing and says how many
// came back and how fast. It must never take missing rights for a host that is
// down, wait longer than its context, or write to the terminal.
package ping

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"syscall"
	"time"

	probing "github.com/prometheus-community/pro-bing"

	"ironage/internal/fleet"
	"ironage/probes/scarce"
)

// Options say how a host is pinged. Zero values mean the defaults.
type Options struct {
	Count       int           // echoes; default 3
	Interval    time.Duration // between two of them; default 200 ms
	Timeout     time.Duration // for the answer to the last one; default 1 s
	Concurrency int           // sockets that ping at the same time, each many hosts; default 4
	Now         func() time.Time
}

func (o Options) withDefaults() Options {
	if o.Count <= 0 {
		o.Count = 3
	}
	if o.Interval <= 0 {
		o.Interval = 200 * time.Millisecond
	}
	if o.Timeout <= 0 {
		o.Timeout = time.Second
	}
	if o.Concurrency <= 0 {
		// Each raw socket is offered every echo of the machine, so their cost
		// grows with the square of this.
		o.Concurrency = 4
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return o
}

// Prober pings hosts. It is safe for concurrent use and makes one for the whole
// process worth while: it finds out once what this machine is allowed to do.
type Prober struct {
	options  Options
	rights   [2]rights // of IPv4 and IPv6
	families [2]family
}

// New makes a prober; nothing is sent before the first Ping.
func New(o Options) *Prober {
	return &Prober{options: o.withDefaults()}
}

// Ping sends a few echoes to a host: an address or a name, without port. It
// returns when they are answered or timed out, or when ctx is done; what ctx
// cut short says nothing about the host.
func (p *Prober) Ping(ctx context.Context, host string) fleet.Ping {
	to, err := resolve(ctx, host)
	switch {
	case ctx.Err() != nil:
		return notAsked()
	case scarce.Is(err):
		return fleet.Ping{Reach: fleet.NotAsked, Note: scarce.Advice}
	case err != nil:
		return fleet.Ping{Reach: fleet.Unresolved, Note: err.Error()}
	}
	mode, note := p.mode(to.Is6())
	if mode == Refused {
		return fleet.Ping{Reach: fleet.NotPermitted, Note: note}
	}
	err = routeTo(ctx, to)
	switch {
	case ctx.Err() != nil:
		return notAsked()
	case scarce.Is(err):
		return fleet.Ping{Reach: fleet.NotAsked, Note: scarce.Advice}
	case err != nil:
		return fleet.Ping{Reach: fleet.Silent, Note: err.Error()}
	}
	return p.walked(ctx, to, mode)
}

func notAsked() fleet.Ping {
	return fleet.Ping{Reach: fleet.NotAsked, Note: "there was no time left to ping"}
}

// resolve turns a host into an address, or says why there is none.
func resolve(ctx context.Context, host string) (netip.Addr, error) {
	host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	if a, err := netip.ParseAddr(host); err == nil {
		return a.Unmap(), nil
	}
	found, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	var de *net.DNSError
	switch {
	case scarce.Is(err):
		return netip.Addr{}, err
	case errors.As(err, &de) && de.IsNotFound:
		return netip.Addr{}, fmt.Errorf("the name %s does not resolve; correct it in the inventory or in DNS", host)
	case err != nil:
		return netip.Addr{}, fmt.Errorf("the name %s cannot be resolved now: no answer from DNS; check /etc/resolv.conf", host)
	}
	// IPv4 first, as the SNMP session does, so that both speak of one path.
	for _, a := range found {
		if a.Unmap().Is4() {
			return a.Unmap(), nil
		}
	}
	return found[0], nil
}

// routeTo says why nothing can be sent to an address. Connecting a UDP socket
// sends nothing but asks the kernel for the route. Without this pro-bing would
// spin for ever on an address that a route prohibits.
func routeTo(ctx context.Context, to netip.Addr) error {
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "udp", netip.AddrPortFrom(to, 9).String())
	switch {
	case err == nil:
		_ = conn.Close() // nothing was sent
		return nil
	case scarce.Is(err):
		return err
	case errors.Is(err, syscall.EACCES), errors.Is(err, syscall.EPERM):
		return fmt.Errorf("this machine's routes or firewall prohibit sending to %s", to)
	}
	return fmt.Errorf("this machine has no route to %s", to)
}

// judge says what a run of echoes means.
func judge(to netip.Addr, sent int, trips []time.Duration, cut, err error) fleet.Ping {
	switch {
	case len(trips) > 0:
		return measured(sent, trips)
	case cut != nil:
		return notAsked()
	case sent == 0 && scarce.Is(err):
		return fleet.Ping{Reach: fleet.NotAsked, Note: scarce.Advice}
	case err != nil && sent == 0:
		return fleet.Ping{Reach: fleet.Silent, Note: fmt.Sprintf("nothing can be sent to %s: %v", to, rootOf(err))}
	case sent == 0: // who was not asked is not silent
		return notAsked()
	}
	return fleet.Ping{Reach: fleet.Silent, Sent: sent}
}

// newPinger makes a pinger that is used once: pro-bing's are good for one run.
func newPinger(to netip.Addr, mode Mode) *probing.Pinger {
	pinger := probing.New("")
	pinger.SetLogger(probing.NoopLogger{}) // its own writes over the screen
	pinger.SetIPAddr(&net.IPAddr{IP: to.AsSlice(), Zone: to.Zone()})
	pinger.SetPrivileged(mode == Raw)
	pinger.RecordRtts, pinger.RecordTTLs = false, false
	return pinger
}

// measured sums up round trips in the order in which they came back. Jitter is
// the mean difference between neighbours.
func measured(sent int, trips []time.Duration) fleet.Ping {
	out := fleet.Ping{Reach: fleet.Answered, Sent: sent, Received: len(trips), Min: trips[0], Max: trips[0]}
	var sum, steps time.Duration
	for i, t := range trips {
		out.Min, out.Max = min(out.Min, t), max(out.Max, t)
		sum += t
		if i > 0 {
			steps += max(t-trips[i-1], trips[i-1]-t)
		}
	}
	out.Avg = sum / time.Duration(len(trips))
	if len(trips) > 1 {
		out.Jitter = steps / time.Duration(len(trips)-1)
	}
	return out
}

// rootOf is the innermost error: the system's word without Go's wrapping.
func rootOf(err error) error {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err
		}
		err = inner
	}
}
