package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"ironage/internal/audit"
	"ironage/internal/fleet"
)

// eventLimit is how many events a query returns that names no number.
const eventLimit = 500

func saveEvents(ctx context.Context, tx *sql.Tx, events []fleet.Event) error {
	for _, e := range events {
		e.ID, e.Ack = 0, nil // they are columns
		e.Text = cut(e.Text, maxDetail)
		doc, err := document(e)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO events (time, kind, server, component, health, doc) VALUES ($1, $2, $3, $4, $5, $6)`,
			micros(e.Time), string(e.Kind), e.Server, e.Key, e.Health.String(), doc); err != nil {
			return fmt.Errorf("event of %s: %w", e.Server, err)
		}
	}
	return nil
}

// Events are the events of q, newest first.
func (s *Store) Events(ctx context.Context, q fleet.EventQuery) ([]fleet.Event, error) {
	var w where
	if q.Server != "" {
		w.and("server = $%d", q.Server)
	}
	if len(q.Kinds) > 0 {
		var in []string
		for _, k := range q.Kinds {
			w.args = append(w.args, string(k))
			in = append(in, fmt.Sprintf("$%d", len(w.args)))
		}
		w.terms = append(w.terms, "kind IN ("+strings.Join(in, ", ")+")")
	}
	if !q.Since.IsZero() {
		w.and("time >= $%d", micros(q.Since))
	}
	if q.Before > 0 {
		w.and("id < $%d", q.Before)
	}
	if q.After > 0 {
		w.and("id > $%d", q.After)
	}
	if q.Unseen {
		w.and("(ack_by IS NULL OR ack_until > 0 AND ack_until <= $%d)", micros(s.now()))
	}
	limit := q.Limit
	if limit <= 0 {
		limit = eventLimit
	}
	return list(ctx, s, s.readers, scanEvent, fmt.Sprintf(`SELECT id, doc, ack_by, ack_at, ack_note, ack_until FROM events%s ORDER BY id DESC LIMIT %d`, &w, limit), w.args...)
}

func scanEvent(scan scanner) (fleet.Event, error) {
	var (
		e        fleet.Event
		id       int64
		doc      []byte
		by, note sql.NullString
		at       sql.NullInt64
		until    int64
	)
	if err := scan(&id, &doc, &by, &at, &note, &until); err != nil {
		return e, err
	}
	if err := json.Unmarshal(doc, &e); err != nil {
		return e, fmt.Errorf("event %d: %w", id, err)
	}
	e.ID = id
	if by.Valid {
		e.Ack = &fleet.Ack{By: by.String, At: fromMicros(at.Int64), Note: note.String, Until: maybeMicros(until)}
	}
	return e, nil
}

// maybeMicros is a time that may not be there.
func maybeMicros(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return fromMicros(us)
}

// untilMicros is a time that may not be there, as a column holds it.
func untilMicros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return micros(t)
}

// Acknowledge marks events as known. The first word stands: an event that
// somebody has acknowledged stays as it is, until the time of that is over.
func (s *Store) Acknowledge(ctx context.Context, ids []int64, ack fleet.Ack) error {
	if len(ids) == 0 {
		return nil
	}
	return s.decide(ctx, func(ctx context.Context, tx *sql.Tx) error {
		for _, id := range ids {
			if _, err := tx.ExecContext(ctx, `UPDATE events SET ack_by = $1, ack_at = $2, ack_note = $3, ack_until = $4
				WHERE id = $5 AND (ack_by IS NULL OR ack_until > 0 AND ack_until <= $2)`,
				ack.By, micros(ack.At), cut(ack.Note, maxDetail), untilMicros(ack.Until), id); err != nil {
				return err
			}
		}
		said := map[string]any{"events": ids, "note": cut(ack.Note, maxDetail)}
		if !ack.Until.IsZero() {
			said["until"] = ack.Until.UTC()
		}
		detail, err := audit.Detail(said)
		if err != nil {
			return err
		}
		if err := appendAudit(ctx, tx, audit.Entry{Time: ack.At, Actor: ack.By, Action: "acknowledge", Subject: "events", Detail: detail}, 0, 0); err != nil {
			return err
		}
		return bumpMarked(ctx, tx, markEventAcks)
	})
}

// AckFinding marks a finding as known; key is empty for the server as a whole.
// A later word replaces an earlier one.
func (s *Store) AckFinding(ctx context.Context, server, key, code string, ack fleet.Ack) error {
	return s.decide(ctx, func(ctx context.Context, tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `INSERT INTO finding_acks (server, component, code, by_whom, at, note, until) VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT (server, component, code) DO UPDATE SET by_whom = excluded.by_whom, at = excluded.at, note = excluded.note, until = excluded.until`,
			server, key, code, ack.By, micros(ack.At), cut(ack.Note, maxDetail), untilMicros(ack.Until)); err != nil {
			return err
		}
		if err := appendAudit(ctx, tx, aboutFinding("acknowledge", server, key, code, ack), 0, 0); err != nil {
			return err
		}
		_, err := bump(ctx, tx)
		return err
	})
}

// UnackFinding withdraws it; when there is none, nothing happens.
func (s *Store) UnackFinding(ctx context.Context, server, key, code string, by fleet.Ack) error {
	return s.decide(ctx, func(ctx context.Context, tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, `DELETE FROM finding_acks WHERE server = $1 AND component = $2 AND code = $3`, server, key, code)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return err
		}
		if err := appendAudit(ctx, tx, aboutFinding("withdraw acknowledgement", server, key, code, by), 0, 0); err != nil {
			return err
		}
		_, err = bump(ctx, tx)
		return err
	})
}

// aboutFinding is a decision about a finding as the chain keeps it.
func aboutFinding(action, server, key, code string, by fleet.Ack) audit.Entry {
	subject := "server " + server
	if key != "" {
		subject += " " + key
	}
	detail := cut(by.Note, maxDetail)
	if !by.Until.IsZero() {
		detail = strings.TrimSpace(detail + " until " + by.Until.UTC().Format(time.RFC3339))
	}
	return audit.Entry{Time: by.At, Actor: by.By, Action: action, Subject: subject + ": " + code, Detail: detail}
}

// FindingAcks are all acknowledged findings.
func (s *Store) FindingAcks(ctx context.Context) ([]fleet.FindingAck, error) {
	return list(ctx, s, s.readers, func(scan scanner) (a fleet.FindingAck, err error) {
		var at, until int64
		err = scan(&a.Server, &a.Key, &a.Code, &a.By, &at, &a.Note, &until)
		a.At, a.Until = fromMicros(at), maybeMicros(until)
		return a, err
	}, `SELECT server, component, code, by_whom, at, note, until FROM finding_acks ORDER BY server, component, code`)
}

// EndFindingAck takes an acknowledgement away that is over by itself, and says
// so among the events; nothing happens when it is not the one that was read.
func (s *Store) EndFindingAck(ctx context.Context, a fleet.FindingAck, why string, e fleet.Event) error {
	return s.decide(ctx, func(ctx context.Context, tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, `DELETE FROM finding_acks WHERE server = $1 AND component = $2 AND code = $3 AND at = $4`,
			a.Server, a.Key, a.Code, micros(a.At))
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return err
		}
		if err := appendAudit(ctx, tx, aboutFinding("end acknowledgement", a.Server, a.Key, a.Code,
			fleet.Ack{By: "ironage", At: e.Time, Note: why}), 0, 0); err != nil {
			return err
		}
		if err := saveEvents(ctx, tx, []fleet.Event{e}); err != nil {
			return err
		}
		_, err = bump(ctx, tx)
		return err
	})
}
