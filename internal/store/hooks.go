package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"ironage/internal/audit"
	"ironage/internal/notify"
	"ironage/internal/queue"
)

// OrderChanges are the entries of all orders' logs after a sequence number,
// oldest first, each with its order as it is now.
func (s *Store) OrderChanges(ctx context.Context, after int64, limit int) ([]notify.Change, error) {
	return list(ctx, s, s.readers, func(scan scanner) (notify.Change, error) {
		var (
			c                notify.Change
			id, version, ver int64
			entry, order     []byte
		)
		if err := scan(&c.Seq, &id, &ver, &entry, &version, &order); err != nil {
			return c, err
		}
		if err := errors.Join(json.Unmarshal(entry, &c.Entry), json.Unmarshal(order, &c.Order)); err != nil {
			return c, fmt.Errorf("order %d: %w", id, err)
		}
		c.Entry.Seq, c.Entry.Order, c.Entry.Version = c.Seq, id, ver
		c.Order.ID, c.Order.Version = id, version
		return c, nil
	}, fmt.Sprintf(`SELECT l.seq, l.order_id, l.version, l.doc, o.version, o.doc FROM order_log l JOIN orders o ON o.id = l.order_id
		WHERE l.seq > $1 ORDER BY l.seq LIMIT %d`, limit), after)
}

// LastOrderChange is the sequence number of the latest entry; 0: there is none.
func (s *Store) LastOrderChange(ctx context.Context) (int64, error) {
	var seq int64
	err := s.readers.QueryRowContext(ctx, `SELECT COALESCE(MAX(seq), 0) FROM order_log`).Scan(&seq)
	return seq, s.explain(err)
}

// HookProgress is how far a webhook has been told.
func (s *Store) HookProgress(ctx context.Context, hook string) (notify.Progress, error) {
	p := notify.Progress{Known: true}
	var next int64
	err := s.readers.QueryRowContext(ctx, `SELECT seq, tries, next, error FROM hooks WHERE name = $1`, hook).Scan(&p.Seq, &p.Tries, &next, &p.Error)
	if errors.Is(err, sql.ErrNoRows) {
		return notify.Progress{}, nil
	}
	p.Next = fromMicros(next)
	return p, s.explain(err)
}

const saveHook = `INSERT INTO hooks (name, seq, tries, next, error) VALUES ($1, $2, $3, $4, $5)
	ON CONFLICT (name) DO UPDATE SET seq = excluded.seq, tries = excluded.tries, next = excluded.next, error = excluded.error`

// SaveHookProgress keeps how far a webhook has been told. It waits for the
// disk: what was delivered should not be delivered again.
func (s *Store) SaveHookProgress(ctx context.Context, hook string, p notify.Progress) error {
	return s.decide(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, saveHook, hook, p.Seq, p.Tries, micros(p.Next), cut(p.Error, maxDetail))
		return err
	})
}

// Bury keeps a change as a dead letter and moves the webhook past it.
func (s *Store) Bury(ctx context.Context, hook string, seq int64, p notify.Progress, at time.Time) error {
	return s.decide(ctx, func(ctx context.Context, tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `INSERT INTO dead_letters (hook, seq, tries, error, at) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (hook, seq) DO UPDATE SET tries = excluded.tries, error = excluded.error, at = excluded.at`,
			hook, seq, p.Tries, cut(p.Error, maxDetail), micros(at)); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, saveHook, hook, seq, 0, 0, ""); err != nil {
			return err
		}
		_, err := bump(ctx, tx)
		return err
	})
}

// DeadLetters are the changes that webhooks could not be told, oldest first.
func (s *Store) DeadLetters(ctx context.Context) ([]notify.DeadLetter, error) {
	return list(ctx, s, s.readers, func(scan scanner) (d notify.DeadLetter, err error) {
		var at int64
		err = scan(&d.ID, &d.Hook, &d.Seq, &d.Order, &d.What, &d.Tries, &d.Error, &at)
		d.At = fromMicros(at)
		return d, err
	}, `SELECT d.id, d.hook, d.seq, l.order_id, l.action, d.tries, d.error, d.at FROM dead_letters d JOIN order_log l ON l.seq = d.seq ORDER BY d.id`)
}

// DeadLetter is one of them with its change; ErrNotFound when there is none.
func (s *Store) DeadLetter(ctx context.Context, id int64) (notify.DeadLetter, notify.Change, error) {
	all, err := s.DeadLetters(ctx)
	if err != nil {
		return notify.DeadLetter{}, notify.Change{}, err
	}
	for _, d := range all {
		if d.ID != id {
			continue
		}
		changes, err := s.OrderChanges(ctx, d.Seq-1, 1)
		if err != nil || len(changes) == 0 || changes[0].Seq != d.Seq {
			return d, notify.Change{}, errors.Join(err, ErrNotFound)
		}
		return d, changes[0], nil
	}
	return notify.DeadLetter{}, notify.Change{}, fmt.Errorf("dead letter %d: %w", id, ErrNotFound)
}

// DropDeadLetter forgets one that was delivered after all, or never will be;
// what says which of the two, for the log of decisions.
func (s *Store) DropDeadLetter(ctx context.Context, id int64, by queue.Actor, what string) error {
	return s.decide(ctx, func(ctx context.Context, tx *sql.Tx) error {
		var hook string
		var order, version int64
		err := tx.QueryRowContext(ctx, `SELECT d.hook, l.order_id, l.version FROM dead_letters d JOIN order_log l ON l.seq = d.seq WHERE d.id = $1`, id).Scan(&hook, &order, &version)
		if errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("dead letter %d: %w", id, ErrNotFound)
		}
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM dead_letters WHERE id = $1`, id); err != nil {
			return err
		}
		if err := appendAudit(ctx, tx, audit.Entry{Time: s.now(), Actor: by.Name, Origin: by.Origin, Action: what + " dead letter",
			Subject: fmt.Sprintf("webhook %s: order %d, version %d", hook, order, version)}, 0, 0); err != nil {
			return err
		}
		_, err = bump(ctx, tx)
		return err
	})
}
