package ops

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/health"
	"ironage/internal/maintenance"
	"ironage/internal/outlook"
	"ironage/internal/queue"
)

// eventsShown is how many events a view holds; older ones are asked for with
// History.
const eventsShown = 2000

// cache is what a desk has read of the store, so that the next view costs
// only what changed.
type cache struct {
	loaded   bool
	revision int64
	servers  map[string]*fleet.Server
	states   map[string]*fleet.State // as the collector left them; see settleIn
	acks     map[string]fleet.FindingAck
	acksOf   map[string][]fleet.FindingAck // the same by server
	windows  []maintenance.Window
	running  []maintenance.Running // of windows, when they were last looked at
	snap     *fleet.Snapshot
	// What the snapshot does not show yet; kept when a refresh fails half way.
	changed map[string]bool
	removed map[string]bool
	// Which inventory and acknowledgements of events were read, and when.
	marks   fleet.Marks
	wholeAt time.Time
	events  []fleet.Event
	book    *book
	orders  []queue.Order  // of the book, as a view shows them
	outlook *outlook.Fleet // of the last view
	inputs  *outlook.Inputs
	// The parts that left, and when they were read. The slice is another one only
	// when other parts left.
	departed   []fleet.DepartedPart
	departedAt time.Time
	// latest is the newest time that any state tells.
	latest time.Time
	// loading is what is still to be read of a large store; nil when nothing is.
	loading *loading
}

// wholeEvery is how often the inventory and the events are read though their
// marks say that they are the same: an older ironage beside this one moves none.
// Of 10,000 servers that takes a tenth of a second.
const wholeEvery = time.Minute

// Refresh brings the view up to the store, reading only what changed since the
// last time.
func (d *Desk) Refresh(ctx context.Context) error {
	err := d.renew(ctx)
	if err == nil {
		d.tellClock()
		d.tellVersion()
	}
	return err
}

// renew makes the next view.
func (d *Desk) renew(ctx context.Context) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	c := &d.cache
	if err := d.readStates(ctx); err != nil {
		return err
	}
	if err := d.readMarked(ctx); err != nil {
		return err
	}
	if err := d.readAcks(ctx); err != nil {
		return err
	}
	if err := d.readWindows(ctx); err != nil {
		return err
	}
	if err := d.readDeparted(ctx); err != nil {
		return err
	}
	if err := c.readOrders(ctx, d.store); err != nil {
		return fmt.Errorf("orders: %w", err)
	}
	spares, err := d.store.SpareMoves(ctx, d.countedAt())
	if err != nil {
		return err
	}
	lease, err := d.store.Lease(ctx)
	if err != nil {
		return err
	}
	c.snapshot(d.now())
	c.loaded = true
	d.show(&View{Fleet: c.snap, Orders: c.orders, Spares: spares, Events: holding(c.events, d.now()),
		Windows: c.windows, acks: c.acksOf, Collector: d.collector(lease), Notices: d.noticeList(), Loading: c.progress(), known: true})
	return nil
}

// due reports whether it is time to do again what was done at some time; also
// when the clock was set back since then, else it would never be.
func due(now, done time.Time, every time.Duration) bool {
	since := now.Sub(done)
	return since < 0 || since >= every
}

// readStates takes the states that changed, or those that were read since the
// last time of a store that is being read.
func (d *Desk) readStates(ctx context.Context) error {
	c := &d.cache
	c.make()
	if c.loading != nil {
		return d.readPieces(ctx)
	}
	return d.readChanged(ctx)
}

// make makes the cache ready for use.
func (c *cache) make() {
	if c.states == nil {
		c.states, c.servers, c.acks = map[string]*fleet.State{}, map[string]*fleet.Server{}, map[string]fleet.FindingAck{}
		c.changed, c.removed = map[string]bool{}, map[string]bool{}
	}
}

func (d *Desk) readChanged(ctx context.Context) error {
	c := &d.cache
	states, revision, err := d.store.States(ctx, c.revision)
	if err != nil {
		return fmt.Errorf("states: %w", err)
	}
	c.take(states)
	c.revision = revision
	return nil
}

func (c *cache) take(states []fleet.State) {
	for i := range states {
		own := states[i] // the others that were read with it must not stay for it
		c.states[own.Server] = &own
		c.changed[states[i].Server] = true
		c.saw(states[i].Updated)
	}
}

// saw notes a time that a state tells.
func (c *cache) saw(at time.Time) {
	if at.After(c.latest) {
		c.latest = at
	}
}

// readOrders takes the orders that changed. A large fleet has thousands, of
// which few change between two views.
func (c *cache) readOrders(ctx context.Context, s Store) error {
	if c.book == nil {
		c.book = newBook()
	}
	changed, err := c.book.freshen(ctx, s)
	if err == nil && changed {
		c.orders = c.book.list()
	}
	return err
}

// readMarked takes the inventory and the whole event list where the store says
// that they are others now, and only new events otherwise.
func (d *Desk) readMarked(ctx context.Context) error {
	c := &d.cache
	marks, err := d.store.Marks(ctx) // before what they tell of: what changes meanwhile is read again
	if err != nil {
		return fmt.Errorf("inventory: %w", err)
	}
	whole := !c.loaded || due(d.now(), c.wholeAt, wholeEvery)
	if whole || marks.Inventory != c.marks.Inventory {
		if err := d.readInventory(ctx); err != nil {
			return err
		}
	}
	if err := d.readEvents(ctx, whole || marks.EventAcks != c.marks.EventAcks); err != nil {
		return err
	}
	if c.marks = marks; whole {
		c.wholeAt = d.now()
	}
	return nil
}

// readEvents takes the whole event list or what is new of it.
func (d *Desk) readEvents(ctx context.Context, whole bool) error {
	c := &d.cache
	q := fleet.EventQuery{Limit: eventsShown}
	if !whole && len(c.events) > 0 {
		q.After = c.events[0].ID
	}
	fresh, err := d.store.Events(ctx, q)
	switch {
	case err != nil:
		return fmt.Errorf("events: %w", err)
	case q.After == 0:
		c.events = fresh
	case len(fresh) > 0:
		c.events = slices.Concat(fresh, c.events)
		c.events = c.events[:min(len(c.events), eventsShown)]
	}
	return nil
}

func (d *Desk) readInventory(ctx context.Context) error {
	c := &d.cache
	servers, err := d.store.Servers(ctx)
	if err != nil {
		return fmt.Errorf("inventory: %w", err)
	}
	now := make(map[string]bool, len(servers))
	for i := range servers {
		name := servers[i].Name
		now[name] = true
		if old, ok := c.servers[name]; !ok || !old.Same(&servers[i]) {
			own := servers[i]
			c.servers[name], c.changed[name] = &own, true
		}
		delete(c.removed, name)
	}
	for name := range c.servers {
		if !now[name] {
			c.removed[name] = true
			delete(c.servers, name)
		}
	}
	return nil
}

// readAcks takes the acknowledged findings, and marks the servers of those
// that changed.
func (d *Desk) readAcks(ctx context.Context) error {
	c := &d.cache
	list, err := d.store.FindingAcks(ctx)
	if err != nil {
		return fmt.Errorf("acknowledgements: %w", err)
	}
	next := make(map[string]fleet.FindingAck, len(list))
	now, changed := d.now(), false
	for _, a := range list {
		if a.Lapsed(now) {
			continue // before anybody took it away
		}
		id := ackID(a.Server, a.Key, a.Code)
		next[id] = a
		if old, ok := c.acks[id]; !ok || old != a {
			c.changed[a.Server], changed = true, true
		}
	}
	for id, a := range c.acks {
		if _, ok := next[id]; !ok {
			c.changed[a.Server], changed = true, true
		}
	}
	c.acks = next
	if changed {
		c.acksOf = map[string][]fleet.FindingAck{}
		for _, a := range next {
			c.acksOf[a.Server] = append(c.acksOf[a.Server], a)
		}
	}
	return nil
}

// snapshot makes the next snapshot from the changed and removed servers.
func (c *cache) snapshot(now time.Time) {
	entries := make([]fleet.Entry, 0, len(c.changed))
	for name := range c.changed {
		if s, ok := c.servers[name]; ok {
			entries = append(entries, c.entry(s))
		}
	}
	switch {
	case c.snap == nil:
		c.snap = fleet.NewSnapshot(c.revision, now, entries)
	case len(entries) > 0 || len(c.removed) > 0 || c.snap.Revision != c.revision:
		c.snap = c.snap.With(c.revision, now, entries, slices.Collect(maps.Keys(c.removed))...)
	}
	c.settleIn()
	clear(c.changed)
	clear(c.removed)
}

// settleIn lets the servers, and the states that the snapshot shows as the
// collector left them, be those of the snapshot: a large fleet has no room for
// two of each.
func (c *cache) settleIn() {
	for name := range c.changed {
		st, e := c.states[name], c.snap.Find(name)
		if e != nil && c.servers[name] != nil {
			c.servers[name] = &e.Server
		}
		if st == nil || e == nil || e.BeingRead || len(st.Findings) != len(e.State.Findings) {
			continue
		}
		if len(st.Findings) == 0 || &st.Findings[0] == &e.State.Findings[0] { // else they are marked
			c.states[name] = &e.State
		}
	}
}

// acknowledged is the state of a server with its findings marked. The cached
// state is left alone: what is acknowledged can be withdrawn.
func (c *cache) acknowledged(name string) fleet.State {
	var st fleet.State
	if have := c.states[name]; have != nil {
		st = *have
	}
	var marked []fleet.Finding
	for i := range st.Findings {
		a, ok := c.ackFor(name, &st.Findings[i], st.Swapped[st.Findings[i].Key])
		if !ok {
			continue
		}
		if marked == nil {
			marked = slices.Clone(st.Findings)
		}
		ack := a.Ack
		marked[i].Acknowledged, marked[i].Ack = true, &ack
	}
	if marked != nil {
		st.Findings = marked
	}
	return st
}

// ackFor finds the acknowledgement that covers a finding: made for it when it
// was at least as bad as it is now, and for the part that came into the slot at
// that time or before. It holds when the finding goes and comes again, and ends
// when it gets worse or the part is replaced.
func (c *cache) ackFor(server string, f *fleet.Finding, since time.Time) (fleet.FindingAck, bool) {
	if len(c.acks) == 0 {
		return fleet.FindingAck{}, false
	}
	for _, h := range fleet.Healths {
		if h.Severity() < f.Health.Severity() {
			continue
		}
		if a, ok := c.acks[ackID(server, f.Key, ackCode(f, h))]; ok && !a.At.Before(since) {
			return a, true
		}
	}
	return fleet.FindingAck{}, false
}

func ackID(server, key, code string) string { return strings.Join([]string{server, key, code}, "\x00") }

// ackCode is the code under which an acknowledgement is stored: it names how
// bad the finding was when a person said that it is known. Faults that a device
// lists share a code, so theirs names the text too: the next fault is news.
func ackCode(f *fleet.Finding, h fleet.Health) string {
	code := f.Code
	if code == health.Fault {
		sum := sha256.Sum256([]byte(f.Text))
		code += "#" + hex.EncodeToString(sum[:8])
	}
	return code + "@" + h.String()
}

// collector says who polls, from the lease.
func (d *Desk) collector(l fleet.Lease) Collector {
	if !l.Live(d.now()) {
		return Collector{Load: l.Load}
	}
	return Collector{Owner: l.Holder, Here: l.Holder == d.holder && d.holder != "", Foreign: l.Foreign, Started: l.Taken, Heartbeat: l.Heartbeat,
		Endpoints: l.Load.Endpoints, InFlight: l.Load.InFlight, Late: l.Load.Late, Load: l.Load}
}
