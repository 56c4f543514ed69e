package snmp

import (
	"context"
	"fmt"
)

// Asking is one agent's part of AskAll.
type Asking struct {
	Session  *Session
	Question *Question
	// Use is called once, with what Session.Ask would lend and return: nil where
	// nothing was read. The session may be asked again from it.
	Use func(vars []Variable, err error)

	busy   bool // its session is asked by somebody else, so that it is asked alone
	g      *getting
	lent   *[]Variable
	group  []int // asked for and not yet answered
	tries  attempts
	flight *exchange
	broken error // this program failed on what the agent said
}

// AskAll is Session.Ask of several agents by one goroutine: everybody has a
// message before the first answer is awaited, and nobody has two. Who is silent
// holds the others up for its time-out at most: whoever is known to be should
// be asked alone. It returns when all are done.
func AskAll(ctx context.Context, all []Asking) {
	for i := range all {
		all[i].begin()
	}
	for busy := true; busy; {
		busy = false
		for i := range all {
			busy = all[i].alone(all[i].launch) || busy
		}
		for i := range all { // whoever waits for a place in the window below must hold none
			all[i].alone(func() bool { return all[i].hear(ctx) })
		}
		for i := range all {
			all[i].alone(func() bool { return all[i].land(ctx) })
		}
	}
	for i := range all { // nobody keeps its turn while others are worked on …
		all[i].end()
	}
	for i := range all { // … or waits for one with another in hand
		all[i].late(ctx)
	}
}

// begin takes the session's turn if nobody has it. Waiting for it would be
// waiting with other turns in hand.
func (a *Asking) begin() {
	select {
	case <-a.Session.turn:
		a.Session.trouble = false
		a.g, a.lent = a.Session.lent(a.Question)
	default:
		a.busy = true
	}
}

// alone does one step. What panics in it costs this agent's part and no other:
// its session is closed, because nobody knows what it is in the middle of.
func (a *Asking) alone(step func() bool) bool {
	defer func() {
		if x := recover(); x != nil {
			a.broken = fmt.Errorf("%w: this program failed on what the device answered: %v; please report it with a recording", ErrGarbled, x)
			_ = a.Session.Close() // what matters is said in broken
		}
	}()
	return step()
}

// launch sends the next message, if there is one to send.
func (a *Asking) launch() bool {
	if a.broken != nil || a.g == nil || !a.g.unfinished() {
		return false
	}
	a.group = a.g.next()
	a.tries = a.g.tries(a.group)
	if u, v3 := a.Session.codec.(*usm); v3 && u.engine == "" {
		return true // it must be discovered first
	}
	if _, shared := a.Session.conn.(*port); shared {
		a.flight = a.Session.newExchange(a.tries, false)
		a.flight.launch()
	}
	return true
}

// hear waits for the first answer to what was launched.
func (a *Asking) hear(ctx context.Context) bool {
	if a.broken != nil || a.flight == nil {
		return false
	}
	a.flight.hear(ctx)
	return true
}

// land takes the answer, and asks again where there was none.
func (a *Asking) land(ctx context.Context) bool {
	if a.broken != nil || a.group == nil {
		return false
	}
	group, flight := a.group, a.flight
	a.group, a.flight = nil, nil
	var r reply
	var err error
	if flight != nil {
		r, err = flight.finish(ctx)
	} else {
		r, err = a.Session.exchange(ctx, a.tries)
	}
	a.g.take(group, &a.tries, r, err)
	return true
}

// end gives the turn and the variables away.
func (a *Asking) end() {
	switch {
	case a.busy:
	case a.broken != nil:
		a.Use(nil, a.broken)
	default:
		_ = a.g.finish(a.lent, a.Use) // Use was told
		a.g, a.lent = nil, nil
	}
}

// late asks now who could not be asked before.
func (a *Asking) late(ctx context.Context) {
	if !a.busy {
		return
	}
	if err := a.Session.begin(ctx); err != nil {
		a.Use(nil, err)
		return
	}
	g, lent := a.Session.lent(a.Question)
	g.run(ctx)
	_ = g.finish(lent, a.Use) // Use was told
}
