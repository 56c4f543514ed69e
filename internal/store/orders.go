package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"ironage/internal/fleet"
	"ironage/internal/queue"
)

// finishedShown is how many finished orders Orders returns; the others are
// found by their number.
const finishedShown = 1000

const orderColumns = `SELECT id, version, state, doc FROM orders`

func scanOrder(scan scanner) (queue.Order, error) {
	var (
		o     queue.Order
		id    int64
		v     int64
		state string
		doc   []byte
	)
	if err := scan(&id, &v, &state, &doc); err != nil {
		return o, err
	}
	if err := json.Unmarshal(doc, &o); err != nil {
		return o, fmt.Errorf("order %d: %w", id, err)
	}
	o.ID, o.Version, o.State = id, v, queue.State(state)
	return o, nil
}

// Orders are the open and verified work orders and the most recently finished
// ones, in the order in which people look at them (queue.Sort).
func (s *Store) Orders(ctx context.Context) ([]queue.Order, error) {
	const final = `('closed', 'rejected', 'cancelled')`
	all, err := list(ctx, s, s.readers, scanOrder, orderColumns+` WHERE state NOT IN `+final)
	if err != nil {
		return nil, err
	}
	done, err := list(ctx, s, s.readers, scanOrder, orderColumns+fmt.Sprintf(` WHERE state IN %s ORDER BY changed DESC LIMIT %d`, final, finishedShown))
	if err != nil {
		return nil, err
	}
	all = append(all, done...)
	queue.Sort(all)
	return all, nil
}

// finishedKept is how many finished orders OrdersSince begins with: what was
// refused, and what did not last, is looked for among them.
const finishedKept = 10_000

// OrdersSince are the orders that were changed after an entry of their log, and
// the last entry there is: how a process keeps its own list of them. After 0
// they are the open ones, the verified ones and the last finished ones.
func (s *Store) OrdersSince(ctx context.Context, after int64) ([]queue.Order, int64, error) {
	last, err := s.LastOrderChange(ctx)
	if err != nil || last == after {
		return nil, last, err
	}
	if after > 0 {
		changed, err := list(ctx, s, s.readers, scanOrder, orderColumns+` WHERE id IN (SELECT order_id FROM order_log WHERE seq > $1)`, after)
		return changed, last, err
	}
	const final = `('closed', 'rejected', 'cancelled')`
	orders, err := list(ctx, s, s.readers, scanOrder, orderColumns+fmt.Sprintf(` WHERE state NOT IN %s OR id IN
		(SELECT id FROM orders WHERE state IN %s ORDER BY changed DESC LIMIT %d)`, final, final, finishedKept))
	return orders, last, err
}

// Order is one work order; ErrNotFound when there is none of that number.
func (s *Store) Order(ctx context.Context, id int64) (queue.Order, error) {
	return s.order(ctx, s.readers, id)
}

func (s *Store) order(ctx context.Context, q querier, id int64) (queue.Order, error) {
	o, err := scanOrder(q.QueryRowContext(ctx, orderColumns+` WHERE id = $1`, id).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return o, fmt.Errorf("order %d: %w", id, ErrNotFound)
	}
	return o, s.explain(err)
}

// OrderLog is the log of one order, oldest first; ErrNotFound when there is no
// order of that number.
func (s *Store) OrderLog(ctx context.Context, id int64) ([]queue.Entry, error) {
	entries, err := s.logAfter(ctx, s.readers, id, 0)
	if err == nil && len(entries) == 0 {
		return nil, fmt.Errorf("order %d: %w", id, ErrNotFound)
	}
	return entries, err
}

func (s *Store) logAfter(ctx context.Context, q querier, id, version int64) ([]queue.Entry, error) {
	return list(ctx, s, q, scanEntry, `SELECT seq, order_id, version, doc FROM order_log WHERE order_id = $1 AND version > $2 ORDER BY version`, id, version)
}

// CreateOrder stores a proposed order with its first log entry and gives it
// the next number; *queue.Duplicate when the place has an open order.
func (s *Store) CreateOrder(ctx context.Context, o queue.Order, e queue.Entry) (queue.Order, error) {
	doc, err := orderDocument(o)
	if err != nil {
		return o, err
	}
	err = s.decide(ctx, func(ctx context.Context, tx *sql.Tx) error {
		err := tx.QueryRowContext(ctx, `INSERT INTO orders (version, server, slot, state, tier, changed, doc) VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id`,
			o.Version, o.Server, o.Slot, string(o.State), string(o.Tier), micros(o.Changed), doc).Scan(&o.ID)
		if isOpenClash(err) {
			return s.duplicate(ctx, tx, &o)
		}
		if err != nil {
			return err
		}
		return appendLog(ctx, tx, &o, e)
	})
	return o, err
}

// duplicate names the order that is already open for o's place.
func (s *Store) duplicate(ctx context.Context, tx *sql.Tx, o *queue.Order) error {
	open, err := list(ctx, s, tx, scanOrder, orderColumns+` WHERE server = $1 AND slot = $2 ORDER BY id DESC`, o.Server, o.Slot)
	if err != nil {
		return err
	}
	for _, other := range open {
		if queue.Open(other) {
			return &queue.Duplicate{Order: other}
		}
	}
	return fmt.Errorf("order for %s of %s: the place is taken, but no open order was found", o.Slot, o.Server)
}

// UpdateOrder stores a changed order with its log entry; *queue.Conflict when
// its version is no longer the one that was read. The entry must be the one
// that made this version: order and log never disagree.
func (s *Store) UpdateOrder(ctx context.Context, o queue.Order, e queue.Entry, read int64) error {
	if o.Version != read+1 || e.Version != o.Version {
		return fmt.Errorf("order %d: version %d with log entry %d cannot follow version %d", o.ID, o.Version, e.Version, read)
	}
	doc, err := orderDocument(o)
	if err != nil {
		return err
	}
	return s.decide(ctx, func(ctx context.Context, tx *sql.Tx) error {
		// The server is not among the columns: an order keeps it. Its slot may get
		// another name, and then nobody else may have an open order there.
		res, err := tx.ExecContext(ctx, `UPDATE orders SET version = $1, state = $2, tier = $3, changed = $4, doc = $5, slot = $6 WHERE id = $7 AND version = $8`,
			o.Version, string(o.State), string(o.Tier), micros(o.Changed), doc, o.Slot, o.ID, read)
		if isOpenClash(err) {
			return s.duplicate(ctx, tx, &o)
		}
		if err != nil {
			return err
		}
		n, err := res.RowsAffected()
		if err != nil {
			return err
		}
		if n == 0 {
			return s.conflict(ctx, tx, o.ID, read)
		}
		if err := moveSpare(ctx, tx, &o, &e); err != nil {
			return err
		}
		return appendLog(ctx, tx, &o, e)
	})
}

// conflict says what happened to the order since it was read.
func (s *Store) conflict(ctx context.Context, tx *sql.Tx, id, read int64) error {
	current, err := s.order(ctx, tx, id)
	if err != nil {
		return err
	}
	since, err := s.logAfter(ctx, tx, id, read)
	if err != nil {
		return err
	}
	return &queue.Conflict{By: current.ChangedBy, At: current.Changed, Version: current.Version, Order: current, Since: since}
}

// appendLog writes the log entry and shows it in the fleet's history, in the
// transaction of the change itself.
func appendLog(ctx context.Context, tx *sql.Tx, o *queue.Order, e queue.Entry) error {
	e.Order, e.Version = o.ID, o.Version
	doc, err := document(e)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO order_log (order_id, version, time, actor, action, doc) VALUES ($1, $2, $3, $4, $5, $6)`,
		o.ID, e.Version, micros(e.Time), e.Actor.Name, e.Action, doc); err != nil {
		return fmt.Errorf("log of order %d: %w", o.ID, err)
	}
	if err := appendAudit(ctx, tx, orderAudit(o.ID, e, doc), o.ID, e.Version); err != nil {
		return err
	}
	if err := saveEvents(ctx, tx, []fleet.Event{queue.EventOf(*o, e)}); err != nil {
		return err
	}
	_, err = bump(ctx, tx)
	return err
}

// orderDocument leaves the number out: it is a column, and not known before.
func orderDocument(o queue.Order) (string, error) {
	o.ID = 0
	return document(o)
}
