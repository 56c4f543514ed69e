package collect

import (
	"context"
	"sync"
	"time"

	"ironage/internal/ageing"
	"ironage/internal/fleet"
	"ironage/internal/health"
)

// Prober reads one endpoint. It returns when ctx is done, and never fails:
// what went wrong is in the Observation, whose components are the caller's.
type Prober interface {
	Read(ctx context.Context, server fleet.Server, ep fleet.Endpoint, r fleet.Rhythm) fleet.Observation
}

// Store is what a collector needs from persistence.
type Store interface {
	States(ctx context.Context, since int64) ([]fleet.State, int64, error)
	// SavePolls writes what was found out, all of it or nothing.
	SavePolls(ctx context.Context, p fleet.Polls) error
	// DepartedParts are the parts that sit nowhere that is known, the latest to
	// leave first.
	DepartedParts(ctx context.Context, most int) ([]fleet.DepartedPart, error)
	AcquireLease(ctx context.Context, holder string, ttl time.Duration) (fleet.Lease, bool, error)
	RenewLease(ctx context.Context, holder string, load fleet.CollectorLoad) (bool, error)
	ReleaseLease(ctx context.Context, holder string) error
	TakeReadRequests(ctx context.Context) ([]fleet.ReadRequest, error)
}

// Queue is what the evidence may do to the replacement queue.
type Queue interface {
	// Settle compares the open orders of these servers with their states.
	Settle(ctx context.Context, states []fleet.State) error
	// Watched lists the slots that the queue follows.
	Watched(ctx context.Context) ([]fleet.Watch, error)
}

// Notice tells a person something about the collector itself; an empty text
// takes the message of that code away.
type Notice func(code string, h fleet.Health, text string)

// Config is what a Collector works with. Prober, Store and Now must be set;
// zero values of the others mean the defaults.
type Config struct {
	Prober Prober
	Store  Store
	Queue  Queue  // nil: orders are left alone
	Notice Notice // nil: nobody is told
	Ears   Ears   // nil: devices are not listened to
	// Figures says what the transport and the process are doing; nil: nobody knows.
	Figures func() (fleet.TransportLoad, fleet.ProcessLoad)
	Now     func() time.Time
	Holder  string // name of this process in the lease

	Policy health.Policy
	Life   ageing.Policy

	StatusEvery    time.Duration // status rhythm, default 60 s
	InventoryEvery time.Duration // inventory rhythm, default 6 h
	Concurrency    int           // endpoints in flight, default 256; slow and silent ones go on beside them
	ReadTimeout    time.Duration // of one status read, default 30 s; an inventory has four times as long
	LeaseTTL       time.Duration // default 15 s
	FlushEvery     time.Duration // how long finished reads wait for each other, default 100 ms; longer in a large fleet
	DarkHold       time.Duration // how long news of silence wait for their neighbours, default 20 s
	MaxBackoff     time.Duration // longest pause between reads of a silent endpoint, default 10 min
}

// Defaults of Config. A read takes as long as three echoes do, 0.4 s: 10,000
// endpoints a minute have 70 of them in flight all the time, and what is late
// for once must be able to catch up.
const (
	DefaultStatusEvery    = time.Minute
	DefaultInventoryEvery = 6 * time.Hour
	DefaultConcurrency    = 256
)

func (c Config) withDefaults() Config {
	def := func(d *time.Duration, v time.Duration) {
		if *d <= 0 {
			*d = v
		}
	}
	def(&c.StatusEvery, DefaultStatusEvery)
	def(&c.InventoryEvery, DefaultInventoryEvery)
	def(&c.ReadTimeout, 30*time.Second)
	def(&c.LeaseTTL, 15*time.Second)
	def(&c.FlushEvery, 100*time.Millisecond)
	def(&c.DarkHold, 20*time.Second)
	def(&c.MaxBackoff, 10*time.Minute)
	if c.Concurrency <= 0 {
		c.Concurrency = DefaultConcurrency
	}
	if c.Policy.Reads == (health.Reads{}) && c.Policy.Limits == nil {
		c.Policy = health.Default()
	}
	if c.Life.Life == nil {
		c.Life = ageing.DefaultPolicy()
	}
	if c.Notice == nil {
		c.Notice = func(string, fleet.Health, string) {}
	}
	if c.Holder == "" {
		c.Holder = "ironage"
	}
	return c
}

// Status is what a collector is doing.
type Status struct {
	Collecting bool // holds the lease
	fleet.CollectorLoad
	// Slowest is the endpoint whose latest answered read took longest.
	Slowest     string
	SlowestTook time.Duration
}

// Collector polls the fleet while it holds the lease.
type Collector struct {
	cfg Config

	mu      sync.Mutex
	servers []fleet.Server
	policy  health.Policy // may change while cfg stays
	changed chan struct{} // capacity 1: the inventory or the policy changed
	asked   chan string   // servers to read now
	status  Status
	proven  time.Time // when the store last confirmed that the lease is ours
	lost    bool      // it is somebody else's
}

// New makes a collector. Call SetInventory before or after Run.
func New(cfg Config) *Collector {
	cfg = cfg.withDefaults()
	return &Collector{cfg: cfg, policy: cfg.Policy, changed: make(chan struct{}, 1), asked: make(chan string, 256)}
}

// SetInventory replaces the servers to poll. What goes on with a server that
// stays is not disturbed. The list is kept as it is: nobody may change it any more.
func (c *Collector) SetInventory(servers []fleet.Server) {
	c.mu.Lock()
	c.servers = servers
	c.mu.Unlock()
	c.wake()
}

// SetPolicy replaces the rules by which health is decided, from the next read on.
func (c *Collector) SetPolicy(p health.Policy) {
	c.mu.Lock()
	c.policy = p
	c.mu.Unlock()
	c.wake()
}

func (c *Collector) wake() {
	select {
	case c.changed <- struct{}{}:
	default: // a wake-up is waiting already
	}
}

// ReadNow asks for an inventory of a server as soon as a slot is free. Without
// the lease it does nothing: the collecting process is asked through the store.
func (c *Collector) ReadNow(server string) {
	select {
	case c.asked <- server:
	default: // 256 wishes are waiting; the server's turn comes anyway
	}
}

// Status is what the collector is doing now.
func (c *Collector) Status() Status {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.status
}

func (c *Collector) setStatus(f func(*Status)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f(&c.status)
}

// inventory is the current list and policy.
func (c *Collector) inventory() ([]fleet.Server, health.Policy) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.servers, c.policy
}

// Run collects whenever it can have the lease, until ctx ends. It returns nil
// then: everything else that goes wrong is a notice and is tried again.
func (c *Collector) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		_, got, err := c.cfg.Store.AcquireLease(ctx, c.cfg.Holder, c.cfg.LeaseTTL)
		switch {
		case err != nil && ctx.Err() == nil:
			c.cfg.Notice("collector", fleet.Warning, "cannot take the collector's lease, nothing is polled from here: "+err.Error())
		case got:
			c.cfg.Notice("collector", fleet.OK, "")
			c.renewed(true)
			c.hold(ctx)
			continue
		default:
			c.cfg.Notice("collector", fleet.OK, "")
		}
		if !sleep(ctx, c.cfg.LeaseTTL/3) {
			break
		}
	}
	return nil
}

// renewed notes what the store said about the lease.
func (c *Collector) renewed(held bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lost = !held
	if held {
		c.proven = c.cfg.Now()
	}
}

// mayWrite reports whether the lease is surely ours. A process that slept
// through its lease must not write its old states over its successor's.
func (c *Collector) mayWrite() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return !c.lost && c.cfg.Now().Sub(c.proven) < c.cfg.LeaseTTL
}

// hold collects for as long as the lease is ours.
func (c *Collector) hold(ctx context.Context) {
	ctx, stop := context.WithCancel(ctx)
	var wg sync.WaitGroup
	wg.Go(func() {
		defer stop()
		c.heartbeat(ctx)
	})
	c.setStatus(func(s *Status) { *s = Status{Collecting: true} })
	newRun(c).loop(ctx)
	stop()
	wg.Wait()
	c.setStatus(func(s *Status) { *s = Status{} })
	// The next collector need not wait for the lease to run out; when this
	// fails, it does wait.
	free, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	_ = c.cfg.Store.ReleaseLease(free, c.cfg.Holder)
}

// heartbeat renews the lease until it belongs to somebody else. A store that
// cannot be written to does not end the polling: nobody else can take the
// lease from such a store either.
func (c *Collector) heartbeat(ctx context.Context) {
	var w worries
	defer w.over(c)
	for sleep(ctx, c.cfg.LeaseTTL/3) {
		load := c.load()
		w.look(c, &load)
		held, err := c.cfg.Store.RenewLease(ctx, c.cfg.Holder, load)
		if err != nil {
			continue
		}
		c.renewed(held)
		if !held {
			return
		}
	}
}

// sleep waits, or returns false when ctx ends first.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}
