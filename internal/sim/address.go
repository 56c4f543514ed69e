package sim

import (
	"errors"
	"fmt"
	"syscall"

	"ironage/internal/fleet"
	"ironage/internal/sim/agent"
)

// Linux gives a program every address of 127.0.0.0/8, so that each endpoint
// can have one of its own, as devices do; macOS has 127.0.0.1 only, where
// endpoints differ by port.

const (
	agentPort = 16161 // not 161: that would need root
	firstNet  = 16    // 127.16.0.0/16 is tried first, then the next
	lastNet   = 250
	shared    = "127.0.0.1"
	perThird  = 200 // endpoints per third number of the address
)

// errTaken is when another simulated fleet has the network already.
var errTaken = errors.New("address taken")

// address is the n-th endpoint's address in network 127.net.0.0/16.
func address(network, n int) string {
	return fmt.Sprintf("127.%d.%d.%d:%d", network, 1+n/perThird, 1+n%perThird, agentPort)
}

// listen starts all endpoints' agents, each on an address of its own where the
// system has them, else all on 127.0.0.1. On an error nothing is left open.
func (f *Fleet) listen(ends []*endpoint) ([]*agent.Agent, error) {
	if !f.opts.Ports {
		for network := firstNet; network <= lastNet; network++ {
			as, err := f.listenAt(ends, func(n int) string { return address(network, n) })
			switch {
			case err == nil:
				return as, nil
			case errors.Is(err, errTaken):
				continue
			case !errors.Is(err, syscall.EADDRNOTAVAIL):
				return nil, err
			}
			break
		}
	}
	return f.listenAt(ends, func(int) string { return shared + ":0" })
}

func (f *Fleet) listenAt(ends []*endpoint, at func(n int) string) ([]*agent.Agent, error) {
	as := make([]*agent.Agent, 0, len(ends))
	for i, e := range ends {
		a, err := agent.Listen(at(i), f.opts.Community, e)
		if err != nil {
			closeAll(as)
			if errors.Is(err, syscall.EADDRINUSE) {
				return nil, fmt.Errorf("%s: %w", at(i), errTaken)
			}
			return nil, fmt.Errorf("simulated %s of %s: %w", e.role, e.m.server.Name, err)
		}
		as = append(as, a)
	}
	return as, nil
}

func closeAll(as []*agent.Agent) {
	for _, a := range as {
		_ = a.Close() // a socket on loopback: nothing is lost with it
	}
}

// endpoints lists every endpoint of the fleet, management controllers before
// operating systems of the same machine.
func (f *Fleet) endpoints() []*endpoint {
	var out []*endpoint
	for _, m := range f.machines {
		if m.hasBMC {
			out = append(out, &endpoint{fleet: f, m: m, role: fleet.BMC})
		}
		if m.hasOS {
			out = append(out, &endpoint{fleet: f, m: m, role: fleet.OS})
		}
	}
	return out
}
