package ops

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"ironage/internal/ageing"
	"ironage/internal/fleet"
	"ironage/internal/outlook"
	"ironage/internal/queue"
)

// judgedAtOnce is how many servers are judged before a view is shown. With
// more the view comes first, with the outlook of the one before, and once more
// when the judgement is done: nobody waits for arithmetic.
const judgedAtOnce = 500

// departedEvery is how often the parts that left are read: what is learnt of
// them moves in weeks. mostDeparted bounds them.
const (
	departedEvery = time.Hour
	mostDeparted  = 20_000
)

// readDeparted takes the parts that left, at the start and once an hour.
func (d *Desk) readDeparted(ctx context.Context) error {
	c := &d.cache
	if !c.departedAt.IsZero() && !due(d.now(), c.departedAt, departedEvery) {
		return nil
	}
	parts, err := d.store.DepartedParts(ctx, mostDeparted)
	if err != nil {
		return fmt.Errorf("parts that left: %w", err)
	}
	c.departedAt = d.now()
	if !slices.EqualFunc(parts, c.departed, func(a, b fleet.DepartedPart) bool { return a.PartID == b.PartID && a.Left.Equal(b.Left) }) {
		c.departed = parts
	}
	return nil
}

// withDeparted are the inputs with the parts that left; those given where they
// have them already.
func (c *cache) withDeparted(in *outlook.Inputs) *outlook.Inputs {
	if len(in.Departed) == len(c.departed) && (len(c.departed) == 0 || &in.Departed[0] == &c.departed[0]) {
		return in
	}
	next := *in
	next.Departed = c.departed
	return &next
}

// show publishes a view with its outlook. The caller holds d.mu.
func (d *Desk) show(v *View) {
	c := &d.cache
	before := d.View()
	if v.Loading.Going() { // it would be judged by a part of what is known
		v.Outlook = before.Outlook
		d.publish(v)
		return
	}
	_, set := d.currentRules()
	inputs := c.withDeparted(inputsOf(v, c.inputs))
	now, _ := d.judgedAt()
	fresh := c.outlook.Fresh(v.Fleet, set, now)
	if fresh > judgedAtOnce {
		early := *v
		early.Outlook = before.Outlook
		if total := before.Loading.Total; total > 0 {
			early.Loading = Loading{total, total}
		}
		d.publish(&early)
	}
	if fresh > 0 || inputs != c.inputs || len(c.outlook.Servers) != v.Fleet.Len() {
		now, _ = d.judgedAt()
		c.outlook = outlook.Build(c.outlook, v.Fleet, inputs, set, now)
		c.inputs = inputs
	}
	v.Outlook = c.outlook
	d.publish(v)
}

// inputsOf is what the queue knows: proven failures, and what is being done
// about parts. The inputs before are given back when nothing changed.
func inputsOf(v *View, before *outlook.Inputs) *outlook.Inputs {
	in := &outlook.Inputs{Approved: map[outlook.Place]bool{}, Reserved: map[outlook.Place]bool{}, Queued: map[outlook.Place]bool{}}
	for i := range v.Orders {
		o := &v.Orders[i]
		at := outlook.Place{Server: o.Server, Key: o.Slot}
		if o.State.Open() && o.Tier <= queue.P3 && o.Tier != "" {
			in.Queued[at] = true
		}
		switch o.State {
		case queue.Approved, queue.Ordered:
			in.Approved[at] = true
		case queue.Ready, queue.InProgress, queue.Replaced:
			in.Reserved[at] = true
		case queue.Verified, queue.Closed:
			if f, ok := failureOf(o, v.Fleet); ok {
				in.Failures = append(in.Failures, f)
			}
		}
	}
	slices.SortFunc(in.Failures, compareFailures)
	if before != nil && slices.Equal(before.Failures, in.Failures) && maps.Equal(before.Approved, in.Approved) &&
		maps.Equal(before.Reserved, in.Reserved) && maps.Equal(before.Queued, in.Queued) {
		return before
	}
	return in
}

// failureOf is the failure that an order proves: it was verified, for more than
// a part's age.
func failureOf(o *queue.Order, snap *fleet.Snapshot) (ageing.Failure, bool) {
	evidence := false
	at := o.Created
	for _, r := range o.Reasons {
		if r.Code.Policy() {
			continue
		}
		evidence = true
		if !r.FirstSeen.IsZero() && r.FirstSeen.Before(at) {
			at = r.FirstSeen
		}
	}
	if !evidence || !o.Kind.Replaceable() {
		return ageing.Failure{}, false
	}
	return ageing.Failure{Kind: lifeOf(o, snap), Model: o.Old.Model, Part: o.Old.PartNumber, Firmware: o.Old.Firmware,
		Server: o.Server, Key: o.Slot, Serial: o.Old.Serial, At: at.UTC()}, true
}

// lifeOf is the life kind of the part that an order replaced. Orders do not say
// which disks were solid-state ones; the part that is in the slot now does.
func lifeOf(o *queue.Order, snap *fleet.Snapshot) string {
	if e := snap.Find(o.Server); e != nil {
		if c := e.State.Component(o.Slot); c != nil && c.Kind == o.Kind {
			return ageing.LifeKind(c)
		}
	}
	return ageing.LifeKind(&fleet.Component{Kind: o.Kind, Name: o.Slot, Model: o.Old.Model})
}

func compareFailures(a, b ageing.Failure) int {
	if c := a.At.Compare(b.At); c != 0 {
		return c
	}
	switch x, y := a.Server+"\x00"+a.Key, b.Server+"\x00"+b.Key; {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}
