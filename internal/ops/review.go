package ops

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/outlook"
	"ironage/internal/queue"
)

// sweepEvery is how often the orders are looked at that no read reaches.
const sweepEvery = time.Minute

// review proposes, adds reasons, and raises flags and alarms for the servers
// of a batch.
func (d *Desk) review(ctx context.Context, states []fleet.State) error {
	v := d.View()
	if v.Fleet.Len() == 0 {
		return nil // nothing is known of the inventory yet, or it is empty
	}
	d.judge(v, states)
	var errs []error
	for i := range states {
		st := &states[i]
		e := v.Fleet.Find(st.Server)
		sight := d.reviewer.sights[st.Server]
		orders := d.reviewer.book.of(st.Server)
		if e == nil || sight == nil || len(orders) == 0 && len(sight.causes) == 0 {
			continue // it has just left the inventory, or there is nothing to say
		}
		s := d.scene(st.Server, orders)
		s.State, s.Causes, s.Criticality = st, sight.causes, v.Outlook.Criticality(&e.Server)
		err := d.carryOut(ctx, v, s)
		if err != nil {
			sight.aged = time.Time{} // what is said once a day is said again at the next read
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// scene is what a review of a server looks at, but for what was read there.
func (d *Desk) scene(server string, orders []queue.Order) queue.Scene {
	b := d.reviewer.book
	return queue.Scene{Server: server, Orders: orders, Rules: d.queueRules(), Now: d.now(), At: b.inSlot, Seen: b.places}
}

// judge looks again at the servers about which something changed.
func (d *Desk) judge(v *View, states []fleet.State) {
	now := d.now()
	_, set := d.currentRules()
	type look struct {
		st    *fleet.State
		print uint64
	}
	var entries []fleet.Entry
	var looks []look
	for i := range states {
		st := &states[i]
		e := v.Fleet.Find(st.Server)
		if e == nil || len(st.Components) == 0 {
			continue
		}
		sight := d.reviewer.sights[st.Server]
		if sight == nil {
			sight = &sight0
		}
		if sight.held && e.Maintenance == nil {
			sight.held, sight.aged = false, time.Time{} // age would else wait for the next day
		}
		if print := printOf(st); sight.stale(print, now) {
			entries = append(entries, fleet.Entry{Server: e.Server, State: *st})
			looks = append(looks, look{st, print})
		}
	}
	if len(entries) == 0 {
		return
	}
	judged := v.Outlook.Some(entries, set, now)
	for _, l := range looks {
		d.look(judged, judged.Server(l.st.Server), l.print)
	}
}

// sight0 is what is known of a server at which nobody looked yet.
var sight0 sight

// look takes what a judgement says of a server.
func (d *Desk) look(judged *outlook.Fleet, v *outlook.Server, print uint64) {
	name := v.Entry.Server.Name
	s := d.reviewer.sights[name]
	if s == nil {
		s = &sight{}
		d.reviewer.sights[name] = s
	}
	now := d.now()
	s.count(&v.Entry.State, v)
	dates := s.agedBefore(now)
	s.print, s.judged = print, now
	c := causes{judged: judged, server: v, sight: s, now: now}
	s.causes = c.ofParts(dates && d.queueRules().AgeItems == queue.AgePerPart)
	if dates {
		s.aged = now.UTC().Truncate(24 * time.Hour)
		if d.queueRules().AgeItems == queue.AgePerServer {
			s.causes = append(s.causes, c.ofServer()...)
		}
	}
}

// carryOut does what a review says, one step after the other.
func (d *Desk) carryOut(ctx context.Context, v *View, s queue.Scene) error {
	var errs []error
	for _, step := range queue.Review(s) {
		errs = append(errs, d.step(ctx, v, step))
	}
	return errors.Join(errs...)
}

func (d *Desk) step(ctx context.Context, v *View, step queue.Step) error {
	if step.Propose != nil {
		return d.proposeItself(ctx, v, *step.Propose)
	}
	o, ok := d.reviewer.book.orders[step.Order]
	if !ok || o.State.Final() {
		return nil // an earlier step ended it
	}
	if step.Change != nil {
		return d.changeItself(ctx, o, *step.Change)
	}
	next, entry, err := queue.Amend(o, *step.Amend, program, d.now())
	if err != nil {
		return fmt.Errorf("order %d: %w", o.ID, err)
	}
	return d.keep(ctx, o, next, entry)
}

// proposeItself makes an order. What the review does not know of another
// server, where a part was fitted again, is filled in. A server in maintenance
// gets none: what is still wrong when that is over is proposed then.
func (d *Desk) proposeItself(ctx context.Context, v *View, p queue.Proposal) error {
	if e := v.Fleet.Find(p.Server); e != nil {
		if e.Maintenance != nil {
			if s := d.reviewer.sights[p.Server]; s != nil {
				s.held = true
			}
			return nil
		}
		p.Criticality = cmp.Or(p.Criticality, v.Outlook.Criticality(&e.Server))
		p.Chassis = cmp.Or(p.Chassis, e.State.Device.Serial)
		if c := e.State.Component(p.Slot); c != nil {
			p.Place = cmp.Or(p.Place, c.Place)
		}
	}
	o, entry, err := queue.Propose(p, program, d.now())
	if err != nil {
		return fmt.Errorf("%s of %s: %w", p.Slot, p.Server, err)
	}
	o, err = d.store.CreateOrder(ctx, o, entry)
	switch {
	case errors.As(err, new(*queue.Duplicate)):
		return nil // a person was faster
	case err != nil:
		return fmt.Errorf("%s of %s: %w", p.Slot, p.Server, err)
	}
	d.reviewer.book.put(o)
	return nil
}

// sweeps reports whether the last sweep is long enough ago; a clock that was set
// back tells nothing of that.
func (r *reviewer) sweeps(now time.Time) bool {
	since := now.Sub(r.swept)
	return since < 0 || since >= sweepEvery
}

// sweep does what the clock and the inventory bring, for servers that are no
// longer read too: orders come back on their date, are closed when nothing is
// left to do, and are flagged while their server is not in the inventory.
func (d *Desk) sweep(ctx context.Context) error {
	r, now := &d.reviewer, d.now()
	if !r.sweeps(now) {
		return nil
	}
	r.swept = now
	v := d.View()
	errs := []error{d.tellWindows(ctx, v), d.endLapsed(ctx, v)}
	for server := range r.book.byServer {
		orders := r.book.of(server)
		for _, o := range orders {
			if o.State == queue.Deferred || o.State == queue.Verified {
				errs = append(errs, d.settle(ctx, o, nil))
			}
		}
		if v.known {
			errs = append(errs, d.retire(ctx, v, server))
		}
	}
	r.forget(v)
	return errors.Join(errs...)
}

// retire flags the open orders of a server that left the inventory, and takes
// the flag from those whose server is back.
func (d *Desk) retire(ctx context.Context, v *View, server string) error {
	retired := v.Fleet.Find(server) == nil
	orders := d.reviewer.book.of(server)
	chassis, open := "", false
	for i := range orders {
		if o := &orders[i]; o.State.Open() && o.HasFlag(queue.FlagAssetRetired) != retired {
			chassis, open = cmp.Or(chassis, o.Chassis), true
		}
	}
	if !open {
		return nil
	}
	s := d.scene(server, orders)
	s.Retired = retired
	if retired {
		s.RenamedTo = calledNow(v, chassis)
	}
	return d.carryOut(ctx, v, s)
}

// calledNow is the server whose machine has that serial number.
func calledNow(v *View, chassis string) string {
	serial := fleet.NormalSerial(chassis)
	if serial == "" {
		return ""
	}
	for e := range v.Fleet.All() {
		if fleet.NormalSerial(e.State.Device.Serial) == serial || fleet.NormalSerial(e.Server.Serial) == serial {
			return e.Server.Name
		}
	}
	return ""
}

// forget drops what is remembered of servers that are no more.
func (r *reviewer) forget(v *View) {
	if len(r.sights) <= v.Fleet.Len() {
		return
	}
	for name := range r.sights {
		if v.Fleet.Find(name) == nil {
			delete(r.sights, name)
		}
	}
}
