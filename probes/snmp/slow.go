package snmp

import (
	"context"
	"fmt"
	"time"
)

// GetSlowly is Get of one object that the agent must work for, such as the
// output of a script that it runs. The answer may take up to patience, and the
// question is sent only once: an agent that is at work would queue a second
// one and run the script again. After the usual time it gives its place in the
// window up: a fleet with slow scripts must not keep others from asking.
func (s *Session) GetSlowly(ctx context.Context, oid OID, patience time.Duration) (Variable, error) {
	q, err := NewQuestion([]OID{oid}, nil)
	if err != nil {
		return Variable{}, fmt.Errorf("%s: %w", s.address, err)
	}
	if err := s.begin(ctx); err != nil {
		return Variable{}, err
	}
	usual := s.options
	s.options.Retries, s.patience = 0, patience
	g := s.getting(q, make([]Variable, 1))
	g.run(ctx)
	s.options, s.patience = usual, 0
	err = g.result()
	s.end(err)
	if err != nil {
		err = fmt.Errorf("%s: %w", s.address, err)
	}
	return g.vars[0], err
}
