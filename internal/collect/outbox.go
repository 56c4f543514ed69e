package collect

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ironage/internal/fleet"
)

// mostEvents is how many events wait in memory for a store that does not take
// them; then the oldest go.
const mostEvents = 10_000

// outbox groups what the loop has to write into few transactions, one at a
// time, and keeps it when the store refuses. Only the newest state of a server
// is kept: a store that was away for an hour gets each server once.
type outbox struct {
	cfg      Config
	may      func() bool // the lease is surely ours
	dirty    map[string]bool
	events   []fleet.Event
	hours    []fleet.HourValue
	parts    map[fleet.PartID]*fleet.DepartedPart // that left; nil: that came back
	since    time.Time                            // when the oldest of it came
	busy     map[string]bool
	writing  bool
	written  chan written
	failure  string
	retry    time.Duration
	notNow   time.Time // no write before this, after a failure
	dropped  int
	soon     bool          // somebody waits for what is in it
	most     time.Duration // how long the states of a large fleet may wait for each other
	saves    int64         // transactions that took
	saveTook time.Duration // so long in all
	watchAt  time.Time
	swept    time.Time // when old readings were last dropped
}

type batch struct {
	states []fleet.State
	events []fleet.Event
	hours  []fleet.HourValue
	parts  map[fleet.PartID]*fleet.DepartedPart
	watch  bool
	forget time.Time // drop readings from before; zero: not now
}

// Forgetter is a Store that can drop old readings, and parts that left long ago.
type Forgetter interface {
	ForgetReadings(ctx context.Context, before time.Time) error
	ForgetParts(ctx context.Context, before time.Time, most int) error
}

// keepReadings is how long hourly readings are kept: a month to look at, and to
// predict from, with a little to spare.
const keepReadings = 32 * 24 * time.Hour

type written struct {
	batch   batch
	err     error
	watched []fleet.Watch
	looked  bool
	queue   error
	took    time.Duration // to save it
}

func newOutbox(cfg Config, may func() bool) *outbox {
	return &outbox{cfg: cfg, may: may, parts: map[fleet.PartID]*fleet.DepartedPart{}, dirty: map[string]bool{}, busy: map[string]bool{}, written: make(chan written, 1)}
}

func (o *outbox) state(name string, now time.Time) {
	o.dirty[name] = true
	o.touched(now)
}

func (o *outbox) event(e fleet.Event) {
	o.events = append(o.events, e)
	if over := len(o.events) - mostEvents; over > 0 {
		o.events = append(o.events[:0], o.events[over:]...)
		o.dropped += over
	}
	o.soon = true
	o.touched(o.cfg.Now())
}

// departed keeps a part that sits nowhere now, returned forgets it again.
func (o *outbox) departed(d fleet.DepartedPart, now time.Time) {
	o.parts[d.PartID] = &d
	o.touched(now)
}

func (o *outbox) returned(id fleet.PartID, now time.Time) {
	o.parts[id] = nil
	o.touched(now)
}

func (o *outbox) touched(now time.Time) {
	if o.since.IsZero() {
		o.since = now
	}
}

// gather says how long the states of so many endpoints may wait for each other
// when nothing happened that people wait for: a transaction for each seventeen
// states, and a new view of the fleet after each, cost more than what they tell.
func (o *outbox) gather(endpoints int) {
	o.most = min(time.Duration(endpoints)*mayWait, 2*time.Second)
}

// mayWait is by how much an endpoint more lengthens the time between two writes.
const mayWait = time.Millisecond

// wait is how long until something has to be written.
func (o *outbox) wait(now time.Time) time.Duration {
	if o.writing || o.since.IsZero() {
		return time.Hour
	}
	at := o.since.Add(o.cfg.FlushEvery)
	if !o.soon {
		at = o.since.Add(max(o.cfg.FlushEvery, o.most))
	}
	if o.notNow.After(at) {
		at = o.notNow
	}
	if !at.After(now) && !o.may() {
		return time.Second // until the lease is confirmed, or lost
	}
	return at.Sub(now)
}

// flush starts a write when its time has come.
func (o *outbox) flush(ctx context.Context, r *run) {
	if o.writing || o.since.IsZero() || o.wait(o.cfg.Now()) > 0 {
		return
	}
	b := o.take(r)
	o.writing = true
	go func() { o.written <- o.write(ctx, b) }()
}

// lookEvery is how often the queue is asked which slots it follows when no
// write asks it anyway: work that begins is followed within seconds.
const lookEvery = 2 * time.Second

// look asks the queue when it was not asked for a while.
func (o *outbox) look(ctx context.Context, r *run) {
	if o.cfg.Queue == nil || o.writing || o.failure != "" || !o.may() || o.cfg.Now().Sub(o.watchAt) < lookEvery {
		return
	}
	b := o.take(r)
	o.writing = true
	go func() { o.written <- o.write(ctx, b) }()
}

// take empties the outbox into a batch.
func (o *outbox) take(r *run) batch {
	now := o.cfg.Now()
	b := batch{events: o.events, hours: o.hours, parts: o.parts, watch: now.Sub(o.watchAt) >= time.Second}
	if now.Sub(o.swept) >= 24*time.Hour {
		b.forget, o.swept = now.Add(-keepReadings), now
	}
	b.states = make([]fleet.State, 0, len(o.dirty))
	for name := range o.dirty {
		b.states = append(b.states, r.states[name])
	}
	o.busy, o.dirty = o.dirty, map[string]bool{}
	o.events, o.hours, o.since, o.soon = nil, nil, time.Time{}, false
	o.parts = map[fleet.PartID]*fleet.DepartedPart{}
	return b
}

// polls is the batch as the store takes it.
func (b *batch) polls() fleet.Polls {
	p := fleet.Polls{States: b.states, Events: b.events, Hours: b.hours}
	for id, d := range b.parts {
		if d == nil {
			p.Returned = append(p.Returned, id)
		} else {
			p.Departed = append(p.Departed, *d)
		}
	}
	return p
}

// write commits a batch, then lets the queue look at the states that changed.
// The queue compares states with orders, so what it misses now it finds at the
// next read.
func (o *outbox) write(ctx context.Context, b batch) written {
	w := written{batch: b}
	began := o.cfg.Now()
	w.err = o.cfg.Store.SavePolls(ctx, b.polls())
	if w.took = o.cfg.Now().Sub(began); w.err != nil {
		return w
	}
	if f, ok := o.cfg.Store.(Forgetter); ok && !b.forget.IsZero() {
		_ = f.ForgetReadings(ctx, b.forget) // tomorrow is another day
		_ = f.ForgetParts(ctx, b.forget.Add(keepReadings-keepDeparted), mostDeparted)
	}
	if o.cfg.Queue == nil {
		return w
	}
	w.queue = o.cfg.Queue.Settle(ctx, b.states)
	if b.watch { // trouble with one order must not keep the others from being followed
		watched, err := o.cfg.Queue.Watched(ctx)
		w.watched, w.looked, w.queue = watched, err == nil, errors.Join(w.queue, err)
	}
	return w
}

// wrote takes the outcome of a write: what was refused waits for the next one.
func (r *run) wrote(w written) {
	o := r.out
	o.writing = false
	now := o.cfg.Now()
	if w.err != nil {
		o.keep(w.batch, now)
		o.retry = min(max(2*o.retry, time.Second), 30*time.Second)
		o.notNow = now.Add(o.retry)
		o.failure = w.err.Error()
		text := "readings are not being saved (polling goes on, nothing that a person decided is affected): " + w.err.Error()
		if o.dropped > 0 {
			text += fmt.Sprintf("; %d events had to be forgotten", o.dropped)
		}
		o.cfg.Notice("store", fleet.Critical, text)
		return
	}
	o.saves, o.saveTook = o.saves+1, o.saveTook+w.took
	o.busy = map[string]bool{}
	if o.failure != "" {
		o.failure, o.retry, o.notNow, o.dropped = "", 0, time.Time{}, 0
		o.cfg.Notice("store", fleet.OK, "")
	}
	if w.queue != nil {
		o.cfg.Notice("queue", fleet.Warning, "the queue could not follow the latest reads, it tries again with the next: "+w.queue.Error())
	} else if w.looked {
		o.cfg.Notice("queue", fleet.OK, "")
	}
	if w.looked {
		o.watchAt = now
		r.follow(w.watched)
	}
}

// keep puts a refused batch back, before what came since.
func (o *outbox) keep(b batch, now time.Time) {
	for _, st := range b.states {
		o.dirty[st.Server] = true
	}
	o.busy = map[string]bool{}
	later := o.events
	o.events = nil
	for _, e := range append(b.events, later...) {
		o.event(e)
	}
	o.hours = merged(b.hours, o.hours)
	for id, d := range b.parts {
		if _, later := o.parts[id]; !later {
			o.parts[id] = d
		}
	}
	o.touched(now)
}

// close waits for the write in progress and writes what is left, with a
// deadline of its own: the context of the collection has ended.
func (o *outbox) close(ctx context.Context, r *run) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if o.writing {
		r.wrote(<-o.written)
	}
	if !o.may() {
		return // the successor has read it all anew
	}
	r.hours.all(o)
	if o.since.IsZero() {
		return
	}
	r.wrote(o.write(ctx, o.take(r)))
}
