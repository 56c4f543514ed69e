package snmp

import (
	"context"
	"fmt"
)

// Walk reads the subtree below base in order, from behind the object after on
// ("" for all of it), and hands over what each answer brought. It is meant for
// long walks that are kept as they go: nothing is held in memory, visit may
// take its time, and what it was given stays good whatever happens later. An
// error of visit ends the walk. Any other error means that the subtree was not
// read to its end.
func (s *Session) Walk(ctx context.Context, base, after OID, visit func([]Variable) error) error {
	oids := []OID{base}
	if after != "" {
		oids = append(oids, after)
	}
	if err := s.check(oids); err != nil {
		return err
	}
	if err := s.begin(ctx); err != nil {
		return err
	}
	w := newWalk(s, []OID{base})
	c := w.columns[0]
	if after.Compare(base) > 0 {
		c.last = after
	}
	err := w.walk(ctx, c, visit)
	s.end(err)
	if err != nil {
		return fmt.Errorf("%s: %w", s.address, err)
	}
	return nil
}

// walk is run for one column that is emptied after each answer.
func (w *walk) walk(ctx context.Context, c *column, visit func([]Variable) error) error {
	for w.fatal == nil {
		group, alone := w.next()
		if len(group) == 0 {
			w.settle(ctx)
			break
		}
		w.ask(ctx, group, alone)
		if len(c.vars) == 0 {
			continue
		}
		if err := visit(c.vars); err != nil {
			return err
		}
		c.vars, w.variables, w.octets = nil, 0, 0
	}
	return w.result()
}
