package discover

import (
	"context"
	"sync"
	"time"

	"ironage/probes/profile"
	"ironage/probes/snmp"
)

const (
	// atOnce bounds how many agents are identified side by side; each is asked
	// one message at a time.
	atOnce = 8
	// gentleRepetitions is how many rows one request asks for.
	gentleRepetitions = 10
	// identifyLimit bounds one identification: a slow controller takes seconds.
	identifyLimit = 30 * time.Second
)

// Identifier reads what agents are.
type Identifier struct {
	Library     *profile.Library
	Credentials []snmp.Credential
	Options     snmp.Options
	Now         func() time.Time
	// Done is told after each agent; calls do not overlap.
	Done func(done, total int)
}

// Identify asks every agent that accepted a credential and was not identified
// before. When ctx ends, the others stay as they are.
func (i *Identifier) Identify(ctx context.Context, agents []Agent) {
	keys := map[string]snmp.Credential{}
	for _, c := range i.Credentials {
		keys[tidy(c.Name, maxName)] = c
	}
	var todo []*Agent
	for n := range agents {
		a := &agents[n]
		if _, known := keys[tidy(a.Credential, maxName)]; known && a.Refused == "" && !a.Identified {
			todo = append(todo, a)
		}
	}
	work := make(chan *Agent)
	var wg sync.WaitGroup
	var mu sync.Mutex
	done := 0
	for range min(atOnce, len(todo)) {
		wg.Go(func() {
			for a := range work {
				i.one(ctx, a, keys[tidy(a.Credential, maxName)])
				mu.Lock()
				if done++; i.Done != nil {
					i.Done(done, len(todo))
				}
				mu.Unlock()
			}
		})
	}
	for _, a := range todo {
		if ctx.Err() != nil {
			break
		}
		work <- a
	}
	close(work)
	wg.Wait()
}

// one asks one agent.
func (i *Identifier) one(ctx context.Context, a *Agent, c snmp.Credential) {
	limited, cancel := context.WithTimeout(ctx, identifyLimit)
	defer cancel()
	o := i.Options
	o.MaxRepetitions = gentleRepetitions
	err := i.read(limited, a, c, o)
	if ctx.Err() != nil {
		return // called off: the next run asks again
	}
	a.Identified = true
	if err != nil {
		_, a.Note = snmp.Reach(err)
	}
	a.tidyAll()
}

func (i *Identifier) read(ctx context.Context, a *Agent, c snmp.Credential, o snmp.Options) error {
	s, err := snmp.Dial(ctx, a.Address.String(), c, o, snmp.Limits{})
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }() // nothing is lost with a socket
	match, err := i.Library.Match(ctx, s)
	if err != nil {
		return err
	}
	a.matched(match)
	a.Device, err = match.Identity(ctx, s, i.Now())
	return err
}

func (a *Agent) matched(m profile.Match) {
	a.Profiles, a.Role = m.Names(), m.Role()
	if m.Stranger() {
		a.Note = "no family's profile fits it"
	}
}

// Guess finds the profiles that fit what the agent has said so far, without
// asking it anything.
func Guess(ctx context.Context, lib *profile.Library, a *Agent) {
	if a.Identified || a.Refused != "" {
		return
	}
	if m, err := lib.Match(ctx, saidSoFar{a}); err == nil {
		a.matched(m)
	}
}

// saidSoFar is a source that knows an agent's introduction and nothing else.
type saidSoFar struct{ a *Agent }

// Get implements profile.Source.
func (s saidSoFar) Get(_ context.Context, oids []snmp.OID) ([]snmp.Variable, error) {
	out := make([]snmp.Variable, len(oids))
	for i, o := range oids {
		out[i] = snmp.Variable{OID: o, Value: snmp.Value{Type: snmp.NoSuchObject}}
		switch {
		case o == sysObjectID && s.a.ObjectID != "":
			out[i].Value = snmp.Value{Type: snmp.ObjectID, Octets: []byte(s.a.ObjectID)}
		case o == sysDescr:
			out[i].Value = snmp.Value{Type: snmp.OctetString, Octets: []byte(s.a.Descr)}
		case o == sysName:
			out[i].Value = snmp.Value{Type: snmp.OctetString, Octets: []byte(s.a.Name)}
		}
	}
	return out, nil
}

// Columns implements profile.Source.
func (saidSoFar) Columns(context.Context, []snmp.OID) ([]snmp.Variable, error) { return nil, nil }
