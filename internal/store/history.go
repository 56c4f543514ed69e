package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"ironage/internal/queue"
)

// AllOrders are all orders that changed since a time, finished ones too, by
// their numbers: what registers are made of, which must not forget an order
// because it was finished long ago. The zero time takes every order.
func (s *Store) AllOrders(ctx context.Context, since time.Time) ([]queue.Order, error) {
	return s.allOrders(ctx, s.readers, since)
}

func (s *Store) allOrders(ctx context.Context, q querier, since time.Time) ([]queue.Order, error) {
	return list(ctx, s, q, scanOrder, orderColumns+` WHERE changed >= $1 ORDER BY id`, micros(since))
}

// OrderLogs are the orders that changed since a time and the whole log of
// each, oldest entry first, both of one moment: what figures are made of.
func (s *Store) OrderLogs(ctx context.Context, since time.Time) ([]queue.Order, map[int64][]queue.Entry, error) {
	tx, err := s.readers.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, nil, s.explain(err)
	}
	defer func() { _ = tx.Rollback() }() // only read from
	orders, err := s.allOrders(ctx, tx, since)
	if err != nil {
		return nil, nil, err
	}
	entries, err := list(ctx, s, tx, scanEntry, `SELECT l.seq, l.order_id, l.version, l.doc FROM order_log l JOIN orders o ON o.id = l.order_id
		WHERE o.changed >= $1 ORDER BY l.order_id, l.version`, micros(since))
	if err != nil {
		return nil, nil, err
	}
	logs := make(map[int64][]queue.Entry, len(orders))
	for _, e := range entries {
		logs[e.Order] = append(logs[e.Order], e)
	}
	return orders, logs, nil
}

func scanEntry(scan scanner) (queue.Entry, error) {
	var (
		e               queue.Entry
		seq, order, ver int64
		doc             []byte
	)
	if err := scan(&seq, &order, &ver, &doc); err != nil {
		return e, err
	}
	if err := json.Unmarshal(doc, &e); err != nil {
		return e, fmt.Errorf("log of order %d: %w", order, err)
	}
	e.Seq, e.Order, e.Version = seq, order, ver
	return e, nil
}
