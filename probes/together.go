package probes

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ironage/internal/fleet"
	"ironage/probes/profile"
	"ironage/probes/snmp"
)

// ReadAll is a status read of several endpoints by one goroutine: all of them
// are asked before the first answer is awaited. Those of which nothing is known
// yet, that were silent the last time or that are being read already are read
// one after the other behind the others.
func (p *Prober) ReadAll(ctx context.Context, targets []Target) []fleet.Observation {
	return p.readAll(ctx, targets, whole)
}

// FetchAll is to ReadAll as Fetch is to Read.
func (p *Prober) FetchAll(ctx context.Context, targets []Target) []fleet.Observation {
	return p.readAll(ctx, targets, purpose{})
}

func (p *Prober) readAll(ctx context.Context, targets []Target, to purpose) []fleet.Observation {
	out := make([]fleet.Observation, len(targets))
	done := make([]bool, len(targets))
	asks := make([]snmp.Asking, 0, len(targets))
	for i, t := range targets {
		m := p.ready(t)
		if m == nil {
			continue
		}
		obs := &out[i]
		l, q, before := p.look(ctx, t, fleet.Status, obs), m.plan.Question(), m.session.Cost()
		asks = append(asks, snmp.Asking{Session: m.session, Question: q, Use: func(vars []snmp.Variable, err error) {
			defer m.mu.Unlock()
			done[i] = true
			l.end(obs, func() {
				p.over(ctx, &answered{Session: m.session, question: q, vars: vars, err: err}, before, m, t, obs, to)
			})
		}})
	}
	snmp.AskAll(ctx, asks)
	for i, t := range targets {
		if !done[i] {
			out[i] = p.read(ctx, t, fleet.Status, to)
		}
	}
	return out
}

// ready gives what is known of an endpoint, locked, when a status read can begin
// with the question of its plan; else nil.
func (p *Prober) ready(t Target) *memory {
	m := p.memory(t)
	if !m.mu.TryLock() {
		return nil
	}
	known := m.plan != nil && m.plan.Question() != nil && !m.silent && !m.forgotten
	if !known || m.session == nil || *m.credential != t.Credential || !p.keeps(t) {
		m.mu.Unlock()
		return nil
	}
	m.session.Patience(t.Options)
	return m
}

// look is one read of an endpoint while it goes on.
type look struct {
	p      *Prober
	start  time.Time
	pinged <-chan fleet.Ping // nil: nobody pings
}

func (p *Prober) look(ctx context.Context, t Target, r fleet.Rhythm, obs *fleet.Observation) look {
	*obs = fleet.Observation{Server: t.Server, Endpoint: t.Endpoint, Rhythm: r, SNMP: fleet.NotAsked, Ping: fleet.Ping{Reach: fleet.NotAsked}}
	return look{p: p, start: p.now(), pinged: p.pinging(ctx, t)}
}

// end has the agent asked and waits for the ping. What panics costs this read.
func (l *look) end(obs *fleet.Observation, ask func()) {
	defer func() {
		if x := recover(); x != nil {
			obs.Errors = append(obs.Errors, fleet.ReadError{What: "session", Kinds: fleet.Kinds,
				Text: fmt.Sprintf("this program failed on what the device answered: %v; please report it with a recording", x)})
		}
		if l.pinged != nil {
			obs.Ping = <-l.pinged
		}
		obs.Time = l.p.now()
		if obs.Cost.Took == 0 { // else it is what the agent took, without echoes and others of its kind
			obs.Cost.Took = obs.Time.Sub(l.start)
		}
	}()
	ask()
}

// answered is a session that was asked one question already.
type answered struct {
	*snmp.Session
	question *snmp.Question // nil once the answer was taken
	vars     []snmp.Variable
	err      error
}

var _ profile.Successor = (*answered)(nil)

// Ask gives the answer to the question that was asked.
func (a *answered) Ask(ctx context.Context, q *snmp.Question, use func([]snmp.Variable)) error {
	if a.question == nil || q != a.question {
		return a.Session.Ask(ctx, q, use)
	}
	a.question = nil
	if a.err == nil || errors.Is(a.err, snmp.ErrIncomplete) {
		use(a.vars)
	}
	return a.err
}
