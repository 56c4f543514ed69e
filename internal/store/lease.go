package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"ironage/internal/fleet"
)

// collector is the name of the one lease that there is today; with several
// collectors each share of the servers has its own.
const collector = "collector"

// AcquireLease makes holder the collector for ttl. When somebody else is, and
// lives, it says who and returns false. A holder that has it keeps it.
func (s *Store) AcquireLease(ctx context.Context, holder string, ttl time.Duration) (fleet.Lease, bool, error) {
	var lease fleet.Lease
	var got bool
	err := s.note(ctx, func(ctx context.Context, tx *sql.Tx) error {
		now := s.now().UTC()
		var err error
		if lease, err = s.lease(ctx, tx); err != nil {
			return err
		}
		if got = lease.Holder == holder || !lease.Live(now); !got {
			return nil
		}
		if lease.Holder != holder || !lease.Live(now) {
			lease = fleet.Lease{Holder: holder, Taken: now}
		}
		lease.Heartbeat, lease.TTL = now, ttl
		lease.Load.Form, lease.Foreign = formText(), false
		if err := saveLease(ctx, tx, lease); err != nil {
			return err
		}
		_, err = bump(ctx, tx)
		return err
	})
	return lease, got && err == nil, err
}

func saveLease(ctx context.Context, tx *sql.Tx, l fleet.Lease) error {
	load, err := json.Marshal(l.Load)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO leases (name, holder, taken, heartbeat, ttl, work) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, taken = excluded.taken, heartbeat = excluded.heartbeat, ttl = excluded.ttl, work = excluded.work`,
		collector, l.Holder, micros(l.Taken), micros(l.Heartbeat), int64(l.TTL), string(load))
	return err
}

// RenewLease is the holder's heartbeat, with what it has to say about its
// work. False means that the lease is somebody else's now: stop collecting. It
// makes no new revision; whoever shows the heartbeat reads Lease.
func (s *Store) RenewLease(ctx context.Context, holder string, load fleet.CollectorLoad) (bool, error) {
	load.Form = formText()
	doc, err := json.Marshal(load)
	if err != nil {
		return false, err
	}
	var held bool
	err = s.note(ctx, func(ctx context.Context, tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, `UPDATE leases SET heartbeat = $1, work = $2 WHERE name = $3 AND holder = $4`,
			micros(s.now()), string(doc), collector, holder)
		if err != nil {
			return err
		}
		n, err := res.RowsAffected()
		held = n == 1
		return err
	})
	return held && err == nil, err
}

// ReleaseLease gives the lease back, if holder has it, so that the next one
// need not wait for it to run out.
func (s *Store) ReleaseLease(ctx context.Context, holder string) error {
	return s.note(ctx, func(ctx context.Context, tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM leases WHERE name = $1 AND holder = $2`, collector, holder); err != nil {
			return err
		}
		_, err := bump(ctx, tx)
		return err
	})
}

// Lease is who collects; the zero Lease when nobody does. Whether its holder
// still lives is for Lease.Live to say.
func (s *Store) Lease(ctx context.Context) (fleet.Lease, error) { return s.lease(ctx, s.readers) }

func (s *Store) lease(ctx context.Context, q querier) (fleet.Lease, error) {
	var (
		l                fleet.Lease
		taken, beat, ttl int64
		load             []byte
	)
	err := q.QueryRowContext(ctx, `SELECT holder, taken, heartbeat, ttl, work FROM leases WHERE name = $1`, collector).
		Scan(&l.Holder, &taken, &beat, &ttl, &load)
	if errors.Is(err, sql.ErrNoRows) {
		return fleet.Lease{}, nil
	}
	if err != nil {
		return fleet.Lease{}, s.explain(err)
	}
	l.Taken, l.Heartbeat, l.TTL = fromMicros(taken), fromMicros(beat), time.Duration(ttl)
	err = json.Unmarshal(load, &l.Load)
	l.Foreign = l.Load.Form != formText() // an older ironage says none
	return l, err
}

// RequestRead asks the collecting process to read a server now. Asking twice
// before it has come to it is asking once.
func (s *Store) RequestRead(ctx context.Context, server, by string) error {
	return s.note(ctx, func(ctx context.Context, tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `INSERT INTO read_requests (server, by_whom, at) VALUES ($1, $2, $3)
			ON CONFLICT (server) DO NOTHING`, server, by, micros(s.now())); err != nil {
			return err
		}
		_, err := bump(ctx, tx)
		return err
	})
}

// TakeReadRequests returns the waiting requests and forgets them. Looking when
// there are none writes nothing.
func (s *Store) TakeReadRequests(ctx context.Context) ([]fleet.ReadRequest, error) {
	var waiting int
	if err := s.readers.QueryRowContext(ctx, `SELECT COUNT(*) FROM read_requests`).Scan(&waiting); err != nil || waiting == 0 {
		return nil, s.explain(err)
	}
	var taken []fleet.ReadRequest
	err := s.note(ctx, func(ctx context.Context, tx *sql.Tx) error {
		var err error
		if taken, err = list(ctx, s, tx, scanRequest, `SELECT server, by_whom, at FROM read_requests ORDER BY at, server`); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `DELETE FROM read_requests`)
		return err
	})
	if err != nil {
		return nil, err
	}
	return taken, nil
}

func scanRequest(scan scanner) (r fleet.ReadRequest, err error) {
	var at int64
	err = scan(&r.Server, &r.By, &at)
	r.At = fromMicros(at)
	return r, err
}
