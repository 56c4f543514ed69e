package ops

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/health"
	"ironage/internal/maintenance"
	"ironage/internal/outlook"
	"ironage/internal/queue"
)

// Store is what the use-cases need from persistence. What a person decided is
// durable when a call returns.
type Store interface {
	Marks(ctx context.Context) (fleet.Marks, error)
	Servers(ctx context.Context) ([]fleet.Server, error)
	States(ctx context.Context, since int64) ([]fleet.State, int64, error)
	Outline(ctx context.Context) ([]fleet.State, int64, error)
	StatesOf(ctx context.Context, servers []string) ([]fleet.State, error)
	SaveStates(ctx context.Context, states []fleet.State, events []fleet.Event, hours []fleet.HourValue) error
	Events(ctx context.Context, q fleet.EventQuery) ([]fleet.Event, error)
	Acknowledge(ctx context.Context, ids []int64, ack fleet.Ack) error
	AckFinding(ctx context.Context, server, key, code string, ack fleet.Ack) error
	UnackFinding(ctx context.Context, server, key, code string, by fleet.Ack) error
	FindingAcks(ctx context.Context) ([]fleet.FindingAck, error)
	EndFindingAck(ctx context.Context, a fleet.FindingAck, why string, e fleet.Event) error
	Windows(ctx context.Context) ([]maintenance.Window, error)
	Window(ctx context.Context, id int64) (maintenance.Window, error)
	WindowLog(ctx context.Context, id int64) ([]maintenance.Entry, error)
	CreateWindow(ctx context.Context, w maintenance.Window, by queue.Actor) (maintenance.Window, error)
	UpdateWindow(ctx context.Context, w maintenance.Window, by queue.Actor, action string, read int64) error
	ToldWindows(ctx context.Context) (map[int64]bool, error)
	TellWindow(ctx context.Context, id int64, begun bool, e fleet.Event) error
	Readings(ctx context.Context, server, metric string, since time.Time) ([]fleet.HourValue, error)
	Orders(ctx context.Context) ([]queue.Order, error)
	Order(ctx context.Context, id int64) (queue.Order, error)
	OrdersSince(ctx context.Context, after int64) ([]queue.Order, int64, error)
	DepartedParts(ctx context.Context, most int) ([]fleet.DepartedPart, error)
	SpareMoves(ctx context.Context, since time.Time) ([]queue.SpareMove, error)
	OrderLog(ctx context.Context, id int64) ([]queue.Entry, error)
	CreateOrder(ctx context.Context, o queue.Order, e queue.Entry) (queue.Order, error)
	UpdateOrder(ctx context.Context, o queue.Order, e queue.Entry, read int64) error
	Lease(ctx context.Context) (fleet.Lease, error)
	RequestRead(ctx context.Context, server, by string) error
	Watch(ctx context.Context, every time.Duration) <-chan int64
}

// Desk is one process's place of work: it keeps a View fresh and carries out
// what people decide. All methods may be called from several goroutines.
type Desk struct {
	store  Store
	now    func() time.Time
	holder string // the lease name of this process's own collector

	rules struct {
		sync.Mutex
		policy   health.Policy
		settings *outlook.Settings
		queue    queue.Rules
	}
	reviewer reviewer

	view atomic.Pointer[View]

	mu      sync.Mutex // guards cache and building of views
	cache   cache
	notices struct {
		sync.Mutex
		byCode map[string]Notice
	}
	changed struct {
		sync.Mutex
		next chan struct{} // closed when a new view is there
	}
}

// Option adjusts a Desk.
type Option func(*Desk)

// WithPolicy sets the rules by which replacements count as proven.
func WithPolicy(p health.Policy) Option { return func(d *Desk) { d.rules.policy = p } }

// WithOutlook sets the rules by which age, risk and demand are judged.
func WithOutlook(s outlook.Settings) Option { return func(d *Desk) { d.rules.settings = &s } }

// WithQueue sets the rules by which the evidence moves the queue.
func WithQueue(r queue.Rules) Option { return func(d *Desk) { d.rules.queue = r } }

// WithHolder names this process's own collector, so that the view can tell
// whether it is the one that polls.
func WithHolder(name string) Option { return func(d *Desk) { d.holder = name } }

// NewDesk makes a desk over a store. Its view is empty until Begin, Run or Refresh.
func NewDesk(store Store, now func() time.Time, opts ...Option) *Desk {
	d := &Desk{store: store, now: now}
	defaults := outlook.DefaultSettings()
	d.rules.policy, d.rules.settings, d.rules.queue = health.Default(), &defaults, queue.DefaultRules()
	d.reviewer.book, d.reviewer.sights = newBook(), map[string]*sight{}
	d.notices.byCode = map[string]Notice{}
	d.changed.next = make(chan struct{})
	for _, o := range opts {
		o(d)
	}
	empty := fleet.NewSnapshot(0, now(), nil)
	d.view.Store(&View{Fleet: empty, Outlook: outlook.Build(nil, empty, nil, d.rules.settings, now())})
	return d
}

// SetRules replaces the rules while the desk is at work: a configuration was
// read again. The next view is judged by them.
func (d *Desk) SetRules(p health.Policy, s outlook.Settings) {
	d.rules.Lock()
	defer d.rules.Unlock()
	d.rules.policy, d.rules.settings = p, &s
}

// SetQueueRules replaces the rules by which the evidence moves the queue.
func (d *Desk) SetQueueRules(r queue.Rules) {
	d.rules.Lock()
	defer d.rules.Unlock()
	d.rules.queue = r
}

func (d *Desk) queueRules() queue.Rules {
	d.rules.Lock()
	defer d.rules.Unlock()
	return d.rules.queue
}

func (d *Desk) currentRules() (health.Policy, *outlook.Settings) {
	d.rules.Lock()
	defer d.rules.Unlock()
	return d.rules.policy, d.rules.settings
}

// View is the latest view; never nil.
func (d *Desk) View() *View { return d.view.Load() }

// How often views are made: at most four a second, and often enough to notice
// that a collector died or another process wrote.
const (
	viewEvery  = 250 * time.Millisecond
	lookEvery  = 250 * time.Millisecond
	leaseEvery = 2 * time.Second
	countEvery = time.Minute // the spares
)

// Run keeps the view fresh until ctx ends, and reads what Begin left. A store
// that cannot be read for a while is a notice, not an end.
func (d *Desk) Run(ctx context.Context) error {
	var loaders sync.WaitGroup
	defer loaders.Wait()
	if l := d.unread(); l != nil {
		loaders.Go(func() { d.load(ctx, l) })
	}
	feed := d.store.Watch(ctx, lookEvery)
	lease := time.NewTicker(leaseEvery)
	defer lease.Stop()
	var counted time.Time
	for {
		began := d.now()
		if err := d.Refresh(ctx); err != nil && ctx.Err() == nil {
			d.SetNotice(Notice{Code: "read", Health: fleet.Warning, Text: "the database cannot be read, what is shown is old: " + err.Error()})
		} else if err == nil {
			d.ClearNotice("read")
			if began.Sub(counted) >= countEvery && d.whole() == nil {
				counted = began
				d.Notify("spares", fleet.Warning, spareNotice(d.Spares()))
			}
		}
		more, every := d.woken()
		if !pause(ctx, every-d.now().Sub(began)) {
			return nil
		}
		select {
		case <-ctx.Done():
			return nil
		case _, open := <-feed:
			if !open {
				return nil
			}
		case <-lease.C:
		case <-more:
		}
	}
}

// pause waits for d, or less when ctx ends, which it reports as false.
func pause(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

// Watch sends the latest view at once and then every new one, at most four a
// second; a slow receiver gets the newest only. It closes when ctx ends.
func (d *Desk) Watch(ctx context.Context) <-chan *View {
	out := make(chan *View)
	go func() {
		defer close(out)
		for {
			d.changed.Lock()
			next := d.changed.next
			d.changed.Unlock()
			v := d.View()
			for sent := false; !sent; {
				select {
				case <-ctx.Done():
					return
				case out <- v:
					sent = true
				case <-next: // overtaken before anybody took it
					d.changed.Lock()
					next = d.changed.next
					d.changed.Unlock()
					v = d.View()
				}
			}
			if !pause(ctx, viewEvery) {
				return
			}
			select {
			case <-ctx.Done():
				return
			case <-next:
			}
		}
	}()
	return out
}

// publish makes v the view and tells whoever watches.
func (d *Desk) publish(v *View) {
	d.view.Store(v)
	d.changed.Lock()
	defer d.changed.Unlock()
	close(d.changed.next)
	d.changed.next = make(chan struct{})
}
