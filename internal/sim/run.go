package sim

import (
	"context"
	"errors"
	"net"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/sim/agent"
)

// running is what Start has begun.
type running struct {
	ends   []*endpoint
	agents map[*machine][]served
	cancel context.CancelFunc
	done   chan struct{}
}

// served is an endpoint with its agent.
type served struct {
	end   *endpoint
	agent *agent.Agent
}

// Start opens the agents, gives every endpoint its address and lets the story
// begin. It ends with ctx or Close. A fleet can be started once.
func (f *Fleet) Start(ctx context.Context) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.run != nil {
		return errors.New("the simulated fleet was started already")
	}
	ends := f.endpoints()
	as, err := f.listen(ends)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	r := &running{ends: ends, agents: make(map[*machine][]served, len(f.machines)), cancel: cancel, done: make(chan struct{})}
	for i, e := range ends {
		r.agents[e.m] = append(r.agents[e.m], served{e, as[i]})
		e.m.server.Endpoints = append(e.m.server.Endpoints, fleet.Endpoint{Role: e.role, Address: as[i].Addr(), Credential: Credential})
		if host, _, err := net.SplitHostPort(as[i].Addr()); err == nil && host != shared {
			f.hosts[host] = append(f.hosts[host], e)
		}
	}
	f.run = r
	for _, m := range f.machines {
		f.changed(m)
	}
	f.script.opening(f.machines, f.clock(f.opts.Now()))
	go f.live(ctx, r)
	return nil
}

// Close ends the story and closes every agent. It returns when nothing of the
// fleet runs any more, and may be called at any time.
func (f *Fleet) Close() {
	f.mu.Lock()
	r := f.run
	f.mu.Unlock()
	if r == nil {
		return
	}
	r.cancel()
	<-r.done
}

const (
	tick     = 200 * time.Millisecond // how exactly acts are on time
	jobsTick = 5                      // ask for work orders every so many ticks
)

// live moves the story on and watches for work orders until ctx ends.
func (f *Fleet) live(ctx context.Context, r *running) {
	defer close(r.done)
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	defer func() {
		for _, ss := range r.agents {
			for _, s := range ss {
				_ = s.agent.Close() // a socket on loopback: nothing is lost with it
			}
		}
	}()
	for n := 0; ; n++ {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		f.advance(f.opts.Now())
		if f.opts.Jobs == nil || n%jobsTick != 0 {
			continue
		}
		// A store that is busy now will answer a second later.
		if js, err := f.opts.Jobs.InProgress(ctx); err == nil {
			f.work(f.opts.Now(), js)
		}
	}
}

// changed notes that something about m is different: its agents answer
// accordingly from the next request on. The caller holds f.mu.
func (f *Fleet) changed(m *machine) {
	m.rev.Add(1)
	if f.run == nil {
		return
	}
	for _, s := range f.run.agents[m] {
		s.agent.Behave(m.behaviour(s.end.role))
	}
}
