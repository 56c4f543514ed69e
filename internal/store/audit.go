package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"ironage/internal/audit"
	"ironage/internal/queue"
)

const auditColumns = `SELECT seq, time, actor, origin, action, subject, detail, hash FROM audit`

func scanAudit(scan scanner) (e audit.Entry, err error) {
	var at int64
	err = scan(&e.Seq, &at, &e.Actor, &e.Origin, &e.Action, &e.Subject, &e.Detail, &e.Hash)
	e.Time = fromMicros(at)
	return e, err
}

// appendAudit seals a decision into the chain, in the transaction of the
// decision itself. order and version are 0 when it is not about an order.
func appendAudit(ctx context.Context, tx *sql.Tx, e audit.Entry, order, version int64) error {
	head, err := scanAudit(tx.QueryRowContext(ctx, auditColumns+` ORDER BY seq DESC LIMIT 1`).Scan)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("log of decisions: %w", err)
	}
	e = audit.Next(head, e)
	if _, err := tx.ExecContext(ctx, `INSERT INTO audit (seq, time, actor, origin, action, subject, order_id, version, detail, hash)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		e.Seq, micros(e.Time), e.Actor, e.Origin, e.Action, e.Subject, order, version, e.Detail, e.Hash); err != nil {
		return fmt.Errorf("log of decisions: %w", err)
	}
	_, err = tx.ExecContext(ctx, `UPDATE meta SET value = $1 WHERE name = 'audit_entries'`, e.Seq)
	return err
}

// orderAudit is an order's log entry as the chain keeps it.
func orderAudit(order int64, e queue.Entry, doc string) audit.Entry {
	return audit.Entry{Time: e.Time, Actor: e.Actor.Name, Origin: e.Actor.Origin, Action: e.Action,
		Subject: fmt.Sprintf("order %d", order), Detail: doc}
}

// adoptLog takes the log of a database from before the chain into it, once.
func (s *Store) adoptLog(ctx context.Context) error {
	const notYet = `SELECT (SELECT value FROM meta WHERE name = 'audit_entries') = 0 AND EXISTS (SELECT 1 FROM order_log)`
	var todo bool
	if err := s.decisions.QueryRowContext(ctx, notYet).Scan(&todo); err != nil || !todo {
		return err
	}
	return s.decide(ctx, func(ctx context.Context, tx *sql.Tx) error {
		if err := tx.QueryRowContext(ctx, notYet).Scan(&todo); err != nil || !todo { // another process was faster
			return err
		}
		type row struct {
			order, version int64
			doc            string
		}
		rows, err := list(ctx, s, tx, func(scan scanner) (r row, err error) { return r, scan(&r.order, &r.version, &r.doc) },
			`SELECT order_id, version, doc FROM order_log ORDER BY seq`)
		if err != nil {
			return err
		}
		for _, r := range rows {
			var e queue.Entry
			if err := json.Unmarshal([]byte(r.doc), &e); err != nil {
				return fmt.Errorf("log of order %d: %w", r.order, err)
			}
			if err := appendAudit(ctx, tx, orderAudit(r.order, e, r.doc), r.order, r.version); err != nil {
				return err
			}
		}
		return nil
	})
}

// AuditHead is the last decision; the zero Entry when there is none.
func (s *Store) AuditHead(ctx context.Context) (audit.Entry, error) {
	e, err := scanAudit(s.readers.QueryRowContext(ctx, auditColumns+` ORDER BY seq DESC LIMIT 1`).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return audit.Entry{}, nil
	}
	return e, s.explain(err)
}

// Audit calls yield with the decisions after a sequence number, oldest first,
// until it returns false.
func (s *Store) Audit(ctx context.Context, after int64, yield func(audit.Entry) bool) error {
	const page = 1000
	for {
		es, err := list(ctx, s, s.readers, scanAudit, auditColumns+fmt.Sprintf(` WHERE seq > $1 ORDER BY seq LIMIT %d`, page), after)
		if err != nil {
			return err
		}
		for _, e := range es {
			if !yield(e) {
				return nil
			}
			after = e.Seq
		}
		if len(es) < page {
			return nil
		}
	}
}

// VerifyAudit goes through the whole chain and compares it with the orders and
// their logs. Decisions that are made meanwhile do not disturb it.
func (s *Store) VerifyAudit(ctx context.Context) (audit.Entry, []audit.Break, error) {
	var c audit.Checker
	tx, err := s.readers.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return audit.Entry{}, nil, s.explain(err)
	}
	defer func() { _ = tx.Rollback() }() // only read from
	rows, err := tx.QueryContext(ctx, auditColumns+` ORDER BY seq`)
	if err != nil {
		return audit.Entry{}, nil, s.explain(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		e, err := scanAudit(rows.Scan)
		if err != nil {
			return audit.Entry{}, nil, s.explain(err)
		}
		c.Add(e)
	}
	if err := rows.Err(); err != nil {
		return audit.Entry{}, nil, s.explain(err)
	}
	var written int64
	if err := tx.QueryRowContext(ctx, `SELECT value FROM meta WHERE name = 'audit_entries'`).Scan(&written); err != nil {
		return audit.Entry{}, nil, s.explain(err)
	}
	c.Ends(written)
	if err := s.compareLogs(ctx, tx, &c); err != nil {
		return audit.Entry{}, nil, err
	}
	return c.Head(), c.Breaks(), nil
}

// compareLogs finds orders and their log entries that are not what the chain says.
func (s *Store) compareLogs(ctx context.Context, tx *sql.Tx, c *audit.Checker) error {
	for _, q := range []struct{ sql, what string }{
		{`SELECT COALESCE(a.seq, 0), l.order_id, l.version FROM order_log l LEFT JOIN audit a ON a.order_id = l.order_id AND a.version = l.version
			WHERE a.detail IS NULL OR a.detail <> l.doc`, "the log of order %d holds an entry for version %d that is not the one in the chain"},
		{`SELECT a.seq, a.order_id, a.version FROM audit a LEFT JOIN order_log l ON a.order_id = l.order_id AND a.version = l.version
			WHERE a.order_id <> 0 AND l.doc IS NULL`, "the log of order %d lacks version %d"},
		{`SELECT MAX(a.seq), a.order_id, MAX(a.version) FROM audit a LEFT JOIN orders o ON o.id = a.order_id
			WHERE a.order_id <> 0 AND o.id IS NULL GROUP BY a.order_id`, "order %d, which was decided up to version %d, is gone"},
		{`SELECT 0, o.id, o.version FROM orders o WHERE o.version <> (SELECT COALESCE(MAX(a.version), 0) FROM audit a WHERE a.order_id = o.id)`,
			"order %d stands at version %d, which is not the latest decision"},
	} {
		type row struct{ seq, order, version int64 }
		rows, err := list(ctx, s, tx, func(scan scanner) (r row, err error) { return r, scan(&r.seq, &r.order, &r.version) }, q.sql)
		if err != nil {
			return err
		}
		for _, r := range rows {
			c.Note(r.seq, fmt.Sprintf(q.what, r.order, r.version))
		}
	}
	return s.compareStates(ctx, tx, c)
}

// compareStates finds orders in another state than the latest decision led to.
func (s *Store) compareStates(ctx context.Context, tx *sql.Tx, c *audit.Checker) error {
	type row struct {
		seq, order     int64
		state, decided string
	}
	rows, err := list(ctx, s, tx, func(scan scanner) (r row, err error) { return r, scan(&r.seq, &r.order, &r.state, &r.decided) },
		`SELECT a.seq, o.id, o.state, a.detail FROM orders o JOIN audit a ON a.order_id = o.id AND a.version = o.version`)
	if err != nil {
		return err
	}
	for _, r := range rows {
		var e queue.Entry
		if err := json.Unmarshal([]byte(r.decided), &e); err != nil || string(e.To) != r.state {
			c.Note(r.seq, fmt.Sprintf("order %d is %s, which was not decided", r.order, r.state))
		}
	}
	return nil
}
