package ops

import (
	"context"
	"errors"
	"fmt"

	"ironage/internal/fleet"
	"ironage/internal/health"
	"ironage/internal/queue"
)

// Settle lets the evidence move the queue: it compares the open orders of the
// given servers with their confirmed states, and records swaps, verified
// replacements, new parts that fail, and old parts that are back. It looks at
// states rather than at changes, so that nothing is lost when the program ends
// between a read and its consequence. The collecting process calls it.
func (d *Desk) Settle(ctx context.Context, states []fleet.State) error {
	if len(states) == 0 {
		return nil
	}
	orders, err := d.store.Orders(ctx)
	if err != nil {
		return fmt.Errorf("orders: %w", err)
	}
	byServer := make(map[string]*fleet.State, len(states))
	for i := range states {
		byServer[states[i].Server] = &states[i]
	}
	var errs []error
	for _, o := range orders {
		if st := byServer[o.Server]; st != nil {
			errs = append(errs, d.settle(ctx, o, st))
		}
	}
	return errors.Join(errs...)
}

// settle makes at most one change to an order; the next read makes the next.
func (d *Desk) settle(ctx context.Context, o queue.Order, st *fleet.State) error {
	now := d.now()
	c, ok := queue.Observe(o, st, now)
	if !ok && o.State == queue.Replaced {
		c, ok = d.proven(&o, st)
	}
	if !ok {
		return nil
	}
	next, entry, err := queue.Apply(o, c, queue.Actor{Name: "ironage", Origin: "probe", Role: queue.System}, now)
	if err != nil {
		return fmt.Errorf("order %d: %w", o.ID, err)
	}
	err = d.store.UpdateOrder(ctx, next, entry, o.Version)
	var conflict *queue.Conflict
	if errors.As(err, &conflict) {
		return nil // a person was faster; the next read looks again
	}
	return err
}

// proven says whether a replaced part has shown that it works (T11), or that
// it does not (T12). It takes healthy reads in a row and time; disks also
// wait for their volumes.
func (d *Desk) proven(o *queue.Order, st *fleet.State) (queue.Change, bool) {
	c := st.Component(o.Slot)
	p, ok := st.Proofs[o.Slot]
	if c == nil || !ok || queue.OtherMachine(*o, st) {
		return queue.Change{}, false
	}
	ev := c.Native
	ev.Time = p.Last
	policy, _ := d.currentRules()
	switch health.Judgement(c, p, st, policy.Verify, d.now()) {
	case health.ProvenGood:
		ev.Meaning = fmt.Sprintf("%d reads in a row healthy since %s", p.Good, p.Since.UTC().Format("2006-01-02 15:04 UTC"))
		return queue.Change{Action: "verify", Evidence: ev}, true
	case health.ProvenBad:
		ev.Meaning = fmt.Sprintf("%d reads in a row not healthy: %s", p.Bad, c.Native.Meaning)
		return queue.Change{Action: "fail-verification", Evidence: ev}, true
	}
	return queue.Change{}, false
}

// Watched lists the slots that the collecting process should follow closely:
// those that somebody is working on, and replaced parts that are being proven.
func (d *Desk) Watched(ctx context.Context) ([]fleet.Watch, error) {
	orders, err := d.store.Orders(ctx)
	if err != nil {
		return nil, fmt.Errorf("orders: %w", err)
	}
	var out []fleet.Watch
	for _, o := range orders {
		switch o.State {
		case queue.InProgress:
			out = append(out, fleet.Watch{Server: o.Server, Key: o.Slot, Hurry: true})
		case queue.Replaced:
			out = append(out, fleet.Watch{Server: o.Server, Key: o.Slot, Since: o.SwappedAt})
		}
	}
	return out, nil
}
