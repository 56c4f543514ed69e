package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"ironage/internal/audit"
	"ironage/internal/fleet"
	"ironage/internal/maintenance"
	"ironage/internal/queue"
)

// pastShown is how many windows that are over Windows returns.
const pastShown = 500

const windowColumns = `SELECT id, version, doc FROM windows`

func scanWindow(scan scanner) (w maintenance.Window, err error) {
	var id, version int64
	var doc []byte
	if err := scan(&id, &version, &doc); err != nil {
		return w, err
	}
	if err := json.Unmarshal(doc, &w); err != nil {
		return w, fmt.Errorf("maintenance %d: %w", id, err)
	}
	w.ID, w.Version = id, version
	return w, nil
}

// overAt is when a window is over at the latest, in microseconds.
func overAt(w *maintenance.Window) int64 {
	switch {
	case !w.Ended.IsZero():
		return micros(w.Ended)
	case w.Every == nil:
		return micros(w.To)
	case w.To.IsZero():
		return math.MaxInt64
	}
	return micros(w.To.Add(w.Every.For))
}

// Windows are the windows of maintenance that are not over, and the last ones
// that are, the latest made first.
func (s *Store) Windows(ctx context.Context) ([]maintenance.Window, error) {
	return list(ctx, s, s.readers, scanWindow, windowColumns+fmt.Sprintf(` WHERE until > $1 OR id IN
		(SELECT id FROM windows WHERE until <= $1 ORDER BY until DESC LIMIT %d) ORDER BY id DESC`, pastShown), micros(s.now()))
}

// Window is one of them; ErrNotFound when there is none of that number.
func (s *Store) Window(ctx context.Context, id int64) (maintenance.Window, error) {
	return s.window(ctx, s.readers, id)
}

func (s *Store) window(ctx context.Context, q querier, id int64) (maintenance.Window, error) {
	w, err := scanWindow(q.QueryRowContext(ctx, windowColumns+` WHERE id = $1`, id).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return w, fmt.Errorf("maintenance %d: %w", id, ErrNotFound)
	}
	return w, s.explain(err)
}

// WindowLog is what was decided about a window, oldest first.
func (s *Store) WindowLog(ctx context.Context, id int64) ([]maintenance.Entry, error) {
	entries, err := list(ctx, s, s.readers, func(scan scanner) (e maintenance.Entry, err error) {
		var doc []byte
		if err := scan(&doc); err != nil {
			return e, err
		}
		return e, json.Unmarshal(doc, &e)
	}, `SELECT doc FROM window_log WHERE window_id = $1 ORDER BY version`, id)
	if err == nil && len(entries) == 0 {
		return nil, fmt.Errorf("maintenance %d: %w", id, ErrNotFound)
	}
	return entries, err
}

// CreateWindow stores a new window and gives it the next number.
func (s *Store) CreateWindow(ctx context.Context, w maintenance.Window, by queue.Actor) (maintenance.Window, error) {
	w.Version = 1
	doc, err := document(w)
	if err != nil {
		return w, err
	}
	err = s.decide(ctx, func(ctx context.Context, tx *sql.Tx) error {
		if err := tx.QueryRowContext(ctx, `INSERT INTO windows (version, until, told, doc) VALUES ($1, $2, 0, $3) RETURNING id`,
			w.Version, overAt(&w), doc).Scan(&w.ID); err != nil {
			return err
		}
		return logWindow(ctx, tx, &w, maintenance.Entry{Time: w.Made, Actor: by.Name, Origin: by.Origin, Action: "add"})
	})
	return w, err
}

// UpdateWindow stores a changed window; *maintenance.Conflict when its version
// is no longer the one that was read.
func (s *Store) UpdateWindow(ctx context.Context, w maintenance.Window, by queue.Actor, action string, read int64) error {
	if w.Version != read+1 {
		return fmt.Errorf("maintenance %d: version %d cannot follow version %d", w.ID, w.Version, read)
	}
	doc, err := document(w)
	if err != nil {
		return err
	}
	return s.decide(ctx, func(ctx context.Context, tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, `UPDATE windows SET version = $1, until = $2, doc = $3 WHERE id = $4 AND version = $5`,
			w.Version, overAt(&w), doc, w.ID, read)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil {
			return err
		} else if n == 0 {
			now, err := s.window(ctx, tx, w.ID)
			if err != nil {
				return err
			}
			return &maintenance.Conflict{Window: now}
		}
		return logWindow(ctx, tx, &w, maintenance.Entry{Time: w.Changed, Actor: by.Name, Origin: by.Origin, Action: action})
	})
}

// logWindow writes a decision about a window into its log and into the chain
// of decisions, in the transaction of the change itself.
func logWindow(ctx context.Context, tx *sql.Tx, w *maintenance.Window, e maintenance.Entry) error {
	e.Window, e.Version, e.After = w.ID, w.Version, *w
	doc, err := document(e)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO window_log (window_id, version, time, actor, action, doc) VALUES ($1, $2, $3, $4, $5, $6)`,
		w.ID, e.Version, micros(e.Time), e.Actor, e.Action, doc); err != nil {
		return fmt.Errorf("log of maintenance %d: %w", w.ID, err)
	}
	if err := appendAudit(ctx, tx, audit.Entry{Time: e.Time, Actor: e.Actor, Origin: e.Origin, Action: e.Action + " maintenance",
		Subject: fmt.Sprintf("maintenance %d: %s", w.ID, w.What()), Detail: doc}, 0, 0); err != nil {
		return err
	}
	_, err = bump(ctx, tx)
	return err
}

// ToldWindows are the numbers of the windows whose beginning stands among the
// events, and whose end does not.
func (s *Store) ToldWindows(ctx context.Context) (map[int64]bool, error) {
	ids, err := list(ctx, s, s.readers, func(scan scanner) (id int64, err error) { return id, scan(&id) }, `SELECT id FROM windows WHERE told = 1`)
	out := make(map[int64]bool, len(ids))
	for _, id := range ids {
		out[id] = true
	}
	return out, err
}

// TellWindow puts the beginning or the end of a window among the events, once:
// when another process was faster, nothing happens.
func (s *Store) TellWindow(ctx context.Context, id int64, begun bool, e fleet.Event) error {
	was, is := 1, 0
	if begun {
		was, is = 0, 1
	}
	return s.decide(ctx, func(ctx context.Context, tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, `UPDATE windows SET told = $1 WHERE id = $2 AND told = $3`, is, id, was)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return err
		}
		if err := saveEvents(ctx, tx, []fleet.Event{e}); err != nil {
			return err
		}
		_, err = bump(ctx, tx)
		return err
	})
}
