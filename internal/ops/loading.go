package ops

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"time"

	"ironage/internal/fleet"
)

// Loading is how far the states of a large store are read. The zero value means
// that a view shows all that is known.
type Loading struct{ Done, Total int }

// Going reports whether a view shows a part of what is known only: nothing may
// be concluded from what it does not show.
func (l Loading) Going() bool { return l.Total > 0 }

// ErrLoading refuses what needs to know the whole fleet while it is being read.
var ErrLoading = errors.New("what is known is still being read; try again in a moment")

const (
	// loadedAtOnce is how many states are read before the first view in any case.
	loadedAtOnce = 40
	// loadPiece is how many states are read at once: so few that the store decodes
	// them on one processor, and another one is there for keys.
	loadPiece = 16
	// mostLoaders bounds who reads at once: the store has a few readers only, and
	// keys are answered meanwhile.
	mostLoaders = 2
	loadEvery   = 500 * time.Millisecond // the views that come while reading
	loadAgain   = time.Second            // after a failure
)

// loading are the states that are not read yet. Loaders take names and bring
// states, a refresh collects what they brought.
type loading struct {
	revision int64 // that the outline shows
	total    int
	known    map[string]fleet.State // by the outline

	mu      sync.Mutex
	names   []string // still to be read, in order
	flying  int      // taken and not brought yet
	arrived []fleet.State
	failed  error
	wake    chan struct{} // capacity 1: something was brought
}

// Begin makes the first view. Of a large store that is every server with its
// health, and the worst ones whole; Run then reads the rest, and the views say
// so until it is there. Of a small one it is Refresh.
func (d *Desk) Begin(ctx context.Context) error {
	if err := d.outline(ctx); err != nil {
		return err
	}
	return d.Refresh(ctx)
}

// outline takes what the store can tell of all servers at once.
func (d *Desk) outline(ctx context.Context) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	c := &d.cache
	if c.states != nil {
		return nil // it is no beginning
	}
	known, revision, err := d.store.Outline(ctx)
	if err != nil {
		return fmt.Errorf("states: %w", err)
	}
	if len(known) <= loadedAtOnce {
		return nil
	}
	c.make()
	l := &loading{revision: revision, total: len(known), known: make(map[string]fleet.State, len(known)), wake: make(chan struct{}, 1)}
	for i := range known {
		l.known[known[i].Server] = known[i]
		c.saw(known[i].Updated)
	}
	l.names = readingOrder(known)
	first, err := d.store.StatesOf(ctx, l.names[:loadedAtOnce])
	if err != nil {
		return fmt.Errorf("states: %w", err)
	}
	l.names, l.arrived = l.names[loadedAtOnce:], first
	c.loading = l
	return nil
}

// readingOrder is the worst first, for somebody may wait for them. The others
// come from the end: a collector that starts with this process reads from the
// beginning, and what one of the two has decoded the other takes.
func readingOrder(known []fleet.State) []string {
	sorted := slices.Clone(known)
	slices.SortStableFunc(sorted, func(a, b fleet.State) int {
		return cmp.Or(cmp.Compare(urgency(b.Health), urgency(a.Health)), cmp.Compare(b.Server, a.Server))
	})
	names := make([]string, len(sorted))
	for i := range sorted {
		names[i] = sorted[i].Server
	}
	return names
}

// urgency orders those of which somebody may have to know; the rest are alike.
func urgency(h fleet.Health) int {
	if h.Severity() < fleet.Warning.Severity() {
		return 0
	}
	return h.Severity()
}

// load reads what is left, until all is there or ctx ends.
func (d *Desk) load(ctx context.Context, l *loading) {
	var loaders sync.WaitGroup
	for range min(max(runtime.GOMAXPROCS(0)-1, 1), mostLoaders) {
		loaders.Go(func() {
			for names := l.take(); len(names) > 0; names = l.take() {
				if !d.bring(ctx, l, names) {
					return
				}
				runtime.Gosched() // a key that was pressed meanwhile comes first
			}
		})
	}
	loaders.Wait()
}

// bring reads some states, again and again while the store cannot be read. It
// reports false when ctx ended.
func (d *Desk) bring(ctx context.Context, l *loading, names []string) bool {
	for {
		states, err := d.store.StatesOf(ctx, names)
		if ctx.Err() != nil {
			return false
		}
		l.brought(len(names), states, err)
		if err == nil {
			return true
		}
		if !pause(ctx, loadAgain) {
			return false
		}
	}
}

func (l *loading) take() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	names := l.names[:min(loadPiece, len(l.names))]
	l.names = l.names[len(names):]
	l.flying += len(names)
	return names
}

func (l *loading) brought(asked int, states []fleet.State, err error) {
	l.mu.Lock()
	l.failed = err
	if err == nil {
		l.flying -= asked
		l.arrived = append(l.arrived, states...)
	}
	l.mu.Unlock()
	select {
	case l.wake <- struct{}{}:
	default: // somebody is to wake already
	}
}

// collect hands out what was brought since the last time, and how much is left.
func (l *loading) collect() (states []fleet.State, left int, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	states, l.arrived = l.arrived, nil
	return states, len(l.names) + l.flying, l.failed
}

// readPieces takes the states that were read so far. When they all are, it
// takes what changed since the outline; what is shown is then the whole.
func (d *Desk) readPieces(ctx context.Context) error {
	c, l := &d.cache, d.cache.loading
	states, left, err := l.collect()
	c.take(states)
	for i := range states {
		delete(l.known, states[i].Server)
	}
	if err != nil {
		return fmt.Errorf("states: %w", err)
	}
	c.revision = l.revision
	if left > 0 {
		return nil
	}
	if err := d.readChanged(ctx); err != nil {
		return err
	}
	for name := range l.known {
		c.changed[name] = true // it is no longer awaited
	}
	c.loading = nil
	return nil
}

// progress is how far reading is.
func (c *cache) progress() Loading {
	if l := c.loading; l != nil {
		return Loading{Done: l.total - len(l.known), Total: l.total}
	}
	return Loading{}
}

// unread is what Begin left to be read; nil when nothing.
func (d *Desk) unread() *loading {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.cache.loading
}

// woken receives when more was read; nil when nothing is being read.
func (d *Desk) woken() (<-chan struct{}, time.Duration) {
	if l := d.unread(); l != nil {
		return l.wake, loadEvery
	}
	return nil, viewEvery
}

// whole refuses what needs the whole fleet while it is being read.
func (d *Desk) whole() error {
	if d.View().Loading.Going() {
		return ErrLoading
	}
	return nil
}
