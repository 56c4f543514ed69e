package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/queue"
)

const spareColumns = `SELECT seq, order_id, action, time, doc FROM spare_moves m`

func scanSpareMove(scan scanner) (m queue.SpareMove, err error) {
	var seq, order, at int64
	var action string
	var doc []byte
	if err := scan(&seq, &order, &action, &at, &doc); err != nil {
		return m, err
	}
	if err := json.Unmarshal(doc, &m); err != nil {
		return m, fmt.Errorf("spare of order %d: %w", order, err)
	}
	m.Seq, m.Order, m.Action, m.At = seq, order, queue.SpareAction(action), fromMicros(at)
	return m, nil
}

// latestMove holds for the last row of each order.
const latestMove = `m.seq = (SELECT MAX(seq) FROM spare_moves WHERE order_id = m.order_id)`

// SpareMoves are the moves of spares since a time, and the latest move of
// every order that still keeps one, oldest first.
func (s *Store) SpareMoves(ctx context.Context, since time.Time) ([]queue.SpareMove, error) {
	return list(ctx, s, s.readers, scanSpareMove, spareColumns+` WHERE m.time >= $1 OR m.action IN ('reserve', 'return') AND `+latestMove+` ORDER BY m.seq`, micros(since))
}

// moveSpare stores what a change of an order means for its spare, in the
// transaction of the change itself.
func moveSpare(ctx context.Context, tx *sql.Tx, o *queue.Order, e *queue.Entry) error {
	last, err := scanSpareMove(tx.QueryRowContext(ctx, spareColumns+` WHERE m.order_id = $1 ORDER BY m.seq DESC LIMIT 1`, o.ID).Scan)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("spare of order %d: %w", o.ID, err)
	}
	m, moves := queue.SpareMoveOf(o, e, last)
	if !moves {
		return nil
	}
	serial := fleet.NormalSerial(m.Serial)
	if m.Kept() && serial != "" {
		var other int64
		err := tx.QueryRowContext(ctx, `SELECT m.order_id FROM spare_moves m WHERE m.serial = $1 AND m.order_id <> $2 AND m.action IN ('reserve', 'return') AND `+latestMove,
			serial, o.ID).Scan(&other)
		switch {
		case err == nil && m.Action == queue.SpareReserved && e.Actor.Role != queue.System:
			return queue.SpareTaken(o, e, other)
		case err != nil && !errors.Is(err, sql.ErrNoRows):
			return fmt.Errorf("spare of order %d: %w", o.ID, err)
		}
	}
	doc, err := document(m)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO spare_moves (order_id, version, time, action, serial, doc) VALUES ($1, $2, $3, $4, $5, $6)`,
		o.ID, o.Version, micros(m.At), string(m.Action), serial, doc)
	return err
}
