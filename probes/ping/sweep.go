package ping

import (
	"context"
	"net/netip"
	"slices"
	"sync"
	"time"

	"ironage/internal/fleet"
)

// Sweep pings many addresses of one family once, and those that did not answer
// once more. pace is the time between two echoes of one socket. The results are
// in the order of the hosts. With a pace of 200 µs the round trips are true to a
// millisecond; faster, what they wait for in this process is counted too.
func (p *Prober) Sweep(ctx context.Context, hosts []netip.Addr, pace time.Duration) []fleet.Ping {
	out := make([]fleet.Ping, len(hosts))
	if len(hosts) == 0 {
		return out
	}
	mode, note := p.mode(hosts[0].Is6())
	all := make([]*asked, len(hosts))
	for i, h := range hosts {
		if mode == Refused {
			out[i] = fleet.Ping{Reach: fleet.NotPermitted, Note: note}
			continue
		}
		all[i] = &asked{to: h, done: make(chan fleet.Ping, 2)}
	}
	if mode == Refused {
		return out
	}
	p.sweep(ctx, all, mode, pace)
	var silent []*asked
	var at []int
	for i, a := range all {
		if out[i] = <-a.done; out[i].Reach == fleet.Silent {
			again := &asked{to: a.to, done: a.done}
			silent, at = append(silent, again), append(at, i)
		}
	}
	p.sweep(ctx, silent, mode, pace)
	for n, a := range silent {
		out[at[n]] = <-a.done
	}
	return out
}

// sweep shares hosts among the sockets.
func (p *Prober) sweep(ctx context.Context, hosts []*asked, mode Mode, pace time.Duration) {
	if len(hosts) == 0 {
		return
	}
	var walks sync.WaitGroup
	share := (len(hosts) + p.options.Concurrency - 1) / p.options.Concurrency
	for part := range slices.Chunk(hosts, max(share, 1)) {
		walks.Go(func() { p.walk(ctx, part, mode, 1, pace) })
	}
	walks.Wait()
}
