package sim

import (
	"context"

	"ironage/internal/fleet"
)

// Pinger sends a few echoes to a host.
type Pinger interface {
	Ping(ctx context.Context, host string) fleet.Ping
}

// Pinger wraps the real pinger for the one thing that loopback cannot do: not
// to answer. While a server (or its rack) is dead in the story, its echoes are
// thrown away after they came back. Everything else is the real pinger's word;
// where it may not ping, it may not ping dead servers either.
//
// Where all endpoints share 127.0.0.1 a host does not tell servers apart, and
// nothing is thrown away: a dead server then shows as a silent agent.
func (f *Fleet) Pinger(actual Pinger) Pinger { return deafened{f, actual} }

type deafened struct {
	fleet  *Fleet
	actual Pinger
}

func (d deafened) Ping(ctx context.Context, host string) fleet.Ping {
	p := d.actual.Ping(ctx, host)
	if p.Reach == fleet.Answered && d.fleet.dead(host) {
		return fleet.Ping{Reach: fleet.Silent, Sent: p.Sent}
	}
	return p
}

// dead reports whether nobody at that address would answer a ping.
func (f *Fleet) dead(host string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	ends := f.hosts[host]
	for _, e := range ends {
		if !e.m.off && !e.m.dark {
			return false
		}
	}
	return len(ends) > 0
}
