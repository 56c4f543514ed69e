package ops

import (
	"maps"
	"slices"

	"ironage/internal/ageing"
	"ironage/internal/fleet"
	"ironage/internal/outlook"
	"ironage/internal/queue"
)

// judgedAtOnce is how many servers are judged before a view is shown. With
// more the view comes first, with the outlook of the one before, and once more
// when the judgement is done: nobody waits for arithmetic.
const judgedAtOnce = 500

// show publishes a view with its outlook. The caller holds d.mu.
func (d *Desk) show(v *View) {
	c := &d.cache
	_, set := d.currentRules()
	inputs := inputsOf(v, c.inputs)
	fresh := c.outlook.Fresh(v.Fleet, set, d.now())
	if fresh > judgedAtOnce {
		early := *v
		early.Outlook = d.View().Outlook
		d.publish(&early)
	}
	if fresh > 0 || inputs != c.inputs || len(c.outlook.Servers) != v.Fleet.Len() {
		c.outlook = outlook.Build(c.outlook, v.Fleet, inputs, set, d.now())
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
