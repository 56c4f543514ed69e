package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"ironage/internal/fleet"
)

// ReplaceServers makes the inventory exactly servers. What is known about a
// server that leaves stays: it may come back, and its history with it.
func (s *Store) ReplaceServers(ctx context.Context, servers []fleet.Server) error {
	docs := make([]string, len(servers))
	for i := range servers {
		var err error
		if docs[i], err = document(servers[i]); err != nil {
			return err
		}
	}
	return s.decide(ctx, func(ctx context.Context, tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM servers`); err != nil {
			return err
		}
		insert, err := tx.PrepareContext(ctx, `INSERT INTO servers (name, site, room, rack, service, criticality, doc) VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT (name) DO UPDATE SET doc = excluded.doc`)
		if err != nil {
			return err
		}
		defer func() { _ = insert.Close() }() // ends with the transaction anyway
		for i, v := range servers {
			if _, err := insert.ExecContext(ctx, v.Name, v.Site, v.Room, v.Rack, v.Service, string(v.Criticality), docs[i]); err != nil {
				return fmt.Errorf("server %s: %w", v.Name, err)
			}
		}
		return bumpMarked(ctx, tx, markInventory)
	})
}

// Servers is the inventory, by name.
func (s *Store) Servers(ctx context.Context) ([]fleet.Server, error) {
	return list(ctx, s, s.readers, func(scan scanner) (v fleet.Server, err error) {
		return v, scanDocument(scan, &v)
	}, `SELECT doc FROM servers ORDER BY name`)
}

// scanDocument decodes a row that is one JSON column.
func scanDocument(scan scanner, v any) error {
	var doc []byte
	if err := scan(&doc); err != nil {
		return err
	}
	return json.Unmarshal(doc, v)
}

// SaveStates is SavePolls without news of parts that left or came back.
func (s *Store) SaveStates(ctx context.Context, states []fleet.State, events []fleet.Event, hours []fleet.HourValue) error {
	return s.SavePolls(ctx, fleet.Polls{States: states, Events: events, Hours: hours})
}

// SavePolls writes what a collector found out in one transaction, so that a
// part's record is never in two places or in none. States that are stored as
// they are cost no write and no revision; hours that exist are merged. Without
// anything to write it does nothing.
func (s *Store) SavePolls(ctx context.Context, p fleet.Polls) error {
	if p.Empty() {
		return nil
	}
	if err := s.begin(ctx); err != nil {
		return err
	}
	saves, err := s.savings(p.States) // before anybody has to wait for the lock
	if err != nil {
		return err
	}
	pruning := len(saves) > 0 && s.saved.Add(1)%pruneEvery == 0
	if pruning {
		if saves, err = s.renewals(saves); err != nil {
			return err
		}
	}
	journal, err := s.journal(saves)
	if err != nil {
		return err
	}
	parts, err := partDocuments(p.Departed)
	if err != nil {
		return err
	}
	var revision int64
	return s.write(ctx, s.readings, func(ctx context.Context, tx *sql.Tx) (err error) {
		if revision, err = s.prepared.number(ctx, tx, bumpSQL); err != nil {
			return err
		}
		if err := s.saveStates(ctx, tx, revision, saves, journal); err != nil {
			return err
		}
		if err := saveEvents(ctx, tx, p.Events); err != nil {
			return err
		}
		if err := saveParts(ctx, tx, p.Departed, parts, p.Returned); err != nil {
			return err
		}
		if err := s.saveHours(ctx, tx, p.Hours); err != nil {
			return err
		}
		if pruning {
			if err := s.prune(ctx, tx, revision); err != nil {
				return err
			}
		}
		s.mirror.commits(revision)
		return nil
	}, func() { s.mirror.wrote(revision, saves) })
}

// begin reads the journal, if nobody did yet, rather than in a transaction for
// which others wait.
func (s *Store) begin(ctx context.Context) error {
	if _, begun := s.mirror.position(); begun {
		return nil
	}
	tx, revision, err := s.reading(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // it only reads
	return s.catchUp(ctx, tx, revision)
}

// reading begins a transaction that only reads, and says at which revision.
func (s *Store) reading(ctx context.Context) (*sql.Tx, int64, error) {
	tx, err := s.readers.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, 0, s.explain(err)
	}
	revision, err := s.revision(ctx, tx)
	if err != nil {
		_ = tx.Rollback() // the first error is the one to tell
		return nil, 0, err
	}
	return tx, revision, nil
}

// States are the states that changed after revision since (0: all), and the
// revision that they show. Servers that left the inventory are among them.
func (s *Store) States(ctx context.Context, since int64) ([]fleet.State, int64, error) {
	revision, err := s.Revision(ctx)
	if err != nil {
		return nil, 0, err
	}
	if states, seen, ok := s.mirror.changed(since, revision); ok {
		return states, seen, nil
	}
	names, revision, known, err := s.unread(ctx)
	if err != nil {
		return nil, 0, err
	}
	passing, err := s.readStates(ctx, names)
	if err != nil {
		return nil, 0, err
	}
	if !known {
		s.mirror.loaded(names)
	}
	states := s.mirror.known(since)
	for name, e := range passing {
		states = slices.DeleteFunc(states, func(st fleet.State) bool { return st.Server == name }) // older
		if e.head > since {
			states = append(states, *e.state)
		}
	}
	byName(states)
	return states, revision, nil
}

// unread are the servers whose rows must be read, and the revision at which that
// is so; known is false when these are all that there are.
func (s *Store) unread(ctx context.Context) (names []string, revision int64, known bool, err error) {
	tx, revision, err := s.reading(ctx)
	if err != nil {
		return nil, 0, false, err
	}
	defer func() { _ = tx.Rollback() }() // it only reads
	if err := s.catchUp(ctx, tx, revision); err != nil {
		return nil, 0, false, err
	}
	if names, known = s.mirror.lacking(); known {
		return names, revision, true, nil
	}
	names, err = list(ctx, s, tx, scanName, `SELECT server FROM states ORDER BY server`)
	return names, revision, false, err
}

func scanName(scan scanner) (name string, err error) { return name, scan(&name) }

// storedStates are the states of the servers whose rows fulfil a condition, by
// name; those that are kept are not decoded again, be it that another reader was
// there before.
func (s *Store) storedStates(ctx context.Context, where string, args ...any) ([]fleet.State, error) {
	tx, revision, err := s.reading(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = tx.Rollback() }() // it only reads
	if err := s.catchUp(ctx, tx, revision); err != nil {
		return nil, err
	}
	names, err := list(ctx, s, tx, scanName, `SELECT server FROM states WHERE `+where+` ORDER BY server`, args...)
	if err != nil {
		return nil, err
	}
	_ = tx.Rollback() // who reads takes another connection
	passing, err := s.readStates(ctx, names)
	if err != nil {
		return nil, err
	}
	states := make([]fleet.State, 0, len(names))
	for _, name := range names {
		if e, ok := passing[name]; ok {
			states = append(states, *e.state)
		} else if st, ok := s.mirror.latest(name); ok {
			states = append(states, *st)
		}
	}
	return states, nil
}

// hoursAtOnce is how many hours one statement merges.
const hoursAtOnce = 16

var mergeOne, mergeSome = mergeHours(1), mergeHours(hoursAtOnce)

func mergeHours(rows int) string {
	return `INSERT INTO readings (server, metric, hour, low, mean, high, count) VALUES ` + tuples(rows, 7) + `
	ON CONFLICT (server, metric, hour) DO UPDATE SET
		low = CASE WHEN excluded.low < readings.low THEN excluded.low ELSE readings.low END,
		high = CASE WHEN excluded.high > readings.high THEN excluded.high ELSE readings.high END,
		mean = (readings.mean * readings.count + excluded.mean * excluded.count) / (readings.count + excluded.count),
		count = readings.count + excluded.count`
}

// saveHours merges: the hour's lowest and highest, and the mean weighted by counts.
func (s *Store) saveHours(ctx context.Context, tx *sql.Tx, hours []fleet.HourValue) error {
	if slices.ContainsFunc(hours, worthless) {
		hours = slices.DeleteFunc(slices.Clone(hours), worthless)
	}
	if len(hours) == 0 {
		return nil
	}
	one, some := s.prepared.in(ctx, tx, mergeOne), s.prepared.in(ctx, tx, mergeSome) //nolint:sqlclosecheck // closed with the transaction
	args := make([]any, 0, 7*hoursAtOnce)
	for len(hours) > 0 {
		stmt, n := some, hoursAtOnce
		if len(hours) < n {
			stmt, n = one, 1
		}
		args = args[:0]
		for _, h := range hours[:n] {
			args = append(args, h.Server, cut(h.Metric, maxText), micros(h.Hour.UTC().Truncate(time.Hour)), h.Min, h.Avg, h.Max, h.Count)
		}
		if _, err := stmt.ExecContext(ctx, args...); err != nil {
			return fmt.Errorf("reading %s of %s: %w", hours[0].Metric, hours[0].Server, err)
		}
		hours = hours[n:]
	}
	return nil
}

// worthless hours say nothing, or no number.
func worthless(h fleet.HourValue) bool {
	return h.Count <= 0 || h.Avg != h.Avg || h.Min != h.Min || h.Max != h.Max
}

// Readings are the hours of one metric since a time, oldest first.
func (s *Store) Readings(ctx context.Context, server, metric string, since time.Time) ([]fleet.HourValue, error) {
	return list(ctx, s, s.readers, func(scan scanner) (fleet.HourValue, error) {
		h := fleet.HourValue{Server: server, Metric: metric}
		var hour int64
		err := scan(&hour, &h.Min, &h.Avg, &h.Max, &h.Count)
		h.Hour = fromMicros(hour)
		return h, err
	}, `SELECT hour, low, mean, high, count FROM readings WHERE server = $1 AND metric = $2 AND hour >= $3 ORDER BY hour`,
		server, metric, micros(since.UTC().Truncate(time.Hour)))
}

// ForgetReadings drops the hours before a time. Events, orders and their log
// are kept for ever.
func (s *Store) ForgetReadings(ctx context.Context, before time.Time) error {
	return s.note(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM readings WHERE hour < $1`, micros(before))
		return err
	})
}
