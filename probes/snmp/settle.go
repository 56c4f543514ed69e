package snmp

import (
	"context"
	"errors"
	"slices"
	"strings"
)

// settle reads the rest of the columns that the agent would not walk to their
// end. What rows there must be is known from the columns of the same table
// that were read whole; their cells are asked for by name.
func (w *walk) settle(ctx context.Context) {
	for _, kind := range []state{doubted, stuck} { // settled doubts are witnesses for the stuck
		for _, c := range w.columns {
			if c.state == kind && w.fatal == nil {
				w.finish(ctx, c)
			}
		}
	}
}

func (w *walk) finish(ctx context.Context, c *column) {
	rows, siblings := w.missing(c)
	switch {
	case len(rows) > 0:
		w.fetch(ctx, c, rows)
	case c.state == stuck && siblings == 0:
		c.set(broken, c.why)
	default: // it has the last row that its table has
		c.set(whole, nil)
	}
}

// missing is the rows of c's table behind the last one of c, and the number of
// columns that say so.
func (w *walk) missing(c *column) (rows []OID, siblings int) {
	table := parent(c.base)
	for _, other := range w.columns {
		if other == c || other.base == c.base || other.state != whole || parent(other.base) != table {
			continue
		}
		siblings++
		for _, v := range other.vars {
			if row := c.base.Append(v.OID.Index(other.base)); row.Compare(c.last) > 0 {
				rows = append(rows, row)
			}
		}
	}
	slices.SortFunc(rows, OID.Compare)
	return slices.Compact(rows), siblings
}

// fetch gets the cells of a column one by one, and keeps those that exist, within
// the bounds that hold for all that is read.
func (w *walk) fetch(ctx context.Context, c *column, cells []OID) {
	room := min(len(cells), maxVariables-w.variables, maxRows-len(c.vars))
	q, err := NewQuestion(cells[:room], nil)
	if err != nil {
		c.set(broken, err) // names that an agent made up
		return
	}
	g := w.s.getting(q, make([]Variable, room))
	for g.unfinished() && !w.full() {
		group := g.next()
		g.ask(ctx, group)
		for _, i := range group { // what came to nothing has no octets yet
			w.octets += len(g.vars[i].Value.Octets)
		}
	}
	for _, v := range g.vars {
		if v.Value.Exists() {
			c.vars = append(c.vars, v)
			w.variables++
		}
	}
	switch err := g.result(); {
	case g.fatal != nil:
		w.fatal = g.fatal
	case room < len(cells) || g.unfinished():
		c.set(broken, errTooMuch)
	case err != nil:
		c.set(broken, g.cause)
	default:
		c.set(whole, nil)
	}
}

func parent(o OID) OID {
	return o[:max(0, strings.LastIndexByte(string(o), '.'))]
}

// all is everything read, column by column.
func (w *walk) all() []Variable {
	vars := make([]Variable, 0, w.variables)
	for _, c := range w.columns {
		vars = append(vars, c.vars...)
	}
	return vars
}

// result is the error of the whole: nil, what ended it before anything was
// read, or an *Incomplete.
func (w *walk) result() error {
	if w.fatal != nil && (!w.answered || errors.Is(w.fatal, context.Canceled)) {
		return w.fatal // being called off says nothing about the agent
	}
	incomplete := Incomplete{Cause: w.fatal}
	for _, c := range w.columns {
		if c.state == whole {
			continue
		}
		incomplete.Lost = append(incomplete.Lost, c.base)
		if incomplete.Cause == nil {
			incomplete.Cause = c.why
		}
	}
	switch {
	case len(incomplete.Lost) == 0:
		return nil
	case !w.answered: // only garbage came
		return incomplete.Cause
	}
	return &incomplete
}
