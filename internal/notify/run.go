package notify

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// batch is how many changes are read at once.
const batch = 100

// lookEvery is how often the log is looked at when nobody tells of a change:
// another process may have written.
const lookEvery = 2 * time.Second

// Deliverer sends one change to one hook.
type Deliverer interface {
	Send(ctx context.Context, h Hook, c Change) error
}

// Notifier tells hooks what happens. One process does it: the one that collects.
type Notifier struct {
	Store  Store
	Send   Deliverer
	Policy Policy
	Now    func() time.Time
	// Changed returns a channel that is closed at the next write of this
	// process; nil: only the clock.
	Changed func() <-chan struct{}
	// Wait waits until d has passed, changed is closed or ctx ends; nil: with a timer.
	Wait func(ctx context.Context, d time.Duration, changed <-chan struct{})
	// Active reports whether this process is the one that tells; nil: it is.
	Active func() bool
	// Failed is told what went wrong inside, and nil when that is over; nil: nobody.
	Failed func(error)
}

// Run tells one hook until ctx ends. A hook that is new hears what happens
// from now on, not the whole past.
func (n *Notifier) Run(ctx context.Context, h Hook) {
	failed := false
	for ctx.Err() == nil {
		var changed <-chan struct{}
		if n.Changed != nil {
			changed = n.Changed()
		}
		next, err := time.Duration(0), error(nil)
		if n.Active == nil || n.Active() {
			next, err = n.Tell(ctx, h)
		}
		if ctx.Err() == nil && n.Failed != nil && (err != nil || failed) {
			if failed = err != nil; failed {
				err = fmt.Errorf("webhook %s: %w", h.Name, err)
			}
			n.Failed(err)
		}
		pause := lookEvery
		if next > 0 {
			pause, changed = next, nil // a new change does not make a silent receiver answer
		}
		n.wait(ctx, pause, changed)
	}
}

func (n *Notifier) wait(ctx context.Context, d time.Duration, changed <-chan struct{}) {
	if n.Wait != nil {
		n.Wait(ctx, d, changed)
		return
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-changed:
	case <-t.C:
	}
}

// Tell tells a hook everything that is due. It returns how long to wait before
// a failed change is tried again; 0 when nothing is left.
func (n *Notifier) Tell(ctx context.Context, h Hook) (time.Duration, error) {
	p, err := n.Store.HookProgress(ctx, h.Name)
	if err != nil {
		return 0, err
	}
	if !p.Known {
		if p.Seq, err = n.Store.LastOrderChange(ctx); err != nil {
			return 0, err
		}
		return 0, n.Store.SaveHookProgress(ctx, h.Name, p)
	}
	// A pause that is longer than any is from a clock that was set back since: it
	// must not silence the hook until that time comes again.
	if left := p.Next.Sub(n.Now()); left > 0 && left <= max(n.Policy.Longest, maxQuiet) {
		return left, nil
	}
	for {
		changes, err := n.Store.OrderChanges(ctx, p.Seq, batch)
		if err != nil || len(changes) == 0 {
			return 0, err
		}
		for _, c := range changes {
			pause, err := n.one(ctx, h, c, &p)
			if pause > 0 || err != nil {
				return pause, err
			}
		}
	}
}

// one tells a hook one change and keeps how that went.
func (n *Notifier) one(ctx context.Context, h Hook, c Change, p *Progress) (time.Duration, error) {
	var failure error
	if len(h.Actions) == 0 || slices.Contains(h.Actions, c.Entry.Action) {
		failure = n.Send.Send(ctx, h, c)
	}
	if ctx.Err() != nil {
		return 0, ctx.Err() // cut short by us: that is no failure of the hook's
	}
	if failure == nil {
		*p = Progress{Seq: c.Seq, Known: true}
		return 0, n.Store.SaveHookProgress(ctx, h.Name, *p)
	}
	p.Tries++
	p.Error = failure.Error()
	if p.Tries >= n.Policy.Tries {
		buried := *p
		*p = Progress{Seq: c.Seq, Known: true}
		return 0, n.Store.Bury(ctx, h.Name, c.Seq, buried, n.Now())
	}
	pause := n.Policy.pause(p.Tries)
	var f *Failure
	if errors.As(failure, &f) {
		pause = max(pause, f.After)
	}
	p.Next = n.Now().Add(pause)
	return pause, n.Store.SaveHookProgress(ctx, h.Name, *p)
}
