package ops

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/queue"
)

// Denied says that a person's role does not allow something.
type Denied struct {
	Actor queue.Actor
	What  string     // "acknowledging"
	Needs queue.Role // the least role
}

// Error reads "lan is a viewer: acknowledging takes at least a technician".
func (e *Denied) Error() string {
	return fmt.Sprintf("%s has the role %s: %s takes at least %s", e.Actor.Name, e.Actor.Role, e.What, e.Needs)
}

// ErrNoServer says that the inventory has no such server.
var ErrNoServer = errors.New("no such server in the inventory")

// ErrNoFinding says that the finding is gone, so that there is nothing to acknowledge.
var ErrNoFinding = errors.New("no such finding now")

// allow lets everybody but viewers do something. What the queue allows beyond
// that is the queue's own to say.
func allow(by queue.Actor, what string) error {
	if by.Role == queue.System || by.Role.Includes(queue.Technician) {
		return nil
	}
	return &Denied{Actor: by, What: what, Needs: queue.Technician}
}

// seen brings the view up to date after a decision, so that whoever decided
// finds it there. That the store cannot be read back at once does not undo
// what it has committed.
func (d *Desk) seen(ctx context.Context) { _ = d.Refresh(ctx) }

// Propose makes a work order. What the proposal leaves open about a known
// component (part, place, reasons with evidence, tier) is filled in.
func (d *Desk) Propose(ctx context.Context, by queue.Actor, p queue.Proposal) (queue.Order, error) {
	if err := d.whole(); err != nil {
		return queue.Order{}, err
	}
	o, e, err := queue.Propose(d.Fill(p), by, d.now())
	if err != nil {
		return queue.Order{}, err
	}
	if o, err = d.store.CreateOrder(ctx, o, e); err != nil {
		return queue.Order{}, err
	}
	d.seen(ctx)
	return o, nil
}

// Move changes an order's state. version is the one that the person looked at:
// a *queue.Conflict says that somebody else was faster, a *queue.Refusal why
// the change is not possible.
func (d *Desk) Move(ctx context.Context, by queue.Actor, id, version int64, c queue.Change) (queue.Order, error) {
	if err := d.whole(); err != nil {
		return queue.Order{}, err
	}
	return d.change(ctx, id, version, func(o queue.Order) (queue.Order, queue.Entry, error) {
		if c.Facts == nil {
			f := d.Facts(o)
			c.Facts = &f
		}
		return queue.Apply(o, c, by, d.now())
	})
}

// Facts are what the checks before work ask about an order's server, as the
// view shows it.
func (d *Desk) Facts(o queue.Order) queue.Facts {
	v := d.View()
	return queue.FactsOf(o, v.Fleet, v.Orders)
}

// Note adds a note to an order's log.
func (d *Desk) Note(ctx context.Context, by queue.Actor, id, version int64, text string) (queue.Order, error) {
	return d.change(ctx, id, version, func(o queue.Order) (queue.Order, queue.Entry, error) {
		return queue.Note(o, text, by, d.now())
	})
}

// Edit changes fields of an order without moving it.
func (d *Desk) Edit(ctx context.Context, by queue.Actor, id, version int64, fields map[string]string, reason string) (queue.Order, error) {
	return d.change(ctx, id, version, func(o queue.Order) (queue.Order, queue.Entry, error) {
		return queue.Edit(o, fields, reason, by, d.now())
	})
}

// change applies one change to the order that a person looked at. The store
// has the last word on whether it is still that one.
func (d *Desk) change(ctx context.Context, id, version int64, apply func(queue.Order) (queue.Order, queue.Entry, error)) (queue.Order, error) {
	o, err := d.store.Order(ctx, id)
	if err != nil {
		return queue.Order{}, err
	}
	if o.Version != version {
		return queue.Order{}, d.conflict(ctx, o, version)
	}
	next, entry, err := apply(o)
	if err != nil {
		return o, err
	}
	if err := d.store.UpdateOrder(ctx, next, entry, version); err != nil {
		return o, err
	}
	d.seen(ctx)
	return next, nil
}

// conflict says what happened to an order since the version that was read.
func (d *Desk) conflict(ctx context.Context, o queue.Order, read int64) error {
	c := &queue.Conflict{By: o.ChangedBy, At: o.Changed, Version: o.Version, Order: o}
	log, err := d.store.OrderLog(ctx, o.ID)
	if err != nil {
		return c // who and when is known; what happened in between is not
	}
	for _, e := range log {
		if e.Version > read {
			c.Since = append(c.Since, e)
		}
	}
	return c
}

// Order is one work order as the store has it now.
func (d *Desk) Order(ctx context.Context, id int64) (queue.Order, error) {
	return d.store.Order(ctx, id)
}

// OrderLog is the log of one order, oldest first.
func (d *Desk) OrderLog(ctx context.Context, id int64) ([]queue.Entry, error) {
	return d.store.OrderLog(ctx, id)
}

// AckEvents marks events as known, until a time or, where that is zero, for good.
func (d *Desk) AckEvents(ctx context.Context, by queue.Actor, ids []int64, note string, until time.Time) error {
	if err := allow(by, "acknowledging"); err != nil {
		return err
	}
	if err := d.store.Acknowledge(ctx, ids, fleet.Ack{By: by.Name, At: d.now(), Note: note, Until: until}); err != nil {
		return err
	}
	d.seen(ctx)
	return nil
}

// AckFinding marks a finding as known. That holds while it lasts and when it
// comes again, and ends when it gets worse, or at a time where until is one.
// key is empty for the server.
func (d *Desk) AckFinding(ctx context.Context, by queue.Actor, server, key, code, note string, until time.Time) error {
	if err := allow(by, "acknowledging"); err != nil {
		return err
	}
	found, err := d.findings(server, key, code)
	if err != nil {
		return err
	}
	text := by.Name + " acknowledged: "
	for i := range found {
		if err := d.store.AckFinding(ctx, server, key, ackCode(&found[i], found[i].Health), fleet.Ack{By: by.Name, At: d.now(), Note: note, Until: until}); err != nil {
			return err
		}
		if i > 0 {
			text += "; "
		}
		text += found[i].Text
	}
	if !until.IsZero() {
		text += ", until " + minuteOf(until)
	}
	if note != "" {
		text += " (" + note + ")"
	}
	err = d.tell(ctx, fleet.Event{Kind: fleet.EventQueue, Server: server, Key: key, From: code, To: "acknowledged", Health: fleet.OK, Text: text})
	d.seen(ctx)
	return err
}

// UnackFinding withdraws an acknowledgement.
func (d *Desk) UnackFinding(ctx context.Context, by queue.Actor, server, key, code string) error {
	if err := allow(by, "withdrawing an acknowledgement"); err != nil {
		return err
	}
	found, err := d.findings(server, key, code)
	if err != nil {
		found = []fleet.Finding{{Code: code}} // it is gone, and its acknowledgement goes too
	}
	for i := range found {
		for _, h := range fleet.Healths {
			if err := d.store.UnackFinding(ctx, server, key, ackCode(&found[i], h), fleet.Ack{By: by.Name, At: d.now()}); err != nil {
				return err
			}
		}
	}
	err = d.tell(ctx, fleet.Event{Kind: fleet.EventQueue, Server: server, Key: key, From: "acknowledged", To: code, Health: fleet.OK,
		Text: fmt.Sprintf("%s withdrew the acknowledgement of %s", by.Name, code)})
	d.seen(ctx)
	return err
}

func (d *Desk) tell(ctx context.Context, e fleet.Event) error {
	e.Time = d.now()
	return d.store.SaveStates(ctx, nil, []fleet.Event{e}, nil)
}

// findings are those of one code about one part: one, or several faults that
// the device lists.
func (d *Desk) findings(server, key, code string) ([]fleet.Finding, error) {
	entry := d.View().Fleet.Find(server)
	if entry == nil {
		return nil, fmt.Errorf("%s: %w", server, ErrNoServer)
	}
	if entry.BeingRead {
		return nil, ErrLoading
	}
	var found []fleet.Finding
	for _, f := range entry.State.Findings {
		if f.Key == key && f.Code == code {
			found = append(found, f)
		}
	}
	if len(found) > 0 {
		return found, nil
	}
	return nil, fmt.Errorf("%s %s %s: %w", server, key, code, ErrNoFinding)
}

// History is a server's events, newest first.
func (d *Desk) History(ctx context.Context, server string, limit int) ([]fleet.Event, error) {
	return d.store.Events(ctx, fleet.EventQuery{Server: server, Limit: limit})
}

// Readings are the hours of one metric of a server since a time, oldest first.
func (d *Desk) Readings(ctx context.Context, server, metric string, since time.Time) ([]fleet.HourValue, error) {
	return d.store.Readings(ctx, server, metric, since)
}

// ReadNow asks the collecting process, whichever that is, to read a server
// whole as soon as it can.
func (d *Desk) ReadNow(ctx context.Context, by queue.Actor, server string) error {
	if err := allow(by, "reading a server at once"); err != nil {
		return err
	}
	if d.View().Fleet.Find(server) == nil {
		return fmt.Errorf("%s: %w", server, ErrNoServer)
	}
	return d.store.RequestRead(ctx, server, by.Name)
}
