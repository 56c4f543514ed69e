package store

import (
	"context"
	"database/sql"
	"sync"
	"time"

	"ironage/internal/fleet"
)

// broadcast tells any number of listeners that something was written.
type broadcast struct {
	mu   sync.Mutex
	next chan struct{}
}

func (b *broadcast) init() { b.next = make(chan struct{}) }

func (b *broadcast) tell() {
	b.mu.Lock()
	defer b.mu.Unlock()
	close(b.next)
	b.next = make(chan struct{})
}

func (b *broadcast) wait() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.next
}

// Changed returns a channel that is closed at this process's next write. Ask
// again after each; take the channel before reading what it guards.
func (s *Store) Changed() <-chan struct{} { return s.changes.wait() }

const revisionSQL = `SELECT value FROM meta WHERE name = 'revision'`

// Revision grows with every change that a face may want to show. Reading it is cheap.
func (s *Store) Revision(ctx context.Context) (int64, error) { return s.revision(ctx, s.readers) }

func (s *Store) revision(ctx context.Context, q querier) (int64, error) {
	var r int64
	err := q.QueryRowContext(ctx, revisionSQL).Scan(&r)
	return r, s.explain(err)
}

const bumpSQL = `UPDATE meta SET value = value + 1 WHERE name = 'revision' RETURNING value`

// bump gives the change of this transaction its revision.
func bump(ctx context.Context, tx *sql.Tx) (int64, error) {
	var r int64
	err := tx.QueryRowContext(ctx, bumpSQL).Scan(&r)
	return r, err
}

// The marks: rows of meta, which are missing until something moves them.
const (
	markInventory = "inventory"
	markEventAcks = "event_acks"
)

// bumpMarked gives the change of this transaction its revision, and moves a
// mark there.
func bumpMarked(ctx context.Context, tx *sql.Tx, mark string) error {
	r, err := bump(ctx, tx)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value`, mark, r)
	return err
}

// Marks are when what has no feed of its own last changed, through any process.
// Reading them is cheap.
func (s *Store) Marks(ctx context.Context) (m fleet.Marks, err error) {
	err = s.readers.QueryRowContext(ctx, `SELECT
		COALESCE((SELECT value FROM meta WHERE name = $1), 0),
		COALESCE((SELECT value FROM meta WHERE name = $2), 0)`, markInventory, markEventAcks).Scan(&m.Inventory, &m.EventAcks)
	return m, s.explain(err)
}

// Watch sends the revision whenever it has grown, through this process or
// another, looking at the others every so often. The newest wins: a slow
// receiver misses what was overtaken. The channel closes when ctx ends.
func (s *Store) Watch(ctx context.Context, every time.Duration) <-chan int64 {
	out := make(chan int64, 1)
	go func() {
		defer close(out)
		s.watch(ctx, every, out)
	}()
	return out
}

func (s *Store) watch(ctx context.Context, every time.Duration, out chan int64) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	var seen int64 = -1
	var others othersWrote
	defer others.close()
	for {
		changed := s.Changed()
		r, early, err := s.news(ctx)
		if err == nil && !early && r > seen {
			seen = r
			select { // make room for the newest
			case <-out:
			default:
			}
			out <- r
		}
		for quiet := true; quiet; {
			select {
			case <-ctx.Done():
				return
			case <-changed:
				quiet = false
			case <-tick.C:
				quiet = !others.check(ctx, s.readers) && !early
			}
		}
	}
}

// news is the revision. What this process is about to write is early: a reader
// would get what was before it, and never be told again. Its end is told; but it
// may fail, and another process write that revision instead, so look again.
func (s *Store) news(ctx context.Context) (r int64, early bool, err error) {
	r, err = s.Revision(ctx)
	return r, err == nil && s.mirror.awaits(r), err // in this order: it may begin meanwhile
}

// othersWrote notices commits of other connections without reading a table.
// The counter belongs to one connection, which it therefore keeps.
type othersWrote struct {
	conn *sql.Conn
	last int64
}

// check reports whether anybody may have written since the last check; an
// error counts as yes, so that the caller looks for itself.
func (o *othersWrote) check(ctx context.Context, db *sql.DB) bool {
	if o.conn == nil {
		conn, err := db.Conn(ctx)
		if err != nil {
			return true
		}
		o.conn = conn
	}
	var v int64
	if err := o.conn.QueryRowContext(ctx, otherWritesSQL).Scan(&v); err != nil {
		o.close()
		return true
	}
	changed := v != o.last
	o.last = v
	return changed
}

func (o *othersWrote) close() {
	if o.conn != nil {
		_ = o.conn.Close() // it only reads
		o.conn = nil
	}
}
