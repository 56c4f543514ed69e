package collect

import (
	"container/heap"
	"context"
	"fmt"
	"maps"
	"runtime/debug"
	"sync"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/health"
)

// run is one term of holding the lease. Its loop owns every field; reads and
// writes happen in goroutines that report back through channels.
type run struct {
	c     *Collector
	cfg   Config
	tasks map[string]*task
	due   schedule
	lanes *lanes
	// running are the tasks in flight.
	running map[*task]bool
	done    chan result
	reads   sync.WaitGroup

	servers map[string]*fleet.Server // of the collector's inventory, which nobody changes
	policy  health.Policy
	states  map[string]fleet.State
	watched map[string][]fleet.Watch
	parts   *whereabouts
	commons fleet.Commons           // what the states share
	retired map[string]fleet.Server // that left the inventory, as it was

	out        *outbox
	dark       *darkness
	hours      hours
	outlooks   *outlooks
	handed     time.Time // up to when the hours were handed over
	count      int64
	delays     delays
	rate       rate
	looked     looked // at the tasks, by report
	darkLooked time.Time
	rackLooked map[string]time.Time
	pingless   bool // this machine may not ping, and that was said

	hints    *hints
	resolved map[string][]string // addresses of the endpoints' names
	moved    bool                // the directory of senders is out of date
}

type result struct {
	t   *task
	obs fleet.Observation
}

func newRun(c *Collector) *run {
	r := &run{c: c, cfg: c.cfg, tasks: map[string]*task{}, running: map[*task]bool{}, lanes: newLanes(c.cfg.Concurrency), done: make(chan result, mostInFlight(c.cfg.Concurrency)),
		servers: map[string]*fleet.Server{}, states: map[string]fleet.State{}, watched: map[string][]fleet.Watch{},
		hours: hours{}, rackLooked: map[string]time.Time{}}
	r.hints, r.resolved = newHints(c.cfg.Now), map[string][]string{}
	r.out = newOutbox(c.cfg, c.mayWrite)
	r.dark = newDarkness(c.cfg.DarkHold)
	r.outlooks = newOutlooks(c.cfg.Store)
	r.parts, r.retired = newWhereabouts(), map[string]fleet.Server{}
	r.delays.every = c.cfg.StatusEvery
	return r
}

// loop collects until ctx ends, and writes what is left when it does.
func (r *run) loop(ctx context.Context) {
	if !r.load(ctx) {
		return
	}
	r.restock()
	r.handed = r.cfg.Now()
	r.out.event(fleet.Event{Time: r.cfg.Now(), Kind: fleet.EventCollector, To: r.cfg.Holder, Health: fleet.OK,
		Text: fmt.Sprintf("%s collects", r.cfg.Holder)})
	requests := make(chan fleet.ReadRequest)
	var helpers sync.WaitGroup
	helpers.Go(func() { r.requests(ctx, requests) })
	helpers.Go(func() { r.outlooks.work(ctx) })
	addresses := make(chan map[string][]string)
	if r.cfg.Ears != nil {
		helpers.Go(func() { r.listen(ctx) })
		helpers.Go(func() { r.resolve(ctx, addresses) })
	}
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for ctx.Err() == nil {
		r.dispatch(ctx)
		timer.Reset(r.wait())
		select {
		case <-ctx.Done():
		case <-timer.C:
		case res := <-r.done:
			if ctx.Err() == nil { // a read that was cut short says nothing
				r.finished(res)
			}
		case <-r.c.changed:
			r.restock()
		case name := <-r.c.asked:
			r.demand(name)
		case q := <-requests:
			r.demand(q.Server)
		case <-r.hints.wake:
		case found := <-addresses:
			maps.Copy(r.resolved, found)
			r.introduce()
		case f := <-r.outlooks.made:
			r.outlooks.fills[f.server] = f.fills
		case w := <-r.out.written:
			r.wrote(w)
		case <-tick.C:
			r.tick()
			r.out.look(ctx, r)
		}
		r.heed()
		r.out.flush(ctx, r)
	}
	r.reads.Wait()
	helpers.Wait()
	r.dark.release(r.out, r.entries(), r.policy.Dark, time.Time{})
	r.out.close(ctx, r)
}

// load takes over the states as the last collector left them: without them,
// every part would look new.
func (r *run) load(ctx context.Context) bool {
	for wait := time.Second; ; wait = min(2*wait, 30*time.Second) {
		states, _, err := r.cfg.Store.States(ctx, 0)
		for i := range states {
			r.states[states[i].Server] = states[i]
		}
		if err == nil {
			err = r.loadParts(ctx)
		}
		if err == nil {
			r.cfg.Notice("load", fleet.OK, "")
			return true
		}
		if ctx.Err() != nil {
			return false
		}
		r.cfg.Notice("load", fleet.Critical, "nothing is polled, because what is known so far cannot be read: "+err.Error())
		if !sleep(ctx, wait) {
			return false
		}
	}
}

// restock makes the tasks those of the inventory.
func (r *run) restock() {
	now := r.cfg.Now()
	servers, policy := r.c.inventory()
	r.policy = policy
	r.retire(servers)
	r.servers = make(map[string]*fleet.Server, len(servers))
	wanted := make(map[string]bool, len(servers))
	var fresh []*task
	for i := range servers {
		s := &servers[i]
		r.servers[s.Name] = s
		for _, ep := range s.Endpoints {
			key := taskKey(s.Name, ep)
			wanted[key] = true
			if t := r.tasks[key]; t != nil {
				t.server, t.ep = s, ep
				continue
			}
			t := newTask(s, ep, now)
			if st, ok := r.states[s.Name]; ok {
				if e := endpointOf(&st, ep); e != nil {
					t.misses = e.Misses
				}
			}
			r.tasks[key] = t
			fresh = append(fresh, t)
		}
	}
	spread(fresh, now)
	for _, t := range fresh {
		heap.Push(&r.due, t)
	}
	for key, t := range r.tasks {
		if !wanted[key] {
			delete(r.tasks, key)
			t.gone = true
			r.due.drop(t)
			r.lanes.drop(t)
		}
	}
	r.out.gather(len(r.tasks))
	r.introduce()
	r.report()
}

// demand puts a server's endpoints first in the line, for an inventory:
// somebody waits for it.
func (r *run) demand(server string) { r.readSoon(server, true, true) }

// readSoon lets a server's endpoints wait for a slot now: before everybody
// else when a person waits, else in the lane of those whose devices called.
func (r *run) readSoon(server string, full, urgent bool) {
	s := r.servers[server]
	if s == nil {
		return
	}
	for _, ep := range s.Endpoints {
		t := r.tasks[taskKey(server, ep)]
		if t == nil {
			continue
		}
		if !t.running {
			r.due.drop(t)
			r.lanes.drop(t)
		}
		t.urgent = t.urgent || urgent
		t.hinted = !t.urgent
		if t.running {
			// What runs may have passed the place of which the news are.
			t.again, t.allOver = true, t.allOver || full
			continue
		}
		t.full = t.full || full
		r.lanes.add(t)
	}
}

// dispatch moves due tasks into the lanes and starts as many as there are slots.
func (r *run) dispatch(ctx context.Context) {
	now := r.cfg.Now()
	for len(r.due) > 0 && !r.due[0].due.After(now) {
		t := heap.Pop(&r.due).(*task)
		t.full = t.full || !t.nextAll.After(now)
		r.lanes.add(t)
	}
	for t := r.lanes.next(); t != nil; t = r.lanes.next() {
		r.start(ctx, t, now)
	}
}

// start reads one endpoint in its own goroutine. A prober that panics costs
// this one read.
func (r *run) start(ctx context.Context, t *task, now time.Time) {
	rhythm, limit := fleet.Status, r.cfg.ReadTimeout
	if t.full || !t.nextAll.After(now) {
		rhythm, limit = fleet.Inventory, 4*r.cfg.ReadTimeout
	}
	if t.lane == laneStatus || t.lane == laneFull {
		r.delays.add(now.Sub(t.due), now)
	}
	t.running, t.urgent, t.hinted, t.began, t.read = true, false, false, now, true
	r.running[t] = true
	server, ep := *t.server, t.ep
	r.reads.Go(func() {
		ctx, cancel := context.WithTimeout(ctx, limit)
		defer cancel()
		r.done <- result{t: t, obs: r.read(ctx, server, ep, rhythm)}
	})
}

func (r *run) read(ctx context.Context, s fleet.Server, ep fleet.Endpoint, rhythm fleet.Rhythm) (obs fleet.Observation) {
	defer func() {
		if p := recover(); p != nil {
			obs = fleet.Observation{Server: s.Name, Endpoint: ep, Rhythm: rhythm, Time: r.cfg.Now(), SNMP: fleet.Garbled,
				SNMPNote: fmt.Sprintf("reading it failed inside ironage, please report: %v", p),
				Errors:   []fleet.ReadError{{What: "session", Text: fmt.Sprintf("panic: %v\n%s", p, debug.Stack())}}}
		}
	}()
	return r.cfg.Prober.Read(ctx, s, ep, rhythm)
}

// wait is how long the loop may sleep.
func (r *run) wait() time.Duration {
	now := r.cfg.Now()
	d := time.Hour
	if len(r.due) > 0 {
		d = min(d, r.due[0].due.Sub(now))
	}
	d = min(d, r.out.wait(now), r.hints.wait(now))
	return max(d, 0)
}

// finished folds one read and gives the endpoint its next turn.
func (r *run) finished(res result) {
	t, now := res.t, r.cfg.Now()
	t.running = false
	delete(r.running, t)
	r.out.soon = r.out.soon || t.lane == laneUrgent || t.lane == laneHinted
	r.lanes.done(t)
	r.count++
	listed, ok := r.servers[t.server.Name]
	if t.gone || !ok {
		return
	}
	s := *listed
	prev := r.states[s.Name]
	r.watch(&prev)
	r.pinged(&res.obs.Ping)
	r.outlooks.take(s.Name, &res.obs)
	f := folded(&prev, s, &res.obs, r.policy, now)
	next, events := f.next, f.events
	aged(&prev, &next, s, r.cfg.Life, now)
	e := endpointOf(&next, t.ep)
	missed := t.misses
	r.learn(t, e, &res, now)
	if e != nil {
		e.Interval, e.NextTry = r.cfg.StatusEvery, t.due
		switch {
		case t.misses == 1 && e.Ping.Reach != fleet.Answered:
			r.lookAround(s, now, false)
		case t.misses == 0 && missed > 1:
			r.lookAround(s, now, true)
		}
	}
	r.commons.Share(&prev, &next)
	r.moved = r.moved || identity(&prev) != identity(&next)
	r.states[s.Name] = next
	r.hours.add(f)
	r.outlooks.ask(f)
	for _, ev := range events {
		if !r.dark.hold(ev, &next, r.out, now) {
			r.out.event(ev)
		}
	}
	r.relocate(s, f, now)
	r.out.state(s.Name, now)
}

// requests passes on what other processes want to have read now.
func (r *run) requests(ctx context.Context, out chan<- fleet.ReadRequest) {
	for sleep(ctx, time.Second) {
		// A store that cannot be asked now is asked again in a second; the
		// writer is the one that complains.
		list, _ := r.cfg.Store.TakeReadRequests(ctx)
		for _, q := range list {
			select {
			case out <- q:
			case <-ctx.Done():
				return
			}
		}
	}
}

// entries is the fleet as outages see it.
func (r *run) entries() []health.Member {
	out := make([]health.Member, 0, len(r.servers))
	for name, s := range r.servers {
		e := fleet.Entry{Server: *s, State: r.states[name]}
		out = append(out, health.MemberOf(&e))
	}
	return out
}

// tick does what is due by the clock rather than by a read.
func (r *run) tick() {
	now := r.cfg.Now()
	if len(r.dark.held) > 0 && now.Sub(r.darkLooked) >= r.seldom() {
		r.darkLooked = now
		r.dark.release(r.out, r.entries(), r.policy.Dark, now)
	}
	r.hours.due(r.out, r.handed, now)
	r.handed = now
	if r.moved {
		r.introduce()
	}
	for t := range r.running {
		if now.Sub(t.began) > patience {
			r.lanes.aside(t)
		}
	}
	r.report()
}

// patience is how long a read may hold its slot. A status read takes a fraction
// of it; longer take those that do not answer, and slow devices.
const patience = 3 * time.Second
