package ops

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/health"
	"ironage/internal/queue"
)

// program is who changes orders by itself.
var program = queue.Actor{Name: "ironage", Origin: "probe", Role: queue.System}

// reviewer is what the collecting process remembers between looks.
type reviewer struct {
	mu     sync.Mutex
	book   *book
	sights map[string]*sight
	swept  time.Time
}

// Settle lets the evidence move the queue: it compares the orders of the given
// servers with their confirmed states, and records swaps, verified
// replacements, new parts that fail, and old parts that are back; it proposes
// what is faulty or too old, and adds reasons, flags and alarms. It looks at
// states rather than at changes, so that nothing is lost when the program ends
// between a read and its consequence. The collecting process calls it, with no
// states too: then only what the clock brings is done. One server's trouble
// does not stop the others. While the fleet is being read nothing is done: the
// next read of a server finds the same.
func (d *Desk) Settle(ctx context.Context, states []fleet.State) error {
	r := &d.reviewer
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(states) == 0 && !r.sweeps(d.now()) || d.whole() != nil {
		return nil
	}
	if _, err := r.book.freshen(ctx, d.store); err != nil {
		return fmt.Errorf("orders: %w", err)
	}
	for i := range states {
		r.book.locate(&states[i])
	}
	var errs []error
	for i := range states {
		for _, o := range r.book.of(states[i].Server) {
			errs = append(errs, d.settle(ctx, o, &states[i]))
		}
	}
	errs = append(errs, d.review(ctx, states), d.endWorse(ctx, d.View(), states), d.sweep(ctx))
	return errors.Join(errs...)
}

// settle makes at most one change to an order; the next read makes the next.
func (d *Desk) settle(ctx context.Context, o queue.Order, st *fleet.State) error {
	c, ok := queue.Observe(o, st, d.now())
	if !ok && o.State == queue.Replaced && st != nil {
		c, ok = d.proven(&o, st)
	}
	if !ok {
		return nil
	}
	return d.changeItself(ctx, o, c)
}

func (d *Desk) changeItself(ctx context.Context, o queue.Order, c queue.Change) error {
	next, entry, err := queue.Apply(o, c, program, d.now())
	if err != nil {
		return fmt.Errorf("order %d: %w", o.ID, err)
	}
	return d.keep(ctx, o, next, entry)
}

// keep stores what the program did to an order.
func (d *Desk) keep(ctx context.Context, o, next queue.Order, entry queue.Entry) error {
	err := d.store.UpdateOrder(ctx, next, entry, o.Version)
	switch {
	case errors.As(err, new(*queue.Conflict)), errors.As(err, new(*queue.Duplicate)):
		return nil // a person was faster; the next read looks again
	case err != nil:
		return fmt.Errorf("order %d: %w", o.ID, err)
	}
	d.reviewer.book.put(next)
	return nil
}

// proven says whether a replaced part has shown that it works (T11), or that
// it does not (T12). It takes healthy reads in a row and time; disks also
// wait for their volumes.
func (d *Desk) proven(o *queue.Order, st *fleet.State) (queue.Change, bool) {
	if o.Slot == queue.ServerSlot {
		return d.provenWhole(o, st)
	}
	c := st.Component(o.Slot)
	p, ok := st.Proofs[o.Slot]
	if c == nil || !ok || queue.OtherMachine(*o, st) {
		return queue.Change{}, false
	}
	ev := c.Native.Evidence()
	ev.Time = p.Last
	policy, _ := d.currentRules()
	switch health.Judgement(c, p, st, policy.Verify, d.now()) {
	case health.ProvenGood:
		ev.Meaning = fmt.Sprintf("%d reads in a row healthy since %s", p.Good, p.Since.UTC().Format("2006-01-02 15:04 UTC"))
		return queue.Change{Action: "verify", Evidence: ev}, true
	case health.ProvenBad:
		ev.Meaning = fmt.Sprintf("%d reads in a row not healthy: %s", p.Bad, c.Native.Meaning())
		return queue.Change{Action: "fail-verification", Evidence: ev}, true
	}
	return queue.Change{}, false
}

// provenWhole says whether a machine that was replaced as a whole works: it was
// healthy without a break for as long as a part has to be.
func (d *Desk) provenWhole(o *queue.Order, st *fleet.State) (queue.Change, bool) {
	policy, _ := d.currentRules()
	since := st.Since
	if o.SwappedAt.After(since) {
		since = o.SwappedAt
	}
	read := st.LastRead()
	if st.Health != fleet.OK || since.IsZero() || read.Sub(since) < policy.Verify.After || fleet.NormalSerial(st.Device.Serial) != fleet.NormalSerial(newSerial(o)) {
		return queue.Change{}, false
	}
	ev := fleet.Evidence{Value: st.Health.String(), Meaning: "the machine is healthy since " + since.UTC().Format("2006-01-02 15:04 UTC"), Time: read}
	return queue.Change{Action: "verify", Evidence: ev}, true
}

func newSerial(o *queue.Order) string {
	if o.New == nil {
		return ""
	}
	return o.New.Serial
}

// Watched lists the slots that the collecting process should follow: closely
// where somebody is at work; and where reads count, as the proof of a
// replacement or as the recovery of the part that an order is about.
func (d *Desk) Watched(ctx context.Context) ([]fleet.Watch, error) {
	r := &d.reviewer
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, err := r.book.freshen(ctx, d.store); err != nil {
		return nil, fmt.Errorf("orders: %w", err)
	}
	var out []fleet.Watch
	for _, o := range r.book.orders {
		if !o.State.Open() || o.Slot == queue.ServerSlot {
			continue
		}
		w := fleet.Watch{Server: o.Server, Key: o.Slot, Since: o.Created, Hurry: o.State == queue.InProgress}
		if o.State == queue.Replaced {
			w.Since, w.Stated = o.SwappedAt, o.Untracked
		}
		out = append(out, w)
	}
	slices.SortFunc(out, func(a, b fleet.Watch) int {
		return cmp.Or(cmp.Compare(a.Server, b.Server), cmp.Compare(a.Key, b.Key))
	})
	return out, nil
}
