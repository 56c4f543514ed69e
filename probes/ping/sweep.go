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
	if mode == Refused {
		for i := range out {
			out[i] = fleet.Ping{Reach: fleet.NotPermitted, Note: note}
		}
		return out
	}
	p.sweep(ctx, hosts, out, mode, pace)
	var again []netip.Addr
	var at []int
	for i := range out {
		if out[i].Reach == fleet.Silent {
			again, at = append(again, hosts[i]), append(at, i)
		}
	}
	second := make([]fleet.Ping, len(again))
	// What was lost because it came too fast does not get lost twice.
	p.sweep(ctx, again, second, mode, max(pace, gentlePace))
	for n, i := range at {
		out[i] = second[n]
	}
	return out
}

const (
	// gentlePace gives round trips that are true to a millisecond.
	gentlePace = 200 * time.Microsecond
	// longestWalk is how many hosts one walk goes over: sequence numbers begin
	// anew after 65,536 echoes.
	longestWalk = 1 << 15
)

// sweep shares hosts among the sockets. It returns when every host is settled: a
// Pinger ends up to a tenth of a second later, because it waits that long for an
// answer before it looks whether it should stop.
func (p *Prober) sweep(ctx context.Context, hosts []netip.Addr, out []fleet.Ping, mode Mode, pace time.Duration) {
	if len(hosts) == 0 {
		return
	}
	all, walk := make([]asked, len(hosts)), make([]*asked, len(hosts))
	for i, to := range hosts {
		all[i].to, walk[i] = to, &all[i]
	}
	var walks sync.WaitGroup
	share := (len(hosts) + p.options.Concurrency - 1) / p.options.Concurrency
	for part := range slices.Chunk(walk, min(share, longestWalk)) {
		walks.Add(1)
		go p.walk(ctx, part, mode, 1, pace, walks.Done)
	}
	walks.Wait()
	for i := range all {
		out[i] = all[i].result
	}
}
