package tui

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/maintenance"
	"ironage/internal/ops"
	"ironage/internal/queue"
)

// fakeDesk is a Desk over a hand-written fleet. It records what it was asked.
type fakeDesk struct {
	mu    sync.Mutex
	view  *ops.View
	feed  chan *ops.View
	asked []string
	err   error           // returned by every call
	fails map[int64]error // returned by every change of that order
	logs  map[int64][]queue.Entry
}

var (
	_ Desk = (*fakeDesk)(nil)
	_ Desk = (*ops.Desk)(nil)
)

func newFakeDesk(v *ops.View) *fakeDesk { return &fakeDesk{view: v, feed: make(chan *ops.View)} }

func (d *fakeDesk) note(format string, args ...any) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.asked = append(d.asked, fmt.Sprintf(format, args...))
	return d.err
}

// refuse makes the desk answer every call with an error; nil ends that.
func (d *fakeDesk) refuse(err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.err = err
}

func (d *fakeDesk) refusal() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.err
}

// calls are what the desk was asked so far.
func (d *fakeDesk) calls() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]string(nil), d.asked...)
}

func (d *fakeDesk) View() *ops.View {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.view
}

// now is what the desk knows from here on; whoever watches gets it.
func (d *fakeDesk) now(v *ops.View) {
	d.mu.Lock()
	d.view = v
	d.mu.Unlock()
	d.feed <- v
}

func (d *fakeDesk) Watch(ctx context.Context) <-chan *ops.View {
	out := make(chan *ops.View)
	go func() {
		defer close(out)
		for {
			select {
			case <-ctx.Done():
				return
			case v, more := <-d.feed:
				if !more {
					return
				}
				select {
				case out <- v:
				case <-ctx.Done():
					return
				}
			}
		}
	}()
	return out
}

func (d *fakeDesk) order(id int64) (queue.Order, error) {
	if v := d.View(); v != nil {
		for _, o := range v.Orders {
			if o.ID == id {
				return o, nil
			}
		}
	}
	return queue.Order{}, errors.New("there is no such order")
}

func (d *fakeDesk) Propose(_ context.Context, by queue.Actor, p queue.Proposal) (queue.Order, error) {
	if err := d.note("propose %s %s by %s", p.Server, p.Slot, by.Name); err != nil {
		return queue.Order{}, err
	}
	return queue.Order{ID: 99, Version: 1, Server: p.Server, Slot: p.Slot, State: queue.Proposed, Tier: p.Tier}, nil
}

func (d *fakeDesk) Move(_ context.Context, by queue.Actor, id, version int64, c queue.Change) (queue.Order, error) {
	if err := d.note("move %d v%d to %s by %s", id, version, c.To, by.Name); err != nil || d.fails[id] != nil {
		return queue.Order{}, cmp.Or(err, d.fails[id])
	}
	o, err := d.order(id)
	o.State, o.Version = c.To, version+1
	return o, err
}

func (d *fakeDesk) Note(_ context.Context, by queue.Actor, id, version int64, text string) (queue.Order, error) {
	if err := d.note("note %d v%d %q by %s", id, version, text, by.Name); err != nil {
		return queue.Order{}, err
	}
	return d.order(id)
}

func (d *fakeDesk) Edit(_ context.Context, by queue.Actor, id, version int64, fields map[string]string, reason string) (queue.Order, error) {
	if err := d.note("edit %d v%d %v %q by %s", id, version, fields, reason, by.Name); err != nil {
		return queue.Order{}, err
	}
	o, err := d.order(id)
	o.Version = version + 1
	return o, err
}

func (d *fakeDesk) OrderLog(_ context.Context, id int64) ([]queue.Entry, error) {
	return d.logs[id], d.refusal()
}

func (d *fakeDesk) AckEvents(_ context.Context, by queue.Actor, ids []int64, note string, until time.Time) error {
	return d.note("ack events %v %q%s by %s", ids, note, untilNote(until), by.Name)
}

func (d *fakeDesk) AckFinding(_ context.Context, by queue.Actor, server, key, code, note string, until time.Time) error {
	return d.note("ack %s %s %s %q%s by %s", server, key, code, note, untilNote(until), by.Name)
}

func untilNote(until time.Time) string {
	if until.IsZero() {
		return ""
	}
	return " until " + until.UTC().Format("2006-01-02 15:04")
}

func (d *fakeDesk) AddWindow(_ context.Context, by queue.Actor, w maintenance.Window) (maintenance.Window, error) {
	return w, d.note("maintenance of %s by %s: %q, %s, %s", w.What(), by.Name, w.Reason, untilNote(w.From), untilNote(w.To))
}

func (d *fakeDesk) ChangeWindow(_ context.Context, by queue.Actor, id, version int64, to maintenance.Window) (maintenance.Window, error) {
	return to, d.note("change maintenance %d v%d by %s: %q, %s, %s", id, version, by.Name, to.Reason, untilNote(to.From), untilNote(to.To))
}

func (d *fakeDesk) EndWindow(_ context.Context, by queue.Actor, id, version int64, forGood bool) (maintenance.Window, error) {
	return maintenance.Window{}, d.note("end maintenance %d v%d by %s, for good %v", id, version, by.Name, forGood)
}

func (d *fakeDesk) History(_ context.Context, server string, limit int) ([]fleet.Event, error) {
	var out []fleet.Event
	if v := d.View(); v != nil {
		for _, e := range v.Events {
			if e.Server == server && len(out) < limit {
				out = append(out, e)
			}
		}
	}
	return out, d.refusal()
}

func (d *fakeDesk) Readings(_ context.Context, _, metric string, since time.Time) ([]fleet.HourValue, error) {
	return pastReadings(metric, since), d.refusal()
}

func (d *fakeDesk) ReadNow(_ context.Context, by queue.Actor, server string) error {
	return d.note("read %s by %s", server, by.Name)
}
